"""Objects of others through the API: every operation that asks for a token, tried with the token of somebody else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from matcher.clock import utc_now
from matcher.introductions.answering import say_yes
from matcher.introductions.questions import ask
from matcher.introductions.threads import write
from matcher.people import MembershipRole
from matcher.postings.publish import close_posting
from matcher.store import Hackathon, Juror, Need, Offer, Registration, TeamRun, Wish
from matcher.store.base import Base
from matcher.vocabulary import ClosedReason, ContactMode, PostingKind, RunKind, RunStatus, WishKind
from tests.matcher.introductions.pairs import Ids, propose
from tests.web import organising_api, side_api
from tests.web.api_bodies import NEED, OFFER, PROBLEM, authorised, publication, token_of
from tests.web.published import make_published
from tests.web.signing_in import make_account, signed_in
from tests.web.territory import PRIVATE, Territory
from web.assets import Site
from web.links import event_reference, organiser_token
from web.wiring import db

#: Bodies that are right for every operation that takes one.
BODIES: dict[str, Any] = {
    **organising_api.BODIES,
    **side_api.BODIES,
    "publishNeed": publication(),
    "changeNeed": NEED,
    "changeOffer": OFFER,
    "closeNeed": {"reason": "matched_elsewhere"},
    "closeOffer": {"reason": "matched_elsewhere"},
}


@dataclass(frozen=True)
class Others:
    """Two sides that were introduced and wrote to each other, with a question; and tokens of a third organisation."""

    ids: Ids
    question: int
    need_token: str
    offer_token: str


@pytest.fixture
def others(app: Site, territory: Territory) -> Others:
    """The grocery and the studio are introduced; the bicycle workshop and the school look on."""
    ids = Ids(territory.needs["website"], territory.offers["sites"])
    with app.app_context():
        propose(db.session, ids)
        for side in PostingKind:
            say_yes(db.session, *ids, side, ContactMode.PHONE, now=utc_now(), detail="03 53 01 00 01")
        write(db.session, *ids, PostingKind.NEED, "Un mot entre nous", now=utc_now())
        question = ask(db.session, *ids, "Qui met le site à jour ?", now=utc_now()).id
    tokens = token_of(app, Need, territory.needs["volunteers"]), token_of(app, Offer, territory.offers["spreadsheet"])
    return Others(ids, question, *tokens)


def operations(client: FlaskClient) -> Iterator[tuple[str, str, str]]:
    """Method, path and id of every operation for which a token is needed."""
    for path, methods in client.get("/api/openapi.json").json["paths"].items():
        for method, told in methods.items():
            if told.get("security") and {} not in told["security"]:
                yield method, path, told["operationId"]


def sent(client: FlaskClient, method: str, path: str, name: str, token: str | None) -> Any:
    """What is answered to a right body under ``token``."""
    headers = {**(authorised(token) if token else {}), "Accept-Language": "en"}
    address = path + organising_api.QUERIES.get(name, "")
    return client.open(address, method=method, json=BODIES.get(name), headers=headers)


def filled(path: str, values: Mapping[str, int]) -> str:
    """An address of an operation, with these numbers in it."""
    return re.sub(r"\{(\w+)\}", lambda found: str(values.get(found[1], 1)), path)


def stored() -> list[list[Any]]:
    """Everything that the database holds."""
    found = [db.session.execute(select(table)).all() for table in Base.metadata.sorted_tables]
    db.session.rollback()
    return [[tuple(row) for row in rows] for rows in found]


def test_nothing_opens_without_a_token_nor_with_a_session(app: Site, client: FlaskClient, others: Others) -> None:
    """Neither the cookie of a member, nor the plain name of a posting or event that the cookie opens on pages."""
    with app.app_context():
        organisation = db.session.get_one(Need, others.ids.need).organisation_id
    make_account(app, "membre@example.org", organisation=organisation, membership=MembershipRole.MANAGER)
    member = signed_in(app, "membre@example.org")
    for method, path, name in operations(client):
        address = re.sub(r"\{\w+\}", str(others.ids.need), path)
        for reader in (client, member):
            for token in (None, f"besoin-{others.ids.need}", "hackathon-1"):
                answer = sent(reader, method, address, name, token)
                assert (answer.status_code, answer.mimetype) == (401, PROBLEM), (name, token)


def test_an_organiser_is_asked_for_the_token_too(app: Site, client: FlaskClient) -> None:
    """Whoever runs an event by their account has no key of the API in their cookie."""
    number = make_published(app).id
    with app.test_request_context():
        reference = event_reference(db.session.get_one(Hackathon, number))
    make_account(app, "membre@example.org")
    answer = sent(signed_in(app, "membre@example.org"), "get", f"/api/hackathons/{number}/organiser", "", reference)
    assert answer.status_code == 401


def test_the_token_of_another_posting_changes_nothing(app: Site, client: FlaskClient, others: Others) -> None:
    """Needs and offers of others: 403, whether they exist or not, and the store is as it was."""
    with app.app_context():
        before = stored()
        tried = [found for found in operations(client) if re.match(r"/api/(needs|offers)/", found[1])]
        assert len(tried) == 6
        for method, path, name in tried:
            own = others.ids.need if "/needs/" in path else others.ids.offer
            for token in (others.need_token, others.offer_token):
                answers = [
                    sent(client, method, path.replace("{number}", str(number)), name, token)
                    for number in (own, 999_999)
                ]
                assert [answer.status_code for answer in answers] == [403, 403], name
                assert without_id(answers[0]) == without_id(answers[1])
        assert stored() == before


def test_the_token_of_another_event_changes_nothing(app: Site, client: FlaskClient) -> None:
    """Everything below an event of others, its people, wishes, teams, computations and jury included: 403."""
    number, other = make_published(app).id, organising_api.event_api(app, client).address.rpartition("/")[2]
    with app.test_request_context():
        token = organiser_token(db.session.get_one(Hackathon, int(other)))
    with app.app_context():
        before = stored()
        tried = [found for found in operations(client) if found[1].startswith("/api/hackathons/{number}")]
        assert len(tried) > 50
        for method, path, name in tried:
            answers = [
                sent(client, method, filled(path, {"number": event}), name, token) for event in (number, 999_999)
            ]
            assert [answer.status_code for answer in answers] == [403, 403], name
            assert without_id(answers[0]) == without_id(answers[1])
        assert stored() == before


def test_rows_of_another_event_do_not_exist_below_one_s_own(app: Site, client: FlaskClient) -> None:
    """A registration, wish, challenge, version, computation or juror of another event, under the right token: 404."""
    theirs = make_published(app)
    own = organising_api.event_api(app, client)
    with app.app_context():
        rows = theirs_by_argument(theirs.id)
        before = stored()
        token = own.headers["Authorization"].removeprefix("Bearer ")
        tried = 0
        for method, path, name in operations(client):
            first = re.search(r"\{(\w+)\}", path.removeprefix("/api/hackathons/{number}"))
            if not path.startswith("/api/hackathons/{number}") or first is None:
                continue
            address = own.address + filled(path.removeprefix("/api/hackathons/{number}"), rows)
            answer = sent(client, method, address, name, token)
            assert answer.status_code == 404, (name, answer.text)
            tried += 1
        assert tried > 25
        assert stored() == before


def test_a_third_side_learns_nothing_of_a_pair(client: FlaskClient, others: Others) -> None:
    """It may meet either posting like anybody, and finds no state, contact, message or question of theirs."""
    for token, other in ((others.need_token, others.ids.offer), (others.offer_token, others.ids.need)):
        told = sent(client, "get", f"/api/posting/pairs/{other}", "", token)
        found = told.json
        assert (found["state"], found["contact"], found["timeline"], found["unread"]) == (None, None, [], 0)
        assert [secret for secret in (*PRIVATE, "03 53 01 00 01", "Un mot entre nous") if secret in told.text] == []
        messages = sent(client, "get", f"/api/posting/pairs/{other}/messages", "", token)
        assert (messages.status_code, messages.json["code"]) == (409, "not_introduced")


def test_pairs_and_questions_of_others_are_as_good_as_none(app: Site, client: FlaskClient, others: Others) -> None:
    """Once the postings are closed, a third side gets the very answer of a number that does not exist."""
    with app.app_context():
        for model, number in ((Need, others.ids.need), (Offer, others.ids.offer)):
            row = db.session.get_one(model, number)
            close_posting(db.session, row, ClosedReason.MATCHED_HERE, utc_now())
        before = stored()
        tried = 0
        for method, path, name in operations(client):
            if "{" not in path or not path.startswith("/api/posting/"):
                continue
            for token, other in ((others.need_token, others.ids.offer), (others.offer_token, others.ids.need)):
                values = {"other": other, "question": others.question}
                answers = [
                    sent(client, method, filled(path, told), name, token)
                    for told in (values, dict.fromkeys(values, 999_999))
                ]
                assert [answer.status_code for answer in answers] == [404, 404], (name, answers[0].text)
                assert without_id(answers[0]) == without_id(answers[1])
                tried += 1
        assert tried > 30
        assert stored() == before


def test_a_side_has_no_pair_with_its_own_organisation(app: Site, client: FlaskClient, others: Others) -> None:
    """Two postings of one organisation do not meet."""
    with app.app_context():
        need, offer = db.session.get_one(Need, others.ids.need), db.session.query(Offer).first()
        assert offer is not None
        offer.organisation_id = need.organisation_id
        db.session.commit()
        number = offer.id
    token = token_of(app, Need, others.ids.need)
    assert sent(client, "get", f"/api/posting/pairs/{number}", "", token).status_code == 404


def without_id(answer: Any) -> dict[str, Any]:
    """A problem without the number of its request."""
    return {name: value for name, value in answer.json.items() if name != "request_id"}


def theirs_by_argument(number: int) -> dict[str, int]:
    """Numbers of rows of an event, by the names that addresses have for them."""
    hackathon = db.session.get_one(Hackathon, number)
    person = db.session.query(Registration).filter_by(hackathon_id=number).first()
    assert person is not None
    wish = Wish(registration_id=person.id, kind=WishKind.WITH, typed="Quelqu’un")
    run = TeamRun(hackathon_id=number, kind=RunKind.FORM, status=RunStatus.STOPPED, problem="{}", time_limit_s=5)
    juror = Juror(hackathon_id=number, name="Un autre juré")
    db.session.add_all([wish, run, juror])
    db.session.commit()
    return {
        "challenge": hackathon.challenges[0].id,
        "registration": person.id,
        "wish": wish.id,
        "run": run.id,
        "juror": juror.id,
        "version": 1,
        "other": 1,
    }
