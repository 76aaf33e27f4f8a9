"""Small real hackathons for tests: every value that a test does not care about has a sensible one.

Each builder stores its row and commits, so that use cases, which open their own transaction, see it.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from matcher.clock import today
from matcher.store import (
    Challenge,
    ChallengeRole,
    ChallengeSkill,
    Hackathon,
    HalfDay,
    Juror,
    Registration,
    RegistrationChoice,
    RegistrationSkill,
    Skill,
    Wish,
)
from matcher.vocabulary import DayPart, HackathonPhase, TeamRole, WishKind
from tests import builders

_numbers = count(1)

#: Days before an event made here begins: far enough for every phase to make sense.
LEAD_DAYS = 30


def make_hackathon(session: Session, title: str = "Un week-end pour la solidarité", **values: Any) -> Hackathon:
    """Two days at Nancy, registration open, four half-days (morning and afternoon), teams of 3 to 6.

    ``parts`` gives other parts of each day; ``at`` another place of :data:`tests.builders.PLACES`.
    """
    starts_on = values.get("starts_on", today() + timedelta(days=LEAD_DAYS))
    ends_on = values.get("ends_on", starts_on + timedelta(days=1))
    parts, at = values.pop("parts", (DayPart.MORNING, DayPart.AFTERNOON)), values.pop("at", "Nancy")
    values = {
        "phase": HackathonPhase.REGISTRATION,
        "description": "Deux jours pour répondre ensemble à des besoins du territoire.",
        "organiser": "Maison des associations",
        "contact_email": "orga@example.org",
        "place": None if values.get("is_online") else builders.place(session, at),
        "starts_on": starts_on,
        "ends_on": ends_on,
        "half_days": half_days(starts_on, ends_on, parts),
        "languages": ["fr"],
    } | values
    return _stored(session, Hackathon(title=title, **values))


def half_days(starts_on: date, ends_on: date, parts: tuple[DayPart, ...] = tuple(DayPart)) -> list[HalfDay]:
    """These parts of every day, numbered from 0."""
    days = [starts_on + timedelta(days=index) for index in range((ends_on - starts_on).days + 1)]
    told = [(day, part) for day in days for part in parts]
    return [HalfDay(number=number, day=day, part=part) for number, (day, part) in enumerate(told)]


def make_challenge(
    session: Session,
    hackathon: Hackathon,
    title: str | None = None,
    *,
    roles: dict[TeamRole, int] | None = None,
    skills: dict[Skill, int] | None = None,
    **values: Any,
) -> Challenge:
    """A challenge after the others of ``hackathon``; ``roles`` by how many, ``skills`` by level."""
    values = {
        "statement": "Personne ne sait comment faire aujourd’hui.",
        "position": len(hackathon.challenges),
        "roles": [ChallengeRole(role=role, count=wanted) for role, wanted in (roles or {}).items()],
        "skills": [ChallengeSkill(skill=skill, level=level) for skill, level in (skills or {}).items()],
    } | values
    return _stored(session, Challenge(hackathon=hackathon, title=title or f"Défi {next(_numbers)}", **values))


def make_registration(
    session: Session,
    hackathon: Hackathon,
    name: str | None = None,
    *,
    choices: list[Challenge] | None = None,
    skills: dict[Skill, int] | None = None,
    friends: list[Registration] | None = None,
    avoids: list[Registration] | None = None,
    **values: Any,
) -> Registration:
    """Somebody who speaks French and can build. ``choices`` are ranked in their order; wishes are settled."""
    number = next(_numbers)
    name = name or f"Personne {number}"
    wishes = [(WishKind.WITH, other) for other in friends or ()] + [(WishKind.AVOID, other) for other in avoids or ()]
    values = {
        "email": f"personne-{number}@example.org",
        "organisation": "",
        "roles": frozenset({TeamRole.TECH}),
        "languages": ["fr"],
        "skills": [RegistrationSkill(skill=skill, level=level) for skill, level in (skills or {}).items()],
        "choices": [
            RegistrationChoice(rank=rank, challenge_id=challenge.id) for rank, challenge in enumerate(choices or (), 1)
        ],
        "wishes": [Wish(kind=kind, typed=other.name, other_id=other.id, is_settled=True) for kind, other in wishes],
    } | values
    return _stored(session, Registration(hackathon=hackathon, name=name, **values))


def make_juror(session: Session, hackathon: Hackathon, name: str = "Marie Essai") -> Juror:
    """Somebody who marks what the teams made."""
    return _stored(session, Juror(hackathon_id=hackathon.id, name=name))


def _stored(session: Session, row: Any) -> Any:
    session.add(row)
    session.commit()
    assert inspect(row).persistent
    return row
