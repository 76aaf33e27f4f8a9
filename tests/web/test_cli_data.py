"""``flask import`` and ``flask export``: dry run first, nothing half written, nothing private."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask_babel import force_locale
from sqlalchemy import func, select

from matcher.store import Need, Organisation, Place
from tests.web.territory import PRIVATE
from web.assets import Site
from web.wiring import db

Run = Callable[..., Result]

GOOD = (
    "Clé;Nom;Famille;Type;Commune;Courriel\r\n"
    "a1;Les Petits Débrouillards du Canal;utilisateur;association;Nancy;contact@canal.example\r\n"
    "a2;Fabrique du Pont;tiers-lieu;coopérative;Metz;\r\n"
)
WITH_A_BAD_ROW = GOOD + "a3;Sans lieu;utilisateur;association;Atlantide;\r\n"


@pytest.fixture
def run(app: Site) -> Run:
    """A command of the site, in English, with its output apart from its errors."""
    runner = app.test_cli_runner()

    def invoke(*arguments: Any) -> Result:
        with app.app_context(), force_locale("en"):
            return runner.invoke(args=[str(argument) for argument in arguments], env={"COLUMNS": "200"})

    return invoke


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A French spreadsheet's CSV: semicolons, accents in cp1252."""
    path = tmp_path / "structures.csv"
    path.write_bytes(GOOD.encode("cp1252"))
    return path


def _count(app: Site, model: type[Any]) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_dry_run_writes_nothing(app: Site, run: Run, good: Path) -> None:
    """Without --apply the command says what would happen and the database is as before."""
    before = _count(app, Organisation)
    result = run("import", "organisations", good, "--source", "canal")
    assert result.exit_code == 0, result.output
    assert "dry run" in result.output
    assert _count(app, Organisation) == before


def test_an_import_applied_twice_changes_nothing_the_second_time(app: Site, run: Run, good: Path) -> None:
    """Rows are known by source and key: the second time none is new."""
    before = _count(app, Organisation)
    first = run("import", "organisations", good, "--source", "canal", "--apply")
    assert first.exit_code == 0, first.output
    assert "2 rows have been written" in first.output
    second = run("import", "organisations", good, "--source", "canal", "--apply")
    assert "0 rows have been written" in second.output
    assert _count(app, Organisation) == before + 2


def test_refused_rows_come_back_as_a_file_with_what_to_mend(app: Site, run: Run, tmp_path: Path) -> None:
    """A row with an unknown place is refused with a sentence, the others are written, the exit code is 1."""
    path, rejected = tmp_path / "rows.csv", tmp_path / "rejected.csv"
    path.write_text(WITH_A_BAD_ROW, "utf-8")
    before = _count(app, Organisation)
    result = run("import", "organisations", path, "--source", "canal", "--apply", "--rejected", rejected)
    assert result.exit_code == 1
    assert _count(app, Organisation) == before + 2
    rows = list(csv.reader(io.StringIO(rejected.read_text("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows[1:]] == ["a3"]
    assert "Atlantide" in rows[1][-1]


def test_a_column_can_be_given_its_field(app: Site, run: Run, tmp_path: Path) -> None:
    """--map names the field of a header that no alias knows; an unknown header or field ends with code 2."""
    path = tmp_path / "rows.csv"
    path.write_text(GOOD.replace("Nom;", "Qui;"), "utf-8")
    assert run("import", "organisations", path, "--source", "x").exit_code == 1
    assert run("import", "organisations", path, "--source", "x", "--map", "Qui=name").exit_code == 0
    for wrong in ("Who=name", "Qui=nom_complet", "Qui"):
        result = run("import", "organisations", path, "--source", "x", "--map", wrong)
        assert result.exit_code == 2, result.output


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"%PDF-1.7", b"PK\x03\x04 no workbook", b"\xd0\xcf\x11\xe0"])
def test_a_file_that_is_no_table_is_refused_in_one_sentence(run: Run, tmp_path: Path, content: bytes) -> None:
    """Whatever the bytes: exit code 1, a sentence, no traceback."""
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    result = run("import", "needs", path, "--source", "x")
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert isinstance(result.exception, SystemExit)


def test_communes_are_loaded_from_the_official_file(app: Site, run: Run, tmp_path: Path) -> None:
    """A commune that is not there is added; the second time it is as before."""
    path = tmp_path / "communes.tsv"
    header = "insee\tname\tpostcodes\tdep\treg\tpop_municipale\tlat\tlon\n"
    path.write_text(header + "54528\tToul\t54200\t54\t44\t15500\t48.6756\t5.8917\n", "utf-8")
    before = _count(app, Place)
    assert "1 new" in run("import", "places", path).output
    assert "0 new" in run("import", "places", path).output
    assert _count(app, Place) == before + 1


def test_a_broken_file_of_communes_is_refused_in_one_sentence(run: Run, tmp_path: Path) -> None:
    """A file without the columns says so."""
    path = tmp_path / "communes.tsv"
    path.write_text("a\tb\n1\t2\n", "utf-8")
    result = run("import", "places", path)
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")


def test_country_codes_are_checked(run: Run) -> None:
    """A name instead of a code is a wrong command line."""
    assert run("import", "geonames", "--countries", "France").exit_code == 2


@pytest.mark.parametrize("kind", ["organisations", "needs", "offers"])
@pytest.mark.parametrize("fmt", ["csv", "json"])
def test_exports_hold_every_row_and_nothing_private(run: Run, kind: str, fmt: str) -> None:
    """The lists of the territory, without contacts."""
    result = run("export", kind, "--format", fmt)
    assert result.exit_code == 0, result.output
    assert not any(secret in result.output for secret in PRIVATE)
    if fmt == "json":
        told = json.loads(result.output)
        assert told["count"] == len(told["items"]) > 0
    else:
        assert len(list(csv.reader(io.StringIO(result.output.lstrip("\ufeff")), delimiter=";"))) > 1


def test_an_export_can_be_imported_again_and_changes_nothing(run: Run, tmp_path: Path) -> None:
    """Headers of an export are field names."""
    path = tmp_path / "organisations.csv"
    assert run("export", "organisations", "--output", path).exit_code == 0
    result = run("import", "organisations", path, "--source", "test", "--apply")
    assert result.exit_code == 0, result.output
    assert "0 rows have been written" in result.output


def test_a_workbook_is_written_to_a_file(run: Run, tmp_path: Path) -> None:
    """XLSX is a zip; it can be imported again."""
    path = tmp_path / "offers.xlsx"
    assert run("export", "offers", "--format", "xlsx", "--output", path).exit_code == 0
    assert path.read_bytes().startswith(b"PK")
    assert run("import", "offers", path, "--source", "test").exit_code == 0


def test_profiles_need_the_address_of_the_site(app: Site, run: Run) -> None:
    """Without an address the command says which setting is missing; with one it writes live postings."""
    assert run("export", "needs", "--format", "murmurations").exit_code == 2
    app.config["BASE_URL"] = "https://passerelle.example.org"
    profiles = json.loads(run("export", "needs", "--format", "murmurations").output)
    assert {profile["exchange_type"] for profile in profiles} == {"want"}
    assert all(profile["details_url"].startswith("https://passerelle.example.org/besoins/") for profile in profiles)


def test_anonymous_needs_stay_anonymous_in_exports(run: Run, app: Site) -> None:
    """No export of needs names the author of an anonymous one."""
    with app.app_context():
        hidden = db.session.scalars(select(Need).where(Need.anonymous)).one().organisation.name
    assert hidden not in run("export", "needs", "--format", "json").output
