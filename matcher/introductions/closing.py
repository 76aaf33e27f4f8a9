"""Close or delete a posting, and tell those who waited for it.

The use cases here wrap those of ``matcher.postings``, which know nothing of introductions.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from matcher.introductions.recording import add_events, standing_of
from matcher.introductions.states import Act, actor_of, decide
from matcher.people import Actor, IntroductionState
from matcher.postings import publish
from matcher.store import Introduction, Need, Offer
from matcher.store.session import writing
from matcher.vocabulary import ClosedReason

P = TypeVar("P", bound=Need | Offer)

#: Pairs that end with one of their postings: one yes at most. Those of two yeses have each other's contact and go on.
UNANSWERED = Introduction.state.is_(None) | (Introduction.state == IntroductionState.ANSWERED)


def close_posting(session: Session, posting: P, reason: ClosedReason, now: datetime) -> P:
    """Take a posting out of every search, and end its pairs that wait for an answer. One transaction."""
    with writing(session):
        publish.close_posting(session, posting, reason, now)
        close_for_posting(session, posting, now=now)
    return posting


def close_for_posting(session: Session, posting: Need | Offer, *, now: datetime) -> int:
    """End the unanswered pairs of a posting that is closed, over, or about to be deleted; returns how many.

    The event is that of the posting's side, so that the other one can be told: solved elsewhere.
    """
    own = Introduction.need_id if isinstance(posting, Need) else Introduction.offer_id
    with writing(session):
        pairs = select(Introduction).where(own == posting.id, UNANSWERED).options(selectinload(Introduction.events))
        rows = session.scalars(pairs).all()
        for row in rows:
            close_pair(row, actor_of(posting.posting_kind), now)
    return len(rows)


def close_pair(row: Introduction, by: Actor, now: datetime) -> None:
    """End one pair because of the posting of ``by``; part of a transaction of the caller."""
    add_events(row, decide(standing_of(row), Act.CLOSE, by, now))
