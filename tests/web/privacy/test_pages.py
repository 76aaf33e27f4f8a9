"""Everyone sees, takes along and deletes what is kept about them, and nobody else's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from matcher.people import AccountRole, MembershipRole
from matcher.privacy.register import NOT_PERSONAL, REGISTER, Processing
from matcher.store import Account, Base, Need, Organisation
from tests.web.browser import visit
from tests.web.posting_forms import PROBLEM, count, need_form, newest
from tests.web.signing_in import make_account, signed_in
from tests.web.territory import Territory
from web.assets import Site
from web.privacy.register_words import as_markdown
from web.wiring import db

DOCS = Path(__file__).parents[3] / "docs" / "privacy.md"
ADDRESS = "membre@paniers.example"


@pytest.fixture
def link(client: FlaskClient) -> str:
    """Management link of a need that was just posted."""
    return need_form(client).send(client).location.partition("?")[0]


@pytest.fixture
def member(app: Site, link: str) -> FlaskClient:
    """A browser in which the only member of that need's organisation is signed in."""
    with app.app_context():
        owner = newest(Need).organisation_id
    make_account(app, ADDRESS, organisation=owner)
    return signed_in(app, ADDRESS)


# -- by a link ------------------------------------------------------------------------------------


def test_who_holds_the_link_sees_what_is_kept_and_who_sees_it(client: FlaskClient, link: str) -> None:
    """The contact, the consent with its version and day, and for how long."""
    page = visit(client, f"{link}/donnees")
    assert "benevole@paniers.example" in page.text
    assert "2026-11" in page.text
    assert f"{link}/donnees/export.json" in page.links
    assert f"{link}/donnees/supprimer" in page.links


def test_the_file_holds_everything_of_the_posting(client: FlaskClient, link: str) -> None:
    """As a file to keep, never stored on the way."""
    answer = client.get(f"{link}/donnees/export.json")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="passerelle-need-')
    assert answer.headers["Cache-Control"] == "no-store"
    told = json.loads(answer.data)
    assert told["organisation"]["contact_email"] == "benevole@paniers.example"
    posting = told["posting"]
    assert posting["consent"]["version"] == "2026-11"
    assert posting["told"]["problem"] == PROBLEM
    assert posting["told"]["place"] == {"name": "Nancy", "insee": "54395", "country": "FR"}
    assert posting["life"]["status"] == "open"


def test_deletion_asks_first_and_then_leaves_nothing(app: Site, client: FlaskClient, link: str) -> None:
    """Reading the question deletes nothing; the organisation goes too, and the link opens nothing more."""
    page = visit(client, f"{link}/donnees/supprimer")
    assert "nothing else was posted for it" in visit(client, f"/en{link}/donnees/supprimer").text
    with app.app_context():
        before = count(Need), count(Organisation)
    answer = page.form(f"{link}/donnees/supprimer").send(client)
    assert answer.status_code == 200
    with app.app_context():
        assert (count(Need), count(Organisation)) == (before[0] - 1, before[1] - 1)
    for address in (link, f"{link}/donnees", f"{link}/donnees/export.json"):
        assert client.get(address).status_code == 404


def test_deletion_needs_the_token_of_the_form(app: Site, client: FlaskClient, link: str) -> None:
    """A page of another site cannot send it."""
    assert client.post(f"{link}/donnees/supprimer").status_code == 400
    with app.app_context():
        assert newest(Need) is not None


@pytest.mark.parametrize("page", ["", "/export.json", "/supprimer"])
def test_another_link_opens_nothing(client: FlaskClient, link: str, page: str) -> None:
    """A changed link, and a plain reference without an account."""
    changed = link[:-4] + ("aaaa" if not link.endswith("aaaa") else "bbbb")
    assert client.get(f"{changed}/donnees{page}").status_code == 404
    answer = client.get(f"/gerer/besoin-1/donnees{page}")
    assert (answer.status_code, "/connexion" in answer.headers.get("Location", "")) == (303, True)


# -- by an account --------------------------------------------------------------------------------


def test_a_member_has_the_same_pages_by_reference(app: Site, member: FlaskClient, territory: Territory) -> None:
    """For their own organisation; another's does not exist."""
    with app.app_context():
        own = newest(Need).id
    assert "benevole@paniers.example" in visit(member, f"/gerer/besoin-{own}/donnees").text
    for page in ("", "/export.json", "/supprimer"):
        assert member.get(f"/gerer/besoin-{territory.needs['website']}/donnees{page}").status_code == 404


def test_an_account_sees_and_takes_along_its_data(member: FlaskClient) -> None:
    """Its address, its organisation, its postings; nothing of how it signs in."""
    page = visit(member, "/compte/donnees")
    assert ADDRESS in page.text
    assert "Les Paniers du Mardi" in page.text
    told = json.loads(member.get("/compte/donnees/export.json").data)
    assert [row["organisation"] for row in told["memberships"]] == ["Les Paniers du Mardi"]
    assert "argon2" not in json.dumps(told)


@pytest.mark.parametrize(("choice", "needs_left", "organisation_left"), [("close", 1, 1), ("delete", 0, 0)])
def test_an_account_is_deleted_with_or_without_what_it_posted(
    app: Site, member: FlaskClient, choice: str, needs_left: int, organisation_left: int
) -> None:
    """As chosen; either way the account is gone and the browser signed out."""
    form = visit(member, "/compte/donnees/supprimer").form("/compte/donnees/supprimer")
    assert form["organisations"] == "close"
    assert form.fill(organisations=choice).send(member).status_code == 303
    with app.app_context():
        named = Organisation.name == "Les Paniers du Mardi"
        assert count(Account) == 0
        assert db.session.scalar(select(func.count()).select_from(Organisation).where(named)) == organisation_left
        posted = select(func.count()).select_from(Need).join(Need.organisation).where(named)
        assert db.session.scalar(posted) == needs_left
    assert "/connexion" in member.get("/compte/donnees").location


def test_an_organisation_with_colleagues_is_no_choice(app: Site, member: FlaskClient) -> None:
    """Nobody deletes what belongs to others as well, whatever the form says."""
    with app.app_context():
        owner = newest(Need).organisation_id
    make_account(app, "collegue@paniers.example", organisation=owner, membership=MembershipRole.MEMBER)
    form = visit(member, "/compte/donnees/supprimer").form("/compte/donnees/supprimer")
    assert form.all("organisations") == []
    assert form.fill(organisations="delete").send(member).status_code == 303
    with app.app_context():
        assert newest(Need).organisation.name == "Les Paniers du Mardi"


def test_the_only_administrator_is_told_why_not(app: Site) -> None:
    """422, and nothing is deleted."""
    make_account(app, "admin@passerelle.example", AccountRole.ADMINISTRATOR)
    client = signed_in(app, "admin@passerelle.example")
    answer = visit(client, "/compte/donnees/supprimer").form("/compte/donnees/supprimer").send(client)
    assert answer.status_code == 422
    with app.app_context():
        assert count(Account) == 1


def test_without_an_account_there_is_nothing_to_see(client: FlaskClient) -> None:
    """Sign-in comes first."""
    for page in ("", "/export.json", "/supprimer"):
        assert client.get(f"/compte/donnees{page}").status_code == 303


# -- the record of processing ---------------------------------------------------------------------


def test_the_page_and_the_document_are_of_one_source(client: FlaskClient) -> None:
    """The document holds the English record word for word; the page tells each entry of it."""
    assert as_markdown() in DOCS.read_text("utf-8")
    page = visit(client, "/en/donnees-personnelles/registre")
    for line in as_markdown().splitlines():
        title = line.removeprefix("### ")
        if line.startswith("### "):
            assert f">{title}</h2>" in page.text


def test_every_table_is_in_the_record() -> None:
    """A new table has to say what it is for, or that it holds nothing about anybody."""
    told = [table for entry in REGISTER for table in entry.tables]
    assert len(told) == len(set(told))
    assert {*told, *NOT_PERSONAL} == set(Base.metadata.tables)
    assert [entry.processing for entry in REGISTER] == list(Processing)


def test_the_public_pages_are_reached_from_each_other(client: FlaskClient) -> None:
    """From the page about personal data to the record."""
    assert "/donnees-personnelles/registre" in visit(client, "/donnees-personnelles").links
