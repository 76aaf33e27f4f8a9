"""Searches of an account: kept from the page at hand, told by mail, deleted by their owner alone."""

from __future__ import annotations

from flask.testing import FlaskClient

from matcher.store import SavedSearch
from tests.web.html import read
from tests.web.notifications.conftest import csrf_of
from tests.web.signing_in import make_account, signed_in
from web.assets import Site
from web.wiring import db


def kept(app: Site) -> list[tuple[str, str, str]]:
    """Side, words and filters of every search."""
    with app.app_context():
        rows = db.session.query(SavedSearch).order_by(SavedSearch.id)
        return [(row.looks_for.value, row.query, row.filters) for row in rows]


def press(client: FlaskClient, page: str) -> int:
    """Press the first button of ``page`` that keeps a search."""
    found = read(client.get(page).text)
    fields = {
        element.attributes["name"]: element.attributes.get("value", "")
        for element in found.all("input", type="hidden")
        if element.attributes["name"] in {"csrf_token", "looks_for", "query", "filters"}
    }
    return client.post("/compte/recherches", data=fields).status_code


def test_the_button_is_for_who_is_signed_in(app: Site, client: FlaskClient) -> None:
    """Nobody else sees it, or may use it."""
    assert "/compte/recherches" not in client.get("/offres").text
    csrf = csrf_of(client, "/connexion")
    assert client.post("/compte/recherches", data={"csrf_token": csrf, "looks_for": "offer"}).status_code == 303
    assert kept(app) == []


def test_a_list_is_kept_with_its_filters_and_a_search_with_its_words(app: Site) -> None:
    """Pressed twice, kept once."""
    make_account(app, "ada@example.org")
    client = signed_in(app, "ada@example.org")
    assert [press(client, "/offres?remote=true") for _ in range(2)] == [303, 303]
    assert kept(app) == [("offer", "", "remote=true")]
    assert press(client, "/recherche?q=site+internet&kind=need") == 303
    assert kept(app)[1:] == [("need", "site internet", "")]
    page = read(client.get("/compte/recherches").text)
    assert page.all("a", href="/offres?remote=true")


def test_only_its_owner_deletes_a_search(app: Site) -> None:
    """For everybody else it does not exist."""
    for address in ("ada@example.org", "bob@example.org"):
        make_account(app, address)
    ada, bob = signed_in(app, "ada@example.org"), signed_in(app, "bob@example.org")
    press(ada, "/offres")
    path = "/compte/recherches/1/supprimer"
    assert bob.post(path, data={"csrf_token": csrf_of(bob, "/offres")}).status_code == 404
    assert len(kept(app)) == 1
    assert ada.post(path, data={"csrf_token": csrf_of(ada, "/compte/recherches")}).status_code == 303
    assert kept(app) == []


def test_a_side_that_is_none_is_refused(app: Site) -> None:
    """Nothing is kept."""
    make_account(app, "ada@example.org")
    client = signed_in(app, "ada@example.org")
    data = {"csrf_token": csrf_of(client, "/compte/recherches"), "looks_for": "person"}
    assert client.post("/compte/recherches", data=data).status_code == 400
