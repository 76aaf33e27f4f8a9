"""The thread of two sides that were introduced: messages, and calls that are proposed in it.

Mails that come through the relay are stored by ``matcher.relay``; both ways lead to the same rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from matcher.introductions.recording import find, standing_of, touch
from matcher.introductions.states import ActRefused, Refusal
from matcher.store import Introduction, ThreadMessage
from matcher.store.session import writing
from matcher.vocabulary import PostingKind

#: Longest message, in characters. Chosen: some pages.
MESSAGE_CHARS: Final = 5000
#: Longest address of a video call.
LINK_CHARS: Final = 300
#: A call is proposed for later than now, and within this many days. Chosen.
LATEST_CALL_DAYS: Final = 180
#: How long a first call lasts in calendars, minutes. Chosen.
CALL_MINUTES: Final = 30


class MessageProblem(StrEnum):
    """What is wrong with a message."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    CALL_IN_PAST = "call_in_past"
    CALL_TOO_FAR = "call_too_far"


class MessageRefused(ValueError):
    """The text or the time of a message cannot be stored; ``code`` says why."""

    def __init__(self, code: MessageProblem) -> None:
        super().__init__(code.value)
        self.code = code


@dataclass(frozen=True, slots=True)
class Call:
    """A call that somebody proposed: when it begins, in UTC, and for how long."""

    starts_at: datetime

    @property
    def ends_at(self) -> datetime:
        """When calendars let it end."""
        return self.starts_at + timedelta(minutes=CALL_MINUTES)


def write(
    session: Session,
    need_id: int,
    offer_id: int,
    side: PostingKind,
    text: str,
    *,
    now: datetime,
    form_key: str = "",
    call_starts_at: datetime | None = None,
) -> ThreadMessage:
    """Add a message of ``side``; ``call_starts_at`` proposes a call then.

    ``form_key`` names the form that was filled in: sent twice, it makes one message.

    Raises
    ------
    ActRefused
        Before both said yes.
    MessageRefused
        For a too long text, an empty one without a call, or a call that is past or over ``LATEST_CALL_DAYS`` ahead.
    """
    words = _checked(text, call_starts_at, now)
    with writing(session):
        row = _introduced(session, need_id, offer_id)
        key = _key(side, form_key) if form_key else None
        known = (
            session.scalar(select(ThreadMessage).filter_by(introduction_id=row.id, message_key=key)) if key else None
        )
        if known is not None:
            return known
        message = ThreadMessage(
            introduction_id=row.id, side=side, text=words, message_key=key, call_starts_at=call_starts_at, sent_at=now
        )
        session.add(message)
        touch(row, side, now)
    return message


def mark_read(session: Session, need_id: int, offer_id: int, side: PostingKind, *, now: datetime) -> int:
    """Remember that ``side`` opened what the other wrote; returns how many messages were new to it."""
    with writing(session):
        row = find(session, need_id, offer_id)
        if row is None:
            return 0
        mine = session.execute(
            update(ThreadMessage)
            .where(
                ThreadMessage.introduction_id == row.id,
                ThreadMessage.side == side.other,
                ThreadMessage.read_at.is_(None),
            )
            .values(read_at=now)
        )
    return int(mine.rowcount)  # type: ignore[attr-defined]


def messages_of(session: Session, introduction_id: int) -> Sequence[ThreadMessage]:
    """The whole thread, oldest first."""
    return session.scalars(
        select(ThreadMessage)
        .where(ThreadMessage.introduction_id == introduction_id)
        .order_by(ThreadMessage.sent_at, ThreadMessage.id)
    ).all()


def unread(session: Session, introduction_ids: Sequence[int], side: PostingKind) -> dict[int, int]:
    """Messages that ``side`` has not opened, by introduction; those without any are left out."""
    found = session.execute(
        select(ThreadMessage.introduction_id, func.count())
        .where(
            ThreadMessage.introduction_id.in_(introduction_ids),
            ThreadMessage.side == side.other,
            ThreadMessage.read_at.is_(None),
        )
        .group_by(ThreadMessage.introduction_id)
    )
    return {int(number): int(count) for number, count in found}


def talked(session: Session, introduction_ids: Sequence[int]) -> frozenset[int]:
    """Those of the introductions in which somebody has written."""
    chosen = ThreadMessage.introduction_id.in_(introduction_ids)
    return frozenset(session.scalars(select(ThreadMessage.introduction_id).where(chosen).distinct()))


def call_of(session: Session, introduction_id: int, message_id: int) -> tuple[ThreadMessage, Call] | None:
    """A message of this thread that proposes a call, and the call."""
    message = session.scalar(select(ThreadMessage).filter_by(introduction_id=introduction_id, id=message_id))
    if message is None or message.call_starts_at is None:
        return None
    return message, Call(message.call_starts_at.astimezone(UTC))


def _introduced(session: Session, need_id: int, offer_id: int) -> Introduction:
    row = find(session, need_id, offer_id)
    if row is None or not standing_of(row).contacts_are_shown:
        raise ActRefused(Refusal.NOT_INTRODUCED)
    return row


def _checked(text: str, call_starts_at: datetime | None, now: datetime) -> str:
    words = text.replace("\r\n", "\n").strip()
    if not words and call_starts_at is None:
        raise MessageRefused(MessageProblem.EMPTY)
    if len(words) > MESSAGE_CHARS:
        raise MessageRefused(MessageProblem.TOO_LONG)
    if call_starts_at is not None and call_starts_at <= now:
        raise MessageRefused(MessageProblem.CALL_IN_PAST)
    if call_starts_at is not None and call_starts_at > now + timedelta(days=LATEST_CALL_DAYS):
        raise MessageRefused(MessageProblem.CALL_TOO_FAR)
    return words


def _key(side: PostingKind, form_key: str) -> str:
    return hashlib.sha256(f"form\0{side.value}\0{form_key}".encode()).hexdigest()
