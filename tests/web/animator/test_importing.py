"""Bringing a directory in: dry run, refused rows as a file, apply once, nothing left behind."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from matcher.people import AccountRole
from matcher.store import AuditEntry, Organisation
from tests.web.animator.working import SCRIPT, signed_in
from tests.web.browser import visit
from tests.web.html import read
from web.assets import Site
from web.wiring import db

GOOD = "Nom;Type;Famille;Commune;Clé\nRégie de quartier;association;user_sector;Nancy;r1\n"
BAD = "Sans commune;association;user_sector;Nulle-Part-sur-Rien;r2\n"


@pytest.fixture
def animator(app: Site) -> FlaskClient:
    """An animator's browser."""
    return signed_in(app, AccountRole.ANIMATOR)[0]


def _send(animator: FlaskClient, text: str | bytes, name: str = "annuaire.csv", **fields: str) -> TestResponse:
    token = visit(animator, "/animation/import").form("/import")["csrf_token"]
    content = text.encode() if isinstance(text, str) else text
    data = {"csrf_token": token, "kind": "organisations", "source": "annuaire", "file": (io.BytesIO(content), name)}
    return animator.post("/en/animation/import", data=data | fields, content_type="multipart/form-data")


def _names(app: Site) -> set[str]:
    with app.app_context():
        return set(db.session.scalars(select(Organisation.name).where(Organisation.source == "annuaire")))


def test_a_dry_run_writes_nothing(app: Site, animator: FlaskClient) -> None:
    """The check page tells what would happen; the directory is as before."""
    answer = _send(animator, GOOD + BAD)
    assert answer.status_code == 303
    page = read(animator.get(answer.location).text)
    assert "Write 1 row" in page.text
    assert "Line 3" in page.text
    assert _names(app) == set()


def test_refused_rows_come_back_as_a_file_and_the_others_are_written(app: Site, animator: FlaskClient) -> None:
    """Before and after the import the file holds the refused row with its line and what to mend."""
    check = _send(animator, GOOD + BAD).location
    before = animator.get(next(link for link in visit(animator, check).links if "refusees.csv" in link)).text
    answer = visit(animator, check).form("/confirmer").send(animator)
    assert answer.status_code == 303
    assert _names(app) == {"Régie de quartier"}
    after = animator.get(next(link for link in visit(animator, answer.location).links if "refusees.csv" in link)).text
    for text in (before, after):
        assert "Sans commune;association;user_sector;Nulle-Part-sur-Rien;r2;3;" in text
        assert "Régie" not in text
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry)).one()
        assert (entry.action, entry.object_kind, entry.details["created"]) == ("directory.imported", "organisations", 1)


def test_the_same_file_a_second_time_changes_nothing(app: Site, animator: FlaskClient) -> None:
    """Rows are recognised by where they come from and their key."""
    visit(animator, _send(animator, GOOD).location).form("/confirmer").send(animator)
    page = animator.get(_send(animator, GOOD).location).text
    assert "/confirmer" not in page
    assert "nothing to import" in page


def test_columns_can_be_read_otherwise(app: Site, animator: FlaskClient) -> None:
    """A header that nobody knows is given a field, and the file is checked again with it."""
    check = _send(animator, "Blaze;Type;Famille;Commune;Clé\nRégie;association;user_sector;Nancy;r1\n").location
    page = visit(animator, check)
    assert not any("/confirmer" in form.action for form in page.forms)
    answer = page.form("/colonnes").fill(c0="name").send(animator)
    assert answer.status_code == 303
    assert visit(animator, answer.location).form("/confirmer").send(animator).status_code == 303
    assert _names(app) == {"Régie"}


def test_giving_up_deletes_the_file(app: Site, animator: FlaskClient) -> None:
    """Nothing is written, and nothing of the upload stays."""
    check = _send(animator, GOOD).location
    visit(animator, check).form("/abandonner").send(animator)
    assert list((Path(app.config["SETTINGS"].var_dir) / "directory-imports").iterdir()) == []
    assert animator.get(check).status_code == 303
    assert _names(app) == set()


def test_a_colleague_does_not_see_the_file(app: Site, animator: FlaskClient) -> None:
    """Uploads belong to the account that sent them."""
    check = _send(animator, GOOD).location
    other, _ = signed_in(app, AccountRole.ADMINISTRATOR)
    answer = other.get(check)
    assert answer.status_code == 303
    assert answer.location.endswith("/animation/import?fait=file_gone")


@pytest.mark.parametrize(
    ("content", "name", "fields", "status"),
    [
        (b"", "", {}, 422),
        (b"", "vide.csv", {}, 422),
        (b"\xd0\xcf\x11\xe0old", "vieux.xls", {}, 422),
        (b"PK\x03\x04broken", "faux.xlsx", {}, 422),
        (GOOD.encode(), "a.csv", {"source": "  "}, 422),
        (GOOD.encode(), "a.csv", {"source": "site"}, 422),
        (GOOD.encode(), "a.csv", {"kind": "people"}, 404),
    ],
)
def test_what_cannot_be_imported_is_told(
    animator: FlaskClient, content: bytes, name: str, fields: dict[str, str], status: int
) -> None:
    """A sentence that leads to the field, and what was typed still there; never an error of ours."""
    answer = _send(animator, content, name, **fields)
    assert answer.status_code == status
    if status == 422:
        page = read(answer.text)
        assert page.all("a", href="#source" if "source" in fields else "#file")
        assert page.all("input", id="source")[0].attributes["value"] == fields.get("source", "annuaire")


def test_a_file_that_is_too_large_is_told(app: Site, animator: FlaskClient) -> None:
    """One byte more than the setting allows."""
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"max_import_bytes": 1024})
    assert _send(animator, "x" * 1025).status_code == 422


def test_no_cell_runs(app: Site, animator: FlaskClient) -> None:
    """A script in a header, a cell, a file name or the source is shown as it was typed."""
    text = f"Nom;{SCRIPT};Commune\n{SCRIPT};x;{SCRIPT}\n"
    check = _send(animator, text, f"{SCRIPT}.csv", source=SCRIPT).location
    assert SCRIPT not in animator.get(check).text


@pytest.mark.parametrize("key", ["x", "..%2F..%2Fsecret_key", "A" * 22])
def test_a_key_that_is_none_finds_nothing(animator: FlaskClient, key: str) -> None:
    """Nothing outside the folder of uploads can be named."""
    assert animator.get(f"/animation/import/{key}?kind=needs&source=x").status_code in {303, 404}
    assert animator.get(f"/animation/import/{key}/refusees.csv").status_code == 404
