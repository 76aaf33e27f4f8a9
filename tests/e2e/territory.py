"""The demonstration territory for browser tests, encoded by the real model, and a real server on it.

Encoding is what takes time (about a sixth of a second of one core a posting), so tests load a sample: thirty
needs and the offers that answer them. ``tools/screenshots.py`` loads all of it. Two needs and one offer are
left out of the sample: tests post them through the forms, and ``answers.jsonl`` tells what must come first.
The demonstration event comes with it, its teams formed: of a sample, with the challenges whose needs are in it.
"""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.serving import WSGIRequestHandler, make_server

from embeddings.encoder import Encoder
from embeddings.loading import BackgroundLoader
from matcher.clock import today
from matcher.hackathons.demo import FOLDER as EVENT_FOLDER
from matcher.hackathons.demo import form_teams, load_hackathon
from matcher.hackathons.jury import add_juror, parse_juror
from matcher.hackathons.locks import Locks
from matcher.hackathons.plans import current, current_version, names_of, set_locks
from matcher.postings.seed import DEMO_FOLDER, DEMO_SOURCE, load_demo, seed_places, seed_vocabularies
from matcher.store import Hackathon, Need, Offer, Registration, schema
from matcher.store.encoding import backlog, encode_postings
from matcher.store.session import open_engine
from matcher.text import split_sentences
from matcher.vocabulary import PostingKind
from tests.hackathons import make_challenge, make_hackathon
from web import create_app
from web.assets import Site
from web.config import ROOT, Settings
from web.links import juror_token, organiser_token, participation_token
from web.manage.links import token_for
from web.services import build_services
from web.wiring import EXTENSION, db

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

T = TypeVar("T")

MODEL = ROOT / "embeddings" / "model"

#: Posted by the tests, hence not in the sample.
HELD_OUT_NEEDS = ("n-cabas-froid", "n-sanon-plan")
HELD_OUT_OFFER = "o-mw-app"
#: Needs that some test asks for by name; the first ones of the file fill the sample up.
WANTED_NEEDS = (
    "n-moselgarten-rota", "n-fil-planning", "n-fauteuil-relais", "n-seuils-benev", "n-bruecke-survey",
    "n-minett-booking", "n-global-page", "n-minett-figures",
)  # fmt: skip
#: More than one page of the list, which holds twenty.
SAMPLE_NEEDS = 30
#: People of the demonstration event in the sample, besides those of its imported file.
SAMPLE_PEOPLE = 18
#: Somebody of the demonstration event, and a name for its jury.
SOMEBODY, JUROR = "r-01", "Jurée de démonstration"
#: Title of the event of the sample at which people register.
OPEN_EVENT = "Un samedi pour les tournées"


def rows_of(name: str) -> dict[str, dict[str, Any]]:
    """A file of the demonstration by key."""
    lines = (DEMO_FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return {row["key"]: row for row in map(json.loads, lines)}


def answers() -> dict[str, list[str]]:
    """Keys of the offers that answer each need, as the authors of the demonstration told them."""
    lines = (DEMO_FOLDER / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    return {row["need"]: row["offers"] for row in map(json.loads, lines)}


def needs_answered_by(offer: str) -> set[str]:
    """Keys of the needs that an offer answers."""
    return {need for need, offers in answers().items() if offer in offers}


def _write_sample(folder: Path) -> None:
    told = answers()
    keys = [*WANTED_NEEDS, *(key for key in told if key not in {*WANTED_NEEDS, *HELD_OUT_NEEDS})][:SAMPLE_NEEDS]
    needs, offers = rows_of("needs"), rows_of("offers")
    wanted = {offer for key in (*keys, *HELD_OUT_NEEDS) for offer in told[key]} - {HELD_OUT_OFFER}
    shutil.copy(DEMO_FOLDER / "organisations.jsonl", folder)
    _write_lines(folder / "needs.jsonl", [row for key, row in needs.items() if key in keys])
    _write_lines(folder / "offers.jsonl", [row for key, row in offers.items() if key in wanted])
    _write_event(folder, {key: needs[key]["title"] for key in needs if key not in keys})


def _write_event(folder: Path, absent: dict[str, str]) -> None:
    """The demonstration event without the challenges whose needs are not there: keys and titles."""
    event = json.loads((EVENT_FOLDER / "event.json").read_text("utf-8"))
    event["challenges"] = [row for row in event["challenges"] if row["need"] not in absent]
    lines = (EVENT_FOLDER / "registrations.jsonl").read_text("utf-8").splitlines()[:SAMPLE_PEOPLE]
    people = [json.loads(line) for line in lines]
    for person in people:
        person["choices"] = [need for need in person["choices"] if need not in absent]
    table = (EVENT_FOLDER / "formulaire.csv").read_text("utf-8")
    for title in absent.values():
        table = table.replace(title, "")
    (folder / "event.json").write_text(json.dumps(event, ensure_ascii=False), "utf-8")
    (folder / "formulaire.csv").write_text(table, "utf-8")
    _write_lines(folder / "registrations.jsonl", people)


def _write_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


@dataclass(frozen=True)
class Seed:
    """A database file to copy, with vectors, and the encoder that made them."""

    database: Path
    loader: BackgroundLoader


def build_seed(folder: Path, *, whole: bool = False) -> Seed:
    """Load the sample, or the whole territory, and encode every posting of it."""
    if not whole:
        _write_sample(folder)
    path = folder / "passerelle.db"
    engine = open_engine(f"sqlite:///{path}")
    schema.upgrade(engine)
    loader = BackgroundLoader(Encoder(str(MODEL), split_sentences))
    encoder = loader.wait(300)
    assert encoder is not None, loader.failure
    with Session(engine) as session:
        seed_vocabularies(session)
        seed_places(session)
        load_demo(session, DEMO_FOLDER if whole else folder, today())
        for kind in PostingKind:
            encode_postings(session, kind, backlog(session, kind, encoder.model_id), encoder)
        event, _ = load_hackathon(session, today(), EVENT_FOLDER if whole else folder)
        form_teams(session, event)
        if not whole:
            _add_states(session, event)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return Seed(path, loader)


def _add_states(session: Session, event: Hackathon) -> None:
    """What the demonstration has not: a second version of the teams, and an event at which people register."""
    people = sorted(names_of(session, current_version(session, event.id)))
    held, revision = Locks(people=frozenset(people[:2])), current(session, event.id).revision
    set_locks(session, event.id, held, author="", seen_revision=revision)
    opened = make_hackathon(
        session, OPEN_EVENT, questions=["Venez-vous en train ?"], code_of_conduct="On s’écoute.", capacity=40
    )
    make_challenge(session, opened, "Dire l’heure de chaque tournée")


@dataclass(frozen=True)
class Event:
    """The demonstration event: its number, those of a challenge and of a person, the addresses of its links.

    ``opened`` is the number of the sample's other event, at which people register.
    """

    number: int
    opened: int | None
    challenge: int
    person: int
    organisers: str
    own: str
    jury: str


#: Where the server keeps the answer at hand.
_ANSWER = "passerelle.answer"


class _Handler(WSGIRequestHandler):
    """Says nothing, and closes every answer, as gunicorn does.

    Werkzeug's own leaves that out when a browser resets the connection, and what is to be done once a page was answered
    (a mail that is sent) is then never done.
    """

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name
        pass

    def connection_dropped(self, error: BaseException, environ: WSGIEnvironment | None = None) -> None:
        if environ is not None and _ANSWER in environ:
            environ[_ANSWER].close()


class _Answer:
    """What the application answers, closed once."""

    def __init__(self, answer: Iterable[bytes]) -> None:
        self._answer = answer
        self._close: Callable[[], None] | None = getattr(answer, "close", None)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._answer)

    def close(self) -> None:
        close, self._close = self._close, None
        if close is not None:
            close()


def _remembered(app: WSGIApplication) -> WSGIApplication:
    """``app``, whose answers the handler can close."""

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = environ[_ANSWER] = _Answer(app(environ, start_response))
        return answer

    return serve


class RunningSite:
    """The site on a free port of this machine, over its own copy of a seed."""

    def __init__(self, seed: Seed, folder: Path) -> None:
        shutil.copy(seed.database, folder / "passerelle.db")
        self.folder = folder
        settings = Settings(
            environment="testing",
            secret_key="browser tests only: a key of more than 32 characters",
            var_dir=folder,
            database_url="",
            model=str(MODEL),
            rate_limits_enabled=False,  # a test reads faster than people do; limits have tests of their own
            honeypot_seconds=0,  # and types faster
        )
        # The thread of the tests runs Playwright's event loop, in which an application context cannot be closed.
        self._aside = ThreadPoolExecutor(1)
        self.app = self._aside.submit(_application, settings, seed.loader).result()
        self._server = make_server("127.0.0.1", 0, _remembered(self.app), threaded=True, request_handler=_Handler)
        self.origin = f"http://127.0.0.1:{self._server.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving and let go of the database."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._aside.submit(self._dispose).result()
        self._aside.shutdown()

    def _dispose(self) -> None:
        with self.app.app_context():
            db.engine.dispose()

    def aside(self, ask: Callable[[], T]) -> T:
        """What ``ask`` answers in a thread in which application contexts can be opened and closed."""
        return self._aside.submit(ask).result()

    @cached_property
    def ids(self) -> dict[str, int]:
        """Numbers of the demonstration's needs and offers by key."""
        return self._aside.submit(self._read_ids).result()

    def _read_ids(self) -> dict[str, int]:
        with self.app.app_context():
            return {
                str(key): number
                for model in (Need, Offer)
                for key, number in db.session.execute(select(model.external_key, model.id))
            }

    def manage_path(self, key: str) -> str:
        """Address of the author's page of a posting of the demonstration."""
        return f"/gerer/{self._aside.submit(self._token, key, self.ids[key]).result()}"

    @cached_property
    def event(self) -> Event:
        """The demonstration event."""
        return self._aside.submit(self._read_event).result()

    def _read_event(self) -> Event:
        with self.app.test_request_context():
            hackathon = db.session.scalars(select(Hackathon).where(Hackathon.source == DEMO_SOURCE)).one()
            somebody = db.session.scalars(select(Registration).filter_by(external_key=SOMEBODY)).one()
            return Event(
                hackathon.id,
                db.session.scalar(select(Hackathon.id).filter_by(title=OPEN_EVENT)),
                hackathon.challenges[0].id,
                somebody.id,
                f"/organiser/{organiser_token(hackathon)}",
                f"/participation/{participation_token(somebody)}",
                f"/jury/{juror_token(add_juror(db.session, hackathon.id, parse_juror({'name': JUROR})))}",
            )

    def _token(self, key: str, number: int) -> str:
        model = Need if key.startswith("n-") else Offer
        with self.app.test_request_context():
            posting = db.session.get(model, number)
            assert posting is not None, key
            return token_for(posting)


def _application(settings: Settings, loader: BackgroundLoader) -> Site:
    """The site, with an address that fails, and with the one encoder of the run: loading it takes seconds."""
    app = create_app(settings)
    app.add_url_rule("/en-panne", endpoint="home.healthz")  # an endpoint that everybody may open and no test looks at
    app.view_functions["home.healthz"] = _broken
    with app.app_context():
        app.extensions[EXTENSION] = build_services(db.engine, settings, loader)
    return app


def _broken() -> str:
    raise RuntimeError("this address breaks on purpose")
