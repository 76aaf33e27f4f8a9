"""What one team lacks, by name: the costs of a team told apart into things that have a word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from typing import Final

from matcher.teams.messages import Key, Message, of_team
from matcher.teams.problem import SENIOR, Challenge, Participant, Problem, Slot, Term

#: Terms of a team that only organisers may see: who declared a group would be known by elimination.
ORGANISERS_ONLY: Final = frozenset({Term.GROUPS})


@dataclass(frozen=True, slots=True)
class Shortfall:
    """One thing that a team lacks or has too much of.

    Attributes
    ----------
    key
        Sentence about the team as it is.
    name
        The role, skill or organisation, else empty.
    cost
        What it adds to the term, > 0. Those of one team and term add up to the cost of the term.
    values
        What the sentence needs besides the team.
    """

    term: Term
    key: Key
    name: str
    cost: int
    values: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What teams of a problem are measured by, worked out once; made by :meth:`of`."""

    problem: Problem
    people: Mapping[str, Participant]
    challenges: Mapping[str, Challenge]
    experience: int  # of all participants together
    half_days: Mapping[str, tuple[frozenset[int], int]]  # by challenge, see Problem.half_days_of
    earlier: frozenset[frozenset[str]]  # pairs of earlier teammates

    @classmethod
    def of(cls, problem: Problem) -> Yardstick:
        """Cost: O(people x challenges)."""
        return cls(
            problem=problem,
            people={person.id: person for person in problem.participants},
            challenges={challenge.id: challenge for challenge in problem.challenges},
            experience=sum(person.experience for person in problem.participants),
            half_days={challenge.id: problem.half_days_of(challenge) for challenge in problem.challenges},
            earlier=frozenset(frozenset(pair) for pair in problem.history),
        )

    def shortfalls(self, challenge: Challenge, members: Sequence[Participant]) -> tuple[Shortfall, ...]:
        """What a team of the challenge lacks, dearest first; nothing where nobody is in it.

        Terms ``preference``, ``friends`` and ``avoid`` and those of the whole plan have none. Cost: some 20 µs.
        """
        if not members:
            return ()
        found = [
            *_roles_and_skills(self.problem, challenge, members),
            *_people(self, members),
            *_whole_team(self, challenge, members),
        ]
        return tuple(sorted((each for each in found if each.cost), key=lambda each: (-each.cost, each.key, each.name)))


def holders(members: Sequence[Participant], role: str) -> int:
    """How many have the role."""
    return sum(role in person.roles for person in members)


def has_skill(members: Sequence[Participant], skill: str, level: int) -> bool:
    """Whether one of them has the skill at that level."""
    return any(person.skills.get(skill, 0) >= level for person in members)


def _roles_and_skills(problem: Problem, challenge: Challenge, members: Sequence[Participant]) -> Iterator[Shortfall]:
    weights = problem.weights
    for role, wanted in challenge.roles.items():
        there = holders(members, role)
        if missing := max(0, wanted - there):
            values: dict[str, str | int] = {"role": role, "missing": missing, "members": there}
            yield Shortfall(Term.ROLES, Key.LACKS_ROLE, role, weights.of_role(role) * missing, values)
    for skill, level in challenge.skills.items():
        if not has_skill(members, skill, level):
            values = {"skill": skill, "level": level}
            yield Shortfall(Term.SKILLS, Key.LACKS_SKILL, skill, weights.skill_deficit, values)
    if all(person.experience < SENIOR for person in members):
        yield Shortfall(Term.SENIORS, Key.LACKS_SENIOR, "", weights.no_senior, {})
    if challenge.wants_owner and all(person.organisation != challenge.owner for person in members):
        owner = challenge.owner or ""
        yield Shortfall(Term.OWNER, Key.LACKS_OWNER, owner, weights.owner_absent, {"organisation": owner})


def _people(yardstick: Yardstick, members: Sequence[Participant]) -> Iterator[Shortfall]:
    """What depends on who is with whom."""
    weights = yardstick.problem.weights
    newcomers = [person for person in members if person.newcomer]
    others = [person for person in members if not person.newcomer]
    if not others:
        yield Shortfall(Term.NEWCOMERS, Key.ALL_NEWCOMERS, "", weights.newcomer_mix, {})
    elif len(newcomers) == 1 and all(person.experience >= SENIOR for person in others):
        yield Shortfall(Term.NEWCOMERS, Key.LONE_NEWCOMER, "", weights.newcomer_mix, {})
    organisations = Counter(person.organisation for person in members if person.organisation is not None)
    for name, count in organisations.items():
        values: dict[str, str | int] = {"organisation": name, "members": count}
        cost = weights.same_organisation * max(0, count - 2)
        yield Shortfall(Term.ORGANISATIONS, Key.SAME_ORGANISATION, name, cost, values)
    lone = list(Counter(group for person in members for group in person.groups).values()).count(1)
    yield Shortfall(Term.GROUPS, Key.LONE_OF_GROUP, "", weights.lone_group_member * lone, {"groups": lone})
    pairs = sum(frozenset(pair) in yardstick.earlier for pair in combinations([person.id for person in members], 2))
    yield Shortfall(Term.HISTORY, Key.REPEATED_TEAMMATES, "", weights.repeated_teammate * pairs, {"pairs": pairs})


def _whole_team(yardstick: Yardstick, challenge: Challenge, members: Sequence[Participant]) -> Iterator[Shortfall]:
    problem, size = yardstick.problem, len(members)
    weights, rules, everybody = problem.weights, problem.rules, len(problem.participants)
    there = sum(person.experience for person in members)
    points = abs(everybody * there - size * yardstick.experience) // everybody
    balance = weights.experience_balance * points
    yield Shortfall(Term.EXPERIENCE, Key.UNEVEN_EXPERIENCE, "", balance, {"points": points})
    times, needed = yardstick.half_days[challenge.id]
    shared = times.intersection(*(person.availability for person in members if person.availability is not None))
    missing = max(0, needed - len(shared))
    values: dict[str, str | int] = {"missing": missing, "common": len(shared)}
    yield Shortfall(Term.HALF_DAYS, Key.FEW_HALF_DAYS, "", weights.missing_half_day * missing, values)
    off = weights.off_target_size * abs(size - rules.size_target)
    yield Shortfall(Term.SIZE, Key.OFF_SIZE, "", off, {"members": size, "target": rules.size_target})
    if not rules.common_language and not reduce(frozenset.intersection, (person.languages for person in members)):
        yield Shortfall(Term.LANGUAGE, Key.NO_LANGUAGE, "", weights.no_common_language, {})


#: The sentence for after a change, by that for the team as it is.
_AFTERWARDS: Final[Mapping[Key, Key]] = {
    Key.LACKS_ROLE: Key.WOULD_LACK_ROLE,
    Key.LACKS_SKILL: Key.WOULD_LACK_SKILL,
    Key.LACKS_SENIOR: Key.WOULD_LACK_SENIOR,
    Key.LACKS_OWNER: Key.WOULD_LACK_OWNER,
    Key.UNEVEN_EXPERIENCE: Key.WOULD_BE_UNEVEN,
    Key.ALL_NEWCOMERS: Key.WOULD_BE_ALL_NEWCOMERS,
    Key.LONE_NEWCOMER: Key.WOULD_HAVE_LONE_NEWCOMER,
    Key.SAME_ORGANISATION: Key.WOULD_HAVE_SAME_ORGANISATION,
    Key.FEW_HALF_DAYS: Key.WOULD_HAVE_FEW_HALF_DAYS,
    Key.LONE_OF_GROUP: Key.WOULD_HAVE_LONE_OF_GROUP,
    Key.REPEATED_TEAMMATES: Key.WOULD_REPEAT_TEAMMATES,
    Key.OFF_SIZE: Key.WOULD_BE_OFF_SIZE,
    Key.NO_LANGUAGE: Key.WOULD_HAVE_NO_LANGUAGE,
}


def caused(
    slot: Slot, before: Sequence[Shortfall] | None, after: Sequence[Shortfall]
) -> Iterator[tuple[int, Shortfall, Message]]:
    """What the team of a slot lacks more than before: by how much the cost rises, what it lacks, the sentence.

    `before` is None where there was no team.
    """
    was = {(each.key, each.name): each.cost for each in before or ()}
    for each in after:
        rise = each.cost - was.get((each.key, each.name), 0)
        if rise > 0:
            lost = before is not None and each.key is Key.LACKS_ROLE and each.values["members"] == 0
            key = Key.WOULD_LOSE_LAST_ROLE if lost else _AFTERWARDS[each.key]
            yield rise, each, Message(key, of_team(slot) | dict(each.values))
