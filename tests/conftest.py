"""Fixtures that every part of the tests may use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from matcher.store.encryption import use_keys
from tests import postgres_server
from tests.builders import KEYS, new_database


@pytest.fixture(autouse=True, scope="session")
def _keys() -> None:
    """Private fields have a key, whichever test comes first."""
    use_keys(KEYS)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A migrated SQLite database of its own."""
    made = new_database(tmp_path)
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session on that database."""
    with Session(engine) as opened:
        yield opened


@pytest.fixture(scope="session")
def postgres() -> Iterator[postgres_server.PostgresServer]:
    """A real PostgreSQL server for the whole run, started by the first test that asks for it."""
    try:
        with postgres_server.running() as server:
            yield server
    except postgres_server.NotAvailable as reason:
        pytest.skip(str(reason))
