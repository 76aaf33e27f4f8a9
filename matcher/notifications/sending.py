"""Sending what waits: each mail is taken in a transaction of its own, handed over, and noted as sent.

A process may die at any moment. A mail that it had taken is taken up again after ten minutes under the same
Message-ID, so that whoever got it already recognises it; files of the outbox are named after the mail and written
once. While the mail server is away mails wait, and are tried again after a delay that grows up to an hour.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from matcher.notifications.cancelling import drop, stands
from matcher.notifications.preferences import Verdict, kept_preference
from matcher.notifications.queueing import finish
from matcher.notifications.working_days import Calendar
from matcher.people import MailKind, MailState
from matcher.store import JobMark, Mail
from matcher.store.session import writing

#: After how long a mail that a process took and never noted as sent is taken up again.
TAKEN_FOR: Final = timedelta(minutes=10)
#: Waits before the next try, by tries so far; the last one is for all that follow. Chosen, not measured.
DELAYS: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60))
#: Tries after which a mail that a server puts off again and again is given up. Chosen: about two days.
MAX_ATTEMPTS: Final = 48
#: Mails of one call. Chosen: some minutes of a slow server.
LIMIT: Final = 500

#: Where the state of the mail server is kept: ``seq`` failures in a row, ``at`` the next try.
SERVER: Final = "mail-server"


class ServerAway(Exception):
    """The server cannot be reached, or refuses everything: all mails wait."""


class Refused(Exception):
    """The server refuses this one mail for good."""


class PutOff(Exception):
    """The server takes this one mail later, perhaps."""


Carry = Callable[[Mail], None]
Carrier = Callable[[], AbstractContextManager[Carry]]


class _Done(Enum):
    SENT = auto()
    CANCELLED = auto()
    HELD = auto()
    FAILED = auto()
    WAITS = auto()
    GONE = auto()


@dataclass(frozen=True, slots=True)
class Report:
    """What one call did; ``server_away`` when it ended early."""

    sent: int = 0
    cancelled: int = 0
    failed: int = 0
    server_away: bool = False


@dataclass(frozen=True, slots=True)
class Outlook:
    """What waits: mails that are due, since when, and when a server that is away is tried again."""

    waiting: int
    oldest_at: datetime | None
    failures: int
    next_try_at: datetime | None


def delay(failures: int) -> timedelta:
    """Wait after so many failures in a row, at least one.

    >>> [str(delay(failures)) for failures in (1, 2, 5, 99)]
    ['0:01:00', '0:05:00', '1:00:00', '1:00:00']
    """
    return DELAYS[min(failures, len(DELAYS)) - 1]


def send_due(
    session: Session,
    now: datetime,
    carrier: Carrier,
    *,
    domain: str = "localhost",
    calendar: Calendar | None = None,
    limit: int = LIMIT,
    kinds: Collection[MailKind] | None = None,
) -> Report:
    """Send what is due, oldest first, of ``kinds`` alone if they are given; one connection for all of it.

    ``carrier`` opens the way out and yields what carries one mail; both raise :class:`ServerAway`, the second also
    :class:`Refused` and :class:`PutOff`. ``domain`` is that of Message-IDs.
    """
    calendar = calendar or Calendar()
    wanted = select(Mail.id).where(_is_due(now))
    if kinds is not None:
        wanted = wanted.where(Mail.kind.in_(kinds))
    numbers = session.scalars(wanted.order_by(Mail.due_at, Mail.id).limit(limit)).all()
    if not numbers or not _may_try(session, now):
        return Report()
    done: list[_Done] = []
    try:
        with carrier() as carry:
            done.extend(_send(session, number, now, carry, domain, calendar) for number in numbers)
    except ServerAway:
        _server_failed(session, now)
        return _report(done, server_away=True)
    _server_answered(session)
    return _report(done)


def outlook(session: Session, now: datetime) -> Outlook:
    """What waits to be sent, for pages that say so."""
    count, oldest = session.execute(select(func.count(), func.min(Mail.due_at)).where(_is_due(now) | _put_off())).one()
    mark = session.get(JobMark, SERVER)
    if mark is None or mark.seq == 0:
        return Outlook(count, oldest, 0, None)
    return Outlook(count, oldest, mark.seq, mark.at)


def server_is_away(session: Session) -> bool:
    """Whether the last try to reach the mail server failed; one row is read."""
    mark = session.get(JobMark, SERVER)
    return mark is not None and mark.seq > 0


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Waiting and due, or taken by a process that died. A moment in the future is that of a clock that went back."""
    dead = or_(Mail.taken_at <= now - TAKEN_FOR, Mail.taken_at > now + TAKEN_FOR)
    return or_(and_(Mail.state == MailState.WAITING, Mail.due_at <= now), and_(Mail.state == MailState.SENDING, dead))


def _put_off() -> ColumnElement[bool]:
    return and_(Mail.state == MailState.WAITING, Mail.attempts > 0)


def _may_try(session: Session, now: datetime) -> bool:
    mark = session.get(JobMark, SERVER, populate_existing=True)
    if mark is None or mark.seq == 0:
        return True
    return now >= mark.at or mark.at - now > DELAYS[-1]


def _server_failed(session: Session, now: datetime) -> None:
    with writing(session):
        mark = session.get(JobMark, SERVER, populate_existing=True)
        if mark is None:
            mark = JobMark(name=SERVER)
            session.add(mark)
        mark.seq += 1
        mark.at = now + delay(mark.seq)


def _server_answered(session: Session) -> None:
    mark = session.get(JobMark, SERVER, populate_existing=True)
    if mark is not None and mark.seq:
        with writing(session):
            mark.seq = 0


def _send(session: Session, number: int, now: datetime, carry: Carry, domain: str, calendar: Calendar) -> _Done:
    taken = _take(session, number, now, domain, calendar)
    if isinstance(taken, _Done):
        return taken
    try:
        carry(taken)
    except ServerAway:
        _release(session, number, now, "server_away")
        raise
    except PutOff:
        return _release(session, number, now, "put_off")
    except Refused:
        return _give_up(session, number, "refused")
    with writing(session):
        mail = session.get_one(Mail, number)
        mail.sent_at = now
        finish(mail, MailState.SENT)
    return _Done.SENT


def _take(session: Session, number: int, now: datetime, domain: str, calendar: Calendar) -> Mail | _Done:
    """Make the mail this process's own, committed; or say why not."""
    with writing(session):
        mail = session.scalar(select(Mail).where(Mail.id == number, _is_due(now)))
        if mail is None:
            return _Done.GONE  # another process was faster
        asked = stands(session, mail, now, calendar)
        if asked in {Verdict.CANCEL, Verdict.EXPIRE}:
            drop(session, mail, asked)
            return _Done.CANCELLED
        if asked is Verdict.HOLD:
            mail.state, mail.due_at = MailState.WAITING, calendar.after(now, 1)
            return _Done.HELD
        mail.state, mail.taken_at = MailState.SENDING, now
        mail.attempts += 1
        mail.message_id = mail.message_id or f"<mail-{mail.id}-{secrets.token_hex(8)}@{domain}>"
    return mail


def _release(session: Session, number: int, now: datetime, failure: str) -> _Done:
    with writing(session):
        mail = session.get_one(Mail, number)
        mail.failure = failure
        if failure != "server_away" and mail.attempts >= MAX_ATTEMPTS:
            finish(mail, MailState.FAILED, failure)
            return _Done.FAILED
        mail.state, mail.taken_at, mail.due_at = MailState.WAITING, None, now + delay(mail.attempts)
    return _Done.WAITS


def _give_up(session: Session, number: int, failure: str) -> _Done:
    with writing(session):
        mail = session.get_one(Mail, number)
        finish(mail, MailState.FAILED, failure)
        if mail.organisation_id is not None:
            kept_preference(session, mail.organisation_id).bounces += 1
    return _Done.FAILED


def _report(done: list[_Done], *, server_away: bool = False) -> Report:
    return Report(
        sent=done.count(_Done.SENT),
        cancelled=done.count(_Done.CANCELLED),
        failed=done.count(_Done.FAILED),
        server_away=server_away,
    )
