"""Real accounts and real sign-ins for tests of the site."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from matcher.accounts.membership import join
from matcher.accounts.registering import create_account
from matcher.accounts.roles import set_role
from matcher.accounts.second_step import app_of, set_up
from matcher.accounts.signing_in import account_at
from matcher.clock import utc_now
from matcher.people import AccountRole, MembershipRole
from matcher.store import Account
from matcher.vocabulary import Language
from tests.web.browser import visit
from web.accounts import codes
from web.accounts.codes import new_secret
from web.accounts.passwords import hashed
from web.assets import Site
from web.wiring import db

PASSWORD = "neuf chats dorment ici"


def make_account(
    app: Site,
    address: str,
    *roles: AccountRole,
    organisation: int | None = None,
    membership: MembershipRole = MembershipRole.MANAGER,
    second_step: bool = True,
    password: str | None = PASSWORD,
) -> int:
    """An account with its roles, which has set its second step up unless told otherwise; answers its number."""
    with app.app_context():
        account = create_account(
            db.session, address, password=hashed(password) if password else None, name=address.partition("@")[0],
            language=Language.FR, consent_version="test", now=utc_now(),
        )  # fmt: skip
        for role in roles:
            set_role(db.session, account, role, True, by=None)
        if roles and second_step:
            set_up(db.session, account, new_secret(), 0)
        if organisation is not None:
            join(db.session, address, organisation, membership, by=None)
        return account.id


def code_now(app: Site, address: str) -> str:
    """What the authenticator app of an account shows."""
    with app.app_context():
        found = app_of(the(address))
        assert found is not None
        return codes.code_now(found.secret)


def the(address: str) -> Account:
    """The account of an address; needs an application context."""
    found = account_at(db.session, address)
    assert found is not None
    return found


def sign_in(client: FlaskClient, address: str, password: str = PASSWORD, **typed: str) -> TestResponse:
    """Send the form of the sign-in page; the second step stays to be done."""
    return visit(client, "/connexion").form("/connexion").fill(email=address, password=password, **typed).send(client)


def signed_in(app: Site, address: str) -> FlaskClient:
    """A browser in which an account is signed in, the second step included."""
    client = app.test_client()
    answer = sign_in(client, address)
    assert answer.status_code == 303, answer.text
    if answer.location.endswith("/connexion/code"):
        form = visit(client, answer.location).form()
        answer = form.fill(code=code_now(app, address)).send(client)
        assert answer.status_code == 303, answer.text
    return client


def mails(folder: Path) -> list[EmailMessage]:
    """Mails in the outbox of a site, the oldest first."""
    paths = sorted((folder / "outbox").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]  # type: ignore[misc]


def link_in(mail: EmailMessage) -> str:
    """Path of the link in a mail."""
    part = mail.get_body(("plain",))
    assert part is not None
    found = re.search(r"https?://[^/\s]+(/\S+)", part.get_content())
    assert found is not None
    return found.group(1)
