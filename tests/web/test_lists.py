"""Lists: which postings come, in which order, under which filters, and as which files."""

from __future__ import annotations

import csv
import io
import json

import pytest
from flask.testing import FlaskClient

from tests.web.html import PageText, read
from tests.web.territory import Territory

NEWEST_NEEDS = [
    "Un site internet pour annoncer nos horaires",
    "Suivre le stock de l'épicerie",
    "A booking page in two languages",
    "Former nos bénévoles au tableur",
    "Organiser les tournées des aides à domicile",
]
NEWEST_OFFERS = [
    "Sites internet simples pour associations",
    "Atelier d'accessibilité d'une demi-journée",
    "Outil libre de suivi de stock",
    "Projet d'étudiants en développement web",
    "Formation au tableur pour débutants",
    "Logiciel de planning pour équipes mobiles",
    "Meeting rooms near the station",
    "Étude de vos données d'activité",
]


def titles(page: PageText, path: str) -> list[str]:
    """Titles of the cards of a list, in order."""
    found = [
        " ".join(link.text.split())
        for link in page.all("a")
        if link.attributes.get("href", "").removeprefix("/en").startswith(f"{path}/")
        and "export" not in link.attributes["href"]
    ]
    return [title for title in found if title in {*NEWEST_NEEDS, *NEWEST_OFFERS}]


def listed(client: FlaskClient, address: str) -> list[str]:
    """Titles of a list."""
    return titles(read(client.get(address).text), address.removeprefix("/en").partition("?")[0])


def test_needs_come_newest_first_without_those_that_are_over(client: FlaskClient) -> None:
    """Closed, expired and paused needs are in no list."""
    assert listed(client, "/besoins") == NEWEST_NEEDS


def test_offers_come_newest_first_without_those_that_are_over(client: FlaskClient) -> None:
    """Closed and paused offers are in no list."""
    assert listed(client, "/offres") == NEWEST_OFFERS


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("theme=food_aid", [NEWEST_NEEDS[0], NEWEST_NEEDS[1]]),
        ("kind=training", [NEWEST_NEEDS[1], NEWEST_NEEDS[2], NEWEST_NEEDS[3]]),
        ("department=88", [NEWEST_NEEDS[4]]),
        ("department=LU", [NEWEST_NEEDS[2]]),
        ("language=en", [NEWEST_NEEDS[2]]),
        ("family=place", [NEWEST_NEEDS[2]]),
        ("theme=food_aid&theme=places", [NEWEST_NEEDS[0], NEWEST_NEEDS[1], NEWEST_NEEDS[2]]),
        ("theme=food_aid&department=88", []),
        ("theme=no_such_theme&family=nobody", []),
    ],
)
def test_filters_of_needs_keep_what_they_say(client: FlaskClient, query: str, expected: list[str]) -> None:
    """Values of one filter are alternatives, filters add up, and a need that accepts any kind is under each."""
    assert listed(client, f"/besoins?{query}") == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("price=free", [NEWEST_OFFERS[3], NEWEST_OFFERS[4]]),
        ("remote=false", [NEWEST_OFFERS[4], NEWEST_OFFERS[6]]),
        ("kind=product", [NEWEST_OFFERS[2], NEWEST_OFFERS[5]]),
    ],
)
def test_filters_of_offers_keep_what_they_say(client: FlaskClient, query: str, expected: list[str]) -> None:
    """Price, remote work and kind of an offer."""
    assert listed(client, f"/offres?{query}") == expected


def test_a_chosen_filter_can_be_taken_away(client: FlaskClient) -> None:
    """The link on a chosen filter leads to the list without it and keeps the others."""
    page = read(client.get("/besoins?theme=food_aid&language=fr").text)
    chosen = [
        link for link in page.all("a") if "Aide alimentaire" in link.text and "theme=" not in link.attributes["href"]
    ]
    assert chosen
    assert chosen[0].attributes["href"] == "/besoins?language=fr"


def test_an_empty_list_says_what_to_do(client: FlaskClient) -> None:
    """No result is a page with a way on, not an empty one."""
    page = read(client.get("/en/besoins?theme=food_aid&department=88").text)
    assert "Nothing under these filters yet" in page.text
    assert "/en/besoins" in page.links().values()


def test_a_page_beyond_the_last_is_the_last(client: FlaskClient) -> None:
    """A number in an address never breaks a list."""
    for number in ("99999999999999999999", "-1", "0", "abc", "1e9"):
        assert client.get(f"/besoins?page={number}").status_code == 200


def test_csv_export_follows_the_filters_and_is_safe(client: FlaskClient) -> None:
    """The file holds the rows of the list under its filters, in its order."""
    answer = client.get("/besoins/export.csv?theme=food_aid")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert [row["title"] for row in rows] == NEWEST_NEEDS[:2]
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="passerelle-needs-')


def test_json_export_of_an_anonymous_need_does_not_tell_whose_it_is(client: FlaskClient) -> None:
    """Place and text stay; the organisation is withheld."""
    items = json.loads(client.get("/besoins/export.json").data)["items"]
    (rounds,) = [item for item in items if item["title"] == NEWEST_NEEDS[4]]
    assert rounds["organisation"] is None
    assert rounds["organisation_name"] is None
    assert rounds["place"] == "Épinal"


def test_xlsx_export_is_a_workbook(client: FlaskClient) -> None:
    """The Excel file opens as a zip archive with a sheet."""
    answer = client.get("/organisations/export.xlsx")
    assert answer.data[:2] == b"PK"


def test_organisations_come_by_name_and_can_be_narrowed(client: FlaskClient) -> None:
    """The directory is alphabetical; a name or a town narrows it."""
    names = [
        link.text.strip()
        for link in read(client.get("/organisations").text).all("a")
        if link.attributes.get("href", "").startswith("/organisations/") and "export" not in link.attributes["href"]
    ]
    assert names == [
        "Atelier Les Rayons",
        "École du Code Mosellan",
        "Épicerie du Faubourg",
        "Fédération des Deux Vallées",
        "La Halle aux Idées",
        "Laboratoire Données et Territoires",
        "Studio Passe-Muraille",
    ]
    page = read(client.get("/organisations?name=metz").text)
    assert "École du Code Mosellan" in page.links()
    assert "Studio Passe-Muraille" not in page.links()


def test_home_page_shows_the_newest_of_each_side_and_true_figures(client: FlaskClient, territory: Territory) -> None:
    """Three newest needs and offers; figures count what is open."""
    page = read(client.get("/en/").text)
    assert titles(page, "/besoins") == NEWEST_NEEDS[:3]
    assert titles(page, "/offres") == NEWEST_OFFERS[:3]
    figures = [element.text.strip() for element in page.all("dd")]
    assert figures[:3] == ["5", "8", "7"]
    assert len(territory.organisations) == 7
