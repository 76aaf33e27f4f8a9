"""The description of the API and the API agree: schemathesis tries on the one what the other promises.

Everything is tried for real, publishing and deleting included, on a database of this module alone.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import positive_data_acceptance

from matcher.clock import utc_now
from matcher.introductions.answering import say_yes
from matcher.introductions.questions import ask
from matcher.introductions.threads import write
from matcher.postings.queries import get_posting
from matcher.store import Hackathon, Juror, Need, Offer, TeamRun, Wish
from matcher.vocabulary import ContactMode, PostingKind, RunKind, WishKind
from tests.matcher.introductions.pairs import Ids, propose
from tests.team_events import make_team_event
from tests.web.conftest import Seed
from web import create_app
from web.config import Settings
from web.links import organiser_token
from web.manage.links import token_for
from web.wiring import db

#: Cases of each operation, beyond those of the coverage phase (every bound, every missing field).
EXAMPLES: Final = 25

#: No schema can say that a place exists or that a day has passed: well-formed bodies may get 422.
_BODY_RULES: Final = [positive_data_acceptance]


def _config(**generation: Any) -> SchemathesisConfig:
    # NUL is refused in addresses before any operation sees it; test_api.py has a test for it.
    told = {"max-examples": EXAMPLES, "deterministic": True, "database": "none", "allow-x00": False}
    return SchemathesisConfig.from_dict({"seed": 54, "generation": {**told, **generation}})


#: Operations are collected before any fixture is made, so the application stands at import; its database
#: is copied into the folder before the first case.
FOLDER: Final = TemporaryDirectory(prefix="openapi-")
SITE: Final = create_app(
    Settings(
        environment="testing",
        secret_key="tests only: a key of more than 32 characters",
        var_dir=FOLDER.name,
        database_url="",
        model=f"{FOLDER.name}/no model",
        encoder_warmup=False,
        rate_limits_enabled=False,
    )
)
ANY: Final = schemathesis.openapi.from_wsgi("/api/openapi.json", SITE, config=_config())
WELL_FORMED: Final = schemathesis.openapi.from_wsgi(
    "/api/openapi.json", SITE, config=_config(**{"mode": "positive", "max-examples": 10})
)


@pytest.fixture(scope="module", autouse=True)
def event(seed: Seed) -> Iterator[dict[str, int]]:
    """The territory, in the folder of this module's application, and an event with teams: numbers by name.

    A computation of the event is under way, as far as the site knows: none is started here.
    """
    shutil.copy(seed.path, Path(FOLDER.name) / "passerelle.db")
    with SITE.app_context():
        made = make_team_event(db.session)
        number, people = made.hackathon.id, made.people
        people[0].wishes = [Wish(kind=WishKind.WITH, typed="Ada")]
        run = TeamRun(
            hackathon_id=number,
            kind=RunKind.FORM,
            problem="{}",
            time_limit_s=5,
            beat_at=datetime(9999, 1, 1, tzinfo=UTC),
        )
        juror = Juror(hackathon_id=number, name="Marie Essai")
        db.session.add_all([run, juror])
        db.session.commit()
        told = {"number": number, "challenge": made.challenges[0].id, "registration": people[1].id, "run": run.id}
        told |= {"version": 1, "other": 1, "wish": people[0].wishes[0].id, "juror": juror.id}
    yield told
    with SITE.app_context():
        db.engine.dispose()
    FOLDER.cleanup()


@ANY.parametrize()
def test_every_operation_keeps_its_promises(case: Any) -> None:
    """No server error, no undocumented status, type or shape; malformed requests are refused."""
    excluded = _BODY_RULES if case.operation.body else []
    case.call_and_validate(excluded_checks=excluded)


@WELL_FORMED.include(path_regex=r"^/api/(needs|offers|organisations)/\{number\}").parametrize()
def test_operations_on_a_row_that_exists_keep_their_promises(case: Any, seed: Seed) -> None:
    """The same with numbers of the territory and with the management token of the posting at hand."""
    area = case.path.split("/")[2]
    number = getattr(seed.territory, area)[{"needs": "website", "offers": "sites", "organisations": "grocery"}[area]]
    case.path_parameters["number"] = number
    headers = {}
    if area != "organisations":
        with SITE.app_context():
            posting = get_posting(db.session, PostingKind(area[:-1]), number)
            headers = {"Authorization": f"Bearer {token_for(posting)}"} if posting else {}
    case.call_and_validate(headers=headers, excluded_checks=_BODY_RULES)


@WELL_FORMED.include(path_regex=r"^/api/hackathons/\{number\}").parametrize()
def test_operations_on_an_event_that_exists_keep_their_promises(case: Any, event: dict[str, int]) -> None:
    """The same with an event, its people and its teams, by its organisers."""
    case.path_parameters.update({name: event[name] for name in case.path_parameters})
    with SITE.test_request_context():
        token = organiser_token(db.session.get_one(Hackathon, event["number"]))
    case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, excluded_checks=_BODY_RULES)


@pytest.fixture(scope="module")
def pair(seed: Seed, event: dict[str, int]) -> Ids:
    """A need and an offer that were introduced, one message and one question."""
    with SITE.app_context():
        ids = Ids(seed.territory.needs["stock"], seed.territory.offers["inventory"])
        propose(db.session, ids)
        for side in PostingKind:
            say_yes(db.session, *ids, side, ContactMode.MAIL, now=utc_now())
        write(db.session, *ids, PostingKind.NEED, "Bonjour", now=utc_now())
        ask(db.session, *ids, "Combien de produits ?", now=utc_now())
    return ids


@pytest.mark.parametrize("side", PostingKind)
@WELL_FORMED.include(path_regex=r"^/api/posting").parametrize()
def test_operations_on_a_pair_that_exists_keep_their_promises(case: Any, pair: Ids, side: PostingKind) -> None:
    """The same for both sides of two postings that were introduced."""
    with SITE.app_context():
        need, offer = db.session.get_one(Need, pair.need), db.session.get_one(Offer, pair.offer)
        own, other = (need, offer) if side is PostingKind.NEED else (offer, need)
        numbers = {"other": other.id, "question": 1}
        headers = {"Authorization": f"Bearer {token_for(own)}"}
    case.path_parameters.update({name: numbers[name] for name in case.path_parameters})
    case.call_and_validate(headers=headers, excluded_checks=_BODY_RULES)
