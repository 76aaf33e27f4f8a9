"""What an author does with a posting besides writing it: send it twice, see who saw it, delete it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matcher.store import Need, Offer, Organisation, Proposal
from matcher.store.session import writing
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


def delete_posting(session: Session, posting: Need | Offer) -> None:
    """Remove a posting for good, with its proposals and vectors.

    Its organisation goes too when it was typed on the site and nothing else was posted for it: nobody
    could reach or mend it any more.
    """
    with writing(session):
        organisation = posting.organisation
        session.delete(posting)
        session.flush()
        if organisation.source == "site" and not _has_postings(session, organisation):
            session.delete(organisation)


def _published(session: Session, kind: PostingKind, source: str, key: str) -> Need | Offer | None:
    if kind is PostingKind.NEED:
        return session.scalar(select(Need).where(Need.source == source, Need.external_key == key))
    return session.scalar(select(Offer).where(Offer.source == source, Offer.external_key == key))


def _has_postings(session: Session, organisation: Organisation) -> bool:
    own = (select(model.id).where(model.organisation_id == organisation.id).limit(1) for model in (Need, Offer))
    return any(session.scalar(query) is not None for query in own)
