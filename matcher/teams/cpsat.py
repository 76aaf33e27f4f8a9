"""Teams by CP-SAT: all of them, proven where possible; or a few of them, at once.

The only module that knows OR-Tools. It translates the model of :mod:`matcher.teams.formulation`, and trusts
the solver with the search alone: what a plan costs and whether it keeps the rules is computed again by
:mod:`matcher.teams.checker`.

OR-Tools is imported when something is first solved: the site explains plans and ways out without it, and its import
takes 100 MB and 0.35 s of one processor (measured).

Up to some 80 people, solving everything at once is as good as anything; far above, the model itself becomes too
large (people x slots): then :func:`improved` and :func:`improve` solve a few teams at a time.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from matcher.teams.bounds import lower_bounds
from matcher.teams.checker import Checker
from matcher.teams.costs import BROKEN, CompiledProblem, compile_problem
from matcher.teams.entities import require
from matcher.teams.formulation import Formulation, formulate
from matcher.teams.linear import LinearModel, Row
from matcher.teams.problem import Assignment, Better, Problem, Progress, Slot, Status, TeamPlan, Term, teams_of
from matcher.teams.scope import part_scope, whole_scope

if TYPE_CHECKING:
    from ortools.sat.python import cp_model
else:

    class _OrTools:
        def __getattr__(self, name: str) -> Any:
            return getattr(import_module("ortools.sat.python.cp_model"), name)

    cp_model = _OrTools()

#: Name of the solver in its plans.
NAME: Final = "cp-sat"
#: Deterministic seconds (the solver's own count of its work) that one iteration stands for. Chosen.
WORK_PER_ITERATION: Final = 0.01
#: Seconds between two calls of ``on_progress``. Chosen: quick enough for a stop button.
TICK_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class Budget:
    """How long a search may take: seconds, iterations of :data:`WORK_PER_ITERATION` (None: any), worker threads."""

    time_limit_s: float
    iterations: int | None = None
    seed: int = 0
    workers: int = 1


@dataclass(frozen=True, slots=True)
class _Found:
    """What a search gave: values of the variables, or none; whether they are proven best; a bound of the cost."""

    values: Sequence[int] | None
    proven: bool
    bound: int
    stopped: bool


def solve_cpsat(
    problem: Problem,
    *,
    time_limit_s: float,
    iterations: int | None = None,
    seed: int = 0,
    workers: int = 1,
    on_progress: Progress | None = None,
    start: Assignment | None = None,
    on_better: Better | None = None,
) -> TeamPlan:
    """Form all teams, see :class:`~matcher.teams.plan.Solver`; `start` is a plan to begin with.

    A `start` that keeps the hard rules is never made worse. With one worker and `iterations`, a seed gives the same
    plan again unless the time limit ends the search first. Progress is reported in the caller's thread, and
    `on_better` is called with the best teams as often. Memory and time before the search starts grow with
    people x slots (see :func:`formulate`).
    """
    began = time.monotonic()
    compiled = compile_problem(problem)
    formulation = formulate(compiled, whole_scope(compiled))
    hint = None if start is None else _hint(compiled, formulation, start)
    floor = lower_bounds(compiled)

    def report(watch: _Watch) -> bool:
        values = watch.take()
        if on_better is not None and values:
            on_better(compiled.assignment(_slots_of(formulation, values, len(compiled.people))))
        return on_progress is None or on_progress(watch.best, watch.bound, time.monotonic() - began)

    budget = Budget(time_limit_s - (time.monotonic() - began), iterations, seed, workers)
    watching = None if on_progress is None else report
    found = _search(formulation.model, budget, hint, floor.total, watching, in_turns=True)
    assignment: Assignment = {}
    if found.values is not None:
        assignment = compiled.assignment(_slots_of(formulation, found.values, len(compiled.people)))
    ended = Status.FEASIBLE if assignment else Status.INFEASIBLE
    status = Status.OPTIMAL if found.proven and assignment else Status.STOPPED if found.stopped else ended
    return _plan(problem, assignment, status, (found.bound, floor.terms), began, seed)


def improve(
    problem: Problem,
    assignment: Assignment,
    *,
    people: Collection[str],
    slots: Collection[Slot],
    time_limit_s: float,
    iterations: int | None = None,
    seed: int = 0,
    workers: int = 1,
) -> TeamPlan:
    """The best plan in which only these people leave their places, for these slots or their present ones.

    Whoever has no place yet must be among `people`. The status is FEASIBLE at best: nothing is proven of
    the whole plan, and the bound is 0. INFEASIBLE: no such plan keeps the hard rules, be it because of the others,
    or none was found in time. Raises :class:`~matcher.teams.entities.ProblemError` for unknown people and slots.
    """
    began = time.monotonic()
    compiled = compile_problem(problem)
    at = {slot: index for index, slot in enumerate(compiled.slots)}
    who = {name: index for index, name in enumerate(compiled.people)}
    require(all(name in who for name in people), "Somebody who may move is no participant.")
    require(all(slot in at for slot in slots), "Somebody may move to a team that does not exist.")
    slot_of = [at.get(assignment[name], -1) if name in assignment else -1 for name in compiled.people]
    free = {who[name] for name in people}
    for index, slot in enumerate(slot_of):
        require(slot >= 0 or index in free, f"Participant {compiled.people[index]} has no place and may not move.")
    budget = Budget(time_limit_s, iterations, seed, workers)
    better = improved(compiled, slot_of, free, [at[slot] for slot in slots], budget)
    proven = (0, dict.fromkeys(Term, 0))
    if better is None:
        return _plan(problem, {}, Status.INFEASIBLE, proven, began, seed)
    return _plan(problem, compiled.assignment(better), Status.FEASIBLE, proven, began, seed)


def improved(
    compiled: CompiledProblem, slot_of: Sequence[int], people: Collection[int], slots: Collection[int], budget: Budget
) -> list[int] | None:
    """The same on indexes, for a search in large neighbourhoods: slot by person, -1 for who has none yet.

    None when no places that keep all hard rules were found; otherwise never worse than valid places given.
    """
    scope = part_scope(compiled, slot_of, people, slots)
    formulation = formulate(compiled, scope)
    hint = formulation.solution(slot_of)
    if hint is not None and formulation.model.broken(hint):
        hint = None
    found = _search(formulation.model, budget, hint)
    if found.values is None:
        return None
    chosen = _slots_of(formulation, found.values, len(compiled.people))
    new = [old if slot < 0 else slot for old, slot in zip(slot_of, chosen, strict=True)]
    return new if compiled.total(new) < BROKEN else None


def refuted(model: LinearModel, rules: Collection[int], budget: Budget) -> bool | None:
    """Whether the rows of these rules and those without a rule contradict each other; None: not decided in time."""
    proto, _ = _translated(model, rules)
    return {cp_model.INFEASIBLE: True, cp_model.OPTIMAL: False, cp_model.FEASIBLE: False}.get(
        _solver(budget).solve(proto)
    )


def refuting(model: LinearModel, rules: Collection[int], budget: Budget) -> frozenset[int] | None:
    """Some of these rules that suffice for a contradiction, not always the fewest; None: none found in time."""
    proto, variables = _translated(model)
    asked = {rule: proto.new_bool_var("") for rule in sorted(rules)}
    for row in model.rows:
        if row.rule is not None and row.rule in asked:
            _add(proto, variables, row).only_enforce_if(asked[row.rule])
    proto.add_assumptions(list(asked.values()))
    solver = _solver(budget)
    if solver.solve(proto) != cp_model.INFEASIBLE:
        return None
    core = set(solver.sufficient_assumptions_for_infeasibility())
    return frozenset(rule for rule, literal in asked.items() if literal.index in core)


def _plan(
    problem: Problem,
    assignment: Assignment,
    status: Status,
    proven: tuple[int, Mapping[Term, int]],
    began: float,
    seed: int,
) -> TeamPlan:
    """A plan with the costs that the checker finds; empty when there is no assignment."""
    costs: dict[Term, int] = {}
    if assignment:
        checked = Checker(problem).check(assignment)
        if not checked.valid:
            raise RuntimeError("CP-SAT gave teams that break a hard rule: the model is wrong.")
        costs = dict(checked.costs)
    cost = sum(costs.values()) if assignment else None
    return TeamPlan(
        status=status,
        assignment=assignment,
        teams=teams_of(assignment),
        cost=cost,
        costs=costs,
        bound=proven[0],
        bounds=proven[1],
        elapsed_s=time.monotonic() - began,
        seed=seed,
        solver=NAME,
    )


def _slots_of(formulation: Formulation, values: Sequence[int], people: int) -> list[int]:
    """Slot of each person; -1 for those outside the scope."""
    slot_of = [-1] * people
    for unit, places in zip(formulation.scope.units, formulation.places, strict=True):
        slot = next(slot for slot, variable in places.items() if values[variable])
        for who in unit:
            slot_of[who] = slot
    return slot_of


def _hint(compiled: CompiledProblem, formulation: Formulation, start: Assignment) -> list[int] | None:
    """Every variable of a plan to begin with; None when it breaks a rule or somebody has no place in it.

    Teams of a challenge whose slots are used in order are numbered anew.
    """
    try:
        slot_of = compiled.indexes(start)
    except KeyError:
        return None
    for challenge in formulation.scope.ordered:
        places = compiled.slots_of[challenge]
        taken = sorted({slot for slot in slot_of if compiled.challenge_of[slot] == challenge})
        new = dict(zip(taken, places, strict=False))
        slot_of = [new.get(slot, slot) for slot in slot_of]
    values = formulation.solution(slot_of)
    return None if values is None or formulation.model.broken(values) else values


def _add(proto: cp_model.CpModel, variables: Sequence[cp_model.IntVar], row: Row) -> cp_model.Constraint:
    terms = [variables[variable] for variable, _ in row.terms]
    least = cp_model.INT_MIN if row.least is None else row.least
    most = cp_model.INT_MAX if row.most is None else row.most
    total = cp_model.LinearExpr.weighted_sum(terms, [coefficient for _, coefficient in row.terms])
    return proto.add_linear_constraint(total, least, most)


def _translated(model: LinearModel, rules: Collection[int] = ()) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    """The variables and the rows of these rules and of none, for CP-SAT."""
    proto = cp_model.CpModel()
    variables = [proto.new_int_var(0, upper, "") for upper in model.upper]
    for row in model.rows:
        if row.rule is None or row.rule in rules:
            _add(proto, variables, row)
    return proto, variables


def _solver(budget: Budget) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.0, budget.time_limit_s)
    if budget.iterations is not None:
        solver.parameters.max_deterministic_time = budget.iterations * WORK_PER_ITERATION
    solver.parameters.random_seed = budget.seed
    solver.parameters.num_workers = budget.workers
    return solver


class _Watch:
    """The best solution and bound so far, for another thread to read."""

    def __init__(self, best: int | None, floor: int) -> None:
        self.best = best
        self.bound = floor
        self._values: Sequence[int] = ()

    def callback(self) -> cp_model.CpSolverSolutionCallback:
        """What the solver calls with each solution; it ends the search at a cost that is a bound."""
        watch = self

        class Callback(cp_model.CpSolverSolutionCallback):
            def on_solution_callback(self) -> None:
                cost = round(self.objective_value)
                if watch.best is None or cost < watch.best:
                    watch.best, watch._values = cost, list(self.response_proto.solution)
                if watch.best <= watch.bound:
                    self.stop_search()

        return Callback()

    def take(self) -> Sequence[int]:
        """Values of the best solution since this was asked last; none when there was none."""
        values, self._values = self._values, ()
        return values

    def on_bound(self, bound: float) -> None:
        """Called by the solver. Costs are whole numbers; the millionth is for the solver's arithmetic."""
        if math.isfinite(bound):
            self.bound = max(self.bound, math.ceil(bound - 1e-6))


def _search(
    model: LinearModel,
    budget: Budget,
    hint: Sequence[int] | None,
    floor: int = 0,
    report: Callable[[_Watch], bool] | None = None,
    *,
    in_turns: bool = False,
) -> _Found:
    """Minimise from a complete valid `hint`, which is given back when nothing better is found.

    No solution costs less than `floor`. With `report`, the search is in another thread, so that this one can end it.
    With `in_turns`, one worker takes turns at all of the solver's strategies, which also repair parts of a solution and
    raise the bound. Measured on one event of 60, processor time: cost 323 and bound 316 in 19 s; without turns 850 and
    88 in 42 s.
    Where the proof takes milliseconds, turns only cost.
    """
    proto, variables = _translated(model)
    proto.minimize(cp_model.LinearExpr.weighted_sum(variables, model.costs) + model.offset)
    for variable, value in zip(variables, hint or (), strict=False):
        proto.add_hint(variable, value)
    solver, watch = _solver(budget), _Watch(None if hint is None else model.cost(hint), floor)
    solver.best_bound_callback = watch.on_bound
    solver.parameters.interleave_search = in_turns and budget.workers == 1
    stopped = False
    if report is None:
        solver.solve(proto, watch.callback())
    else:
        stopped = _watched(solver, proto, watch, report)
    watch.on_bound(solver.best_objective_bound)
    if report is not None:
        report(watch)
    values: Sequence[int] = list(solver.response_proto.solution)
    if hint is not None and (not values or model.cost(hint) < model.cost(values)):
        values = hint
    proven = bool(values) and model.cost(values) <= watch.bound
    return _Found(values or None, proven, watch.bound, stopped and not proven)


def _watched(
    solver: cp_model.CpSolver, proto: cp_model.CpModel, watch: _Watch, report: Callable[[_Watch], bool]
) -> bool:
    """Search in another thread and report from this one; whether it was told to stop."""
    with ThreadPoolExecutor(1) as pool:
        task = pool.submit(solver.solve, proto, watch.callback())
        stopped = False
        try:
            while not wait([task], TICK_S).done:
                stopped = stopped or not report(watch)
                if stopped:
                    solver.stop_search()
        finally:
            while not wait([task], TICK_S).done:
                solver.stop_search()
        task.result()
    return stopped
