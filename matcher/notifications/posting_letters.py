"""Letters about one posting: its questions, what comes near to it, and its end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from matcher.notifications.letters import PostingLetter, QuestionLetter
from matcher.notifications.pair_letters import NEWS_DAYS
from matcher.notifications.working_days import Calendar
from matcher.people import MailKind
from matcher.postings.filters import is_live
from matcher.store import Introduction, Need, Offer, PostingQuestion
from matcher.vocabulary import PostingKind, PostingStatus

#: Working days without a yes of either side after which the author is told what comes near: two weeks. Chosen.
NEAR_MISS_DAYS: Final = 10
#: Needs older than this when mails are switched on are no news. Chosen.
NEAR_MISS_LATEST_DAYS: Final = 60
#: Days before its end at which a posting's author is asked whether it is still true. Chosen: two digests.
EXPIRES_SOON_DAYS: Final = 14


def find_questions(session: Session, now: datetime, calendar: Calendar) -> Iterator[QuestionLetter]:
    """Questions that a need's author has not answered."""
    question = PostingQuestion
    wanted = (
        select(question.id, Need.organisation_id)
        .join(Need, Need.id == question.need_id)
        .where(
            question.answered_at.is_(None), question.hidden_at.is_(None),
            question.asked_at > now - timedelta(days=NEWS_DAYS), is_live(Need, calendar.day_of(now)),
        )
        .order_by(question.id)
    )  # fmt: skip
    for question_id, organisation_id in session.execute(wanted).all():
        yield QuestionLetter(
            kind=MailKind.QUESTION,
            reason=f"question:{question_id}",
            organisation_id=organisation_id,
            question_id=question_id,
        )


def find_answers(session: Session, now: datetime, _calendar: Calendar) -> Iterator[QuestionLetter]:
    """Answers, for who asked."""
    question = PostingQuestion
    wanted = (
        select(question.id, Offer.organisation_id)
        .join(Offer, Offer.id == question.offer_id)
        .where(question.answered_at > now - timedelta(days=NEWS_DAYS), question.hidden_at.is_(None))
        .order_by(question.id)
    )
    for question_id, organisation_id in session.execute(wanted).all():
        yield QuestionLetter(
            kind=MailKind.ANSWER,
            reason=f"answer:{question_id}",
            organisation_id=organisation_id,
            question_id=question_id,
        )


def find_near_misses(session: Session, now: datetime, calendar: Calendar) -> Iterator[PostingLetter]:
    """Needs to which nobody said yes in :data:`NEAR_MISS_DAYS` working days; once, and once more when renewed."""
    if not calendar.is_morning(now):
        return
    # Ten working days are twelve days at least: younger needs are not even read.
    ages = (now - timedelta(days=NEAR_MISS_LATEST_DAYS), now - timedelta(days=NEAR_MISS_DAYS))
    wanted = unanswered_needs(now, calendar).where(Need.created_at.between(*ages))
    columns = wanted.with_only_columns(Need.id, Need.organisation_id, Need.created_at, Need.renewal_count)
    for row in session.execute(columns).all():
        if now >= calendar.after(row.created_at, NEAR_MISS_DAYS):
            yield PostingLetter(
                kind=MailKind.NEAR_MISS,
                reason=f"near_miss:{row.id}:{row.renewal_count}",
                organisation_id=row.organisation_id,
                posting_kind=PostingKind.NEED,
                posting_id=row.id,
            )


def find_expiring(session: Session, now: datetime, calendar: Calendar) -> Iterator[PostingLetter]:
    """Open postings that end within :data:`EXPIRES_SOON_DAYS` days."""
    if not calendar.is_morning(now):
        return
    today = calendar.day_of(now)
    for model in (Need, Offer):
        wanted = (
            select(model.id, model.organisation_id, model.expires_on)
            .where(model.status == PostingStatus.OPEN, model.held_at.is_(None))
            .where(model.expires_on.between(today, today + timedelta(days=EXPIRES_SOON_DAYS)))
            .order_by(model.id)
        )
        for number, organisation_id, ends_on in session.execute(wanted).all():
            yield PostingLetter(
                kind=MailKind.EXPIRES_SOON,
                reason=f"expires_soon:{model.posting_kind.value}:{number}:{ends_on}",
                organisation_id=organisation_id,
                posting_kind=model.posting_kind,
                posting_id=number,
                ends_on=ends_on,
            )


def unanswered_needs(now: datetime, calendar: Calendar) -> Select[Need]:
    """Live needs of which no pair is under way or was introduced."""
    pair = Introduction
    said = or_(pair.need_yes_at.is_not(None), pair.offer_yes_at.is_not(None))
    both = pair.need_yes_at.is_not(None) & pair.offer_yes_at.is_not(None)
    under_way = exists().where(pair.need_id == Need.id, said, or_(both, pair.state == "answered"))
    return select(Need).where(is_live(Need, calendar.day_of(now)), ~under_way).order_by(Need.id)
