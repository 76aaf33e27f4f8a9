"""Answers from a mail: one button, no sign-in, and nothing that a scanner could do."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from flask import current_app
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from itsdangerous.timed import TimestampSigner

from matcher.clock import today
from matcher.introductions.closing import close_posting
from matcher.people import DeclineReason, IntroductionState
from matcher.postings.publish import cancel_links
from matcher.store import Need, Offer
from matcher.vocabulary import ClosedReason, PostingKind
from tests.web.html import read
from tests.web.notifications.conftest import Pair, csrf_of
from web.manage.links import token_for
from web.notifications.one_click import LIFE_DAYS, PURPOSE, Choice
from web.wiring import db

NEED, OFFER = PostingKind.NEED, PostingKind.OFFER


def press(client: FlaskClient, token: str, **values: str) -> int:
    """Press the button of the page; the status of the answer."""
    path = f"/reponse/{token}"
    return client.post(path, data={"csrf_token": csrf_of(client, path), **values}).status_code


@pytest.mark.parametrize("choice", list(Choice))
@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_opening_a_link_changes_nothing(client: FlaskClient, pair: Pair, choice: Choice, method: str) -> None:
    """However often, by whatever opens links in mails."""
    for _ in range(3):
        assert getattr(client, method)(f"/reponse/{pair.token(NEED, choice)}").status_code == 200
    assert pair.row() is None


def test_the_button_alone_is_enough_for_each_answer(client: FlaskClient, pair: Pair) -> None:
    """Yes in writing, not now for thirty days, no without more words: what the page proposes is accepted."""
    page = read(client.get(f"/reponse/{pair.token(NEED, Choice.YES)}").text)
    assert len(page.all("button", class_="button--main")) == 1
    assert press(client, pair.token(NEED, Choice.NOT_NOW), until=(today() + timedelta(days=30)).isoformat()) == 303
    row = pair.row()
    assert row is not None
    assert row.need_not_before == today() + timedelta(days=30)
    assert press(client, pair.token(NEED, Choice.YES), mode="mail") == 303
    row = pair.row()
    assert row is not None
    assert row.state is IntroductionState.ANSWERED
    assert press(client, pair.token(OFFER, Choice.NO), reason="budget") == 303
    row = pair.row()
    assert row is not None
    assert (row.state, row.decline_reason) == (IntroductionState.DECLINED, DeclineReason.BUDGET)


def test_two_yeses_from_two_mails_introduce(client: FlaskClient, pair: Pair) -> None:
    """And the page says so."""
    press(client, pair.token(NEED, Choice.YES), mode="mail")
    press(client, pair.token(OFFER, Choice.YES), mode="mail")
    row = pair.row()
    assert row is not None
    assert row.state is IntroductionState.INTRODUCED


def test_the_same_link_again_says_where_it_stands(client: FlaskClient, pair: Pair) -> None:
    """A button pressed twice counts once; there is no form any more, and a way on."""
    token = pair.token(NEED, Choice.YES)
    values = {"csrf_token": csrf_of(client, f"/reponse/{token}"), "mode": "mail"}
    assert [client.post(f"/reponse/{token}", data=values).status_code for _ in range(2)] == [303, 303]
    row = pair.row()
    assert row is not None
    assert row.state is IntroductionState.ANSWERED
    page = read(client.get(f"/reponse/{token}").text)
    assert page.all("form", method="post") == []
    assert page.links()


def test_yes_and_no_at_once_the_first_counts(client: FlaskClient, pair: Pair) -> None:
    """The second is told so, in words, and changes nothing."""
    token_yes, token_no = pair.token(NEED, Choice.YES), pair.token(NEED, Choice.NO)
    csrf = csrf_of(client, f"/reponse/{token_yes}")
    assert client.post(f"/reponse/{token_yes}", data={"csrf_token": csrf, "mode": "mail"}).status_code == 303
    late = client.post(f"/reponse/{token_no}", data={"csrf_token": csrf, "reason": "other"})
    assert late.status_code == 409
    assert read(late.text).all("p", role="alert")
    row = pair.row()
    assert row is not None
    assert row.state is IntroductionState.ANSWERED


def test_an_answer_needs_the_form_of_this_site(client: FlaskClient, pair: Pair) -> None:
    """No token of the form, no answer: another site cannot press the button."""
    answer = client.post(f"/reponse/{pair.token(NEED, Choice.YES)}", data={"mode": "mail"})
    assert answer.status_code == 400
    assert pair.row() is None


def test_what_was_typed_stays_when_it_has_to_be_mended(client: FlaskClient, pair: Pair) -> None:
    """A phone call needs a number: the page says so, beside the field."""
    path = f"/reponse/{pair.token(NEED, Choice.YES)}"
    answer = client.post(path, data={"csrf_token": csrf_of(client, path), "mode": "phone", "phone": "12"})
    assert answer.status_code == 422
    page = read(answer.text)
    assert page.all("input", name="phone", value="12", aria_invalid="true") or page.all(
        "input", name="phone", value="12"
    )
    assert page.all("a", href="#phone")
    assert pair.row() is None


def signed(payload: object, *, salt: str = PURPOSE, age_days: float = 0) -> str:
    """A token with the key of the site, made ``age_days`` ago."""

    class Aged(TimestampSigner):
        def get_timestamp(self) -> int:
            return int((datetime.now(UTC) - timedelta(days=age_days)).timestamp())

    maker = URLSafeTimedSerializer(
        str(current_app.secret_key), salt=salt, signer=Aged, signer_kwargs={"digest_method": hashlib.sha256}
    )
    return str(maker.dumps(payload))


def test_a_link_ends_after_thirty_days(client: FlaskClient, pair: Pair) -> None:
    """The day before it works; the day after it says that it is too old, and where to go."""
    payload = ["need", pair.need_id, 1, pair.offer_id, "yes"]
    with pair.app.app_context():
        young, old = signed(payload, age_days=LIFE_DAYS - 1), signed(payload, age_days=LIFE_DAYS + 1)
    assert client.get(f"/reponse/{young}").status_code == 200
    answer = client.get(f"/reponse/{old}")
    assert answer.status_code == 410
    assert read(answer.text).all("a", href="/")


@pytest.mark.parametrize(
    "payload",
    [
        [], {}, "x", 1, None, ["need", 1], ["person", 1, 1, 1, "yes"], ["need", "1; drop", 1, 1, "yes"],
        ["need", 10**30, 1, 1, "yes"], ["need", 1, 1, 1, "perhaps"], ["need", [1], 1, 1, "yes"],
        ["need", 1, 99, 1, "yes"],
    ],
)  # fmt: skip
def test_a_payload_of_another_shape_opens_nothing(client: FlaskClient, pair: Pair, payload: object) -> None:
    """Even signed with the right key."""
    with pair.app.app_context():
        token = signed(payload)
    assert client.get(f"/reponse/{token}").status_code == 404


def test_a_forged_link_opens_nothing(client: FlaskClient, pair: Pair) -> None:
    """Changed, cut, of another purpose, or much too long: one clear sentence, and a way on."""
    token = pair.token(NEED, Choice.YES)
    with pair.app.app_context():
        other = signed(["need", pair.need_id, 1, pair.offer_id, "yes"], salt="manage-posting")
    for wrong in (token[:-1], "A" + token, token.replace(".", ""), other, "x" * 5000, "besoin-1"):
        answer = client.get(f"/reponse/{wrong}")
        assert answer.status_code == 404
        assert "Traceback" not in answer.text
        assert client.post(f"/reponse/{wrong}").status_code in {400, 404}


def test_cancelled_management_links_end_the_links_of_mails_too(client: FlaskClient, pair: Pair) -> None:
    """They went to the wrong person, perhaps."""
    token = pair.token(NEED, Choice.YES)
    with pair.app.app_context():
        cancel_links(db.session, db.session.get_one(Need, pair.need_id))
    assert client.get(f"/reponse/{token}").status_code == 404


def test_a_posting_that_was_closed_meanwhile_is_told(client: FlaskClient, pair: Pair) -> None:
    """No yes to what is over: the page says so, and nothing is changed."""
    token = pair.token(NEED, Choice.YES)
    csrf = csrf_of(client, f"/reponse/{token}")
    with pair.app.app_context():
        close_posting(db.session, db.session.get_one(Offer, pair.offer_id), ClosedReason.ABANDONED, datetime.now(UTC))
    answer = client.post(f"/reponse/{token}", data={"csrf_token": csrf, "mode": "mail"})
    assert answer.status_code == 409
    row = pair.row()
    assert row is None or row.need_yes_at is None


def test_no_page_of_a_link_is_stored_or_told_to_another_site(client: FlaskClient, pair: Pair) -> None:
    """Its address is a key."""
    answer = client.get(f"/reponse/{pair.token(NEED, Choice.YES)}")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_asking_for_the_headers_of_a_page_never_presses_its_button(client: FlaskClient, pair: Pair) -> None:
    """HEAD is what mail scanners send first: on the page that deletes a posting, too."""
    with pair.app.app_context():
        token = token_for(db.session.get_one(Need, pair.need_id))
    for page in ("donnees/supprimer", "liens", "clore"):
        answer = client.head(f"/gerer/{token}/{page}")
        assert (answer.status_code, answer.data) == (200, b"")
    with pair.app.app_context():
        need = db.session.get_one(Need, pair.need_id)
        assert (need.closed_at, need.link_version) == (None, 1)
