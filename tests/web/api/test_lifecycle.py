"""The life of a posting through the API: pause, renewal, reopening, room of an offer, new links."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from matcher.clock import today
from matcher.store import Need, Offer
from tests.web.side_api import SideApi
from tests.web.territory import Territory
from web.assets import Site
from web.wiring import db


@pytest.fixture
def need(app: Site, client: FlaskClient, territory: Territory) -> SideApi:
    """The side of a need."""
    return SideApi(app, client, Need, territory.needs["website"])


@pytest.fixture
def offer(app: Site, client: FlaskClient, territory: Territory) -> SideApi:
    """The side of an offer."""
    return SideApi(app, client, Offer, territory.offers["sites"])


def day(app: Site) -> date:
    """Today, as the site has it."""
    with app.test_request_context():
        return today()


def listed(client: FlaskClient, kind: str) -> list[int]:
    """Numbers of what can be found."""
    return [item["id"] for item in client.get(f"/api/{kind}?per_page=100").json["items"]]


def test_a_paused_posting_is_not_found_until_the_pause_ends(
    app: Site, client: FlaskClient, need: SideApi, territory: Territory
) -> None:
    """It leaves the list with the pause and is back after it; ending no pause changes nothing."""
    number = territory.needs["website"]
    until = day(app) + timedelta(days=30)
    told = need.post("/pause", {"paused_until": until.isoformat()})
    assert (told["posting"]["live"], told["posting"]["paused_until"]) == (False, until.isoformat())
    assert number not in listed(client, "needs")
    for _ in range(2):
        told = need.post("/resume")
        assert (told["posting"]["live"], told["posting"]["paused_until"]) == (True, None)
    assert number in listed(client, "needs")


@pytest.mark.parametrize(("days", "code"), [(0, "date_in_past"), (-1, "date_in_past"), (400, "date_too_far")])
def test_a_pause_ends_between_tomorrow_and_next_year(app: Site, need: SideApi, days: int, code: str) -> None:
    """The same problem as on the page, and nothing is stored."""
    until = day(app) + timedelta(days=days)
    told = need.post("/pause", {"paused_until": until.isoformat()}, 422)
    assert [(item["field"], item["code"]) for item in told["problems"]] == [("paused_until", code)]
    assert need.get()["posting"]["paused_until"] is None


def test_a_closed_posting_opens_again_with_a_life_before_it(
    app: Site, client: FlaskClient, offer: SideApi, territory: Territory
) -> None:
    """Its last day passed while it was closed: it gets another one."""
    number = territory.offers["sites"]
    client.post(f"/api/offers/{number}/close", json={"reason": "abandoned"}, headers=offer.headers)
    assert offer.get()["posting"]["status"] == "closed"
    with app.app_context():
        db.session.get_one(Offer, number).expires_on = day(app) - timedelta(days=1)
        db.session.commit()
    told = offer.post("/reopen")["posting"]
    assert (told["status"], told["closed_reason"], told["live"]) == ("open", None, True)
    assert date.fromisoformat(told["expires_on"]) > day(app) + timedelta(days=300)


def test_renewing_never_shortens(app: Site, need: SideApi, territory: Territory) -> None:
    """A need that ends tomorrow lives on; one that ends in two years stays as it is."""
    for days, later in ((1, True), (700, False)):
        until = day(app) + timedelta(days=days)
        with app.app_context():
            db.session.get_one(Need, territory.needs["website"]).expires_on = until
            db.session.commit()
        assert (date.fromisoformat(need.post("/renew")["posting"]["expires_on"]) > until) is later


def test_an_offer_says_how_much_it_took_on(app: Site, offer: SideApi, need: SideApi, territory: Territory) -> None:
    """A need has no such number; a number beyond its bounds is refused with both of them."""
    offer.put("/taken", {"taken": 2})
    with app.app_context():
        row = db.session.get_one(Offer, territory.offers["sites"])
        assert (row.taken_this_month, row.taken_month) == (2, f"{day(app):%Y-%m}")
    need.put("/taken", {"taken": 2}, 403)
    for wrong in (-1, 1001):
        assert "1000" in offer.put("/taken", {"taken": wrong}, 422)["problems"][0]["sentence"]


def test_a_new_token_ends_the_old_one(client: FlaskClient, need: SideApi) -> None:
    """The answer is kept by nobody on the way, and opens what the old one opened."""
    answer = client.post("/api/posting/links", headers=need.headers)
    told = answer.json
    assert "no-store" in answer.headers["Cache-Control"]
    need.get(status=401)
    need.headers["Authorization"] = f"Bearer {told['token']}"
    assert need.get()["kind"] == "need"
    assert client.get(told["link"]).status_code == 200
