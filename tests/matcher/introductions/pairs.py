"""A pair that the matcher proposed, and shorthands for what its sides say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from matcher.store import Need, Offer, Proposal
from matcher.store.session import writing
from matcher.vocabulary import Engine, Level, PostingKind
from tests import builders

NEED, OFFER = PostingKind.NEED, PostingKind.OFFER
#: A Monday of a month without public holidays.
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
TODAY = NOW.date()


@dataclass(frozen=True)
class Ids:
    """Numbers of a need and an offer, in the order in which use cases take them."""

    need: int
    offer: int

    def __iter__(self) -> Any:
        return iter((self.need, self.offer))


def proposed(session: Session, *, need: dict[str, Any] | None = None, offer: dict[str, Any] | None = None) -> Ids:
    """A need and an offer that the matcher proposed to each other."""
    with writing(session):
        ids = unknown(session, need=need, offer=offer)
        propose(session, ids)
    return ids


def unknown(session: Session, *, need: dict[str, Any] | None = None, offer: dict[str, Any] | None = None) -> Ids:
    """A need and an offer that nobody proposed."""
    with writing(session):
        first, second = builders.need(session, **need or {}), builders.offer(session, **offer or {})
        session.flush()
        return Ids(first.id, second.id)


def propose(session: Session, ids: Ids, *, score: float = 0.8, level: Level = Level.GOOD) -> None:
    """Write what the matcher writes."""
    with writing(session):
        session.add(
            Proposal(
                need_id=ids.need, offer_id=ids.offer, position=1, score=score, level=level,
                engine=Engine.LEXICAL, shown_at=NOW,
            )
        )  # fmt: skip


def postings(session: Session, ids: Ids) -> tuple[Need, Offer]:
    """Their rows."""
    return session.get_one(Need, ids.need), session.get_one(Offer, ids.offer)
