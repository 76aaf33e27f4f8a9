"""Who may open what: the table is whole, and every address keeps to it for every kind of reader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, Rule
from werkzeug.test import TestResponse

from matcher.hackathons.organisers import join as join_event
from matcher.people import AccountRole, MembershipRole, OrganiserRole
from matcher.postings.queries import get_need
from matcher.store.session import writing
from tests.team_events import make_team_event
from tests.web.conftest import Settings
from tests.web.signing_in import make_account, signed_in, the
from tests.web.territory import Territory
from web import create_app
from web.assets import Site
from web.manage.links import token_for
from web.permissions import WHO_MAY, Who
from web.routing import NumberConverter, TitledConverter
from web.wiring import db

#: Everybody who reads the site, with the roles of their account.
READERS: dict[str, tuple[AccountRole, ...]] = {
    "anonymous": (),
    "stranger": (),
    "member": (),
    "manager": (),
    "other": (),
    "organiser": (AccountRole.ORGANISER,),
    "animator": (AccountRole.ANIMATOR,),
    "support": (AccountRole.SUPPORT_BODY,),
    "administrator": (AccountRole.ADMINISTRATOR,),
}

#: Who is let in by a role. What is for nobody here is decided by an object: a link, a posting, an organisation.
LET_IN: dict[Who, set[str]] = {
    Who.PUBLIC: set(READERS),
    Who.SIGNED_IN: set(READERS) - {"anonymous"},
    Who.ANIMATOR: {"animator", "administrator"},
    Who.SUPPORT: {"animator", "administrator", "support"},
    Who.ADMINISTRATOR: {"administrator"},
}


def reader(app: Site, territory: Territory, name: str) -> FlaskClient:
    """A browser of one of the readers; member and manager belong to the grocery, the other one to the studio."""
    if name == "anonymous":
        return app.test_client()
    place = {"member": "grocery", "manager": "grocery", "other": "studio"}.get(name)
    address = f"{name}@example.org"
    make_account(
        app,
        address,
        *READERS[name],
        organisation=territory.organisations[place] if place else None,
        membership=MembershipRole.MEMBER if name == "member" else MembershipRole.MANAGER,
    )
    return signed_in(app, address)


def rules(app: Site, *wanted: Who) -> Iterator[tuple[Rule, str]]:
    """Each rule and method that the table keeps for one of ``wanted``."""
    for rule in app.url_map.iter_rules():
        if WHO_MAY[rule.endpoint] in wanted:
            yield from ((rule, method) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))


def address_of(app: Site, rule: Rule, **known: Any) -> str:
    """An address of ``rule``; what is not ``known`` is a number or word that means nothing."""
    values: dict[str, Any] = {}
    for name, converter in rule._converters.items():
        if isinstance(converter, AnyConverter):
            values[name] = sorted(converter.items)[0]
        else:
            values[name] = 987_654 if isinstance(converter, NumberConverter | TitledConverter) else "x"
    values |= {name: value for name, value in known.items() if name in rule.arguments}
    with app.test_request_context("/"):
        return app.url_for(rule.endpoint, **values)


def is_sent_to_sign_in(answer: TestResponse) -> bool:
    """Whether the answer is the way to the sign-in page."""
    return answer.status_code == 303 and answer.location.startswith("/connexion?next=")


def is_let_in(answer: TestResponse) -> bool:
    """Whether the table let the request pass. A POST without a token then fails at that, and changes nothing."""
    return answer.status_code != 403 and not is_sent_to_sign_in(answer)


def test_every_endpoint_is_in_the_table(app: Site) -> None:
    """A page without a line in the table is closed; a line without a page is a mistake."""
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints == set(WHO_MAY)


def test_an_endpoint_that_is_not_in_the_table_is_closed(settings: Settings) -> None:
    """Nobody has to remember to close a new page."""
    app = create_app(settings)
    app.add_url_rule("/nouveau-venu", endpoint="newcomer", view_func=lambda: "open")
    assert app.test_client().get("/nouveau-venu").status_code == 403
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("name", READERS)
def test_roles_open_what_the_table_says_and_nothing_else(app: Site, territory: Territory, name: str) -> None:
    """Every route and method that a role decides about, asked by every kind of reader."""
    client = reader(app, territory, name)
    asked = 0
    for rule, method in rules(app, *LET_IN):
        if rule.endpoint in {"accounts.sign_out", "static"} or (method != "GET" and rule.rule.startswith("/api/")):
            continue
        answer = client.open(address_of(app, rule), method=method)
        allowed = name in LET_IN[WHO_MAY[rule.endpoint]]
        assert is_let_in(answer) == allowed, (name, method, rule.rule, answer.status_code)
        assert answer.status_code < 500, (method, rule.rule)
        if not allowed:
            assert is_sent_to_sign_in(answer) == (name == "anonymous"), (name, method, rule.rule, answer.status_code)
        asked += 1
    assert asked > 80


@pytest.mark.parametrize("name", READERS)
def test_a_side_is_open_to_its_organisation_alone(app: Site, territory: Territory, name: str) -> None:
    """The reference of a posting opens its pages to members; to everybody else, with any role, it does not exist."""
    client = reader(app, territory, name)
    own, theirs = f"besoin-{territory.needs['website']}", f"offre-{territory.offers['sites']}"
    opens = {own: {"member", "manager"}, theirs: {"other"}, "besoin-987654": set(), "offre-0": set()}
    for rule, method in rules(app, Who.SIDE):
        for reference, members in opens.items():
            answer = client.open(address_of(app, rule, token=reference), method=method)
            where = (name, method, rule.rule, reference, answer.status_code)
            if name == "anonymous" and reference != "offre-0":
                assert is_sent_to_sign_in(answer), where
            elif name not in members and not (method != "GET" and reference == "offre-0"):
                assert answer.status_code == 404, where
            elif rule.arguments == {"token"} and name in members:
                assert answer.status_code in {200, 303, 400, 404} - ({404} if rule.endpoint == "manage.show" else set())
                assert not is_sent_to_sign_in(answer), where


@pytest.mark.parametrize("name", READERS)
def test_a_signed_link_opens_its_side_to_whoever_holds_it(app: Site, territory: Territory, name: str) -> None:
    """With an account or without one; a forged one opens nothing to anybody."""
    client = reader(app, territory, name)
    with app.test_request_context("/"):
        need = get_need(db.session, territory.needs["website"])
        assert need is not None
        token = token_for(need)
    for rule, method in rules(app, Who.SIDE):
        if rule.arguments == {"token"} and method == "GET" and rule.endpoint.startswith("manage."):
            right = client.get(address_of(app, rule, token=token))
            assert right.status_code == (404 if rule.endpoint == "manage.organisation" else 200), (name, rule.rule)
            assert client.get(address_of(app, rule, token=token[:-1] + "_")).status_code == 404


@pytest.mark.parametrize("name", READERS)
def test_an_event_is_open_to_its_organisers_alone(app: Site, territory: Territory, name: str) -> None:
    """The reference of an event opens its pages to the accounts that run it; to everybody else it does not exist."""
    client = reader(app, territory, name)
    with app.app_context():
        events = [make_team_event(db.session).hackathon.id for _ in range(2)]
        if name == "organiser":
            with writing(db.session):
                join_event(db.session, the("organiser@example.org"), events[0], OrganiserRole.OWNER)
    asked = 0
    for rule, method in rules(app, Who.EVENT):
        for number in (*events, 987_654):
            answer = client.open(address_of(app, rule, token=f"hackathon-{number}"), method=method)
            where = (name, method, rule.rule, number, answer.status_code)
            if name == "anonymous":
                assert is_sent_to_sign_in(answer), where
            elif name != "organiser" or number != events[0]:
                assert answer.status_code == 404, where
            elif rule.arguments == {"token"} and method == "GET":
                assert answer.status_code in {200, 422}, where
            else:
                assert is_let_in(answer), where
            assert answer.status_code < 500, where
            asked += 1
    assert asked > 200


@pytest.mark.parametrize("name", READERS)
def test_an_organisation_is_open_to_its_members_alone(app: Site, territory: Territory, name: str) -> None:
    """Its colleagues, invitations and everything that changes them."""
    client = reader(app, territory, name)
    opens = {"grocery": {"member", "manager"}, "studio": {"other"}}
    for rule, method in rules(app, Who.MEMBER):
        for place, members in opens.items():
            number = territory.organisations[place]
            answer = client.open(address_of(app, rule, organisation_id=number), method=method)
            where = (name, method, rule.rule, place, answer.status_code)
            if name == "anonymous":
                assert is_sent_to_sign_in(answer), where
            elif name in members:
                assert answer.status_code in {200, 400}, where
            else:
                assert answer.status_code == 404, where


@pytest.mark.parametrize("role", [AccountRole.ORGANISER, AccountRole.ANIMATOR, AccountRole.ADMINISTRATOR])
def test_a_role_waits_for_its_second_step(app: Site, role: AccountRole) -> None:
    """Whoever was just given such a role sets the second step up first, and can do nothing else but leave."""
    make_account(app, "new@example.org", role, second_step=False)
    client = signed_in(app, "new@example.org")
    assert client.get("/compte").location == "/compte/code?next=/compte"
    assert client.get("/compte/code").status_code == 200
    for rule, method in rules(app, Who.SIGNED_IN, Who.ANIMATOR, Who.SUPPORT, Who.ADMINISTRATOR):
        if rule.endpoint not in {"accounts.set_up_codes", "accounts.sign_out", "accounts.confirm_self"}:
            answer = client.open(address_of(app, rule), method=method)
            assert answer.status_code == 403 or answer.location.startswith("/compte/code"), (method, rule.rule)


def test_a_support_body_needs_no_second_step(app: Site) -> None:
    """It sees no contact before both sides have said yes."""
    make_account(app, "body@example.org", AccountRole.SUPPORT_BODY, second_step=False)
    assert signed_in(app, "body@example.org").get("/compte").status_code == 200
