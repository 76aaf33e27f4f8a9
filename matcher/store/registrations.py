"""Who comes to a hackathon, and what they wish of one another."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from matcher.store.base import (
    NUMBERED_ONCE,
    Base,
    EnumSet,
    TextList,
    UtcDateTime,
    created,
    enum_column,
    int_pk,
    updated,
)
from matcher.store.encryption import NO_TEXT, EncryptedList, EncryptedText, blind_index
from matcher.store.hackathons import Hackathon, JsonObject
from matcher.store.vocabularies import Skill
from matcher.vocabulary import (
    Attendance,
    Experience,
    Family,
    Language,
    RegistrationStatus,
    TeamRole,
    TeamStatus,
    WishKind,
)


def _code() -> str:
    # 80 bits: nobody finds a badge by trying.
    return secrets.token_hex(10)


class Registration(Base):
    """One person at one hackathon.

    Private, for the organisers of the event only, and encrypted: ``email``, ``access_needs``, ``diet``, ``note``,
    ``answers`` and every wish. ``name`` is not encrypted: each page of a list is ordered and searched by the names
    of the whole event, and the database refuses a row without one. ``directory_consent`` is the person's yes to
    being named on public pages. Nothing is kept about gender, origin or health groups: the solver could spread
    them, but a list of them is worth more to harm than to help.
    """

    __tablename__ = "registration"
    __table_args__ = (
        UniqueConstraint("hackathon_id", "source", "external_key"),
        # Somebody who withdrew may come back with a new registration. PostgreSQL has the same condition, from the
        # migration alone: an option of PostgreSQL here would load its dialect into every process that starts.
        Index(
            "uq_registration_email",
            "hackathon_id",
            "email_index",
            unique=True,
            sqlite_where=text("email_index IS NOT NULL AND status <> 'withdrawn'"),
        ),
        CheckConstraint("length(trim(name)) > 0", name="name"),
        NUMBERED_ONCE,
    )

    id: Mapped[int_pk]
    hackathon_id: Mapped[int] = mapped_column(ForeignKey("hackathon.id", ondelete="CASCADE"), index=True)
    source: Mapped[str] = mapped_column(String(60), default="site", comment="site, desk, or name of the import")
    external_key: Mapped[str | None] = mapped_column(String(120), comment="key within source: imports are idempotent")
    status: Mapped[RegistrationStatus] = mapped_column(
        enum_column(RegistrationStatus), default=RegistrationStatus.REGISTERED
    )
    attendance: Mapped[Attendance] = mapped_column(enum_column(Attendance), default=Attendance.EXPECTED)
    language: Mapped[Language] = mapped_column(
        enum_column(Language), default=Language.FR, comment="in which we write to them"
    )
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(
        EncryptedText, default="", server_default=NO_TEXT, comment="private, lower case; empty when not known"
    )
    email_index: Mapped[str | None] = mapped_column(String(64), comment="blind index of email; null when not known")
    organisation: Mapped[str] = mapped_column(String(160), default="")
    family: Mapped[Family | None] = mapped_column(enum_column(Family))
    roles: Mapped[frozenset[TeamRole]] = mapped_column(EnumSet(TeamRole), default=frozenset)
    about: Mapped[str] = mapped_column(Text, default="", comment="what they can and want to do, in their words")
    experience: Mapped[Experience] = mapped_column(enum_column(Experience), default=Experience.NONE)
    is_newcomer: Mapped[bool] = mapped_column(default=False, comment="first hackathon")
    languages: Mapped[list[str]] = mapped_column(TextList, default=list, comment="spoken, ISO 639-1")
    away: Mapped[list[str]] = mapped_column(TextList, default=list, comment="numbers of half-days not there")
    team_status: Mapped[TeamStatus] = mapped_column(enum_column(TeamStatus), default=TeamStatus.ALONE)
    team_name: Mapped[str] = mapped_column(String(80), default="", comment="of those who come as a team")
    access_needs: Mapped[str] = mapped_column(EncryptedText, default="", server_default=NO_TEXT, comment="private")
    diet: Mapped[str] = mapped_column(EncryptedText, default="", server_default=NO_TEXT, comment="private")
    note: Mapped[str] = mapped_column(
        EncryptedText, default="", server_default=NO_TEXT, comment="private, of the organisers"
    )
    answers: Mapped[list[str]] = mapped_column(
        EncryptedList, default=list, server_default=NO_TEXT, comment="private; to the questions of the event"
    )
    directory_consent: Mapped[bool] = mapped_column(default=False)
    consent_version: Mapped[str | None] = mapped_column(String(20))
    consented_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checkin_code: Mapped[str] = mapped_column(String(20), default=_code, unique=True)
    link_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[created]
    updated_at: Mapped[updated]

    hackathon: Mapped[Hackathon] = relationship(lazy="select")
    skills: Mapped[list[RegistrationSkill]] = relationship(lazy="selectin", cascade="all, delete-orphan")
    choices: Mapped[list[RegistrationChoice]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="RegistrationChoice.rank"
    )
    wishes: Mapped[list[Wish]] = relationship(
        lazy="selectin",
        cascade="all, delete-orphan",
        foreign_keys="Wish.registration_id",
        order_by="Wish.id",
    )

    @validates("email")
    def _index_email(self, _name: str, email: str) -> str:
        self.email_index = blind_index(email) if email else None
        return email

    @property
    def takes_part(self) -> bool:
        """Whether a team has to be found for this person."""
        return self.status is RegistrationStatus.REGISTERED and self.attendance is not Attendance.NO_SHOW


class RegistrationSkill(Base):
    """A skill of a person and its level: 1 begun, 2 used to it, 3 could teach it."""

    __tablename__ = "registration_skill"
    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 3", name="level"),)

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True)
    skill_id: Mapped[int] = mapped_column(ForeignKey("skill.id", ondelete="CASCADE"), primary_key=True, index=True)
    level: Mapped[int] = mapped_column(default=2)

    skill: Mapped[Skill] = relationship(lazy="joined", innerjoin=True)


class RegistrationChoice(Base):
    """A challenge that a person ranked: 1 is the first choice, 5 the last one that can be given."""

    __tablename__ = "registration_choice"
    __table_args__ = (
        CheckConstraint("rank BETWEEN 1 AND 5", name="rank"),
        UniqueConstraint("registration_id", "challenge_id"),
    )

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenge.id", ondelete="CASCADE"), index=True)


class Wish(Base):
    """Somebody to be with, or to be kept apart from, as it was typed and whom it means. Private.

    ``is_confirmed``: an organiser has looked at a wish to avoid somebody and stands by it; the solver then
    never puts the two together.
    """

    __tablename__ = "wish"
    __table_args__ = NUMBERED_ONCE

    id: Mapped[int_pk]
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    kind: Mapped[WishKind] = mapped_column(enum_column(WishKind))
    typed: Mapped[str] = mapped_column(EncryptedText, server_default=NO_TEXT, comment="private")
    other_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id", ondelete="SET NULL"), index=True)
    is_settled: Mapped[bool] = mapped_column(default=False, comment="found by itself or by an organiser, or nobody")
    is_confirmed: Mapped[bool] = mapped_column(default=False)

    def __repr__(self) -> str:
        return "Wish(private)"


class ColumnMapping(Base):
    """How the columns of one kind of file were read last time, so that nobody has to say it twice."""

    __tablename__ = "column_mapping"

    headers: Mapped[str] = mapped_column(String(64), primary_key=True, comment="hash of the sorted, folded headers")
    hackathon_id: Mapped[int] = mapped_column(ForeignKey("hackathon.id", ondelete="CASCADE"), primary_key=True)
    columns: Mapped[dict[str, Any]] = mapped_column(JsonObject, default=dict, comment="field by header")
    updated_at: Mapped[updated]
