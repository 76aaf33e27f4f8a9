"""Pairs that people bring up: the animator, or a side that found the other itself.

Pairs of the matcher are rows of ``proposal`` and need nothing from here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matcher.clock import local_day
from matcher.introductions.recording import add_events, find, new_pair, sides_of, standing_of
from matcher.introductions.states import ActRefused, Event, Refusal, why_over
from matcher.people import Actor, IntroductionEventKind, IntroductionState
from matcher.store import Introduction, Need, Offer
from matcher.store.session import writing

#: Pairs that a side brought up itself and that may wait for an answer at one time: nobody writes to a whole
#: territory. Chosen, not measured.
MOST_WAITING: Final = 10


def propose_pair(session: Session, need_id: int, offer_id: int, by: Actor, *, now: datetime) -> Introduction:
    """Bring up a pair that the matcher did not, for both sides to answer; a pair that is open stays as it is.

    Raises ActRefused for a pair that is over, for postings that are not live, of one organisation, or whose sides
    exclude each other, and for a side that has ``MOST_WAITING`` such pairs open.
    """
    with writing(session):
        row = find(session, need_id, offer_id)
        if row is None:
            return brought_up(session, need_id, offer_id, by, now)
        over = why_over(standing_of(row), by)
        if over is not None:
            raise ActRefused(over)
    return row


def brought_up(session: Session, need_id: int, offer_id: int, by: Actor, now: datetime) -> Introduction:
    """The row of a new pair with its event; part of a transaction of the caller. Raises as :func:`propose_pair`."""
    need, offer = sides_of(session, need_id, offer_id)
    _check(need, offer, now)
    if by in (Actor.NEED, Actor.OFFER) and _waiting(session, need_id, offer_id, by) >= MOST_WAITING:
        raise ActRefused(Refusal.TOO_MANY)
    row = new_pair(session, need, offer, by)
    add_events(row, [Event(IntroductionEventKind.PROPOSED, by, now)])
    return row


def _check(need: Need, offer: Offer, now: datetime) -> None:
    today = local_day(now)
    if need.organisation_id == offer.organisation_id:
        raise ActRefused(Refusal.SAME_ORGANISATION)
    if not (need.is_live(today) and offer.is_live(today)):
        raise ActRefused(Refusal.NOT_LIVE)
    if offer.organisation.family in need.families_excluded or need.organisation.family in offer.families_excluded:
        raise ActRefused(Refusal.NOT_WANTED)


def _waiting(session: Session, need_id: int, offer_id: int, by: Actor) -> int:
    """Pairs that this side's posting brought up and the other has not answered."""
    own = Introduction.need_id == need_id if by is Actor.NEED else Introduction.offer_id == offer_id
    unanswered = Introduction.state.is_(None) | (Introduction.state == IntroductionState.ANSWERED)
    return (
        session.scalar(
            select(func.count()).select_from(Introduction).where(own, unanswered, Introduction.proposed_by == by)
        )
        or 0
    )
