"""Colleagues are asked by mail to run an event too; nobody joins who did not say yes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from matcher.accounts.invitations import INVITATION_LIFE, MAX_INVITATIONS, NotInvitedError, TooManyInvitationsError
from matcher.hackathons.organisers import OBJECT, join
from matcher.oversight.audit import record
from matcher.people import OrganiserRole
from matcher.store import Account, HackathonOrganiser, OrganiserInvitation
from matcher.store.encryption import blind_index, blind_indexes
from matcher.store.session import writing


def invitations_of(session: Session, hackathon_id: int, now: datetime) -> list[OrganiserInvitation]:
    """Unanswered invitations of an event, the newest first."""
    query = select(OrganiserInvitation).where(
        OrganiserInvitation.hackathon_id == hackathon_id, OrganiserInvitation.expires_at > now
    )
    return list(session.scalars(query.order_by(OrganiserInvitation.id.desc())))


def invite(
    session: Session, by: Account | None, hackathon_id: int, address: str, role: OrganiserRole, *, now: datetime
) -> OrganiserInvitation:
    """Ask the reader of a clean ``address``; ``by`` None: by the link. A second time replaces the first.

    Raises TooManyInvitationsError.
    """
    with writing(session):
        session.execute(
            delete(OrganiserInvitation).where(
                OrganiserInvitation.hackathon_id == hackathon_id,
                OrganiserInvitation.address_index.in_(blind_indexes(address)) | (OrganiserInvitation.expires_at <= now),
            )
        )
        if len(invitations_of(session, hackathon_id, now)) >= MAX_INVITATIONS:
            raise TooManyInvitationsError
        number = by.id if by is not None else None
        row = OrganiserInvitation(
            hackathon_id=hackathon_id,
            address=address,
            address_index=blind_index(address),
            role=role,
            invited_by_id=number,
            expires_at=now + INVITATION_LIFE,
        )
        session.add(row)
        session.flush()
        record(session, number, "hackathon.organiser_invited", OBJECT, hackathon_id, role=role.value)
    return row


def open_invitation(session: Session, number: int, now: datetime) -> OrganiserInvitation:
    """An invitation that can still be answered. Raises NotInvitedError."""
    row = session.get(OrganiserInvitation, number)
    if row is None or row.expires_at <= now:
        raise NotInvitedError
    return row


def is_for(invitation: OrganiserInvitation, account: Account) -> bool:
    """Whether the invitation was sent to the address of ``account``: a link that was passed on lets nobody in."""
    return invitation.address.lower() == account.email


def accept(session: Session, account: Account, number: int, *, now: datetime) -> HackathonOrganiser:
    """Join, and end the invitation. Raises NotInvitedError, for the address of another account too."""
    with writing(session):
        invitation = open_invitation(session, number, now)
        if not is_for(invitation, account):
            raise NotInvitedError
        row = join(session, account, invitation.hackathon_id, invitation.role)
        session.delete(invitation)
        session.flush()
    return row


def cancel(session: Session, by: Account | None, hackathon_id: int, number: int) -> bool:
    """Take an invitation of this event back; False when there is none of that number."""
    with writing(session):
        row = session.get(OrganiserInvitation, number)
        if row is None or row.hackathon_id != hackathon_id:
            return False
        session.delete(row)
        record(session, by.id if by is not None else None, "hackathon.invitation_cancelled", OBJECT, hackathon_id)
    return True
