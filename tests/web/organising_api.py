"""What tests of the organisers' API share: a client that sends the token of one event."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import Any, Final

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from matcher.clock import today
from matcher.store import Hackathon
from tests.hackathons import make_hackathon
from web.assets import Site
from web.links import organiser_token
from web.wiring import db

PROBLEM = "application/problem+json"

#: Seconds that a computation may take here: a busy machine starts its process in some five.
PATIENCE_S: Final = 60

HACKATHON: Final = {
    "title": "48 heures pour l’aide alimentaire",
    "description": "Deux jours pour construire des outils simples avec les banques alimentaires.",
    "organiser": "Maison des associations",
    "contact_email": "orga@example.org",
    "place": {"name": "Nancy"},
    "starts_on": (today() + timedelta(days=40)).isoformat(),
    "ends_on": (today() + timedelta(days=41)).isoformat(),
}
CHALLENGE: Final = {"title": "Suivre les stocks", "statement": "Chaque antenne compte ses stocks à la main."}


class OrganiserApi:
    """Sends requests to the addresses of one event, with the token of its organisers' link."""

    def __init__(self, app: Site, client: FlaskClient, number: int) -> None:
        self.client = client
        self.address = f"/api/hackathons/{number}"
        with app.test_request_context():
            token = organiser_token(db.session.get_one(Hackathon, number))
        self.headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}

    def get(self, path: str = "", status: int = 200) -> Any:
        """What is answered."""
        return checked(self.client.get(self.address + path, headers=self.headers), status)

    def post(self, path: str, body: object = None, status: int = 200, **headers: str) -> Any:
        """What is answered to a body, or to none."""
        return checked(self.client.post(self.address + path, json=body, headers={**self.headers, **headers}), status)

    def put(self, path: str, body: object, status: int = 200) -> Any:
        """What is answered to a change."""
        return checked(self.client.put(self.address + path, json=body, headers=self.headers), status)


#: A body for each operation that takes one, right but for what it names.
BODIES: Final[dict[str, object]] = {
    "changeHackathon": {"revision": 1, "hackathon": HACKATHON},
    "changePhase": {"phase": "event"},
    "addChallenge": {"revision": 1, "challenge": CHALLENGE},
    "addChallengeFromNeed": {"need": 1},
    "changeChallenge": {"revision": 1, "challenge": CHALLENGE},
    "moveChallenge": {"position": 1},
    "addRegistration": {"registration": {"name": "Camille Essai"}, "consent": True},
    "changeRegistration": {"version": "x", "registration": {"name": "Camille Essai"}},
    "setAttendance": {"attendance": "checked_in"},
    "settleWish": {"registration": None},
    "movePerson": {"revision": 1, "registration": 1, "challenge": 1, "team": 1},
    "setLocks": {"revision": 1, "people": [], "teams": []},
    "undoTeams": {"revision": 1},
    "publishTeams": {"revision": 1},
    "startRun": {},
    "recordChallengeOutcome": {"outcome": "continued"},
    "swapPeople": {"revision": 1, "registration": 1, "other": 2},
    "restorePlan": {"revision": 1},
    "relaxEvent": {"revision": 1, "way": "x"},
    "relaxRun": {"way": "x"},
    "changeWeights": {"revision": 1, "sliders": []},
    "addJuror": {"name": "Marie Essai"},
}


#: What an operation needs in its address.
QUERIES: Final = {"deleteHackathon": "?registered=0"}


def event_api(app: Site, client: FlaskClient, **values: Any) -> OrganiserApi:
    """An event without challenges, for its organisers."""
    with app.test_request_context():
        number = make_hackathon(db.session, **values).id
    return OrganiserApi(app, client, number)


def ended(api: OrganiserApi, run: int) -> str:
    """How a computation ended; a busy machine may start its process later than the site waits for a sign of life."""
    ends = time.monotonic() + PATIENCE_S
    while (told := api.get(f"/runs/{run}")["status"]) in {"waiting", "running", "interrupted"}:
        assert time.monotonic() < ends, "the process never ended"
        time.sleep(0.2)
    return str(told)


def operations(client: FlaskClient, number: int) -> list[tuple[str, str, dict[str, Any]]]:
    """Method, address under one event, and description, of every operation that the API has for events."""
    return [
        (
            method,
            re.sub(r"\{\w+\}", "1", path.replace("{number}", str(number))) + QUERIES.get(operation["operationId"], ""),
            operation,
        )
        for path, methods in client.get("/api/openapi.json").json["paths"].items()
        for method, operation in methods.items()
        if path.startswith("/api/hackathons")
    ]


def checked(response: TestResponse, status: int) -> Any:
    """The body of an answer with this status; an error is problem+json."""
    assert response.status_code == status, response.text
    if status >= 400:
        assert response.mimetype == PROBLEM
    return response.json


def problems_of(told: Any) -> dict[str, str]:
    """Code of each field that a 422 names, each with a sentence."""
    assert all(problem["sentence"] for problem in told["problems"])
    return {problem["field"]: problem["code"] for problem in told["problems"]}
