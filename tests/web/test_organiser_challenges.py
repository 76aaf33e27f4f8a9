"""Challenges on the organisers' pages: add in one click, write, edit, order, withdraw, conclude, find partners."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from matcher.store import Challenge, Hackathon, Need
from matcher.vocabulary import TeamRole
from tests.hackathons import make_challenge, make_hackathon
from tests.web.browser import Form, Page, visit
from tests.web.html import read
from tests.web.territory import Territory
from web.assets import Site
from web.links import organiser_token
from web.wiring import db


@pytest.fixture
def number(app: Site) -> int:
    """An event at Nancy."""
    with app.app_context():
        return make_hackathon(db.session).id


@pytest.fixture
def home(app: Site, number: int) -> str:
    """Address of the organisers' home."""
    with app.test_request_context():
        return f"/organiser/{organiser_token(db.session.get_one(Hackathon, number))}"


def challenges(number: int) -> list[Challenge]:
    """Those that are not withdrawn, in their order."""
    db.session.rollback()
    return db.session.get_one(Hackathon, number).open_challenges


def add(client: FlaskClient, home: str, need: int) -> Page:
    """Press the button beside a need."""
    forms = [form for form in visit(client, f"{home}/defis").forms if form.action.endswith("/besoin")]
    token = forms[0]["csrf_token"]
    return Page(
        client.post(f"{home}/defis/besoin", data={"csrf_token": token, "need": str(need)}, follow_redirects=True)
    )


def test_needs_near_the_event_come_first(client: FlaskClient, home: str) -> None:
    """Each with a button of its own."""
    page = read(client.get(f"/en{home}/defis").text)
    places = [element.text for element in page.all("p", class_="need-list__who")]
    assert places
    assert "Nancy" in places[0]
    assert "Nancy" not in places[-1]
    assert len(page.all("button", name="need")) == len(places)


def test_needs_are_found_by_words(app: Site, client: FlaskClient, home: str, territory: Territory) -> None:
    """The site's own search, over needs alone; what answers nothing says so."""
    page = read(client.get(f"/en{home}/defis?q=site internet horaires").text)
    assert page.all("button", name="need")[0].attributes["value"] == str(territory.needs["website"])
    assert "No open need answers this" in client.get(f"/en{home}/defis?q=xyzzy").text


def test_one_click_makes_a_need_a_challenge(
    app: Site, client: FlaskClient, home: str, number: int, territory: Territory
) -> None:
    """It is in the list with its roles, and no longer offered; a second click adds nothing."""
    page = add(client, home, territory.needs["website"])
    assert page.status == 200
    assert ("need", str(territory.needs["website"])) not in [item for form in page.forms for item in form.fields]
    add(client, home, territory.needs["website"])
    with app.app_context():
        (row,) = challenges(number)
        need = db.session.get_one(Need, territory.needs["website"])
        assert (row.title, row.need_id) == (need.title, need.id)
        assert row.roles


@pytest.mark.parametrize("need", ["closed", "missing", "text"])
def test_what_is_no_open_need_is_not_added(
    app: Site, client: FlaskClient, home: str, number: int, territory: Territory, need: str
) -> None:
    """Back to the list with a sentence."""
    value = {"closed": str(territory.needs["closed"]), "missing": "99999999", "text": "x' OR 1=1"}[need]
    forms = [form for form in visit(client, f"{home}/defis").forms if form.action.endswith("/besoin")]
    data = {"csrf_token": forms[0]["csrf_token"], "need": value}
    answer = client.post(f"/en{home}/defis/besoin", data=data, follow_redirects=True)
    assert "no longer open" in answer.text
    with app.app_context():
        assert challenges(number) == []


def challenge_form(client: FlaskClient, home: str, path: str = "/defis/nouveau") -> Form:
    return visit(client, home + path).forms[-1]


def test_a_challenge_can_be_written(app: Site, client: FlaskClient, home: str, number: int) -> None:
    """Wanted roles, skills with levels, number of teams, partner, prize, eligibility, languages."""
    form = challenge_form(client, home).fill(
        title="Une carte des dons",
        statement="Personne ne sait où donner ni de quoi on manque.",
        role_tech="2",
        role_domain="1",
        skills=["web_development", "", ""],
        skills_level=["3", "2", "2"],
        min_teams="1",
        max_teams="3",
        partner="Atelier des cartes",
        prize="Trois mois d’appui",
        eligibility="Dès 16 ans",
        families=["training", "company"],
        languages=["fr"],
        wants_owner="y",
    )
    assert form.send(client).status_code == 303
    with app.app_context():
        (row,) = challenges(number)
        assert {role.role: role.count for role in row.roles} == {TeamRole.TECH: 2, TeamRole.DOMAIN: 1}
        assert [(link.skill.code, link.level) for link in row.skills] == [("web_development", 3)]
        assert (row.min_teams, row.max_teams, row.languages, row.wants_owner) == (1, 3, ["fr"], True)
        assert (row.partner, row.prize, row.eligibility) == ("Atelier des cartes", "Trois mois d’appui", "Dès 16 ans")


def test_a_form_with_problems_keeps_everything(app: Site, client: FlaskClient, home: str, number: int) -> None:
    """422, a link to each field, skills and levels still there; nothing stored."""
    form = challenge_form(client, home).fill(
        title="Une carte", statement="court", role_design="beaucoup", max_teams="-1",
        skills=["web_development"], skills_level=["3"],
    )  # fmt: skip
    page = Page(form.send(client))
    assert page.status == 422
    assert {"#statement", "#role_design", "#max_teams"} <= set(page.links)
    again = page.forms[-1]
    assert again["role_design"] == "beaucoup"
    assert (again.all("skills")[0], again.all("skills_level")[0]) == ("web_development", "3")
    with app.app_context():
        assert challenges(number) == []


def test_an_edit_opens_with_what_is_stored(app: Site, client: FlaskClient, home: str, number: int) -> None:
    """And two organisers who edit one challenge see each other."""
    with app.app_context():
        row = make_challenge(db.session, db.session.get_one(Hackathon, number), roles={TeamRole.TECH: 2}, max_teams=2)
        path = f"/defis/{row.id}/modifier"
    first, second = challenge_form(client, home, path), challenge_form(client, home, path)
    assert (first["role_tech"], first["role_design"], first["max_teams"]) == ("2", "", "2")
    assert first.fill(prize="Un gâteau").send(client).status_code == 303
    page = Page(second.fill(prize="Une visite").send(client))
    assert page.status == 409
    assert "Un gâteau" in page.text
    assert page.forms[-1].send(client).status_code == 303
    with app.app_context():
        assert challenges(number)[0].prize == "Une visite"


def test_two_organisers_on_two_challenges_are_no_conflict(
    app: Site, client: FlaskClient, home: str, number: int
) -> None:
    """Each saves their own."""
    with app.app_context():
        event = db.session.get_one(Hackathon, number)
        paths = [f"/defis/{make_challenge(db.session, event).id}/modifier" for _ in range(2)]
    forms = [challenge_form(client, home, path) for path in paths]
    assert [form.fill(prize="Un gâteau").send(client).status_code for form in forms] == [303, 303]


def test_order_withdrawal_and_return(app: Site, client: FlaskClient, home: str, number: int) -> None:
    """Buttons of the list; what is withdrawn can be brought back."""
    with app.app_context():
        event = db.session.get_one(Hackathon, number)
        ids = [make_challenge(db.session, event, f"Défi {name}").id for name in "ABC"]

    def press(path: str) -> None:
        answer = visit(client, f"{home}/defis").form(path).send(client)
        assert answer.status_code == 303

    press(f"/defis/{ids[2]}/monter")
    press(f"/defis/{ids[0]}/descendre")
    with app.app_context():
        assert [row.title for row in challenges(number)] == ["Défi C", "Défi A", "Défi B"]
    press(f"/defis/{ids[2]}/retirer")
    with app.app_context():
        assert [row.title for row in challenges(number)] == ["Défi A", "Défi B"]
    press(f"/defis/{ids[2]}/remettre")
    with app.app_context():
        assert len(challenges(number)) == 3


def test_partners_are_proposed_for_a_need(
    app: Site, client: FlaskClient, home: str, number: int, territory: Territory
) -> None:
    """Offers that the matcher proposes, by what they could bring; a written challenge has none."""
    add(client, home, territory.needs["website"])
    with app.app_context():
        written = make_challenge(db.session, db.session.get_one(Hackathon, number)).id
        taken = challenges(number)[0].id
    page = read(client.get(f"/en{home}/defis/{taken}/partenaires").text)
    assert "Mentors" in page.text
    assert "Sites internet simples pour associations" in page.text
    assert client.get(f"{home}/defis/{written}/partenaires").status_code == 404


def test_a_challenge_of_another_event_is_not_here(app: Site, client: FlaskClient, home: str) -> None:
    """Nobody reaches it with the link of their own event."""
    with app.app_context():
        other = make_challenge(db.session, make_hackathon(db.session)).id
    assert client.get(f"{home}/defis/{other}/modifier").status_code == 404
    assert client.get(f"{home}/defis/{'9' * 40}/modifier").status_code == 404
