"""The part of a plan that can be measured: people who have a place that may exist. Pure."""

from __future__ import annotations

from typing import NamedTuple

from matcher.hackathons.forming import keeping_teams
from matcher.teams.problem import Assignment, Problem, slots, without


class Placed(NamedTuple):
    """Everybody of the problem has a place in the assignment."""

    problem: Problem
    assignment: Assignment


def placed(problem: Problem, assignment: Assignment) -> Placed | None:
    """The problem of those who have a place, late arrivals left out; None where nobody has one."""
    existing = frozenset(slots(problem))
    people = {person.id for person in problem.participants}
    held = {who: slot for who, slot in assignment.items() if who in people and slot in existing}
    if not held:
        return None
    # Fewer people may mean fewer possible teams: those that stand must stay possible.
    return Placed(keeping_teams(without(problem, people - held.keys()), held), held)
