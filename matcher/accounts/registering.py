"""Accounts come into being when their address is confirmed: nothing is kept of people who never do."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matcher.accounts.signing_in import account_at, new_session_name
from matcher.store import Account
from matcher.store.session import writing
from matcher.vocabulary import Language

#: Characters of a name. Chosen: long names exist, longer ones are no names.
NAME_CHARS = 120


class AddressTakenError(LookupError):
    """Another account has this address."""


def create_account(
    session: Session,
    address: str,
    *,
    password: str | None,
    name: str,
    language: Language,
    consent_version: str | None,
    now: datetime,
) -> Account:
    """A confirmed account. ``password`` is a hash, or None for somebody who signs in by link or passkey.

    Raises AddressTakenError: a link that is opened twice makes one account.
    """
    try:
        with writing(session):
            if account_at(session, address) is not None:
                raise AddressTakenError
            account = Account(
                email=address,
                password=password,
                name=clean_name(name),
                language=language,
                session_name=new_session_name(),
                passkey_handle=secrets.token_hex(32),
                confirmed_at=now,
                last_active_at=now,
                consent_version=consent_version,
                consented_at=now if consent_version else None,
            )
            session.add(account)
            session.flush()
    except IntegrityError:
        raise AddressTakenError from None
    return account


def clean_name(typed: str) -> str:
    """A name on one line, without signs that cannot be seen; cut at :data:`NAME_CHARS`."""
    return "".join(sign for sign in " ".join(typed.split()) if sign.isprintable())[:NAME_CHARS]


def change_details(session: Session, account: Account, *, name: str, language: Language) -> None:
    """Change the name that signs messages and the language of mails."""
    with writing(session):
        account.name, account.language = clean_name(name), language


def change_password(session: Session, account: Account, password: str | None) -> None:
    """Change the hash; all sessions end, and a lock too: who is here has shown who they are."""
    with writing(session):
        account.password = password
        account.session_name = new_session_name()
        account.failed_logins, account.locked_until = 0, None


def change_address(session: Session, account: Account, address: str) -> str:
    """Move the account to a confirmed address; answers the old one. Raises AddressTakenError."""
    try:
        with writing(session):
            other = account_at(session, address)
            if other is not None and other.id != account.id:
                raise AddressTakenError
            before, account.email = account.email, address
            session.flush()
    except IntegrityError:
        raise AddressTakenError from None
    return before
