"""The second step of a sign-in: the secret of an authenticator app, its last code, and recovery codes."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from matcher.people import AccountRole
from matcher.store import Account
from matcher.store.session import writing

#: Roles that see other people's matters: they need a second step.
ROLES_WITH_SECOND_STEP: Final = frozenset({AccountRole.ORGANISER, AccountRole.ANIMATOR, AccountRole.ADMINISTRATOR})
#: How many recovery codes there are. Chosen: what others give, and what fits on a card.
RECOVERY_CODES: Final = 8


@dataclass(frozen=True, slots=True)
class App:
    """An authenticator app: what it shares with us, and the period of the last code that was taken."""

    secret: str
    counter: int | None


def app_of(account: Account) -> App | None:
    """The app of ``account``, if it has set one up."""
    if not account.authenticator:
        return None
    kept = json.loads(account.authenticator)
    return App(kept["secret"], kept["counter"])


def has_second_step(account: Account) -> bool:
    """Whether ``account`` signs in with a second step."""
    return account.authenticator is not None


def needs_second_step(account: Account) -> bool:
    """Whether its role asks for a second step that ``account`` has not set up."""
    return not has_second_step(account) and not may_stop(account)


def may_stop(account: Account) -> bool:
    """Whether ``account`` may do without its second step."""
    return not any(row.role in ROLES_WITH_SECOND_STEP for row in account.role_rows)


def set_up(session: Session, account: Account, secret: str, counter: int) -> list[str]:
    """Ask for codes from now on; answers the recovery codes, which are not kept in clear.

    ``counter`` is the period of the code that proved the app: it does not count a second time.
    """
    with writing(session):
        account.authenticator = _kept(secret, counter)
        return _new_codes(account)


def stop(session: Session, account: Account) -> None:
    """Sign in without a second step from now on."""
    with writing(session):
        account.authenticator = None
        account.recovery_codes = []


def take_counter(session: Session, account_id: int, counter: int) -> bool:
    """Use up the code of a period; False when it, or a later one, was used already (RFC 6238, section 5.2)."""
    with writing(session):
        account = session.get_one(Account, account_id)
        app = app_of(account)
        if app is None or (app.counter is not None and counter <= app.counter):
            return False
        account.authenticator = _kept(app.secret, counter)
    return True


def renew_recovery_codes(session: Session, account: Account) -> list[str]:
    """New recovery codes; the old ones end."""
    with writing(session):
        return _new_codes(account)


def take_recovery_code(session: Session, account_id: int, typed: str) -> bool:
    """Use up a recovery code; False when ``typed`` is none."""
    with writing(session):
        account = session.get_one(Account, account_id)
        digest = _digest(typed)
        if digest not in account.recovery_codes:
            return False
        account.recovery_codes = [kept for kept in account.recovery_codes if kept != digest]
    return True


def _new_codes(account: Account) -> list[str]:
    codes = [_code() for _ in range(RECOVERY_CODES)]
    account.recovery_codes = [_digest(code) for code in codes]
    return codes


def _code() -> str:
    """80 random bits as four groups of letters and digits: far beyond guessing, so that a plain hash keeps them."""
    text = base64.b32encode(secrets.token_bytes(10)).decode("ascii").lower()
    return "-".join(text[start : start + 4] for start in range(0, 16, 4))


def _digest(code: str) -> str:
    letters = "".join(sign for sign in code.lower() if sign.isalnum())
    return hashlib.sha256(f"recovery code {letters}".encode()).hexdigest()


def _kept(secret: str, counter: int) -> str:
    return json.dumps({"secret": secret, "counter": counter})
