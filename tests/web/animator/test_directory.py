"""Duplicates and verification on the pages: nothing merges by itself, nothing private is shown."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from matcher.people import AccountRole
from matcher.store import Account, AuditEntry, Need, Offer, Organisation
from matcher.store.session import writing
from tests.web.animator.working import SCRIPT, signed_in, stored
from tests.web.browser import Page, visit
from tests.web.html import read
from tests.web.territory import PRIVATE, Territory
from web.assets import Site
from web.wiring import db


@pytest.fixture
def twin(app: Site, territory: Territory) -> int:
    """A second "Épicerie du Faubourg" with a website of its own and one need."""
    with app.app_context(), writing(db.session):
        first = db.session.get_one(Organisation, territory.organisations["grocery"])
        row = Organisation(
            name="EPICERIE DU FAUBOURG", family=first.family, organisation_type=first.organisation_type,
            place_id=first.place_id, website="https://autre.example", contact_email="autre@example.org",
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        db.session.get_one(Need, territory.needs["stock"]).organisation = row
        return row.id


@pytest.fixture
def animator(app: Site) -> FlaskClient:
    """An animator's browser."""
    return signed_in(app, AccountRole.ANIMATOR)[0]


def _compare(animator: FlaskClient, territory: Territory, twin: int) -> Page:
    return visit(animator, f"/animation/doublons/{territory.organisations['grocery']}/{twin}")


def test_the_pair_is_listed_and_leads_to_the_comparison(animator: FlaskClient, territory: Territory, twin: int) -> None:
    """Both names, the reason, and the address of the two side by side."""
    page = visit(animator, "/en/animation/doublons")
    assert f"/en/animation/doublons/{territory.organisations['grocery']}/{twin}" in page.links
    assert "same name" in page.text


def test_two_become_one_as_chosen(app: Site, animator: FlaskClient, territory: Territory, twin: int) -> None:
    """The one that stays takes the website of the other; needs and offers of both are there."""
    grocery = territory.organisations["grocery"]
    with app.app_context():
        before = db.session.query(Need).count(), db.session.query(Offer).count()
    form = _compare(animator, territory, twin).form("/reunir")
    assert form["keep"] == str(grocery)
    answer = form.fill(website=str(twin), sure="1").send(animator)
    assert answer.status_code == 303
    with app.app_context():
        assert db.session.get(Organisation, twin) is None
        assert db.session.get_one(Organisation, grocery).website == "https://autre.example"
        assert db.session.get_one(Need, territory.needs["stock"]).organisation_id == grocery
        assert (db.session.query(Need).count(), db.session.query(Offer).count()) == before


def test_nothing_merges_before_somebody_is_sure(
    app: Site, animator: FlaskClient, territory: Territory, twin: int
) -> None:
    """422, an error that leads to the tick, and the choices still there."""
    form = _compare(animator, territory, twin).form("/reunir")
    answer = form.fill(website=str(twin), keep=str(twin)).send(animator)
    assert answer.status_code == 422
    page = read(answer.text)
    assert page.all("a", href="#sure")
    chosen = [(box.attributes["name"], box.attributes["value"]) for box in page.all("input", checked="")
              if "checked" in box.attributes]  # fmt: skip
    assert ("keep", str(twin)) in chosen
    assert ("website", str(twin)) in chosen
    assert stored(app, Organisation, twin).name == "EPICERIE DU FAUBOURG"


def test_a_comparison_that_is_out_of_date_merges_nothing(
    app: Site, animator: FlaskClient, territory: Territory, twin: int
) -> None:
    """409, and the page shows how the two are now."""
    form = _compare(animator, territory, twin).form("/reunir").fill(sure="1")
    with app.app_context(), writing(db.session):
        db.session.get_one(Organisation, twin).name = "Librairie Stanislas"
    answer = form.send(animator)
    assert answer.status_code == 409
    assert "Librairie Stanislas" in answer.text


def test_who_comes_second_is_told(app: Site, animator: FlaskClient, territory: Territory, twin: int) -> None:
    """Two animators merge the same pair: the second finds the page gone, and nothing breaks."""
    form = _compare(animator, territory, twin).form("/reunir").fill(sure="1")
    assert form.send(animator).status_code == 303
    assert form.send(animator).status_code == 404


def test_a_pair_kept_apart_is_not_asked_about_again(animator: FlaskClient, territory: Territory, twin: int) -> None:
    """One press, and the list is empty."""
    _compare(animator, territory, twin).form("/distinctes").send(animator)
    assert f"/{twin}" not in animator.get("/animation/doublons").text


def test_no_contact_is_shown_when_two_are_compared(animator: FlaskClient, territory: Territory, twin: int) -> None:
    """The page tells that there is one, and nothing of it."""
    text = _compare(animator, territory, twin).text
    for private in (*PRIVATE, "autre@example.org"):
        assert private not in text


def test_no_name_runs(app: Site, animator: FlaskClient, territory: Territory, twin: int) -> None:
    """A script as the name of both is shown as it was typed."""
    grocery = territory.organisations["grocery"]
    with app.app_context(), writing(db.session):
        for number in (grocery, twin):
            row = db.session.get_one(Organisation, number)
            row.name = row.brand = row.description = SCRIPT
    for address in ("/animation/doublons", f"/animation/doublons/{grocery}/{twin}", "/animation/organisations"):
        assert SCRIPT not in animator.get(address).text
    assert SCRIPT not in animator.get(f"/animation/organisations?q={SCRIPT}").text


def test_an_organisation_is_verified_and_the_verification_taken_back(
    app: Site, animator: FlaskClient, territory: Territory
) -> None:
    """Each is one press, is in the log, and leads back to the list under its filters."""
    number = territory.organisations["studio"]
    for is_verified in (True, False):
        form = visit(animator, "/animation/organisations?q=Passe").form(f"/{number}/verifier")
        answer = form.send(animator)
        assert answer.status_code == 303
        assert "q=Passe" in answer.location
        assert (stored(app, Organisation, number).verified_at is not None) is is_verified
    with app.app_context():
        found = db.session.scalars(select(AuditEntry.action).where(AuditEntry.object_kind == "organisation"))
        assert found.all() == ["organisation.verified", "organisation.doubted"]


@pytest.mark.parametrize(("verified", "count"), [("yes", 1), ("no", 6), ("", 7)])
def test_the_list_knows_who_is_verified(
    app: Site, animator: FlaskClient, territory: Territory, verified: str, count: int
) -> None:
    """The same in the page and in the file, and no contact in either."""
    visit(animator, "/animation/organisations").form(f"/{territory.organisations['lab']}/verifier").send(animator)
    rows = animator.get(f"/animation/organisations/export.json?verified={verified}").json["items"]
    assert len(rows) == count
    text = animator.get(f"/animation/organisations?verified={verified}").text + str(rows)
    assert all(private not in text for private in PRIVATE)


def test_the_log_names_who_did_it_and_its_file_does_not(app: Site, territory: Territory) -> None:
    """The page is for people of the house; the file holds numbers alone."""
    client, number = signed_in(app, AccountRole.ANIMATOR, name="Ada Essai")
    visit(client, "/animation/organisations").form(f"/{territory.organisations['lab']}/verifier").send(client)
    assert "Ada Essai" in client.get(f"/animation/journal?area=organisation&account={number}").text
    rows = client.get("/animation/journal/export.json").json["items"]
    assert rows[0]["account_id"] == number
    assert rows[0]["action"] == "organisation.verified"
    assert "Ada" not in str(rows)
    assert client.get("/animation/journal/export.json?until=2020-01-01").json["items"] == []


def test_an_account_that_is_gone_leaves_its_acts(app: Site, territory: Territory) -> None:
    """The log is never changed: without the account, the number goes too, the act stays."""
    client, number = signed_in(app, AccountRole.ANIMATOR)
    visit(client, "/animation/organisations").form(f"/{territory.organisations['lab']}/verifier").send(client)
    with app.app_context(), writing(db.session):
        db.session.delete(db.session.get_one(Account, number))
    other, _ = signed_in(app, AccountRole.ANIMATOR)
    rows = other.get("/animation/journal/export.json").json["items"]
    assert [(row["action"], row["account_id"]) for row in rows] == [("organisation.verified", None)]


@pytest.mark.parametrize("query", ["account=x", "since=demain", "number=-1", "account=" + "9" * 30])
def test_a_log_filter_that_means_nothing_is_not_found(animator: FlaskClient, query: str) -> None:
    """404, never an error of ours."""
    assert animator.get(f"/animation/journal?{query}").status_code == 404
