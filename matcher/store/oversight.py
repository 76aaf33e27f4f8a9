"""What the animator of the territory looks after: checks, cases, and the record of who did what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from matcher.clock import utc_now
from matcher.people import CaseReason, CaseResult, ReviewState
from matcher.store.base import NUMBERED_ONCE, Base, UtcDateTime, created, enum_column, int_pk
from matcher.store.encryption import EncryptedText, EncryptedTexts
from matcher.store.hackathons import JsonObject
from matcher.vocabulary import PostingKind


class Review(Base):
    """The animator's look at a posting, newest text only; ``texts`` are those of the last decision, by field."""

    __tablename__ = "review"

    kind: Mapped[PostingKind] = mapped_column(enum_column(PostingKind), primary_key=True)
    object_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[ReviewState] = mapped_column(enum_column(ReviewState), default=ReviewState.WAITING, index=True)
    text_hash: Mapped[str] = mapped_column(String(64), comment="of the text that was looked at")
    remark: Mapped[str] = mapped_column(EncryptedText, default="", comment="to the author: what to change")
    texts: Mapped[dict[str, str] | None] = mapped_column(
        EncryptedTexts, comment="private; as the animator read them; null: not yet"
    )
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[created]


class Case(Base):
    """A need without a partner, in the animator's basket."""

    __tablename__ = "support_case"
    __table_args__ = (CheckConstraint("(closed_at IS NULL) = (result IS NULL)", name="closed"), NUMBERED_ONCE)

    id: Mapped[int_pk]
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id", ondelete="CASCADE"), unique=True)
    reason: Mapped[CaseReason] = mapped_column(enum_column(CaseReason))
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(EncryptedText, default="", comment="for animators only")
    result: Mapped[CaseResult | None] = mapped_column(enum_column(CaseResult))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_at: Mapped[created]


class AuditEntry(Base):
    """Who did what to whose data, when. Rows are added and never changed; details hold no private text."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_object", "object_kind", "object_id"), NUMBERED_ONCE)

    id: Mapped[int_pk]
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    action: Mapped[str] = mapped_column(String(60), comment="such as organisation.merged")
    object_kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[int | None]
    details: Mapped[dict[str, Any]] = mapped_column(JsonObject, default=dict)
