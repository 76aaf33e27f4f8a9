"""The teams of an event through the API: versions, changes by hand, computations, publication."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from matcher.clock import utc_now
from matcher.hackathons import plans, runs
from matcher.store import TeamRun, Wish
from matcher.vocabulary import RunKind, WishKind
from tests.matcher.hackathons.events import Event, make_event
from tests.web.organising_api import OrganiserApi, ended, event_api, problems_of
from web.assets import Site
from web.wiring import db


def move(
    event: Event, revision: int, person: int = 0, challenge: int = 1, team: int = 1, **more: Any
) -> dict[str, Any]:
    """The body that moves somebody, both counted from 0."""
    return {
        "revision": revision,
        "registration": event.people[person].id,
        "challenge": event.challenges[challenge].id,
        "team": team,
        **more,
    }


def test_a_version_has_its_teams_and_costs(event: Event, api: OrganiserApi) -> None:
    """Names by team; parts of the cost add up to the total; what is proven is never more."""
    listed = api.get("/plans")
    (version,) = listed["items"]
    assert (version["number"], version["current"], version["published"], listed["revision"]) == (1, True, False, 1)
    plan = api.get("/plans/1")
    assert plan["version"] == version
    assert [team["challenge"] for team in plan["teams"]] == [row.id for row in event.challenges]
    assert [person["name"] for person in plan["teams"][0]["people"]] == [row.name for row in event.people[:4]]
    assert sum(term["cost"] for term in plan["terms"]) == version["cost"] >= version["bound"]
    api.get("/plans/2", 404)


def test_somebody_is_moved_and_the_move_undone(event: Event, api: OrganiserApi) -> None:
    """A move is a new version with its author; undo goes back to the one before; a second undo has nothing to do."""
    moved = api.post("/plans/move", move(event, 1, author="Camille\x07", note="elle le demande"), 201)
    assert (moved["version"]["number"], moved["version"]["made_from"], moved["revision"]) == (2, 1, 2)
    assert (moved["version"]["author"], moved["version"]["origin"]) == ("Camille", "edited")
    assert [len(team["people"]) for team in moved["teams"]] == [3, 5, 4]
    undone = api.post("/plans/undo", {"revision": 2})
    assert (undone["version"]["number"], undone["revision"]) == (1, 3)
    assert "nothing to undo" in api.post("/plans/undo", {"revision": 3}, 409)["detail"]
    assert [row["number"] for row in api.get("/plans?per_page=1")["items"]] == [2]


def test_the_second_of_two_organisers_is_told_the_new_revision(event: Event, api: OrganiserApi) -> None:
    """Whatever is sent under an older revision is refused, and nothing is stored."""
    api.post("/plans/move", move(event, 1), 201)
    for path, body in (
        ("/plans/move", move(event, 1, person=5, challenge=2)),
        ("/plans/undo", {"revision": 1}),
        ("/plans/publish", {"revision": 1}),
    ):
        assert api.post(path, body, 409)["revision"] == 2
    assert api.put("/plans/locks", {"revision": 1, "people": [], "teams": []}, 409)["revision"] == 2
    assert api.get("/plans")["total"] == 2


def test_a_move_that_breaks_a_rule_is_refused_with_the_rule(event: Event, api: OrganiserApi) -> None:
    """It is named in words, and done when it is forced; who does not take part is never put into a team."""
    api.post("/plans/move", move(event, 1), 201)
    refused = api.post("/plans/move", move(event, 2, person=1), 409)
    assert refused["rules"]
    assert "3" in refused["rules"][0]
    assert api.post("/plans/move", move(event, 2, person=1, force=True), 201)["version"]["number"] == 3
    stranger = {**move(event, 3, force=True), "registration": 999_999}
    assert api.post("/plans/move", stranger, 409)["rules"]
    assert problems_of(api.post("/plans/move", move(event, 3, team=0), 422)) == {"team": "out_of_range"}


def test_people_and_teams_are_held_fast(event: Event, api: OrganiserApi) -> None:
    """What is sent replaces what was held; people who are in no team are left out."""
    team = {"challenge": event.challenges[2].id, "number": 1}
    people = [event.people[0].id, 999_999]
    held = api.put("/plans/locks", {"revision": 1, "people": people, "teams": [team]}, 201)
    assert held["locks"] == {"people": [event.people[0].id], "teams": [team]}
    loose = api.put("/plans/locks", {"revision": 2, "people": [], "teams": []}, 201)
    assert loose["locks"] == {"people": [], "teams": []}


def test_versions_differ_by_moves_and_costs(event: Event, api: OrganiserApi) -> None:
    """Who is elsewhere, from where to where, and the parts of the cost in both."""
    api.post("/plans/move", move(event, 1), 201)
    found = api.get("/plans/1/differences/2")
    (moved,) = found["moves"]
    assert moved["person"] == {"id": event.people[0].id, "name": event.people[0].name}
    assert moved["before"] == {"challenge": event.challenges[0].id, "number": 1}
    assert moved["after"] == {"challenge": event.challenges[1].id, "number": 1}
    costs = {row["number"]: row["cost"] for row in api.get("/plans")["items"]}
    assert sum(term["after"] - term["before"] for term in found["terms"]) == costs[2] - costs[1]
    assert api.get("/plans/2/differences/2")["moves"] == []
    api.get("/plans/1/differences/9", 404)


def test_wishes_to_avoid_have_no_line_of_their_own(event: Event, api: OrganiserApi) -> None:
    """Neither in costs nor in differences, nor is anybody named when such a wish refuses a move."""
    author, other = event.people[0], event.people[4]
    author.wishes = [Wish(kind=WishKind.AVOID, typed=other.name, other_id=other.id, is_settled=True, is_confirmed=True)]
    db.session.commit()
    refused = api.post("/plans/move", move(event, 1), 409)
    assert [name for name in (author.name, other.name) if any(name in rule for rule in refused["rules"])] == []
    api.post("/plans/move", move(event, 1, force=True), 201)
    told = json.dumps([api.get("/plans/2"), api.get("/plans/1/differences/2")])
    assert "avoid" not in told


def test_teams_are_published_when_the_rules_hold(event: Event, client: FlaskClient, api: OrganiserApi) -> None:
    """Broken rules refuse it unless it is forced; then people see these teams."""
    event.people[0].directory_consent = True
    db.session.commit()
    assert client.get(f"{api.address}/teams").json["items"] == []
    told = api.post("/plans/publish", {"revision": 1})
    assert (told["published"], told["current"]) == (True, True)
    assert client.get(f"{api.address}/teams").json["items"][0]["people"] == [event.people[0].name]
    api.post("/plans/move", move(event, 2), 201)
    revision = api.post("/plans/move", move(event, 3, person=1, force=True), 201)["revision"]
    assert api.post("/plans/publish", {"revision": revision}, 409)["rules"]
    assert api.post("/plans/publish", {"revision": revision, "force": True})["number"] == 3


def test_before_the_first_teams_there_is_nothing_to_change(app: Site, client: FlaskClient) -> None:
    """409 that says so, for every change; the list is empty."""
    api = event_api(app, client)
    listed = api.get("/plans")
    assert (listed["items"], listed["revision"]) == ([], 0)
    api.post("/plans/publish", {"revision": 0}, 409)
    api.post("/plans/undo", {"revision": 0}, 409)
    api.post("/plans/move", {"revision": 0, "registration": 1, "challenge": 1, "team": 1}, 409)
    api.post("/runs", {}, 409)


def test_teams_are_computed_by_a_process_of_their_own(client: FlaskClient, event: Event, api: OrganiserApi) -> None:
    """202 with the address that tells how far it is; at its end there is a version, and nothing is published."""
    body = {"kind": "improve", "time_limit_s": 5, "author": "Camille"}
    response = client.post(f"{api.address}/runs", json=body, headers=api.headers)
    assert response.status_code == 202
    assert (response.json["kind"], response.json["over"]) == ("improve", False)
    assert ended(api, response.json["id"]) == "done"
    told = client.get(response.headers["Location"], headers=api.headers).json
    assert (told["over"], told["version"]) == (True, 2)
    version = api.get("/plans/2")["version"]
    assert (version["author"], version["cost"], version["published"]) == ("Camille", told["best"], False)
    assert version["cost"] <= api.get("/plans/1")["version"]["cost"]


def test_an_event_has_one_computation_at_a_time(event: Event, api: OrganiserApi) -> None:
    """The second request is told which one is under way; it can be stopped; one of another event is not there."""
    run = runs.ask_run(db.session, event.hackathon, RunKind.FORM, time_limit_s=5)
    number = run.id
    assert api.post("/runs", {"time_limit_s": 5}, 409)["run"] == number
    assert not api.get(f"/runs/{number}")["stop_asked"]
    assert api.post(f"/runs/{number}/stop")["stop_asked"]
    api.get(f"/runs/{number + 1}", 404)
    api.post(f"/runs/{number + 1}/stop", status=404)


def test_a_site_has_few_computations_waiting(app: Site, client: FlaskClient, event: Event, api: OrganiserApi) -> None:
    """Beyond that, 503 says when to try again: no request makes work without bounds."""
    number = event.hackathon.id
    for _ in range(runs.MOST_WAITING):
        other = make_event(db.session)
        db.session.add(TeamRun(hackathon_id=other.hackathon.id, kind=RunKind.FORM, problem="{}", time_limit_s=5,
                               beat_at=utc_now()))  # fmt: skip
    db.session.commit()
    response = client.post(f"{api.address}/runs", json={"time_limit_s": 5}, headers=api.headers)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert runs.latest(db.session, number) is None


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"time_limit_s": 601}, "time_limit_s", "out_of_range"),
        ({"time_limit_s": 4}, "time_limit_s", "out_of_range"),
        ({"kind": "magic"}, "kind", "unknown_choice"),
        ({"seed": -1}, "seed", "out_of_range"),
        ({"max_moves": 1.5}, "max_moves", "not_whole"),
        ({"workers": 16}, "workers", "unknown_field"),
    ],
)
def test_a_computation_is_bounded(api: OrganiserApi, body: dict[str, Any], field: str, code: str) -> None:
    """Nobody asks for more than ten minutes, nor for more processes."""
    assert problems_of(api.post("/runs", body, 422)) == {field: code}
    db.session.rollback()
    assert plans.current(db.session, int(api.address.rpartition("/")[2])).revision == 1
