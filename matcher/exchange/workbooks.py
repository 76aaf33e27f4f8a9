"""XLSX in and out, through openpyxl alone.

A workbook is a zip of XML: a few kilobytes can unpack to gigabytes, so sizes are read from the
directory of the zip before anything is unpacked (Python's zipfile never yields more than that).
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, time
from typing import Any, Final

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from matcher.exchange.readers import MAX_COLUMNS, MAX_ROWS, TableCode, TableProblem

#: Bytes that a workbook may unpack to, and files in it. Chosen: ten times the largest upload.
MAX_UNPACKED: Final = 100 * 1024 * 1024
MAX_MEMBERS: Final = 500
#: Rows looked at, empty ones included: a sheet can claim a million with nothing in them.
_MAX_SEEN_ROWS: Final = 2 * MAX_ROWS

_ENTITIES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
#: Characters that a cell can hold. Source: Excel specifications and limits (Microsoft).
_MAX_XLSX_CELL: Final = 32_767


def read_sheet(content: bytes) -> Iterator[tuple[int, Sequence[str]]]:
    """Rows of the first sheet with their number, every value as text. Raises TableProblem."""
    _check_archive(content)
    try:
        workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = workbook.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its own size is not believed
        for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1, values_only=True), start=1):
            if number > _MAX_SEEN_ROWS:
                raise TableProblem(TableCode.TOO_MANY_ROWS, maximum=MAX_ROWS)
            yield number, [_text(value) for value in row]
    except TableProblem:
        raise
    except Exception as error:  # openpyxl raises whatever its XML parser meets
        raise TableProblem(TableCode.BROKEN_WORKBOOK) from error


def write_sheet(rows: Sequence[Mapping[str, Any]], headers: Sequence[str], title: str) -> bytes:
    """A workbook of one sheet. Texts are texts whatever they begin with: no cell is a formula."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for row in _with_headers(rows, headers):
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=_storable(value))
            if isinstance(value, str):
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def _with_headers(rows: Sequence[Mapping[str, Any]], headers: Sequence[str]) -> Iterable[Sequence[Any]]:
    yield headers
    for row in rows:
        yield [row[name] for name in headers]


def _storable(value: Any) -> Any:
    return ILLEGAL_CHARACTERS_RE.sub("", value)[:_MAX_XLSX_CELL] if isinstance(value, str) else value


def _check_archive(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
                raise TableProblem(TableCode.SUSPECT_WORKBOOK)
            if "xl/workbook.xml" not in archive.namelist():
                raise TableProblem(TableCode.NOT_A_TABLE)
            for member in members:
                with archive.open(member) as file:
                    if member.filename.endswith((".xml", ".rels")) and _ENTITIES.search(file.read(4096)):
                        raise TableProblem(TableCode.SUSPECT_WORKBOOK)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise TableProblem(TableCode.BROKEN_WORKBOOK) from error


def _text(value: object) -> str:
    """A cell as somebody would type it: whole numbers without decimals, days as ISO dates."""
    if value is None or value in _ERRORS:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return str(value)


# What a spreadsheet shows for a formula that failed.
_ERRORS: Final = frozenset(("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"))
