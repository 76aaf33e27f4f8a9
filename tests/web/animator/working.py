"""What tests of the animator's pages share: who is signed in, and rows of their own behind the pages."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TypeVar
from uuid import uuid4

from flask.testing import FlaskClient

from matcher.oversight import cases, reviews
from matcher.people import AccountRole, CaseReason, Moderation
from matcher.store import Account, AccountRoleRow, Need, Offer
from matcher.store.session import writing
from web.assets import Site
from web.wiring import db

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
T = TypeVar("T")

#: A text that would run if a page let it.
SCRIPT = "<script>alert(1)</script>"


def signed_in(app: Site, *roles: AccountRole, name: str = "Ada Essai") -> tuple[FlaskClient, int]:
    """A browser in which an account with these roles is signed in, its second step done; the account's number."""
    with app.app_context(), writing(db.session):
        account = Account(
            email=f"{uuid4().hex[:8]}@example.org",
            name=name,
            session_name=uuid4().hex,
            confirmed_at=NOW,
            authenticator='{"secret": "", "counter": 0}',
            role_rows=[AccountRoleRow(role=role) for role in roles],
        )
        db.session.add(account)
        db.session.flush()
        number, session_name = account.id, account.session_name
    client = app.test_client()
    with client.session_transaction() as session:
        session.update({"_user_id": session_name, "_fresh": True, "shown_at": time.time()})
    return client, number


def look_wanted(app: Site, need_id: int, moderation: Moderation = Moderation.AFTER) -> None:
    """Ask for a look at a need, as its publication does."""
    with app.app_context(), writing(db.session):
        reviews.text_saved(db.session, db.session.get_one(Need, need_id), moderation, NOW)


def case_opened(app: Site, need_id: int, reason: CaseReason = CaseReason.NO_PROPOSAL) -> int:
    """Put a need into the basket; the number of its case."""
    with app.app_context():
        return cases.open_case(db.session, db.session.get_one(Need, need_id), reason, now=NOW).id


def stored(app: Site, model: type[T], number: object) -> T:
    """A row as it is now."""
    with app.app_context():
        found = db.session.get_one(model, number)
        if isinstance(found, Need | Offer):
            _ = found.organisation, found.place
        db.session.expunge(found)
        return found
