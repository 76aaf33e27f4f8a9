"""Never just "impossible": the fewest hard rules that cannot hold together.

Every hard rule is an assumption of its own. The solver names assumptions that contradict each other, usually too
many; then rules are left out as long as the others still do. What remains is minimal: without any one of them,
the others can hold together. What each change would cost is in :mod:`matcher.teams.conflict_prices`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from matcher.teams.cpsat import Budget, refuted, refuting
from matcher.teams.hard_rules import NamedRule, hard_rules
from matcher.teams.problem import Problem

#: Iterations (see :mod:`matcher.teams.cpsat`) for each question whether some rules can hold together. Chosen.
EACH: Final = 200


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Rules that cannot hold together.

    `minimal`: without any one of them the others can. False: for some of them the time was too short to tell.
    """

    rules: tuple[NamedRule, ...]
    minimal: bool


def find_contradiction(
    problem: Problem, *, time_limit_s: float, iterations: int = EACH, seed: int = 0
) -> Contradiction | None:
    """The fewest rules that contradict each other; None: they can hold together, or it was not decided in time.

    There may be further contradictions, which show when this one is solved. General rules are preferred to rules about
    single people, and private wishes are only named when nothing else explains it. `iterations` is for each
    question to the solver; some 2 r log(n / r) questions for r rules out of n. Deterministic unless the time ends.
    """
    end = time.monotonic() + time_limit_s
    made = hard_rules(problem)
    everything = tuple(range(len(made.rules)))

    def budget() -> Budget:
        return Budget(end - time.monotonic(), iterations, seed)

    def contradicts(rules: Sequence[int]) -> bool | None:
        return refuted(made.model, frozenset(rules), budget())

    if not contradicts(everything):
        return None
    named = refuting(made.model, everything, budget())
    few, minimal = _fewest(everything if named is None else sorted(named), contradicts)
    return Contradiction(tuple(made.rules[rule] for rule in few), minimal)


def can_hold(problem: Problem, *, time_limit_s: float, iterations: int = EACH, seed: int = 0) -> bool | None:
    """Whether all hard rules can hold together; None: not decided in time."""
    made = hard_rules(problem)
    found = refuted(made.model, range(len(made.rules)), Budget(time_limit_s, iterations, seed))
    return None if found is None else not found


def _fewest(rules: Sequence[int], contradicts: Callable[[Sequence[int]], bool | None]) -> tuple[tuple[int, ...], bool]:
    """Leave out as many as possible, large parts first, in the order given; and whether that is certain.

    >>> _fewest(range(100), lambda rules: {17, 55} <= set(rules))
    ((17, 55), True)
    """
    left = tuple(rules)
    part = max(1, len(left) // 2)
    while True:
        at, certain = 0, True
        while at < len(left):
            others = left[:at] + left[at + part :]
            answer = contradicts(others)
            if answer:
                left = others
            else:
                at += part
                certain = certain and answer is not None
        if part == 1:
            return left, certain
        part = max(1, min(part, len(left)) // 2)
