"""Both sides of a pair through the API: from the proposal to what came of it, and who learns what when."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from matcher.clock import today
from matcher.introductions.queries import Group
from matcher.store import Introduction, Need, Offer
from tests.matcher.introductions.pairs import Ids, propose
from tests.web.side_api import KEY, SideApi
from tests.web.territory import PRIVATE, Territory
from web.assets import Site
from web.wiring import db


@dataclass(frozen=True)
class Both:
    """The two sides of a pair that the matcher proposed, and the address of the pair for each."""

    need: SideApi
    offer: SideApi
    ids: Ids

    @property
    def at_need(self) -> str:
        """The pair, for the need's side."""
        return f"/pairs/{self.ids.offer}"

    @property
    def at_offer(self) -> str:
        """The pair, for the offer's side."""
        return f"/pairs/{self.ids.need}"

    def introduce(self) -> None:
        """Both say yes: the need's side wants to be called, the offer's side to be written to."""
        self.need.post(f"{self.at_need}/yes", {"mode": "phone", "phone": "03 53 01 00 01"})
        self.offer.post(f"{self.at_offer}/yes", {"mode": "mail"})


@pytest.fixture
def both(app: Site, client: FlaskClient, territory: Territory) -> Both:
    """An anonymous need and an offer."""
    ids = Ids(territory.needs["website"], territory.offers["sites"])
    with app.app_context():
        propose(db.session, ids)
        db.session.get_one(Need, ids.need).anonymous = True
        db.session.commit()
    return Both(SideApi(app, client, Need, ids.need), SideApi(app, client, Offer, ids.offer), ids)


def test_a_pair_goes_from_the_proposal_to_what_came_of_it(both: Both) -> None:
    """Each side sees where the pair stands, in the group of its page and in one timeline."""
    assert groups(both.need) == [Group.TO_ANSWER]
    assert both.need.get(both.at_need)["may"] == ["no", "not_now", "yes"]
    both.introduce()
    assert groups(both.need) == groups(both.offer) == [Group.INTRODUCED]
    both.offer.post(f"{both.at_offer}/met")
    both.need.post(f"{both.at_need}/started")
    told = {"outcome": "partnership", "counterfactual": "no", "outcome_text": "Un site à deux"}
    both.need.post(f"{both.at_need}/outcome", told)
    mine, theirs = both.need.get(both.at_need), both.offer.get(both.at_offer)
    happened = ["interested", "interested", "introduced", "met", "started", "outcome"]
    assert [step["kind"] for step in mine["timeline"]] == [step["kind"] for step in theirs["timeline"]] == happened
    assert (mine["state"], mine["may"], theirs["may"]) == ("ended", [], ["tell"])
    assert [step["text"] for step in mine["timeline"] if step["text"]] == ["Un site à deux"]
    assert [step["text"] for step in theirs["timeline"] if step["text"]] == []


def test_nobody_learns_who_or_where_before_both_said_yes(both: Both) -> None:
    """One yes shows neither name nor phone number to the other side; the second one shows what each chose."""
    both.need.post(f"{both.at_need}/yes", {"mode": "phone", "phone": "03 53 01 00 01"})
    before = everything(both.offer)
    hidden = (*PRIVATE, "03 53 01 00 01", "Épicerie du Faubourg")
    assert [secret for secret in hidden if secret in before] == []
    assert both.offer.get(both.at_offer)["contact"] is None
    both.offer.post(f"{both.at_offer}/yes", {"mode": "mail"})
    assert both.offer.get(both.at_offer)["contact"] == {
        "name": "Épicerie du Faubourg", "person": PRIVATE[0], "mode": "phone", "detail": "03 53 01 00 01",
    }  # fmt: skip
    assert both.need.get(both.at_need)["contact"]["mode"] == "mail"
    assert PRIVATE[1] not in everything(both.offer) + everything(both.need)


def test_a_list_is_grouped_filtered_and_counted(both: Both) -> None:
    """Counts are of the whole; a filter keeps its groups; another group is empty, a mistyped one an error."""
    both.need.post(f"{both.at_need}/yes", {"mode": "mail"})
    page = both.need.get("/pairs?group=waiting&group=over")
    assert (page["total"], page["counts"]["waiting"], page["counts"]["to_answer"]) == (1, 1, 0)
    assert page["items"][0]["own_yes"]
    assert not page["items"][0]["other_yes"]
    assert both.need.get("/pairs?group=introduced")["items"] == []
    assert both.offer.get("")["pairs"]["to_answer"] == 1
    both.need.get("/pairs?group=none", 422)
    both.need.get("/pairs?page=2", 404)


@pytest.mark.parametrize(
    ("act", "body", "code"),
    [
        ("withdraw", None, "nothing_to_withdraw"),
        ("met", None, "not_introduced"),
        ("started", None, "not_introduced"),
        ("outcome", {"outcome": "help", "counterfactual": "no"}, "not_introduced"),
        ("messages", {"message": "Bonjour"}, "not_introduced"),
    ],
)
def test_what_the_pair_does_not_allow_is_refused_with_its_reason(both: Both, act: str, body: Any, code: str) -> None:
    """409 with a code for programs and a sentence for people, in the language that was asked for."""
    told = both.need.post(f"{both.at_need}/{act}", body, 409)
    french = both.need.post(f"{both.at_need}/{act}", body, 409, **{"Accept-Language": "fr"})
    assert told["code"] == french["code"] == code
    assert told["detail"] != french["detail"]


def test_a_no_ends_the_pair_and_its_word_stays_with_its_side(both: Both) -> None:
    """The other side learns the reason; said twice it is said once; a yes comes too late."""
    no = {"reason": "no_room", "reason_text": "Nous déménageons"}
    both.offer.post(f"{both.at_offer}/no", no)
    both.offer.post(f"{both.at_offer}/no", no)
    theirs = both.need.get(both.at_need)
    assert (theirs["group"], [step["reason"] for step in theirs["timeline"]]) == ("over", ["no_room"])
    assert "Nous déménageons" not in everything(both.need)
    assert "Nous déménageons" in everything(both.offer)
    assert both.need.post(f"{both.at_need}/yes", {"mode": "mail"}, 409)["code"] == "other_said_no"


def test_not_now_and_a_yes_taken_back(both: Both) -> None:
    """The day is ahead; a withdrawn yes ends the pair."""
    later = today() + timedelta(days=20)
    for day in (today(), today() + timedelta(days=400)):
        both.need.post(f"{both.at_need}/not-now", {"until": day.isoformat()}, 422)
    assert both.need.post(f"{both.at_need}/not-now", {"until": later.isoformat()})["group"] == "later"
    both.offer.post(f"{both.at_offer}/yes", {"mode": "mail"})
    assert both.offer.post(f"{both.at_offer}/withdraw")["state"] == "withdrawn"


def test_a_phone_call_needs_a_number(both: Both) -> None:
    """As on the page: the field is named."""
    told = both.need.post(f"{both.at_need}/yes", {"mode": "phone"}, 422)
    assert [(item["field"], item["code"]) for item in told["problems"]] == [("phone", "required")]


def test_reading_marks_nothing_as_read(app: Site, both: Both) -> None:
    """A program that looks every minute says nothing in anybody's name; the operation of its own does."""
    both.introduce()
    both.need.post(f"{both.at_need}/messages", {"message": "Bonjour"}, 201)
    both.offer.get(f"{both.at_offer}/messages")
    assert both.offer.get(both.at_offer)["unread"] == 1
    assert both.offer.post(f"{both.at_offer}/seen")["unread"] == 0
    with app.app_context():
        assert db.session.query(Introduction).one().need_seen_at is None


def test_a_thread_is_written_once_for_each_key_and_read_by_both(both: Both) -> None:
    """Sent twice with one key it is one message; a call holds its time in UTC and its link."""
    both.introduce()
    for _ in range(2):
        both.need.post(f"{both.at_need}/messages", {"message": "Bonjour"}, 201, **{"Idempotency-Key": KEY})
    call = {"day": "2027-01-11", "time": "10:30", "call_link": "https://visio.example.org/a"}
    both.offer.post(f"{both.at_offer}/calls", call, 201)
    first, second = both.need.get(f"{both.at_need}/messages")["items"]
    assert (first["text"], first["own"], second["own"], second["unread"]) == ("Bonjour", True, False, True)
    assert (second["call_starts_at"], second["text"]) == ("2027-01-11T09:30:00Z", "https://visio.example.org/a")


def test_a_call_in_the_past_names_its_field(both: Both) -> None:
    """Yesterday is refused by its day."""
    both.introduce()
    day = (today() - timedelta(days=1)).isoformat()
    told = both.need.post(f"{both.at_need}/calls", {"day": day, "time": "10:30"}, 422)
    assert [item["field"] for item in told["problems"]] == ["day"]


def test_a_question_is_asked_by_an_offer_and_answered_for_everybody(both: Both, client: FlaskClient) -> None:
    """The answer stands on the page of the need; who asked is told to nobody; a need asks nothing."""
    question = both.offer.post(f"{both.at_offer}/questions", {"question": "Qui met le site à jour ?"}, 201)
    assert both.need.get("")["open_questions"] == 1
    both.need.post(f"/questions/{question['id']}/answer", {"answer": "Deux bénévoles, le samedi."})
    assert both.offer.get(f"{both.at_offer}/questions")["items"][0]["answer"] == "Deux bénévoles, le samedi."
    assert "Deux bénévoles, le samedi." in client.get(f"/besoins/{both.ids.need}", follow_redirects=True).text
    assert both.need.post(f"/questions/{question['id']}/hide")["hidden"]
    assert not both.need.post(f"/questions/{question['id']}/show")["hidden"]
    both.need.post(f"{both.at_need}/questions", {"question": "Qui met le site à jour ?"}, 404)
    both.offer.get("/questions", 404)


def test_too_many_questions_wait_for_answers(both: Both) -> None:
    """409 with its code after three of them."""
    for number in range(3):
        both.offer.post(f"{both.at_offer}/questions", {"question": f"Question numéro {number} ?"}, 201)
    told = both.offer.post(f"{both.at_offer}/questions", {"question": "Encore une question ?"}, 409)
    assert told["code"] == "too_many"


def test_closing_through_the_api_tells_those_who_waited(both: Both, client: FlaskClient) -> None:
    """As the button of the page does: the pair is closed, not left waiting."""
    both.offer.post(f"{both.at_offer}/yes", {"mode": "mail"})
    closed = client.post(
        f"/api/needs/{both.ids.need}/close", json={"reason": "matched_elsewhere"}, headers=both.need.headers
    )
    assert closed.status_code == 200
    assert both.offer.get(both.at_offer)["state"] == "closed"


def groups(side: SideApi) -> list[str]:
    """Where each pair of a side stands."""
    return [pair["group"] for pair in side.get("/pairs")["items"]]


def everything(side: SideApi) -> str:
    """Everything that a side is told when it reads all its addresses."""
    pairs = side.get("/pairs")["items"]
    read = [side.get(f"/pairs/{pair['posting']['id']}") for pair in pairs]
    return json.dumps([side.get(""), pairs, read, side.get("/mails")], ensure_ascii=False)
