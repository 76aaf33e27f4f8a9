"""What a stranger learns from the registration form about others: nothing. What is mailed, and to which address."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from matcher.store import Registration
from matcher.vocabulary import RegistrationStatus
from tests.web.browser import visit
from tests.web.conftest import Settings
from tests.web.registering import EMAIL, NAME, Event, form_of, new_event, newest, register, stored
from tests.web.signing_in import link_in, mails, make_account, signed_in
from web import create_app
from web.assets import Site
from web.wiring import db

OTHER = "autre@example.org"


@pytest.fixture
def event(app: Site) -> Event:
    """An event without questions of its own."""
    return new_event(app)


def as_read(answer: TestResponse) -> str:
    """A page without what differs from request to request."""
    return re.sub(r'(nonce|csrf_token" value|form_opened" value)="[^"]*"', "", answer.text)


def count(app: Site) -> int:
    """How many people are registered."""
    with app.app_context():
        return db.session.scalar(select(func.count(Registration.id))) or 0


def test_a_new_address_and_a_registered_one_get_equal_answers(app: Site, client: FlaskClient, event: Event) -> None:
    """Status, address, headers and page are the same; nothing of the first registration is in them."""
    register(client, event, organisation="Les Relais", diet="Sans gluten")
    answers = []
    for email in (EMAIL.upper(), OTHER):
        stranger = app.test_client()
        sent = form_of(stranger, event, name="Somebody Else", email=email).send(stranger)
        page = stranger.get(sent.location)
        told = as_read(page).replace(EMAIL, "X").replace(OTHER, "X")
        answers.append((sent.status_code, sent.location, set(sent.headers.keys()), page.status_code, told))
        assert not [private for private in (NAME, "Les Relais", "Sans gluten", "/participation/") if private in told]
    assert answers[0] == answers[1]
    assert count(app) == 2


def test_the_reader_of_the_address_gets_the_link_to_edit(app: Site, client: FlaskClient, event: Event) -> None:
    """Once when they register, and once a day however often somebody else types their address."""
    own = register(client, event)
    for _ in range(3):
        stranger = app.test_client()
        form_of(stranger, event, name="Somebody Else", about="Encore").send(stranger).close()
    received, again = mails(app.config["SETTINGS"].var_dir)
    assert [mail["To"] for mail in (received, again)] == [EMAIL, EMAIL]
    assert received["Subject"] != again["Subject"]
    assert [link_in(mail) for mail in (received, again)] == [own, own]
    assert "Somebody Else" not in again.as_string()
    with app.app_context():
        assert newest().name == NAME


def test_who_waits_in_line_is_told_so_by_mail_alone(app: Site, client: FlaskClient) -> None:
    """The page after the form is that of everybody."""
    event = new_event(app, capacity=1)
    register(client, event, email="a@example.org")
    register(client, event, email="b@example.org")
    subjects = [mail["Subject"] for mail in mails(app.config["SETTINGS"].var_dir)]
    assert len(set(subjects)) == 2
    with app.app_context():
        assert newest().status is RegistrationStatus.WAITING


def test_who_is_signed_in_with_the_address_goes_to_their_own_page(app: Site, client: FlaskClient, event: Event) -> None:
    """New or registered: the address is theirs, so that there is nothing to hide."""
    make_account(app, EMAIL)
    browser = signed_in(app, EMAIL)
    for name in ("Camille", "Camille encore"):
        sent = form_of(browser, event, name=name).send(browser)
        assert sent.location.startswith("/participation/")
        assert browser.get(sent.location).status_code == 200
    assert count(app) == 1


def test_a_new_address_counts_once_it_is_confirmed(app: Site, client: FlaskClient, event: Event) -> None:
    """The other changes are saved at once; a scanner that opens the link changes nothing; a second use is none."""
    own = register(client, event)
    form = visit(client, f"{own}/modifier").form("/modifier").fill(email=OTHER, organisation="Les Relais")
    answer = form.send(client)
    assert answer.location.endswith("fait=asked")
    answer.close()
    with app.app_context():
        assert (newest().email, newest().organisation) == (EMAIL, "Les Relais")
        number = newest().id
    mail = mails(app.config["SETTINGS"].var_dir)[-1]
    assert mail["To"] == OTHER
    page = visit(client, link_in(mail))
    with app.app_context():
        assert stored(number).email == EMAIL
    assert page.form().send(client).status_code == 303
    with app.app_context():
        assert stored(number).email == OTHER
    assert client.get(link_in(mail)).status_code == 404


def test_a_change_to_somebody_elses_address_tells_nothing(app: Site, client: FlaskClient, event: Event) -> None:
    """The same answer as for a free address; its reader gets the link of their own page, and nobody takes it over."""
    theirs = register(client, event, email=OTHER, name="Autre Personne")
    own = register(client, event)
    answers = []
    for address in (OTHER, "libre@example.org"):
        form = visit(client, f"{own}/modifier").form("/modifier").fill(email=address)
        answers.append(form.send(client))
        answers[-1].close()
    assert answers[0].location == answers[1].location
    told = {mail["To"]: link_in(mail) for mail in mails(app.config["SETTINGS"].var_dir)[2:]}
    assert told[OTHER] == theirs
    assert told["libre@example.org"] not in {theirs, own}


@pytest.mark.parametrize("token", ["x", "a" * 5000, "WzEsMV0.c2ln.bmF0dXJl"])
def test_a_forged_link_of_an_address_opens_nothing(client: FlaskClient, event: Event, token: str) -> None:
    """404, whatever it holds."""
    assert client.get(f"/participation/adresse/{token}").status_code == 404


def test_the_rate_of_registrations_is_a_setting(settings: Settings) -> None:
    """With one an hour the second form is kept, and answered 429."""
    few = settings.model_copy(update={"rate_limits_enabled": True, "rate_registration": "1/hour"})
    app = create_app(few)
    event = new_event(app)
    client = app.test_client()
    register(client, event)
    refused = form_of(client, event, email=OTHER, name="Deuxième").send(client)
    assert refused.status_code == 429
    assert "Deuxième" in refused.text
    assert count(app) == 1
    with app.app_context():
        db.engine.dispose()
