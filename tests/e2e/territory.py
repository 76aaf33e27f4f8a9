"""The demonstration territory for browser tests, encoded by the real model, and a real server on it.

Encoding is what takes time (about a sixth of a second of one core a posting), so tests load a sample: thirty
needs and the offers that answer them. ``tools/screenshots.py`` loads all of it. Two needs and one offer are
left out of the sample: tests post them through the forms, and ``answers.jsonl`` tells what must come first.
"""

from __future__ import annotations

import json
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.serving import WSGIRequestHandler, make_server

from embeddings.encoder import Encoder
from embeddings.loading import BackgroundLoader
from matcher.postings.seed import DEMO_FOLDER, load_demo, seed_places, seed_vocabularies
from matcher.store import Need, Offer, schema
from matcher.store.encoding import backlog, encode_postings
from matcher.store.session import open_engine
from matcher.text import split_sentences
from matcher.vocabulary import PostingKind
from web import create_app
from web.assets import Site
from web.config import ROOT, Settings
from web.manage.links import token_for
from web.services import build_services
from web.wiring import EXTENSION, db

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
    for name, chosen in (
        ("needs", [row for key, row in needs.items() if key in keys]),
        ("offers", [row for key, row in offers.items() if key in wanted]),
    ):
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in chosen)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")


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
        load_demo(session, DEMO_FOLDER if whole else folder, datetime.now(ZoneInfo("Europe/Paris")).date())
        for kind in PostingKind:
            encode_postings(session, kind, backlog(session, kind, encoder.model_id), encoder)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return Seed(path, loader)


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name
        pass


class RunningSite:
    """The site on a free port of this machine, over its own copy of a seed."""

    def __init__(self, seed: Seed, folder: Path) -> None:
        shutil.copy(seed.database, folder / "passerelle.db")
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
        self._server = make_server("127.0.0.1", 0, self.app, threaded=True, request_handler=_Quiet)
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

    def _token(self, key: str, number: int) -> str:
        model = Need if key.startswith("n-") else Offer
        with self.app.test_request_context():
            posting = db.session.get(model, number)
            assert posting is not None, key
            return token_for(posting)


def _application(settings: Settings, loader: BackgroundLoader) -> Site:
    """The site, with an address that fails, and with the one encoder of the run: loading it takes seconds."""
    app = create_app(settings)
    app.add_url_rule("/en-panne", view_func=app.doc(hide=True)(_broken))
    with app.app_context():
        app.extensions[EXTENSION] = build_services(db.engine, settings, loader)
    return app


def _broken() -> str:
    raise RuntimeError("this address breaks on purpose")
