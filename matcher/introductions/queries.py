"""What pages, jobs and other packages read about pairs. Nothing here writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from matcher.introductions.recording import event_of, find, standing_of
from matcher.introductions.states import EXCHANGED, Event, Standing, actor_of, why_over
from matcher.people import Actor, DeclineReason, IntroductionEventKind, IntroductionState
from matcher.store import Introduction, IntroductionEvent, Need, Offer, Proposal
from matcher.vocabulary import ContactMode, Level, PostingKind


class Group(StrEnum):
    """Where a pair belongs on the page of one side."""

    TO_ANSWER = "to_answer"
    WAITING = "waiting"  # this side said yes, the other has not answered
    LATER = "later"  # this side asked to be asked again on a day
    INTRODUCED = "introduced"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Pair:
    """A need and an offer as ``side`` sees them."""

    need: Need
    offer: Offer
    side: PostingKind
    standing: Standing
    introduction: Introduction | None
    proposal: Proposal | None
    group: Group

    @property
    def own(self) -> Need | Offer:
        """This side's posting."""
        return self.need if self.side is PostingKind.NEED else self.offer

    @property
    def other(self) -> Need | Offer:
        """The other side's posting."""
        return self.offer if self.side is PostingKind.NEED else self.need

    @property
    def level(self) -> Level | None:
        """How well they fit, as the matcher said when it proposed them; None for a pair that people brought up."""
        return self.proposal.level if self.proposal else None

    @property
    def due_on(self) -> date | None:
        """Last day for an answer, or day of the next question; None when nothing is due."""
        return self.introduction.due_on if self.introduction else None

    @property
    def other_said_yes(self) -> bool:
        """Whether the other side waits for this one's answer."""
        return self.standing.of(self.side.other).yes_at is not None


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach the other side. ``detail`` is what it gave with its yes: a phone number, or a page."""

    name: str
    person: str
    mode: ContactMode
    detail: str


_LEVELS: Final = {Level.STRONG: 0, Level.GOOD: 1, Level.PARTIAL: 2, None: 3}


def pairs_of(session: Session, posting: Need | Offer, today: date) -> list[Pair]:
    """Every pair of one side: what the matcher proposed and what somebody said, by group, most urgent first.

    Proposals are left out while either posting is not live, and for good once a side said no or the pair is over
    (it stands among those that are over then). To answer: first those whose other side said yes, oldest first, then
    the animator's, then the best. Cost: five queries, whatever the number of pairs.
    """
    rows = _introductions(session, posting)
    proposals = _proposals(session, posting)
    known = {_other_id(row, posting): row for row in rows}
    others = _others(session, posting, known.keys() | proposals.keys())
    pairs = [
        _pair(posting, other, known.get(other_id), proposals.get(other_id), today) for other_id, other in others.items()
    ]
    return sorted((pair for pair in pairs if _is_shown(pair, today)), key=_order)


def pair_of(session: Session, posting: Need | Offer, other_id: int, today: date) -> Pair | None:
    """One pair of a side, proposed or not; None when the other posting does not exist or is not to be seen.

    What nobody brought up is seen only while the other posting is live: anybody may read that one anyway.
    """
    other = _others(session, posting, {other_id}).get(other_id)
    if other is None:
        return None
    need_id, offer_id = (posting.id, other_id) if isinstance(posting, Need) else (other_id, posting.id)
    row = find(session, need_id, offer_id)
    pair = _pair(posting, other, row, session.get(Proposal, (need_id, offer_id)), today)
    return pair if row is not None or other.is_live(today) else None


def counts(pairs: Iterable[Pair]) -> Counter[Group]:
    """Pairs in each group."""
    return Counter(pair.group for pair in pairs)


def standing(session: Session, need_id: int, offer_id: int) -> Standing:
    """Where a pair stands; the beginning for one that nobody said anything about."""
    row = find(session, need_id, offer_id)
    return standing_of(row) if row else Standing()


def timeline(pair: Pair) -> list[tuple[IntroductionEvent, Event]]:
    """Events of a pair, oldest first, the same for both sides; texts are for :func:`readable_text` to give out."""
    if pair.introduction is None:
        return []
    return [(row, event_of(row)) for row in pair.introduction.events]


def readable_text(row: IntroductionEvent, side: PostingKind) -> str:
    """The text of an event as far as ``side`` may read it: its own alone.

    The word given with a no is for the animator, the one told with an outcome for the statistics, and what was given
    with a yes is shown by :func:`contact_of_other`.
    """
    own = row.actor is actor_of(side)
    return row.text if own and row.kind in (IntroductionEventKind.DECLINED, IntroductionEventKind.OUTCOME) else ""


def contact_of_other(pair: Pair) -> Contact | None:
    """How to reach the other side; None before both said yes."""
    row, other = pair.introduction, pair.other
    if row is None or not pair.standing.contacts_are_shown:
        return None
    mode = row.need_mode if pair.side is PostingKind.OFFER else row.offer_mode
    organisation = other.organisation
    return Contact(
        name=organisation.brand or organisation.name,
        person=organisation.contact_name,
        mode=mode or ContactMode.MAIL,
        detail=given_with_yes(row, pair.side.other),
    )


def given_with_yes(row: Introduction, side: PostingKind) -> str:
    """What a side gave with its yes; callers show it to the other side only once both said yes."""
    given = [event for event in row.events if _is_yes_of(event, side)]
    return given[-1].text if given else ""


def ended_with(session: Session, posting: Need | Offer) -> set[int]:
    """Ids of the other side's postings that are not to be proposed to ``posting`` again. Cost: one indexed query."""
    own, other = _columns(posting)
    over = [state for state in IntroductionState if not state.is_open]
    return set(session.scalars(select(other).where(own == posting.id, Introduction.state.in_(over))))


def waiting_for(session: Session, posting: Need | Offer) -> int:
    """How many partners said yes to ``posting`` and wait for its answer. Cost: one indexed query."""
    own, _ = _columns(posting)
    theirs = Introduction.offer_yes_at if isinstance(posting, Need) else Introduction.need_yes_at
    waiting = (own == posting.id, Introduction.state == IntroductionState.ANSWERED, theirs.is_not(None))
    return session.scalar(select(func.count()).select_from(Introduction).where(*waiting)) or 0


def declines_by_reason(session: Session, since: datetime | None = None) -> dict[DeclineReason, int]:
    """How often each reason was given, most frequent first. Cost: one indexed query.

    Kept as data: the order of proposals does not depend on it, before its effect is measured.
    """
    statement = select(IntroductionEvent.reason, func.count()).where(
        IntroductionEvent.kind == IntroductionEventKind.DECLINED
    )
    if since is not None:
        statement = statement.where(IntroductionEvent.at >= since)
    found = session.execute(statement.group_by(IntroductionEvent.reason)).all()
    told = {reason: count for reason, count in found if reason is not None}
    return dict(sorted(told.items(), key=lambda item: -item[1]))


def _pair(
    posting: Need | Offer, other: Need | Offer, row: Introduction | None, proposal: Proposal | None, today: date
) -> Pair:
    now = standing_of(row) if row else Standing()
    need, offer = (posting, other) if isinstance(posting, Need) else (other, posting)
    if not (isinstance(need, Need) and isinstance(offer, Offer)):
        raise TypeError(f"expected a need and an offer, got {need!r} and {offer!r}")
    side = posting.posting_kind
    return Pair(need, offer, side, now, row, proposal, _group(now, side, today))


def _group(standing: Standing, side: PostingKind, today: date) -> Group:
    own = standing.of(side)
    if standing.state in EXCHANGED and standing.state is not IntroductionState.ENDED:
        return Group.INTRODUCED
    if standing.state is IntroductionState.ENDED or why_over(standing, actor_of(side)):
        return Group.OVER
    if own.yes_at is not None:
        return Group.WAITING
    return Group.LATER if own.not_before is not None and own.not_before > today else Group.TO_ANSWER


def _is_shown(pair: Pair, today: date) -> bool:
    """A pair that somebody spoke about stays; a mere proposal needs two live postings."""
    if pair.standing.state is not None or pair.group is not Group.TO_ANSWER:
        return True
    return pair.need.is_live(today) and pair.offer.is_live(today)


def _order(pair: Pair) -> tuple[object, ...]:
    """Groups in the order of the page; then what is most urgent to answer, and the newest first of what is past."""
    group = list(Group).index(pair.group)
    if pair.group is not Group.TO_ANSWER:
        changed = pair.standing.changed_at
        return (group, -(changed.timestamp() if changed else 0.0), pair.other.id)
    asked = pair.standing.of(pair.side.other).yes_at
    by_people = pair.standing.proposed_by is not Actor.SYSTEM
    score = pair.proposal.score if pair.proposal else 0.0
    waiting = asked.timestamp() if asked else 0.0
    return (group, asked is None, waiting, not by_people, _LEVELS[pair.level], -score, pair.other.id)


def _columns(posting: Need | Offer) -> tuple[InstrumentedAttribute[int], InstrumentedAttribute[int]]:
    """Columns of the posting's own number and of the other side's."""
    if isinstance(posting, Need):
        return Introduction.need_id, Introduction.offer_id
    return Introduction.offer_id, Introduction.need_id


def _introductions(session: Session, posting: Need | Offer) -> Sequence[Introduction]:
    own, _ = _columns(posting)
    return session.scalars(
        select(Introduction).where(own == posting.id).options(selectinload(Introduction.events))
    ).all()


def _proposals(session: Session, posting: Need | Offer) -> dict[int, Proposal]:
    if isinstance(posting, Need):
        rows = session.scalars(select(Proposal).where(Proposal.need_id == posting.id))
        return {row.offer_id: row for row in rows}
    rows = session.scalars(select(Proposal).where(Proposal.offer_id == posting.id))
    return {row.need_id: row for row in rows}


def _others(session: Session, posting: Need | Offer, ids: Iterable[int]) -> dict[int, Need | Offer]:
    wanted = list(ids)
    rows: Iterable[Need | Offer]
    if isinstance(posting, Need):
        rows = session.scalars(select(Offer).where(Offer.id.in_(wanted)))
    else:
        rows = session.scalars(select(Need).where(Need.id.in_(wanted)))
    return {row.id: row for row in rows}


def _other_id(row: Introduction, posting: Need | Offer) -> int:
    return row.offer_id if isinstance(posting, Need) else row.need_id


def _is_yes_of(event: IntroductionEvent, side: PostingKind) -> bool:
    return event.kind is IntroductionEventKind.INTERESTED and event.actor is actor_of(side)
