"""The rows that an import did not take, given back as a file with what to mend."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from matcher.exchange.exports import guarded
from matcher.exchange.readers import Table
from matcher.exchange.registrations.planning import ImportPlan, Outcome, PlannedRow

#: Outcomes of rows that were not taken.
LEFT = (Outcome.REFUSED, Outcome.ASIDE)


def left_csv(table: Table, plan: ImportPlan, describe: Callable[[PlannedRow], str], headers: tuple[str, str]) -> bytes:
    """Rows that were refused or left aside, as they came, with their line and the reason in two more columns.

    `headers` names the two columns in the reader's language. Cells that a spreadsheet would run are guarded. Once
    mended, the file can be imported as it is: it has the columns of the first one. UTF-8 with its mark, and the
    delimiter of the file that came.
    """
    by_line = {row.line: row for row in table.rows}
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=table.delimiter or ";", lineterminator="\r\n")
    writer.writerow([guarded(cell) for cell in (*table.headers, *headers)])
    for row in plan.of(*LEFT):
        cells = (*by_line[row.line].cells, str(row.line), describe(row))
        writer.writerow([guarded(cell) for cell in cells])
    return file.getvalue().encode("utf-8-sig")
