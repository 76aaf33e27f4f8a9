"""Mails about accounts are rows of the queue: at once when they can leave, later when not, never with a dead link."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from matcher.clock import utc_now
from matcher.people import MailKind, MailState
from matcher.store import JobMark, Mail, Need
from matcher.store.session import writing
from tests.web.accounts.test_entering import ask, press
from tests.web.mail_server import MailServer, serving
from tests.web.signing_in import link_in, mails, make_account, signed_in
from web import create_app, jobs
from web.accounts.links import SIGN_IN_LIFE
from web.assets import Site
from web.config import Settings
from web.wiring import db

ADDRESS = "camille@example.org"
PAGES = ("/connexion/lien", "/connexion/mot-de-passe", "/connexion/inscription")


#: What pages say while nothing can be sent.
AWAY = "Our mail server does not answer"


def rows(app: Site) -> list[Mail]:
    """Mails about accounts, oldest first."""
    with app.app_context():
        found = db.session.scalars(select(Mail).where(Mail.kind == MailKind.ACCOUNT).order_by(Mail.id)).all()
        db.session.expunge_all()
        return list(found)


def to_camille(server: MailServer) -> list[EmailMessage]:
    """What the server took for the account; the jobs write to others as well."""
    return [mail for mail in server.mails if mail["To"] == ADDRESS]


@contextmanager
def statements(app: Site) -> Iterator[list[str]]:
    """What is asked of the database meanwhile: the first word of each statement."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement.split(maxsplit=1)[0])

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_a_link_leaves_at_once_where_nobody_runs_the_jobs(app: Site, client: FlaskClient, settings: Settings) -> None:
    """On a small host with the web process alone; what is left in the database opens nothing."""
    make_account(app, ADDRESS)
    ask(client, "/connexion/lien", ADDRESS)
    (sent,) = mails(settings.var_dir)
    (row,) = rows(app)
    assert (row.state, row.text, row.html) == (MailState.SENT, "", "")
    assert press(client, link_in(sent)) == 303


def test_a_mail_waits_for_the_server_and_leaves_with_the_jobs(mailing: tuple[Site, int]) -> None:
    """The page says the same; nobody asks twice; the link of the mail that came late works."""
    app, port = mailing
    make_account(app, ADDRESS)
    client = app.test_client()
    page = ask(client, "/connexion/lien", ADDRESS)
    assert ADDRESS in page.text
    assert [row.state for row in rows(app)] == [MailState.WAITING]
    assert AWAY in client.get("/en/connexion/envoye").text
    with serving(port) as server:
        jobs.run_due(app, utc_now() + timedelta(minutes=2))
    (sent,) = to_camille(server)
    assert [row.state for row in rows(app)] == [MailState.SENT]
    assert AWAY not in client.get("/en/connexion/envoye").text
    assert press(client, link_in(sent)) == 303


def test_a_link_that_waited_longer_than_it_lives_is_never_sent(mailing: tuple[Site, int]) -> None:
    """The row says why; its words are gone."""
    app, port = mailing
    make_account(app, ADDRESS)
    ask(app.test_client(), "/connexion/lien", ADDRESS)
    with serving(port) as server:
        jobs.run_due(app, utc_now() + SIGN_IN_LIFE)
    assert to_camille(server) == []
    (row,) = rows(app)
    assert (row.state, row.text) == (MailState.EXPIRED, "")


@pytest.mark.parametrize("page", PAGES)
def test_a_known_address_writes_as_much_as_an_unknown_one(app: Site, page: str) -> None:
    """The same transactions and one row before the answer; an account's roles and passkeys are two reads more."""
    make_account(app, ADDRESS)
    asked = []
    for address in ("nobody0@example.org", ADDRESS, "nobody1@example.org"):
        client = app.test_client()
        with statements(app) as seen:
            answer = client.post(page, data={"email": address, "csrf_token": _token(client, page)})
            before_leaving = list(seen)
        assert answer.status_code == 303
        answer.close()
        asked.append(before_leaving)
    writes = [[word for word in words if word != "SELECT"] for words in asked]
    assert writes[1] == writes[2]
    assert writes[1].count("INSERT") == 1
    assert len(asked[1]) - len(asked[2]) <= 2


def _token(client: FlaskClient, page: str) -> str:
    return client.get(page).text.partition('name="csrf_token" value="')[2].partition('"')[0]


def test_nothing_of_a_stranger_stays(app: Site, client: FlaskClient) -> None:
    """ "Nothing is kept", says the mail to somebody who has no account: neither address nor words."""
    ask(client, "/connexion/inscription", "stranger@example.org")
    (row,) = rows(app)
    assert (row.state, row.account_id, row.address, row.address_index, row.subject, row.text) == (
        MailState.SENT, None, "", "", "", "",
    )  # fmt: skip


def test_a_link_that_waits_is_on_no_page_and_in_no_file(mailing: tuple[Site, int]) -> None:
    """Not on the organisation's page of mails, not in the export of its own account."""
    app, _ = mailing
    with app.app_context():
        need = db.session.scalars(select(Need).order_by(Need.id)).first()
        assert need is not None
        organisation_id, reference = need.organisation_id, f"besoin-{need.id}"
    make_account(app, ADDRESS, organisation=organisation_id)
    ask(app.test_client(), "/connexion/lien", ADDRESS)
    (row,) = rows(app)
    secret = link_of(row)
    reader = signed_in(app, ADDRESS)
    for page in (f"/gerer/{reference}/courriels", "/compte/donnees", "/compte/donnees/export.json"):
        answer = reader.get(page)
        assert answer.status_code == 200
        assert secret not in answer.text
        assert "/connexion/lien/" not in answer.text


def link_of(row: Mail) -> str:
    """The key in a mail that waits."""
    return row.text.partition("/connexion/lien/")[2].split()[0]


def test_what_is_asked_again_and_again_is_not_even_queued(settings: Settings) -> None:
    """Six an hour to one address, known or not: the seventh writes no row."""
    app = create_app(settings.model_copy(update={"rate_limits_enabled": True}))
    client = app.test_client()
    for _ in range(8):
        ask(client, "/connexion/lien", "flooded@example.org")
    assert len(rows(app)) == 6
    with app.app_context():
        db.engine.dispose()


def test_a_link_of_a_server_that_was_away_leaves_with_the_next_one(mailing: tuple[Site, int]) -> None:
    """Without any process for jobs: whoever asks next takes along what waited."""
    app, port = mailing
    ask(app.test_client(), "/connexion/lien", "first@example.org")
    with app.app_context(), writing(db.session):
        for mark in db.session.execute(select(JobMark)).scalars():
            db.session.delete(mark)  # the minute after which the server is tried again is over
        for row in db.session.scalars(select(Mail)):
            row.due_at = utc_now()
    with serving(port) as server:
        ask(app.test_client(), "/connexion/lien", "second@example.org")
    assert [mail["To"] for mail in server.mails] == ["first@example.org", "second@example.org"]
