"""What is remembered of each sign-in: wrong tries in a row, locks, the last visit; and how all sessions end."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.store import Account
from matcher.store.session import writing

#: Wrong passwords or codes in a row before the account waits. Chosen: people who mistype are done long before.
TRIES: Final = 10
#: First wait; each further round of :data:`TRIES` doubles it. With 10 codes of 6 digits a round and 3 that are
#: right at a time, a day of guessing succeeds less than once in 4 000. Chosen.
FIRST_WAIT: Final = timedelta(minutes=15)
LONGEST_WAIT: Final = timedelta(hours=24)
#: How often a visit is written down: retention counts in months.
VISIT_EVERY: Final = timedelta(days=1)


def account_at(session: Session, address: str) -> Account | None:
    """The account of a clean address."""
    return session.scalar(select(Account).where(Account.email == address))


def account_of_session(session: Session, session_name: str) -> Account | None:
    """The account that a session was opened for; None once all its sessions were ended, or it is locked out."""
    found = session.scalar(select(Account).where(Account.session_name == session_name))
    return found if found is not None and found.active else None


def is_waiting(account: Account, now: datetime) -> bool:
    """True while too many wrong tries keep passwords and codes from being looked at."""
    return account.locked_until is not None and now < account.locked_until


def wait_after(failures: int) -> timedelta | None:
    """How long an account waits after its ``failures``-th wrong try in a row; None: not at all.

    >>> wait_after(9), wait_after(10), wait_after(20)
    (None, datetime.timedelta(seconds=900), datetime.timedelta(seconds=1800))
    """
    if failures < TRIES or failures % TRIES:
        return None
    rounds = min(failures // TRIES - 1, 10)  # 2 to the tenth is beyond the longest wait
    return min(FIRST_WAIT * (1 << rounds), LONGEST_WAIT)


def note_failure(session: Session, account_id: int, now: datetime) -> None:
    """Count a wrong password or code. Two at once count twice: the row is read under the write lock."""
    with writing(session):
        account = session.get_one(Account, account_id)
        account.failed_logins += 1
        wait = wait_after(account.failed_logins)
        if wait is not None:
            account.locked_until = now + wait


def note_sign_in(session: Session, account: Account, now: datetime, *, rehashed: str | None = None) -> None:
    """Somebody is in: wrong tries are forgotten, links to sign in with are used up. ``rehashed`` replaces the hash."""
    with writing(session):
        account.failed_logins, account.locked_until = 0, None
        account.last_active_at, account.warned_at = now, None
        account.password = rehashed or account.password


def note_visit(session: Session, account: Account, now: datetime) -> None:
    """Remember that the account is in use, at most once in :data:`VISIT_EVERY`."""
    if now - account.last_active_at < VISIT_EVERY:
        return
    with writing(session):
        account.last_active_at, account.warned_at = now, None


def end_sessions(session: Session, account: Account) -> None:
    """Sign the account out everywhere; links that were mailed to it so far no longer work."""
    with writing(session):
        account.session_name = new_session_name()


def new_session_name() -> str:
    """What names the sessions of one account: 256 random bits."""
    return secrets.token_hex(32)
