"""What tests of registrations share: an event of the site, and forms filled in as people would."""

from __future__ import annotations

from dataclasses import dataclass

from flask.testing import FlaskClient

from matcher.store import Challenge, Hackathon, Registration
from tests.hackathons import make_challenge, make_hackathon
from tests.web.browser import Form, visit
from web.assets import Site
from web.links import organiser_token, participation_token
from web.wiring import db

NAME, EMAIL = "Camille Essai", "camille.essai@example.org"


@dataclass(frozen=True)
class Event:
    """An event with three challenges, as its addresses need it."""

    id: int
    challenges: tuple[int, ...]
    organiser: str  # address of the organisers' home

    @property
    def form(self) -> str:
        """Address of the public form."""
        return f"/hackathons/{self.id}/inscription"

    @property
    def people(self) -> str:
        """Address of the organisers' list."""
        return f"{self.organiser}/inscriptions"

    @property
    def day(self) -> str:
        """Address of the arrivals."""
        return f"{self.organiser}/jour"


def new_event(app: Site, **values: object) -> Event:
    """An event that takes registrations, with three challenges."""
    with app.test_request_context():
        hackathon = make_hackathon(db.session, **values)
        challenges = [make_challenge(db.session, hackathon, title) for title in ("Frigo", "Carte", "Relais")]
        return Event(hackathon.id, tuple(row.id for row in challenges), f"/organiser/{organiser_token(hackathon)}")


def form_of(client: FlaskClient, event: Event, **typed: str | list[str]) -> Form:
    """The public form with what it needs, and ``typed``."""
    form = visit(client, event.form).form("/inscription")
    return form.fill(**{"name": NAME, "email": EMAIL, "consent": "y", **typed})


def register(client: FlaskClient, event: Event, **typed: str | list[str]) -> str:
    """Register somebody; the address of their own page, which only their mail tells."""
    answer = form_of(client, event, **typed).send(client)
    assert answer.status_code == 303, answer.text
    assert answer.location.endswith("/inscription/recue")
    answer.close()  # mails leave once the page has been answered
    with client.application.test_request_context():
        return f"/participation/{participation_token(newest())}"


def newest() -> Registration:
    """The registration that was stored last. To be called within an application context."""
    row = db.session.query(Registration).order_by(Registration.id.desc()).first()
    assert row is not None
    return row


def stored(number: int) -> Registration:
    """A registration as the database has it now."""
    db.session.expire_all()
    return db.session.get_one(Registration, number)


def hackathon_of(event: Event) -> Hackathon:
    """The event's row."""
    return db.session.get_one(Hackathon, event.id)


def challenge(event: Event, place: int) -> Challenge:
    """One of the event's challenges."""
    return db.session.get_one(Challenge, event.challenges[place])
