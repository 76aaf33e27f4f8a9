"""Why a file cannot be read as a table, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask_babel import format_decimal, gettext

from matcher.exchange.readers import TableCode, TableProblem

Params = Mapping[str, Any]


def table_sentence(problem: TableProblem) -> str:
    """What is wrong with the file and what to do."""
    return _SENTENCES[problem.code](problem.params)


_SENTENCES: Final[Mapping[TableCode, Callable[[Params], str]]] = {
    TableCode.EMPTY: lambda p: gettext("The file is empty. Its first row has to name the columns."),
    TableCode.TOO_LARGE: lambda p: gettext(
        "The file is too large: at most %(maximum)s bytes fit. Cut it in several files.",
        maximum=format_decimal(p["maximum"]),
    ),
    TableCode.TOO_MANY_ROWS: lambda p: gettext(
        "The file has more than %(maximum)s rows. Cut it in several files.", maximum=format_decimal(p["maximum"])
    ),
    TableCode.TOO_MANY_COLUMNS: lambda p: gettext(
        "The file has %(count)s columns; at most %(maximum)s fit. Is its delimiter a usual one?",
        count=p["count"],
        maximum=p["maximum"],
    ),
    TableCode.CELL_TOO_LONG: lambda p: gettext(
        "A cell of line %(line)s has more than %(maximum)s characters. Is a quotation mark never closed?",
        line=p["line"],
        maximum=format_decimal(p["maximum"]),
    ),
    TableCode.NUL_BYTES: lambda p: gettext(
        "The file is not a text file. Save it as CSV in UTF-8, or as an XLSX workbook."
    ),
    TableCode.BROKEN_ENCODING: lambda p: gettext(
        "Line %(line)s cannot be read as %(encoding)s. Save the file again as CSV in UTF-8.",
        line=p["line"],
        encoding=p["encoding"],
    ),
    TableCode.NOT_A_TABLE: lambda p: gettext(
        "The file is not a table. Save it as CSV in UTF-8, or as an XLSX workbook."
    ),
    TableCode.OLD_EXCEL: lambda p: gettext("The file is an old .xls workbook. Save it as .xlsx or as CSV."),
    TableCode.BROKEN_WORKBOOK: lambda p: gettext("The workbook is damaged. Open it, save it again, and try again."),
    TableCode.SUSPECT_WORKBOOK: lambda p: gettext(
        "The workbook is not an ordinary one, and is not opened. Save it as CSV in UTF-8."
    ),
}
