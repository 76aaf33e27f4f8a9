"""One's own pages: details, address, security, deletion."""

from __future__ import annotations

import time

import pytest
from flask.testing import FlaskClient

from matcher.accounts.membership import join, membership_of
from matcher.accounts.registering import AddressTakenError, create_account
from matcher.accounts.second_step import app_of
from matcher.clock import utc_now
from matcher.people import AccountRole, MembershipRole
from matcher.postings.queries import get_need
from matcher.store.encryption import decrypt
from matcher.vocabulary import Language, PostingStatus
from tests.web.browser import Page, visit
from tests.web.html import without_tokens
from tests.web.signing_in import PASSWORD, code_now, link_in, mails, make_account, sign_in, signed_in, the
from tests.web.territory import Territory
from web.accounts import codes
from web.assets import Site
from web.config import Settings
from web.wiring import db

ADDRESS = "camille@example.org"


@pytest.fixture
def client(app: Site) -> FlaskClient:
    """A browser in which somebody with a password is signed in."""
    make_account(app, ADDRESS)
    return signed_in(app, ADDRESS)


def grow_old(client: FlaskClient, seconds: int) -> None:
    """Let the sign-in of a browser be older."""
    with client.session_transaction() as session:
        session["shown_at"] = time.time() - seconds


def test_details_are_saved_and_shown_as_text(app: Site, client: FlaskClient) -> None:
    """A name is one line of text, never a tag."""
    form = visit(client, "/compte/details").form()
    answer = form.fill(name="<script>alert(1)</script>\n Camille", language="en").send(client)
    assert answer.status_code == 303
    page = visit(client, "/compte")
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; Camille" in page.text
    with app.app_context():
        assert the(ADDRESS).language is Language.EN
    assert visit(client, "/compte/details").form().fill(name=" \u200b ").send(client).status_code == 422


def test_an_address_changes_once_its_reader_says_so(app: Site, client: FlaskClient, settings: Settings) -> None:
    """The old one is told; the link is dead afterwards, and for an address that was taken meanwhile."""
    visit(client, "/compte/adresse").form().fill(email="New@example.org").send(client).close()
    path = link_in(mails(settings.var_dir)[-1])
    assert mails(settings.var_dir)[-1]["To"] == "new@example.org"
    with app.app_context():
        assert the(ADDRESS)
    answer = visit(app.test_client(), path).form().send(app.test_client())
    assert answer.status_code == 400, "each browser has its own token"
    other = app.test_client()
    answer = visit(other, path).form().send(other)
    answer.close()
    assert answer.status_code == 303
    assert mails(settings.var_dir)[-1]["To"] == ADDRESS
    with app.app_context():
        assert the("new@example.org").name == "camille"
    assert other.get(path).status_code == 404
    assert visit(client, "/compte").status == 200, "the session goes on"


def test_nobody_learns_who_has_an_address_by_changing_theirs(
    client: FlaskClient, app: Site, settings: Settings
) -> None:
    """The page says the same; the reader of the address is told what happened."""
    make_account(app, "taken@example.org")
    told = []
    for address in ("taken@example.org", "free12@example.org"):
        answer = visit(client, "/compte/adresse").form().fill(email=address).send(client, follow_redirects=True)
        answer.close()
        told.append(without_tokens(answer.text).replace(address, "ADDRESS"))
    assert told[0] == told[1]


def test_two_accounts_never_have_one_address(app: Site) -> None:
    """Whatever comes at the same time."""
    make_account(app, ADDRESS)
    with app.app_context(), pytest.raises(AddressTakenError):
        create_account(
            db.session, ADDRESS, password=None, name="", language=Language.FR, consent_version=None, now=utc_now()
        )


SENSITIVE = ["/compte/adresse", "/compte/donnees/supprimer", "/compte/code", "/compte/code/retirer"]


@pytest.mark.parametrize("page", SENSITIVE)
def test_an_old_sign_in_is_asked_for_the_password_again(client: FlaskClient, page: str) -> None:
    """Somebody at an open computer changes nothing that matters."""
    grow_old(client, 16 * 60)
    asked = client.get(page)
    assert asked.location == f"/connexion/verifier?next={page}"
    assert visit(client, asked.location).form().fill(password="wrong").send(client).status_code == 422
    assert visit(client, asked.location).form().fill(password=PASSWORD).send(client).location == page
    assert client.get(page).status_code in {200, 303}


def test_a_session_ends_by_itself(app: Site, client: FlaskClient) -> None:
    """After a month; after twelve hours for an account with a role."""
    grow_old(client, 29 * 24 * 3600)
    assert client.get("/compte").status_code == 200
    grow_old(client, 31 * 24 * 3600)
    assert client.get("/compte").status_code == 303
    make_account(app, "animator@example.org", AccountRole.ANIMATOR)
    animator = signed_in(app, "animator@example.org")
    assert animator.get("/compte").status_code == 200
    grow_old(animator, 13 * 3600)
    assert animator.get("/compte").status_code == 303


def test_changing_the_password_ends_other_sessions(app: Site, client: FlaskClient, settings: Settings) -> None:
    """This browser stays in; the old password is asked for; the owner is told by mail."""
    other = signed_in(app, ADDRESS)
    form = visit(client, "/compte/mot-de-passe").form()
    assert form.fill(current="wrong", password="une toute autre phrase").send(client).status_code == 422
    answer = form.fill(current=PASSWORD, password="une toute autre phrase").send(client)
    answer.close()
    assert answer.status_code == 303
    assert client.get("/compte").status_code == 200
    assert other.get("/compte").status_code == 303
    assert mails(settings.var_dir)[-1]["To"] == ADDRESS


WEAK = ["court", "aaaaaaaaaaaaaa", "1212121212", "camille-12", "x" * 201]


@pytest.mark.parametrize("password", WEAK)
def test_a_weak_password_is_refused_with_a_sentence(client: FlaskClient, password: str) -> None:
    """And never comes back in the page."""
    answer = visit(client, "/compte/mot-de-passe").form().fill(current=PASSWORD, password=password).send(client)
    assert answer.status_code == 422
    page = Page(answer)
    assert "error-summary" in page.text
    assert PASSWORD not in page.text
    assert f'value="{password}"' not in page.text


def test_signing_out_everywhere_leaves_this_browser_in(app: Site, client: FlaskClient) -> None:
    """And signing out here ends this one alone."""
    other = signed_in(app, ADDRESS)
    visit(client, "/compte/securite").form("/compte/sessions").send(client)
    assert other.get("/compte").status_code == 303
    assert client.get("/compte").status_code == 200
    visit(client, "/compte").form("/deconnexion").send(client)
    assert client.get("/compte").status_code == 303
    assert client.get("/").status_code == 200


def test_a_second_step_is_set_up_and_given_up(app: Site, client: FlaskClient) -> None:
    """One right code of the app proves it; its recovery codes are shown once and kept as hashes."""
    page = visit(client, "/compte/code")
    assert 'src="data:image/svg+xml' in page.text
    assert page.form().fill(code="000000").send(client).status_code == 422
    with client.session_transaction() as session:
        code = codes.code_now(decrypt(session["new_app"]))
    answer = visit(client, "/compte/code").form().fill(code=code).send(client)
    shown = [part.split("</code>")[0] for part in answer.text.split("<code>")[1:]]
    assert len(shown) == 8
    with app.app_context():
        account = the(ADDRESS)
        assert not set(shown) & set(account.recovery_codes)
        assert app_of(account) is not None
    assert sign_in(app.test_client(), ADDRESS).location == "/connexion/code"
    visit(client, "/compte/code/retirer").form().send(client)
    assert sign_in(app.test_client(), ADDRESS).location == "/compte"


def test_a_role_keeps_its_second_step(app: Site) -> None:
    """An animator cannot give it up."""
    make_account(app, "animator@example.org", AccountRole.ANIMATOR)
    animator = signed_in(app, "animator@example.org")
    assert animator.get("/compte/code/retirer").location == "/compte/securite"
    assert code_now(app, "animator@example.org")


def test_deleting_an_account_says_what_becomes_of_its_organisations(
    app: Site, territory: Territory, settings: Settings
) -> None:
    """Alone, its open postings are closed; with a colleague, that one takes over. Nothing is left to sign in with."""
    alone, shared = territory.organisations["grocery"], territory.organisations["studio"]
    make_account(app, ADDRESS, organisation=alone)
    make_account(app, "colleague@example.org", organisation=shared, membership=MembershipRole.MEMBER)
    with app.app_context():
        join(db.session, ADDRESS, shared, MembershipRole.MANAGER, by=None)
    client = signed_in(app, ADDRESS)
    page = visit(client, "/compte/donnees/supprimer")
    assert "Épicerie du Faubourg" in page.text
    assert "Studio Passe-Muraille" in page.text
    answer = page.form().send(client)
    answer.close()
    assert answer.location == "/"
    assert client.get("/compte").status_code == 303
    assert sign_in(app.test_client(), ADDRESS).status_code == 422
    assert mails(settings.var_dir)[-1]["To"] == ADDRESS
    with app.app_context():
        need = get_need(db.session, territory.needs["website"])
        assert need is not None
        assert need.status is PostingStatus.CLOSED
        left = membership_of(db.session, the("colleague@example.org").id, shared)
        assert left is not None
        assert left.role is MembershipRole.MANAGER


def test_the_last_administrator_cannot_go(app: Site) -> None:
    """Somebody has to be left who gives roles."""
    make_account(app, "admin@example.org", AccountRole.ADMINISTRATOR)
    client = signed_in(app, "admin@example.org")
    answer = visit(client, "/compte/donnees/supprimer").form().send(client)
    assert answer.status_code == 422
    assert client.get("/compte").status_code == 200
