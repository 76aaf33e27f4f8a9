"""How often one wants mails: the page, the button of mail programs, and every mail to be seen by its owner."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from matcher.clock import today
from matcher.people import MailFrequency
from matcher.store import MailPreference, Need, SavedSearch
from matcher.vocabulary import PostingKind
from tests.web.html import read
from tests.web.notifications.conftest import Pair, csrf_of
from web import create_app
from web.config import Settings
from web.jobs import run_due
from web.manage.links import token_for
from web.notifications.preference_links import preference_token
from web.wiring import db

NEED = PostingKind.NEED


def preference(pair: Pair, organisation_id: int) -> MailPreference | None:
    """What is stored."""
    with pair.app.app_context():
        found = db.session.get(MailPreference, organisation_id)
        if found is not None:
            db.session.expunge(found)
        return found


@pytest.fixture
def number(organisation_of: Callable[[PostingKind], int]) -> int:
    """The organisation of the need."""
    return organisation_of(NEED)


@pytest.fixture
def path(pair: Pair, number: int) -> str:
    """The page of its preferences."""
    with pair.app.app_context():
        return f"/courriels/{preference_token(number, None)}"


def save(client: FlaskClient, path: str, **values: str) -> int:
    """Press "Save"."""
    return client.post(path, data={"csrf_token": csrf_of(client, path), **values}).status_code


def test_frequency_and_pause_are_saved(client: FlaskClient, pair: Pair, number: int, path: str) -> None:
    """And shown again."""
    until = (today() + timedelta(days=20)).isoformat()
    assert save(client, path, frequency="at_once", paused_until=until) == 303
    kept = preference(pair, number)
    assert kept is not None
    assert (kept.frequency, kept.paused_until) == (MailFrequency.AT_ONCE, date.fromisoformat(until))
    page = read(client.get(path).text)
    assert page.all("input", name="paused_until", value=until)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"frequency": "hourly"}, "frequency"),
        ({"frequency": "weekly", "paused_until": "hier"}, "paused_until"),
        ({"frequency": "weekly", "paused_until": "2001-01-01"}, "paused_until"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(
    client: FlaskClient, pair: Pair, number: int, path: str, values: dict[str, str], field: str
) -> None:
    """Nothing is saved, and what was typed is there."""
    answer = client.post(path, data={"csrf_token": csrf_of(client, path), **values})
    assert answer.status_code == 422
    assert read(answer.text).all("a", href=f"#{field}")
    assert preference(pair, number) is None


def test_a_mail_program_stops_mails_with_one_post(client: FlaskClient, pair: Pair, number: int, path: str) -> None:
    """RFC 8058: no cookie, no token of a form, no redirect; a second time changes nothing."""
    for _ in range(2):
        answer = client.post(f"{path}/stop", data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    kept = preference(pair, number)
    assert kept is not None
    assert kept.stopped_at is not None


def test_opening_the_stop_link_stops_nothing(client: FlaskClient, pair: Pair, number: int, path: str) -> None:
    """It shows a button: mail scanners open links."""
    assert client.get(f"{path}/stop").status_code == 200
    assert client.head(f"{path}/stop").status_code == 200
    assert preference(pair, number) is None


def test_mails_that_were_stopped_can_begin_again(client: FlaskClient, pair: Pair, number: int, path: str) -> None:
    """By saving a choice."""
    client.post(f"{path}/stop")
    assert save(client, path, frequency="weekly") == 303
    kept = preference(pair, number)
    assert kept is not None
    assert kept.stopped_at is None


@pytest.mark.parametrize("wrong", ["x", "WzEsMF0.x", "x" * 4000])
def test_a_forged_link_opens_nobody_s_preferences(client: FlaskClient, wrong: str) -> None:
    """404, on the page and on the button."""
    assert client.get(f"/courriels/{wrong}").status_code == 404
    assert client.post(f"/courriels/{wrong}/stop").status_code == 404


@pytest.fixture
def mailbox(pair: Pair) -> str:
    """The page of the mails of the need's side."""
    with pair.app.app_context():
        return f"/gerer/{token_for(db.session.get_one(Need, pair.need_id))}/courriels"


def test_every_mail_can_be_seen_by_its_owner_without_its_keys(client: FlaskClient, pair: Pair, mailbox: str) -> None:
    """Subject, state and text; the keys that the text holds are cut out."""
    pair.say_yes(PostingKind.OFFER)
    run_due(pair.app)
    page = client.get(mailbox).text
    with pair.app.app_context():
        title = db.session.get_one(Need, pair.need_id).title
    assert title in page
    assert "/reponse/…" in page
    assert "/reponse/W" not in page


def test_the_page_says_when_nobody_sends(client: FlaskClient, pair: Pair, mailbox: str) -> None:
    """Before the jobs ran there is a notice; after they ran there is none."""
    assert read(client.get(mailbox).text).all("p", class_="notice--paused")
    run_due(pair.app)
    assert not read(client.get(mailbox).text).all("p", class_="notice--paused")


def test_a_side_keeps_and_deletes_a_search(client: FlaskClient, pair: Pair, mailbox: str) -> None:
    """It looks for the other side; a script in it stays text."""
    base = mailbox.removesuffix("/courriels")
    csrf = csrf_of(client, mailbox)
    query = "<script>alert(1)</script> site"
    assert client.post(f"{base}/recherches", data={"csrf_token": csrf, "query": query}).status_code == 303
    page = client.get(mailbox).text
    assert "<script>alert" not in page
    with pair.app.app_context():
        (search,) = db.session.query(SavedSearch).all()
        assert (search.looks_for, search.query) == (PostingKind.OFFER, query)
        number = search.id
    assert client.post(f"{base}/recherches/{number + 1}/supprimer", data={"csrf_token": csrf}).status_code == 404
    assert client.post(f"{base}/recherches/{number}/supprimer", data={"csrf_token": csrf}).status_code == 303


def test_an_empty_search_is_not_kept(client: FlaskClient, mailbox: str) -> None:
    """The page says what is missing."""
    csrf = csrf_of(client, mailbox)
    answer = client.post(mailbox.replace("courriels", "recherches"), data={"csrf_token": csrf, "query": "  "})
    assert answer.status_code == 422


def test_searches_of_an_account_ask_for_sign_in(client: FlaskClient) -> None:
    """Reading leads to the sign-in page."""
    assert client.get("/compte/recherches").status_code == 303


def test_the_outbox_is_shown_while_developing_and_never_in_production(
    client: FlaskClient, pair: Pair, settings: Settings, tmp_path: Path
) -> None:
    """Nor where a server sends the mails."""
    pair.say_yes(PostingKind.OFFER)
    run_due(pair.app)
    names = [path.stem for path in (tmp_path / "outbox").glob("*.eml")]
    assert names
    assert client.get("/boite-d-envoi").status_code == 200
    assert client.get(f"/boite-d-envoi/{names[0]}").status_code == 200
    html = client.get(f"/boite-d-envoi/{names[0]}/html")
    assert "script-src" not in html.headers["Content-Security-Policy"]
    for wrong in ("..%2Fsecret_key", "none", "%2e%2e"):
        assert client.get(f"/boite-d-envoi/{wrong}").status_code in {400, 404}
    for changed in (
        {"environment": "production"},
        {"smtp_host": "mail.example.org", "mail_sender": "a@example.org"},
    ):
        other = create_app(Settings(**{**settings.model_dump(exclude={"smtp_password"}), **changed}))
        for path in ("/boite-d-envoi", f"/boite-d-envoi/{names[0]}", f"/boite-d-envoi/{names[0]}/html"):
            assert other.test_client().get(path).status_code == 404
        with other.app_context():
            db.engine.dispose()
