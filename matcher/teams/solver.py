"""Teams for an event of any size: which search when, and for how long.

==============  ===============================================================================================
people          search
==============  ===============================================================================================
up to 80        annealing and large neighbourhoods, and CP-SAT on everything: beside each other from the start with
                several workers, one after the other with one
up to 400       annealing, then large neighbourhoods
more            annealing alone, the challenges shared out to the workers
==============  ===============================================================================================

Each search begins with :func:`matcher.teams.start.start`, or with the teams that are given. The bound is the greatest
of what counting proves, what prices for people prove (:mod:`matcher.teams.columns`, for 31 to 400 people) and what
CP-SAT proves. Several workers are processes of their own (:mod:`matcher.teams.together`).
"""

from __future__ import annotations

import time
from random import Random
from typing import Final

from matcher.teams.annealing import Annealing, anneal
from matcher.teams.columns import column_bound
from matcher.teams.costs import CompiledProblem, compile_problem
from matcher.teams.cpsat import solve_cpsat
from matcher.teams.neighbourhoods import improve_by_neighbourhoods
from matcher.teams.problem import Assignment, Better, Problem, Progress, TeamPlan
from matcher.teams.processes import PRICING, TINY
from matcher.teams.run import Effort, Run
from matcher.teams.start import start as first_assignment
from matcher.teams.together import ANNEALING, MIDDLE, MOVES_EACH, ROUNDS_EACH, SMALL, solve_together

__all__ = ["solve"]

#: Name of the solver in its plans.
NAME: Final = "passerelle"
#: People x slots above which CP-SAT is not asked for a first plan: its model alone takes too long. Chosen.
MOST_PLACES: Final = 50_000
#: Share of the time before CP-SAT's turn, for one worker; up to :data:`~matcher.teams.processes.TINY` people it has it
#: after one search. Chosen.
BEFORE_PROOF: Final = 0.5


def solve(
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
    """Form teams, see :class:`~matcher.teams.plan.Solver`.

    `start` are teams to begin with, at no price for leaving them; people and teams of it that the problem does not have
    are left out, and people whom it lacks are placed. A start that keeps the hard rules is never made worse.
    `on_better` is called with the best teams so far, in the caller's thread, when `on_progress` is or a search ends.

    An iteration is a thousand moves of annealing; a round in a large neighbourhood counts for ten, and CP-SAT gets
    as many of its own. With one worker and `iterations`, a seed gives the same plan again unless the time limit
    ends the search first. The limit is kept within some tenths of a second, a second or two for thousands of people;
    only the first plan is made in any case.

    The status is OPTIMAL when the cost is proven, STOPPED when `on_progress` said so, INFEASIBLE when no plan
    that keeps the hard rules was found. Raises :class:`~matcher.teams.plan.WrongPlanError` rather than return a
    plan that the independent checker refuses.
    """
    began = time.monotonic()
    compiled = compile_problem(problem)
    run = Run(compiled, time_limit_s, seed, on_progress, began, on_better)
    run.prove_by_counting()
    _first_plan(run, start)
    if run.valid and run.goes_on():
        effort = Effort(iterations, Random(seed))  # noqa: S311 - to be repeatable, not secret
        if workers > 1:
            solve_together(run, effort, workers)
        else:
            _solve_alone(run, effort)
    if start is None and run.valid:
        run.number_teams()  # teams that were given keep the numbers by which people know them
    return run.plan(NAME)


def _first_plan(run: Run, given: Assignment | None) -> None:
    """An assignment that keeps the rules, from CP-SAT where the start finds none."""
    compiled = run.compiled
    if not compiled.slots:
        return
    run.offer(first_assignment(compiled, seed=run.seed, places=None if given is None else _places(compiled, given)))
    if run.valid or len(compiled.people) * len(compiled.slots) > MOST_PLACES:
        return
    found = solve_cpsat(
        compiled.problem,
        time_limit_s=max(run.left_s, 1.0),
        seed=run.seed,
        on_progress=lambda cost, _, __: cost is None and run.goes_on(),
    )
    run.take(found)


def _places(compiled: CompiledProblem, given: Assignment) -> list[int]:
    at = {slot: index for index, slot in enumerate(compiled.slots)}
    return [at.get(given[who], -1) if who in given else -1 for who in compiled.people]


def _solve_alone(run: Run, effort: Effort) -> None:
    """One search after the other, in this process; for few people again and again, until it is CP-SAT's turn."""
    people = len(run.compiled.people)
    if TINY < people <= MIDDLE:
        _price(run)
    turn_s = run.elapsed_s + run.left_s * BEFORE_PROOF
    while run.goes_on():
        _anneal(run, effort)
        if people <= MIDDLE and run.goes_on():
            _search_neighbourhoods(run, effort)
        if people > SMALL or people <= TINY or effort.iterations is not None or run.elapsed_s >= turn_s:
            break
    if people <= SMALL and run.goes_on():
        _prove(run, effort)


def _price(run: Run) -> None:
    """The bound by prices for people, which tells later searches when to end."""
    ends_s = run.elapsed_s + run.left_s * PRICING

    def goes_on(bound: int) -> bool:
        run.raise_bound(bound)
        return run.goes_on() and run.elapsed_s < ends_s

    column_bound(run.compiled, goes_on)


def _anneal(run: Run, effort: Effort) -> None:
    people, began = len(run.compiled.people), run.elapsed_s
    seconds = run.left_s * (1.0 if people > MIDDLE else ANNEALING)

    def share_used(state: Annealing) -> float:
        if not run.goes_on(state.best, state.best_slot_of):
            return 1.0
        return 0.0 if effort.iterations is not None else (run.elapsed_s - began) / seconds

    moves = effort.moves(MOVES_EACH * people) if people <= SMALL else effort.moves()
    state = anneal(run.compiled, run.slot_of, seed=effort.seed(), iterations=moves, share_used=share_used)
    run.offer(state.best_slot_of)


def _search_neighbourhoods(run: Run, effort: Effort) -> None:
    people, began = len(run.compiled.people), run.elapsed_s
    seconds = run.left_s * (BEFORE_PROOF if people <= SMALL and effort.iterations is None else 1.0)

    def seconds_left(total: int) -> float:
        return seconds - (run.elapsed_s - began) if run.goes_on(total) else 0.0

    rounds = effort.rounds(ROUNDS_EACH * people) if people <= SMALL else effort.rounds()
    better = improve_by_neighbourhoods(
        run.compiled,
        run.slot_of,
        seed=effort.seed(),
        rounds=rounds,
        seconds_left=seconds_left,
        on_better=run.offer,
    )
    run.offer(better)


def _prove(run: Run, effort: Effort) -> None:
    """CP-SAT on everything, from the best plan."""

    def on_progress(cost: int | None, bound: int, _: float) -> bool:
        run.raise_bound(bound)
        return run.goes_on(cost)

    found = solve_cpsat(
        run.compiled.problem,
        time_limit_s=run.left_s,
        iterations=effort.iterations,
        seed=effort.seed(),
        on_progress=on_progress,
        start=run.compiled.assignment(run.slot_of),
        on_better=lambda assignment: run.offer(run.compiled.indexes(assignment)),
    )
    run.take(found)
