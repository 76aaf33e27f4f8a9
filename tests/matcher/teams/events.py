"""Events of any size that look like real ones, the same for the same seed."""

from __future__ import annotations

from random import Random

from matcher.teams.checker import Checker
from matcher.teams.problem import (
    Assignment,
    AvoidPair,
    Challenge,
    FriendPair,
    Participant,
    Problem,
    TeamPlan,
    teams_of,
)

ROLES = {"tech": 0.45, "design": 0.15, "facilitation": 0.25, "domain": 0.3}
SKILLS = ("python", "maps", "law", "writing")


def _participant(rng: Random, index: int, names: list[str]) -> Participant:
    ranked = rng.sample(names, rng.randint(0, min(4, len(names))))
    languages = {"fr"} if rng.random() < 0.9 else {"en"}
    return Participant(
        id=f"p{index:04}",
        organisation=rng.choice([None, *(f"o{number}" for number in range(8))]),
        roles=frozenset(role for role, share in ROLES.items() if rng.random() < share),
        skills={skill: rng.randint(1, 3) for skill in SKILLS if rng.random() < 0.3},
        experience=rng.randint(0, 3),
        languages=frozenset(languages | ({"en"} if rng.random() < 0.4 else set())),
        availability=rng.choice([None, None, frozenset(day for day in range(5) if rng.random() < 0.8)]),
        ranked=tuple(ranked),
        similarity={name: rng.random() for name in names},
        newcomer=rng.random() < 0.4,
        groups=frozenset(["w"]) if rng.random() < 0.15 else frozenset(),
    )


def event(people: int, seed: int = 1) -> Problem:
    """An event with a challenge per eight people, wishes, and no contradictory rule."""
    rng = Random(seed)
    names = [f"c{index}" for index in range(max(2, people // 8))]
    who = [f"p{index:04}" for index in range(people)]
    pairs = [tuple(sorted(rng.sample(who, 2))) for _ in range(people // 2)]
    distinct = list(dict.fromkeys(pairs))
    friends, avoid = distinct[::2], distinct[1::4]
    return Problem(
        participants=tuple(_participant(rng, index, names) for index in range(people)),
        challenges=tuple(
            Challenge(name, {"tech": 1, "design": 1}, {rng.choice(SKILLS): rng.randint(1, 2)}) for name in names
        ),
        friends=tuple(FriendPair(first, second, rng.random() < 0.6) for first, second in friends),
        avoid=tuple(AvoidPair(first, second, confirmed=True) for first, second in avoid),
        history=tuple(distinct[3::8]),
    )


def assert_right(problem: Problem, plan: TeamPlan) -> None:
    """What the plan says of itself is what the independent checker finds."""
    check = Checker(problem).check(plan.assignment)
    assert check.valid, [str(each) for each in check.broken]
    assert plan.cost == check.cost
    assert plan.costs == check.costs
    assert plan.teams == teams_of(plan.assignment)
    assert plan.bound <= check.cost


def valid(problem: Problem, assignment: Assignment) -> bool:
    """Whether the independent checker finds no broken rule."""
    return Checker(problem).check(assignment).valid
