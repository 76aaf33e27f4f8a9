"""One solver on one problem: run, checked by the independent checker, put in figures."""

from __future__ import annotations

import resource
import sys
from dataclasses import dataclass
from typing import Any

from benchmarks.teams.instances import Instance
from benchmarks.teams.solvers import Entry
from matcher.teams.checker import Checker
from matcher.teams.problem import Problem, Solver, TeamPlan

#: Of ``ru_maxrss``: kibibytes, but bytes on macOS.
PER_MEBIBYTE = 1 << 20 if sys.platform == "darwin" else 1 << 10


@dataclass(frozen=True, slots=True)
class Budget:
    """What every solver gets alike; `iterations` only to make a run repeatable."""

    seconds: float
    workers: int = 2
    seed: int = 0
    iterations: int | None = None


def run_one(entry: Entry, instance: Instance, budget: Budget) -> dict[str, Any]:
    """One run of a fixed problem, for a process of its own."""
    return measured(entry.load(), instance.problem(), budget)


def measured(solver: Solver, problem: Problem, budget: Budget) -> dict[str, Any]:
    """Figures of one run. `peak_mb` is of this process and its largest child together, since they started."""
    plan = solver(
        problem,
        time_limit_s=budget.seconds,
        iterations=budget.iterations,
        seed=budget.seed,
        workers=budget.workers,
    )
    return {**figures(problem, plan), "peak_mb": _peak_mb()}


def figures(problem: Problem, plan: TeamPlan) -> dict[str, Any]:
    """What the checker finds, and what the plan says of itself.

    Costs are None without a plan, and `broken` counts broken rules. Raises AssertionError when the plan misstates
    its cost or claims a bound above it.
    """
    found = {
        "status": plan.status.value,
        "cost": None,
        "worst_team": None,
        "teams": len(plan.teams),
        "broken": 0,
        "bound": plan.bound,
        "gap": None if plan.gap is None else round(plan.gap, 4),
        "elapsed_s": round(plan.elapsed_s, 2),
    }
    if plan.cost is None:
        return found
    checker = Checker(problem)
    check = checker.check(plan.assignment)
    if check.valid:
        assert check.cost == plan.cost, f"{plan.solver} says {plan.cost}, the checker {check.cost}"
        assert plan.bound <= check.cost, f"{plan.solver} claims a bound of {plan.bound} above {check.cost}"
    return found | {"cost": check.cost, "worst_team": worst_team(checker, plan), "broken": len(check.broken)}


def worst_team(checker: Checker, plan: TeamPlan) -> int:
    """Cost of the dearest team, in the terms that a team has alone."""
    people = {person.id: person for person in checker.problem.participants}
    challenges = {challenge.id: challenge for challenge in checker.problem.challenges}
    return max(
        sum(checker.team_costs(challenges[team.slot.challenge], [people[who] for who in team.members]).values())
        for team in plan.teams
    )


def _peak_mb() -> float:
    used = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return round(sum(used) / PER_MEBIBYTE, 1)
