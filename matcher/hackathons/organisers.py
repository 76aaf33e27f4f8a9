"""Accounts that run an event: who they are, claiming by the organisers' link, changing, leaving.

The organisers' link goes on opening everything, whoever holds it; owners can cancel it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from matcher.oversight.audit import record
from matcher.people import OrganiserRole
from matcher.store import Account, Hackathon, HackathonOrganiser, OrganiserInvitation
from matcher.store.encryption import blind_indexes
from matcher.store.session import writing

#: What the audit log calls an event.
OBJECT = "hackathon"


class OwnedByOthersError(PermissionError):
    """The event has an owner, who has to invite."""


class LastOwnerError(ValueError):
    """An event that accounts run would be left without an owner."""


@dataclass(frozen=True, slots=True)
class EventLeft:
    """What becomes of one event when an account goes.

    `next_owner` is whether the organiser who came first becomes its owner. `by_link_alone`: no account is left, and
    the organisers' link is the only key.
    """

    hackathon: Hackathon
    next_owner: bool
    by_link_alone: bool


def organises(session: Session, account_id: int, hackathon_id: int) -> HackathonOrganiser | None:
    """The row that says what an account does for an event. Cost: one indexed query."""
    return session.scalar(
        select(HackathonOrganiser).where(
            HackathonOrganiser.account_id == account_id, HackathonOrganiser.hackathon_id == hackathon_id
        )
    )


def events_of(session: Session, account_id: int) -> list[HackathonOrganiser]:
    """What an account runs, the latest event first."""
    query = select(HackathonOrganiser).join(HackathonOrganiser.hackathon)
    query = query.where(HackathonOrganiser.account_id == account_id)
    return list(session.scalars(query.order_by(Hackathon.starts_on.desc(), Hackathon.id.desc())))


def organisers_of(session: Session, hackathon_id: int) -> list[HackathonOrganiser]:
    """Accounts that run an event, owners and those who came first before others."""
    query = select(HackathonOrganiser).where(HackathonOrganiser.hackathon_id == hackathon_id)
    rows = session.scalars(query.order_by(HackathonOrganiser.id))
    return sorted(rows, key=lambda row: row.role is not OrganiserRole.OWNER)


def has_owner(session: Session, hackathon_id: int) -> bool:
    """Whether an account answers for an event."""
    return any(row.role is OrganiserRole.OWNER for row in organisers_of(session, hackathon_id))


def claim(session: Session, account: Account, hackathon: Hackathon, *, cancel_links: bool = False) -> None:
    """Make ``account``, which showed the organisers' link, the owner of the event.

    ``cancel_links`` makes the links given so far worthless, those of the jury included. Again, it changes nothing
    else. Raises OwnedByOthersError when the event has another owner.
    """
    with writing(session):
        add_owner(session, account, hackathon)
        if cancel_links:
            hackathon.link_version += 1


def add_owner(session: Session, account: Account, hackathon: Hackathon) -> None:
    """The same within a transaction of the caller, for an event that the account has just made too."""
    if organises(session, account.id, hackathon.id) is not None:
        return
    if has_owner(session, hackathon.id):
        raise OwnedByOthersError
    _add(session, account.id, hackathon.id, OrganiserRole.OWNER, "hackathon.claimed")


def join(session: Session, account: Account, hackathon_id: int, role: OrganiserRole) -> HackathonOrganiser:
    """Let an account that was invited run the event; within a transaction of the caller. Twice changes nothing."""
    known = organises(session, account.id, hackathon_id)
    return known or _add(session, account.id, hackathon_id, role, "hackathon.organiser_joined")


def change_role(session: Session, by: Account | None, row: HackathonOrganiser, role: OrganiserRole) -> None:
    """Make an organiser an owner or the other way round; ``by`` None: by the link. Raises LastOwnerError."""
    with writing(session):
        if role is not OrganiserRole.OWNER and is_last_owner(session, row):
            raise LastOwnerError
        row.role = role
        _record(session, by, "hackathon.organiser_changed", row, role=role.value)


def remove(session: Session, by: Account | None, row: HackathonOrganiser) -> None:
    """End what an account does for an event, another's or one's own. Raises LastOwnerError while others stay."""
    with writing(session):
        if is_last_owner(session, row) and len(organisers_of(session, row.hackathon_id)) > 1:
            raise LastOwnerError
        _record(session, by, "hackathon.organiser_removed", row)
        session.delete(row)


def is_last_owner(session: Session, row: HackathonOrganiser) -> bool:
    """Whether no other account owns the event of ``row``."""
    others = (other for other in organisers_of(session, row.hackathon_id) if other.id != row.id)
    return row.role is OrganiserRole.OWNER and all(other.role is not OrganiserRole.OWNER for other in others)


def events_left(session: Session, account: Account) -> list[EventLeft]:
    """What the deletion of ``account`` would mean for its events, to be told before."""
    found = []
    for row in events_of(session, account.id):
        is_alone = len(organisers_of(session, row.hackathon_id)) == 1
        found.append(EventLeft(row.hackathon, is_last_owner(session, row) and not is_alone, is_alone))
    return found


def hand_on_events(session: Session, account: Account) -> list[EventLeft]:
    """Give the events of an account that goes to who comes next; within the transaction that deletes it.

    An event without any other organiser stays, and opens by its organisers' link alone. Invitations to the address of
    the account end.
    """
    addressed = OrganiserInvitation.address_index.in_(blind_indexes(account.email))
    session.execute(delete(OrganiserInvitation).where(addressed))
    left = events_left(session, account)
    for each in left:
        if each.next_owner:
            rows = organisers_of(session, each.hackathon.id)
            next(row for row in rows if row.account_id != account.id).role = OrganiserRole.OWNER
    return left


def _add(session: Session, account_id: int, hackathon_id: int, role: OrganiserRole, action: str) -> HackathonOrganiser:
    row = HackathonOrganiser(account_id=account_id, hackathon_id=hackathon_id, role=role)
    session.add(row)
    record(session, account_id, action, OBJECT, hackathon_id, role=role.value)
    session.flush()
    return row


def _record(session: Session, by: Account | None, action: str, row: HackathonOrganiser, **details: str) -> None:
    number = by.id if by is not None else None
    record(session, number, action, OBJECT, row.hackathon_id, organiser=row.account_id, **details)
