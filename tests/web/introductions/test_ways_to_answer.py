"""A public page tells who is signed in with which of their postings they may answer it."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from matcher.store import Offer
from tests.web.signing_in import make_account, signed_in
from tests.web.territory import Territory
from web.assets import Site
from web.manage.links import reference_of
from web.wiring import db


def answers_on(client: FlaskClient, address: str) -> list[str]:
    """Addresses of pairs on a page."""
    return re.findall(r'href="([^"]*/reponses/\d+)"', client.get(address).get_data(as_text=True))


def test_members_answer_with_their_own_live_postings(app: Site, client: FlaskClient, territory: Territory) -> None:
    """An offer answers a need and nothing of its own side; nobody else sees a way, a closed posting has none."""
    need, offer = territory.needs["website"], territory.offers["sites"]
    with app.test_request_context():
        row = db.session.get_one(Offer, offer)
        pair, organisation = f"/gerer/{reference_of(row)}/reponses/{need}", row.organisation_id
    make_account(app, "membre@exemple.test", organisation=organisation)
    make_account(app, "autre@exemple.test")
    member = signed_in(app, "membre@exemple.test")
    assert pair in answers_on(member, f"/besoins/{need}")
    assert member.get(pair).status_code == 200
    assert answers_on(member, f"/offres/{offer}") == []
    assert answers_on(client, f"/besoins/{need}") == []
    assert answers_on(signed_in(app, "autre@exemple.test"), f"/besoins/{need}") == []
    closed = territory.needs["closed"]
    assert answers_on(member, f"/besoins/{closed}") == []
