"""Hackathons: events, their half-days and challenges."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Dialect, ForeignKey, String, Text, TypeDecorator, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

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
from matcher.store.encryption import NO_TEXT, EncryptedText
from matcher.store.organisations import Organisation
from matcher.store.places import Place
from matcher.store.postings import Need
from matcher.store.vocabularies import Skill
from matcher.vocabulary import ChallengeOutcome, DayPart, Family, HackathonPhase, Language, TeamRole


class JsonObject(TypeDecorator[dict[str, Any]]):
    """A small JSON object as text: settings that no query looks into."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, Any] | None, dialect: Dialect) -> str:
        """Text for the database, the same for equal objects."""
        return json.dumps(dict(value or {}), ensure_ascii=False, sort_keys=True)

    def process_result_value(self, value: str | None, dialect: Dialect) -> dict[str, Any]:
        """The object."""
        return dict(json.loads(value)) if value else {}


class Hackathon(Base):
    """One event. ``contact_email`` is private; ``revision`` grows with every change of the event and its challenges.

    ``rules`` and ``weights`` hold what differs from the defaults of :mod:`matcher.teams.weights`, as
    :mod:`matcher.hackathons.settings` reads it.
    """

    __tablename__ = "hackathon"
    __table_args__ = (
        UniqueConstraint("source", "external_key"),
        CheckConstraint("length(trim(title)) > 0", name="title"),
        CheckConstraint("ends_on >= starts_on", name="days"),
        CheckConstraint("1 <= size_min AND size_min <= size_target AND size_target <= size_max", name="sizes"),
        CheckConstraint("capacity IS NULL OR capacity >= 1", name="capacity"),
        CheckConstraint("is_online OR place_id IS NOT NULL", name="somewhere"),
        NUMBERED_ONCE,
    )

    id: Mapped[int_pk]
    source: Mapped[str] = mapped_column(String(60), default="site")
    external_key: Mapped[str | None] = mapped_column(String(120))
    phase: Mapped[HackathonPhase] = mapped_column(enum_column(HackathonPhase), default=HackathonPhase.DRAFT, index=True)
    language: Mapped[Language] = mapped_column(
        enum_column(Language), default=Language.FR, comment="of the texts of the event"
    )
    title: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(Text, default="")
    organiser: Mapped[str] = mapped_column(String(160), default="", comment="shown as who organises")
    contact_email: Mapped[str] = mapped_column(EncryptedText, default="", server_default=NO_TEXT, comment="private")
    is_online: Mapped[bool] = mapped_column(default=False)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    venue: Mapped[str] = mapped_column(String(200), default="", comment="building and street")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    registration_ends_on: Mapped[date | None]
    languages: Mapped[list[str]] = mapped_column(TextList, default=list, comment="spoken there, ISO 639-1")
    size_min: Mapped[int] = mapped_column(default=3)
    size_target: Mapped[int] = mapped_column(default=5)
    size_max: Mapped[int] = mapped_column(default=6)
    capacity: Mapped[int | None] = mapped_column(comment="people; more go onto the waiting list; null: no limit")
    questions: Mapped[list[str]] = mapped_column(TextList, default=list, comment="at most 5, asked at registration")
    code_of_conduct: Mapped[str] = mapped_column(Text, default="")
    criteria: Mapped[list[str]] = mapped_column(TextList, default=list, comment="of the jury, each marked 0 to 5")
    rules: Mapped[dict[str, Any]] = mapped_column(JsonObject, default=dict)
    weights: Mapped[dict[str, Any]] = mapped_column(JsonObject, default=dict)
    revision: Mapped[int] = mapped_column(default=1)
    link_version: Mapped[int] = mapped_column(default=1, comment="raised to cancel the organisers' links given so far")
    created_at: Mapped[created]
    updated_at: Mapped[updated]

    place: Mapped[Place | None] = relationship(lazy="joined")
    half_days: Mapped[list[HalfDay]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="HalfDay.number", back_populates="hackathon"
    )
    challenges: Mapped[list[Challenge]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="Challenge.position", back_populates="hackathon"
    )

    @property
    def is_public(self) -> bool:
        """Whether anybody but its organisers may see it."""
        return self.phase is not HackathonPhase.DRAFT

    @property
    def open_challenges(self) -> list[Challenge]:
        """Those that teams can be formed for."""
        return [challenge for challenge in self.challenges if challenge.withdrawn_at is None]


class HalfDay(Base):
    """A half-day of an event; ``number`` (from 0) is what registrations and the solver call it."""

    __tablename__ = "half_day"
    __table_args__ = (UniqueConstraint("hackathon_id", "day", "part"),)

    hackathon_id: Mapped[int] = mapped_column(ForeignKey("hackathon.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date]
    part: Mapped[DayPart] = mapped_column(enum_column(DayPart))

    hackathon: Mapped[Hackathon] = relationship(back_populates="half_days")


class ChallengeSkill(Base):
    """A skill that one member of each team should have, at least at ``level`` (1 to 3)."""

    __tablename__ = "challenge_skill"
    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 3", name="level"),)

    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenge.id", ondelete="CASCADE"), primary_key=True)
    skill_id: Mapped[int] = mapped_column(ForeignKey("skill.id", ondelete="CASCADE"), primary_key=True, index=True)
    level: Mapped[int] = mapped_column(default=1)

    skill: Mapped[Skill] = relationship(lazy="joined", innerjoin=True)


class ChallengeRole(Base):
    """How many members of a role each team of a challenge should have."""

    __tablename__ = "challenge_role"
    __table_args__ = (CheckConstraint("count BETWEEN 1 AND 20", name="count"),)

    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenge.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[TeamRole] = mapped_column(enum_column(TeamRole), primary_key=True)
    count: Mapped[int] = mapped_column(default=1)


class Challenge(Base):
    """What teams work on: a need of the service, or written for the event."""

    __tablename__ = "challenge"
    __table_args__ = (
        UniqueConstraint("hackathon_id", "need_id"),
        CheckConstraint("length(trim(title)) > 0", name="title"),
        CheckConstraint("min_teams >= 0", name="min_teams"),
        CheckConstraint("max_teams IS NULL OR max_teams >= min_teams", name="max_teams"),
        NUMBERED_ONCE,
    )

    id: Mapped[int_pk]
    hackathon_id: Mapped[int] = mapped_column(ForeignKey("hackathon.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id", ondelete="SET NULL"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    statement: Mapped[str] = mapped_column(Text, default="")
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="SET NULL"), index=True, comment="whose need it is, when it is public"
    )
    wants_owner: Mapped[bool] = mapped_column(default=False, comment="each team should have somebody of its owner")
    partner: Mapped[str] = mapped_column(String(200), default="")
    prize: Mapped[str] = mapped_column(String(200), default="")
    eligibility: Mapped[str] = mapped_column(String(300), default="", comment="in words, for readers")
    families: Mapped[frozenset[Family]] = mapped_column(
        EnumSet(Family), default=frozenset, comment="whose people may join; empty: all"
    )
    languages: Mapped[list[str]] = mapped_column(TextList, default=list, comment="each member speaks all of these")
    min_teams: Mapped[int] = mapped_column(default=0)
    max_teams: Mapped[int | None]
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[ChallengeOutcome | None] = mapped_column(enum_column(ChallengeOutcome))
    outcome_note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[created]
    updated_at: Mapped[updated]

    hackathon: Mapped[Hackathon] = relationship(back_populates="challenges")
    need: Mapped[Need | None] = relationship(lazy="select")
    organisation: Mapped[Organisation | None] = relationship(lazy="selectin")
    roles: Mapped[list[ChallengeRole]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="ChallengeRole.role"
    )
    skills: Mapped[list[ChallengeSkill]] = relationship(lazy="selectin", cascade="all, delete-orphan")
