"""A real application over a small real territory, one copy of the database a test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from matcher.clock import today
from matcher.store import schema
from matcher.store.session import open_engine
from tests.web.mail_server import serving
from tests.web.territory import Territory, build
from web import create_app
from web.assets import Site
from web.config import Settings
from web.wiring import db


@dataclass(frozen=True)
class Seed:
    """A database file to copy, and the ids in it."""

    path: Path
    territory: Territory


@pytest.fixture(scope="session")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Seed:
    """The territory, built once."""
    path = tmp_path_factory.mktemp("seed") / "passerelle.db"
    engine = open_engine(f"sqlite:///{path}")
    schema.upgrade(engine)
    with Session(engine) as session:
        territory = build(session, today())
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return Seed(path, territory)


@pytest.fixture
def settings(seed: Seed, tmp_path: Path) -> Settings:
    """Settings of a test: its own database, no encoder, no limits that depend on time."""
    shutil.copy(seed.path, tmp_path / "passerelle.db")
    return Settings(
        environment="testing",
        secret_key="tests only: a key of more than 32 characters",
        var_dir=tmp_path,
        database_url="",
        model=str(tmp_path / "no model"),
        encoder_warmup=False,
        rate_limits_enabled=False,
        honeypot_seconds=0,
    )


@pytest.fixture
def app(settings: Settings) -> Iterator[Site]:
    """The application over a copy of the territory; answers come from word search alone."""
    site = create_app(settings)
    yield site
    with site.app_context():
        db.engine.dispose()


@pytest.fixture
def client(app: Site) -> FlaskClient:
    """A browser without JavaScript."""
    return app.test_client()


@pytest.fixture
def territory(seed: Seed) -> Territory:
    """Ids by short name."""
    return seed.territory


@pytest.fixture
def mailing(settings: Settings) -> Iterator[tuple[Site, int]]:
    """A site that sends through a server of this machine, and the port where that server may be started."""
    with serving() as found:
        port = found.port
    values = settings.model_dump(exclude={"smtp_password"}) | {
        "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_starttls": False,
        "mail_sender": "Passerelle <bonjour@example.org>",
    }  # fmt: skip
    app = create_app(Settings(**values))
    yield app, port
    with app.app_context():
        db.engine.dispose()
