"""The solver: honest, repeatable, stoppable, and right by the independent checker."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings

from matcher.teams.bounds import lower_bounds
from matcher.teams.checker import Checker
from matcher.teams.costs import BROKEN, compile_problem
from matcher.teams.plan import Solver, WrongPlanError
from matcher.teams.problem import Assignment, Challenge, Lock, Participant, Problem, Rules, Slot, Status
from matcher.teams.run import Run
from matcher.teams.solver import solve
from matcher.teams.start import start
from tests.matcher.teams.events import assert_right, event
from tests.matcher.teams.problems import planted

LONG_S = 600.0


def test_it_looks_like_every_solver() -> None:
    """It can be given wherever a solver is asked for."""
    solver: Solver = solve
    assert_right(event(12), solver(event(12), time_limit_s=LONG_S, iterations=2))


def test_the_best_plan_of_few_people_is_proven() -> None:
    """The cheapest of all assignments of seven people is found and called optimal."""
    problem = replace(event(7), rules=Rules(2, 3, 4))
    problem = replace(problem, challenges=tuple(replace(each, max_teams=1) for each in problem.challenges))
    problem = replace(problem, challenges=(*problem.challenges, Challenge("more", max_teams=1)))
    compiled = compile_problem(problem)
    best = min(compiled.total(each) for each in product(range(len(compiled.slots)), repeat=7))
    plan = solve(problem, time_limit_s=LONG_S, iterations=500)
    assert_right(problem, plan)
    assert (plan.status, plan.cost, plan.bound, plan.gap) == (Status.OPTIMAL, best, best, 0.0)


@pytest.mark.parametrize("people", [30, 100])
def test_one_worker_and_a_seed_give_the_same_plan_again(people: int) -> None:
    """Where CP-SAT is used and where it is not: iterations are counted, not seconds."""
    problem = event(people)
    first, again = (solve(problem, time_limit_s=LONG_S, iterations=10, seed=7) for _ in range(2))
    assert first.assignment == again.assignment
    assert (first.cost, first.bound) == (again.cost, again.bound)
    assert_right(problem, first)


def test_more_than_a_few_hundred_people() -> None:
    """Annealing alone makes a valid plan that is better than the start."""
    problem = event(420)
    compiled = compile_problem(problem)
    plan = solve(problem, time_limit_s=LONG_S, iterations=20)
    assert_right(problem, plan)
    assert plan.cost is not None
    assert plan.cost < compiled.total(start(compiled))


@pytest.mark.parametrize("people", [24, 100, 420])
def test_two_workers_are_processes_of_their_own(people: int) -> None:
    """Beside each other they make a valid plan, no worse than the start, at every size."""
    problem = event(people)
    compiled = compile_problem(problem)
    plan = solve(problem, time_limit_s=LONG_S, iterations=20, workers=2)
    assert_right(problem, plan)
    assert plan.cost is not None
    assert plan.cost < compiled.total(start(compiled))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(planted())
def test_a_problem_that_has_a_plan_gets_one(made: tuple[Problem, Assignment]) -> None:
    """Whatever locks, blocks, languages and moves allow, a plan that keeps the rules is found."""
    problem, assignment = made
    plan = solve(problem, time_limit_s=LONG_S, iterations=5)
    assert_right(problem, plan)
    assert plan.status is not Status.INFEASIBLE
    assert plan.bound <= Checker(problem).check(assignment).cost


def test_rules_that_contradict_each_other_give_no_plan() -> None:
    """Two locked into one team and kept apart by size: INFEASIBLE, without an assignment or a cost."""
    people = tuple(Participant(f"p{index}", languages=frozenset({"fr"})) for index in range(4))
    locks = tuple(Lock(person.id, "water", 1) for person in people)
    problem = Problem(people, (Challenge("water"),), locks=locks, rules=Rules(2, 2, 2))
    plan = solve(problem, time_limit_s=LONG_S, iterations=5)
    assert (plan.status, plan.assignment, plan.teams, plan.cost, plan.costs, plan.gap) == (
        Status.INFEASIBLE, {}, (), None, {}, None,
    )  # fmt: skip


def test_no_challenge_may_have_a_team() -> None:
    """There is nowhere to be: INFEASIBLE, not an error."""
    problem = Problem(event(5).participants, event(5).challenges)
    problem = replace(problem, challenges=tuple(replace(each, max_teams=0) for each in problem.challenges))
    assert solve(problem, time_limit_s=LONG_S).status is Status.INFEASIBLE


def test_it_stops_when_told_and_gives_back_what_it_has() -> None:
    """At the first report the caller says stop."""
    told: list[tuple[int | None, int]] = []

    def on_progress(cost: int | None, bound: int, elapsed_s: float) -> bool:
        assert elapsed_s >= 0.0
        told.append((cost, bound))
        return False

    problem = event(100)
    plan = solve(problem, time_limit_s=LONG_S, on_progress=on_progress)
    assert plan.status is Status.STOPPED
    assert_right(problem, plan)
    assert told[-1] == (plan.cost, plan.bound)


def test_workers_stop_when_told() -> None:
    """Processes under way end, and their best counts."""
    problem = event(24)
    calls: list[int | None] = []

    def on_progress(cost: int | None, bound: int, elapsed_s: float) -> bool:
        calls.append(cost)
        return len(calls) < 3

    plan = solve(problem, time_limit_s=LONG_S, workers=2, on_progress=on_progress)
    assert plan.status in {Status.STOPPED, Status.OPTIMAL}
    assert_right(problem, plan)


def test_reports_get_better_only() -> None:
    """Costs fall, bounds rise, time passes."""
    told: list[tuple[int | None, int, float]] = []
    problem = event(30)
    solve(problem, time_limit_s=LONG_S, iterations=40, on_progress=lambda *each: told.append(each) is None)
    costs = [cost for cost, _, _ in told if cost is not None]
    assert costs == sorted(costs, reverse=True)
    assert [bound for _, bound, _ in told] == sorted(bound for _, bound, _ in told)
    assert [elapsed for *_, elapsed in told] == sorted(elapsed for *_, elapsed in told)


def test_the_time_limit_ends_it_after_the_first_plan() -> None:
    """With no time at all there is still a plan that keeps the rules."""
    problem = event(60)
    plan = solve(problem, time_limit_s=0.0)
    assert plan.status is Status.FEASIBLE
    assert_right(problem, plan)


def test_the_bound_is_at_least_what_counting_proves() -> None:
    """In total, and by term."""
    problem = event(30)
    floor = lower_bounds(compile_problem(problem))
    plan = solve(problem, time_limit_s=LONG_S, iterations=2)
    assert plan.bound >= floor.total
    assert plan.bounds == floor.terms


def test_a_plan_that_the_checker_refuses_is_not_returned() -> None:
    """A cost that is not that of the assignment is an error in the program, and is raised."""
    compiled = compile_problem(event(12))
    run = Run(compiled, LONG_S, seed=0)
    run.offer(start(compiled))
    assert run.total < BROKEN
    run.total -= 1
    with pytest.raises(WrongPlanError, match="not what the solver took it for"):
        run.plan("test")


def test_new_teams_are_numbered_from_one() -> None:
    """Nobody wonders where team 1 is; a team to which somebody is locked keeps its number."""
    told = {"experience": 2, "languages": frozenset({"fr"})}
    people = tuple(Participant(f"p{at}", ranked=("a",) if at < 4 else ("b",), **told) for at in range(8))  # type: ignore[arg-type]
    case = Problem(people, (Challenge("a", max_teams=3), Challenge("b", max_teams=3)), rules=Rules(4, 4, 4))
    free = solve(case, time_limit_s=10.0, iterations=20)
    assert {team.slot for team in free.teams} == {Slot("a", 1), Slot("b", 1)}
    held = replace(case, locks=(Lock("p0", "a", 3),))
    assert {team.slot for team in solve(held, time_limit_s=10.0, iterations=20).teams} == {Slot("a", 3), Slot("b", 1)}
