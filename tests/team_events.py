"""Events with teams for tests of the organisers' pages: places are given, no solver runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from matcher.hackathons.forming import build_problem, keeping_teams
from matcher.hackathons.locks import Locks
from matcher.hackathons.plans import add_version, counted
from matcher.store import Challenge, Hackathon, Registration, TeamPlanVersion
from matcher.teams.problem import Slot
from matcher.vocabulary import Experience, PlanOrigin, TeamRole
from tests.hackathons import make_challenge, make_hackathon, make_registration

#: Where somebody is: a challenge and the number of the team.
Place = tuple[Challenge, int]

NAMES = (
    "Ada", "Bruno", "Claire", "Driss", "Élise", "Farid", "Gaëlle", "Hugo", "Inès", "Jules", "Khadija", "Léa",
    "Maëlle", "Nadir", "Océane", "Paul", "Quentin", "Rania", "Sacha", "Thaïs", "Ugo", "Violette", "Wassim", "Yaël",
)  # fmt: skip


@dataclass(frozen=True)
class TeamEvent:
    """An event, its challenges and people in the order in which they were made, and its teams."""

    hackathon: Hackathon
    challenges: Sequence[Challenge]
    people: Sequence[Registration]
    version: TeamPlanVersion | None


def make_teams(
    session: Session, hackathon: Hackathon, places: Mapping[Registration, Place], **values: Any
) -> TeamPlanVersion:
    """A version with people in these places; the others have none."""
    assignment = {str(who.id): Slot(str(challenge.id), number) for who, (challenge, number) in places.items()}
    problem = keeping_teams(build_problem(session, hackathon), assignment)
    values = {"origin": PlanOrigin.EDITED, "locks": Locks(), "author": "Léa"} | values
    return add_version(session, hackathon.id, problem=problem, plan=counted(problem, assignment), **values)


def make_team_event(session: Session, teams: int = 2, size: int = 4, **values: Any) -> TeamEvent:
    """People in teams of one size, three teams to a challenge: each is short of something, and all rules hold."""
    hackathon = make_hackathon(session, **{"size_min": 3, "size_target": 4, "size_max": 5, **values})
    challenges = [
        make_challenge(session, hackathon, title, roles={TeamRole.TECH: 1, TeamRole.DESIGN: 1}, max_teams=4)
        for title in _titles(max(1, -(-teams // 3)))
    ]
    people = [_person(session, hackathon, challenges, number) for number in range(teams * size)]
    slots = [(challenge, number) for number in (1, 2, 3) for challenge in challenges][:teams]
    places = {person: slots[index // size] for index, person in enumerate(people)}
    version = make_teams(session, hackathon, places) if teams else None
    return TeamEvent(hackathon, challenges, people, version)


def _titles(count: int) -> list[str]:
    usual = (
        "Suivre les stocks de la collecte alimentaire",
        "Prévenir les bénévoles quand une tournée est annulée",
        "Rendre les horaires du centre social lisibles pour tout le monde",
    )
    return [usual[at] if at < len(usual) else f"Défi numéro {at + 1}" for at in range(count)]


def _person(session: Session, hackathon: Hackathon, challenges: Sequence[Challenge], number: int) -> Registration:
    """The same each time; roles, experience and choices go round."""
    roles, experiences = list(TeamRole), list(Experience)
    ranked = [challenges[(number + step) % len(challenges)] for step in range(min(3, len(challenges)))]
    return make_registration(
        session,
        hackathon,
        f"{NAMES[number % len(NAMES)]} {NAMES[(number * 7 + 3) % len(NAMES)]}",
        choices=ranked if number % 5 else [],
        roles=frozenset({roles[number % 4], roles[(number // 3) % 4]}),
        experience=experiences[number % 4],
        is_newcomer=number % 4 == 0,
        organisation=("", "MJC Lillebonne", "Ville de Nancy", "Emmaüs")[number % 4],
    )
