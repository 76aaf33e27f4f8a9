"""What a solver gives back, and what every solver looks like."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from matcher.teams.entities import Assignment, Slot
from matcher.teams.weights import Term

if TYPE_CHECKING:
    from matcher.teams.problem import Problem


class WrongPlanError(RuntimeError):
    """A solver made a plan that the independent checker refuses: an error in this program."""


class Status(StrEnum):
    """How a solver ended."""

    OPTIMAL = "optimal"  # proven
    FEASIBLE = "feasible"  # all hard rules kept, time or iterations used up
    INFEASIBLE = "infeasible"  # no assignment keeps the hard rules, or none was found
    STOPPED = "stopped"  # told to stop; the best assignment so far, if there is one


@dataclass(frozen=True, slots=True)
class Team:
    """The members of one slot, ids in rising order."""

    slot: Slot
    members: tuple[str, ...]


def teams_of(assignment: Assignment) -> tuple[Team, ...]:
    """The teams of an assignment, by slot.

    >>> teams_of({"b": Slot("water", 1), "a": Slot("water", 1)})
    (Team(slot=Slot(challenge='water', number=1), members=('a', 'b')),)
    """
    members: defaultdict[Slot, list[str]] = defaultdict(list)
    for who, slot in assignment.items():
        members[slot].append(who)
    return tuple(Team(slot, tuple(sorted(members[slot]))) for slot in sorted(members))


@dataclass(frozen=True, slots=True)
class TeamPlan:
    """What a solver gives back.

    Attributes
    ----------
    assignment, teams
        Empty when no assignment that keeps the hard rules was found.
    cost, costs
        Total and by term; None and empty without an assignment.
    bound, bounds
        No assignment that keeps the hard rules costs less: in total, and by term. The total may be
        greater than the sum of the terms.
    elapsed_s
        Wall-clock seconds.
    solver
        Its name, for comparisons.
    """

    status: Status
    assignment: Assignment
    teams: tuple[Team, ...]
    cost: int | None
    costs: Mapping[Term, int]
    bound: int
    bounds: Mapping[Term, int]
    elapsed_s: float
    seed: int
    solver: str

    @property
    def gap(self) -> float | None:
        """Share of the cost that is not proven necessary, [0, 1]; None without an assignment."""
        if self.cost is None:
            return None
        return 0.0 if self.cost == 0 else max(0.0, (self.cost - self.bound) / self.cost)


#: ``on_progress(best cost or None, bound, elapsed seconds)`` returns False to stop.
Progress = Callable[[int | None, int, float], bool]

#: ``on_better(assignment)`` is called with assignments that keep the hard rules, each better than the one before: what
#: is kept of a solve that is killed.
Better = Callable[[Assignment], None]


class Solver(Protocol):
    """What every solver looks like.

    `iterations` bounds the work in units of the solver's own, so that a seed gives the same plan again;
    None: only the time counts. With one worker and a given number of iterations, a solver is deterministic.
    """

    def __call__(
        self,
        problem: Problem,
        *,
        time_limit_s: float,
        iterations: int | None = None,
        seed: int = 0,
        workers: int = 1,
        on_progress: Progress | None = None,
    ) -> TeamPlan:
        """Form teams within the time limit, in seconds."""
