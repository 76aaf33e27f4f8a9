"""Publishing and changing by ``/api/``: who may, what is refused, and what is stored."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from matcher.clock import today
from matcher.store import Need, Offer, Organisation
from tests.web.api_bodies import NEED, OFFER, ORGANISATION, PROBLEM, authorised, fields_of, publication, token_of
from tests.web.territory import Territory
from web.assets import Site
from web.wiring import db


def test_a_published_need_is_there_and_its_token_is_given_once(app: Site, client: FlaskClient) -> None:
    """201 with the address and the token; whoever reads the need later finds neither token nor contact."""
    response = client.post("/api/needs", json=publication())
    assert response.status_code == 201, response.json
    assert response.headers["Cache-Control"] == "no-store"
    told = response.json
    assert "Dominique" not in response.get_data(as_text=True)
    assert told["management"]["token"] in told["management"]["link"]
    again = client.get(response.headers["Location"]).json
    assert again == told["need"]
    assert (again["title"], again["themes"], again["place"]["insee"]) == (NEED["title"], ["waste"], "54395")
    with app.app_context():
        row = db.session.get(Need, again["id"])
        assert row is not None
        assert row.organisation.contact_email == "dominique@discrete.example"
        assert row.consented_at is not None


def test_an_offer_is_published_changed_closed_and_deleted_with_its_token(client: FlaskClient) -> None:
    """The whole life of an offer through the API."""
    told = client.post("/api/offers", json={"organisation": ORGANISATION, "offer": OFFER, "consent": True}).json
    address, token = f"/api/offers/{told['offer']['id']}", authorised(told["management"]["token"])
    changed = client.put(address, json={**OFFER, "price": "free", "monthly_capacity": 5}, headers=token)
    assert (changed.json["price"], changed.json["room_left"]) == ("free", 5)
    assert changed.json["expires_on"] == told["offer"]["expires_on"]
    closed = client.post(f"{address}/close", json={"reason": "abandoned"}, headers=token)
    assert (closed.json["status"], closed.json["live"]) == ("closed", False)
    assert client.delete(address, headers=token).status_code == 204
    assert client.get(address).status_code == 404
    assert client.put(address, json=OFFER, headers=token).status_code == 401


def test_the_token_of_an_earlier_posting_posts_for_the_same_organisation(client: FlaskClient) -> None:
    """Without an organisation in the body, the token says whose it is; without both, it is asked for."""
    first = client.post("/api/needs", json=publication()).json
    body = {"offer": OFFER, "consent": True}
    second = client.post("/api/offers", json=body, headers=authorised(first["management"]["token"])).json
    assert second["offer"]["organisation"]["id"] == first["need"]["organisation"]["id"]
    assert fields_of(client.post("/api/offers", json=body)) == {"organisation": "required"}
    assert client.post("/api/offers", json=body, headers=authorised("forged")).status_code == 401


def test_every_problem_of_a_body_is_told_at_its_place(app: Site, client: FlaskClient) -> None:
    """Problems of the need and of its organisation come together, and nothing is stored."""
    yesterday = (today() - timedelta(days=1)).isoformat()
    need = {**NEED, "deadline": yesterday, "budget_min": 500, "budget_max": 100, "themes": ["alchemy"]}
    organisation = {**ORGANISATION, "siren": "123456789", "place": {"name": "Atlantide"}}
    with app.app_context():
        before = db.session.scalar(select(func.count()).select_from(Organisation))
    response = client.post("/api/needs", json=publication(need=need, organisation=organisation))
    assert fields_of(response) == {
        "need.deadline": "date_in_past",
        "need.budget_max": "budget_order",
        "organisation.siren": "bad_siren",
    }
    nowhere = {**ORGANISATION, "place": {"name": "Xyz"}}
    references = publication(need={**NEED, "themes": ["alchemy"]}, organisation=nowhere)
    assert set(fields_of(client.post("/api/needs", json=references))) == {"need.themes", "organisation.place"}
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Organisation)) == before


def test_a_number_of_another_organisation_is_refused(client: FlaskClient) -> None:
    """The RNA number of a known organisation cannot be taken."""
    taken = publication(organisation={**ORGANISATION, "rna": "W543001234"})
    assert fields_of(client.post("/api/needs", json=taken)) == {"organisation.rna": "already_registered"}


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"budget_max": "1500"}, "need.budget_max", "not_whole"),
        ({"budget_max": 10**30}, "need.budget_max", "out_of_range"),
        ({"remote_ok": "yes"}, "need.remote_ok", "unknown_choice"),
        ({"deadline": "31/12/2027"}, "need.deadline", "bad_date"),
        ({"title": 12}, "need.title", "bad_text"),
        ({"title": "abc"}, "need.title", "too_short"),
        ({"themes": ["a"] * 6}, "need.themes", "too_many"),
        ({"kinds": ["magic"]}, "need.kinds.0", "unknown_choice"),
        ({"status": "open"}, "need.status", "unknown_field"),
        ({"place": "Nancy"}, "need.place", "unknown_choice"),
    ],
)
def test_bodies_are_read_strictly(client: FlaskClient, change: dict[str, Any], field: str, code: str) -> None:
    """A number is a number and an unknown field an error: no guess about what a program meant."""
    response = client.post("/api/needs", json=publication(need={**NEED, **change}))
    assert fields_of(response) == {field: code}


def test_without_consent_nothing_is_published(client: FlaskClient) -> None:
    """Consent is said, not assumed."""
    assert fields_of(client.post("/api/needs", json=publication(consent=False))) == {"consent": "unknown_choice"}


def test_only_the_token_of_the_posting_changes_it(app: Site, client: FlaskClient, territory: Territory) -> None:
    """No token or a bad one: 401; the token of another posting: 403; nothing changes."""
    address = f"/api/needs/{territory.needs['website']}"
    before = client.get(address).json
    missing = client.put(address, json=NEED)
    assert (missing.status_code, missing.headers["WWW-Authenticate"]) == (401, "Bearer")
    for wrong in ("Bearer x", "Bearer", "Basic abc", f"Bearer {'a' * 5000}"):
        assert client.delete(address, headers={"Authorization": wrong}).status_code == 401
    other = authorised(token_of(app, Need, territory.needs["stock"]))
    same_number = authorised(token_of(app, Offer, territory.needs["website"]))
    for token in (other, same_number):
        assert client.put(address, json=NEED, headers=token).status_code == 403
        assert client.post(f"{address}/close", json={"reason": "duplicate"}, headers=token).status_code == 403
    assert client.get(address).json == before


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b'{"need": "\\ud800"}', 400),
        (b"[" * 100_000, 400),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, 400),
        (b"1" * 10_000, 422),
        (b"null", 422),
        (b"[]", 422),
        (b'{"need": NaN}', 422),
    ],
)
def test_a_body_that_makes_no_sense_is_refused(client: FlaskClient, body: bytes, status: int) -> None:
    """Whatever the bytes, an answer in problem+json and never a server error."""
    response = client.post("/api/needs", data=body, content_type="application/json")
    assert response.status_code in {status, 400, 422}, response.json
    assert response.mimetype == PROBLEM


def test_a_body_that_is_not_json_or_too_large_is_refused(client: FlaskClient, app: Site) -> None:
    """415 for another type (a form of another site cannot post), 413 beyond the limit."""
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        response = client.post("/api/needs", data=json.dumps(publication()), content_type=kind)
        assert (response.status_code, response.mimetype) == (415, PROBLEM)
    large = b" " * (app.config["MAX_CONTENT_LENGTH"] + 1)
    response = client.post("/api/needs", data=large, content_type="application/json")
    assert (response.status_code, response.mimetype) == (413, PROBLEM)


@pytest.mark.parametrize(
    "address",
    ["/api/needs/0", "/api/needs/999", "/api/needs/9223372036854775808", "/api/needs/1-slug",
     "/api/needs/" + "9" * 5000, "/api/offers/x", "/api/nothing", "/api/search?q=%00", "/api/search?q=%ff",
     "/api/needs/%00"],
)  # fmt: skip
def test_odd_addresses_are_refused(client: FlaskClient, address: str) -> None:
    """Too large, not a number, NUL, broken UTF-8: 400 or 404 as problem+json."""
    response = client.get(address)
    assert response.status_code in {400, 404}
    assert response.mimetype == PROBLEM


@pytest.mark.parametrize(
    "text",
    ["\u202e\u2066 gauche", "\U0001f468\u200d" * 40, "\x0b\x1c\u2028", "\ufdfa" * 200, "'; DROP TABLE need;--"],
)
def test_odd_texts_are_answered(client: FlaskClient, text: str) -> None:
    """A search for anything that is a text gets an answer."""
    assert client.get("/api/search", query_string={"q": text}).status_code == 200
    assert client.post("/api/proposals", json={"text": text}).status_code == 200


def test_texts_are_stored_clean(client: FlaskClient) -> None:
    """Characters that nobody sees are taken out; the rest comes back as data, whatever a browser makes of it."""
    need = {**NEED, "title": "<b>Bacs\u202e</b> \x00 \u200bici"}
    assert client.post("/api/needs", json=publication(need=need)).json["need"]["title"] == "<b>Bacs</b> ici"


def test_a_method_that_an_address_does_not_know_is_refused(client: FlaskClient) -> None:
    """405 with the methods that it knows."""
    response = client.patch("/api/needs")
    assert (response.status_code, response.mimetype) == (405, PROBLEM)
    assert {"GET", "POST"} <= set(response.headers["Allow"].split(", "))
