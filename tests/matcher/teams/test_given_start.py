"""A solve that begins with teams at hand, and what it tells of the best teams while it runs."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from benchmarks.teams.generator import Kind, Recipe, generate
from matcher.teams.checker import check
from matcher.teams.cpsat import solve_cpsat
from matcher.teams.problem import Assignment, Problem, Slot, TeamPlan, Term
from matcher.teams.repair import repair, repair_problem
from matcher.teams.solver import solve


@pytest.fixture(scope="module")
def problem() -> Problem:
    """Forty people, without a published plan."""
    return generate(Recipe(40, Kind.EASY, 3))


@pytest.fixture(scope="module")
def plan(problem: Problem) -> TeamPlan:
    """Good teams of these."""
    return solve(problem, time_limit_s=60, iterations=200, seed=1)


def test_good_teams_are_never_made_worse(problem: Problem, plan: TeamPlan) -> None:
    """Even when hardly anything may be done; and leaving them is free."""
    again = solve(problem, time_limit_s=60, iterations=1, seed=9, start=plan.assignment)
    assert again.cost is not None
    assert plan.cost is not None
    assert again.cost <= plan.cost
    assert again.costs[Term.STABILITY] == 0


def test_the_same_start_and_seed_give_the_same_teams(problem: Problem, plan: TeamPlan) -> None:
    """With one worker and iterations."""
    found = [solve(problem, time_limit_s=60, iterations=20, seed=2, start=plan.assignment) for _ in range(2)]
    assert found[0].assignment == found[1].assignment


def test_a_start_may_be_incomplete_or_of_other_days(problem: Problem, plan: TeamPlan) -> None:
    """People whom it lacks are placed; people and teams that the problem does not have are left out."""
    someone, other, *_ = plan.assignment
    given = {**plan.assignment, "nobody": Slot("nowhere", 1), other: Slot(plan.assignment[other].challenge, 999)}
    del given[someone]
    found = solve(problem, time_limit_s=60, iterations=20, start=given)
    assert check(problem, found.assignment).valid


def test_better_teams_are_told_one_after_the_other(problem: Problem) -> None:
    """Each keeps the rules and costs less than the one before; the last one is the result."""
    told: list[Assignment] = []
    plan = solve(problem, time_limit_s=60, iterations=200, seed=4, on_better=told.append)
    costs = [check(problem, assignment).cost for assignment in told]
    assert costs == sorted(set(costs), reverse=True)
    assert all(check(problem, assignment).valid for assignment in told)
    assert told[-1] == plan.assignment


def test_telling_changes_nothing(problem: Problem) -> None:
    """A seed gives the same teams whether or not somebody listens."""
    heard = solve(problem, time_limit_s=60, iterations=50, seed=4, on_better=_ignore, on_progress=_go_on)
    assert heard.assignment == solve(problem, time_limit_s=60, iterations=50, seed=4).assignment


def test_several_processes_tell_their_best_teams(problem: Problem) -> None:
    """As soon as one of them has found some, in the process that asked."""
    told: list[Assignment] = []
    plan = solve(problem, time_limit_s=8, workers=2, seed=4, on_progress=_go_on, on_better=told.append)
    assert all(check(problem, assignment).valid for assignment in told)
    assert told[-1] == plan.assignment


def test_cp_sat_tells_its_teams_too(problem: Problem) -> None:
    """Each valid, the last one as good as the result."""
    told: list[Assignment] = []
    plan = solve_cpsat(problem, time_limit_s=60, iterations=300, on_progress=_go_on, on_better=told.append)
    assert told
    assert all(check(problem, assignment).valid for assignment in told)
    assert check(problem, told[-1]).cost == plan.cost


def test_who_is_in_the_plan_and_no_participant_has_gone(problem: Problem, plan: TeamPlan) -> None:
    """The site builds the problem of those who are there: their teams are looked at as if they were named."""
    gone = next(iter(plan.assignment))
    present = repair_problem(problem, plan.assignment, gone=[gone])
    named = repair(problem, plan.assignment, gone=[gone], max_moves=2, iterations=3)
    found = repair(present, plan.assignment, max_moves=2, iterations=3)
    assert found.assignment == named.assignment
    assert found.costs == named.costs


def _ignore(_: Mapping[str, Slot]) -> None:
    pass


def _go_on(*_: object) -> bool:
    return True
