"""The organisers' import: send a file, look at what would happen, change a column, confirm, fetch what is left."""

from __future__ import annotations

import csv
import io
import os
import stat
import time
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from matcher.postings.seed import seed_vocabularies
from matcher.store import Registration
from tests.hackathons import make_challenge, make_hackathon
from tests.web.browser import Page, visit
from web.assets import Site
from web.config import Settings
from web.links import organiser_token
from web.registrations.kept_files import KEPT_SECONDS
from web.wiring import db

FILES = Path(__file__).parents[1] / "matcher" / "registrations_files"


@pytest.fixture
def address(app: Site) -> str:
    """Where an event's registrations are imported."""
    with app.test_request_context():
        seed_vocabularies(db.session)
        db.session.commit()
        hackathon = make_hackathon(db.session)
        for title in ("Un four solaire", "Prêter, réparer, partager"):
            make_challenge(db.session, hackathon, title)
        return f"/en/organiser/{organiser_token(hackathon)}/inscriptions/import"


def send(client: FlaskClient, address: str, content: bytes, name: str = "people.csv") -> TestResponse:
    """Send a file as the page's form does."""
    token = visit(client, address).form("/import")["csrf_token"]
    data = {"csrf_token": token, "file": (io.BytesIO(content), name)}
    return client.post(address, data=data, content_type="multipart/form-data")


def checked(client: FlaskClient, address: str, name: str) -> Page:
    """The page that says what importing one of the files would do."""
    answer = send(client, address, (FILES / name).read_bytes(), name)
    assert answer.status_code == 303, answer.text
    return visit(client, answer.location)


def names(app: Site) -> list[str]:
    """Everybody who is registered."""
    with app.app_context():
        return sorted(db.session.scalars(select(Registration.name)))


def confirm(client: FlaskClient, page: Page) -> TestResponse:
    """Press the button that imports."""
    form = next(form for form in page.forms if any(name == "shown_overwrite" for name, _ in form.fields))
    form.action = f"{form.action}/confirmer"
    return form.send(client)


def kept(settings: Settings) -> list[Path]:
    """Files that wait below var."""
    return [path for path in (settings.var_dir / "imports").rglob("*") if path.is_file()]


def test_a_file_is_checked_then_imported(app: Site, client: FlaskClient, address: str, settings: Settings) -> None:
    """Nothing is written before the button; then the people are there, the file is deleted, and the page says what is
    left to do."""
    page = checked(client, address, "canonique.csv")
    assert names(app) == []
    assert "Import 2 people" in page.text
    assert "Write an e-mail address in full" in page.text
    answer = confirm(client, page)
    assert answer.status_code == 303
    assert names(app) == ["Ada Essai", "Bo Modèle"]
    result = visit(client, answer.location)
    assert "2 people were added" in result.text
    assert "4 rows were not imported" in result.text
    assert "Settle 1 name" in result.text
    assert {path.name for path in kept(settings)} == {"name", "result.json", "left.csv"}


def test_the_rows_that_were_left_are_a_safe_file(client: FlaskClient, address: str) -> None:
    """Rows as they came, the reason last, no formula; nobody else's key opens it."""
    result = confirm(client, checked(client, address, "libre.csv")).location
    answer = client.get(result.replace("/resultat", "/ecartees.csv"))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row[-2] for row in rows] == ["Line", "6", "7", "8"]
    assert "cells and the header" in rows[3][-1]
    assert client.get(f"{address}/{'x' * 22}/ecartees.csv").status_code == 404


def test_a_column_can_be_changed_and_is_remembered(app: Site, client: FlaskClient, address: str) -> None:
    """A header that nobody knows is given its field; the next file with it is read so at once."""
    content = b"Qui vient;Courriel\nAda Essai;ada@example.org\n"
    page = visit(client, send(client, address, content).location)
    assert "There is nothing to import" in page.text
    form = next(form for form in page.forms if any(name == "column-0" for name, _ in form.fields))
    answer = form.fill(column__0="name").send(client)
    assert answer.status_code == 303
    assert "Import 1 person" in visit(client, answer.location).text
    again = visit(client, send(client, address, content).location)
    assert "Import 1 person" in again.text
    assert names(app) == []


def test_a_column_changed_before_the_button_is_shown_first(app: Site, client: FlaskClient, address: str) -> None:
    """What is written is what was shown: a changed column leads back to the numbers."""
    page = checked(client, address, "libre.csv")
    form = next(form for form in page.forms if any(name == "column-3" for name, _ in form.fields))
    form.action = f"{form.action}/confirmer"
    answer = form.fill(column__3="notes").send(client)
    assert answer.status_code == 303
    assert "Nothing has been written yet" in visit(client, answer.location).text
    assert names(app) == []


def test_a_field_for_two_columns_is_refused(app: Site, client: FlaskClient, address: str) -> None:
    """422, what was chosen is still chosen, and the summary leads to the column."""
    page = checked(client, address, "libre.csv")
    form = next(form for form in page.forms if any(name == "column-3" for name, _ in form.fields))
    answer = form.fill(column__3="email").send(client)
    assert answer.status_code == 422
    shown = Page(answer)
    assert shown.title.startswith("Error:")
    assert "#column-3" in shown.links
    chosen = next(form for form in shown.forms if any(name == "column-3" for name, _ in form.fields))
    assert chosen["column-3"] == "email"
    assert names(app) == []


def test_a_file_without_names_is_refused(client: FlaskClient, address: str) -> None:
    """Columns that say who people are cannot all be left out."""
    page = checked(client, address, "libre.csv")
    form = next(form for form in page.forms if any(name == "column-0" for name, _ in form.fields))
    answer = form.fill(column__0="", column__1="").send(client)
    assert answer.status_code == 422
    assert "No column holds names of people" in answer.text


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "", "Choose a file first"),
        (b"", "people.csv", "The file is empty"),
        (b"%PDF-1.7", "people.pdf", "not a table"),
        (b"PK\x03\x04 no workbook", "people.xlsx", "damaged"),
        (b"a,b\n\x00\x00", "people.csv", "not a text file"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(
    client: FlaskClient, address: str, settings: Settings, content: bytes, name: str, said: str
) -> None:
    """422 with one sentence; nothing is kept."""
    answer = send(client, address, content, name)
    assert answer.status_code == 422
    assert said in answer.text
    assert kept(settings) == []


def test_a_file_beyond_the_limit_is_refused_in_words(
    app: Site, client: FlaskClient, address: str, settings: Settings
) -> None:
    """Also one that is larger than the whole request may be."""
    small = settings.model_copy(update={"max_import_bytes": 2048})
    app.config["SETTINGS"] = small
    for size in (3000, 200_000):
        answer = send(client, address, b"Nom\n" + b"x" * size)
        assert answer.status_code == 422, answer.text
        assert "too large" in answer.text


def test_a_page_that_was_open_for_too_long_imports_nothing(app: Site, client: FlaskClient, address: str) -> None:
    """Without a valid token neither the file nor the button counts."""
    app.config["WTF_CSRF_ENABLED"] = True
    data = {"csrf_token": "old", "file": (io.BytesIO(b"Nom\nAda Essai\n"), "people.csv")}
    assert client.post(address, data=data, content_type="multipart/form-data").status_code == 400
    page = checked(client, address, "libre.csv")
    form = next(form for form in page.forms if any(name == "shown_overwrite" for name, _ in form.fields))
    answer = client.post(f"{form.action}/confirmer", data={**dict(form.fields), "csrf_token": "old"})
    assert answer.status_code == 400
    assert names(app) == []


def test_a_kept_file_is_nobody_elses(app: Site, client: FlaskClient, address: str, settings: Settings) -> None:
    """Readable by the server's account alone, and by no other event's organisers."""
    key = send(client, address, (FILES / "libre.csv").read_bytes(), "libre.csv").location.rpartition("/")[2]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in kept(settings))
    assert all(stat.S_IMODE(path.parent.stat().st_mode) == 0o700 for path in kept(settings))
    with app.test_request_context():
        other = organiser_token(make_hackathon(db.session))
    foreign = client.get(f"/en/organiser/{other}/inscriptions/import/{key}")
    assert foreign.status_code == 303
    assert foreign.location.endswith("?fait=parti")
    assert client.get(f"{address}/..%2F..%2Fsecret").status_code in {303, 404}


def test_a_file_that_waits_for_too_long_goes(client: FlaskClient, address: str, settings: Settings) -> None:
    """After an hour it is found no more, and the next visit deletes it."""
    check = send(client, address, (FILES / "libre.csv").read_bytes(), "libre.csv").location
    past = time.time() - KEPT_SECONDS - 1
    for place in (settings.var_dir / "imports").iterdir():
        os.utime(place, (past, past))
    gone = client.get(check)
    assert gone.status_code == 303
    assert "no longer kept here" in visit(client, gone.location).text
    assert kept(settings) == []


def test_giving_up_deletes_the_file(app: Site, client: FlaskClient, address: str, settings: Settings) -> None:
    """A button of its own; nobody is registered."""
    page = checked(client, address, "libre.csv")
    answer = page.form("/abandonner").send(client)
    assert answer.status_code == 303
    assert "Nothing was imported" in visit(client, answer.location).text
    assert (kept(settings), names(app)) == ([], [])


def test_looking_changes_nothing(app: Site, client: FlaskClient, address: str, settings: Settings) -> None:
    """Every page can be opened again; the address of a button answers only the button."""
    answer = send(client, address, (FILES / "libre.csv").read_bytes(), "libre.csv")
    before = {path: path.read_bytes() for path in kept(settings)}
    for _ in range(2):
        visit(client, answer.location)
    assert client.get(f"{answer.location}/confirmer").status_code == 405
    assert client.get(f"{answer.location}/abandonner").status_code == 405
    assert {path: path.read_bytes() for path in kept(settings)} == before
    assert names(app) == []


def test_the_second_time_there_is_nothing_to_do(app: Site, client: FlaskClient, address: str) -> None:
    """The same file again: no button, everybody as before."""
    confirm(client, checked(client, address, "helloasso.csv"))
    before = names(app)
    page = checked(client, address, "helloasso.csv")
    assert "There is nothing to import as things stand" in page.text
    assert names(app) == before
