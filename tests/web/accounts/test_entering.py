"""Signing up and in: what each way asks for, what it never tells, and what a link is worth once it was used."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from itsdangerous import timed
from sqlalchemy import func, select

from matcher.accounts.second_step import set_up
from matcher.accounts.signing_in import TRIES
from matcher.clock import utc_now
from matcher.store import Account
from tests.web.browser import Page, visit
from tests.web.html import without_tokens
from tests.web.signing_in import PASSWORD, code_now, link_in, mails, make_account, sign_in, signed_in, the
from web import create_app
from web.accounts.codes import new_secret
from web.assets import Site
from web.config import Settings
from web.wiring import db

ADDRESS = "camille@example.org"


def ask(client: FlaskClient, page: str, address: str) -> Page:
    """Ask for a mail on one of the pages that send one, and read what comes next."""
    answer = visit(client, page).form().fill(email=address).send(client)
    assert answer.status_code == 303
    answer.close()  # mails leave once the page has been answered
    return visit(client, answer.location)


def newest_link(settings: Settings) -> str:
    """Path of the link in the last mail."""
    return link_in(mails(settings.var_dir)[-1])


def press(client: FlaskClient, path: str, **typed: str) -> int:
    """Open a link and press its button; answers the status."""
    return visit(client, path).form().fill(**typed).send(client).status_code


def name_shown(client: FlaskClient) -> str | None:
    """Who the site says is signed in."""
    page = client.get("/compte")
    return None if page.status_code != 200 else page.text.split("<h1>")[1].split("</h1>")[0]


def count_accounts(app: Site) -> int:
    """How many accounts there are."""
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Account)) or 0


def test_nothing_is_kept_before_an_address_is_confirmed(app: Site, client: FlaskClient, settings: Settings) -> None:
    """The account begins with the link of the mail: name, password, consent, and its reader is in."""
    ask(client, "/connexion/inscription", "Camille@Example.org")
    assert count_accounts(app) == 0
    [mail] = mails(settings.var_dir)
    assert mail["To"] == ADDRESS
    form = visit(client, link_in(mail)).form()
    assert form.send(client).status_code == 422
    assert count_accounts(app) == 0
    form.fill(name="Camille <b>C</b>", password=PASSWORD, consent="y")
    answer = form.send(client)
    assert (answer.status_code, answer.location) == (303, "/compte")
    assert str(name_shown(client)).endswith("Camille &lt;b&gt;C&lt;/b&gt;")
    with app.app_context():
        account = the(ADDRESS)
        assert account.password is not None
        assert account.password.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        assert account.consented_at is not None


def test_a_link_to_sign_up_makes_one_account(app: Site, client: FlaskClient, settings: Settings) -> None:
    """Opened a second time, it is dead."""
    ask(client, "/connexion/inscription", ADDRESS)
    path = newest_link(settings)
    assert press(client, path, name="Camille", password="", consent="y") == 303
    assert app.test_client().get(path).status_code == 404
    with app.app_context():
        assert the(ADDRESS).password is None


def test_password_opens_the_account_and_ends_the_session_before(app: Site) -> None:
    """The cookie after a sign-in holds nothing of the one before but what the browser typed itself."""
    make_account(app, ADDRESS)
    client = app.test_client()
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
        session["csrf_token"] = "known"
    assert sign_in(client, ADDRESS).location == "/compte"
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != "known"
        assert not session.permanent
    assert "camille" in str(name_shown(client)).lower()


@pytest.mark.parametrize("page", ["/connexion/lien", "/connexion/mot-de-passe", "/connexion/inscription"])
def test_no_page_tells_whether_an_address_has_an_account(app: Site, settings: Settings, page: str) -> None:
    """Same status, same words, one mail each: only the mail, which its reader alone sees, differs."""
    make_account(app, ADDRESS)
    pages = []
    for address in (ADDRESS, "nobody1@example.org"):
        client = app.test_client()
        pages.append(without_tokens(ask(client, page, address).text).replace(address, "ADDRESS"))
    assert pages[0] == pages[1]
    assert [mail["To"] for mail in mails(settings.var_dir)] == [ADDRESS, "nobody1@example.org"]


def test_a_wrong_password_is_as_wrong_as_an_unknown_address(app: Site) -> None:
    """The page is the same to the letter, for a locked account and for a damaged address too."""
    make_account(app, ADDRESS)
    make_account(app, "locked@example.org")
    with app.app_context():
        the("locked@example.org").active = False
        db.session.commit()
    told = set()
    for address in (ADDRESS, "nobody@example.org", "locked@example.org"):
        answer = sign_in(app.test_client(), address, PASSWORD if "locked" in address else "wrong password")
        assert answer.status_code == 422
        told.add(Page(answer).text.split("<main")[1].split("<form")[0])
    assert len(told) == 1


def test_an_unknown_address_costs_as_much_as_a_known_one(app: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """One password is hashed in either case."""
    make_account(app, ADDRESS)
    looked_at: list[str | bytes] = []
    real = PasswordHasher.verify

    def verify(self: PasswordHasher, kept: str | bytes, password: str | bytes) -> Literal[True]:
        looked_at.append(kept)
        return real(self, kept, password)

    monkeypatch.setattr(PasswordHasher, "verify", verify)
    for address in (ADDRESS, "nobody@example.org", "not an address"):
        before = len(looked_at)
        sign_in(app.test_client(), address, "wrong password")
        assert len(looked_at) == before + 1, address


def test_wrong_passwords_make_the_account_wait_but_not_its_mailed_link(app: Site, settings: Settings) -> None:
    """After ten in a row the right one is refused too, for a quarter of an hour; its owner comes in by mail."""
    make_account(app, ADDRESS)
    client = app.test_client()
    for _ in range(TRIES):
        assert sign_in(client, ADDRESS, "wrong password").status_code == 422
    assert sign_in(client, ADDRESS).status_code == 422
    with app.app_context():
        until = the(ADDRESS).locked_until
        assert until is not None
        assert timedelta(minutes=14) < until - utc_now() <= timedelta(minutes=15)
    ask(client, "/connexion/lien", ADDRESS)
    assert press(client, newest_link(settings)) == 303
    assert name_shown(client)
    with app.app_context():
        assert the(ADDRESS).failed_logins == 0


def test_a_mailed_link_lets_in_once(app: Site, client: FlaskClient, settings: Settings) -> None:
    """Opening it, as programs that look at mail do, uses nothing up; pressing the button does."""
    make_account(app, ADDRESS, password=None)
    ask(client, "/connexion/lien", ADDRESS)
    path = newest_link(settings)
    for _ in range(3):
        assert app.test_client().get(path).status_code == 200
    assert press(client, path) == 303
    assert name_shown(client)
    assert app.test_client().get(path).status_code == 404


def test_forged_and_strange_links_are_dead(app: Site, client: FlaskClient, settings: Settings) -> None:
    """A changed letter, another purpose, a token that is far too long: 404 with a sentence, and nobody is in."""
    make_account(app, ADDRESS)
    ask(client, "/connexion/mot-de-passe", ADDRESS)
    token = newest_link(settings).rpartition("/")[2]
    for path in (
        f"/connexion/mot-de-passe/{token[:-2]}xx",
        f"/connexion/lien/{token}",
        f"/connexion/confirmer/{token}",
        f"/connexion/adresse/{token}",
        "/connexion/lien/" + "a" * 5000,
        "/connexion/lien/.",
    ):
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert client.post(path).status_code in {400, 404}
    assert name_shown(client) is None


def test_links_grow_old(app: Site, client: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link to sign in is worth nothing after half an hour."""
    make_account(app, ADDRESS)
    real = timed.time.time
    monkeypatch.setattr(timed.TimestampSigner, "get_timestamp", lambda _self: int(real()) - 31 * 60)
    ask(client, "/connexion/lien", ADDRESS)
    monkeypatch.undo()
    assert client.get(newest_link(settings)).status_code == 404


def test_a_new_password_ends_every_session_and_its_own_link(app: Site, client: FlaskClient, settings: Settings) -> None:
    """Whoever had learnt the old password is out."""
    make_account(app, ADDRESS)
    thief = signed_in(app, ADDRESS)
    ask(client, "/connexion/mot-de-passe", ADDRESS)
    path = newest_link(settings)
    assert press(client, path, password="court") == 422
    assert press(client, path, password="une toute autre phrase") == 303
    assert name_shown(client)
    assert name_shown(thief) is None
    assert app.test_client().get(path).status_code == 404
    assert sign_in(app.test_client(), ADDRESS).status_code == 422
    assert sign_in(app.test_client(), ADDRESS, "une toute autre phrase").status_code == 303


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "/%0d%0aSet-Cookie: a=b",
    "http:evil.example",
    "///evil.example",
    "/" * 2000,
]


@pytest.mark.parametrize("goes_on", ELSEWHERE)
def test_sign_in_leads_to_no_other_site(app: Site, goes_on: str) -> None:
    """Whatever the address or the form says, the next page is one of ours."""
    make_account(app, ADDRESS)
    client = app.test_client()
    page = Page(client.get("/connexion", query_string={"next": goes_on}))
    form = page.form("/connexion").fill(email=ADDRESS, password=PASSWORD, next=goes_on)
    location = form.send(client).location
    assert location == "/compte" or location.startswith(("/%0d%0a", "/%250d")), location
    assert "evil.example" not in location


def test_sign_in_goes_on_to_the_page_that_was_asked_for(app: Site) -> None:
    """With its query, in its language."""
    make_account(app, ADDRESS)
    client = app.test_client()
    asked = client.get("/en/compte/securite?a=1")
    form = visit(client, asked.location).form("/connexion").fill(email=ADDRESS, password=PASSWORD)
    assert form.send(client).location == "/en/compte/securite?a=1"


def test_a_second_step_follows_a_password_and_a_link(app: Site, settings: Settings) -> None:
    """Neither the password nor the mailbox is enough; a code is good once."""
    make_account(app, ADDRESS)
    with app.app_context():
        recovery = set_up(db.session, the(ADDRESS), new_secret(), 0)
    client = app.test_client()
    assert sign_in(client, ADDRESS).location == "/connexion/code"
    assert name_shown(client) is None
    assert press(client, "/connexion/code", code="000000") == 422
    code = code_now(app, ADDRESS)
    assert press(client, "/connexion/code", code=code) == 303
    assert name_shown(client)

    other = app.test_client()
    ask(other, "/connexion/lien", ADDRESS)
    assert press(other, newest_link(settings)) == 303
    assert name_shown(other) is None
    assert press(other, "/connexion/code", code=code) == 422, "the code was used"
    assert press(other, "/connexion/code", code=recovery[0].upper()) == 303
    assert name_shown(other)
    last = app.test_client()
    sign_in(last, ADDRESS)
    assert press(last, "/connexion/code", code=recovery[0]) == 422, "the recovery code was used"


def test_guessing_codes_makes_the_account_wait(app: Site) -> None:
    """The right code is refused too, then; a recovery code still opens."""
    make_account(app, ADDRESS)
    with app.app_context():
        recovery = set_up(db.session, the(ADDRESS), new_secret(), 0)
    client = app.test_client()
    sign_in(client, ADDRESS)
    for _ in range(TRIES):
        assert press(client, "/connexion/code", code="123") == 422
    assert press(client, "/connexion/code", code=code_now(app, ADDRESS)) == 422
    assert press(client, "/connexion/code", code=recovery[1]) == 303


def test_every_form_needs_its_token(app: Site) -> None:
    """Another site cannot sign anybody in, up or out, or change anything."""
    make_account(app, ADDRESS)
    client = signed_in(app, ADDRESS)
    for path in (
        "/compte/details",
        "/compte/mot-de-passe",
        "/compte/sessions",
        "/compte/donnees/supprimer",
        "/compte/cles",
    ):
        assert client.post(path, data={"name": "X", "password": "Y"}).status_code == 400, path
    assert name_shown(client)
    for path in ("/connexion", "/connexion/lien", "/connexion/inscription", "/connexion/cle/options"):
        assert app.test_client().post(path, data={"email": ADDRESS, "password": PASSWORD}).status_code == 400, path


BAD_ADDRESSES = [
    "a@b\r\nBcc: x@example.org",
    "a@b",
    "é@example.org",
    "a b@example.org",
    "@example.org",
    "x" * 300 + "@e.org",
]


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_a_damaged_address_gets_no_mail(app: Site, client: FlaskClient, settings: Settings, address: str) -> None:
    """No header of a mail can be written by a form."""
    for page in ("/connexion/lien", "/connexion/inscription", "/connexion/mot-de-passe"):
        answer = visit(client, page).form().fill(email=address).send(client)
        assert answer.status_code == 422
        answer.close()
    assert mails(settings.var_dir) == []


def test_one_address_gets_few_mails(seed_settings: Settings) -> None:
    """Somebody who asks for another's links again and again fills no mailbox; the page says the same."""
    app = create_app(seed_settings)
    client = app.test_client()
    for _ in range(9):
        ask(client, "/connexion/lien", "flooded@example.org")
    assert len(mails(seed_settings.var_dir)) == 6
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def seed_settings(settings: Settings) -> Settings:
    """Settings of a test in which rates count."""
    return settings.model_copy(update={"rate_limits_enabled": True})
