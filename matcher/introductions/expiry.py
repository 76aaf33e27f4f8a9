"""What time does to pairs: silence after a yes, and postings whose life is over."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, selectinload

from matcher.clock import local_day
from matcher.introductions.closing import UNANSWERED, close_pair
from matcher.introductions.recording import add_events, standing_of
from matcher.introductions.states import Act, decide
from matcher.people import Actor, IntroductionState
from matcher.store import Introduction, Need, Offer
from matcher.store.session import writing
from matcher.vocabulary import PostingStatus


def expire_due(session: Session, now: datetime) -> int:
    """End pairs that nobody answered in time or whose posting is over; returns how many. One transaction.

    Meant for a nightly job; running it again the same day changes nothing. Cost: two indexed queries, and a write for
    each pair that ends.
    """
    today = local_day(now)
    with writing(session):
        closed = _close_over(session, today, now)
        silent = session.scalars(
            select(Introduction)
            .where(Introduction.state == IntroductionState.ANSWERED, Introduction.due_on < today)
            .options(selectinload(Introduction.events))
        ).all()
        for row in silent:
            add_events(row, decide(standing_of(row), Act.EXPIRE, Actor.SYSTEM, now))
    return closed + len(silent)


def _close_over(session: Session, today: date, now: datetime) -> int:
    """End unanswered pairs of which a posting is closed or past its last day, however that came about."""
    rows = session.scalars(
        select(Introduction)
        .join(Introduction.need)
        .join(Introduction.offer)
        .where(UNANSWERED, or_(_is_over(Need, today), _is_over(Offer, today)))
        .options(selectinload(Introduction.events))
    ).all()
    for row in rows:
        need = row.need
        over = need.status is PostingStatus.CLOSED or (need.expires_on is not None and need.expires_on < today)
        close_pair(row, Actor.NEED if over else Actor.OFFER, now)
    session.flush()
    return len(rows)


def _is_over(model: type[Need] | type[Offer], today: date) -> ColumnElement[bool]:
    return or_(model.status == PostingStatus.CLOSED, model.expires_on < today)
