"""What organisers do on their pages, by program: swap, take up again, find ways out, weigh, announce, judge, delete."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from matcher.clock import utc_now
from matcher.hackathons import runs
from matcher.store import Hackathon, Mail, Registration, Submission, TeamRun, Wish
from matcher.vocabulary import HackathonPhase, RegistrationStatus, RunKind, RunStatus, WishKind
from tests.hackathons import make_registration
from tests.matcher.hackathons.events import Event
from tests.web.organising_api import OrganiserApi, ended, problems_of
from web.assets import Site
from web.links import juror_of, registration_of
from web.wiring import db


def places(plan: Any) -> dict[int, tuple[int, int]]:
    """Where each person of an answered version is."""
    return {person["id"]: (team["challenge"], team["number"]) for team in plan["teams"] for person in team["people"]}


def test_two_people_change_places_and_an_earlier_version_is_taken_up(event: Event, api: OrganiserApi) -> None:
    """Each is a new version; the one taken up has the teams of the old one and can be undone."""
    first, second = event.people[0].id, event.people[4].id
    before = places(api.get("/plans/1"))
    swapped = api.post("/plans/swap", {"revision": 1, "registration": first, "other": second}, 201)
    after = places(swapped)
    assert (after[first], after[second]) == (before[second], before[first])
    again = api.post("/plans/1/restore", {"revision": 2, "author": "Camille"}, 201)
    assert (again["version"]["number"], again["version"]["author"], places(again)) == (3, "Camille", before)
    assert api.post("/plans/undo", {"revision": 3})["version"]["number"] == 2
    assert api.post("/plans/1/restore", {"revision": 2}, 409)["revision"] == 4
    api.post("/plans/9/restore", {"revision": 4}, 404)
    api.post("/plans/swap", {"revision": 4, "registration": first, "other": 999_999}, 409)


def test_an_impossible_computation_tells_its_ways_out(event: Event, api: OrganiserApi) -> None:
    """Two ways lead on: a rule is given up for one computation, or changed for the event."""
    event.hackathon.size_min = event.hackathon.size_target = event.hackathon.size_max = 7
    db.session.commit()
    (conflict, *_) = [item for item in api.get("/conflicts")["items"] if item["blocking"]]
    run = api.post("/runs", {"kind": "form", "time_limit_s": 5}, 202)["id"]
    assert ended(api, run) == "impossible"
    assert api.get("/runs/latest")["id"] == run
    told = api.get(f"/runs/{run}/conflicts")
    assert told["proven"]
    key = told["conflicts"][0]["ways"][0]["key"]
    assert problems_of(api.post(f"/runs/{run}/relax", {"way": "nonsense"}, 422)) == {"way": "unknown_choice"}
    again = api.post(f"/runs/{run}/relax", {"way": key}, 202)["id"]
    assert ended(api, again) == "done"
    api.get(f"/runs/{again}/conflicts", 409)
    kept = next(way["key"] for way in conflict["ways"] if way["key"])
    revision = api.get("/plans")["revision"]
    api.post("/conflicts", {"revision": revision, "way": "nonsense"}, 409)
    left = api.post("/conflicts", {"revision": revision, "way": kept})["items"]
    assert conflict["sentence"] not in [item["sentence"] for item in left]


def test_a_computation_whose_process_died_is_taken_up(event: Event, api: OrganiserApi) -> None:
    """One that lives or is over is not; another one of the event comes first."""
    row = runs.ask_run(db.session, event.hackathon, RunKind.IMPROVE, time_limit_s=5)
    number = row.id
    api.post(f"/runs/{number}/resume", status=409)
    row.status, row.beat_at = RunStatus.RUNNING, utc_now() - timedelta(seconds=runs.DEAD_S + 1)
    db.session.commit()
    assert api.get(f"/runs/{number}")["status"] == "interrupted"
    api.post(f"/runs/{number}/resume", status=202)
    assert ended(api, number) == "done"


def test_what_counts_is_read_and_changed_under_the_revision_of_the_event(api: OrganiserApi) -> None:
    """Sliders left out stay; an old revision is refused; the usual weights come back at once."""
    seen = api.get("/weights")
    assert seen["usual"]
    changed = api.put("/weights", {"revision": seen["revision"], "sliders": [{"slider": "friends", "step": "double"}]})
    steps = {item["slider"]: item["step"] for item in changed["sliders"]}
    assert (steps["friends"], steps["wishes"], changed["usual"]) == ("double", "usual", False)
    assert api.put("/weights", {"revision": seen["revision"], "sliders": []}, 409)["revision"] == changed["revision"]
    assert api.put("/weights", {"revision": changed["revision"], "sliders": [], "usual": True})["usual"]
    wrong = {"revision": 1, "sliders": [{"slider": "luck", "step": "double"}]}
    assert problems_of(api.put("/weights", wrong, 422)) == {"sliders.0.slider": "unknown_choice"}


def test_fairness_and_reasons_are_told_without_private_wishes(event: Event, api: OrganiserApi) -> None:
    """Everybody is counted once; reasons are in words; whoever is nowhere in the event is not there."""
    author, other = event.people[0], event.people[4]
    author.wishes = [Wish(kind=WishKind.AVOID, typed=other.name, other_id=other.id, is_settled=True, is_confirmed=True)]
    db.session.commit()
    fair = api.get("/plans/fairness")
    assert sum(fair["choices"]) + fair["unranked"] + fair["ranked_nothing"] == len(event.people)
    told = api.get(f"/plans/people/{author.id}")
    assert told["team"] == {"challenge": event.challenges[0].id, "number": 1}
    assert told["reasons"]
    assert other.name not in str(told)
    api.get("/plans/people/999999", 404)


def test_published_places_are_announced_once(event: Event, api: OrganiserApi) -> None:
    """Before a publication there is nobody to write to; afterwards each person gets one mail."""
    for at, person in enumerate(event.people):
        person.email = f"personne{at}@example.org"
    db.session.commit()
    assert api.post("/plans/announce")["queued"] == 0
    api.post("/plans/publish", {"revision": 1})
    assert api.post("/plans/announce")["queued"] == len(event.people)
    assert api.post("/plans/announce")["queued"] == 0
    assert db.session.query(Mail).count() == len(event.people)


def test_a_person_gets_a_place_and_a_new_link(app: Site, event: Event, api: OrganiserApi) -> None:
    """Who waited has a place; the old link opens nothing any more."""
    person = make_registration(db.session, event.hackathon, "Ada Attente", status=RegistrationStatus.WAITING)
    number = person.id
    assert api.post(f"/registrations/{number}/place")["status"] == "registered"
    first = api.post(f"/registrations/{number}/links")["token"]
    second = api.post(f"/registrations/{number}/links")["token"]
    with app.test_request_context():
        assert registration_of(second).id == number
        with pytest.raises(LookupError):
            registration_of(first)


def test_a_settled_name_is_asked_again(event: Event, api: OrganiserApi) -> None:
    """Names of people to avoid have no address here."""
    event.people[0].wishes = [
        Wish(kind=WishKind.WITH, typed="Personne un", other_id=event.people[1].id, is_settled=True),
        Wish(kind=WishKind.AVOID, typed="Personne deux", other_id=event.people[2].id, is_settled=True),
    ]
    db.session.commit()
    friend, avoided = (wish.id for wish in event.people[0].wishes)
    assert api.post(f"/wishes/{friend}/take-up") == {"name": "Personne un", "registration": None}
    assert [item["id"] for item in api.get("/wishes")["items"]] == [friend]
    api.post(f"/wishes/{avoided}/take-up", status=404)


def test_the_jury_is_invited_and_results_are_public_at_the_end(
    app: Site, client: FlaskClient, event: Event, api: OrganiserApi
) -> None:
    """A link is given, renewed and ended; projects are the organisers' before the event is over."""
    number = event.hackathon.id
    challenge = event.challenges[0].id
    db.session.add(Submission(hackathon_id=number, challenge_id=challenge, team_number=1, title="Un projet"))
    db.session.commit()
    juror = api.post("/jurors", {"name": "Marie Essai"}, 201)
    renewed = api.post(f"/jurors/{juror['id']}/links")
    assert renewed["link"] != juror["link"]
    with app.test_request_context():
        assert juror_of(renewed["link"].rpartition("/")[2]).name == "Marie Essai"
    assert api.post(f"/jurors/{juror['id']}/end")["link"] is None
    assert client.delete(f"{api.address}/jurors/{juror['id']}", headers=api.headers).status_code == 204
    assert api.get("/jurors")["items"] == []
    (project,) = api.get("/organiser/results")["items"]
    assert (project["title"], project["rank"], project["jurors"]) == ("Un projet", None, 0)
    assert client.get(f"{api.address}/results").status_code == 404
    told = api.put(f"/challenges/{challenge}/outcome", {"outcome": "continued", "note": "Deux associations"})
    assert (told["challenge"]["outcome"], told["challenge"]["outcome_note"]) == ("continued", "Deux associations")
    db.session.get_one(Hackathon, number).phase = HackathonPhase.CLOSED
    db.session.commit()
    assert [item["title"] for item in client.get(f"{api.address}/results").json["items"]] == ["Un projet"]


def test_links_are_cancelled_with_the_token_at_hand(client: FlaskClient, api: OrganiserApi) -> None:
    """The answer holds the new one; the old one opens nothing."""
    fresh = api.post("/links")
    api.get("/organiser", 401)
    assert client.get(fresh["link"]).status_code == 200
    headers = {"Authorization": f"Bearer {fresh['token']}"}
    assert client.get(f"{api.address}/organiser", headers=headers).status_code == 200


def test_an_event_is_deleted_by_who_knows_how_many_people_go(client: FlaskClient, api: OrganiserApi) -> None:
    """As the page tells the number before it asks: another one, or none, deletes nothing."""
    for query, status in (("", 422), ("?registered=11", 409), ("?registered=x", 422), ("?registered=12", 204)):
        answer = client.delete(f"{api.address}{query}", headers=api.headers)
        assert answer.status_code == status, query
        assert (db.session.query(Registration).count() == 0) == (status == 204)
        db.session.rollback()
    api.get("/organiser", 401)
    assert db.session.query(TeamRun).count() == 0
