"""An account is deleted: what goes with it, and what becomes of its organisations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from matcher.accounts.membership import is_last_manager, members_of, memberships_of, postings_of
from matcher.accounts.roles import OBJECT, roles_of, set_role
from matcher.hackathons.organisers import hand_on_events
from matcher.oversight.audit import record
from matcher.people import AccountRole, MembershipRole
from matcher.postings.publish import close_posting
from matcher.store import Account, Membership, Organisation
from matcher.store.session import writing
from matcher.vocabulary import ClosedReason, PostingStatus


class Fate(StrEnum):
    """What becomes of an organisation when an account goes."""

    STAYS = "stays"  # others manage it
    HANDED_ON = "handed_on"  # the member who joined first becomes its manager
    CLOSED = "closed"  # nobody is left: its open postings are closed, and stay to be read


@dataclass(frozen=True, slots=True)
class Consequence:
    """What happens to one organisation; ``open_postings`` are those that would be closed."""

    organisation: Organisation
    fate: Fate
    open_postings: int


def consequences(session: Session, account: Account) -> list[Consequence]:
    """What the deletion of ``account`` would do, to be told before."""
    return [_consequence(session, row) for row in memberships_of(session, account.id)]


def delete_account(session: Session, account: Account, *, now: datetime) -> list[Consequence]:
    """Remove ``account`` with everything that hangs on it; answers what became of its organisations.

    Postings stay under the organisation's name: they are the organisation's, and their signed links go on working.
    Raises LastAdministratorError: somebody else has to get that role first.
    """
    with writing(session):
        if AccountRole.ADMINISTRATOR in roles_of(account):
            set_role(session, account, AccountRole.ADMINISTRATOR, False, by=account)
        found = consequences(session, account)
        for each in found:
            if each.fate is Fate.HANDED_ON:
                _next(session, account, each.organisation.id).role = MembershipRole.MANAGER
            elif each.fate is Fate.CLOSED:
                _close(session, each.organisation.id, now)
        hand_on_events(session, account)
        record(session, None, "account.deleted", OBJECT, account.id)
        session.delete(account)
    return found


def _consequence(session: Session, row: Membership) -> Consequence:
    others = [other for other in members_of(session, row.organisation_id) if other.id != row.id]
    if not others:
        waiting = [each for each in postings_of(session, row.organisation_id) if each.status is PostingStatus.OPEN]
        return Consequence(row.organisation, Fate.CLOSED, len(waiting))
    return Consequence(row.organisation, Fate.HANDED_ON if is_last_manager(session, row) else Fate.STAYS, 0)


def _next(session: Session, account: Account, organisation_id: int) -> Membership:
    """The member who is next in line: members are sorted by when they joined."""
    return next(row for row in members_of(session, organisation_id) if row.account_id != account.id)


def _close(session: Session, organisation_id: int, now: datetime) -> None:
    for posting in postings_of(session, organisation_id):
        if posting.status is PostingStatus.OPEN:
            close_posting(session, posting, ClosedReason.ABANDONED, now)
