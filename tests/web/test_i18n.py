"""Languages: addresses, the switch, catalogs."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.web.html import read
from web.assets import Site
from web.i18n import compile_stale_catalogs, switch_language_url


def test_addresses_without_a_prefix_are_french_and_en_is_english(client: FlaskClient) -> None:
    """The page says its language where screen readers look."""
    assert read(client.get("/").text).all("html")[0].attributes["lang"] == "fr"
    assert read(client.get("/en/").text).all("html")[0].attributes["lang"] == "en"
    assert read(client.get("/en").text).all("html")[0].attributes["lang"] == "en"


def test_links_of_an_english_page_stay_english(client: FlaskClient) -> None:
    """Every link to a page of the site keeps the prefix; the switch and files of the site are the exceptions."""
    page = read(client.get("/en/besoins").text)
    own = [link.attributes for link in page.all("a") if link.attributes.get("href", "").startswith("/")]
    astray = [link["href"] for link in own if not link["href"].startswith("/en") and link.get("hreflang") != "fr"]
    assert own
    assert astray == []


@pytest.mark.parametrize(
    "address", ["/besoins?theme=food_aid&theme=waste", "/recherche?q=caf%C3%A9+%26+th%C3%A9", "/organisations/1"]
)
def test_switching_language_keeps_page_and_query(app: Site, address: str) -> None:
    """The switch leads to the same page, and back to the very same address."""
    with app.test_request_context(address):
        assert switch_language_url("en") == f"/en{address}"
        assert switch_language_url("fr") == address


def test_switching_from_a_page_that_answers_a_post_only_leads_home(app: Site) -> None:
    """An address that GET refuses would be a dead end."""
    with app.test_request_context("/besoins/coach", method="POST"):
        assert switch_language_url("en") == "/en/"


def test_static_files_have_one_address_in_every_language(app: Site) -> None:
    """Their address carries a hash of the content and no language, so that a browser loads them once."""
    name = "img/logo.svg"
    with app.test_request_context("/en/besoins", environ_overrides={"SCRIPT_NAME": "/en"}):
        address = app.url_for("static", filename=name)
    assert address.startswith(f"/static/{name}?v=")
    with app.test_client().get(address) as answer:
        assert "max-age=31536000" in answer.headers["Cache-Control"]
    with app.test_client().get(f"/static/{name}?v=old") as answer:
        assert "max-age" not in answer.headers.get("Cache-Control", "")


def test_each_page_names_its_other_language(client: FlaskClient) -> None:
    """Search engines and readers find the other language of the same page."""
    page = read(client.get("/besoins?theme=food_aid").text)
    alternates = {
        link.attributes["hreflang"]: link.attributes["href"]
        for link in page.all("link", rel="alternate")
        if "hreflang" in link.attributes
    }
    assert alternates["en"] == "http://localhost/en/besoins?theme=food_aid"
    assert alternates["fr"] == "http://localhost/besoins?theme=food_aid"


def test_a_stale_catalog_is_compiled_once(tmp_path: Path) -> None:
    """A missing .mo is made; an up-to-date one is left alone."""
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Needs"\nmsgstr "Besoins"\n', "utf-8"
    )
    assert compile_stale_catalogs(tmp_path) == [folder / "messages.mo"]
    assert compile_stale_catalogs(tmp_path) == []


def test_texts_in_another_language_are_marked(client: FlaskClient) -> None:
    """A French title on an English page carries lang="fr", for screen readers."""
    page = read(client.get("/en/besoins").text)
    marked = [link for link in page.all("a", lang="fr") if "Un site internet" in link.text]
    assert marked
