"""``flask teams``: hackathon teams from files, without a web server or a database.

A problem and a plan are JSON files (their form: :mod:`matcher.teams.files`). Instead of a problem, any table of
people can be given (CSV or XLSX, see :mod:`web.cli.team_imports`).
"""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any, Final

import click
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from matcher.clock import utc_now
from matcher.exchange.exports import to_csv, to_json, to_xlsx
from matcher.teams.checker import Check, check
from matcher.teams.entities import ProblemError
from matcher.teams.files import plan_from_text, plan_text, problem_from_text
from matcher.teams.plan import TeamPlan
from matcher.teams.problem import Problem
from matcher.teams.solver import solve
from web.cli.team_imports import import_people, read_problem
from web.cli.team_runs import run_command

group = AppGroup("teams", help="Form hackathon teams from a file, check a plan, export it.")
group.add_command(import_people)
group.add_command(run_command)

#: Columns of an exported plan, one row for each person.
COLUMNS: Final = ("participant", "challenge", "team")

#: Endings of files that hold a table of people instead of a problem.
TABLES: Final = frozenset({".csv", ".tsv", ".txt", ".xlsx"})

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@group.command()
@click.argument("problem", type=_FILE)
@click.option(
    "--time", "time_limit_s", type=click.FloatRange(0.1, 3600), default=60.0, show_default=True, help="Seconds."
)
@click.option(
    "--iterations", type=click.IntRange(1), help="Work instead of time: the same seed then gives the same plan."
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Where the plan goes (JSON).")
def form(
    problem: Path, time_limit_s: float, iterations: int | None, seed: int, workers: int, output: Path | None
) -> None:
    """Form the teams of PROBLEM and tell what they cost, by term, beside what no plan can avoid."""
    read = _problem(problem)
    with _progress() as progress:
        task = progress.add_task("Forming teams", total=None)

        def told(best: int | None, bound: int, _elapsed_s: float) -> bool:
            progress.update(task, description=f"Best cost {'-' if best is None else best}, at least {bound}")
            return True

        plan = solve(
            read, time_limit_s=time_limit_s, iterations=iterations, seed=seed, workers=workers, on_progress=told
        )
    if plan.cost is None:
        raise click.ClickException("No plan keeps all rules, or none was found in this time.")
    _print(plan)
    if output:
        output.write_text(plan_text(plan), "utf-8")
        click.echo(f"Written to {output}")


@group.command("check")
@click.argument("problem", type=_FILE)
@click.argument("plan", type=_FILE)
def check_plan(problem: Path, plan: Path) -> None:
    """Recompute rules and costs of PLAN from PROBLEM alone; fails when a rule is broken or the cost is wrong."""
    read = _plan(plan)
    found = check(_problem(problem), read.assignment)
    for broken in found.broken:
        click.echo(str(broken))
    if found.broken:
        raise click.ClickException(f"Broken rules: {len(found.broken)}.")
    if read.cost != found.cost:
        raise click.ClickException(f"The plan says that it costs {read.cost}; it costs {found.cost}.")
    click.echo(f"All rules are kept. Cost {found.cost}: {_by_term(found)}")


@group.command()
@click.argument("plan", type=_FILE)
@click.option("--format", "fmt", type=click.Choice(["csv", "json", "xlsx"]), default="csv", show_default=True)
@click.option(
    "--output", type=click.File("wb", atomic=True), default="-", show_default=True, help="File; - for the terminal."
)
def export(plan: Path, fmt: str, output: IO[bytes]) -> None:
    """Who is in which team, one row for each person. Wishes to avoid somebody are in no plan."""
    rows: list[dict[str, Any]] = [
        dict(zip(COLUMNS, (who, team.slot.challenge, team.slot.number), strict=True))
        for team in _plan(plan).teams
        for who in team.members
    ]
    if fmt == "json":
        output.write(to_json(rows, "teams", utc_now()))
    elif fmt == "xlsx":
        output.write(to_xlsx(rows, COLUMNS, "teams"))
    else:
        output.write(to_csv(rows, COLUMNS))


def _problem(path: Path) -> Problem:
    if path.suffix.lower() in TABLES:
        return read_problem(path).problem
    try:
        return problem_from_text(path.read_text("utf-8"))
    except (ProblemError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{path}: {error}") from error


def _plan(path: Path) -> TeamPlan:
    try:
        return plan_from_text(path.read_text("utf-8"))
    except (ProblemError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{path}: {error}") from error


def _progress() -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True))


def _print(plan: TeamPlan) -> None:
    teams = Table("challenge", "team", "people")
    for team in plan.teams:
        teams.add_row(team.slot.challenge, str(team.slot.number), ", ".join(team.members))
    costs = Table("term", "cost", "at least")
    for term, cost in plan.costs.items():
        if cost or plan.bounds.get(term):
            costs.add_row(term.value, str(cost), str(plan.bounds.get(term, 0)))
    costs.add_row("total", str(plan.cost), str(plan.bound))
    console = Console()
    console.print(teams)
    console.print(costs)
    console.print(f"{plan.status.value} in {plan.elapsed_s:.1f} s with {plan.solver}, seed {plan.seed}")


def _by_term(found: Check) -> str:
    return ", ".join(f"{term.value} {cost}" for term, cost in found.costs.items() if cost) or "nothing amiss"
