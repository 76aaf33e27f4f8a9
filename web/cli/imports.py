"""``flask import``: organisations, needs, offers and places from files.

A dry run unless ``--apply`` is given. Exit codes: 0 when every row is accepted, 1 when some are refused
or the file cannot be read, 2 for a wrong command line.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click
from flask.cli import AppGroup
from flask_babel import gettext, ngettext
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table as Grid

from matcher.clock import today
from matcher.exchange.columns import ImportKind, fields_of, guess_mapping
from matcher.exchange.imports import ImportPlan, Outcome, PlannedRow, apply_import, plan_import, rejected_csv
from matcher.exchange.readers import MAX_BYTES, Table, TableCode, TableProblem, read_table
from matcher.postings.gazetteer import LoadCounts, load_communes_file, load_geonames
from web.cli.tables import table_sentence
from web.problems import sentence
from web.wiring import db

group = AppGroup("import", help="Bring in organisations, needs, offers and places.")

#: Rows told one by one; the file of ``--rejected`` has all of them.
SHOWN_ROWS: Final = 20

Command = Callable[..., Any]


def _table_command(kind: ImportKind) -> Callable[[Command], click.Command]:
    """Decorator: the options that all three tables share."""

    def decorate(function: Command) -> click.Command:
        options = (
            click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
            click.option("--source", required=True, help="Name of this import; the same for the same file again."),
            click.option("--map", "told", multiple=True, metavar="HEADER=FIELD", help="Field of a column."),
            click.option("--apply", is_flag=True, help="Write it. Without this, only say what would happen."),
            click.option(
                "--rejected",
                type=click.Path(dir_okay=False, writable=True, path_type=Path),
                help="Write the refused rows there as CSV, with what to mend.",
            ),
        )
        for option in reversed(options):
            function = option(function)
        return group.command(kind.value)(function)

    return decorate


@_table_command(ImportKind.ORGANISATIONS)
def organisations(**options: Any) -> None:
    """Import organisations from a CSV or XLSX FILE."""
    _import(ImportKind.ORGANISATIONS, **options)


@_table_command(ImportKind.NEEDS)
def needs(**options: Any) -> None:
    """Import needs from a CSV or XLSX FILE. Their organisations come first."""
    _import(ImportKind.NEEDS, **options)


@_table_command(ImportKind.OFFERS)
def offers(**options: Any) -> None:
    """Import offers from a CSV or XLSX FILE. Their organisations come first."""
    _import(ImportKind.OFFERS, **options)


@group.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def places(file: Path) -> None:
    """Load the official list of French communes (TSV or CSV, gzipped or not)."""
    with Console(stderr=True).status(gettext("Reading the communes…")):
        try:
            counts = load_communes_file(db.session, file)
        except (ValueError, OSError, EOFError) as error:
            raise click.ClickException(str(error)) from error
    _say_places(counts)


@group.command()
@click.option("--countries", default="FR,LU,BE,DE", show_default=True, help="ISO codes, with commas.")
def geonames(countries: str) -> None:
    """Add the towns of some countries (GeoNames, CC BY 4.0); what is there stays as it is."""
    codes = [code.strip().upper() for code in countries.split(",") if code.strip()]
    if not codes or not all(len(code) == 2 and code.isascii() and code.isalpha() for code in codes):
        raise click.UsageError(gettext("Write two-letter codes with commas between them, such as FR,LU."))
    with Console(stderr=True).status(gettext("Reading the towns…")):
        counts = load_geonames(db.session, codes)
    _say_places(counts)


def _import(
    kind: ImportKind, *, file: Path, source: str, told: tuple[str, ...], apply: bool, rejected: Path | None
) -> None:
    table = _read(file)
    mapping = _mapping(kind, table, told)
    plan = plan_import(db.session, kind, table, mapping, source, today())
    _say_columns(mapping)
    _say_plan(plan)
    if rejected is not None:
        headers = (gettext("Line"), gettext("To mend"))
        _write(rejected, rejected_csv(table, plan, sentence, headers))
    if apply:
        _apply(plan)
    else:
        click.echo(gettext("Nothing has been written: this was a dry run. Add --apply to write it."))
    if plan.of(Outcome.REJECTED):
        raise SystemExit(1)


def _read(file: Path) -> Table:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise TableProblem(TableCode.TOO_LARGE, maximum=MAX_BYTES, size=file.stat().st_size)
        table = read_table(file.read_bytes())
    except TableProblem as problem:
        raise click.ClickException(table_sentence(problem)) from problem
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error
    if table.guessed:
        told = gettext("The encoding is not UTF-8; read as %(encoding)s. Check the accents.", encoding=table.encoding)
        click.echo(told, err=True)
    return table


def _mapping(kind: ImportKind, table: Table, told: tuple[str, ...]) -> dict[str, str | None]:
    """Field of each column: what was told, else what its header seems to be."""
    chosen: dict[str, str | None] = {}
    for item in told:
        header, equals, field = (part.strip() for part in item.rpartition("="))
        if not equals or header not in table.headers:
            raise click.UsageError(
                gettext("No column is called “%(header)s”. The file has: %(headers)s.", header=header or item,
                        headers=", ".join(table.headers))
            )  # fmt: skip
        if field and field not in fields_of(kind):
            raise click.UsageError(
                gettext("No field is called “%(field)s”. There are: %(fields)s.", field=field,
                        fields=", ".join(fields_of(kind)))
            )  # fmt: skip
        chosen[header] = field or None
    taken = set(chosen.values())
    guessed = guess_mapping(table.headers, kind)
    return {header: None if field in taken else field for header, field in guessed.items()} | chosen


def _apply(plan: ImportPlan) -> None:
    changes = len(plan.of(Outcome.CREATED)) + len(plan.of(Outcome.UPDATED))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(gettext("Writing"), total=changes)
        result = apply_import(db.session, plan, lambda done: progress.update(task, completed=done))
    written = len(result.created) + len(result.updated)
    click.echo(ngettext("%(num)s row has been written.", "%(num)s rows have been written.", written))


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}") from error


def _say_columns(mapping: dict[str, str | None]) -> None:
    grid = Grid(gettext("Column"), gettext("Field"))
    for header, field in mapping.items():
        grid.add_row(header, field or gettext("left out"))
    Console().print(grid)


def _say_plan(plan: ImportPlan) -> None:
    words = {
        Outcome.CREATED: gettext("new"),
        Outcome.UPDATED: gettext("changed"),
        Outcome.UNCHANGED: gettext("as before"),
        Outcome.REJECTED: gettext("refused"),
    }
    counts = Grid(*(words[outcome] for outcome in Outcome))
    counts.add_row(*(str(plan.counts[outcome]) for outcome in Outcome))
    console = Console()
    console.print(counts)
    told = [row for row in plan.rows if row.outcome in {Outcome.UPDATED, Outcome.REJECTED}]
    if not told:
        return
    rows = Grid(gettext("Line"), gettext("Key"), "", gettext("Why"))
    for row in told[:SHOWN_ROWS]:
        rows.add_row(str(row.line), row.key, words[row.outcome], _why(row))
    console.print(rows)
    if len(told) > SHOWN_ROWS:
        click.echo(gettext("… and %(count)s more.", count=len(told) - SHOWN_ROWS))


def _why(row: PlannedRow) -> str:
    if row.outcome is Outcome.UPDATED:
        return ", ".join(row.changes)
    return "\n".join(f"{problem.field}: {sentence(problem)}" for problem in row.problems)


def _say_places(counts: LoadCounts) -> None:
    click.echo(
        gettext(
            "Places: %(created)s new, %(updated)s changed, %(unchanged)s as before.",
            created=counts.created,
            updated=counts.updated,
            unchanged=counts.unchanged,
        )
    )
