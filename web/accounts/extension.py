"""Flask-Security, set up: it hashes passwords (argon2id), keeps sessions, and reads the codes of authenticator apps.

Its pages are not used: ours speak the language of the reader, answer errors with 422 and change nothing on GET.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any, Final, cast

from flask import Flask, current_app
from flask_security import RoleMixin, Security, UserDatastore, UserMixin
from flask_security.totp import Totp
from flask_security.utils import hash_password
from passlib.totp import TokenError

from matcher.accounts.signing_in import account_of_session
from matcher.store import Account
from web.config import Settings
from web.wiring import db

#: Memory in KiB, rounds and lanes of argon2id: the least that the OWASP Password Storage Cheat Sheet asks for.
#: It takes 19 MiB and, on one core of a busy machine, 0.1 s for each password that is looked at.
ARGON2: Final = {"argon2__memory_cost": 19_456, "argon2__time_cost": 2, "argon2__parallelism": 1}
#: Seconds by which the clock of a phone may differ: one period of a code (RFC 6238, section 5.2).
CLOCK_SKEW_S: Final = 30

SETTINGS: Final[dict[str, Any]] = {
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_DEPRECATED_PASSWORD_SCHEMES": [],
    "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
    "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": ARGON2,
    "SECURITY_API_ENABLED_METHODS": ["session"],
    "SECURITY_TWO_FACTOR": True,
    "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
    "SECURITY_TWO_FACTOR_REQUIRED": False,
    "SECURITY_CLI_USERS_NAME": "",
    "SECURITY_CLI_ROLES_NAME": "",
    # A stolen cookie that is used from another browser is no fresh sign-in.
    "SESSION_PROTECTION": "basic",
}


class SignedIn(UserMixin):
    """An account as Flask-Security sees it. It has no roles there: ``web.permissions`` reads the account's own."""

    #: Flask-Security looks for it on the class.
    fs_uniquifier: str = ""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.fs_uniquifier = account.fs_uniquifier
        self.active = account.active
        self.email = account.email
        self.roles = []


class Accounts(UserDatastore):
    """Where Flask-Security finds accounts; changes are use cases of ``matcher.accounts``."""

    def find_user(self, case_insensitive: bool = False, **wanted: Any) -> SignedIn | None:
        """The account of a session."""
        found = account_of_session(db.session, str(wanted.get("fs_uniquifier", "")))
        return None if found is None else SignedIn(found)


class Codes(Totp):
    """Codes of authenticator apps (RFC 6238): six digits, a new one every 30 seconds."""

    def period(self, code: str, secret: str, after: int | None = None) -> int | None:
        """The period that ``code`` belongs to, near now and later than ``after``; None when it is wrong or old."""
        try:
            return int(self._totp.verify(code, secret, window=CLOCK_SKEW_S, last_counter=after).counter)
        except TokenError:
            return None


def init_app(app: Flask, settings: Settings) -> None:
    """Set Flask-Security up; neither keys nor pictures are loaded by it."""
    app.config.update(
        SETTINGS,
        SECURITY_TOTP_ISSUER="Passerelle",
        SECURITY_TOTP_SECRETS={_tag(key): _derived(key) for key in settings.effective_encryption_keys()},
        # Flask-Security asks for it; single hashes do not use it.
        SECURITY_PASSWORD_SALT="",
    )
    Security(app, Accounts(SignedIn, RoleMixin), register_blueprint=False, totp_cls=Codes)


def codes() -> Codes:
    """The codes of authenticator apps of this site."""
    return cast("Codes", current_app.extensions["security"]._totp_factory)


def hashed(password: str) -> str:
    """Argon2id hash of a password."""
    return str(hash_password(password))


def matches(password: str, kept: str | None) -> bool:
    """Whether ``password`` is the one that ``kept`` was made of.

    Without a hash as much is computed, so that the time tells nobody whether there is an account.
    """
    right = bool(_context().verify(password, kept or _dummy()))
    return right and kept is not None


def rehashed(password: str, kept: str | None) -> str | None:
    """A new hash when ``kept`` was made with other parameters than today's; None otherwise."""
    return hashed(password) if kept and _context().needs_update(kept) else None


def _context() -> Any:
    return current_app.extensions["security"].pwd_context


def _dummy() -> str:
    """A hash that no password is known for, made once for each process."""
    known = current_app.extensions
    if "passerelle.dummy_hash" not in known:
        known["passerelle.dummy_hash"] = hashed(secrets.token_urlsafe(32))
    return str(known["passerelle.dummy_hash"])


def _tag(key: str) -> str:
    """Name of a key: the same wherever it stands in the list."""
    return hashlib.sha256(f"totp tag {key}".encode()).hexdigest()[:8]


def _derived(key: str) -> str:
    return hashlib.sha256(f"totp secret {key}".encode()).hexdigest()
