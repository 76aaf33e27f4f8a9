"""Failures: the right status, in the right language, with a way on, for people and for programs."""

from __future__ import annotations

import sqlite3

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from tests.web.browser import visit
from tests.web.html import read
from tests.web.posting_forms import need_form
from web import create_app
from web.assets import Site
from web.config import Settings


def test_an_unknown_page_says_so_in_the_language_of_its_address(client: FlaskClient) -> None:
    """404 in English under /en, with a search box."""
    answer = client.get("/en/nowhere")
    page = read(answer.text)
    assert answer.status_code == 404
    assert "This page does not exist" in page.text
    assert page.all("form", role="search", action="/en/recherche")


@pytest.mark.parametrize(
    "address", ["/besoins/999999", "/offres/999999999999999", "/organisations/0", "/besoins/9999999999999999999999"]
)
def test_an_unknown_posting_is_a_404(client: FlaskClient, address: str) -> None:
    """Numbers that no row has, be they larger than the database can hold."""
    assert client.get(address).status_code == 404


def test_a_wrong_method_is_a_405(client: FlaskClient) -> None:
    """The answer tells which methods work."""
    answer = client.delete("/besoins")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_programs_get_problem_json(client: FlaskClient) -> None:
    """RFC 9457 under /api/."""
    answer = client.get("/api/nowhere")
    assert answer.mimetype == "application/problem+json"
    assert answer.json["status"] == 404


@pytest.mark.parametrize(
    "environ",
    [
        {"PATH_INFO": "/besoins/\xff\xfe"},
        {"QUERY_STRING": "q=%00"},
        {"QUERY_STRING": "q=%ff"},
        {"PATH_INFO": "/a\x00b"},
    ],
)
def test_broken_utf8_and_nul_are_a_400(client: FlaskClient, environ: dict[str, str]) -> None:
    """What no part of the service can mean is refused before any part reads it."""
    assert client.get("/recherche", environ_overrides=environ).status_code == 400


def test_a_body_that_is_too_large_is_a_413(app: Site, client: FlaskClient) -> None:
    """Refused by its length, with a sentence."""
    size = app.config["SETTINGS"].max_body_bytes + 1
    answer = client.post("/besoins/coach", data=b"x" * size, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert read(answer.text).all("h1")


def test_too_many_requests_are_a_429_that_says_when_to_come_back(settings: Settings) -> None:
    """The rate of the settings is kept, and static files are free."""
    site = create_app(settings.model_copy(update={"rate_limits_enabled": True, "rate_pages": "2/minute"}))
    client = site.test_client()
    assert [client.get("/a-propos").status_code for _ in range(3)] == [200, 200, 429]
    assert int(client.get("/a-propos").headers["Retry-After"]) > 0
    assert client.get("/healthz").status_code == 200


def _fails(error: Exception):  # type: ignore[no-untyped-def]
    def view() -> str:
        raise error

    return view


def _database_error(code: int, name: str) -> OperationalError:
    error = sqlite3.OperationalError(name)
    error.sqlite_errorname = name
    error.sqlite_errorcode = code
    return OperationalError("INSERT INTO organisation VALUES (?)", ("secret@example.org",), error)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SQLITE_BUSY", "Many people are writing"),
        ("SQLITE_FULL", "The disk of the server is full"),
        ("SQLITE_READONLY_DIRECTORY", "cannot be opened for writing"),
        ("SQLITE_CORRUPT", "cannot be read"),
    ],
)
def test_a_database_in_trouble_is_a_503_that_says_what_is_wrong(app: Site, name: str, words: str) -> None:
    """Busy, full, read-only and damaged databases each have their sentence."""
    app.view_functions["home.about"] = _fails(_database_error(1, name))
    answer = app.test_client().get("/en/a-propos")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert words in answer.text


OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.mark.parametrize(("error", "status"), [(_database_error(1, "SQLITE_BUSY"), 503), (RuntimeError("no"), 500)])
def test_what_was_sent_is_not_lost_when_the_server_fails(
    app: Site, client: FlaskClient, error: Exception, status: int
) -> None:
    """From a page of this site: sent again by one press, with a fresh token; from elsewhere: the words only."""
    form = need_form(client, problem="Un <b>long</b> texte")
    app.view_functions["needs.new"] = _fails(error)
    answer = form.send(client, headers=OURS)
    page = read(answer.text)
    assert answer.status_code == status
    assert page.all("input", name="problem", value="Un <b>long</b> texte")
    assert page.all("input", name="csrf_token")
    other = read(form.send(client).text)
    assert "Un <b>long</b> texte" in other.text
    assert not other.all("input", name="problem")


def test_a_password_is_never_given_back(app: Site, client: FlaskClient) -> None:
    """Nor a code: they are typed again."""
    form = visit(client, "/connexion").form("/connexion").fill(email="zoe@asso.example", password="phrase secrète")
    app.view_functions["accounts.sign_in"] = _fails(RuntimeError("no"))
    answer = form.send(client, headers=OURS)
    assert answer.status_code == 500
    assert "zoe@asso.example" in answer.text
    assert "phrase secrète" not in answer.text


def test_too_many_requests_give_back_what_was_typed(settings: Settings) -> None:
    """A limit stops a form, not its words."""
    limits = {"rate_limits_enabled": True, "rate_coach": "1/minute"}
    client = create_app(settings.model_copy(update=limits)).test_client()
    form = need_form(client, problem="Nos bénévoles", title="")
    answers = [form.send(client) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [422, 429]
    assert "Nos bénévoles" in read(answers[-1].text).text


def test_an_unexpected_error_shows_its_number_and_logs_no_values(capsys: pytest.CaptureFixture[str], app: Site) -> None:
    """The number on the page is the one in the log; values of a statement are in neither."""
    app.view_functions["home.about"] = _fails(_database_error(1, "SQLITE_ERROR"))
    answer = app.test_client().get("/en/a-propos?q=private")
    number = answer.headers["X-Request-ID"]
    logged = capsys.readouterr().err
    assert answer.status_code == 500
    assert number in read(answer.text).text
    assert number in logged
    assert "secret@example.org" not in logged
    assert "private" not in logged


def test_a_really_locked_database_is_a_503(app: Site, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that only reads is not stopped by a writer (WAL)."""
    other = sqlite3.connect(settings.var_dir / "passerelle.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        assert app.test_client().get("/besoins").status_code == 200
    finally:
        other.rollback()
        other.close()
