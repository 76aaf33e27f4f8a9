"""The organisers' pages about teams as tests open them: in English, by the link of an event."""

from __future__ import annotations

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from matcher.hackathons import plans
from matcher.store import Hackathon
from tests.web.browser import Page
from tests.web.html import read
from web.assets import Site
from web.links import organiser_token
from web.wiring import db


class TeamPages:
    """Opens the pages of one event and sends their forms."""

    def __init__(self, app: Site, client: FlaskClient, hackathon: Hackathon) -> None:
        self.client = client
        self.hackathon_id = hackathon.id
        with app.test_request_context():
            self.home = f"/en/organiser/{organiser_token(hackathon)}/equipes"

    def open(self, path: str = "", status: int = 200) -> str:
        """What a reader sees of a page."""
        return read(self._get(path, status).text).text

    def source(self, path: str = "") -> str:
        """The page itself."""
        return self._get(path, 200).text

    def page(self, path: str = "") -> Page:
        """A page with its forms."""
        return Page(self._get(path, 200))

    def send(
        self, path: str, *, revision: int | None = None, version: int | None = None, **fields: str
    ) -> TestResponse:
        """Send a form that shows the present teams, or those of another revision and version."""
        pointer = plans.current(db.session, self.hackathon_id)
        seen = {
            "revision": str(pointer.revision if revision is None else revision),
            "version": str(version or (pointer.plan.number if pointer.plan else "")),
        }
        db.session.rollback()
        return self.client.post(self.home + path, data={"csrf_token": self._csrf_token(), **seen, **fields})

    def follow(self, answer: TestResponse) -> str:
        """What a reader sees after a change that was made."""
        assert answer.status_code == 303, read(answer.text).text[:600]
        return read(self.client.get(answer.location).text).text

    def _csrf_token(self) -> str:
        """One of this browser: the list of versions always has a form."""
        return self.page("/versions").form("/signer")["csrf_token"]

    def _get(self, path: str, status: int) -> TestResponse:
        answer = self.client.get(self.home + path)
        assert answer.status_code == status
        return answer
