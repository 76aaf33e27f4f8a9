"""Addresses that nobody wrote by hand: the routes are walked with numbers, tokens and names that no row has."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from matcher.accounts.membership import join
from matcher.people import AccountRole, MembershipRole
from tests.web.addresses import addresses
from tests.web.signing_in import make_account, signed_in
from tests.web.territory import Territory
from web.assets import Site
from web.wiring import db

ADDRESS = "tout@example.org"


@pytest.fixture
def administrator(app: Site, territory: Territory) -> FlaskClient:
    """Somebody to whom no page is closed, so that each reads its numbers."""
    make_account(app, ADDRESS, AccountRole.ADMINISTRATOR)
    with app.app_context():
        for name in ("grocery", "studio"):
            join(db.session, ADDRESS, territory.organisations[name], MembershipRole.MANAGER, by=None)
    return signed_in(app, ADDRESS)


@pytest.mark.parametrize("number", ["0", "999999", "9" * 19, "9" * 30])
def test_a_number_that_no_row_has_is_never_a_failure(
    app: Site, territory: Territory, administrator: FlaskClient, number: str
) -> None:
    """Each number of each address in its turn, be it larger than the database can hold: 404, or a page without it."""
    tried = set()
    for address in addresses(app, territory, "GET"):
        parts = address.split("/")
        for place, part in enumerate(parts):
            if part.isdecimal():
                tried.add("/".join([*parts[:place], number, *parts[place + 1 :]]))
    assert len(tried) > 50
    for odd in sorted(tried):
        assert administrator.get(odd).status_code < 500, odd


@pytest.mark.parametrize(
    "token", ["x", "besoin-0", "offre-999999999999999", "besoin-" + "9" * 30, "." * 400, "%00", "é"]
)
def test_a_token_that_opens_nothing_is_never_a_failure(
    app: Site, territory: Territory, administrator: FlaskClient, token: str
) -> None:
    """Forged, damaged, too long: the answer is below 500, and below 400 for no page of a posting."""
    areas = (
        "/gerer/",
        "/organiser/",
        "/participation/",
        "/jury/",
        "/reponse/",
        "/courriels/",
        "/connexion/",
        "/compte/",
    )
    for address in addresses(app, territory, "GET"):
        parts = address.split("/")
        place = max(range(len(parts)), key=lambda at: len(parts[at]))
        if address.startswith(areas) and len(parts[place]) > 30:
            odd = "/".join([*parts[:place], token, *parts[place + 1 :]])
            status = administrator.get(odd).status_code
            assert 400 <= status < 500, odd


@pytest.mark.parametrize(
    "query", ["?page=0", "?page=" + "9" * 30, "?page=x", "?choix=%22%3E", "?fait=x", "?q=" + "a" * 5000]
)
def test_a_query_that_means_nothing_is_never_a_failure(
    app: Site, territory: Territory, administrator: FlaskClient, query: str
) -> None:
    """What a page cannot read it leaves out or refuses."""
    for address in addresses(app, territory, "GET"):
        assert administrator.get(address + query).status_code < 500, address + query
