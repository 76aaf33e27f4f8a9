"""What makes up the cost of one team, each part from one integer.

What is added up over the members is packed into an integer with a field per count; what one member is enough for,
into a mask that is or-ed; what all must share, into a mask that is and-ed. Few different values occur, so that
the cost of each is computed once and kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from matcher.teams.problem import MOST, SENIOR, Challenge, Participant, Problem, Term

#: What breaking a hard rule by one (person, pair, team) adds. Above any cost: 10 000 people at 10 000 a term
#: stay below 2**40.
BROKEN: Final = 1 << 44
#: Entries of a cache of partial costs before it is emptied. Chosen: some 10 MB per challenge at most.
MOST_CACHED: Final = 50_000

#: Costs by term, and how much is broken.
Parts = tuple[dict[Term, int], int]


@dataclass(frozen=True, slots=True)
class Fields:
    """Where each count of a team is in its packed integer."""

    roles: tuple[str, ...]
    groups: tuple[str, ...]
    width: int

    @classmethod
    def of(cls, problem: Problem) -> Fields:
        """Fields for the roles that any challenge wants and the groups that anybody declares."""
        roles = {role for challenge in problem.challenges for role in challenge.roles}
        groups = {group for person in problem.participants for group in person.groups}
        return cls(tuple(sorted(roles)), tuple(sorted(groups)), (MOST * len(problem.participants)).bit_length())

    def pack(self, person: Participant) -> int:
        """One person's contribution: a 1 (or their experience) in each field that applies."""
        senior = person.experience >= SENIOR
        values = [
            *(role in person.roles for role in self.roles),
            *(group in person.groups for group in self.groups),
            1,
            person.experience,
            person.newcomer,
            senior,
            senior and not person.newcomer,
        ]  # as Company reads them
        return sum(int(value) << (at * self.width) for at, value in enumerate(values))

    def split(self, packed: int) -> tuple[int, int, int]:
        """The parts that hold roles, groups and the rest."""
        roles, groups = len(self.roles) * self.width, len(self.groups) * self.width
        rest = packed >> roles
        return packed & ((1 << roles) - 1), rest & ((1 << groups) - 1), rest >> groups

    def unpack(self, packed: int, count: int) -> list[int]:
        """The lowest fields of a packed integer."""
        mask = (1 << self.width) - 1
        return [(packed >> (at * self.width)) & mask for at in range(count)]


class Cached(dict[int, int]):
    """Cost of a packed value or mask, computed once: a dict whose missing entries are computed."""

    def __init__(self, parts: Callable[[int], Parts]) -> None:
        super().__init__()
        self.parts = parts

    def __missing__(self, key: int) -> int:
        if len(self) >= MOST_CACHED:
            self.clear()
        terms, broken = self.parts(key)
        self[key] = value = sum(terms.values()) + BROKEN * broken
        return value

    def __reduce__(self) -> tuple[type[Cached], tuple[Callable[[int], Parts]]]:
        return Cached, (self.parts,)


@dataclass(frozen=True, slots=True)
class Asked:
    """One challenge, in numbers. Sequences are by participant."""

    row: list[int]  # preference cost, and BROKEN for who must not be there
    met: list[int]  # mask: wanted skills that the person has at the level; then the owner's organisation
    shared: list[int]  # mask: half-days of the challenge at which the person is there; then languages
    filled: Cached  # costs of members by role
    mets: Cached
    shareds: Cached


@dataclass(frozen=True, slots=True)
class Filled:
    """Costs of the wanted roles that are not filled."""

    problem: Problem
    challenge: Challenge
    fields: Fields

    def __call__(self, packed: int) -> Parts:
        """The parts of the packed members by role."""
        weights, roles = self.problem.weights, self.fields.roles
        members = dict(zip(roles, self.fields.unpack(packed, len(roles)), strict=True))
        wanted = self.challenge.roles.items()
        return {Term.ROLES: sum(weights.of_role(role) * max(0, count - members[role]) for role, count in wanted)}, 0


@dataclass(frozen=True, slots=True)
class Lone:
    """Costs of declared groups with one member; the same for all challenges."""

    problem: Problem
    fields: Fields

    def __call__(self, packed: int) -> Parts:
        """The parts of the packed members by group."""
        alone = self.fields.unpack(packed, len(self.fields.groups)).count(1)
        return {Term.GROUPS: self.problem.weights.lone_group_member * alone}, 0


@dataclass(frozen=True, slots=True)
class Company:
    """Costs of size, experience and newcomers; the same for all challenges."""

    problem: Problem
    fields: Fields
    experience: int  # of all participants together

    def __call__(self, packed: int) -> Parts:
        """The parts of the packed members, experience, newcomers, seniors, seniors who are no newcomers."""
        weights, rules, people = self.problem.weights, self.problem.rules, len(self.problem.participants)
        size, experience, newcomers, seniors, old_hands = self.fields.unpack(packed, 5)
        mixed = newcomers == size or (size >= 2 and newcomers == 1 and old_hands == size - 1)
        terms = {
            Term.SENIORS: weights.no_senior * (seniors == 0),
            Term.EXPERIENCE: weights.experience_balance * (abs(people * experience - size * self.experience) // people),
            Term.NEWCOMERS: weights.newcomer_mix * mixed,
            Term.SIZE: weights.off_target_size * abs(size - rules.size_target),
        }
        return terms, max(0, rules.size_min - size) + max(0, size - rules.size_max)


@dataclass(frozen=True, slots=True)
class Mets:
    """Costs of what one member is enough for."""

    problem: Problem
    challenge: Challenge

    def __call__(self, mask: int) -> Parts:
        """The parts of a mask."""
        weights, wanted = self.problem.weights, len(self.challenge.skills)
        missing = wanted - (mask & ((1 << wanted) - 1)).bit_count()
        absent = self.challenge.wants_owner and not mask >> wanted
        return {Term.SKILLS: weights.skill_deficit * missing, Term.OWNER: weights.owner_absent * absent}, 0


@dataclass(frozen=True, slots=True)
class Shareds:
    """Costs of what all members must share; the lowest `times` bits are half-days, the others languages."""

    problem: Problem
    times: int
    needed: int

    def __call__(self, mask: int) -> Parts:
        """The parts of a mask."""
        weights, hard = self.problem.weights, self.problem.rules.common_language
        missing = max(0, self.needed - (mask & ((1 << self.times) - 1)).bit_count())
        mute = not mask >> self.times
        terms = {
            Term.HALF_DAYS: weights.missing_half_day * missing,
            Term.LANGUAGE: weights.no_common_language * (mute and not hard),
        }
        return terms, int(mute and hard)
