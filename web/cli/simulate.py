"""``flask simulate``: the service with invented people on invented time, checked for what it promises."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click
from flask.cli import AppGroup
from rich.console import Console
from rich.table import Table

from matcher.simulation.population import Size
from matcher.simulation.year import Outcome
from web.cli.index import progress_bar
from web.simulation.kills import Survival, survive
from web.simulation.year import live

group = AppGroup("simulate", help="The service with invented people: checks what it promises. Touches no real data.")

#: Breaches that are printed one by one.
SHOWN: Final = 20


@group.command()
@click.option("--organisations", default=2000, show_default=True, type=click.IntRange(10, 20_000))
@click.option("--needs", default=3000, show_default=True, type=click.IntRange(1, 30_000))
@click.option("--seed", default=1, show_default=True)
@click.option("--days", default=365, show_default=True, type=click.IntRange(7, 1000))
@click.option("--outbox", is_flag=True, help="Write every mail as a file, as a site without a mail server does.")
@click.option("--keep", type=click.Path(file_okay=False, path_type=Path), help="Folder for the data; else thrown away.")
def year(organisations: int, needs: int, seed: int, days: int, outbox: bool, keep: Path | None) -> None:
    """Live a year; exit 1 when a promise was broken.

    Checked: no organisation gets more mails than its settings allow; no mail after a refusal, a closure, in a pause or
    after a stop; no introduction without two yeses; every need ends in a state with a reason; opening links changes
    nothing; mails wait while the mail server is away, and none is lost.
    """
    size = Size(organisations, needs, days, seed)
    with _folder(keep) as folder, progress_bar() as progress:
        tasks = {
            "organisation": progress.add_task("Organisations", total=organisations),
            "day": progress.add_task("Days", total=days),
        }
        outcome = live(size, folder, files=outbox, advance=lambda what: progress.advance(tasks[what]))
    _print_year(outcome)
    if not outcome.kept:
        raise SystemExit(1)


@group.command()
@click.option("--organisations", default=60, show_default=True, type=click.IntRange(10, 500))
@click.option("--kills", default=25, show_default=True, type=click.IntRange(1, 1000))
@click.option("--seed", default=1, show_default=True)
@click.option("--keep", type=click.Path(file_okay=False, path_type=Path), help="Folder for the data; else thrown away.")
def kills(organisations: int, kills: int, seed: int, keep: Path | None) -> None:
    """Kill the jobs' process (SIGKILL) at random moments; exit 1 when a mail left twice or was lost."""
    with _folder(keep) as folder, progress_bar() as progress:
        task = progress.add_task("Kills", total=kills)
        found = survive(folder, organisations, kills, seed, lambda: progress.advance(task))
    _print_kills(found)
    if not found.kept:
        raise SystemExit(1)


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """An empty folder of its own. Raises ClickException for one that holds something."""
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="passerelle-simulation-") as made:
            yield Path(made)
        return
    keep.mkdir(parents=True, exist_ok=True)
    if any(keep.iterdir()):
        raise click.ClickException(f"{keep} is not empty.")
    yield keep


def _print_year(outcome: Outcome) -> None:
    console = Console()
    for name, value in outcome.figures.items():
        if isinstance(value, Mapping):
            table = Table(name, "", title_justify="left")
            for row, number in value.items():
                table.add_row(str(row), str(number))
            console.print(table)
        else:
            console.print(f"{name}: {value}")
    console.print(_verdicts(outcome.checks))


def _print_kills(found: Survival) -> None:
    console = Console()
    console.print(f"{found.kills} kills, {found.killed_while_sending} of them while mails were being handed over")
    console.print(f"{found.mails} mails, {found.again} of them handed over again under the same Message-ID")
    console.print(_verdicts(found.checks))


def _verdicts(checks: Mapping[str, list[str]]) -> Table:
    table = Table("promise", "", title="Promises", title_justify="left")
    for promise, broken in checks.items():
        table.add_row(promise, f"broken {len(broken)} times" if broken else "kept")
        for line in broken[:SHOWN]:
            table.add_row("", line)
    return table
