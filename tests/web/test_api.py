"""``/api/``: what it answers, who may change what, and what it never tells."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from matcher.store import Change, Need, Offer, Organisation, Proposal
from matcher.store.session import writing
from matcher.vocabulary import PostingStatus
from tests.web.territory import PRIVATE, Territory
from web import create_app
from web.assets import Site
from web.clock import today
from web.config import Settings
from web.manage.links import token_for
from web.wiring import db

PROBLEM = "application/problem+json"

ORGANISATION = {
    "name": "Compost et Compagnie",
    "family": "user_sector",
    "organisation_type": "association",
    "place": {"name": "Nancy"},
    "contact_name": "Dominique Discrète",
    "contact_email": "dominique@discrete.example",
}
NEED = {
    "title": "Suivre nos bacs à compost",
    "problem": "Nous notons à la main le poids de trente bacs à compost et nous perdons les feuilles chaque semaine.",
    "place": {"insee": "54395"},
    "themes": ["waste"],
    "language": "fr",
}
OFFER = {
    "title": "Capteurs de poids pour bacs",
    "description": "Nous installons des capteurs de poids et un tableau de bord que tout le monde comprend.",
    "kind": "product",
    "place": {"name": "Luxembourg", "country": "LU"},
    "delivery_modes": ["on_site"],
    "range_scope": "anywhere",
}


def publication(**changes: Any) -> dict[str, Any]:
    """A need and who posts it, both right."""
    return {"organisation": ORGANISATION, "need": NEED, "consent": True, **changes}


def authorised(token: str) -> dict[str, str]:
    """The header of a management token."""
    return {"Authorization": f"Bearer {token}"}


def token_of(app: Site, model: type[Need] | type[Offer], number: int) -> str:
    """Management token of a stored posting."""
    with app.app_context():
        row = db.session.get(model, number)
        assert row is not None
        return token_for(row)


def fields_of(response: Any) -> dict[str, str]:
    """Code of each field that a 422 names."""
    assert response.status_code == 422, response.json
    assert response.mimetype == PROBLEM
    assert all(problem["sentence"] for problem in response.json["problems"])
    return {problem["field"]: problem["code"] for problem in response.json["problems"]}


# Reading


def test_a_list_has_only_what_can_be_found_newest_first(client: FlaskClient, territory: Territory) -> None:
    """Closed, expired and paused needs are left out of the list."""
    told = client.get("/api/needs").json
    live = [territory.needs[key] for key in ("website", "stock", "booking", "volunteers", "rounds")]
    assert [need["id"] for need in told["items"]] == live
    assert told["total"] == 5
    assert told["facets"] is None


def test_pages_lead_to_each_other_and_cover_the_list_once(client: FlaskClient, territory: Territory) -> None:
    """Following "next" gives every offer once; the header Link says the same as the body."""
    seen, address = [], "/api/offers?per_page=3"
    while address:
        response = client.get(address)
        seen += [offer["id"] for offer in response.json["items"]]
        address = response.json["links"]["next"]
        assert ('rel="next"' in response.headers["Link"]) is (address is not None)
    assert sorted(seen) == sorted(number for key, number in territory.offers.items() if key not in {"closed", "paused"})


def test_a_page_beyond_the_last_is_no_page(client: FlaskClient) -> None:
    """404 that names the last page, rather than the same entries again."""
    response = client.get("/api/needs?page=99")
    assert response.status_code == 404
    assert "99" in response.json["detail"]


def test_filters_narrow_and_facets_count(client: FlaskClient, territory: Territory) -> None:
    """Filters are those of the pages; facets count what each further one would leave."""
    told = client.get("/api/needs?theme=food_aid&department=54&facets=true").json
    assert [need["id"] for need in told["items"]] == [territory.needs["website"], territory.needs["stock"]]
    assert {"value": "food_aid", "count": 2} in told["facets"]["theme"]
    english = client.get("/api/needs?language=en").json
    assert [need["id"] for need in english["items"]] == [territory.needs["booking"]]
    both = client.get("/api/offers?kind=space&kind=research").json
    assert {offer["kind"] for offer in both["items"]} == {"space", "research"}
    directory = client.get("/api/organisations?name=rayons").json
    assert [row["name"] for row in directory["items"]] == ["Atelier Les Rayons"]


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("theme=Food Aid", "theme.0", "bad_text"),
        ("kind=service&kind=magic", "kind.1", "unknown_choice"),
        ("per_page=101", "per_page", "out_of_range"),
        ("page=0", "page", "out_of_range"),
        ("page=1.0", "page", "not_whole"),
        ("page=99999999999999999999", "page", "not_whole"),
        ("remote=oui", "remote", "unknown_choice"),
        ("organisation_id=9223372036854775808", "organisation_id", "not_whole"),
        ("organisation_id=1000000000", "organisation_id", "out_of_range"),
        ("colour=red", "colour", "unknown_field"),
    ],
)
def test_a_filter_that_is_not_understood_is_an_error(client: FlaskClient, query: str, field: str, code: str) -> None:
    """A program that mistyped a filter is told, and does not take the whole list for the answer."""
    assert fields_of(client.get(f"/api/needs?{query}")) == {field: code}


def test_bounds_are_told_on_both_sides(client: FlaskClient) -> None:
    """The sentence about a number out of range names the smallest and the largest."""
    response = client.get("/api/needs?per_page=500", headers={"Accept-Language": "en"})
    assert response.json["problems"][0]["sentence"] == "Write a number from 1 to 100."


def test_a_closed_need_says_so(client: FlaskClient, territory: Territory) -> None:
    """It keeps its address; "live" and "status" tell."""
    told = client.get(f"/api/needs/{territory.needs['closed']}").json
    assert (told["live"], told["status"], told["closed_reason"]) == (False, "closed", "matched_here")


def test_proposals_come_with_reasons(client: FlaskClient, territory: Territory) -> None:
    """The offer of simple sites answers the need of a site, with sentences for why and why not."""
    told = client.get(f"/api/needs/{territory.needs['website']}/proposals").json
    best = told["items"][0]
    assert (told["kind"], told["engine"], best["kind"]) == ("offer", "lexical", "offer")
    assert best["posting"]["id"] == territory.offers["sites"]
    assert "website" in best["shared_themes"]
    assert all(reason["sentence"] for reason in best["met"] + best["unmet"])
    assert client.get(f"/api/offers/{territory.offers['sites']}/proposals?limit=1").json["kind"] == "need"


def test_search_answers_both_sides_or_the_one_asked_for(client: FlaskClient, territory: Territory) -> None:
    """A sentence in plain words finds needs and offers; ``kind`` leaves one side out."""
    told = client.get("/api/search", query_string={"q": "un site internet pour notre association"}).json
    assert territory.needs["website"] in [match["posting"]["id"] for match in told["needs"]["items"]]
    assert territory.offers["sites"] in [match["posting"]["id"] for match in told["offers"]["items"]]
    one = client.get("/api/search", query_string={"q": "site internet", "kind": "offer"}).json
    assert one["needs"] is None
    assert fields_of(client.get("/api/search?q=" + "a" * 501)) == {"q": "too_long"}
    assert fields_of(client.get("/api/search")) == {"q": "required"}


def test_proposals_for_a_draft_store_nothing(app: Site, client: FlaskClient, territory: Territory) -> None:
    """A text and a draft are answered; not a row, not a change is left behind."""

    def state() -> list[int]:
        with app.app_context():
            models = (Need, Offer, Organisation, Proposal, Change)
            return [db.session.scalar(select(func.count()).select_from(model)) or 0 for model in models]

    before = state()
    words = "Nous voulons un site internet simple pour notre association, que des bénévoles mettent à jour."
    text = client.post("/api/proposals", json={"text": words})
    assert text.json["items"][0]["posting"]["id"] == territory.offers["sites"]
    draft = {**NEED, "title": "Un site internet", "problem": words, "themes": ["website"], "kinds": ["service"]}
    answer = client.post("/api/proposals", json={"need": draft}).json
    best = answer["items"][0]
    assert best["posting"]["id"] == territory.offers["sites"]
    assert best["distance_km"] == 0
    assert best["shared_themes"] == ["website"]
    assert answer["considered"] < text.json["considered"]
    assert state() == before


def test_a_draft_is_answered_as_the_same_need_would_be_once_stored(client: FlaskClient) -> None:
    """Storing changes nothing in who is proposed: the draft meets the same conditions."""
    words = "Nous voulons un site internet simple pour notre association, que des bénévoles mettent à jour."
    need = {**NEED, "themes": ["website"], "problem": words}
    asker = {"family": "user_sector", "organisation_type": "association"}
    draft = client.post("/api/proposals", json={"need": need, "asker": asker}).json
    number = client.post("/api/needs", json=publication(need=need)).json["need"]["id"]
    stored = client.get(f"/api/needs/{number}/proposals").json
    for told in (draft, stored):
        for match in told["items"]:
            match.pop("first_look")
            match["met"] = [reason for reason in match["met"] if reason["code"] != "newcomer"]
    assert {match["posting"]["id"] for match in draft["items"]} == {match["posting"]["id"] for match in stored["items"]}
    assert draft["considered"] == stored["considered"]


def test_a_draft_with_mistakes_names_them(client: FlaskClient) -> None:
    """Unknown places and themes are told at their place in the body; text and draft exclude each other."""
    wrong = {**NEED, "place": {"name": "Atlantide"}, "themes": ["alchemy"]}
    problems = fields_of(client.post("/api/proposals", json={"need": wrong}))
    assert problems == {"need.place": "unknown_place", "need.themes": "unknown_choice"}
    assert client.post("/api/proposals", json={}).status_code == 422
    assert client.post("/api/proposals", json={"text": "un site", "need": NEED}).status_code == 422


def test_vocabularies_are_complete(client: FlaskClient) -> None:
    """Themes, skills and closed lists come with words in both languages."""
    assert "food_aid" in [theme["code"] for theme in client.get("/api/themes").json["items"]]
    assert "cms" in [skill["code"] for skill in client.get("/api/skills").json["items"]]
    lists = {one["name"]: one["answers"] for one in client.get("/api/vocabulary").json["lists"]}
    assert [answer["value"] for answer in lists["PostingStatus"]] == [status.value for status in PostingStatus]
    assert lists["PostingStatus"][0]["label_en"] == "Open"


def test_the_state_of_the_service_counts_what_can_be_found(client: FlaskClient, territory: Territory) -> None:
    """Counts are those of the lists; a missing model is said."""
    told = client.get("/api/status").json
    assert told["counts"]["needs"] == client.get("/api/needs").json["total"]
    assert told["counts"]["organisations"] == len(territory.organisations)
    assert told["model"]["id"] is None


def test_the_start_page_leads_everywhere(client: FlaskClient) -> None:
    """Every address that it names answers."""
    told = client.get("/api/").json
    for name in ("description", "documentation", "needs", "offers", "organisations", "themes", "skills", "vocabulary"):
        assert client.get(told[name]).status_code == 200, name


def test_live_postings_are_profiles_for_other_directories(client: FlaskClient, territory: Territory) -> None:
    """A live posting has one, a closed one has none."""
    told = client.get(f"/api/offers/{territory.offers['sites']}/murmurations").json
    assert told["exchange_type"] == "offer"
    assert client.get(f"/api/needs/{territory.needs['closed']}/murmurations").status_code == 404


# Privacy


def test_nothing_private_is_told_anywhere(app: Site, client: FlaskClient, territory: Territory) -> None:
    """Every address that can be read is walked: no contact, no name of an anonymous author, no kept budget."""
    hidden = "Fédération des Deux Vallées"
    with app.app_context(), writing(db.session):
        need = db.session.get(Need, territory.needs["rounds"])
        assert need is not None
        need.budget_public, need.budget_min, need.budget_max = False, 314159, 271828182 // 100
        need.expires_on = today() + timedelta(days=10)
    told = {}
    for address in readable(client, territory):
        response = client.get(address)
        assert response.status_code in {200, 404}, address
        told[address] = response.get_data(as_text=True)
    secrets = [*PRIVATE, "314159", "2718281", "external_key", "link_version"]
    for address, text in told.items():
        assert not [secret for secret in secrets if secret in text], address
        if not address.startswith(("/api/organisations", "/api/search?q=federation")):
            assert hidden not in json.dumps(json.loads(text), ensure_ascii=False), address
    own = f"/api/needs?organisation_id={territory.organisations['homecare']}"
    assert client.get(own).json["items"] == []
    author = client.get(f"/api/needs/{territory.needs['rounds']}").json["organisation"]
    assert author == {
        "id": None,
        "name": None,
        "url": None,
        "family": "user_sector",
        "organisation_type": "association",
        "size_band": "50-249",
        "anonymous": True,
    }


def readable(client: FlaskClient, territory: Territory) -> list[str]:
    """Every address that the description lets anybody read, filled in with every number there is."""
    numbers = {"needs": territory.needs, "offers": territory.offers, "organisations": territory.organisations}
    found = []
    for path, methods in client.get("/api/openapi.json").json["paths"].items():
        if "get" not in methods or path.startswith("/api/hackathons/"):  # walked by test_api_hackathons.py
            continue
        if "{number}" in path:
            known = numbers[path.split("/")[2]].values()
            found += [path.replace("{number}", str(number)) for number in known]
        elif path == "/api/search":
            searches = ("planning+tournees+aides", "site+internet", "federation")
            found += [f"{path}?q={words}&limit=50" for words in searches]
        else:
            found.append(f"{path}?per_page=100&facets=true" if path in {f"/api/{name}" for name in numbers} else path)
    return found


# Publishing


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


# Hostile and broken requests


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


# Every answer


def test_reading_is_open_to_other_sites_and_writing_is_not(client: FlaskClient) -> None:
    """Any origin may read without credentials; a preflight for writing is not granted."""
    read = client.get("/api/needs", headers={"Origin": "https://elsewhere.example"})
    assert read.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in read.headers
    preflight = client.options(
        "/api/needs", headers={"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    )
    assert "Access-Control-Allow-Methods" not in preflight.headers
    assert "Access-Control-Allow-Headers" not in preflight.headers
    page = client.get("/")
    assert "Access-Control-Allow-Origin" not in page.headers


def test_the_session_is_neither_read_nor_written(client: FlaskClient) -> None:
    """No cookie means anything here: that is why no CSRF token is asked for."""
    client.set_cookie("passerelle", "anything")
    for response in (client.get("/api/needs"), client.post("/api/needs", json=publication()), client.get("/api/x")):
        assert "Set-Cookie" not in response.headers
        assert "Cookie" not in response.headers.get("Vary", "")


def test_sentences_are_in_the_language_that_is_accepted(client: FlaskClient) -> None:
    """English on demand, French by default, whatever the failure."""
    for address in ("/api/needs?page=0", "/api/needs/0", "/api/nothing"):
        for accepted, told in (("en-GB,en;q=0.8", "en"), ("de", "fr"), ("fr", "fr")):
            response = client.get(address, headers={"Accept-Language": accepted})
            assert response.headers["Content-Language"] == told
            assert "Accept-Language" in response.headers["Vary"]


def test_too_many_requests_are_slowed_down(settings: Settings) -> None:
    """429 with the time to wait; publishing has its own, narrower rate."""
    limited = settings.model_copy(
        update={"rate_limits_enabled": True, "rate_api": "3/minute", "rate_posting": "1/hour"}
    )
    client = create_app(limited).test_client()
    answers = [client.get("/api/themes").status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429]
    posted = [client.post("/api/needs", json={}) for _ in range(2)]
    assert [response.status_code for response in posted] == [422, 429]
    assert (posted[1].mimetype, posted[1].headers["Retry-After"].isdigit()) == (PROBLEM, True)


def test_the_documentation_names_every_operation_without_a_script(client: FlaskClient) -> None:
    """The page is made from the description; its language is that of its address, as for every page."""
    described = client.get("/api/openapi.json").json
    for prefix, language in (("", "fr"), ("/en", "en")):
        answer = client.get(f"{prefix}/api/docs", headers={"Accept-Language": "en"})
        assert answer.headers["Content-Language"] == language
        page = answer.get_data(as_text=True)
        for methods in described["paths"].values():
            for operation in methods.values():
                assert f'id="{operation["operationId"]}"' in page
        for name in described["components"]["schemas"]:
            assert f'id="schema-{name}"' in page


def test_the_description_is_complete(client: FlaskClient) -> None:
    """OpenAPI 3.1; every operation has a name, a tag, a summary, and every error in problem+json."""
    described = client.get("/api/openapi.json").json
    assert described["openapi"].startswith("3.1")
    names = []
    for methods in described["paths"].values():
        for operation in methods.values():
            names.append(operation["operationId"])
            assert operation["summary"]
            assert set(operation["tags"]) <= {tag["name"] for tag in described["tags"]}
            errors = {status: told for status, told in operation["responses"].items() if status >= "4"}
            assert {"400", "429", "503"} <= set(errors)
            assert all(set(told["content"]) == {PROBLEM} for told in errors.values())
    assert len(names) == len(set(names))
