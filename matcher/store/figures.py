"""Counts of what was deleted since: figures of the service that name nobody."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from matcher.store.base import Base


class PastCount(Base):
    """How often something happened in a year among rows that are deleted; see :mod:`matcher.insights.facts`.

    A row holds a year, two codes and a number: nothing leads back to a posting, an organisation or a person.
    """

    __tablename__ = "past_count"
    __table_args__ = (CheckConstraint("count > 0", name="count"),)

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    what: Mapped[str] = mapped_column(String(40), primary_key=True)
    detail: Mapped[str] = mapped_column(String(40), primary_key=True, default="", comment="such as a reason, or days")
    count: Mapped[int]
