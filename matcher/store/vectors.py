"""Stored vectors: the truth behind every index."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from matcher.clock import utc_now
from matcher.store.base import Base, UtcDateTime, enum_column
from matcher.vocabulary import PostingKind


class Facet(StrEnum):
    """Which part of a posting a row of vectors stands for."""

    WHOLE = "whole"  # one vector for the whole text
    SENTENCES = "sentences"  # one vector a sentence, in order


class Embedding(Base):
    """Vectors of one facet of one posting under one model.

    The key is (kind, object, facet, model) and never the text alone: two organisations may post the
    same words. ``vectors`` holds ``count`` rows of ``dim`` little-endian float32, each of norm 1.
    A row is current while ``text_hash`` equals the posting's own.
    """

    __tablename__ = "embedding"
    __table_args__ = (
        CheckConstraint("length(vectors) = count * dim * 4", name="size"),
        Index("ix_embedding_model", "model_id", "kind", "facet", "object_id"),
    )

    kind: Mapped[PostingKind] = mapped_column(enum_column(PostingKind), primary_key=True)
    object_id: Mapped[int] = mapped_column(primary_key=True)
    facet: Mapped[Facet] = mapped_column(enum_column(Facet), primary_key=True)
    model_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    text_hash: Mapped[str] = mapped_column(String(64))
    count: Mapped[int]
    dim: Mapped[int]
    vectors: Mapped[bytes] = mapped_column(LargeBinary)
    encoded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
