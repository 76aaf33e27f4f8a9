"""``/api/``: what it answers, to whom, and what it never tells."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from matcher.clock import today
from matcher.store import Change, Need, Offer, Organisation, Proposal
from matcher.store.session import writing
from matcher.vocabulary import PostingStatus
from tests.web.api_bodies import NEED, PROBLEM, fields_of, publication
from tests.web.territory import PRIVATE, Territory
from web import create_app
from web.assets import Site
from web.config import Settings
from web.wiring import db


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
        assert response.status_code in {200, 401, 404}, address
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
        if "get" not in methods or path.startswith("/api/hackathons/"):  # walked by test_hackathons.py
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
