"""Letters about the animator's look at a posting: it is held, changes are asked, it is refused, it is accepted.

An acceptance is told to whoever waits for it: the posting was off the site, or the decision before it was another one.
Most postings are accepted without their authors ever knowing that somebody looked, and stay calm about it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from matcher.notifications.letters import PostingLetter
from matcher.notifications.pair_letters import NEWS_DAYS
from matcher.notifications.working_days import Calendar
from matcher.oversight.reviews import awaited_approvals
from matcher.people import MailKind, ReviewState
from matcher.postings.queries import get_posting
from matcher.store import Need, Offer, Review
from matcher.vocabulary import PostingKind, PostingStatus

#: What stands for the state of a posting that is off the site until somebody has looked.
_HELD = "held"


def find_moderation(session: Session, now: datetime, _calendar: Calendar) -> Iterator[PostingLetter]:
    """Postings that are held for a look, once for each time they are; and what was decided of late."""
    since = now - timedelta(days=NEWS_DAYS)
    awaited = awaited_approvals(session, since)
    for model in (Need, Offer):
        told = (
            select(Review, model)
            .join(model, and_(Review.kind == model.posting_kind, Review.object_id == model.id))
            .where(model.status == PostingStatus.OPEN)
            .where(or_(Review.decided_at > since, and_(Review.state == ReviewState.WAITING, model.held_at > since)))
            .order_by(Review.object_id)
        )
        rows = cast("list[tuple[Review, Need | Offer]]", session.execute(told).all())
        for review, posting in rows:
            subject = _subject(review, posting)
            if review.state is not ReviewState.APPROVED or (review.kind, review.object_id) in awaited:
                yield PostingLetter(
                    kind=MailKind.MODERATION,
                    reason=":".join((MailKind.MODERATION, *subject)),
                    organisation_id=posting.organisation_id,
                    posting_kind=model.posting_kind,
                    posting_id=posting.id,
                )


def stands_so(session: Session, subject: Sequence[str]) -> bool:
    """Whether what a mail tells of a posting (the subject of its key) is still what stands."""
    kind, number = PostingKind(subject[0]), int(subject[1])
    posting, review = get_posting(session, kind, number), session.get(Review, (kind, number))
    return posting is not None and review is not None and _subject(review, posting) == tuple(subject)


def _subject(review: Review, posting: Need | Offer) -> tuple[str, str, str, str]:
    """Kind and number of the posting, what is said of it, and since when."""
    state, at = (_HELD, posting.held_at) if review.state is ReviewState.WAITING else (review.state, review.decided_at)
    return review.kind.value, str(review.object_id), str(state), f"{at.timestamp():.0f}" if at else ""
