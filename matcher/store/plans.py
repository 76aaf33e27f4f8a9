"""Teams of a hackathon: versions that are never changed, computations, answers, results."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matcher.store.base import NUMBERED_ONCE, Base, UtcDateTime, created, enum_column, int_pk, updated
from matcher.store.hackathons import Challenge, Hackathon, JsonObject
from matcher.store.registrations import Registration
from matcher.vocabulary import PlaceAnswer, PlanOrigin, RunKind, RunStatus


class TeamPlanVersion(Base):
    """One version of the teams. Rows are added and never changed, but for ``published_at``.

    ``problem`` is what the teams were formed from (private: it holds the wishes to avoid somebody) and ``plan`` the
    result, both as :mod:`matcher.teams.files` writes them; participant ids there are those of registrations,
    challenge ids those of challenges. ``locks`` says what the organisers hold fast: see
    :mod:`matcher.hackathons.locks`.
    """

    __tablename__ = "team_plan"
    __table_args__ = (
        UniqueConstraint("hackathon_id", "number"),
        CheckConstraint("number >= 1", name="number"),
        NUMBERED_ONCE,
    )

    id: Mapped[int_pk]
    hackathon_id: Mapped[int] = mapped_column(ForeignKey("hackathon.id", ondelete="CASCADE"), index=True)
    number: Mapped[int] = mapped_column(comment="1 for the first version of the event")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("team_plan.id", ondelete="SET NULL"), index=True)
    origin: Mapped[PlanOrigin] = mapped_column(enum_column(PlanOrigin))
    author: Mapped[str] = mapped_column(String(120), default="", comment="name that the organiser gave; may be empty")
    note: Mapped[str] = mapped_column(String(300), default="")
    problem: Mapped[str] = mapped_column(Text, comment="private")
    plan: Mapped[str] = mapped_column(Text)
    locks: Mapped[dict[str, Any]] = mapped_column(JsonObject, default=dict)
    cost: Mapped[int]
    bound: Mapped[int]
    seed: Mapped[int] = mapped_column(default=0)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[created]


class CurrentPlan(Base):
    """Which version the organisers work on, and which people see; changed by undo and by publication alone."""

    __tablename__ = "current_plan"

    hackathon_id: Mapped[int] = mapped_column(ForeignKey("hackathon.id", ondelete="CASCADE"), primary_key=True)
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("team_plan.id", ondelete="SET NULL"))
    published_id: Mapped[int | None] = mapped_column(ForeignKey("team_plan.id", ondelete="SET NULL"))
    revision: Mapped[int] = mapped_column(default=1, comment="grows with each change; two organisers notice each other")

    plan: Mapped[TeamPlanVersion | None] = relationship(foreign_keys=[plan_id])
    published: Mapped[TeamPlanVersion | None] = relationship(foreign_keys=[published_id])
    hackathon: Mapped[Hackathon] = relationship()


class TeamRun(Base):
    """One computation of teams, done by a process of its own that writes here how far it is."""

    __tablename__ = "team_run"
    __table_args__ = (CheckConstraint("time_limit_s BETWEEN 1 AND 3600", name="time_limit_s"), NUMBERED_ONCE)

    id: Mapped[int_pk]
    hackathon_id: Mapped[int] = mapped_column(ForeignKey("hackathon.id", ondelete="CASCADE"), index=True)
    kind: Mapped[RunKind] = mapped_column(enum_column(RunKind))
    status: Mapped[RunStatus] = mapped_column(enum_column(RunStatus), default=RunStatus.WAITING)
    author: Mapped[str] = mapped_column(String(120), default="")
    base_id: Mapped[int | None] = mapped_column(ForeignKey("team_plan.id", ondelete="SET NULL"))
    result_id: Mapped[int | None] = mapped_column(ForeignKey("team_plan.id", ondelete="SET NULL"))
    problem: Mapped[str] = mapped_column(Text, comment="private; what is solved, frozen when the run was asked for")
    time_limit_s: Mapped[int]
    seed: Mapped[int] = mapped_column(default=0)
    max_moves: Mapped[int | None]
    locks: Mapped[dict[str, Any]] = mapped_column(JsonObject, default=dict)
    best: Mapped[int | None] = mapped_column(comment="cost of the best teams so far")
    bound: Mapped[int] = mapped_column(default=0)
    elapsed_s: Mapped[float] = mapped_column(default=0.0)
    best_plan: Mapped[str] = mapped_column(Text, default="", comment="the best teams so far: a start to go on from")
    stop_asked: Mapped[bool] = mapped_column(default=False)
    message: Mapped[str] = mapped_column(Text, default="", comment="what went wrong, for the organisers")
    beat_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="last sign of life of its process")
    created_at: Mapped[created]
    updated_at: Mapped[updated]


class TeamPlace(Base):
    """The place that a published version gave to a person, and what they said to it."""

    __tablename__ = "team_place"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True)
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenge.id", ondelete="CASCADE"), index=True)
    team_number: Mapped[int]
    answer: Mapped[PlaceAnswer | None] = mapped_column(enum_column(PlaceAnswer))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, comment="when the mail about this place was queued; null: not yet, or the place is new since"
    )

    registration: Mapped[Registration] = relationship(lazy="joined", innerjoin=True)


class Submission(Base):
    """What a team made. Its picture is small and was checked to be one."""

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("challenge_id", "team_number"), NUMBERED_ONCE)

    id: Mapped[int_pk]
    hackathon_id: Mapped[int] = mapped_column(ForeignKey("hackathon.id", ondelete="CASCADE"), index=True)
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenge.id", ondelete="CASCADE"), index=True)
    team_number: Mapped[int]
    team_name: Mapped[str] = mapped_column(String(80), default="")
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text, default="")
    link: Mapped[str] = mapped_column(String(300), default="")
    picture: Mapped[bytes | None] = mapped_column(LargeBinary)
    picture_type: Mapped[str] = mapped_column(String(20), default="")
    created_at: Mapped[created]
    updated_at: Mapped[updated]

    challenge: Mapped[Challenge] = relationship(lazy="selectin")


class Juror(Base):
    """A member of the jury, with a link of their own. Marks stay when the link ends."""

    __tablename__ = "juror"
    __table_args__ = (
        UniqueConstraint("hackathon_id", "name"),
        CheckConstraint("length(trim(name)) > 0", name="name"),
        NUMBERED_ONCE,
    )

    id: Mapped[int_pk]
    hackathon_id: Mapped[int] = mapped_column(ForeignKey("hackathon.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    link_version: Mapped[int] = mapped_column(default=1, comment="raised to cancel this juror's links given so far")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="no link of this juror works from then on")
    created_at: Mapped[created]

    hackathon: Mapped[Hackathon] = relationship(lazy="select")


class Mark(Base):
    """What one member of the jury gives one submission for one criterion, 0 to 5."""

    __tablename__ = "mark"
    __table_args__ = (CheckConstraint("points BETWEEN 0 AND 5", name="points"),)

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"), primary_key=True)
    juror_id: Mapped[int] = mapped_column(ForeignKey("juror.id", ondelete="CASCADE"), primary_key=True, index=True)
    criterion: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, comment="place in the list of them")
    points: Mapped[int]
