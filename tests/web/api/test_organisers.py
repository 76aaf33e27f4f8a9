"""Organisers' operations of the API: whom they open to, and people who register. What is private stays private."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from matcher.store import Hackathon, Registration, Wish
from matcher.vocabulary import RegistrationStatus, WishKind
from tests.hackathons import make_challenge, make_juror, make_registration
from tests.web.organising_api import BODIES, OrganiserApi, checked, event_api, operations, problems_of
from tests.web.published import Published, make_published, person_called
from web.assets import Site
from web.links import juror_token, organiser_token, participation_token, registration_of
from web.wiring import db

KEY = "5f0c2c1e-1111-4222-8333-444455556666"
PERSON = {"name": "Camille Essai", "email": "camille@example.org", "languages": ["fr"], "roles": ["design"]}


@pytest.fixture
def published(app: Site) -> Published:
    """Two published teams of four, each person with a diet, an access need and a note."""
    return make_published(app)


@pytest.fixture
def api(app: Site, client: FlaskClient) -> OrganiserApi:
    """An event with room for two people."""
    return event_api(app, client, capacity=2)


def added(api: OrganiserApi, status: int = 201, consent: bool = True, **values: Any) -> Any:
    """Somebody who was registered."""
    told = api.post("/registrations", {"registration": {**PERSON, **values}, "consent": consent}, status)
    return told["registration"] if status == 201 else told


# Who may do it


def test_organisers_operations_ask_for_the_token_of_their_event(
    app: Site, client: FlaskClient, published: Published
) -> None:
    """None or a bad one: 401; the token of another event: 403; nothing changes."""
    other = event_api(app, client)
    with app.test_request_context():
        event = db.session.get_one(Hackathon, published.id)
        person = person_called(app, published.names[0])
        tokens = (
            participation_token(person),
            juror_token(make_juror(db.session, event, "Alex Essai")),
            "x",
            "a" * 5000,
        )
    guarded = [found for found in operations(client, published.id) if found[2].get("security")]
    assert {found[2]["operationId"] for found in guarded} >= set(BODIES)
    before = OrganiserApi(app, client, published.id).get("/organiser")
    for method, address, operation in guarded:
        request = {"method": method, "json": BODIES.get(operation["operationId"])}
        missing = client.open(address, **request)
        assert (missing.status_code, missing.headers["WWW-Authenticate"]) == (401, "Bearer"), address
        for header in ("Bearer", "Basic abc", *(f"Bearer {token}" for token in tokens)):
            assert client.open(address, headers={"Authorization": header}, **request).status_code == 401, address
        checked(client.open(address, headers=other.headers, **request), 403)
    assert OrganiserApi(app, client, published.id).get("/organiser") == before


def test_a_token_of_another_event_learns_nothing_of_an_address(app: Site, client: FlaskClient) -> None:
    """403 whether there is an event of that number or not."""
    api = event_api(app, client)
    assert client.get("/api/hackathons/999999/organiser", headers=api.headers).status_code == 403


def test_what_a_token_opens_is_kept_by_nobody(client: FlaskClient, api: OrganiserApi) -> None:
    """No cache stores it, and no page of another site may read it."""
    response = client.get(f"{api.address}/organiser", headers=api.headers)
    assert response.headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in response.headers


def test_a_cancelled_link_opens_nothing(app: Site, client: FlaskClient, api: OrganiserApi) -> None:
    """The token ends with the links that the organisers cancelled; the new one opens the event."""
    with app.test_request_context():
        row = db.session.get_one(Hackathon, api.get()["id"])
        row.link_version += 1
        db.session.commit()
        fresh = organiser_token(row)
    api.get("/organiser", 401)
    assert client.get(f"{api.address}/organiser", headers={"Authorization": f"Bearer {fresh}"}).status_code == 200


# People


def test_nothing_private_is_told_to_programs_of_organisers(
    app: Site, client: FlaskClient, published: Published
) -> None:
    """Every address is read with the token: no diet, access need, note, nor whom somebody wishes to avoid."""
    with app.app_context():
        people = [person_called(app, name) for name in published.names[:2]]
        people[0].wishes = [
            Wish(kind=WishKind.AVOID, typed="Zoé Introuvable", other_id=None),
            Wish(kind=WishKind.AVOID, typed="Yann Introuvable", other_id=people[1].id, is_settled=True),
        ]
        db.session.commit()
        number = people[0].id
    api = OrganiserApi(app, client, published.id)
    told = [api.get(f"/registrations/{number}"), api.get("/registrations?per_page=100"), api.get("/wishes")]
    for method, address, _ in operations(client, published.id):
        if method == "get":
            told.append(client.get(address, headers=api.headers).json)
    text = json.dumps(told, ensure_ascii=False)
    assert [secret for secret in ("Introuvable", "diet", "access", "note-", "avoid_") if secret in text] == []
    assert (told[0]["avoided"], told[2]) == (2, {"items": [], "private": 1})
    assert told[0]["email"] == published.emails[0]


def test_registrations_are_listed_by_name_under_filters(app: Site, client: FlaskClient, api: OrganiserApi) -> None:
    """Filters hold together; pages lead to each other; an unknown filter is an error."""
    for name in ("Zoé Bois", "Anne Bois", "Bruno Roche"):
        added(api, name=name, email=f"{name[:3].lower()}@example.org".replace("é", "e"))
    page = api.get("/registrations?per_page=2")
    assert [row["name"] for row in page["items"]] == ["Anne Bois", "Bruno Roche"]
    assert (page["total"], page["pages"]) == (3, 2)
    assert [row["name"] for row in api.get("/registrations?name=bo&status=registered")["items"]] == [
        "Anne Bois",
        "Zoé Bois",
    ]
    assert [row["name"] for row in api.get("/registrations?status=waiting")["items"]] == ["Bruno Roche"]
    assert api.get("/registrations?role=tech")["total"] == 0
    assert api.get("/registrations?without_rank=true")["total"] == 3
    assert problems_of(api.get("/registrations?unsettled=true", 422)) == {"unsettled": "unknown_field"}
    api.get("/registrations?page=3", 404)


def test_somebody_is_registered_and_gets_a_link_of_their_own(app: Site, client: FlaskClient, api: OrganiserApi) -> None:
    """What was told is answered, with half-days and skills; the participation link opens the person's page."""
    with app.app_context():
        challenge = make_challenge(db.session, db.session.get_one(Hackathon, api.get()["id"])).id
    body = {
        **PERSON,
        "skills": [{"code": "cms", "level": 3}],
        "half_days": [0, 2],
        "choices": [challenge],
        "friends": ["Dominique Essai"],
        "avoid": ["Claude Essai"],
    }
    response = client.post(
        f"{api.address}/registrations", json={"registration": body, "consent": True}, headers=api.headers
    )
    told = checked(response, 201)
    row = told["registration"]
    assert client.get(response.headers["Location"], headers=api.headers).json == row
    assert (row["status"], row["source"], row["half_days"], row["choices"]) == (
        "registered",
        "api",
        [0, 2],
        [challenge],
    )
    assert (row["skills"], row["avoided"]) == ([{"code": "cms", "level": 3}], 1)
    assert row["friends"] == [{"name": "Dominique Essai", "registration": None}]
    assert "Claude" not in response.text
    with app.test_request_context():
        stored = registration_of(told["participation"]["token"])
        assert stored.id == row["id"]
        assert stored.consent_version
        assert {wish.typed for wish in stored.wishes} == {"Dominique Essai", "Claude Essai"}


def test_a_registration_sent_twice_with_its_key_is_one(api: OrganiserApi) -> None:
    """A cut line does not register anybody twice; without a key the address is taken."""
    body = {"registration": PERSON, "consent": True}
    first = api.post("/registrations", body, 201, **{"Idempotency-Key": KEY})["registration"]["id"]
    assert api.post("/registrations", body, 201, **{"Idempotency-Key": KEY})["registration"]["id"] == first
    assert problems_of(api.post("/registrations", body, 422)) == {"registration.email": "email_taken"}


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"name": "x"}, "registration.name", "too_short"),
        ({"email": "nobody"}, "registration.email", "bad_email"),
        ({"diet": "végétarien"}, "registration.diet", "unknown_field"),
        ({"half_days": [9]}, "registration.half_days", "unknown_choice"),
        ({"choices": [999]}, "registration.choices", "unknown_choice"),
        ({"skills": [{"code": "alchemy"}]}, "registration.skills", "unknown_choice"),
        ({"team_status": "team"}, "registration.team_name", "required"),
        ({"friends": ["A B", "C D", "E F", "G H", "I J", "K L"]}, "registration.friends", "too_many_friends"),
        ({"friends": ["Camille Essai"]}, "registration.friends", "own_name"),
    ],
)
def test_what_is_wrong_with_a_registration_is_told_at_its_place(
    api: OrganiserApi, changes: dict[str, Any], field: str, code: str
) -> None:
    """One problem for the field at fault; nobody is registered."""
    assert problems_of(added(api, 422, **changes)) == {field: code}
    assert api.get("/registrations")["total"] == 0


def test_nobody_is_registered_without_consent(api: OrganiserApi) -> None:
    """The person's consent is said, not assumed."""
    assert problems_of(added(api, 422, consent=False)) == {"consent": "unknown_choice"}


def test_beyond_capacity_people_wait_unless_organisers_say_otherwise(api: OrganiserApi) -> None:
    """The third of two places waits, gets the place that comes free, and a fourth may be let in all the same."""
    first, _, third = (added(api, name=f"Personne {at}", email=f"p{at}@example.org") for at in range(3))
    assert third["status"] == "waiting"
    body = {"registration": {**PERSON, "email": "d@example.org"}, "consent": True, "beyond_capacity": True}
    assert api.post("/registrations", body, 201)["registration"]["status"] == "registered"
    assert api.post(f"/registrations/{first['id']}/withdraw")["status"] == "withdrawn"
    assert api.get("/organiser")["people"]["withdrawn"] == 1
    assert api.post(f"/registrations/{third['id']}/attendance", {"attendance": "checked_in"})["status"] == "registered"
    assert (
        api.post(f"/registrations/{first['id']}/attendance", {"attendance": "checked_in"})["attendance"] == "expected"
    )


def test_a_change_keeps_what_is_private_and_notices_another_one(app: Site, api: OrganiserApi) -> None:
    """Diet, access needs and names to avoid outlive a change; one made from an older version is refused."""
    with app.app_context():
        event = db.session.get_one(Hackathon, api.get()["id"])
        other = make_registration(db.session, event, "Claude Essai")
        person = make_registration(
            db.session, event, "Camille Essai", avoids=[other], diet="sans noix", note="au calme"
        )
        number = person.id
    seen = api.get(f"/registrations/{number}")
    change = {"version": seen["version"], "registration": {"name": "Camille Nouvelle", "friends": ["Claude Essai"]}}
    changed = api.put(f"/registrations/{number}", change)
    assert (changed["name"], changed["email"], changed["avoided"]) == ("Camille Nouvelle", "", 1)
    with app.app_context():
        row = db.session.get_one(Registration, number)
        assert (row.diet, row.note) == ("sans noix", "au calme")
        assert [wish.typed for wish in row.wishes if wish.kind is WishKind.AVOID] == ["Claude Essai"]
    api.put(f"/registrations/{number}", change, 409)
    assert problems_of(
        api.put(f"/registrations/{number}", {"version": "x", "registration": {"name": "", "avoid": []}}, 422)
    ) == {"registration.name": "too_short", "registration.avoid": "unknown_field"}


def test_names_of_friends_are_settled_and_private_ones_are_out_of_reach(app: Site, api: OrganiserApi) -> None:
    """Candidates come with the name; whom it means must be somebody else here; a wish to avoid has no address."""
    with app.app_context():
        event = db.session.get_one(Hackathon, api.get()["id"])
        marie = make_registration(db.session, event, "Marie Dupont").id
        make_registration(db.session, event, "Marie Dupond")
        author = make_registration(db.session, event, "Camille Essai")
        author.wishes = [Wish(kind=WishKind.WITH, typed="Marie"), Wish(kind=WishKind.AVOID, typed="Zoé Introuvable")]
        db.session.commit()
        own, private = author.id, author.wishes[1].id
    told = api.get("/wishes")
    (wish,) = told["items"]
    assert (wish["name"], wish["author"]["id"], told["private"]) == ("Marie", own, 1)
    assert {each["name"] for each in wish["candidates"]} == {"Marie Dupont", "Marie Dupond"}
    for nobody in (own, 999_999):
        refused = api.post(f"/wishes/{wish['id']}/settle", {"registration": nobody}, 422)
        assert problems_of(refused) == {"registration": "unknown_choice"}
    api.post(f"/wishes/{private}/settle", {"registration": marie}, 404)
    settled = api.post(f"/wishes/{wish['id']}/settle", {"registration": marie})
    assert settled == {"name": "Marie", "registration": marie}
    assert api.get("/wishes")["items"] == []


def test_a_registration_of_another_event_is_not_there(app: Site, client: FlaskClient, api: OrganiserApi) -> None:
    """Its number opens nothing under this event."""
    other = added(event_api(app, client))["id"]
    api.get(f"/registrations/{other}", 404)
    api.post(f"/registrations/{other}/withdraw", status=404)
    api.post(f"/registrations/{other}/attendance", {"attendance": "no_show"}, 404)
    with app.app_context():
        assert db.session.get_one(Registration, other).status is RegistrationStatus.REGISTERED
