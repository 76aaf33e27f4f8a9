"""Letters about one pair: an answer is wanted, a reminder, the introduction, what becomes of it, its messages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, case, exists, func, literal, select
from sqlalchemy.orm import Session, joinedload

from matcher.introductions.recording import posting_of
from matcher.notifications.letters import PairLetter
from matcher.notifications.sides import not_before, waiting_side, yes_at
from matcher.notifications.working_days import Calendar
from matcher.people import Actor, IntroductionEventKind, IntroductionState, MailKind, MailState
from matcher.store import Introduction, IntroductionEvent, Mail, Need, Offer, ThreadMessage
from matcher.vocabulary import PostingKind, PostingStatus

#: Working days after which the one reminder of a yes leaves (FIELD, C6: earlier ones are badly received).
REMINDER_DAYS: Final = 3
#: Days after which something that happened is no news. Chosen: longer than any outage.
NEWS_DAYS: Final = 30

_GOES_ON: Final = (IntroductionState.INTRODUCED, IntroductionState.MET, IntroductionState.STARTED)


def find_answers_wanted(session: Session, now: datetime, calendar: Calendar) -> Iterator[PairLetter]:
    """One side said yes: the other is told at once, unless it asked for time."""
    today = calendar.day_of(now)
    for pair in session.scalars(_pairs().where(Introduction.state == IntroductionState.ANSWERED)):
        side = waiting_side(pair)
        if side is not None and may_be_asked(pair, side, today):
            yield _letter(MailKind.ANSWER_WANTED, pair, side, _answer_reason(pair, side))


def find_reminders(session: Session, now: datetime, calendar: Calendar) -> Iterator[PairLetter]:
    """The yes that was told :data:`REMINDER_DAYS` working days ago still has no answer: once more, and never again."""
    today = calendar.day_of(now)
    told = (
        select(Mail.introduction_id, Mail.key, Mail.sent_at)
        .join(Introduction, Introduction.id == Mail.introduction_id)
        .where(
            Mail.kind == MailKind.ANSWER_WANTED, Mail.state == MailState.SENT,
            Introduction.state == IntroductionState.ANSWERED,
        )
    )  # fmt: skip
    due = {
        row.introduction_id: row.key.partition("/")[0]
        for row in session.execute(told)
        if now >= calendar.after(row.sent_at, REMINDER_DAYS)
    }
    if not due:
        return
    for pair in session.scalars(_pairs().where(Introduction.state == IntroductionState.ANSWERED)):
        side = waiting_side(pair)
        if side is None or due.get(pair.id) != _answer_reason(pair, side) or not may_be_asked(pair, side, today):
            continue
        reason = _answer_reason(pair, side).replace(MailKind.ANSWER_WANTED, MailKind.REMINDER, 1)
        yield _letter(MailKind.REMINDER, pair, side, reason)


def find_introduced(session: Session, now: datetime, _calendar: Calendar) -> Iterator[PairLetter]:
    """Both said yes: each is told who the other is."""
    since = now - timedelta(days=NEWS_DAYS)
    wanted = _pairs().where(Introduction.state == IntroductionState.INTRODUCED, Introduction.changed_at > since)
    for pair in session.scalars(wanted):
        for side in PostingKind:
            yield _letter(MailKind.INTRODUCED, pair, side, f"introduced:{pair.id}:{side.value}")


def find_follow_ups(session: Session, now: datetime, calendar: Calendar) -> Iterator[PairLetter]:
    """Did you meet? And later: what came of it? Each side is asked each of the two once."""
    today = calendar.day_of(now)
    if not calendar.is_morning(now):
        return
    due = _pairs().where(Introduction.state.in_(_GOES_ON), Introduction.due_on <= today, ~_both_were_asked())
    for pair in session.scalars(due):
        stage = "met" if pair.state is IntroductionState.INTRODUCED else "outcome"
        for side in PostingKind:
            if stage == "met" or not _told_outcome(session, pair, side):
                yield _letter(MailKind.FOLLOW_UP, pair, side, f"follow_up:{pair.id}:{side.value}:{stage}")


def _both_were_asked() -> ColumnElement[bool]:
    """Whether the mails of a pair's present question are there: most pairs of the past need no second look."""
    stage = case((Introduction.state == IntroductionState.INTRODUCED, "met"), else_="outcome")
    asked = (
        select(func.count())
        .where(
            Mail.introduction_id == Introduction.id,
            Mail.kind == MailKind.FOLLOW_UP,
            Mail.key.like(literal("follow_up:%:").concat(stage).concat("/0")),
        )
        .scalar_subquery()
    )
    return asked >= len(PostingKind)


def find_solved_elsewhere(session: Session, now: datetime, calendar: Calendar) -> Iterator[PairLetter]:
    """The posting of the other side ended before it answered: who had said yes is told not to wait."""
    today = calendar.day_of(now)
    since = now - timedelta(days=NEWS_DAYS)
    wanted = _pairs().where(Introduction.state == IntroductionState.CLOSED, Introduction.changed_at > since)
    for pair in session.scalars(wanted):
        for side in PostingKind:
            waits = yes_at(pair, side) is not None and yes_at(pair, side.other) is None
            if waits and not has_ended(posting_of(pair, side), today):
                yield _letter(MailKind.SOLVED_ELSEWHERE, pair, side, f"solved_elsewhere:{pair.id}:{side.value}")


def find_messages(session: Session, now: datetime, _calendar: Calendar) -> Iterator[PairLetter]:
    """What one side wrote to the other, unless it was read on the site already."""
    unread = (
        select(ThreadMessage.id, ThreadMessage.side, ThreadMessage.introduction_id)
        .where(ThreadMessage.read_at.is_(None), ThreadMessage.sent_at > now - timedelta(days=NEWS_DAYS))
        .order_by(ThreadMessage.id)
    )
    for row in session.execute(unread).all():
        pair = session.get(Introduction, row.introduction_id)
        if pair is not None and pair.state in {*_GOES_ON, IntroductionState.ENDED}:
            yield _letter(MailKind.MESSAGE, pair, row.side.other, f"message:{row.id}", message_id=row.id)


def may_be_asked(pair: Introduction, side: PostingKind, today: date) -> bool:
    """Whether ``side`` may be asked about the pair today: both postings live, and no "not now" that lasts."""
    wait = not_before(pair, side)
    return pair.need.is_live(today) and pair.offer.is_live(today) and (wait is None or wait <= today)


def has_ended(posting: Need | Offer, today: date) -> bool:
    """Closed or expired; a pause is no end."""
    expired = posting.expires_on is not None and posting.expires_on < today
    return posting.status is PostingStatus.CLOSED or expired


def _told_outcome(session: Session, pair: Introduction, side: PostingKind) -> bool:
    event = IntroductionEvent
    told = exists().where(
        event.introduction_id == pair.id,
        event.kind == IntroductionEventKind.OUTCOME,
        event.actor == Actor(side.value),
    )
    return bool(session.scalar(select(told)))


def _pairs() -> Select[Introduction]:
    both = (joinedload(Introduction.need, innerjoin=True), joinedload(Introduction.offer, innerjoin=True))
    return select(Introduction).options(*both).order_by(Introduction.id)


def _answer_reason(pair: Introduction, side: PostingKind) -> str:
    """A yes that was taken back and given again is another reason: its moment is part of it."""
    said = yes_at(pair, side.other)
    return f"answer_wanted:{pair.id}:{side.value}:{said.timestamp() if said else 0:.0f}"


def _letter(
    kind: MailKind, pair: Introduction, side: PostingKind, reason: str, message_id: int | None = None
) -> PairLetter:
    return PairLetter(
        kind=kind,
        reason=reason,
        organisation_id=posting_of(pair, side).organisation_id,
        introduction_id=pair.id,
        side=side,
        message_id=message_id,
    )
