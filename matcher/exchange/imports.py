"""Import of tables: plan (the dry run), apply, and give back what was refused.

The same file a second time changes nothing; a process that dies in the middle leaves nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from matcher.exchange.columns import ImportKind, cell_value
from matcher.exchange.exports import guarded
from matcher.exchange.planning import (
    MODELS,
    Draft,
    ImportPlan,
    Outcome,
    PlannedRow,
    RawRow,
    Stored,
    plan_rows,
    stored_rows,
)
from matcher.exchange.readers import Row, Table
from matcher.postings.drafts import FieldProblem, OrganisationDraft, ProblemCode
from matcher.postings.publish import store_organisation, store_posting
from matcher.postings.references import References
from matcher.store import Organisation
from matcher.store.session import writing

__all__ = ["ImportPlan", "ImportResult", "Outcome", "PlannedRow", "apply_import", "plan_import", "rejected_csv"]

#: Rows sent to the database at once, within the one transaction.
_FLUSH_ROWS: Final = 200


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What was written: numbers of the rows created and updated, and how many were left as they were."""

    created: tuple[int, ...]
    updated: tuple[int, ...]
    unchanged: int
    rejected: int


def plan_import(
    session: Session, kind: ImportKind, table: Table, mapping: Mapping[str, str | None], source: str, today: date
) -> ImportPlan:
    """Say what importing ``table`` would do, row by row. Nothing is written: this is the dry run.

    Parameters
    ----------
    mapping
        Field of each header, as :func:`~matcher.exchange.columns.guess_mapping` proposes and
        people correct; None leaves a column out.
    source
        Name of the import, the same each time the same table comes again: rows are recognised by
        (source, key). Without a key column a key is derived (``planning.derived_key``).
    """
    rows = (_raw(kind, table, mapping, row) for row in table.rows)
    return plan_rows(session, ImportKind(kind), rows, source, today)


def apply_import(
    session: Session, plan: ImportPlan, progress: Callable[[int], None] = lambda done: None
) -> ImportResult:
    """Write the accepted rows of ``plan``, all in one transaction.

    Rows that appeared since the plan was made are revised instead of made twice. ``progress`` is
    called with the number of rows done so far; they count only once the function returns.
    """
    wanted = [row for row in plan.rows if row.outcome in {Outcome.CREATED, Outcome.UPDATED}]
    created: list[Stored] = []
    updated: list[Stored] = []
    with writing(session):
        references = References(session)
        existing = stored_rows(session, plan.kind, [(row.source, row.key) for row in wanted])
        for number, planned in enumerate(wanted, start=1):
            row = existing.get((planned.source, planned.key))
            (created if row is None else updated).append(_store(session, plan, planned, row, references))
            if number % _FLUSH_ROWS == 0 or number == len(wanted):
                session.flush()
                progress(number)
        numbers = tuple(row.id for row in created), tuple(row.id for row in updated)
    counts = plan.counts
    return ImportResult(*numbers, unchanged=counts[Outcome.UNCHANGED], rejected=counts[Outcome.REJECTED])


def rejected_csv(
    table: Table, plan: ImportPlan, describe: Callable[[FieldProblem], str], headers: tuple[str, str]
) -> bytes:
    """The refused rows as they came, with two more columns: line of the file, and what to mend.

    ``headers`` names the two columns in the reader's language. Mended, the file can be imported as
    it is: columns without a field are left out by the mapping.
    """
    by_line = {row.line: row for row in table.rows}
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=table.delimiter or ";", lineterminator="\r\n")
    writer.writerow([*map(guarded, table.headers), *headers])
    for planned in plan.of(Outcome.REJECTED):
        told = [f"{problem.field} ({problem.code}): {describe(problem)}" for problem in planned.problems]
        writer.writerow([*map(guarded, by_line[planned.line].cells), planned.line, " / ".join(told)])
    return file.getvalue().encode("utf-8-sig")


def _raw(kind: ImportKind, table: Table, mapping: Mapping[str, str | None], row: Row) -> RawRow:
    data = {}
    for header, cell in zip(table.headers, row.cells, strict=True):
        field = mapping.get(header)
        if field is not None:
            data[field] = cell_value(ImportKind(kind), field, cell)
    params: dict[str, int | str] = {"count": len(row.cells) + row.cells_over, "maximum": len(row.cells)}
    over = (FieldProblem("", ProblemCode.TOO_MANY_CELLS, params),) if row.cells_over else ()
    return RawRow(row.line, data, over)


def _store(
    session: Session, plan: ImportPlan, planned: PlannedRow, existing: Stored | None, references: References
) -> Stored:
    draft: Draft | None = planned.draft
    if draft is None:
        raise ValueError(f"line {planned.line} was rejected and cannot be stored")
    row = existing or MODELS[plan.kind](source=planned.source, external_key=planned.key)
    with session.no_autoflush:
        if isinstance(row, Organisation):
            if not isinstance(draft, OrganisationDraft):
                raise TypeError(f"a {type(draft).__name__} does not describe an organisation")
            store_organisation(session, row, draft, references)
        elif not isinstance(draft, OrganisationDraft):
            if row.organisation_id != planned.organisation_id:
                row.organisation = session.get_one(Organisation, planned.organisation_id)
            store_posting(row, draft, references, plan.today)
            session.add(row)
    return row
