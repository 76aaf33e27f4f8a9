"""What tests of published teams share: an event of the site with teams, and the addresses of its people."""

from __future__ import annotations

from dataclasses import dataclass

from flask.testing import FlaskClient

from matcher.hackathons.plans import current, publish
from matcher.store import Hackathon, Registration
from tests.hackathons import make_juror
from tests.team_events import make_team_event
from tests.web.browser import visit
from web.assets import Site
from web.links import juror_token, organiser_token, participation_token
from web.wiring import db


@dataclass(frozen=True)
class Published:
    """An event by its addresses; people in their order, four to a team of one challenge."""

    id: int
    organiser: str
    jury: str
    own: tuple[str, ...]
    names: tuple[str, ...]
    emails: tuple[str, ...]

    @property
    def publication(self) -> str:
        """The organisers' page of publication."""
        return f"{self.organiser}/equipes/publier"

    @property
    def results(self) -> str:
        """The organisers' page of results."""
        return f"{self.organiser}/resultats"

    @property
    def teams(self) -> str:
        """The public page of the teams."""
        return f"/hackathons/{self.id}/equipes"


def make_published(app: Site, *, is_out: bool = True, **values: object) -> Published:
    """Eight people in two teams; every other one agreed to be named. ``is_out``: the teams are published."""
    with app.test_request_context():
        event = make_team_event(db.session, **values)
        for at, person in enumerate(event.people):
            person.directory_consent = at % 2 == 0
            person.diet, person.access_needs, person.note = f"diet-{at}", f"access-{at}", f"note-{at}"
        db.session.commit()
        if is_out:
            publish(db.session, event.hackathon.id, seen_revision=current(db.session, event.hackathon.id).revision)
        return Published(
            id=event.hackathon.id,
            organiser=f"/organiser/{organiser_token(event.hackathon)}",
            jury=f"/jury/{juror_token(make_juror(db.session, event.hackathon))}",
            own=tuple(f"/participation/{participation_token(person)}" for person in event.people),
            names=tuple(person.name for person in event.people),
            emails=tuple(person.email for person in event.people),
        )


def set_up(app: Site, number: int, **values: object) -> None:
    """Change the event behind the pages."""
    with app.app_context():
        hackathon = db.session.get_one(Hackathon, number)
        for name, value in values.items():
            setattr(hackathon, name, value)
        db.session.commit()


def answer(client: FlaskClient, own: str, said: str) -> str:
    """Press a button of the own page; what the page says then."""
    form = visit(client, own).form("/place").fill(answer=said)
    return form.send(client, follow_redirects=True).text


def person_called(app: Site, name: str) -> Registration:
    """The registration of that name, as it is stored now."""
    db.session.rollback()
    found: Registration = db.session.query(Registration).filter_by(name=name).one()
    return found
