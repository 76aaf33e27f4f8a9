"""Two plans, or several side by side: who moved, which teams changed, what became dearer and cheaper.

Plans may belong to different problems (somebody came late or not at all, a weight was changed): each is costed by its
own. The term ``avoid`` is left out of all costs unless it is asked for, for an organiser who may see these wishes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matcher.teams.costs import compile_problem
from matcher.teams.moves import Move, moves
from matcher.teams.problem import Assignment, Problem, ProblemError, Slot, Term, teams_of
from matcher.teams.transport import cheapest_places


@dataclass(frozen=True, slots=True)
class Version:
    """A plan and the problem that it answers."""

    problem: Problem
    assignment: Assignment


@dataclass(frozen=True, slots=True)
class Change:
    """A cost before and after."""

    before: int
    after: int

    @property
    def rise(self) -> int:
        """By how much it is dearer after."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class TeamChange:
    """A team whose members are not the same. Ids in rising order; nobody: there was, or is, no such team."""

    slot: Slot
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def joined(self) -> tuple[str, ...]:
        """Who is new."""
        return tuple(who for who in self.after if who not in self.before)

    @property
    def left(self) -> tuple[str, ...]:
        """Who is gone."""
        return tuple(who for who in self.before if who not in self.after)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two plans.

    Attributes
    ----------
    cost, terms
        In total and by term: the terms that are not 0 in both.
    moves
        Who is elsewhere, by id.
    teams
        Those that changed, by slot.
    """

    cost: Change
    terms: Mapping[Term, Change]
    moves: tuple[Move, ...]
    teams: tuple[TeamChange, ...]


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Several plans; sequences are by plan, in the order given.

    Attributes
    ----------
    costs, terms
        In total; and by term those that are not 0 in all.
    teams
        Number of teams.
    moved
        How many people are not where the first plan has them.
    places
        By id, the people who are not in the same place everywhere: their slots, None where they are not registered.
    """

    costs: tuple[int, ...]
    terms: Mapping[Term, tuple[int, ...]]
    teams: tuple[int, ...]
    moved: tuple[int, ...]
    places: Mapping[str, tuple[Slot | None, ...]]


def compare(before: Version, after: Version, *, renumber: bool = False, show_avoid: bool = False) -> Comparison:
    """What differs between two plans.

    With `renumber`, teams of a challenge have no identity but their members (drafts): see :func:`renumbered`. Without,
    team 1 and team 2 of a challenge with their members exchanged are moves (published plans, undo).
    Raises :class:`ProblemError` when somebody has no team or one that does not exist.
    """
    old, new = before.assignment, renumbered(before.assignment, after.assignment) if renumber else after.assignment
    costs = [_terms(version, show_avoid) for version in (before, after)]
    return Comparison(
        cost=Change(*(sum(each.values()) for each in costs)),
        terms={term: Change(*(each[term] for each in costs)) for term in _present(costs)},
        moves=moves(old, new),
        teams=_team_changes(old, new),
    )


def side_by_side(versions: Sequence[Version], *, renumber: bool = True, show_avoid: bool = False) -> SideBySide:
    """Compare several plans, at least one, with the first; see :func:`compare`."""
    first = versions[0].assignment
    plans = [renumbered(first, each.assignment) if renumber else each.assignment for each in versions]
    costs = [_terms(version, show_avoid) for version in versions]
    places = {who: tuple(plan.get(who) for plan in plans) for who in sorted({who for plan in plans for who in plan})}
    return SideBySide(
        costs=tuple(sum(each.values()) for each in costs),
        terms={term: tuple(each[term] for each in costs) for term in _present(costs)},
        teams=tuple(len(set(plan.values())) for plan in plans),
        moved=tuple(len(moves(first, plan)) for plan in plans),
        places={who: slots for who, slots in places.items() if len(set(slots)) > 1},
    )


def renumbered(reference: Assignment, assignment: Assignment) -> Assignment:
    """The assignment with the teams of each challenge numbered so that most people stay where the reference has them.

    For looking at, not for keeping: locks and published places go by number. Numbers are those that one of the two
    uses; of equally good ways, one in which more teams keep their number. Cost: O(teams of a challenge ** 3).
    """
    numbers: dict[Slot, Slot] = {}
    for challenge in sorted({slot.challenge for slot in assignment.values()}):
        numbers |= _best_numbers(reference, assignment, challenge)
    return {who: numbers[slot] for who, slot in assignment.items()}


def _best_numbers(reference: Assignment, assignment: Assignment, challenge: str) -> dict[Slot, Slot]:
    own = sorted({slot for slot in assignment.values() if slot.challenge == challenge})
    theirs = {slot for slot in reference.values() if slot.challenge == challenge}
    free = sorted(theirs.union(own))
    shared: defaultdict[tuple[Slot, Slot], int] = defaultdict(int)
    for who, slot in assignment.items():
        if who in reference:
            shared[slot, reference[who]] += 1
    # One person more outweighs all teams that could keep their number.
    gain = np.array(
        [[shared[slot, other] * (len(own) + 1) + (slot == other) for other in free] for slot in own], np.int64
    )
    best = cheapest_places(gain.max() - gain, np.ones(gain.shape, np.bool_), np.ones(len(free), np.int64))
    if best is None:
        raise AssertionError("every team fits at its own number")
    return {slot: free[at] for slot, at in zip(own, best.tolist(), strict=True)}


def _terms(version: Version, show_avoid: bool) -> dict[Term, int]:
    problem = version.problem if show_avoid else replace(version.problem, avoid=())
    compiled = compile_problem(problem)
    try:
        return compiled.terms(compiled.indexes(version.assignment))
    except KeyError:
        raise ProblemError("The plan must give everybody a team that may exist.") from None


def _present(costs: Sequence[Mapping[Term, int]]) -> list[Term]:
    return [term for term in Term if any(each[term] for each in costs)]


def _team_changes(before: Assignment, after: Assignment) -> tuple[TeamChange, ...]:
    old = {team.slot: team.members for team in teams_of(before)}
    new = {team.slot: team.members for team in teams_of(after)}
    found = (TeamChange(slot, old.get(slot, ()), new.get(slot, ())) for slot in sorted(old.keys() | new.keys()))
    return tuple(change for change in found if change.before != change.after)
