"""Mails to an organisation through the API, and how often it wants them."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from matcher.clock import today, utc_now
from matcher.people import MailKind, MailState
from matcher.store import Mail, Need, Offer
from matcher.store.encryption import blind_index
from matcher.vocabulary import Language
from tests.web.side_api import SideApi
from tests.web.territory import Territory
from web.assets import Site
from web.wiring import db


@pytest.fixture
def side(app: Site, client: FlaskClient, territory: Territory) -> SideApi:
    """The side of the grocery's need, with a digest that left, a message that waits, and a mail about an account."""
    with app.app_context():
        number = territory.organisations["grocery"]
        db.session.add_all(
            [
                mail(number, "digest", MailKind.DIGEST, state=MailState.SENT, sent_at=utc_now()),
                mail(number, "message", MailKind.MESSAGE),
                mail(number, "account", MailKind.ACCOUNT),
                mail(territory.organisations["studio"], "theirs", MailKind.MESSAGE),
            ]
        )
        db.session.commit()
    return SideApi(app, client, Need, territory.needs["website"])


def mail(organisation: int, key: str, kind: MailKind, **values: object) -> Mail:
    """A mail as it is stored."""
    return Mail(
        key=key, kind=kind, organisation_id=organisation, address="camille@example.org",
        address_index=blind_index("camille@example.org"), language=Language.FR,
        subject=f"Sujet {key}", text="Un lien secret", html="<p>Un lien secret</p>", **values,
    )  # fmt: skip


def test_mails_are_listed_without_text_and_address(side: SideApi) -> None:
    """Subject, kind, state and times, the newest first; nothing of accounts nor of other organisations."""
    page = side.get("/mails")
    assert [(item["subject"], item["state"]) for item in page["items"]] == [
        ("Sujet message", "waiting"),
        ("Sujet digest", "sent"),
    ]
    assert [item["sent_at"] is None for item in page["items"]] == [True, False]
    told = json.dumps(page, ensure_ascii=False)
    assert [secret for secret in ("Un lien secret", "camille@", "Sujet account", "theirs") if secret in told] == []


def test_mails_are_filtered_by_state_and_paged(side: SideApi) -> None:
    """Several states hold together; a page beyond the last is not there."""
    assert [item["kind"] for item in side.get("/mails?state=sent")["items"]] == ["digest"]
    assert side.get("/mails?state=sent&state=waiting")["total"] == 2
    assert side.get("/mails?per_page=1&page=2")["items"][0]["kind"] == "digest"
    side.get("/mails?per_page=1&page=3", 404)
    side.get("/mails?state=lost", 422)


def test_preferences_hold_for_every_posting_of_the_organisation(
    app: Site, client: FlaskClient, territory: Territory, side: SideApi
) -> None:
    """They begin weekly; a change is seen through another posting of the same organisation, and through no other's."""
    assert side.get("/mail-preferences") == {"frequency": "weekly", "paused_until": None, "stopped": False}
    until = (today() + timedelta(days=10)).isoformat()
    changed = side.put("/mail-preferences", {"frequency": "at_once", "paused_until": until})
    assert changed == {"frequency": "at_once", "paused_until": until, "stopped": False}
    sister = SideApi(app, client, Need, territory.needs["stock"])
    assert sister.get("/mail-preferences") == changed
    assert SideApi(app, client, Offer, territory.offers["sites"]).get("/mail-preferences")["frequency"] == "weekly"


@pytest.mark.parametrize(("days", "code"), [(0, "date_in_past"), (400, "date_too_far")])
def test_a_pause_has_its_bounds(side: SideApi, days: int, code: str) -> None:
    """From tomorrow, for a year at most."""
    until = (today() + timedelta(days=days)).isoformat()
    told = side.put("/mail-preferences", {"frequency": "weekly", "paused_until": until}, 422)
    assert [(item["field"], item["code"]) for item in told["problems"]] == [("paused_until", code)]


def test_mails_are_stopped_and_begin_again(side: SideApi) -> None:
    """Stopping twice stops once; a change of the preferences begins again."""
    assert side.post("/mail-preferences/stop")["stopped"]
    assert side.post("/mail-preferences/stop")["stopped"]
    assert not side.put("/mail-preferences", {"frequency": "weekly"})["stopped"]
