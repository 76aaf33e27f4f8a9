"""What tests of the API of a side share: a client that sends the token of one posting."""

from __future__ import annotations

from typing import Any, Final

from flask.testing import FlaskClient

from matcher.store import Need, Offer
from tests.web.api_bodies import authorised, token_of
from tests.web.organising_api import checked
from web.assets import Site

KEY: Final = "5f0c2c1e-1111-4222-8333-444455556666"

#: A body for each operation below /api/posting that takes one, right but for the days it names.
BODIES: Final[dict[str, dict[str, object]]] = {
    "sayYes": {"mode": "mail"},
    "sayNotNow": {"until": "2999-01-01"},
    "sayNo": {"reason": "no_room"},
    "recordOutcome": {"outcome": "help", "counterfactual": "no"},
    "writeMessage": {"message": "Bonjour"},
    "proposeCall": {"day": "2999-01-01", "time": "10:00"},
    "askQuestion": {"question": "Qui met le site à jour ?"},
    "answerQuestion": {"answer": "Deux bénévoles."},
    "changeMailPreferences": {"frequency": "never"},
    "pausePosting": {"paused_until": "2999-01-01"},
    "setTaken": {"taken": 1},
}


class SideApi:
    """Sends requests below ``/api/posting`` with the management token of one posting."""

    def __init__(self, app: Site, client: FlaskClient, model: type[Need] | type[Offer], number: int) -> None:
        self.client = client
        self.headers = {**authorised(token_of(app, model, number)), "Accept-Language": "en"}

    def get(self, path: str = "", status: int = 200) -> Any:
        """What is answered."""
        return checked(self.client.get(f"/api/posting{path}", headers=self.headers), status)

    def post(self, path: str, body: object = None, status: int = 200, **headers: str) -> Any:
        """What is answered to a body, or to none."""
        sent = {**self.headers, **headers}
        return checked(self.client.post(f"/api/posting{path}", json=body, headers=sent), status)

    def put(self, path: str, body: object, status: int = 200) -> Any:
        """What is answered to a change."""
        return checked(self.client.put(f"/api/posting{path}", json=body, headers=self.headers), status)
