"""One running solve: how much is to be done, its clock, the best plan and bound so far, and whether to go on."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

from matcher.teams.bounds import lower_bounds
from matcher.teams.checker import Checker
from matcher.teams.costs import BROKEN, CompiledProblem
from matcher.teams.plan import WrongPlanError
from matcher.teams.problem import Assignment, Better, Progress, Status, TeamPlan, Term, teams_of

#: Seconds between two calls of ``on_progress``. Chosen: quick enough for a stop button.
TICK_S: Final = 0.1


#: Moves of annealing that one iteration of a solve stands for, and iterations per round in a large neighbourhood.
MOVES, PER_ROUND = 1000, 10
#: No number of moves or rounds, only the time.
ENDLESS: Final = 1 << 50


@dataclass(frozen=True, slots=True)
class Effort:
    """How much a solve is to do (None: until time is up), and where its seeds come from."""

    iterations: int | None
    random: Random

    def moves(self, most: int = ENDLESS) -> int:
        """Moves of annealing."""
        return most if self.iterations is None else min(most, self.iterations * MOVES)

    def rounds(self, most: int = ENDLESS) -> int:
        """Rounds in large neighbourhoods."""
        return most if self.iterations is None else min(most, self.iterations // PER_ROUND)

    def seed(self) -> int:
        """The next seed."""
        return self.random.randrange(1 << 30)


@dataclass(eq=False)
class Run:
    """What a solve has so far.

    Attributes
    ----------
    slot_of
        Slot of each person in the best assignment offered, () before the first. Breaks rules as long as all do.
    total
        Its cost with :data:`~matcher.teams.costs.BROKEN` per broken rule.
    bound
        No plan that keeps the rules costs less.
    stopped
        ``on_progress`` said so.
    on_better
        Called with each assignment that keeps the hard rules and is better than all before.
    """

    compiled: CompiledProblem
    time_limit_s: float
    seed: int
    on_progress: Progress | None = None
    began: float = field(default_factory=time.monotonic)
    on_better: Better | None = None
    slot_of: Sequence[int] = ()
    total: int = BROKEN * BROKEN
    bound: int = 0
    stopped: bool = False
    _terms: Mapping[Term, int] = field(init=False, default_factory=dict)
    _told: float = field(init=False, default=0.0)
    _checker: Checker = field(init=False)

    def __post_init__(self) -> None:
        # At once, because it takes a second for thousands of people, which is none too many at the time limit.
        self._checker = Checker(self.compiled.problem)

    def prove_by_counting(self) -> None:
        """Set the bounds that need no search."""
        floor = lower_bounds(self.compiled)
        self._terms = floor.terms
        self.raise_bound(floor.total)

    @property
    def elapsed_s(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self.began

    @property
    def left_s(self) -> float:
        """Seconds until the time limit, or less than 0."""
        return self.time_limit_s - self.elapsed_s

    @property
    def valid(self) -> bool:
        """There is an assignment that keeps the hard rules."""
        return self.total < BROKEN

    def offer(self, slot_of: Sequence[int]) -> None:
        """Keep this assignment if it is better than the best."""
        total = self.compiled.total(slot_of)
        if total < self.total:
            self.slot_of, self.total = list(slot_of), total
            if self.on_better is not None and self.valid:
                self.on_better(self.compiled.assignment(self.slot_of))

    def take(self, found: TeamPlan) -> None:
        """Keep what another solver found and proved."""
        self.raise_bound(found.bound)
        if found.assignment:
            self.offer(self.compiled.indexes(found.assignment))

    def number_teams(self) -> None:
        """Give the teams the lowest numbers of their challenges, see :meth:`CompiledProblem.in_order`."""
        before, self.slot_of = self.slot_of, self.compiled.in_order(self.slot_of)
        if self.on_better is not None and self.slot_of != before:
            self.on_better(self.compiled.assignment(self.slot_of))

    def raise_bound(self, bound: int) -> None:
        """Keep this lower bound if it is better than the best."""
        self.bound = max(self.bound, bound)

    def goes_on(self, total: int | None = None, slot_of: Sequence[int] = ()) -> bool:
        """Whether to go on, asked of the caller every :data:`TICK_S`.

        `total` is that of a search under way, `slot_of` its best assignment, which is offered as often.
        """
        best = self.total if total is None else min(self.total, total)
        now = self.elapsed_s
        if self.on_progress is not None and not self.stopped and now - self._told >= TICK_S:
            self._told = now
            if slot_of and best < self.total:
                self.offer(slot_of)
            self.stopped = not self.on_progress(best if best < BROKEN else None, self.bound, now)
        return not self.stopped and now < self.time_limit_s and best > self.bound

    def plan(self, solver: str) -> TeamPlan:
        """The best assignment as a plan, checked; raises :class:`WrongPlanError` when the check does not agree."""
        assignment: Assignment = {}
        costs: Mapping[Term, int] = {}
        cost: int | None = None
        if self.valid:
            assignment = self.compiled.assignment(self.slot_of)
            check = self._checker.check(assignment)
            if not check.valid or check.cost != self.total:
                raise WrongPlanError("The plan is not what the solver took it for: " + " ".join(map(str, check.broken)))
            cost, costs = check.cost, check.costs
        if self.on_progress is not None:
            self.on_progress(cost, self.bound, self.elapsed_s)
        return TeamPlan(
            status=self._status(),
            assignment=assignment,
            teams=teams_of(assignment),
            cost=cost,
            costs=costs,
            bound=self.bound if cost is None else min(self.bound, cost),
            bounds=self._terms,
            elapsed_s=self.elapsed_s,
            seed=self.seed,
            solver=solver,
        )

    def _status(self) -> Status:
        if self.valid and self.total <= self.bound:
            return Status.OPTIMAL
        if self.stopped:
            return Status.STOPPED
        return Status.FEASIBLE if self.valid else Status.INFEASIBLE
