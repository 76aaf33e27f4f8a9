"""Pages of postings and organisations, proposals, search, feeds: the right postings, words and order."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pytest
from flask.testing import FlaskClient

from matcher.store import Need, Offer
from matcher.store.session import writing
from tests.web.html import read
from tests.web.territory import Territory
from web import create_app
from web.assets import Site
from web.config import Settings
from web.wiring import db

ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = '</script><script>alert("1")</script>&amp; =1+1'


def parsed(body: bytes) -> ET.Element:
    """A feed that this site made."""
    return ET.fromstring(body)  # noqa: S314  (our own bytes)


def order_of(text: str, *parts: str) -> list[int]:
    """Positions of each part in a text; -1 for one that is missing."""
    return [text.find(part) for part in parts]


def test_a_need_is_told_in_the_order_in_which_people_ask(client: FlaskClient, territory: Territory) -> None:
    """Problem, what was tried, result, limits, questions; then facts."""
    page = read(client.get(f"/en/besoins/{territory.needs['website']}").text)
    parts = order_of(
        page.text,
        "Les familles trouvent porte close",
        "Une page sur un réseau social",
        "Un site de trois pages",
        "Aucune donnée personnelle",
        "Avez-vous déjà travaillé avec des bénévoles",
    )
    assert -1 not in parts
    assert parts == sorted(parts)
    for fact in (
        "A service or a quote",
        "Volunteers with a skill",
        "up to €1,500",
        "Nancy (54)",
        "In the region",
    ):
        assert fact in page.text


def test_an_offer_tells_price_room_and_references(client: FlaskClient, territory: Territory) -> None:
    """What a volunteer wants to know before asking."""
    page = read(client.get(f"/en/offres/{territory.offers['sites']}").text)
    for fact in (
        "Paid, €800 to €4,000",
        "Douze sites",
        "Associations et petites coopératives",
        "Studio Passe-Muraille",
    ):
        assert fact in page.text
    assert page.all("a", href="https://passe-muraille.example/sites")


@pytest.mark.parametrize(
    ("kind", "name", "words"),
    [
        ("besoins", "closed", "Closed on"),
        ("besoins", "expired", "Ended on"),
        ("besoins", "paused", "Paused until"),
        ("offres", "closed", "Closed on"),
        ("offres", "paused", "Paused until"),
    ],
)
def test_a_posting_that_is_over_stays_with_a_notice(
    client: FlaskClient, territory: Territory, kind: str, name: str, words: str
) -> None:
    """The page is not lost, says its state and asks not to be indexed."""
    ids = territory.needs if kind == "besoins" else territory.offers
    page = read(client.get(f"/en/{kind}/{ids[name]}").text)
    assert words in page.text
    assert page.all("meta", name="robots", content="noindex")


def test_words_in_an_address_may_change_freely(client: FlaskClient, territory: Territory) -> None:
    """Only the number counts; links carry the words."""
    number = territory.needs["website"]
    assert client.get(f"/besoins/{number}-nimporte-quoi").status_code == 200
    assert f'/besoins/{number}-un-site-internet-pour-annoncer-nos-horaires"' in client.get("/besoins").text


def test_an_organisation_shows_its_postings_but_no_anonymous_need(client: FlaskClient, territory: Territory) -> None:
    """What is live and public under its name, newest first."""
    page = read(client.get(f"/organisations/{territory.organisations['grocery']}").text)
    positions = order_of(page.text, "Un site internet pour annoncer", "Suivre le stock")
    assert -1 not in positions
    assert positions == sorted(positions)
    assert "Photographier nos producteurs" not in page.text
    (data,) = page.json_ld()
    assert data["@type"] == "NGO"
    assert data["name"] == "Épicerie du Faubourg"
    assert data["identifier"] == [{"@type": "PropertyValue", "propertyID": "RNA", "value": "W543001234"}]


def test_proposals_of_a_need_come_best_first_with_reasons(client: FlaskClient, territory: Territory) -> None:
    """By words alone here: the offer of simple sites first, with skill and distance."""
    answer = client.get(f"/en/besoins/{territory.needs['website']}/propositions")
    page = read(answer.text)
    assert "Sites internet simples pour associations" in page.text
    first = json.loads(client.get(f"/besoins/{territory.needs['website']}/propositions?format=json").data)["items"][0]
    assert first["title"] == "Sites internet simples pour associations"
    assert first["organisation"] == "Studio Passe-Muraille"
    assert first["distance_km"] == 0
    assert "Both in Nancy" in page.text
    assert "words alone" in page.text


def test_proposals_of_an_offer_are_the_needs_that_it_answers(client: FlaskClient, territory: Territory) -> None:
    """The same from the other side; a need that is anonymous has no name."""
    address = f"/offres/{territory.offers['planning']}/propositions"
    (first, *_) = json.loads(client.get(f"{address}?format=json").data)["items"]
    assert first["title"] == "Organiser les tournées des aides à domicile"
    assert first["organisation"] is None


def test_a_need_that_nobody_answers_gets_words_not_an_empty_page(client: FlaskClient, territory: Territory) -> None:
    """Nothing is shown as a match below the cut-off, and the page says what to do."""
    page = read(client.get(f"/en/besoins/{territory.needs['booking']}/propositions").text)
    assert "compared" in page.text
    assert page.all("h2")


def test_search_finds_both_sides_and_says_that_words_alone_answered(client: FlaskClient) -> None:
    """A plain sentence; the best of each side first."""
    page = read(client.get("/en/recherche?q=suivre+le+stock+d%27une+%C3%A9picerie").text)
    assert "Suivre le stock de l'épicerie" in page.text
    assert "Outil libre de suivi de stock" in page.text
    assert "words alone" in page.text


def test_search_can_keep_to_one_side(client: FlaskClient) -> None:
    """``kind=offer`` leaves needs out; another value is ignored."""
    page = read(client.get("/recherche?kind=offer&q=suivre+le+stock").text)
    assert "Outil libre de suivi de stock" in page.text
    assert "Suivre le stock de l'épicerie" not in page.text
    assert client.get("/recherche?kind=nonsense&q=stock").status_code == 200


def test_a_search_without_answer_leads_on(client: FlaskClient) -> None:
    """The sentence can become a need without typing it again."""
    page = read(client.get("/en/recherche?q=zorglub+quantique").text)
    assert page.links()["Post this as a need"] == "/en/besoins/nouveau?problem=zorglub+quantique"
    assert "No offer is close enough to this." in page.text


@pytest.mark.parametrize(
    "text", ["", "   ", "a" * 5000, "'\"%_\\", "NEAR(", '"stock', "* OR 1=1", "🥕🥕🥕", "سلام", "\u202eabc"]
)
def test_search_survives_any_text(client: FlaskClient, text: str) -> None:
    """Signs of the query language of the word index are only signs."""
    assert client.get("/recherche", query_string={"q": text}).status_code == 200


def test_atom_feed_lists_live_needs_with_lasting_ids(client: FlaskClient, territory: Territory) -> None:
    """Newest first, one id for ever whatever the language."""
    feed = parsed(client.get("/besoins.atom").data)
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries][:2] == [
        "Un site internet pour annoncer nos horaires",
        "Suivre le stock de l'épicerie",
    ]
    english = parsed(client.get("/en/besoins.atom").data)
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert ids[0] == f"tag:localhost,2026:need/{territory.needs['website']}"
    assert [entry.findtext(f"{ATOM}id") for entry in english.findall(f"{ATOM}entry")] == ids
    for name in ("id", "title", "updated"):
        assert feed.findtext(f"{ATOM}{name}")


def test_a_feed_that_did_not_change_is_not_sent_again(client: FlaskClient) -> None:
    """Readers ask every hour."""
    tag = client.get("/offres.atom").headers["ETag"]
    assert client.get("/offres.atom", headers={"If-None-Match": tag}).status_code == 304


def test_hostile_titles_are_text_everywhere(app: Site, client: FlaskClient, territory: Territory) -> None:
    """Pages, structured data, feeds and files show the very words and run none of them."""
    with app.app_context(), writing(db.session) as session:
        need, offer = session.get(Need, territory.needs["website"]), session.get(Offer, territory.offers["sites"])
        assert need is not None
        assert offer is not None
        need.title = offer.title = HOSTILE
        offer.organisation.name = HOSTILE
    number, other = territory.needs["website"], territory.offers["sites"]
    for address in (
        "/",
        "/besoins",
        f"/besoins/{number}",
        f"/offres/{other}",
        f"/besoins/{number}/propositions",
        f"/organisations/{territory.organisations['studio']}",
        "/recherche?q=des+horaires+que+les+b%C3%A9n%C3%A9voles+mettent+%C3%A0+jour",
        "/carte",
    ):
        body = client.get(address).text
        assert "<script>alert" not in body, address
        if address != "/carte":
            assert 'alert("1")' in read(body).text, address
    (data,) = read(client.get(f"/offres/{other}").text).json_ld()
    assert data["name"] == HOSTILE
    assert data["offeredBy"]["name"] == HOSTILE
    feed = parsed(client.get("/besoins.atom").data)
    assert feed.find(f"{ATOM}entry").findtext(f"{ATOM}title") == HOSTILE  # type: ignore[union-attr]


def test_a_title_that_is_a_formula_is_harmless_in_a_file(app: Site, client: FlaskClient, territory: Territory) -> None:
    """Spreadsheets get an apostrophe before it, in lists and in proposals."""
    with app.app_context(), writing(db.session) as session:
        offer = session.get(Offer, territory.offers["sites"])
        assert offer is not None
        offer.title = "=HYPERLINK(1)"
    assert b";'=HYPERLINK(1);" in client.get("/offres/export.csv").data
    assert b";'=HYPERLINK(1);" in client.get(f"/besoins/{territory.needs['website']}/propositions?format=csv").data


def test_robots_and_sitemap_name_public_pages(client: FlaskClient, territory: Territory) -> None:
    """Live postings and the pages that stay are in the sitemap, closed ones and management links are not."""
    sitemap = client.get("/sitemap.xml").text
    for page in ("/chiffres", "/donnees-personnelles/registre", "/hackathons"):
        assert f"{page}</loc>" in sitemap
    assert f"/besoins/{territory.needs['website']}-" in sitemap
    assert f"/besoins/{territory.needs['closed']}-" not in sitemap
    assert "Disallow: /gerer/" in client.get("/robots.txt").text


def test_places_are_suggested_while_typing(client: FlaskClient) -> None:
    """JSON for programs, options for the page's list."""
    assert [place["label"] for place in client.get("/lieux?q=nan").json] == ["Nancy (54)"]
    options = client.get("/lieux?q=van", headers={"HX-Request": "true"}).text
    assert 'value="Vandœuvre-lès-Nancy (54)"' in options


def test_personal_data_page_names_the_operator_when_set(settings: Settings) -> None:
    """An installation that forgot to say who runs it is told so on that very page."""
    assert "PASSERELLE_OPERATOR" in create_app(settings).test_client().get("/en/donnees-personnelles").text
    named = settings.model_copy(update={"operator": "Maison <du> Faubourg", "operator_contact": "rgpd@example.org"})
    page = read(create_app(named).test_client().get("/en/donnees-personnelles").text)
    assert "This site is run by Maison <du> Faubourg. Write to rgpd@example.org" in page.text


@pytest.mark.parametrize(
    ("language", "days", "told"),
    [
        ("fr", 0.5, "0,5 jour "),
        ("fr", 1.5, "1,5 jour "),
        ("fr", 2.0, "2 jours "),
        ("en", 0.5, "0.5 days a week"),
        ("en", 1.0, "1 day a week"),
    ],
)
def test_days_are_counted_as_each_language_does(
    app: Site, client: FlaskClient, territory: Territory, language: str, days: float, told: str
) -> None:
    """In French nothing below two is plural, in English everything but one is."""
    with app.app_context(), writing(db.session) as session:
        session.get_one(Need, territory.needs["website"]).effort_days_per_week = days
    start = "/en" if language == "en" else ""
    page = client.get(f"{start}/besoins/{territory.needs['website']}").text
    assert told in page.replace("\N{NO-BREAK SPACE}", " ")
