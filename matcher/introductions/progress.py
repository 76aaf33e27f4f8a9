"""What two sides that were introduced tell of it: seen, met, at work, and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from matcher.introductions.delays import CALENDAR
from matcher.introductions.recording import add_events, known_pair, standing_of, touch
from matcher.introductions.states import Act, actor_of, allowed, decide
from matcher.notifications.working_days import Calendar
from matcher.people import Counterfactual, Outcome
from matcher.store import Introduction
from matcher.store.session import writing
from matcher.vocabulary import PostingKind

#: Longest text told with an outcome.
OUTCOME_CHARS: Final = 2000


def mark_seen(
    session: Session,
    need_id: int,
    offer_id: int,
    side: PostingKind,
    *,
    now: datetime,
    calendar: Calendar = CALENDAR,
) -> Introduction | None:
    """Remember that ``side`` opened the page of the pair for the first time; None when that changes nothing.

    Called by a POST of the page, never by reading it: mail scanners read pages too.
    """
    with writing(session):
        row = known_pair(session, need_id, offer_id)
        standing = standing_of(row)
        if Act.SEE not in allowed(standing, side):
            return None
        events = decide(standing, Act.SEE, actor_of(side), now)
        if not events:
            return None
        add_events(row, events, calendar=calendar)
    return row


def record_met(session: Session, need_id: int, offer_id: int, side: PostingKind, *, now: datetime) -> Introduction:
    """They met or spoke to each other, as one side tells it. Raises ActRefused before both said yes."""
    return _record(session, need_id, offer_id, side, Act.MEET, now)


def record_started(session: Session, need_id: int, offer_id: int, side: PostingKind, *, now: datetime) -> Introduction:
    """They work on something together, as one side tells it. Raises ActRefused before both said yes."""
    return _record(session, need_id, offer_id, side, Act.START, now)


def record_outcome(
    session: Session,
    need_id: int,
    offer_id: int,
    side: PostingKind,
    outcome: Outcome,
    counterfactual: Counterfactual,
    text: str = "",
    *,
    now: datetime,
) -> Introduction:
    """What came of it, as ``side`` tells it; each side tells its own, once, after any number of "it goes on".

    ``counterfactual`` answers "would you have met without us?"; it and ``text`` are not shown to the other side.
    """
    with writing(session):
        row = known_pair(session, need_id, offer_id)
        events = decide(standing_of(row), Act.TELL, actor_of(side), now, outcome=outcome)
        if events:
            add_events(row, events, text=text.strip()[:OUTCOME_CHARS], counterfactual=counterfactual)
            touch(row, side, now)
    return row


def _record(session: Session, need_id: int, offer_id: int, side: PostingKind, act: Act, now: datetime) -> Introduction:
    with writing(session):
        row = known_pair(session, need_id, offer_id)
        events = decide(standing_of(row), act, actor_of(side), now)
        if events:
            add_events(row, events)
            touch(row, side, now)
    return row
