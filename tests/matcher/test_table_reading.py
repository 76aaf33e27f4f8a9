"""Tables of every make: CSV, workbooks, their headers and answers, and what cannot be read."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from matcher.exchange import readers
from matcher.exchange.columns import ImportKind, answer, fields_of, guess_mapping
from matcher.exchange.readers import Table, TableCode, TableProblem, read_table
from matcher.vocabulary import DeliveryMode, Family, OrganisationType, Price, SizeBand


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_usual_make_of_file_reads_the_same(delimiter: str, encoding: str) -> None:
    """Whatever the program that wrote it, the table is the one that was meant."""
    file = io.StringIO(newline="")
    cells = [["Nom", "Présentation", "Ville"], ["Été", 'Dit "zut", ou ; ou |', "Épinal"], ["Noël", "deux\nlignes", ""]]
    csv.writer(file, delimiter=delimiter).writerows(cells)
    table = read_table(file.getvalue().encode(encoding))
    assert [list(table.headers), *(list(row.cells) for row in table.rows)] == cells
    assert (table.delimiter, [row.line for row in table.rows]) == (delimiter, [2, 3])
    assert table.guessed is (encoding == "cp1252")


def test_signs_that_cp1252_lacks_fall_back_to_latin_1() -> None:
    """Five bytes mean nothing in cp1252; the table says that the encoding is a guess."""
    table = read_table("nom;ville\n\x81té;Nancy\n".encode("latin-1"))
    assert (table.encoding, table.guessed) == ("latin-1", True)


def test_the_hint_of_excel_is_obeyed() -> None:
    """A first line "sep=," names the delimiter and is no header; line numbers still count it."""
    table = read_table(b"sep=,\nnom,ville\nA;B,Nancy\n")
    assert (table.headers, table.rows[0].cells, table.rows[0].line) == (("nom", "ville"), ("A;B", "Nancy"), 3)


def test_headers_are_made_to_differ() -> None:
    """An empty and a repeated header can still be mapped; empty rows and trailing cells are no data."""
    table = read_table(b";;\nnom;;nom;;\n\nA;B;C;;;;\n;;;\n")
    assert table.headers == ("nom", "(2)", "nom (2)")
    assert [row.cells for row in table.rows] == [("A", "B", "C")]


def test_cells_beyond_the_header_are_counted() -> None:
    """Such a row has slipped: nothing of it can be trusted."""
    rows = read_table(b"nom;ville\nA;Nancy\nB;Metz;oups;\n").rows
    assert [(row.cells, row.cells_over) for row in rows] == [(("A", "Nancy"), 0), (("B", "Metz"), 1)]


def big_zip(name: str, size: int) -> bytes:
    """A workbook of a few kilobytes that unpacks to ``size`` bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr(name, b"0" * size)
    return file.getvalue()


def entity_zip() -> bytes:
    """A workbook whose XML declares entities that multiply."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a "aaaa">]><workbook>&a;</workbook>')
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", TableCode.EMPTY),
        (b"\n ; ;\n\n", TableCode.EMPTY),
        (b"nom\n" + b"x" * (10 * 1024 * 1024), TableCode.TOO_LARGE),
        (b"nom\n" + b"x\n" * 20_001, TableCode.TOO_MANY_ROWS),
        (b";".join([b"h"] * 201), TableCode.TOO_MANY_COLUMNS),
        (b"nom\n" + b"x" * 20_001, TableCode.CELL_TOO_LONG),
        (b'nom\n"never closed' + b"\nx" * 80_000, TableCode.CELL_TOO_LONG),
        (b"nom;vi\x00lle\n", TableCode.NUL_BYTES),
        ("nom;ville".encode("utf-16-le"), TableCode.NUL_BYTES),
        ("nom\nété à Épinal\n".encode() + b"No\xebl\n", TableCode.BROKEN_ENCODING),
        (b"\xff\xfen\x00o\x00\xd8", TableCode.BROKEN_ENCODING),
        (b"%PDF-1.7 x", TableCode.NOT_A_TABLE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", TableCode.OLD_EXCEL),
        (b"PK\x03\x04 torn", TableCode.BROKEN_WORKBOOK),
        (big_zip("readme.txt", 10)[:-40], TableCode.BROKEN_WORKBOOK),
        (big_zip("xl/worksheets/sheet1.xml", 101 * 1024 * 1024), TableCode.SUSPECT_WORKBOOK),
        (big_zip("xl/other.xml", 10), TableCode.BROKEN_WORKBOOK),
        (entity_zip(), TableCode.SUSPECT_WORKBOOK),
    ],
    ids=lambda value: value.value if isinstance(value, TableCode) else "",
)
def test_what_cannot_be_read_is_said_with_its_reason(content: bytes, code: TableCode) -> None:
    """Too much, broken or of another kind: one code each, and never another error."""
    with pytest.raises(TableProblem) as raised:
        read_table(content)
    assert raised.value.code is code


def test_a_broken_byte_is_named_by_its_line() -> None:
    """A file of good UTF-8 with one bad byte would lose its accents if it were read as anything else."""
    with pytest.raises(TableProblem) as raised:
        read_table("nom\nété à Épinal\n".encode() + b"No\xebl\n")
    assert raised.value.params == {"encoding": "utf-8", "line": 3}


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_give_a_table_or_a_reason(content: bytes) -> None:
    """No file breaks the reader; headers always differ and rows always fit them."""
    try:
        table = read_table(content)
    except TableProblem:
        return
    assert len(set(table.headers)) == len(table.headers)
    assert all(len(row.cells) == len(table.headers) for row in table.rows)


def workbook(rows: list[list[Any]]) -> bytes:
    """An XLSX file; a second sheet holds something else."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.create_sheet("notes").append(["not this one"])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_workbook_reads_as_its_owner_sees_it() -> None:
    """Whole numbers, days, yes and no, failed formulas: as texts that the validation understands."""
    cells = [["nom", "n", "jour", "oui", "mal"], ["Été", 1500.0, date(2027, 12, 31), True, "#N/A"]]
    table = read_table(workbook(cells))
    assert table.headers == ("nom", "n", "jour", "oui", "mal")
    assert table.rows[0].cells == ("Été", "1500", "2027-12-31", "true", "")


def test_a_sheet_with_too_many_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound holds for workbooks too (a smaller one here, to keep the test short)."""
    monkeypatch.setattr(readers, "MAX_ROWS", 5)
    with pytest.raises(TableProblem) as raised:
        read_table(workbook([["nom"], *[["x"]] * 6]))
    assert raised.value.code is TableCode.TOO_MANY_ROWS


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Intitulé", "title"), ("INTITULE *", "title"), ("Besoin", "problem"), ("Ville", "place"),
        ("Commune (obligatoire)", "place"), ("Code INSEE", "place_insee"), ("Budget max.", "budget_max"),
        ("budget_max", "budget_max"), ("Structure", "organisation"), ("Who it is for", "beneficiaries"),
        ("Compétences souhaitées", "skills_nice"), ("Couleur préférée", None), ("", None),
    ],
)  # fmt: skip
def test_headers_are_recognised(header: str, field: str | None) -> None:
    """By name or alias in both languages; accents, case and notes do not matter."""
    assert guess_mapping([header], ImportKind.NEEDS) == {header: field}


def test_a_field_is_given_once() -> None:
    """Its own name wins over an alias that comes first; a second alias is left to the person."""
    assert guess_mapping(["Ville", "place", "Commune"], ImportKind.NEEDS) == {
        "Ville": None, "place": "place", "Commune": None,
    }  # fmt: skip


def test_every_field_maps_to_itself() -> None:
    """An export has the field names as headers, for each of the three kinds."""
    for kind in ImportKind:
        names = list(fields_of(kind))
        assert guess_mapping(names, kind) == {name: name for name in names}


def test_answers_are_recognised_by_label() -> None:
    """What people write for the members of the closed lists."""
    assert answer(Family, "Organisme de formation") == "training"
    assert answer(OrganisationType, "SCOP") == "cooperative"
    assert answer(SizeBand, "10 à 49 salariés") == "10-49"
    assert answer(DeliveryMode, "A DISTANCE") == "remote"
    assert answer(Price, "Gratuit") == "free"
    assert answer(Price, "cher") == "cher"


def test_a_table_is_a_plain_value() -> None:
    """Plans and tables can be kept between the dry run and the confirmation."""
    assert read_table(b"nom\nA\n") == Table(("nom",), read_table(b"nom\nA\n").rows, "utf-8", ";", False)
