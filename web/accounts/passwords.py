"""Passwords: hashed with argon2id, never kept; computing one takes a tenth of a second on purpose."""

from __future__ import annotations

import secrets
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from argon2 import PasswordHasher

#: Memory in KiB, rounds and lanes of argon2id: the least that the OWASP Password Storage Cheat Sheet asks for.
#: It takes 19 MiB and, on one core of a busy machine, 0.1 s for each password that is looked at.
MEMORY_KIB: Final = 19_456
ROUNDS: Final = 2
LANES: Final = 1


def hashed(password: str) -> str:
    """Argon2id hash of a password, in the PHC string format."""
    return _hasher().hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Whether ``password`` is the one that ``kept`` was made of.

    Without a hash as much is computed, so that the time tells nobody whether there is an account.
    """
    from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415 - as _hasher

    try:
        _hasher().verify(kept or _dummy(), password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def rehashed(password: str, kept: str | None) -> str | None:
    """A new hash when ``kept`` was made with other parameters than today's; None otherwise."""
    return hashed(password) if kept and _hasher().check_needs_rehash(kept) else None


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher  # noqa: PLC0415 - loads a compiled library that most processes never need

    return PasswordHasher(time_cost=ROUNDS, memory_cost=MEMORY_KIB, parallelism=LANES)


@cache
def _dummy() -> str:
    """A hash that no password is known for, made once for each process."""
    return hashed(secrets.token_urlsafe(32))
