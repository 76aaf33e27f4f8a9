"""Who acts for which organisation: belonging, claiming by a posting's link, changing and leaving."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.accounts.signing_in import account_at
from matcher.oversight.audit import record
from matcher.people import MembershipRole
from matcher.store import Account, Membership, Need, Offer, Organisation
from matcher.store.session import writing

#: What the audit log calls an organisation.
OBJECT = "organisation"


class ManagedByOthersError(PermissionError):
    """The organisation has a manager, who has to invite."""


class LastManagerError(ValueError):
    """An organisation with members would be left without a manager."""


def may_act_for(session: Session, account_id: int, organisation_id: int) -> bool:
    """Whether an account is a member of an organisation. Cost: one indexed query."""
    return membership_of(session, account_id, organisation_id) is not None


def membership_of(session: Session, account_id: int, organisation_id: int) -> Membership | None:
    """The row that says what an account does for an organisation."""
    return session.scalar(
        select(Membership).where(Membership.account_id == account_id, Membership.organisation_id == organisation_id)
    )


def memberships_of(session: Session, account_id: int) -> list[Membership]:
    """What an account belongs to, by name of the organisation."""
    query = select(Membership).join(Membership.organisation).where(Membership.account_id == account_id)
    return list(session.scalars(query.order_by(Organisation.name, Organisation.id)))


def members_of(session: Session, organisation_id: int) -> list[Membership]:
    """Members of an organisation, managers and those who came first before others."""
    rows = session.scalars(
        select(Membership).where(Membership.organisation_id == organisation_id).order_by(Membership.id)
    )
    return sorted(rows, key=lambda row: row.role is not MembershipRole.MANAGER)


def postings_of(session: Session, organisation_id: int) -> list[Need | Offer]:
    """Needs, then offers of an organisation, the newest first."""
    found: list[Need | Offer] = []
    for model in (Need, Offer):
        query = select(model).where(model.organisation_id == organisation_id)
        found += session.scalars(query.order_by(model.created_at.desc(), model.id.desc()))
    return found


def has_manager(session: Session, organisation_id: int) -> bool:
    """Whether somebody already answers for an organisation."""
    return any(row.role is MembershipRole.MANAGER for row in members_of(session, organisation_id))


def claim(session: Session, account: Account, posting: Need | Offer, *, cancel_links: bool = False) -> Membership:
    """Attach the organisation of a posting, whose link was shown, to ``account`` as its manager.

    ``cancel_links`` makes the links of this posting given so far worthless. A member who does it again changes
    nothing else. Raises ManagedByOthersError when somebody else manages the organisation.
    """
    with writing(session):
        row = _attached(session, account, posting.organisation)
        if cancel_links:
            posting.link_version += 1
    return row


def attach(session: Session, account: Account, organisation: Organisation) -> Membership:
    """As :func:`claim`, for an organisation that the account has just typed itself."""
    with writing(session):
        return _attached(session, account, organisation)


def change_role(session: Session, by: Account, row: Membership, role: MembershipRole) -> None:
    """Make a member a manager or the other way round. Raises LastManagerError."""
    with writing(session):
        if role is not MembershipRole.MANAGER:
            _need_another_manager(session, row)
        row.role = role
        record(
            session, by.id, "member.role_changed", OBJECT, row.organisation_id, member=row.account_id, role=role.value
        )


def remove(session: Session, by: Account, row: Membership) -> None:
    """End a membership, another's or one's own. Raises LastManagerError while others stay."""
    with writing(session):
        if len(members_of(session, row.organisation_id)) > 1:
            _need_another_manager(session, row)
        record(session, by.id, "member.removed", OBJECT, row.organisation_id, member=row.account_id)
        session.delete(row)


def join(
    session: Session, address: str, organisation_id: int, role: MembershipRole, *, by: Account | None
) -> Membership | None:
    """Add the account of ``address`` to an organisation; None when there is no such account. Twice changes nothing."""
    with writing(session):
        account = account_at(session, address)
        if account is None:
            return None
        row = membership_of(session, account.id, organisation_id)
        if row is None:
            row = Membership(account_id=account.id, organisation_id=organisation_id, role=role)
            session.add(row)
            record(
                session,
                by.id if by else None,
                "member.added",
                OBJECT,
                organisation_id,
                member=account.id,
                role=role.value,
            )
            session.flush()
    return row


def is_last_manager(session: Session, row: Membership) -> bool:
    """Whether nobody else manages the organisation of ``row``."""
    others = (other for other in members_of(session, row.organisation_id) if other.id != row.id)
    return row.role is MembershipRole.MANAGER and all(other.role is not MembershipRole.MANAGER for other in others)


def _attached(session: Session, account: Account, organisation: Organisation) -> Membership:
    row = membership_of(session, account.id, organisation.id)
    if row is not None:
        return row
    if has_manager(session, organisation.id):
        raise ManagedByOthersError
    row = Membership(account_id=account.id, organisation_id=organisation.id, role=MembershipRole.MANAGER)
    session.add(row)
    record(session, account.id, "organisation.claimed", OBJECT, organisation.id)
    session.flush()
    return row


def _need_another_manager(session: Session, row: Membership) -> None:
    if is_last_manager(session, row):
        raise LastManagerError
