"""Reads about hackathons: one event, the public list, how many people, the needs that may become challenges."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matcher.postings.filters import is_live
from matcher.postings.gazetteer import kilometres
from matcher.store import Challenge, CurrentPlan, Hackathon, Need, Place, Registration
from matcher.vocabulary import Attendance, HackathonPhase, RegistrationStatus


@dataclass(frozen=True, slots=True)
class HeadCount:
    """How many people: ``registered`` hold a place, ``arrived`` and ``absent`` are among them."""

    registered: int = 0
    waiting: int = 0
    withdrawn: int = 0
    arrived: int = 0
    absent: int = 0


@dataclass(frozen=True, slots=True)
class TeamState:
    """How far the teams of an event are."""

    formed: bool = False
    published: bool = False


def get_hackathon(session: Session, hackathon_id: int) -> Hackathon | None:
    """An event by its number, drafts too: who may see it is for the caller to ask."""
    return session.get(Hackathon, hackathon_id)


def get_registration(session: Session, registration_id: int) -> Registration | None:
    """A registration by its number, whatever its status."""
    return session.get(Registration, registration_id)


def get_challenge(hackathon: Hackathon, challenge_id: int) -> Challenge | None:
    """A challenge of this event by its number, withdrawn ones too; None for one of another event."""
    return next((challenge for challenge in hackathon.challenges if challenge.id == challenge_id), None)


def public_hackathons(session: Session, today: date) -> tuple[list[Hackathon], list[Hackathon]]:
    """Events that anybody may see: those to come or under way, the nearest first; then past ones, newest first."""
    rows = session.scalars(select(Hackathon).where(Hackathon.phase != HackathonPhase.DRAFT)).all()
    past = [row for row in rows if row.phase is HackathonPhase.CLOSED or row.ends_on < today]
    ahead = [row for row in rows if row not in past]
    ahead.sort(key=lambda row: (row.starts_on, row.id))
    past.sort(key=lambda row: (row.starts_on, row.id), reverse=True)
    return ahead, past


def registration_is_open(hackathon: Hackathon, today: date) -> bool:
    """Whether the public form takes people: the phase says so and its last day has not passed."""
    last = hackathon.registration_ends_on
    return hackathon.phase is HackathonPhase.REGISTRATION and (last is None or today <= last)


def head_counts(session: Session, hackathon_ids: Collection[int]) -> Mapping[int, HeadCount]:
    """How many people each of these events has; one grouped query. Every id asked for is answered."""
    query = (
        select(Registration.hackathon_id, Registration.status, Registration.attendance, func.count())
        .where(Registration.hackathon_id.in_(hackathon_ids))
        .group_by(Registration.hackathon_id, Registration.status, Registration.attendance)
    )
    found: dict[int, dict[str, int]] = {number: {} for number in hackathon_ids}
    for number, status, attendance, count in session.execute(query):
        for name in _counted_as(status, attendance):
            found[number][name] = found[number].get(name, 0) + count
    return {number: HeadCount(**counts) for number, counts in found.items()}


def team_state(session: Session, hackathon: Hackathon) -> TeamState:
    """Whether teams were formed, and whether people see them."""
    current = session.get(CurrentPlan, hackathon.id)
    if current is None:
        return TeamState()
    return TeamState(formed=current.plan_id is not None, published=current.published_id is not None)


def challenges_of_need(session: Session, need: Need) -> list[Challenge]:
    """Challenges of events that anybody may see which come from ``need``, the newest event first."""
    query = (
        select(Challenge)
        .join(Challenge.hackathon)
        .where(
            Challenge.need_id == need.id,
            Challenge.withdrawn_at.is_(None),
            Hackathon.phase != HackathonPhase.DRAFT,
        )
        .order_by(Hackathon.starts_on.desc(), Challenge.id)
    )
    return list(session.scalars(query))


def needs_near(session: Session, place: Place | None, limit: int, *, today: date) -> Sequence[Need]:
    """At most ``limit`` live needs, those nearest to ``place`` first and the newest of a place first.

    Without a place (an event online) the newest ones. Cost: one query for the places that have live needs,
    and one for the needs.
    """
    live = is_live(Need, today)
    newest = select(Need).where(live).order_by(Need.id.desc()).limit(limit)
    if place is None:
        return session.scalars(newest).all()
    counts = session.execute(
        select(Place, func.count()).join(Need, Need.place_id == Place.id).where(live).group_by(Place.id)
    ).all()
    nearest = sorted(counts, key=lambda row: (_distance(place, row[0]), row[0].id))
    distances: dict[int, float] = {}
    found = 0
    for row, count in nearest:
        if found >= limit:
            break
        distances[row.id] = _distance(place, row)
        found += count
    rows = session.scalars(select(Need).where(live, Need.place_id.in_(distances)).order_by(Need.id.desc())).all()
    return sorted(rows, key=lambda need: distances[need.place_id])[:limit]


def _counted_as(status: RegistrationStatus, attendance: Attendance) -> list[str]:
    if status is not RegistrationStatus.REGISTERED:
        return [status.value]
    more = {Attendance.CHECKED_IN: "arrived", Attendance.NO_SHOW: "absent"}
    return ["registered", *([more[attendance]] if attendance in more else [])]


def _distance(place: Place, other: Place) -> float:
    return kilometres((place.latitude, place.longitude), (other.latitude, other.longitude))
