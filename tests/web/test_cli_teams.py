"""``flask teams``: a file goes in, teams come out, and a stranger can check them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from matcher.teams.entities import AvoidPair, Challenge, Participant
from matcher.teams.files import plan_from_text, problem_text
from matcher.teams.problem import Problem
from matcher.teams.weights import AvoidRule, Rules
from web.assets import Site

Run = Callable[..., Result]


@pytest.fixture
def run(app: Site) -> Run:
    """A command of the site."""
    runner = app.test_cli_runner()
    return lambda *arguments: runner.invoke(args=["teams", *map(str, arguments)], env={"COLUMNS": "200"})


@pytest.fixture
def problem(tmp_path: Path) -> Path:
    """Eight people for two teams of four: three pairs are drawn to a challenge, one pair must not meet."""
    people = tuple(
        Participant(
            f"p{at}",
            roles=frozenset({"tech" if at % 2 else "design"}),
            experience=at % 4,
            languages=frozenset({"fr"}),
            ranked=("water", "food") if at < 4 else ("food", "water"),
        )
        for at in range(8)
    )
    told = Problem(
        people,
        (Challenge("water", roles={"tech": 1, "design": 1}, max_teams=1), Challenge("food", max_teams=1)),
        avoid=(AvoidPair("p0", "p1", confirmed=True),),
        rules=Rules(4, 4, 4, AvoidRule.CONFIRMED),
    )
    path = tmp_path / "problem.json"
    path.write_text(problem_text(told), "utf-8")
    return path


def test_teams_are_formed_checked_and_exported(run: Run, problem: Path, tmp_path: Path) -> None:
    """Two teams of four; the pair that must not meet is apart; the checker agrees; one row for each person."""
    plan = tmp_path / "plan.json"
    formed = run("form", problem, "--iterations", 2000, "--time", 30, "--seed", 3, "--output", plan)
    assert formed.exit_code == 0, formed.output
    found = plan_from_text(plan.read_text("utf-8"))
    assert sorted(len(team.members) for team in found.teams) == [4, 4]
    assert found.assignment["p0"] != found.assignment["p1"]
    assert sum(found.assignment[f"p{at}"].challenge == ("water" if at < 4 else "food") for at in range(8)) >= 6
    checked = run("check", problem, plan)
    assert checked.exit_code == 0, checked.output
    assert f"Cost {found.cost}" in checked.output
    text = run("export", plan, "--format", "csv").output.lstrip("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert sorted(row["participant"] for row in rows) == [f"p{at}" for at in range(8)]


def test_a_seed_gives_the_same_teams(run: Run, problem: Path, tmp_path: Path) -> None:
    """With iterations instead of time, for whoever wants to repeat what an organiser did."""
    told = []
    for name in ("a.json", "b.json"):
        run("form", problem, "--iterations", 500, "--time", 30, "--seed", 5, "--output", tmp_path / name)
        told.append(plan_from_text((tmp_path / name).read_text("utf-8")).assignment)
    assert told[0] == told[1]


def change(path: Path, **values: Any) -> None:
    """Write other values into a plan."""
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | values), "utf-8")


def test_a_plan_that_lies_is_refused(run: Run, problem: Path, tmp_path: Path) -> None:
    """A wrong cost is told, and a broken rule is named without the names of those who must not meet."""
    plan = tmp_path / "plan.json"
    run("form", problem, "--iterations", 500, "--time", 30, "--output", plan)
    change(plan, cost=1)
    lied = run("check", problem, plan)
    assert lied.exit_code == 1
    assert "The plan says that it costs 1" in lied.output
    teams = [
        {"challenge": "water", "number": 1, "members": ["p0", "p1", "p2", "p3"]},
        {"challenge": "food", "number": 1, "members": ["p4", "p5", "p6", "p7"]},
    ]
    change(plan, teams=teams)
    broken = run("check", problem, plan)
    assert broken.exit_code == 1
    assert "Broken rules: 1." in broken.output
    assert "p0" not in broken.output
    assert "p1" not in broken.output


def test_a_file_that_is_none_is_told(run: Run, problem: Path, tmp_path: Path) -> None:
    """One sentence with the name of the file, no traceback."""
    odd = tmp_path / "odd.json"
    odd.write_text("{", "utf-8")
    for arguments in (("form", odd), ("check", odd, odd), ("export", odd), ("check", problem, problem)):
        result = run(*arguments)
        assert result.exit_code == 1, arguments
        assert result.output.startswith("Error: "), result.output
        assert ".json" in result.output
