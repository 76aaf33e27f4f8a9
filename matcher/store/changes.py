"""Append-only log of what changed, written in the transaction of the row itself.

Every web worker polls ``max(seq)`` and applies the delta to what it holds in memory (vectors,
filter columns): all workers answer from the same state without talking to each other.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from matcher.clock import utc_now
from matcher.store.base import NUMBERED_ONCE, Base, UtcDateTime, enum_column


class ChangeAction(StrEnum):
    """What happened to the object."""

    SAVED = "saved"
    DELETED = "deleted"
    ENCODED = "encoded"


class Change(Base):
    """One change of one object. ``seq`` only grows."""

    __tablename__ = "change"
    __table_args__ = (Index("ix_change_object", "kind", "object_id"), NUMBERED_ONCE)

    seq: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), comment="need, offer or organisation")
    object_id: Mapped[int]
    action: Mapped[ChangeAction] = mapped_column(enum_column(ChangeAction))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
