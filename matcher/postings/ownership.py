"""What an author does with a posting besides writing it: send it twice, see who saw it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matcher.store import Need, Offer, Proposal
from matcher.vocabulary import PostingKind


@dataclass(frozen=True, slots=True)
class Exposure:
    """How often a posting was proposed: ``count`` pairs in all, ``last_at`` the newest (UTC)."""

    count: int
    last_at: datetime | None


def publish_once(
    session: Session, kind: PostingKind, key: str, publish: Callable[[], Need | Offer], *, source: str = "site"
) -> Need | Offer:
    """Publish, unless ``source`` published under the same ``key`` already: then that row is the answer.

    A form that is sent twice by an impatient finger makes one posting, even when both requests run at once.
    """
    known = _published(session, kind, source, key)
    if known is not None:
        return known
    try:
        return publish()
    except IntegrityError:
        known = _published(session, kind, source, key)
        if known is None:
            raise
        return known


def exposure(session: Session, posting: Need | Offer) -> Exposure:
    """How many partners ``posting`` was proposed to, and when last. Cost: one indexed query."""
    own = Proposal.need_id if posting.posting_kind is PostingKind.NEED else Proposal.offer_id
    count, last_at = session.execute(select(func.count(), func.max(Proposal.shown_at)).where(own == posting.id)).one()
    return Exposure(count, last_at)


def _published(session: Session, kind: PostingKind, source: str, key: str) -> Need | Offer | None:
    if kind is PostingKind.NEED:
        return session.scalar(select(Need).where(Need.source == source, Need.external_key == key))
    return session.scalar(select(Offer).where(Offer.source == source, Offer.external_key == key))
