"""Open vocabularies, seeded from ``matcher/data`` and extended by each territory."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from matcher.store.base import Base, TextList, int_pk


class _Term:
    """A term with its plain words in both languages."""

    id: Mapped[int_pk]
    code: Mapped[str] = mapped_column(String(60), unique=True)
    group: Mapped[str] = mapped_column("term_group", String(60))
    label_fr: Mapped[str] = mapped_column(String(120))
    label_en: Mapped[str] = mapped_column(String(120))
    words_fr: Mapped[list[str]] = mapped_column(TextList, comment="plain words and phrases that betray the term")
    words_en: Mapped[list[str]] = mapped_column(TextList)

    def label(self, language: str) -> str:
        """Label in ``language``; French unless English is asked for."""
        return self.label_en if language == "en" else self.label_fr


class Theme(_Term, Base):
    """What a posting is about."""

    __tablename__ = "theme"

    description_fr: Mapped[str] = mapped_column(String(400))
    description_en: Mapped[str] = mapped_column(String(400))


class Skill(_Term, Base):
    """What somebody can do, with its ESCO address where there is one."""

    __tablename__ = "skill"

    esco_uri: Mapped[str | None] = mapped_column(String(120))
