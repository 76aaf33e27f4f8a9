"""``/api/hackathons``: what anybody reads of events, and what their organisers create and change."""

from __future__ import annotations

import json
from datetime import timedelta
from types import ModuleType
from typing import Any, Final

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from matcher.clock import today
from matcher.hackathons.events import cancel_links
from matcher.store import Challenge, Hackathon, Need
from matcher.vocabulary import HackathonPhase
from tests.hackathons import make_challenge, make_hackathon
from tests.web.organising_api import HACKATHON, PROBLEM, checked, event_api, operations, problems_of
from tests.web.published import Published, make_published
from tests.web.territory import Territory
from web.api import conflicts, hackathon_inputs, results, team_inputs, weights
from web.api.inputs import Body
from web.assets import Site
from web.links import hackathon_of
from web.wiring import db

KEY = "5f0c2c1e-1111-4222-8333-444455556666"


def told(**changes: Any) -> dict[str, Any]:
    """An event that can be created, but for what is changed."""
    return {**HACKATHON, **changes}


@pytest.fixture
def published(app: Site) -> Published:
    """Two published teams of four; every other person agreed to be named."""
    return make_published(app)


# What anybody reads


def test_the_list_has_events_to_come_first_and_no_draft(app: Site, client: FlaskClient) -> None:
    """The nearest first, then past ones; an event that is being prepared is in no list and has no address."""
    with app.app_context():
        later = make_hackathon(db.session, "Plus tard", starts_on=today() + timedelta(days=60)).id
        soon = make_hackathon(db.session, "Bientôt", starts_on=today() + timedelta(days=5)).id
        past = make_hackathon(db.session, "Passé", starts_on=today() - timedelta(days=60)).id
        draft = make_hackathon(db.session, "Brouillon", phase=HackathonPhase.DRAFT).id
    page = client.get("/api/hackathons?per_page=2").json
    assert [row["id"] for row in page["items"]] == [soon, later]
    rest = client.get(page["links"]["next"]).json
    assert [row["id"] for row in rest["items"]] == [past]
    assert client.get("/api/hackathons?page=9").status_code == 404
    for path in ("", "/challenges", "/teams"):
        assert client.get(f"/api/hackathons/{draft}{path}").status_code == 404
    assert client.get("/api/").json["hackathons"].endswith("/api/hackathons")


def test_an_event_tells_what_its_page_shows(client: FlaskClient, published: Published) -> None:
    """Days, sizes, how many people; never the address of its organisers."""
    response = client.get(f"/api/hackathons/{published.id}")
    event = response.json
    assert (event["phase"], event["registration_open"], event["place"]["name"]) == ("registration", True, "Nancy")
    assert (event["size_min"], event["registered"], event["waiting"], event["challenges"]) == (3, 8, 0, 1)
    assert [half["part"] for half in event["half_days"]] == ["morning", "afternoon"] * 2
    assert event["teams_published"]
    assert "orga@example.org" not in response.text
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_challenges_hide_the_author_of_an_anonymous_need(app: Site, client: FlaskClient, territory: Territory) -> None:
    """A need may be a challenge without anybody learning whose it is; withdrawn ones are not in the list."""
    api = event_api(app, client)
    hidden = api.post("/challenges/from-need", {"need": territory.needs["rounds"]}, 201)["challenge"]
    shown = api.post("/challenges/from-need", {"need": territory.needs["website"]}, 201)["challenge"]
    withdrawn = api.post("/challenges/from-need", {"need": territory.needs["stock"]}, 201)["challenge"]
    api.post(f"/challenges/{withdrawn['id']}/withdraw")
    response = client.get(f"{api.address}/challenges")
    first, second = response.json["items"]
    assert (first["id"], first["organisation"], first["need"]["id"]) == (hidden["id"], None, territory.needs["rounds"])
    assert second["organisation"]["id"] == shown["organisation"]["id"]
    assert (first["position"], second["position"]) == (1, 2)
    assert "Fédération des Deux Vallées" not in response.text


def test_published_teams_name_only_who_agreed(client: FlaskClient, published: Published) -> None:
    """Exactly what the public page shows: names of those who agreed, a number for the others."""
    response = client.get(f"/api/hackathons/{published.id}/teams")
    teams = response.json["items"]
    assert [(len(team["people"]), team["others"]) for team in teams] == [(2, 2), (2, 2)]
    named = {name for team in teams for name in team["people"]}
    assert named == set(published.names[::2])
    assert all(name not in response.text for name in published.names[1::2])


def test_no_team_is_shown_before_publication(app: Site, client: FlaskClient) -> None:
    """Draft teams are nobody's business."""
    number = make_published(app, is_out=False).id
    assert client.get(f"/api/hackathons/{number}/teams").json == {"items": []}


def test_nothing_private_is_told_to_anybody(client: FlaskClient, published: Published) -> None:
    """Every address under the event is read without a token: no mail, diet, access need, note or hidden name."""
    secrets = [*published.emails, *published.names[1::2], "diet-", "access-", "note-", "orga@example.org"]
    for _, address, _ in operations(client, published.id):
        response = client.get(address)
        assert response.status_code in {200, 401, 404, 405}, address
        assert [secret for secret in secrets if secret in response.text] == [], address


# Events


def test_an_event_is_created_and_its_link_is_given(app: Site, client: FlaskClient) -> None:
    """201 with the organisers' link; the event is hidden until its phase is changed with that very token."""
    response = client.post("/api/hackathons", json=told())
    created = checked(response, 201)
    assert response.headers["Cache-Control"] == "no-store"
    number, token = created["hackathon"]["id"], created["management"]["token"]
    assert created["management"]["link"].endswith(f"/organiser/{token}")
    with app.test_request_context():
        assert hackathon_of(token).id == number
    headers = {"Authorization": f"Bearer {token}"}
    seen = client.get(response.headers["Location"], headers=headers).json
    assert (seen["hackathon"], seen["contact_email"]) == (created["hackathon"], "orga@example.org")
    assert client.get(f"/api/hackathons/{number}").status_code == 404
    moved = client.post(f"/api/hackathons/{number}/phase", json={"phase": "registration"}, headers=headers)
    assert (moved.json["previous_phase"], moved.json["next_phase"]) == ("draft", "team_formation")
    assert client.get(f"/api/hackathons/{number}").json["title"] == told()["title"]


def test_a_creation_sent_twice_with_its_key_makes_one_event(app: Site, client: FlaskClient) -> None:
    """The same key and body answer the same event; another body or no key makes another one."""

    def sent(**headers: str) -> int:
        return int(checked(client.post("/api/hackathons", json=told(), headers=headers), 201)["hackathon"]["id"])

    first = sent(**{"Idempotency-Key": KEY})
    assert sent(**{"Idempotency-Key": KEY}) == first
    other = client.post("/api/hackathons", json=told(title="Un autre"), headers={"Idempotency-Key": KEY})
    assert other.json["hackathon"]["id"] != first
    assert sent() != sent()
    short = client.post("/api/hackathons", json=told(), headers={"Idempotency-Key": "1"})
    assert problems_of(checked(short, 422)) == {"Idempotency-Key": "bad_text"}


def test_a_creation_of_the_past_does_not_open_what_was_closed(app: Site, client: FlaskClient) -> None:
    """Once the organisers cancelled their links, the first request sent again gives no new one."""
    created = client.post("/api/hackathons", json=told(), headers={"Idempotency-Key": KEY}).json
    with app.app_context():
        cancel_links(db.session, db.session.get_one(Hackathon, created["hackathon"]["id"]))
    again = client.post("/api/hackathons", json=told(), headers={"Idempotency-Key": KEY})
    assert "management" not in checked(again, 409)


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"title": ""}, "title", "too_short"),
        ({"title": None}, "title", "bad_text"),
        ({"colour": "red"}, "colour", "unknown_field"),
        ({"size_min": "3"}, "size_min", "not_whole"),
        ({"size_min": 21}, "size_min", "out_of_range"),
        ({"size_min": 6}, "size_target", "numbers_order"),
        ({"capacity": 1}, "capacity", "out_of_range"),
        ({"starts_on": "12/03/2027"}, "starts_on", "bad_date"),
        ({"ends_on": "2020-01-01"}, "ends_on", "date_too_old"),
        ({"place": {"name": "Atlantide"}}, "place", "unknown_place"),
        ({"place": None}, "place", "required"),
        ({"contact_email": "nobody"}, "contact_email", "bad_email"),
        ({"languages": ["français"]}, "languages.0", "bad_text"),
        ({"half_days": [{"day": "2027-03-12", "part": "night"}]}, "half_days.0.part", "unknown_choice"),
        ({"questions": ["?"] * 6}, "questions", "too_many"),
    ],
)
def test_what_is_wrong_with_an_event_is_told_at_its_place(
    client: FlaskClient, changes: dict[str, Any], field: str, code: str
) -> None:
    """One problem for the field at fault, with a sentence; nothing is stored."""
    response = client.post("/api/hackathons", json=told(**changes))
    assert problems_of(checked(response, 422))[field] == code
    assert client.get("/api/hackathons").json["total"] == 0


def test_an_event_is_changed_under_the_revision_that_was_read(app: Site, client: FlaskClient) -> None:
    """The second of two organisers is told the new revision, and nothing of theirs is stored."""
    api = event_api(app, client, description="Une description assez longue.")
    revision = api.get("/organiser")["revision"]
    halves = [{"day": told()["starts_on"], "part": "evening"}]
    changed = api.put("", {"revision": revision, "hackathon": told(title="Nouveau nom", half_days=halves)})
    assert (changed["hackathon"]["title"], changed["revision"]) == ("Nouveau nom", revision + 1)
    assert [(half["number"], half["part"]) for half in changed["hackathon"]["half_days"][:1]] == [(0, "evening")]
    late = api.put("", {"revision": revision, "hackathon": told(title="Trop tard")}, 409)
    assert late["revision"] == revision + 1
    assert api.get("")["title"] == "Nouveau nom"
    wrong = api.put("", {"revision": revision + 1, "hackathon": told(place={"name": "Atlantide"})}, 422)
    assert problems_of(wrong) == {"hackathon.place": "unknown_place"}


def test_a_phase_follows_its_neighbour(app: Site, client: FlaskClient) -> None:
    """One phase on or back; the present one changes nothing; any other is refused."""
    api = event_api(app, client)
    assert api.post("/phase", {"phase": "registration"})["revision"] == 1
    assert api.post("/phase", {"phase": "team_formation"})["hackathon"]["phase"] == "team_formation"
    api.post("/phase", {"phase": "closed"}, 409)
    assert api.get()["phase"] == "team_formation"


# Challenges


def test_a_challenge_is_added_once_changed_and_ordered(app: Site, client: FlaskClient) -> None:
    """The revision makes an addition happen once; places in the order are 1, 2, 3."""
    api = event_api(app, client)
    body = {
        "title": "Suivre les stocks",
        "statement": "Chaque antenne compte ses stocks à la main.",
        "roles": [{"role": "tech", "count": 2}, {"role": "design"}],
        "skills": [{"code": "cms", "level": 3}],
        "families": ["user_sector"],
        "languages": ["fr"],
        "max_teams": 3,
    }
    first = api.post("/challenges", {"revision": 1, "challenge": body}, 201)
    assert (first["revision"], first["challenge"]["position"]) == (2, 1)
    assert first["challenge"]["roles"] == [{"role": "design", "count": 1}, {"role": "tech", "count": 2}]
    assert first["challenge"]["skills"] == [{"code": "cms", "level": 3}]
    assert api.post("/challenges", {"revision": 1, "challenge": body}, 409)["revision"] == 2
    second = api.post("/challenges", {"revision": 2, "challenge": {**body, "title": "Le second"}}, 201)["challenge"]
    assert api.put(f"/challenges/{second['id']}/position", {"position": 1})["challenge"]["position"] == 1
    assert [row["title"] for row in api.get("/challenges")["items"]] == ["Le second", "Suivre les stocks"]
    revision = api.get("/organiser")["revision"]
    bare = {"title": "Le second, changé", "statement": body["statement"]}
    changed = api.put(f"/challenges/{second['id']}", {"revision": revision, "challenge": bare})["challenge"]
    assert (changed["title"], changed["roles"], changed["max_teams"]) == (bare["title"], [], None)
    api.put(f"/challenges/{second['id']}", {"revision": revision, "challenge": bare}, 409)


def test_a_withdrawn_challenge_can_be_brought_back(app: Site, client: FlaskClient) -> None:
    """It leaves the public list, stays in that of the organisers, and comes back where it was."""
    api = event_api(app, client)
    with app.app_context():
        number = make_challenge(db.session, db.session.get_one(Hackathon, api.get()["id"])).id
    gone = api.post(f"/challenges/{number}/withdraw")["challenge"]
    assert (gone["withdrawn"], gone["position"]) == (True, 0)
    assert api.get("/challenges")["items"] == []
    assert [row["id"] for row in api.get("/organiser")["challenges"]] == [number]
    assert api.post(f"/challenges/{number}/restore")["challenge"]["position"] == 1


def test_only_open_needs_become_challenges_and_each_once(app: Site, client: FlaskClient, territory: Territory) -> None:
    """A closed need and one that does not exist are refused; the same need again is the same challenge."""
    api = event_api(app, client)
    made = api.post("/challenges/from-need", {"need": territory.needs["website"]}, 201)["challenge"]
    assert api.post("/challenges/from-need", {"need": territory.needs["website"]}, 201)["challenge"] == made
    for number in (territory.needs["closed"], 999_999):
        told_back = api.post("/challenges/from-need", {"need": number}, 422)
        assert problems_of(told_back) == {"need": "unknown_choice"}
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Challenge)) == 1
        assert db.session.get(Need, territory.needs["website"]) is not None


def test_a_challenge_of_another_event_is_not_there(app: Site, client: FlaskClient) -> None:
    """Its number opens nothing under this event, whatever is asked."""
    api, other = event_api(app, client), event_api(app, client)
    with app.app_context():
        number = make_challenge(db.session, db.session.get_one(Hackathon, other.get()["id"])).id
    body = {"revision": 1, "challenge": {"title": "Un titre", "statement": "Un texte assez long pour être lu."}}
    api.put(f"/challenges/{number}", body, 404)
    api.put(f"/challenges/{number}/position", {"position": 1}, 404)
    api.post(f"/challenges/{number}/withdraw", status=404)


def test_unknown_skills_and_wrong_numbers_of_a_challenge_are_told(app: Site, client: FlaskClient) -> None:
    """At their place in the body, the challenge's own problems too."""
    api = event_api(app, client)
    right = {"title": "Un titre", "statement": "Un texte assez long pour être lu."}
    for wrong, field, code in (
        ({"skills": [{"code": "alchemy"}]}, "challenge.skills", "unknown_choice"),
        ({"skills": [{"code": "cms", "level": 4}]}, "challenge.skills.0.level", "out_of_range"),
        ({"min_teams": 3, "max_teams": 2}, "challenge.max_teams", "numbers_order"),
        ({"roles": [{"role": "wizard"}]}, "challenge.roles.0.role", "unknown_choice"),
    ):
        answer = api.post("/challenges", {"revision": 1, "challenge": {**right, **wrong}}, 422)
        assert problems_of(answer) == {field: code}


def test_bodies_are_json_and_bounded(app: Site, client: FlaskClient) -> None:
    """415 for a form, 413 beyond the limit, as everywhere in the API."""
    form = client.post("/api/hackathons", data={"title": "x"})
    assert (form.status_code, form.mimetype) == (415, PROBLEM)
    large = b" " * (app.config["MAX_CONTENT_LENGTH"] + 1)
    assert client.post("/api/hackathons", data=large, content_type="application/json").status_code == 413


def test_every_body_has_an_example_that_its_model_takes(client: FlaskClient) -> None:
    """Whoever reads the description can copy it."""
    spec = client.get("/api/openapi.json").json
    bodies = [body for _, _, operation in operations(client, 1) if (body := operation.get("requestBody"))]
    names = {body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2] for body in bodies}
    models = {model.__name__: model for module in MODULES for model in bodies_of(module)}
    assert len(names) == 22
    for name in names:
        for example in spec["components"]["schemas"][name]["examples"]:
            assert models[name].model_validate_json(json.dumps(example)).told()


#: Where the bodies of organisers' operations are.
MODULES: Final = (hackathon_inputs, team_inputs, conflicts, results, weights)


def bodies_of(module: ModuleType) -> list[type[Body]]:
    """The bodies that a module has."""
    return [each for each in vars(module).values() if isinstance(each, type) and issubclass(each, Body)]
