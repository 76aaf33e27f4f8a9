"""One account for each role of the demonstration territory. ``web.cli.demo`` refuses to make them in production."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Final, NamedTuple

from flask import current_app

from matcher.accounts.membership import join
from matcher.accounts.registering import change_password, create_account
from matcher.accounts.roles import set_role
from matcher.accounts.second_step import ROLES_WITH_SECOND_STEP, app_of, has_second_step, set_up
from matcher.accounts.signing_in import account_at
from matcher.clock import utc_now
from matcher.exchange.columns import ImportKind
from matcher.exchange.planning import stored_rows
from matcher.hackathons.demo import demo_hackathon
from matcher.hackathons.organisers import claim, has_owner
from matcher.people import AccountRole, MembershipRole
from matcher.postings.seed import DEMO_SOURCE
from matcher.store import Account, Organisation
from matcher.vocabulary import Language
from web.accounts.codes import code_now, new_secret
from web.accounts.passwords import hashed, matches
from web.wiring import db

#: Mail to this domain goes nowhere (RFC 2606).
DOMAIN: Final = "demo.example"


class Person(NamedTuple):
    """A demonstration account: name before the @, who it stands for, and what it may do."""

    key: str
    who: str
    role: AccountRole | None = None
    organisation: str | None = None
    membership: MembershipRole = MembershipRole.MANAGER


class Ready(NamedTuple):
    """How to sign in."""

    address: str
    password: str
    who: str


PEOPLE: Final = (
    Person("association", "association that posts needs", organisation="roue"),
    Person("benevole", "its volunteer", organisation="roue", membership=MembershipRole.MEMBER),
    Person("startup", "cooperative that publishes offers", organisation="trameurs"),
    Person("hackathon", "organiser of hackathons", AccountRole.ORGANISER),
    Person("animation", "animator of the territory", AccountRole.ANIMATOR),
    Person("appui", "support body", AccountRole.SUPPORT_BODY, "fens"),
    Person("administration", "administrator", AccountRole.ADMINISTRATOR),
)


def prepare_accounts() -> list[Ready]:
    """Make the accounts that are missing; one whose password was changed gets the one that is told here back."""
    wanted = [(DEMO_SOURCE, person.organisation) for person in PEOPLE if person.organisation]
    organisations = stored_rows(db.session, ImportKind.ORGANISATIONS, wanted)
    ready = []
    for person in PEOPLE:
        password = _password(person)
        account = _account(person, password)
        found = organisations.get((DEMO_SOURCE, person.organisation or ""))
        if isinstance(found, Organisation):
            join(db.session, account.email, found.id, person.membership, by=None)
        if person.role is not None:
            set_role(db.session, account, person.role, True, by=None)
        if person.role is AccountRole.ORGANISER:
            _run_event(account)
        if person.role in ROLES_WITH_SECOND_STEP and not has_second_step(account):
            set_up(db.session, account, new_secret(), 0)
        ready.append(Ready(account.email, password, person.who))
    return ready


def code_of(address: str) -> str | None:
    """The code that the app of a demonstration account shows now; None for any other account."""
    account = account_at(db.session, address) if address.endswith(f"@{DOMAIN}") else None
    app = app_of(account) if account else None
    return None if app is None else code_now(app.secret)


def _run_event(account: Account) -> None:
    """Let ``account`` run the demonstration's hackathon, unless somebody else took it since."""
    event = demo_hackathon(db.session)
    if event is not None and not has_owner(db.session, event.id):
        claim(db.session, account, event)


def _password(person: Person) -> str:
    """The same at each call, and another on each installation: made of the site's secret key, 72 bits."""
    key = str(current_app.secret_key).encode()
    made = hmac.new(key, f"demonstration account {person.key}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made[:9]).decode()


def _account(person: Person, password: str) -> Account:
    address = f"{person.key}@{DOMAIN}"
    known = account_at(db.session, address)
    if known is not None:
        if not matches(password, known.password):
            change_password(db.session, known, hashed(password))
        return known
    return create_account(
        db.session,
        address,
        password=hashed(password),
        name=f"{person.key.capitalize()} (démonstration)",
        language=Language.FR,
        consent_version=None,
        now=utc_now(),
    )
