"""``flask teams import``: people from the file of a ticket office, a form or a spreadsheet.

With an event they are registered there; without one the file becomes a problem that ``flask teams form`` solves,
and no database is needed. Exit codes: 0 when every row is accepted, 1 when some are refused or the file cannot be
read, 2 for a wrong command line.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click
from flask_babel import gettext, ngettext
from rich.console import Console
from rich.table import Table as Grid

from matcher.clock import today
from matcher.exchange.readers import MAX_BYTES, Table, TableCode, TableProblem, read_table
from matcher.exchange.registrations.applying import columns_for, import_registrations
from matcher.exchange.registrations.columns import NAMING, REPEATABLE, Field
from matcher.exchange.registrations.planning import ImportPlan, Outcome, plan_import
from matcher.exchange.registrations.problem_files import FileProblem, columns_of, problem_of
from matcher.exchange.registrations.rejects import LEFT, left_csv
from matcher.exchange.registrations.sources import header_row
from matcher.hackathons.queries import get_hackathon
from matcher.store import Hackathon
from matcher.teams.entities import ProblemError
from matcher.teams.files import problem_text
from matcher.teams.weights import Rules
from web.cli.tables import table_sentence
from web.registrations.import_words import OUTCOMES, remark_sentence, row_sentences
from web.wiring import db

#: Rows told one by one; the file of ``--rejects`` has all of them.
SHOWN_ROWS: Final = 20

Mapping = dict[str, Field | None]


@click.command("import")
@click.argument("event_and_file", nargs=-1, required=True, metavar="[EVENT] FILE")
@click.option(
    "--mapping", "told", multiple=True, metavar="HEADER=FIELD", help="Field of a column; nothing after = leaves it out."
)
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option("--overwrite", is_flag=True, help="Replace what the same source brought in before.")
@click.option(
    "--rejects",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write the rows that are not taken there as CSV, with the reason.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Without an event: where the problem goes (JSON).",
)
@click.option("--sizes", type=click.IntRange(1), nargs=3, default=(3, 5, 6), help="Without an event: size of teams.")
def import_people(
    event_and_file: tuple[str, ...],
    told: tuple[str, ...],
    dry_run: bool,
    overwrite: bool,
    rejects: Path | None,
    output: Path | None,
    sizes: tuple[int, int, int],
) -> None:
    """Register the people of FILE (CSV or XLSX) at the hackathon number EVENT.

    Without EVENT: write the problem that FILE tells to --output, for ``flask teams form``.
    """
    if len(event_and_file) == 1 and output is not None:
        path = Path(event_and_file[0])
        read = read_problem(path, sizes, told)
        output.write_text(problem_text(read.problem), "utf-8")
        say_problem(read)
        click.echo(gettext("Written to %(path)s", path=output))
    elif len(event_and_file) == 2 and output is None:
        hackathon, path = _event(event_and_file[0]), Path(event_and_file[1])
        table = read_file(path)
        mapping = _chosen(columns_for(db.session, hackathon, table.headers), table, told)
        _import(hackathon, table, mapping, dry_run=dry_run, overwrite=overwrite, rejects=rejects)
    else:
        raise click.UsageError(gettext("Give an event and a file; or a file alone, and --output."))


def read_problem(path: Path, sizes: tuple[int, int, int] = (3, 5, 6), told: tuple[str, ...] = ()) -> FileProblem:
    """The problem that a table of people tells. Raises click's exceptions, in one sentence."""
    table = read_file(path)
    try:
        return problem_of(table, _chosen(columns_of(table), table, told), Rules(*sizes))
    except ProblemError as error:
        raise click.ClickException(f"{path}: {error}") from error


def read_file(path: Path) -> Table:
    """A table from a file. Raises ClickException, in one sentence."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise TableProblem(TableCode.TOO_LARGE, maximum=MAX_BYTES, size=path.stat().st_size)
        table = read_table(path.read_bytes(), header_row)
    except TableProblem as problem:
        raise click.ClickException(f"{path}: {table_sentence(problem)}") from problem
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}") from error
    if table.guessed:
        told = gettext("The encoding is not UTF-8; read as %(encoding)s. Check the accents.", encoding=table.encoding)
        click.echo(told, err=True)
    return table


def say_problem(read: FileProblem) -> None:
    """How many people and challenges there are, and what of the file is not in the problem."""
    people, challenges = len(read.problem.participants), len(read.problem.challenges)
    click.echo(gettext("People: %(people)s. Challenges: %(challenges)s.", people=people, challenges=challenges))
    lines = [(row.line, remark_sentence(row.remark)) for row in read.aside]
    lines += [(person.line, remark_sentence(remark)) for person in read.people.values() for remark in person.remarks]
    lines += [
        (line, gettext("“%(name)s” is nobody here, or could be several people.", name=name))
        for line, name in read.unknown_names
    ]
    _say_lines(sorted(lines))
    if read.unknown_avoided:
        # Not who wants to avoid whom: a terminal is no private page.
        click.echo(gettext("Wishes to be kept apart that name nobody here: %(count)s.", count=read.unknown_avoided))


def _event(told: str) -> Hackathon:
    hackathon = get_hackathon(db.session, int(told)) if told.isdecimal() and len(told) < 16 else None
    if hackathon is None:
        raise click.ClickException(gettext("No hackathon has the number %(number)s.", number=told))
    return hackathon


def _chosen(mapping: Mapping, table: Table, told: tuple[str, ...]) -> Mapping:
    """Field of each column: what was told, else what its header seems to be."""
    fields = {field.value: field for field in Field}
    chosen: Mapping = {}
    for item in told:
        header, equals, name = (part.strip() for part in item.rpartition("="))
        if not equals or header not in table.headers:
            raise click.UsageError(
                gettext("No column is called “%(header)s”. The file has: %(headers)s.", header=header or item,
                        headers=", ".join(table.headers))
            )  # fmt: skip
        if name and name not in fields:
            raise click.UsageError(
                gettext("No field is called “%(field)s”. There are: %(fields)s.", field=name,
                        fields=", ".join(fields))
            )  # fmt: skip
        chosen[header] = fields.get(name)
    taken = set(chosen.values()) - REPEATABLE
    found = {header: None if field in taken else field for header, field in mapping.items()} | chosen
    if not NAMING & set(found.values()):
        raise click.UsageError(gettext("No column holds names of people. Choose at least one that does."))
    return found


def _import(
    hackathon: Hackathon, table: Table, mapping: Mapping, *, dry_run: bool, overwrite: bool, rejects: Path | None
) -> None:
    if dry_run:
        plan = plan_import(db.session, hackathon, table, mapping, today(), overwrite=overwrite)
    else:
        plan = import_registrations(db.session, hackathon, table, mapping, today(), overwrite=overwrite).plan
    _say_columns(mapping)
    _say_plan(plan)
    if rejects is not None:
        headers = (gettext("Line"), gettext("Why"))
        rejects.write_bytes(left_csv(table, plan, lambda row: " / ".join(row_sentences(row)), headers))
    if dry_run:
        click.echo(gettext("Nothing has been written: this was a dry run."))
    else:
        written = len(plan.of(Outcome.ADDED, Outcome.CHANGED))
        click.echo(ngettext("%(num)s person has been written.", "%(num)s people have been written.", written))
    if plan.of(Outcome.REFUSED):
        raise SystemExit(1)


def _say_columns(mapping: Mapping) -> None:
    grid = Grid(gettext("Column"), gettext("Field"))
    for header, field in mapping.items():
        grid.add_row(header, field.value if field else gettext("left out"))
    Console().print(grid)


def _say_plan(plan: ImportPlan) -> None:
    counts = Grid(*(str(OUTCOMES[outcome]) for outcome in Outcome))
    counts.add_row(*(str(plan.counts[outcome]) for outcome in Outcome))
    Console().print(counts)
    _say_lines([(row.line, "\n".join(row_sentences(row))) for row in plan.of(*LEFT, Outcome.CHANGED)])


def _say_lines(told: list[tuple[int, str]]) -> None:
    if not told:
        return
    rows = Grid(gettext("Line"), gettext("Why"))
    for line, why in told[:SHOWN_ROWS]:
        rows.add_row(str(line), why)
    Console().print(rows)
    if len(told) > SHOWN_ROWS:
        click.echo(gettext("… and %(count)s more.", count=len(told) - SHOWN_ROWS))
