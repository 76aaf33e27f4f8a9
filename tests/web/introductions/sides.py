"""A need and an offer of the territory that the matcher proposed to each other, and the pages of both sides."""

from __future__ import annotations

from dataclasses import dataclass

from flask.testing import FlaskClient

from matcher.store import IntroductionEvent, Need, Offer
from tests.matcher.introductions.pairs import Ids, propose
from tests.web.browser import Page, visit
from tests.web.territory import Territory
from web.assets import Site
from web.manage.links import token_for
from web.wiring import db


@dataclass(frozen=True)
class Sides:
    """Addresses of the pair's page for each side, of their inboxes, and the two numbers."""

    ids: Ids
    need_inbox: str
    offer_inbox: str

    @property
    def need(self) -> str:
        """The pair, as the need's side sees it."""
        return f"{self.need_inbox}/{self.ids.offer}"

    @property
    def offer(self) -> str:
        """The pair, as the offer's side sees it."""
        return f"{self.offer_inbox}/{self.ids.need}"


def make_sides(app: Site, territory: Territory, need: str = "website", offer: str = "sites") -> Sides:
    """Two postings of the territory, proposed to each other."""
    with app.test_request_context():
        ids = Ids(territory.needs[need], territory.offers[offer])
        propose(db.session, ids)
        rows = db.session.get_one(Need, ids.need), db.session.get_one(Offer, ids.offer)
        return Sides(ids, *(f"/en/gerer/{token_for(row)}/reponses" for row in rows))


def press(client: FlaskClient, address: str, end: str, **typed: str) -> Page:
    """Open ``address``, fill in the form whose address ends with ``end``, send it, and follow the answer."""
    form = next(form for form in visit(client, address).forms if form.action.endswith(end))
    return Page(form.fill(**typed).send(client, follow_redirects=True))


def introduce(client: FlaskClient, sides: Sides) -> None:
    """Both say yes."""
    press(client, sides.need, "/oui", mode="phone", phone="03 53 01 00 01")
    press(client, sides.offer, "/oui", mode="mail")


def event_count() -> int:
    """Events that are stored."""
    return db.session.query(IntroductionEvent).count()
