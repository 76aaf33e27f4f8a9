"""Random problems of every kind of data, and assignments of them, for the tests of properties.

Hypothesis chooses the size and a seed; the rest is drawn from the seed, a hundred times faster than drawing
every field.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import strategies as st

from matcher.teams.problem import (
    Assignment,
    AvoidPair,
    AvoidRule,
    Challenge,
    FriendPair,
    Lock,
    Participant,
    Problem,
    Published,
    Rules,
    Slot,
    Weights,
    slots,
    teams_of,
)

ROLES = ("tech", "design", "facilitation", "domain", "cook")
SKILLS = ("python", "maps", "law")
LANGUAGES = ("fr", "de", "en")
HALF_DAYS = range(5)

seeds = st.integers(0, 2**32).map(Random)


def subset(rng: Random, values: Any, chance: float = 0.5) -> frozenset[Any]:
    return frozenset(value for value in values if rng.random() < chance)


def participant(rng: Random, index: int, challenges: list[str]) -> Participant:
    ranked = rng.sample(challenges, rng.randint(0, min(3, len(challenges))))
    return Participant(
        id=f"p{index}",
        organisation=rng.choice([None, "o1", "o2"]),
        roles=subset(rng, ROLES, 0.3),
        skills={skill: rng.randint(0, 3) for skill in subset(rng, SKILLS)},
        experience=rng.randint(0, 3),
        languages=subset(rng, LANGUAGES, 0.7),
        availability=rng.choice([None, subset(rng, HALF_DAYS, 0.7)]),
        ranked=tuple(ranked),
        similarity={each: rng.random() for each in subset(rng, challenges)},
        newcomer=rng.random() < 0.4,
        groups=subset(rng, ("g1", "g2"), 0.2),
    )


def challenge(rng: Random, name: str, people: list[str]) -> Challenge:
    least = rng.choice([0, 0, 0, 1])
    owner = rng.choice([None, "o1", "o3"])
    return Challenge(
        id=name,
        roles={role: rng.randint(1, 2) for role in sorted(subset(rng, ROLES, 0.4))},
        skills={skill: rng.randint(1, 3) for skill in sorted(subset(rng, SKILLS, 0.4))},
        min_teams=least,
        max_teams=rng.choice([None, None, least + rng.randint(0, 2)]),
        owner=owner,
        wants_owner=owner is not None and rng.random() < 0.5,
        languages=subset(rng, LANGUAGES, 0.1),
        eligible=rng.choice([None, None, subset(rng, people, 0.8)]),
        half_days=rng.choice([None, subset(rng, HALF_DAYS, 0.6)]),
    )


def pairs(rng: Random, people: list[str], most: int) -> list[tuple[str, str]]:
    if len(people) < 2:
        return []
    found = {tuple(sorted(rng.sample(people, 2))) for _ in range(rng.randint(0, most))}
    return [(first, second) for first, second in sorted(found)]


def problem(rng: Random, size: int) -> Problem:
    """Any problem, usually one with contradictory rules."""
    people = [f"p{index}" for index in range(size)]
    names = [f"c{index}" for index in range(rng.randint(1, 4))]
    smallest = rng.randint(1, 3)
    target = smallest + rng.randint(0, 2)
    published = {who: Slot(rng.choice([*names, "gone"]), rng.randint(1, 3)) for who in sorted(subset(rng, people))}
    return Problem(
        participants=tuple(participant(rng, index, names) for index in range(size)),
        challenges=tuple(challenge(rng, name, people) for name in names),
        friends=tuple(FriendPair(*pair, mutual=rng.random() < 0.7) for pair in pairs(rng, people, 8)),
        avoid=tuple(AvoidPair(*pair, confirmed=rng.random() < 0.5) for pair in pairs(rng, people, 3)),
        history=tuple(pairs(rng, people, 5)),
        locks=tuple(Lock(who, rng.choice(names), rng.choice([None, 1, 2])) for who in sorted(subset(rng, people, 0.1))),
        never=subset(rng, [(who, name) for who in people for name in names], 0.05),
        blocks=tuple(frozenset(pair) for pair in pairs(rng, people, 2)),
        published=rng.choice([None, Published(published, rng.choice([None, 0, 2]))]),
        rules=Rules(
            smallest,
            target,
            target + rng.randint(0, 2),
            avoid=rng.choice(list(AvoidRule)),
            common_language=rng.random() < 0.5,
            common_half_days=rng.randint(0, 4),
        ),
        weights=Weights(preference=rng.randint(0, 2), experience_balance=rng.randint(0, 3)),
    )


@st.composite
def problems(draw: st.DrawFn, least: int = 1, most: int = 14) -> Problem:
    return problem(draw(seeds), draw(st.integers(least, most)))


@st.composite
def assigned(draw: st.DrawFn, most: int = 14) -> tuple[Problem, Assignment]:
    """A problem that has slots and any assignment of it, which may break every rule."""
    rng = draw(seeds)
    made = problem(rng, draw(st.integers(1, most)))
    if not slots(made):
        made = replace(made, challenges=(*made.challenges, Challenge("open")))
    places = slots(made)
    few = places[: rng.randint(1, len(places))]
    return made, {person.id: rng.choice(few) for person in made.participants}


@st.composite
def planted(draw: st.DrawFn, most: int = 14) -> tuple[Problem, Assignment]:
    """A problem and an assignment of it that keeps every hard rule, because the rules were made to suit it."""
    rng = draw(seeds)
    made = problem(rng, draw(st.integers(2, most)))
    made = replace(
        made,
        participants=tuple(replace(each, languages=each.languages | {"fr"}) for each in made.participants),
        challenges=tuple(replace(each, min_teams=0, max_teams=None, languages=frozenset()) for each in made.challenges),
        locks=(),
    )
    size = len(made.participants)
    teams = rng.randint(1, max(1, min(size // made.rules.size_min, len(slots(made)))))
    places = rng.sample(slots(made), teams)
    shuffled = rng.sample([person.id for person in made.participants], size)
    assignment = {who: places[at % teams] for at, who in enumerate(shuffled)}
    return _suit(made, assignment, rng), assignment


def _suit(made: Problem, assignment: Assignment, rng: Random) -> Problem:
    """The problem with its hard rules changed so that the assignment keeps them."""
    sizes = [len(team.members) for team in teams_of(assignment)]
    least = min(made.rules.size_min, *sizes, made.rules.size_target)
    most = max(made.rules.size_max, *sizes)
    teams = {
        each.id: len({slot for slot in assignment.values() if slot.challenge == each.id}) for each in made.challenges
    }
    moves = sum(assignment[who] != slot for who, slot in (made.published.assignment.items() if made.published else ()))

    def there(name: str) -> set[str]:
        return {who for who, slot in assignment.items() if slot.challenge == name}

    return replace(
        made,
        challenges=tuple(
            replace(
                each,
                min_teams=rng.randint(0, teams[each.id]),
                eligible=None if each.eligible is None else each.eligible | there(each.id),
            )
            for each in made.challenges
        ),
        avoid=tuple(
            replace(pair, confirmed=pair.confirmed and assignment[pair.first] != assignment[pair.second])
            for pair in made.avoid
        ),
        locks=tuple(
            Lock(who, slot.challenge, rng.choice([None, slot.number]))
            for who, slot in assignment.items()
            if rng.random() < 0.1
        ),
        never=frozenset((who, name) for who, name in made.never if assignment[who].challenge != name),
        blocks=tuple(block for block in made.blocks if len({assignment[who] for who in block}) == 1),
        published=made.published and replace(made.published, max_moves=rng.choice([None, moves])),
        rules=replace(
            made.rules,
            size_min=least,
            size_max=most,
            avoid=AvoidRule.NONE if made.rules.avoid is AvoidRule.ALL else made.rules.avoid,
        ),
    )
