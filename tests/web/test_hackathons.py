"""Hackathons as anybody sees them: drafts exist for nobody, one page tells everything that may be told, creation."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from matcher.clock import today
from matcher.hackathons.challenges import add_from_need, record_outcome
from matcher.store import Hackathon, Need
from matcher.vocabulary import ChallengeOutcome, Family, HackathonPhase, TeamRole
from tests.hackathons import make_challenge, make_hackathon, make_registration
from tests.web.browser import Form, Page, visit
from tests.web.html import read
from tests.web.territory import Territory
from web.assets import Site
from web.wiring import db

PRIVATE = "orga.privee@example.org"


def in_days(days: int) -> date:
    return today() + timedelta(days=days)


def creation(client: FlaskClient, **typed: str | list[str]) -> Form:
    """The form of a new event, filled in as shortly as it can be."""
    values: dict[str, str | list[str]] = {
        "title": "48 heures pour l’aide alimentaire",
        "description": "Deux jours pour construire des outils simples avec les épiceries.",
        "organiser": "Maison des associations",
        "contact_email": PRIVATE,
        "starts_on": in_days(60).isoformat(),
        "ends_on": in_days(61).isoformat(),
        "place": "Nancy",
    }
    return visit(client, "/hackathons/nouveau").form("/hackathons/nouveau").fill(**{**values, **typed})


def stored(app: Site) -> list[Hackathon]:
    with app.app_context():
        return list(db.session.scalars(select(Hackathon).order_by(Hackathon.id)))


def test_creation_leads_to_the_organisers_link(app: Site, client: FlaskClient) -> None:
    """303 to a page that shows the link once; the event is a draft with defaults that suit most."""
    answer = creation(client).send(client)
    assert answer.status_code == 303
    page = visit(client, answer.location)
    assert answer.location.partition("?")[0] in page.text
    (event,) = stored(app)
    assert (event.phase, event.contact_email) == (HackathonPhase.DRAFT, PRIVATE)
    assert (event.size_min, event.size_target, event.size_max, event.capacity) == (3, 5, 6, None)
    assert len(event.half_days) == 4


def test_a_draft_exists_for_nobody(app: Site, client: FlaskClient) -> None:
    """404, in no list."""
    creation(client).send(client)
    (event,) = stored(app)
    assert client.get(f"/hackathons/{event.id}").status_code == 404
    assert "aide alimentaire" not in client.get("/hackathons").text


def test_a_form_with_problems_keeps_everything(app: Site, client: FlaskClient) -> None:
    """422, a link to each field, everything as typed, nothing stored."""
    page = Page(creation(client, contact_email="orga", ends_on=in_days(59).isoformat()).send(client))
    assert page.status == 422
    assert {"#contact_email", "#ends_on"} <= set(page.links)
    form = page.form("/hackathons/nouveau")
    assert (form["contact_email"], form["organiser"]) == ("orga", "Maison des associations")
    assert stored(app) == []


def test_an_unknown_place_is_asked_again_with_what_it_may_mean(client: FlaskClient) -> None:
    """The names that come near can be chosen."""
    page = Page(creation(client, place="Nanci").send(client))
    assert page.status == 422
    assert ("place", "Nancy (54)") in page.form("/hackathons/nouveau").choices


def test_the_same_form_sent_twice_makes_one_event(app: Site, client: FlaskClient) -> None:
    """An impatient finger."""
    form = creation(client)
    assert form.send(client).location == form.send(client).location
    assert len(stored(app)) == 1


def test_a_robot_creates_nothing(app: Site, client: FlaskClient) -> None:
    """Whoever fills in the trap gets the form back."""
    page = Page(creation(client, fax_number="1").send(client))
    assert page.status == 422
    assert page.form("/hackathons/nouveau")["organiser"] == "Maison des associations"
    assert stored(app) == []


def test_nothing_is_created_without_a_token(app: Site, client: FlaskClient) -> None:
    """A page that was open for too long keeps its text; nothing is stored."""
    form = creation(client, csrf_token="old")
    page = Page(form.send(client))
    assert page.status == 400
    assert page.form("/hackathons/nouveau")["title"] == "48 heures pour l’aide alimentaire"
    assert stored(app) == []


@pytest.fixture
def event(app: Site, territory: Territory) -> int:
    """Number of a public event with two challenges: one from an anonymous need, one written."""
    with app.app_context():
        row = make_hackathon(
            db.session,
            "48 heures pour l’aide alimentaire",
            contact_email=PRIVATE,
            capacity=3,
            venue="3 rue du Pont",
            code_of_conduct="On se parle avec respect.",
            languages=["fr", "lb"],
        )
        need = db.session.get(Need, territory.needs["rounds"])
        assert need is not None
        assert need.anonymous
        add_from_need(db.session, row, need, today())
        make_challenge(
            db.session,
            row,
            "Une carte des dons",
            roles={TeamRole.DESIGN: 2},
            partner="Atelier des cartes",
            prize="Trois mois d’appui",
            families=frozenset({Family.TRAINING}),
            max_teams=2,
        )
        make_registration(db.session, row, "Camille Confidentielle", email="camille@example.org")
        return row.id


def test_the_page_tells_what_one_needs_to_decide(client: FlaskClient, event: int) -> None:
    """Days, place, half-days, challenges with partner, prize and eligibility, how many people, conduct, a call."""
    page = read(client.get(f"/en/hackathons/{event}").text)
    for words in (
        "48 heures pour l’aide alimentaire",
        "3 rue du Pont, Nancy (54)",
        "morning, afternoon",
        "1 person registered for 3 places",
        "Une carte des dons",
        "2 × design",
        "at most 2 teams",
        "Atelier des cartes",
        "Trois mois d’appui",
        "Training organisations",
        "French, Luxembourgish",
        "On se parle avec respect.",
    ):
        assert words in page.text, words
    assert page.links()["Register"].endswith("/inscription")


def test_the_page_tells_nothing_private(app: Site, client: FlaskClient, territory: Territory, event: int) -> None:
    """No address, no name of who registered, and not whose an anonymous need is, in page or structured data."""
    with app.app_context():
        need = db.session.get(Need, territory.needs["rounds"])
        assert need is not None
        name = need.organisation.name
    for address in (f"/hackathons/{event}", "/hackathons"):
        html = client.get(address).text
        for private in (PRIVATE, "Camille", "camille@", name):
            assert private not in html, (address, private)


def test_search_engines_read_an_event(client: FlaskClient, event: int) -> None:
    """schema.org Event with its days, place and attendance."""
    (data,) = read(client.get(f"/hackathons/{event}").text).json_ld()
    assert data["@type"] == "Event"
    assert data["startDate"] == in_days(30).isoformat()
    assert data["location"][0]["address"]["addressLocality"] == "Nancy"
    assert data["eventAttendanceMode"].endswith("/OfflineEventAttendanceMode")
    assert data["maximumAttendeeCapacity"] == 3
    assert PRIVATE not in json.dumps(data)


def test_a_full_event_offers_its_waiting_list(app: Site, client: FlaskClient, event: int) -> None:
    """The button says what one gets."""
    with app.app_context():
        row = db.session.get_one(Hackathon, event)
        make_registration(db.session, row)
        make_registration(db.session, row)
    assert "Join the waiting list" in read(client.get(f"/en/hackathons/{event}").text).links()


CLOSED = [{"phase": HackathonPhase.TEAM_FORMATION}, {"registration_ends_on": today() - timedelta(days=1)}]


@pytest.mark.parametrize("values", CLOSED, ids=["phase", "last day"])
def test_nobody_is_called_to_register_too_late(
    app: Site, client: FlaskClient, event: int, values: dict[str, Any]
) -> None:
    """Neither after the last day nor in a later phase."""
    with app.app_context():
        row = db.session.get_one(Hackathon, event)
        for name, value in values.items():
            setattr(row, name, value)
        db.session.commit()
    links = read(client.get(f"/en/hackathons/{event}").text).links()
    assert not any(address.endswith("/inscription") for address in links.values())


def test_lists_tell_what_comes_and_what_was(app: Site, client: FlaskClient, event: int) -> None:
    """Both in one page; with no event at all an invitation to organise one."""
    with app.app_context():
        make_hackathon(db.session, "Nuit de l’accessibilité", starts_on=in_days(-90), phase=HackathonPhase.CLOSED)
    text = read(client.get("/en/hackathons").text).text
    assert text.index("aide alimentaire") < text.index("Those that took place") < text.index("Nuit de l’accessibilité")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Hackathon)) == 2
        for row in db.session.scalars(select(Hackathon)):
            db.session.delete(row)
        db.session.commit()
    assert "No hackathon is announced" in client.get("/en/hackathons").text


def test_the_page_of_a_need_says_that_it_is_a_challenge(
    app: Site, client: FlaskClient, territory: Territory, event: int
) -> None:
    """With a way to it, and what became of it once that is known; nothing of it while the event is a draft."""
    number = territory.needs["rounds"]
    page = read(client.get(f"/en/besoins/{number}").text)
    address = page.links()["48 heures pour l’aide alimentaire"]
    assert "#defi-" in address
    assert client.get(address.partition("#")[0]).status_code == 200
    with app.app_context():
        row = db.session.get_one(Hackathon, event)
        record_outcome(db.session, row.challenges[0], ChallengeOutcome.USED, "Utilisé chaque lundi.")
    assert "Utilisé chaque lundi." in client.get(f"/en/besoins/{number}").text
    with app.app_context():
        db.session.get_one(Hackathon, event).phase = HackathonPhase.DRAFT
        db.session.commit()
    assert "48 heures" not in client.get(f"/en/besoins/{number}").text


@pytest.mark.parametrize("number", ["0", "999999", "999999999999999"])
def test_no_event_of_that_number(client: FlaskClient, number: str) -> None:
    """404, not an error."""
    assert client.get(f"/hackathons/{number}").status_code == 404
