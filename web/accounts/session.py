"""Who is signed in, since when, and how a session begins and ends.

The session is the signed cookie of Flask; Flask-Login keeps in it what names the account's sessions
(``session_name``), beside the time at which its reader last showed who they are.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any, Final, NamedTuple

from flask import Flask, g, session
from flask_login import LoginManager, current_user, login_user

from matcher.accounts.roles import roles_of
from matcher.accounts.second_step import app_of, needs_second_step
from matcher.accounts.signing_in import account_of_session, note_sign_in
from matcher.clock import utc_now
from matcher.store import Account
from web.wiring import db

#: How long a session lasts at most, and that of an account with a role. Chosen: a month; a day of work.
LONGEST: Final = timedelta(days=30)
LONGEST_WITH_ROLE: Final = timedelta(hours=12)
#: What changes an account needs a sign-in that is not older than this. Chosen.
FRESH: Final = timedelta(minutes=15)
#: Time between the first and the second step of a sign-in. Chosen.
SECOND_STEP: Final = timedelta(minutes=10)

_PENDING: Final = "second_step"
_SHOWN_AT: Final = "shown_at"
#: What a session keeps when somebody signs in: the organisations that were typed in this browser.
_KEPT: Final = ("organisations",)


class SignedIn:
    """An account as Flask-Login sees it. What it may do stands in ``web.permissions``."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, account: Account) -> None:
        self.account = account

    def get_id(self) -> str:
        """What names the account's sessions: another one ends them all."""
        return self.account.session_name


class Pending(NamedTuple):
    """A sign-in that waits for its second step."""

    account: Account
    next: str


def init_app(app: Flask) -> None:
    """Let Flask-Login read the session; asked for by pages only, since the API has no session."""
    # A stolen cookie that is used from another browser is no fresh sign-in.
    app.config["SESSION_PROTECTION"] = "basic"
    manager = LoginManager(app)
    manager.user_loader(_of_session)


def current_account() -> Account | None:
    """The account that is signed in; None for everybody else. Cost: one query a request, none without a session."""
    if "_user_id" not in session:
        return None
    found = getattr(current_user, "account", None)
    return found if isinstance(found, Account) and _age() <= _longest(found) else None


def is_fresh() -> bool:
    """Whether the reader has shown who they are a short time ago."""
    return _age() <= FRESH


def lacks_second_factor(account: Account | None) -> bool:
    """Whether the role of ``account`` asks for a second step that it still has to set up."""
    return account is not None and needs_second_step(account)


def begin(
    account: Account, next_page: str, *, keep: bool = False, is_both_steps: bool = False, rehashed: str | None = None
) -> bool:
    """Sign ``account`` in; False when its second step comes first.

    A passkey is both steps at once: the device has asked for a finger, a face or a code.
    """
    if app_of(account) is not None and not is_both_steps:
        session[_PENDING] = {"id": account.session_name, "at": time.time(), "next": next_page, "keep": keep}
        return False
    _enter(account, keep=keep, rehashed=rehashed)
    return True


def pending() -> Pending | None:
    """The sign-in at hand that waits for its second step, if it is not too old."""
    kept: dict[str, Any] = session.get(_PENDING) or {}
    if time.time() - float(kept.get("at", 0)) > SECOND_STEP.total_seconds():
        return None
    account = account_of_session(db.session, str(kept["id"]))
    return None if account is None else Pending(account, str(kept["next"]))


def finish(waiting: Pending) -> None:
    """The second step was right: sign in."""
    _enter(waiting.account, keep=bool(session.get(_PENDING, {}).get("keep")))


def refresh(account: Account) -> None:
    """Go on in this browser after all sessions of the account were ended, or after it has shown itself again."""
    _enter(account, keep=session.permanent)


def end() -> None:
    """Sign out of this browser; nothing of the session stays."""
    session.clear()
    _forget()


def _of_session(name: str) -> SignedIn | None:
    found = account_of_session(db.session, name)
    return None if found is None else SignedIn(found)


def _enter(account: Account, *, keep: bool, rehashed: str | None = None) -> None:
    """A new session: nothing that was in the old one but what the browser knows comes with it (no fixation)."""
    kept = {name: session[name] for name in _KEPT if name in session}
    session.clear()
    _forget()
    session.update(kept)
    session.permanent = keep
    note_sign_in(db.session, account, utc_now(), rehashed=rehashed)
    login_user(SignedIn(account))
    session[_SHOWN_AT] = time.time()


def _forget() -> None:
    for name in ("csrf_token", "_login_user"):
        g.pop(name, None)


def _age() -> timedelta:
    return timedelta(seconds=max(time.time() - float(session.get(_SHOWN_AT, 0)), 0))


def _longest(account: Account) -> timedelta:
    return LONGEST_WITH_ROLE if roles_of(account) else LONGEST
