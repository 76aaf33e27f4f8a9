"""The animator's look at postings: what waits for one, and what was decided.

A posting gets a row when it is published and again when its text changes. The setting decides whether it is on the
site meanwhile (``Moderation.AFTER``) or waits for the look (``Moderation.BEFORE``). A change of the text never brings
back what was taken down: only an approval does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Select, func, literal, select, tuple_, union_all
from sqlalchemy.orm import Session

from matcher.oversight import audit
from matcher.oversight.differences import Piece, differences
from matcher.oversight.paging import page_of
from matcher.oversight.texts import digest, texts_of
from matcher.people import Moderation, ReviewState
from matcher.postings.cleaning import clean_text
from matcher.postings.limits import TextLimit
from matcher.postings.queries import Page
from matcher.store import AuditEntry, Need, Offer, Review
from matcher.store.session import writing
from matcher.vocabulary import PostingKind

#: A remark to the author. Chosen: a paragraph that a phone shows whole.
REMARK: Final = TextLimit(1000)


class Decision(StrEnum):
    """What an animator may decide about a posting."""

    APPROVE = "approve"  # on the site, and back on it when it was held
    ASK_CHANGES = "ask_changes"  # where it is it stays: on the site, or held
    TAKE_DOWN = "take_down"  # changes asked, and off the site until they are approved
    REFUSE = "refuse"  # off the site


_STATES: Final = {
    Decision.APPROVE: ReviewState.APPROVED,
    Decision.ASK_CHANGES: ReviewState.CHANGES_ASKED,
    Decision.TAKE_DOWN: ReviewState.CHANGES_ASKED,
    Decision.REFUSE: ReviewState.REFUSED,
}
_ACTIONS: Final = {
    Decision.APPROVE: "review.approved",
    Decision.ASK_CHANGES: "review.changes_asked",
    Decision.TAKE_DOWN: "review.taken_down",
    Decision.REFUSE: "review.refused",
}


class ReviewProblem(StrEnum):
    """Why a decision was not taken."""

    REMARK_MISSING = "remark_missing"  # the author could not know what to do
    REMARK_TOO_LONG = "remark_too_long"
    CHANGED = "changed"  # the text, or what a colleague decided, is not what the page showed


class ReviewRefusedError(ValueError):
    """A decision that was not taken; nothing was written."""

    def __init__(self, problem: ReviewProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A posting of the queue and the animator's look at it."""

    review: Review
    posting: Need | Offer


@dataclass(frozen=True, slots=True)
class QueueFilters:
    """What the queue is narrowed to."""

    state: ReviewState | None = ReviewState.WAITING
    kind: PostingKind | None = None
    held: bool = False


def text_saved(session: Session, posting: Need | Offer, moderation: Moderation, now: datetime) -> None:
    """Ask for a look at ``posting``, which was published or changed in the transaction at hand.

    Nothing happens when the text is the one that was looked at last: a new budget or date needs no look.
    """
    session.flush()
    found = digest(posting)
    review = session.get(Review, (posting.posting_kind, posting.id))
    if review is not None and review.text_hash == found:
        return
    if review is None:
        review = Review(kind=posting.posting_kind, object_id=posting.id, text_hash=found, created_at=now)
        session.add(review)
    review.state, review.text_hash, review.created_at = ReviewState.WAITING, found, now
    review.remark, review.decided_by_id, review.decided_at = "", None, None
    if moderation is Moderation.BEFORE:
        posting.held_at = posting.held_at or now


def review_of(session: Session, posting: Need | Offer) -> Review | None:
    """The look at ``posting``; None when nobody was asked for one."""
    return session.get(Review, (posting.posting_kind, posting.id))


def seen_mark(review: Review) -> str:
    """What a page shows of a look, for :func:`decide` to tell that nothing has changed since."""
    return f"{review.text_hash[:16]}-{review.state.value}"


def decide(
    session: Session,
    posting: Need | Offer,
    decision: Decision,
    remark: str,
    *,
    account_id: int,
    seen: str,
    now: datetime,
) -> Review:
    """Decide about ``posting``, as the page showed it (:func:`seen_mark`).

    ``remark`` goes to the author: needed unless the posting is approved, at most :data:`REMARK` characters.
    Raises ReviewRefusedError; nothing is written then.
    """
    told = clean_text(remark)
    if len(told) > REMARK.maximum:
        raise ReviewRefusedError(ReviewProblem.REMARK_TOO_LONG)
    if not told and decision is not Decision.APPROVE:
        raise ReviewRefusedError(ReviewProblem.REMARK_MISSING)
    with writing(session):
        review = session.get_one(Review, (posting.posting_kind, posting.id), populate_existing=True)
        if seen != seen_mark(review):
            raise ReviewRefusedError(ReviewProblem.CHANGED)
        awaited = _is_awaited(session, posting)
        review.state, review.remark, review.texts = _STATES[decision], told, texts_of(posting)
        review.decided_by_id, review.decided_at = account_id, now
        if decision is Decision.APPROVE:
            posting.held_at = None
        elif decision is not Decision.ASK_CHANGES:
            posting.held_at = posting.held_at or now
        kind = posting.posting_kind.value
        audit.record(session, account_id, _ACTIONS[decision], kind, posting.id, awaited=awaited)
    return review


def awaited_approvals(session: Session, since: datetime) -> frozenset[tuple[PostingKind, int]]:
    """Postings accepted after ``since`` whose authors waited for it: they are told, others need not hear of it."""
    approved = (
        select(Review.kind, Review.object_id, AuditEntry.details)
        .join(AuditEntry, (AuditEntry.object_kind == Review.kind) & (AuditEntry.object_id == Review.object_id))
        .where(Review.state == ReviewState.APPROVED, Review.decided_at > since)
        .where(AuditEntry.action == _ACTIONS[Decision.APPROVE])
        .order_by(AuditEntry.id)
    )
    last = {(row.kind, row.object_id): row.details.get("awaited", False) for row in session.execute(approved)}
    return frozenset(key for key, awaited in last.items() if awaited)


def _is_awaited(session: Session, posting: Need | Offer) -> bool:
    """Whether the author of ``posting`` waits for a decision: it is off the site, or something was asked of them."""
    last = audit.last_entry(session, posting.posting_kind.value, posting.id, _ACTIONS.values())
    return posting.held_at is not None or (last is not None and last.action != _ACTIONS[Decision.APPROVE])


def changes_since(review: Review, posting: Need | Offer) -> dict[str, tuple[Piece, ...]] | None:
    """Texts that changed since the last decision, word by word; None before the first one."""
    return None if review.texts is None else differences(review.texts, texts_of(posting))


def page_of_queue(session: Session, filters: QueueFilters, page: int, per_page: int) -> Page[QueueEntry]:
    """Postings of one page, whoever waits longest first; decided ones, the newest decision first."""
    waits = filters.state is ReviewState.WAITING
    found = _queue(filters).subquery()
    wanted = select(found.c.kind, found.c.object_id)
    first = found.c.created_at if waits else func.coalesce(found.c.decided_at, found.c.created_at).desc()
    order = (first, found.c.kind, found.c.object_id)
    return page_of(session, wanted, order, page, per_page, _reader(session))


def count_waiting(session: Session) -> tuple[int, datetime | None]:
    """How many postings wait for a look, and since when the first of them does."""
    waiting = _queue(QueueFilters()).subquery()
    count = session.scalar(select(func.count()).select_from(waiting)) or 0
    oldest = select(Review.created_at).join(waiting, _same(waiting)).order_by(Review.created_at).limit(1)
    return count, session.scalar(oldest)


def _same(found: Any) -> Any:
    return (found.c.kind == Review.kind) & (found.c.object_id == Review.object_id)


def _queue(filters: QueueFilters) -> Select[Any]:
    """Keys and dates of the looks under ``filters``; those whose posting is gone are left out."""
    sides = []
    for model in (Need, Offer):
        kind = model.posting_kind
        if filters.kind is not None and filters.kind is not kind:
            continue
        side = select(Review.kind, Review.object_id, Review.created_at, Review.decided_at)
        side = side.join(model, (Review.kind == kind) & (Review.object_id == model.id))
        if filters.state is not None:
            side = side.where(Review.state == filters.state)
        if filters.held:
            side = side.where(model.held_at.is_not(None))
        sides.append(side)
    both = union_all(*sides).subquery()
    return select(both).where(literal(True))


def _reader(session: Session) -> Callable[[Sequence[Any]], list[QueueEntry]]:
    def read(rows: Sequence[Any]) -> list[QueueEntry]:
        keys = [(row.kind, row.object_id) for row in rows]
        chosen = tuple_(Review.kind, Review.object_id).in_(keys)
        looks = {(look.kind, look.object_id): look for look in session.scalars(select(Review).where(chosen))}
        postings: dict[tuple[PostingKind, int], Need | Offer] = {}
        for model in (Need, Offer):
            ids = [number for kind, number in keys if kind is model.posting_kind]
            found: Any = session.scalars(select(model).where(model.id.in_(ids)))
            postings |= {(model.posting_kind, row.id): row for row in found}
        return [QueueEntry(looks[key], postings[key]) for key in keys]

    return read
