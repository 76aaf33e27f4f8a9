"""Rows of a pair: find them, read their events, add to them. What every use case of this package shares.

Use cases run inside :func:`matcher.store.session.writing`, which lets one writer in at a time: of a yes and a no that
are sent in the same instant, the second one reads what the first one wrote, and :func:`states.decide` refuses it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.introductions.delays import CALENDAR
from matcher.introductions.states import ActRefused, Event, Refusal, Standing, fold
from matcher.notifications.working_days import Calendar
from matcher.people import Actor, Counterfactual, IntroductionEventKind
from matcher.store import Introduction, IntroductionEvent, Need, Offer, Proposal
from matcher.vocabulary import PostingKind


def find(session: Session, need_id: int, offer_id: int) -> Introduction | None:
    """The pair's row, if anything was said about it. Cost: one indexed query."""
    return session.scalar(select(Introduction).filter_by(need_id=need_id, offer_id=offer_id))


def is_proposed(session: Session, need_id: int, offer_id: int) -> bool:
    """Whether the matcher proposed the pair."""
    return session.get(Proposal, (need_id, offer_id)) is not None


def sides_of(session: Session, need_id: int, offer_id: int) -> tuple[Need, Offer]:
    """The two postings. Raises ActRefused when one does not exist."""
    need, offer = session.get(Need, need_id), session.get(Offer, offer_id)
    if need is None or offer is None:
        raise ActRefused(Refusal.UNKNOWN_PAIR)
    return need, offer


def known_pair(session: Session, need_id: int, offer_id: int) -> Introduction:
    """The pair's row, made now when the matcher proposed the pair and nobody has said anything yet.

    Raises ActRefused for a pair that nobody proposed.
    """
    found = find(session, need_id, offer_id)
    if found is not None:
        return found
    need, offer = sides_of(session, need_id, offer_id)
    if not is_proposed(session, need_id, offer_id):
        raise ActRefused(Refusal.UNKNOWN_PAIR)
    return new_pair(session, need, offer, Actor.SYSTEM)


def new_pair(session: Session, need: Need, offer: Offer, proposed_by: Actor) -> Introduction:
    """A row without events."""
    row = Introduction(need=need, offer=offer, proposed_by=proposed_by)
    session.add(row)
    return row


def event_of(row: IntroductionEvent) -> Event:
    """A stored event as the state machine reads it. The text of a "not now" is its day."""
    until = date.fromisoformat(row.text) if row.kind is IntroductionEventKind.NOT_NOW else None
    return Event(row.kind, row.actor, row.at, row.reason, row.outcome, until)


def standing_of(row: Introduction) -> Standing:
    """What the stored events of a pair add up to."""
    return fold(event_of(event) for event in row.events)


def add_events(
    row: Introduction,
    events: Sequence[Event],
    *,
    text: str = "",
    counterfactual: Counterfactual | None = None,
    calendar: Calendar = CALENDAR,
) -> Standing:
    """Add ``events`` to the pair, and bring its columns up to date. The text belongs to the first of them.

    ``calendar`` counts the working days that a pair with one yes, or one just introduced, has from here on.
    """
    for number, event in enumerate(events):
        row.events.append(
            IntroductionEvent(
                at=event.at,
                actor=event.actor,
                kind=event.kind,
                reason=event.reason,
                outcome=event.outcome,
                counterfactual=counterfactual if number == 0 else None,
                text=event.until.isoformat() if event.until else text if number == 0 else "",
            )
        )
    standing = standing_of(row)
    for name, value in columns(standing, calendar).items():
        setattr(row, name, value)
    return standing


def columns(standing: Standing, calendar: Calendar = CALENDAR) -> dict[str, Any]:
    """What ``standing`` makes of the columns of the pair's row; chosen contact modes and the key stand beside it."""
    return {
        "state": standing.state,
        "proposed_by": standing.proposed_by,
        "need_seen_at": standing.need.seen_at,
        "offer_seen_at": standing.offer.seen_at,
        "need_yes_at": standing.need.yes_at,
        "offer_yes_at": standing.offer.yes_at,
        "need_not_before": standing.need.not_before,
        "offer_not_before": standing.offer.not_before,
        "declined_by": standing.declined_by,
        "decline_reason": standing.decline_reason,
        "due_on": standing.due_on(calendar),
        **({"changed_at": standing.changed_at} if standing.changed_at else {}),
    }


def posting_of(row: Introduction, side: PostingKind) -> Need | Offer:
    """The posting of one side."""
    return row.need if side is PostingKind.NEED else row.offer


def touch(row: Introduction, side: PostingKind, now: datetime) -> None:
    """Remember that the side's organisation is active."""
    posting_of(row, side).organisation.last_active_at = now
