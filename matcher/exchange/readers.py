"""Tables from files of unknown make: CSV in any usual encoding and delimiter, and XLSX.

Everything is bounded before it is read, and what cannot be read is said with a code and its numbers.
Values come out as texts; what they mean is decided later (``matcher.postings.cleaning``).
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, islice
from typing import Final

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_ROWS: Final = 20_000
MAX_COLUMNS: Final = 200
MAX_CELL_CHARS: Final = 20_000

#: Delimiters that are tried, the French spreadsheet's first: it wins a tie.
DELIMITERS: Final = (";", ",", "\t", "|")
#: Records on which delimiters are compared.
_SAMPLE_RECORDS: Final = 50
#: Rows among which the header is looked for. Chosen: form builders put at most two lines of titles above it.
_HEADER_ROWS: Final = 5

_ZIP_START: Final = b"PK\x03\x04"
_OLD_EXCEL_START: Final = b"\xd0\xcf\x11\xe0"
_DELIMITER_LINE = re.compile(r"\s*sep=(.)\s*(?:\r\n|\n|\r)", re.IGNORECASE)


class TableCode(StrEnum):
    """Why a file cannot be read as a table. The comment names the parameters."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"  # maximum, size (bytes)
    TOO_MANY_ROWS = "too_many_rows"  # maximum
    TOO_MANY_COLUMNS = "too_many_columns"  # maximum, count
    CELL_TOO_LONG = "cell_too_long"  # maximum, line: often a quotation mark that is never closed
    NUL_BYTES = "nul_bytes"  # offset: no text file, or UTF-16 without its mark
    BROKEN_ENCODING = "broken_encoding"  # encoding, line
    NOT_A_TABLE = "not_a_table"  # a file of another kind
    OLD_EXCEL = "old_excel"  # .xls: save as .xlsx or .csv
    BROKEN_WORKBOOK = "broken_workbook"
    SUSPECT_WORKBOOK = "suspect_workbook"  # unpacks to too much, or declares entities


class TableProblem(ValueError):
    """The file cannot be read; ``code`` and ``params`` say why."""

    def __init__(self, code: TableCode, **params: int | str) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code}: {params}" if params else code.value)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line of the file where it starts (1 is the first) and a text for each header.

    ``rest`` holds the cells beyond the header; ``cells_over`` counts those that are not empty.
    """

    line: int
    cells: tuple[str, ...]
    rest: tuple[str, ...] = ()

    @property
    def cells_over(self) -> int:
        """How many texts no header names."""
        return sum(1 for cell in self.rest if cell)


@dataclass(frozen=True, slots=True)
class Table:
    """A table with different, non-empty headers and at least no broken row.

    ``encoding`` and ``delimiter`` are what was found (empty for XLSX); ``guessed`` is true when the
    encoding is only the likeliest: the page should show some rows and ask.
    """

    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    encoding: str = ""
    delimiter: str = ""
    guessed: bool = False


#: Which of the first rows that have a text, none of them empty, is the header.
FindHeader = Callable[[Sequence[Sequence[str]]], int]


def read_table(content: bytes, find_header: FindHeader = lambda rows: 0) -> Table:
    """Read a CSV file or the first sheet of an XLSX workbook, told apart by their first bytes.

    Parameters
    ----------
    content
        The whole file, at most :data:`MAX_BYTES`.
    find_header
        For files that may have titles above their header; what stands above it is left out.

    Returns
    -------
    Table
        The first row that has a text is the header, unless `find_header` says otherwise. Empty rows
        are left out.

    Raises
    ------
    TableProblem
        With one of :class:`TableCode`.

    Notes
    -----
    CSV: a byte-order mark decides; else valid UTF-8 is UTF-8; a file that is mostly UTF-8 with a
    few broken bytes is refused with the line, since any other reading would spoil every accent;
    anything else is read as cp1252, or latin-1 where cp1252 has no sign, and marked as guessed.
    """
    if len(content) > MAX_BYTES:
        raise TableProblem(TableCode.TOO_LARGE, maximum=MAX_BYTES, size=len(content))
    if content.startswith(_ZIP_START):
        # Imported here: openpyxl takes a quarter of a second that pages without import need not pay.
        from matcher.exchange.workbooks import read_sheet  # noqa: PLC0415

        return _table(read_sheet(content), find_header)
    if content.startswith(_OLD_EXCEL_START):
        raise TableProblem(TableCode.OLD_EXCEL)
    if content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")):
        raise TableProblem(TableCode.NOT_A_TABLE)
    text, encoding, guessed = decode(content)
    told = _DELIMITER_LINE.match(text)
    text, skipped = (text[told.end() :], 1) if told else (text, 0)
    delimiter = told[1] if told and told[1] in DELIMITERS else find_delimiter(text)
    read = _table(_records(text, delimiter, skipped), find_header)
    return Table(read.headers, read.rows, encoding, delimiter, guessed)


def decode(content: bytes) -> tuple[str, str, bool]:
    """Text, name of the encoding, and whether that is only a guess. Raises TableProblem."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            text = _decode_strictly(content, encoding)
            if "\0" in text:
                raise TableProblem(TableCode.NUL_BYTES, offset=text.index("\0"))
            return text, encoding, False
    if b"\0" in content:
        raise TableProblem(TableCode.NUL_BYTES, offset=content.index(b"\0"))
    try:
        return content.decode("utf-8"), "utf-8", False
    except UnicodeDecodeError as error:
        if _is_mostly_utf8(content):
            raise TableProblem(
                TableCode.BROKEN_ENCODING, encoding="utf-8", line=content.count(b"\n", 0, error.start) + 1
            ) from None
    try:
        return content.decode("cp1252"), "cp1252", True
    except UnicodeDecodeError:
        return content.decode("latin-1"), "latin-1", True


def _decode_strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].decode(encoding, "ignore").count("\n") + 1
        raise TableProblem(TableCode.BROKEN_ENCODING, encoding=encoding.removesuffix("-sig"), line=line) from None


def _is_mostly_utf8(content: bytes) -> bool:
    """More signs of two or more bytes that are right than bytes that are wrong."""
    text = content.decode("utf-8", "replace")
    wrong = text.count("\N{REPLACEMENT CHARACTER}")
    return sum(sign > "\x7f" for sign in text) - wrong > wrong


def find_delimiter(text: str) -> str:
    """The delimiter under which the first records agree best on a number of columns above one.

    >>> find_delimiter("nom;ville\\nLa Pédale, atelier;Nancy")
    ';'
    """
    scores = {}
    for delimiter in DELIMITERS:
        widths = Counter(len(record) for _, record in _sample(text, delimiter))
        width, agreeing = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]), default=(1, 0))
        scores[delimiter] = (width > 1, agreeing / max(1, widths.total()), width)
    return max(DELIMITERS, key=lambda delimiter: scores[delimiter])


def _sample(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    lines = io.StringIO(text[: 64 * 1024], newline="")
    reader = csv.reader(lines, delimiter=delimiter, strict=False)
    try:
        for number, record in enumerate(reader):
            if number >= _SAMPLE_RECORDS:
                return
            if record:
                yield number, record
    except csv.Error:
        return


def _records(text: str, delimiter: str, skipped: int) -> Iterator[tuple[int, Sequence[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
    line = skipped + 1
    while True:
        try:
            record = next(reader, None)
        except csv.Error:  # a cell beyond the csv module's own limit, which is above ours
            raise TableProblem(TableCode.CELL_TOO_LONG, maximum=MAX_CELL_CHARS, line=line) from None
        if record is None:
            return
        yield line, record
        line = skipped + reader.line_num + 1


def _table(records: Iterable[tuple[int, Sequence[str]]], find_header: FindHeader) -> Table:
    filled = ((line, _checked(line, cells)) for line, cells in records)
    told = ((line, cells) for line, cells in filled if any(cells))
    first = list(islice(told, _HEADER_ROWS))
    if not first:
        raise TableProblem(TableCode.EMPTY)
    at = find_header([cells for _, cells in first])
    headers = _headers(first[at][1])
    rows: list[Row] = []
    for line, cells in chain(first[at + 1 :], told):
        if len(rows) == MAX_ROWS:
            raise TableProblem(TableCode.TOO_MANY_ROWS, maximum=MAX_ROWS)
        padded = (*cells, *[""] * (len(headers) - len(cells)))
        rows.append(Row(line, tuple(padded[: len(headers)]), tuple(cells[len(headers) :])))
    return Table(headers, tuple(rows))


def _checked(line: int, cells: Sequence[str]) -> list[str]:
    stripped = [cell.strip() for cell in cells]
    while stripped and not stripped[-1]:
        stripped.pop()
    if len(stripped) > MAX_COLUMNS:
        raise TableProblem(TableCode.TOO_MANY_COLUMNS, maximum=MAX_COLUMNS, count=len(stripped))
    if any(len(cell) > MAX_CELL_CHARS for cell in stripped):
        raise TableProblem(TableCode.CELL_TOO_LONG, maximum=MAX_CELL_CHARS, line=line)
    return stripped


def _headers(cells: Sequence[str]) -> tuple[str, ...]:
    """Headers that differ: an empty one is called by its number, a repeated one gets a number."""
    seen: dict[str, None] = {}
    for number, cell in enumerate(cells, start=1):
        base = " ".join(cell.split())[:120] or f"({number})"
        name, copy = base, 2
        while name in seen:
            name, copy = f"{base} ({copy})", copy + 1
        seen[name] = None
    return tuple(seen)
