"""The fixed problems stay what they are, and a small run compares every solver on them; times are never tested."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.report import ROOT
from benchmarks.teams.generator import Kind, Recipe, generate
from benchmarks.teams.instances import COUNTS, FOLDER, INSTANCES, checksum, index
from benchmarks.teams.measuring import figures
from benchmarks.teams.results import Runs, best_known, keep, targets
from benchmarks.teams.solvers import BASELINES, OURS, SOLVERS
from matcher.teams.baselines import greedy_teams
from matcher.teams.files import problem_text
from matcher.teams.problem import Problem, TeamPlan

SIZES = {instance.name: instance.recipe.people for instance in INSTANCES}


def run(cost: int | None, *, bound: int = 0, worst_team: int = 10, seconds: float = 5, **more: Any) -> dict[str, Any]:
    """Figures of one run, as a result file holds them."""
    gap = None if cost is None else (cost - bound) / cost
    status = "infeasible" if cost is None else "optimal" if cost == bound else "feasible"
    known = {
        "status": status,
        "cost": cost,
        "worst_team": worst_team,
        "teams": 4,
        "broken": 0,
        "bound": bound,
        "gap": gap,
    }
    origin = {"workers": 1, "seed": 0, "date": "2026-01-01", "commit": "0", "command": "python"}
    return known | {"elapsed_s": seconds, "peak_mb": 100, "seconds": seconds} | origin | more


def kept(*runs: tuple[str, str, dict[str, Any]]) -> Runs:
    """Runs in their places."""
    found: Runs = {}
    for instance, solver, each in runs:
        keep(found, instance, solver, each)
    return found


def test_there_are_thirty_problems_of_every_size_and_kind() -> None:
    """20, 60, 200 and 2000 people, each in five kinds."""
    assert len(INSTANCES) == len(index()) == 30
    pairs = {(instance.recipe.people, instance.recipe.kind) for instance in INSTANCES}
    assert pairs == {(people, kind) for people in COUNTS for kind in Kind}


@pytest.mark.parametrize("instance", INSTANCES, ids=lambda instance: instance.name)
def test_a_problem_is_the_one_of_the_index(instance: Any) -> None:
    """The generator still makes it from its seed, and a stored file is what was made."""
    text = problem_text(generate(instance.recipe))
    assert checksum(text) == index()[instance.name]["sha256"]
    assert instance.path.exists() is instance.stored
    assert not instance.stored or instance.text() == text


def test_the_index_says_how_it_was_made() -> None:
    """The command is that of the module which writes it."""
    assert json.loads((FOLDER / "index.json").read_text("utf-8"))["command"] == "python -m benchmarks.teams.instances"


def share(problem: Problem, kind: Kind) -> float:
    """How much of what makes this kind hard, per person."""
    counted = {
        Kind.SCARCE_ROLES: sum("design" not in person.roles for person in problem.participants),
        Kind.MANY_FRIENDS: len(problem.friends),
        Kind.HOSTILE_WEBS: len(problem.avoid),
        Kind.AVAILABILITY_HOLES: sum(person.availability is not None for person in problem.participants),
    }
    return counted[kind] / len(problem.participants)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.EASY])
def test_a_kind_is_hard_in_its_own_way(kind: Kind) -> None:
    """Fewer designers, more friends, more people who avoid one another, more absences than in an easy problem."""
    easy, hard = (generate(Recipe(200, each, 1)) for each in (Kind.EASY, kind))
    assert share(hard, kind) > 1.1 * share(easy, kind)


def test_few_people_are_no_hackathon() -> None:
    """The recipe says from how many people on it works."""
    with pytest.raises(ValueError, match="at least 12 people"):
        Recipe(11, Kind.EASY, 1)


def test_figures_are_those_of_the_checker() -> None:
    """A plan that says another cost than the checker, or a bound above it, is an error and no figure."""
    problem = INSTANCES[0].problem()
    plan = greedy_teams(problem, time_limit_s=60, iterations=1)
    found = figures(problem, plan)
    assert (found["cost"], found["broken"], found["teams"]) == (plan.cost, 0, len(plan.teams))
    assert 0 < found["worst_team"] < found["cost"]
    for wrong in (changed(plan, cost=found["cost"] - 1), changed(plan, bound=found["cost"] + 1)):
        with pytest.raises(AssertionError):
            figures(problem, wrong)


def changed(plan: TeamPlan, *, cost: int | None = None, bound: int | None = None) -> TeamPlan:
    """The plan with another cost or bound than it has."""
    return TeamPlan(
        plan.status,
        plan.assignment,
        plan.teams,
        plan.cost if cost is None else cost,
        plan.costs,
        plan.bound if bound is None else bound,
        plan.bounds,
        plan.elapsed_s,
        plan.seed,
        plan.solver,
    )


def test_the_best_known_only_gets_better() -> None:
    """Lowest valid cost and highest bound, each with the run that gave it; what was known before stays."""
    name = INSTANCES[0].name
    runs = kept((name, "cpsat", run(90, bound=60)), (name, OURS, run(80, bound=50)), (name, "harmonic", run(None)))
    best = best_known(runs, {})[name]
    assert (best["cost"], best["cost_from"]["solver"]) == (80, OURS)
    assert (best["bound"], best["bound_from"]["solver"]) == (60, "cpsat")
    again = best_known(kept((name, OURS, run(85, bound=55))), {name: best})
    assert again == {name: best}


def test_a_bound_above_a_cost_is_an_error() -> None:
    """One of two solvers is wrong, and the result file is not written."""
    name = INSTANCES[0].name
    with pytest.raises(AssertionError, match="a bound is above a cost"):
        best_known(kept((name, "cpsat", run(90, bound=85)), (name, OURS, run(80))), {})


def test_targets_compare_runs_of_the_same_time() -> None:
    """A baseline that had more time counts for nothing; one that had the same and costs less is a miss."""
    first, second = (instance.name for instance in INSTANCES[:2])
    runs = kept(
        (first, OURS, run(80, bound=80, worst_team=9)),
        (first, "harmonic", run(100, worst_team=10)),
        (first, "harmonic", run(70, seconds=50, worst_team=1)),
        (second, OURS, run(80, worst_team=10)),
        (second, "harmonic", run(70, worst_team=10)),
    )
    found = {target.what: target for target in targets(runs, {}, SIZES)}
    assert found["broken hard rules in all plans"].reached
    dearer = found["instances where a baseline costs less, same time"]
    assert (dearer.measured, dearer.unit, dearer.reached) == (1, "of 2", False)
    assert found["worst team better than every baseline's"].measured == 1
    assert found["20 people: optimum proven in 5 s"].measured == 1


def test_targets_of_sixty_people_and_more() -> None:
    """Distance to the best known, gap, distance to the parts alone, memory: each over the worst instance."""
    small, middle, large = (f"{people:04}-easy-1" for people in (60, 200, 2000))
    runs = kept(
        (small, OURS, run(102, bound=80, seconds=60)),
        (small, OURS, run(100, bound=95, seconds=300)),
        (middle, OURS, run(90, bound=60, seconds=120)),
        (middle, "annealing", run(100, seconds=120)),
        (middle, "cpsat", run(None, seconds=120)),
        (large, OURS, run(1200, seconds=10, peak_mb=1600)),
    )
    found = {target.what: target for target in targets(runs, best_known(runs, {}), SIZES)}
    measured = {what: (round(target.measured, 2), target.reached) for what, target in found.items()}
    assert measured["60 people, 60 s: above the best known cost, at most"] == (2.0, False)
    assert measured["60 people, 300 s: proven gap, at most"] == (5.0, True)
    assert measured["200 people, 300 s: proven gap, at most"] == (33.33, False)
    assert measured["200 people: below plain annealing and plain CP-SAT, at least"] == (10.0, True)
    assert measured["2000 people: a valid plan in 10 s"] == (1, True)
    assert measured["2000 people: memory, at most"] == (1600, False)


def benchmark(*arguments: str) -> subprocess.CompletedProcess[str]:
    """``python -m benchmarks.teams`` with these arguments."""
    command = (sys.executable, "-m", "benchmarks.teams", *arguments)
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=550)


@pytest.mark.timeout(600)
def test_a_small_run_writes_what_can_be_read_without_its_author(tmp_path: Path) -> None:
    """Every solver on two problems: valid plans, with versions, command and where the best is from."""
    done = benchmark("--small", "--results", str(tmp_path))
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "teams.json").read_text("utf-8"))
    assert found["small"]
    assert found["question"]
    assert found["command"].startswith("python -m benchmarks.teams --small")
    assert {"cpu", "cores", "load_1min", "python"} <= set(found["environment"])
    assert set(found["environment"]["libraries"]) == {"numpy", "ortools", "scipy"}
    assert found["sizes"] == {"instances": 2, "people": [20], "solvers": sorted(SOLVERS)}
    assert found["targets"][0] == found["targets"][0] | {"what": "broken hard rules in all plans", "measured": 0}
    runs, best = found["measured"]["runs"], found["measured"]["best_known"]
    for name, solvers in runs.items():
        assert set(solvers) == set(SOLVERS) >= set(BASELINES)
        costs = [each["cost"] for by_seconds in solvers.values() for each in by_seconds.values() if each["cost"]]
        assert best[name]["cost"] == min(costs) >= best[name]["bound"] > 0
        assert best[name]["cost_from"]["command"] == found["command"]


@pytest.mark.timeout(600)
def test_a_part_that_is_measured_later_is_added(tmp_path: Path) -> None:
    """What was measured before stays, unless the problem is another one now."""
    one_by_one = [
        ("--small", "--results", str(tmp_path), "--solvers", name) for name in ("random_teams", "greedy_teams")
    ]
    for arguments in one_by_one:
        assert benchmark(*arguments).returncode == 0
    path = tmp_path / "teams.json"
    found = json.loads(path.read_text("utf-8"))
    assert [set(solvers) for solvers in found["measured"]["runs"].values()] == [{"random_teams", "greedy_teams"}] * 2
    found["measured"]["problems"]["0020-easy-1"] = "another"
    path.write_text(json.dumps(found), "utf-8")
    assert benchmark(*one_by_one[1]).returncode == 0
    runs = json.loads(path.read_text("utf-8"))["measured"]["runs"]
    assert set(runs["0020-easy-1"]) == {"greedy_teams"}
    assert set(runs["0020-hostile-webs-1"]) == {"random_teams", "greedy_teams"}


def test_an_unknown_name_starts_nothing() -> None:
    """A typing mistake is answered in one line that gives the names."""
    done = benchmark("--solvers", "genetic")
    assert done.returncode == 2
    assert "no such solver: genetic; there are random_teams" in done.stderr
    assert "no instance begins with 30" in benchmark("--instances", "30").stderr
