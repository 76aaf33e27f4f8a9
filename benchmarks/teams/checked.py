"""``python -m benchmarks.teams.checked [--small]``: two thousand generated problems, and not one broken hard rule.

Hypothesis draws the problems, of the kinds that the tests of properties use: "kept" ones, whose rules were made to suit
some assignment so that there is a plan to find, and "any", most of which contradict themselves. Each is solved shortly;
every plan is computed again by the independent checker from the assignment alone.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import time
from collections import Counter
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks import report
from benchmarks.report import Figures, Target

if TYPE_CHECKING:
    from collections.abc import Callable

    from matcher.teams.problem import Assignment, Problem

NAME: Final = "teams_checked"
QUESTION: Final = "Hard rules that are broken in the plans of two thousand generated problems"
#: Problems of each kind, of a whole and of a small run. Hypothesis may draw one twice: there are more than are needed.
PROBLEMS: Final = {"kept": 2100, "any": 1000}
SMALL: Final = {"kept": 11, "any": 5}
#: Distinct problems with a plan that were asked for, of a whole and of a small run.
ASKED: Final = 2000
ASKED_SMALL: Final = 10
#: People of the largest problem, iterations and seconds of each solve.
MOST_PEOPLE: Final = 20
ITERATIONS: Final = 5
LIMIT_S: Final = 2.0
#: What Hypothesis draws from, by kind.
SEEDS: Final = {"kept": 20261123, "any": 20261124}


@dataclass(slots=True)
class Tally:
    """What was found so far of one kind of problem."""

    problems: int = 0
    people: Counter[int] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    plans: int = 0
    broken: int = 0
    wrong_costs: int = 0
    wrong_bounds: int = 0
    told: set[bytes] = field(default_factory=set)

    def figures(self) -> dict[str, Any]:
        """What is written; `digest` names the problems: the same draws give the same one again."""
        digest = hashlib.sha256(b"".join(sorted(self.told))).hexdigest()
        return {
            "problems": self.problems,
            "distinct": len(self.told),
            "digest": digest,
            "people_least": min(self.people),
            "people_most": max(self.people),
            "statuses": dict(sorted(self.statuses.items())),
            "plans": self.plans,
            "broken": self.broken,
            "wrong_costs": self.wrong_costs,
            "wrong_bounds": self.wrong_bounds,
        }


def main() -> None:
    """Solve and check; print and keep the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.teams.checked", description=__doc__)
    parser.add_argument("--small", action="store_true", help="few problems: shows that it runs, proves nothing")
    parser.add_argument("--results", type=Path, help="folder to write to; with --small nothing is written without it")
    told = parser.parse_args()
    document = report.document(NAME, run(small=told.small), small=told.small)
    document["command"] = f"python -m benchmarks.teams.checked{' --small' if told.small else ''}"
    document["environment"]["libraries"] |= {name: version(name) for name in ("hypothesis", "ortools", "scipy")}
    report.show(document)
    folder = told.results or (None if told.small else report.RESULTS)
    if folder is not None:
        report.write(document, folder)


def run(*, small: bool) -> Figures:
    """Solve every problem. Cost: some ten minutes of one core, seconds when small."""
    counts = SMALL if small else PROBLEMS
    began = time.monotonic()
    tallies = {kind: _solved(kind, count) for kind, count in counts.items()}
    measured: dict[str, Any] = {kind: tally.figures() for kind, tally in tallies.items()}
    measured["elapsed_s"] = round(time.monotonic() - began, 1)
    sizes = {
        "problems": counts,
        "people_most": MOST_PEOPLE,
        "seeds": {kind: SEEDS[kind] for kind in counts},
        "solve_seed": "place of the problem in its kind, from 0",
        "iterations": ITERATIONS,
        "time_limit_s": LIMIT_S,
        "workers": 1,
    }
    return Figures(QUESTION, sizes, measured, _targets(tallies, ASKED_SMALL if small else ASKED))


def _targets(tallies: dict[str, Tally], asked: int) -> list[Target]:
    each, kept = tallies.values(), tallies["kept"]
    return [
        Target("plans of problems that have one", kept.plans, "plans", least=kept.problems),
        Target("distinct problems among them", len(kept.told), "problems", least=asked),
        Target("broken hard rules in all plans", sum(tally.broken for tally in each), "rules", most=0),
        Target("costs that the checker counts otherwise", sum(tally.wrong_costs for tally in each), "plans", most=0),
        Target("bounds above the cost of a plan", sum(tally.wrong_bounds for tally in each), "bounds", most=0),
    ]


def _solved(kind: str, count: int) -> Tally:
    """Let Hypothesis draw `count` problems of a kind, and look at each."""
    from hypothesis import HealthCheck, Phase, given, seed, settings  # noqa: PLC0415 - after OpenMP was told

    from tests.matcher.teams.problems import planted, problems  # noqa: PLC0415 - as above

    tally = Tally()
    drawn = planted(most=MOST_PEOPLE) if kind == "kept" else problems(most=MOST_PEOPLE).map(lambda made: (made, None))

    @seed(SEEDS[kind])
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(drawn)
    def look(made: tuple[Problem, Assignment | None]) -> None:
        _look_at(tally, *made)

    run_all: Callable[[], None] = look
    run_all()
    return tally


def _look_at(tally: Tally, problem: Problem, known: Assignment | None) -> None:
    """Solve one problem and compare the plan with what the checker says; `known` is a plan that keeps the rules."""
    from matcher.teams.checker import check  # noqa: PLC0415 - as above
    from matcher.teams.files import problem_text  # noqa: PLC0415
    from matcher.teams.plan import WrongPlanError  # noqa: PLC0415
    from matcher.teams.solver import solve  # noqa: PLC0415

    seed_of_solve = tally.problems
    tally.problems += 1
    tally.people[len(problem.participants)] += 1
    tally.told.add(hashlib.sha256(problem_text(problem).encode()).digest())
    try:
        plan = solve(problem, time_limit_s=LIMIT_S, iterations=ITERATIONS, seed=seed_of_solve)
    except WrongPlanError:  # the service's own last look, by the same checker: nothing was handed out, and yet
        tally.statuses["refused"] += 1
        tally.broken += 1
        return
    tally.statuses[plan.status.value] += 1
    costs = [check(problem, known).cost] if known is not None else []
    if plan.cost is not None:
        found = check(problem, plan.assignment)
        tally.plans += 1
        tally.broken += len(found.broken)
        tally.wrong_costs += found.cost != plan.cost or dict(found.costs) != dict(plan.costs)
        costs.append(found.cost)
    tally.wrong_bounds += any(plan.bound > cost for cost in costs)


if __name__ == "__main__":
    # Read by OpenMP when it is imported: one thread.
    os.environ["OMP_NUM_THREADS"] = "1"
    main()
