"""Questions about a need: asked by one producer, answered by its author once, for everybody.

Who asks is known to the service, so that the answer reaches them, and shown to nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matcher.clock import local_day
from matcher.introductions.recording import sides_of
from matcher.introductions.states import ActRefused, Refusal
from matcher.store import PostingQuestion
from matcher.store.session import writing

QUESTION_CHARS: Final = 500
ANSWER_CHARS: Final = 2000
#: Questions of one offer about one need that may wait for an answer. Chosen.
MOST_WAITING: Final = 3


class QuestionProblem(StrEnum):
    """What is wrong with a question or an answer."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    UNKNOWN = "unknown"  # no such question about this need


class QuestionRefused(ValueError):
    """A question or an answer cannot be stored; ``code`` says why."""

    def __init__(self, code: QuestionProblem) -> None:
        super().__init__(code.value)
        self.code = code


def ask(session: Session, need_id: int, offer_id: int, text: str, *, now: datetime) -> PostingQuestion:
    """Ask something about a need in the name of an offer; the same question asked again is the same row.

    Raises QuestionRefused for an empty or too long text, or when ``MOST_WAITING`` questions of this offer wait for an
    answer; ActRefused for a need that is not live, or of the same organisation.
    """
    words = _checked(text, QUESTION_CHARS)
    with writing(session):
        need, offer = sides_of(session, need_id, offer_id)
        if need.organisation_id == offer.organisation_id:
            raise ActRefused(Refusal.SAME_ORGANISATION)
        if not need.is_live(local_day(now)):
            raise ActRefused(Refusal.NOT_LIVE)
        own = select(PostingQuestion).filter_by(need_id=need_id, offer_id=offer_id)
        known = session.scalar(own.where(PostingQuestion.question == words))
        if known is not None:
            return known
        waiting = own.where(PostingQuestion.answered_at.is_(None), PostingQuestion.hidden_at.is_(None))
        if (session.scalar(select(func.count()).select_from(waiting.subquery())) or 0) >= MOST_WAITING:
            raise QuestionRefused(QuestionProblem.TOO_MANY)
        row = PostingQuestion(need_id=need_id, offer_id=offer_id, question=words, asked_at=now)
        session.add(row)
        offer.organisation.last_active_at = now
    return row


def answer(session: Session, need_id: int, question_id: int, text: str, *, now: datetime) -> PostingQuestion:
    """Answer a question, for everybody; an answer that is there is replaced and keeps its date.

    Raises QuestionRefused for an empty or too long text, or a question about another need.
    """
    words = _checked(text, ANSWER_CHARS)
    with writing(session):
        row = _of(session, need_id, question_id)
        row.answer, row.answered_at = words, row.answered_at or now
    return row


def hide(session: Session, need_id: int, question_id: int, *, now: datetime) -> PostingQuestion:
    """Take a question with its answer off the public page. Raises QuestionRefused for one about another need."""
    with writing(session):
        row = _of(session, need_id, question_id)
        row.hidden_at = row.hidden_at or now
    return row


def show_again(session: Session, need_id: int, question_id: int) -> PostingQuestion:
    """Put a hidden question back. Raises QuestionRefused for one about another need."""
    with writing(session):
        row = _of(session, need_id, question_id)
        row.hidden_at = None
    return row


def public_questions(session: Session, need_id: int) -> Sequence[PostingQuestion]:
    """What everybody may read: answered questions that are not hidden, oldest first."""
    return session.scalars(
        select(PostingQuestion)
        .where(
            PostingQuestion.need_id == need_id,
            PostingQuestion.answered_at.is_not(None),
            PostingQuestion.hidden_at.is_(None),
        )
        .order_by(PostingQuestion.answered_at, PostingQuestion.id)
    ).all()


def questions_to_author(session: Session, need_id: int) -> Sequence[PostingQuestion]:
    """Every question about a need, for its author: unanswered ones first, hidden ones last, oldest first in each."""
    rows = session.scalars(select(PostingQuestion).filter_by(need_id=need_id).order_by(PostingQuestion.id)).all()
    return sorted(rows, key=lambda row: (row.hidden_at is not None, row.answered_at is not None))


def unanswered(session: Session, need_id: int) -> int:
    """Questions about a need that wait for its author. Cost: one indexed query."""
    waiting = select(func.count()).select_from(PostingQuestion).filter_by(need_id=need_id, answered_at=None)
    return session.scalar(waiting.where(PostingQuestion.hidden_at.is_(None))) or 0


def questions_of(session: Session, need_id: int, offer_id: int) -> Sequence[PostingQuestion]:
    """What one offer asked about a need, oldest first."""
    return session.scalars(
        select(PostingQuestion).filter_by(need_id=need_id, offer_id=offer_id).order_by(PostingQuestion.id)
    ).all()


def _of(session: Session, need_id: int, question_id: int) -> PostingQuestion:
    row = session.get(PostingQuestion, question_id)
    if row is None or row.need_id != need_id:
        raise QuestionRefused(QuestionProblem.UNKNOWN)
    return row


def _checked(text: str, most: int) -> str:
    words = text.replace("\r\n", "\n").strip()
    if not words:
        raise QuestionRefused(QuestionProblem.EMPTY)
    if len(words) > most:
        raise QuestionRefused(QuestionProblem.TOO_LONG)
    return words
