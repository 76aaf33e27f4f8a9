"""Passkeys of an account: rows alone; the signatures are checked where they arrive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matcher.accounts.registering import clean_name
from matcher.store import Account, Passkey
from matcher.store.session import writing

#: Characters of a passkey's name: the width of its column.
NAME_CHARS = 64
#: Passkeys of one account. Chosen: a key for each device, and no row for a robot.
MAX_PASSKEYS = 20


class TooManyPasskeysError(ValueError):
    """The account has as many passkeys as it may."""


class CopiedPasskeyError(ValueError):
    """The counter of a passkey went back: there are two of it."""


def passkey_at(session: Session, credential_id: bytes) -> Passkey | None:
    """The passkey of a credential."""
    return session.scalar(select(Passkey).where(Passkey.credential_id == credential_id))


def add_passkey(
    session: Session,
    account: Account,
    *,
    credential_id: bytes,
    public_key: bytes,
    sign_count: int,
    transports: Sequence[str],
    backup_state: bool,
    device_type: str,
    name: str,
    now: datetime,
) -> Passkey | None:
    """Keep a checked credential; None when it is kept already. Raises TooManyPasskeysError."""
    try:
        with writing(session):
            if len(account.passkeys) >= MAX_PASSKEYS:
                raise TooManyPasskeysError
            row = Passkey(
                credential_id=credential_id,
                public_key=public_key,
                sign_count=sign_count,
                transports=list(transports),
                backup_state=backup_state,
                device_type=device_type,
                name=clean_name(name)[:NAME_CHARS] or "Passkey",
                last_used_at=now,
            )
            account.passkeys.append(row)
            session.flush()
    except IntegrityError:
        return None
    return row


def note_use(session: Session, passkey: Passkey, sign_count: int, now: datetime) -> None:
    """Remember a sign-in. Raises CopiedPasskeyError when the counter did not grow (WebAuthn, section 6.1.1)."""
    with writing(session):
        if (sign_count or passkey.sign_count) and sign_count <= passkey.sign_count:
            raise CopiedPasskeyError
        passkey.sign_count, passkey.last_used_at = sign_count, now


def remove_passkey(session: Session, account: Account, number: int) -> bool:
    """Forget one of the account's own passkeys; False when it has none of that number."""
    with writing(session):
        found = next((row for row in account.passkeys if row.id == number), None)
        if found is None:
            return False
        account.passkeys.remove(found)
    return True
