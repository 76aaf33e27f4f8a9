"""What became of everything, read from the database when the simulated time is over."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from matcher.clock import local_day
from matcher.introductions.states import EXCHANGED
from matcher.notifications.working_days import Calendar
from matcher.oversight.stuck import BASKET_DAYS
from matcher.people import Actor, IntroductionEventKind, IntroductionState, MailKind, MailState
from matcher.store import Case, Introduction, Mail, Need, Proposal
from matcher.vocabulary import PostingKind


@dataclass(frozen=True, slots=True)
class Ending:
    """Where a need stands, and why."""

    state: str
    reason: str

    def __str__(self) -> str:
        return f"{self.state}: {self.reason}"


def endings(session: Session, now: datetime) -> dict[int, Ending | None]:
    """The ending of every need; None for one that nobody can explain."""
    cases = {case.need_id: case for case in session.scalars(select(Case))}
    pairs = defaultdict(list)
    for pair in session.scalars(select(Introduction).order_by(Introduction.id)):
        pairs[pair.need_id].append(pair)
    first_shown = select(Proposal.need_id, func.min(Proposal.shown_at)).group_by(Proposal.need_id)
    shown = {row[0]: row[1] for row in session.execute(first_shown)}
    return {
        need.id: ending(need, cases.get(need.id), pairs[need.id], shown.get(need.id), now)
        for need in session.scalars(select(Need).order_by(Need.id))
    }


def ending(
    need: Need, case: Case | None, pairs: Sequence[Introduction], shown_at: datetime | None, now: datetime
) -> Ending | None:
    """Where one need stands: the first of these that holds. ``shown_at``: when it was first proposed to somebody."""
    states = {pair.state for pair in pairs}
    met = [state.value for state in IntroductionState if state in states & EXCHANGED]
    found: Ending | None = None
    if need.closed_reason is not None:
        found = Ending("closed", need.closed_reason.value)
    elif met:
        found = Ending("introduced", met[-1])
    elif IntroductionState.ANSWERED in states:
        found = Ending("answered", "the other side has time to answer")
    elif case is not None and case.result is not None:
        found = Ending("case ended", case.result.value)
    elif case is not None:
        found = Ending("in the basket", case.reason.value)
    elif states and need.expires_on is not None and need.expires_on < local_day(now):
        found = Ending("expired", "nobody agreed in its time")
    elif now < Calendar().after(_last_heard_of(need, pairs, shown_at), BASKET_DAYS + 1):
        found = Ending("waiting", "something happened a short time ago")
    return found


def _last_heard_of(need: Need, pairs: Sequence[Introduction], shown_at: datetime | None) -> datetime:
    return max([shown_at or need.created_at, need.created_at, *(pair.changed_at for pair in pairs)])


def without_two_yeses(session: Session) -> list[int]:
    """Introductions whose events do not tell a yes of each side before them."""
    rows = session.scalars(
        select(Introduction).where(Introduction.state.in_(EXCHANGED)).options(selectinload(Introduction.events))
    )
    return [row.id for row in rows if not _told_by_both(row)]


def _told_by_both(row: Introduction) -> bool:
    yes = set()
    for event in row.events:
        if event.kind is IntroductionEventKind.INTERESTED:
            yes.add(event.actor)
        if event.kind is IntroductionEventKind.INTRODUCED:
            return yes == {Actor.NEED, Actor.OFFER}
    return False


def never_told(session: Session, silent: Iterable[int]) -> list[str]:
    """Sides that were introduced and got no mail about it, other than organisations that want or can get none."""
    told = set(
        session.scalars(select(Mail.key).where(Mail.kind == MailKind.INTRODUCED, Mail.state != MailState.CANCELLED))
    )
    wants_none = set(silent)
    missing = []
    for pair in session.scalars(select(Introduction).where(Introduction.state.in_(EXCHANGED))):
        for side, posting in ((PostingKind.NEED, pair.need), (PostingKind.OFFER, pair.offer)):
            if posting.organisation_id not in wants_none and f"introduced:{pair.id}:{side.value}/0" not in told:
                missing.append(f"introduction {pair.id}, {side.value}")
    return missing


def unsent(session: Session, now: datetime) -> list[int]:
    """Mails that were due and did not leave."""
    waiting = (MailState.WAITING, MailState.SENDING)
    return list(session.scalars(select(Mail.id).where(Mail.state.in_(waiting), Mail.due_at <= now)))


def counted(found: Iterable[Ending | None]) -> dict[str, int]:
    """How many needs ended how, most frequent first."""
    return dict(Counter(str(each) for each in found).most_common())
