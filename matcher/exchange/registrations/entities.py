"""Somebody in a file, a row that is about nobody, and what is to be said of either. Only data."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from matcher.exchange.registrations.columns import words_of
from matcher.exchange.registrations.words import HalfDay
from matcher.hackathons.names import name_key


class Reason(StrEnum):
    """What is to be said of a row. The comment names the parameters."""

    # Why it is left aside.
    NOBODY = "nobody"
    CANCELLED = "cancelled"  # value: its status
    REPEATED = "repeated"  # line: where the same person is
    ANSWERED_AGAIN = "answered_again"  # line: the later answer
    WITHDRAWN = "withdrawn"
    # Why it is refused.
    KEY_OF_OTHER = "key_of_other"  # value: the key, name: whose it is
    # What is left out of it, or put otherwise.
    PAYER_EMAIL = "payer_email"
    SHARED_EMAIL = "shared_email"  # name: who has the address
    NOT_UNDERSTOOD = "not_understood"  # field, value
    TEAM_WITHOUT_NAME = "team_without_name"
    STILL_HERE = "still_here"  # value: its status, name: who is registered all the same


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to know about a row."""

    reason: Reason
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Terms:
    """What an event lets people answer.

    Attributes
    ----------
    challenges
        Titles by id.
    skills
        Codes by the words of a label or plain word of the skill; None: every skill is its own code.
    """

    challenges: Mapping[str, str] = field(default_factory=dict)
    half_days: tuple[HalfDay, ...] = ()
    questions: tuple[str, ...] = ()
    skills: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a file.

    Attributes
    ----------
    values
        What the row tells, by the names of :class:`matcher.hackathons.registration_drafts.RegistrationDraft`, and
        ``note``; what it does not tell is not there.
    key, has_own_key
        The same each time that the person comes in a file of the same source; whether the file gave it.
    is_member
        Somebody else's row names this person.
    """

    line: int
    key: str
    name: str
    email: str
    values: Mapping[str, Any]
    remarks: tuple[Remark, ...] = ()
    moment: datetime | None = None
    has_own_key: bool = False
    cells_over: int = 0
    is_member: bool = False

    @property
    def organisation(self) -> str:
        """Empty when it is not told."""
        return str(self.values.get("organisation", ""))


@dataclass(frozen=True, slots=True)
class Aside:
    """A row that is about nobody who comes; ``key`` and ``name`` are empty when it tells none."""

    line: int
    remark: Remark
    key: str = ""
    name: str = ""


def derived_key(name: str, email: str, organisation: str) -> str:
    """Key of somebody whom a file gives none: the same for the same address, else for the same name and organisation.

    >>> derived_key("Ada ESSAI", "", "L'Atelier") == derived_key("essai ada", "", "l atelier")
    True
    """
    return f"mail-{hashed(email)}" if email else f"name-{hashed(f'{name_key(name)}|{words_of(organisation)}')}"


def hashed(text: str) -> str:
    """16 signs that stand for a text which is nobody else's business."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
