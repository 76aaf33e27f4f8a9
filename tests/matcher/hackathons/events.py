"""A whole small event, ready for teams, for the tests of forming, plans and runs."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sqlalchemy.orm import Session

from matcher.hackathons import plans
from matcher.hackathons.forming import build_problem
from matcher.store import Challenge, Hackathon, Registration, TeamPlanVersion
from matcher.teams.problem import Assignment, Slot
from matcher.vocabulary import PlanOrigin, TeamRole
from tests.hackathons import make_challenge, make_hackathon, make_registration


@dataclass(frozen=True)
class Event:
    """An event, its challenges and its people."""

    hackathon: Hackathon
    challenges: list[Challenge]
    people: list[Registration]

    def who(self, number: int) -> str:
        """Participant id of a person, counted from 0."""
        return str(self.people[number].id)

    def slot(self, challenge: int, number: int = 1) -> Slot:
        """A team of a challenge, counted from 0."""
        return Slot(str(self.challenges[challenge].id), number)

    def in_order(self, size: int) -> Assignment:
        """People in their order, `size` to the first team of each challenge."""
        return {self.who(at): self.slot(at // size) for at in range(len(self.people))}


def make_event(session: Session, people: int = 12, challenges: int = 3, seed: int = 1) -> Event:
    """People with one role each who rank two challenges each; teams of 3 to 6, best 4."""
    random = Random(seed)
    hackathon = make_hackathon(session, size_min=3, size_target=4, size_max=6)
    wanted = {TeamRole.TECH: 1, TeamRole.DESIGN: 1}
    made = [make_challenge(session, hackathon, f"Défi {at}", roles=wanted) for at in range(challenges)]
    roles = list(TeamRole)
    there = [
        make_registration(
            session,
            hackathon,
            f"Personne {at}",
            roles=frozenset({roles[at % len(roles)]}),
            choices=random.sample(made, min(2, challenges)),
        )
        for at in range(people)
    ]
    return Event(hackathon, made, there)


def formed(session: Session, event: Event, assignment: Assignment | None = None) -> TeamPlanVersion:
    """A first version by hand: people in their order, four to a team, unless told otherwise."""
    given = event.in_order(4) if assignment is None else assignment
    problem = build_problem(session, event.hackathon)
    return plans.add_version(
        session,
        event.hackathon.id,
        problem=problem,
        plan=plans.counted(problem, given),
        origin=PlanOrigin.IMPORTED,
    )


def seen(session: Session, event: Event) -> int:
    """The revision that a page opened now would carry."""
    session.rollback()
    return plans.current(session, event.hackathon.id).revision
