"""Pairs that were proposed: who was shown to whom, when, and on what grounds.

Written when a posting is published or matched again, never when a page is read. Exposure budgets
and the first look of newcomers count these rows; introductions build on them.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from matcher.clock import utc_now
from matcher.store.base import Base, UtcDateTime, enum_column
from matcher.vocabulary import Engine, Level


class Proposal(Base):
    """A need and an offer that were shown to each other's authors, once per pair."""

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint("score BETWEEN 0 AND 1", name="score"),
        CheckConstraint("position >= 1", name="position"),
        Index("ix_proposal_offer_shown", "offer_id", "shown_at"),
    )

    need_id: Mapped[int] = mapped_column(ForeignKey("need.id", ondelete="CASCADE"), primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(comment="1 is the first card of the page")
    score: Mapped[float] = mapped_column(comment="relevance, 0 to 1")
    level: Mapped[Level] = mapped_column(enum_column(Level))
    engine: Mapped[Engine] = mapped_column(enum_column(Engine))
    model_id: Mapped[str | None] = mapped_column(String(200))
    first_look: Mapped[bool] = mapped_column(default=False, comment="placed by the newcomers' guarantee")
    shown_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
