"""A site with one pair of which one side said yes, and the mails that follow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from matcher.clock import today
from matcher.introductions.answering import say_yes
from matcher.store import Introduction, Need, Offer, Proposal
from matcher.store.session import writing
from matcher.vocabulary import ContactMode, Engine, Level, PostingKind
from web.assets import Site
from web.notifications.one_click import Choice, answer_token
from web.wiring import db


@dataclass(frozen=True)
class Pair:
    """Numbers of a need and an offer that were proposed to each other, and what both may do."""

    app: Site
    need_id: int
    offer_id: int

    def token(self, side: PostingKind, choice: Choice) -> str:
        """The token of a mail to ``side``."""
        with self.app.app_context():
            need, offer = db.session.get_one(Need, self.need_id), db.session.get_one(Offer, self.offer_id)
            own, other = (need, offer) if side is PostingKind.NEED else (offer, need)
            return answer_token(own, other.id, choice)

    def row(self) -> Introduction | None:
        """What was said so far."""
        with self.app.app_context():
            found = db.session.query(Introduction).filter_by(need_id=self.need_id, offer_id=self.offer_id).first()
            if found is not None:
                db.session.expunge(found)
            return found

    def say_yes(self, side: PostingKind) -> None:
        """One side says yes on the site."""
        with self.app.app_context():
            say_yes(db.session, self.need_id, self.offer_id, side, ContactMode.MAIL, now=datetime.now(UTC))


@pytest.fixture
def pair(app: Site) -> Pair:
    """A need and an offer with addresses on both sides, proposed to each other today; tests may last past midnight."""
    with app.app_context():
        tomorrow = today() + timedelta(days=1)
        need = next(each for each in db.session.query(Need).order_by(Need.id) if each.is_live(tomorrow))
        offers = db.session.query(Offer).filter(Offer.organisation_id != need.organisation_id).order_by(Offer.id)
        offer = next(each for each in offers if each.is_live(tomorrow))
        with writing(db.session):
            for organisation, email in (
                (need.organisation, "asso@example.org"),
                (offer.organisation, "studio@example.org"),
            ):
                organisation.contact_email = email
            db.session.add(
                Proposal(
                    need_id=need.id, offer_id=offer.id, position=1, score=0.8, level=Level.GOOD, engine=Engine.LEXICAL
                )
            )
        return Pair(app, need.id, offer.id)


@pytest.fixture
def organisation_of(app: Site, pair: Pair) -> Callable[[PostingKind], int]:
    """Number of the organisation of a side."""

    def number(side: PostingKind) -> int:
        with app.app_context():
            model = Need if side is PostingKind.NEED else Offer
            return db.session.get_one(
                model, pair.need_id if side is PostingKind.NEED else pair.offer_id
            ).organisation_id

    return number


def csrf_of(client: FlaskClient, path: str) -> str:
    """The token of the first form of a page."""
    page = client.get(path).text
    return page.partition('name="csrf_token" value="')[2].partition('"')[0]
