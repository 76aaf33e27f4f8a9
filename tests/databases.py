"""Every database that the store runs on, for suites that must hold on each of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from matcher.store.session import open_engine
from tests.builders import new_database
from tests.postgres_server import PostgresServer

#: Parameters of a fixture that is made once for each database.
DATABASES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgres))


def migrated(request: pytest.FixtureRequest, folder: Path) -> Engine:
    """A migrated database of the kind that ``request`` asks for. Skips where it cannot be had."""
    return new_database(folder) if request.param == "sqlite" else _server(request).migrated()


def empty(request: pytest.FixtureRequest, folder: Path) -> Engine:
    """A database without any table. Skips where it cannot be had."""
    return open_engine(f"sqlite:///{folder / 'empty.db'}") if request.param == "sqlite" else _server(request).empty()


def _server(request: pytest.FixtureRequest) -> PostgresServer:
    server: PostgresServer = request.getfixturevalue("postgres")
    return server
