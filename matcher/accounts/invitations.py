"""Colleagues are asked by mail; the row ends the link, and nobody joins who did not say yes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from matcher.accounts.membership import OBJECT, membership_of
from matcher.oversight.audit import record
from matcher.people import MembershipRole
from matcher.store import Account, Invitation, Membership
from matcher.store.encryption import blind_index, blind_indexes
from matcher.store.session import writing

#: How long an invitation can be answered. Chosen: a holiday long.
INVITATION_LIFE: Final = timedelta(days=14)
#: Unanswered invitations of one organisation. Chosen: no way to send mail to the whole world.
MAX_INVITATIONS: Final = 20


class TooManyInvitationsError(ValueError):
    """The organisation has as many unanswered invitations as it may."""


class NotInvitedError(LookupError):
    """No such invitation: answered, taken back, too old, or for somebody else."""


def invitations_of(session: Session, organisation_id: int, now: datetime) -> list[Invitation]:
    """Unanswered invitations of an organisation, the newest first."""
    query = select(Invitation).where(Invitation.organisation_id == organisation_id, Invitation.expires_at > now)
    return list(session.scalars(query.order_by(Invitation.id.desc())))


def invite(
    session: Session, by: Account, organisation_id: int, address: str, role: MembershipRole, *, now: datetime
) -> Invitation:
    """Ask the reader of a clean ``address`` to join. A second time replaces the first: its link no longer works.

    Raises TooManyInvitationsError.
    """
    with writing(session):
        session.execute(
            delete(Invitation).where(
                Invitation.organisation_id == organisation_id,
                Invitation.address_index.in_(blind_indexes(address)) | (Invitation.expires_at <= now),
            )
        )
        if len(invitations_of(session, organisation_id, now)) >= MAX_INVITATIONS:
            raise TooManyInvitationsError
        row = Invitation(
            organisation_id=organisation_id,
            address=address,
            address_index=blind_index(address),
            role=role,
            invited_by_id=by.id,
            expires_at=now + INVITATION_LIFE,
        )
        session.add(row)
        session.flush()
        record(session, by.id, "member.invited", OBJECT, organisation_id, role=role.value)
    return row


def open_invitation(session: Session, number: int, now: datetime) -> Invitation:
    """An invitation that can still be answered. Raises NotInvitedError."""
    row = session.get(Invitation, number)
    if row is None or row.expires_at <= now:
        raise NotInvitedError
    return row


def is_for(invitation: Invitation, account: Account) -> bool:
    """Whether the invitation was sent to the address of ``account``: a link that was passed on lets nobody in."""
    return invitation.address.lower() == account.email


def accept(session: Session, account: Account, number: int, *, now: datetime) -> Membership:
    """Join, and end the invitation. Raises NotInvitedError, for the address of another account too."""
    with writing(session):
        invitation = open_invitation(session, number, now)
        if not is_for(invitation, account):
            raise NotInvitedError
        row = membership_of(session, account.id, invitation.organisation_id)
        if row is None:
            row = Membership(account_id=account.id, organisation_id=invitation.organisation_id, role=invitation.role)
            session.add(row)
            record(session, account.id, "member.joined", OBJECT, invitation.organisation_id, role=invitation.role.value)
        session.delete(invitation)
        session.flush()
    return row


def cancel(session: Session, by: Account, organisation_id: int, number: int) -> bool:
    """Take an invitation of this organisation back; False when there is none of that number."""
    with writing(session):
        row = session.get(Invitation, number)
        if row is None or row.organisation_id != organisation_id:
            return False
        session.delete(row)
        record(session, by.id, "member.invitation_cancelled", OBJECT, organisation_id)
    return True
