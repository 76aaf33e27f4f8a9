"""An event with teams, and its organisers' API."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from tests.matcher.hackathons.events import Event, formed, make_event
from tests.web.organising_api import OrganiserApi
from web.assets import Site
from web.wiring import db


@pytest.fixture
def event(app: Site) -> Iterator[Event]:
    """Twelve people, three challenges, and a first version with four people to a team."""
    with app.app_context():
        made = make_event(db.session)
        formed(db.session, made)
        yield made


@pytest.fixture
def api(app: Site, client: FlaskClient, event: Event) -> OrganiserApi:
    """The organisers' API of that event."""
    return OrganiserApi(app, client, event.hackathon.id)
