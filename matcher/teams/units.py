"""People who are always together, as one: blocks, and everybody else alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from matcher.teams.costs import CompiledProblem


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """One block or one person.

    Attributes
    ----------
    members
        Indexes of people, rising.
    allowed
        (challenges,), bool: every member may be there.
    locked
        Slots to which members are locked by number; -2: one that does not exist.
    half_days
        When all are there; None: always.
    languages
        Spoken by all.
    apart
        People who must not be in a team with one of the members. Private.
    """

    members: tuple[int, ...]
    allowed: NDArray[np.bool_]
    locked: frozenset[int]
    half_days: frozenset[int] | None
    languages: frozenset[str]
    apart: frozenset[int]

    def fits(self, other: Unit, size_max: int, common_language: bool) -> bool:
        """Whether size, places and (where it is required) language let the two be in one team."""
        return (
            len(self.members) + len(other.members) <= size_max
            and bool((self.allowed & other.allowed).any())
            and len(self.locked | other.locked) <= 1
            and (not common_language or not self.languages.isdisjoint(other.languages))
        )

    def avoids(self, other: Unit) -> bool:
        """Whether an avoid pair keeps the two apart. Private."""
        return not self.apart.isdisjoint(other.members)


def units_of(compiled: CompiledProblem) -> tuple[Unit, ...]:
    """Everybody in one unit: merged blocks first, then the others, in order."""
    in_blocks = {who for block in compiled.blocks for who in block}
    singles = ((who,) for who in range(len(compiled.people)) if who not in in_blocks)
    return tuple(unit_of(compiled, members) for members in (*compiled.blocks, *singles))


def unit_of(compiled: CompiledProblem, members: Iterable[int]) -> Unit:
    """These people as one."""
    members = tuple(sorted(members))
    people = [compiled.problem.participants[who] for who in members]
    times = [person.availability for person in people if person.availability is not None]
    return Unit(
        members=members,
        allowed=np.logical_and.reduce(compiled.allowed[list(members)], axis=0),
        locked=frozenset(compiled.locked[who] for who in members if compiled.locked[who] != -1),
        half_days=reduce(frozenset.intersection, times) if times else None,
        languages=reduce(frozenset.intersection, (person.languages for person in people)),
        apart=frozenset().union(*(compiled.apart[who] for who in members)),
    )


def forced_moves(compiled: CompiledProblem, unit: Unit) -> int:
    """Published members who cannot all stay: a unit is in one slot, and not in one that its rules exclude."""
    homes = Counter(compiled.home[who] for who in unit.members if compiled.home[who] != -1)
    stays = (
        count
        for home, count in homes.items()
        if home >= 0 and unit.allowed[compiled.challenge_of[home]] and unit.locked <= {home}
    )
    return homes.total() - max(stays, default=0)
