"""Databases of the contract suites: each test runs on every one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.databases import DATABASES, empty, migrated


@pytest.fixture(params=DATABASES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A migrated database of its own."""
    made = migrated(request, tmp_path)
    yield made
    made.dispose()


@pytest.fixture(params=DATABASES)
def bare_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without any table."""
    made = empty(request, tmp_path)
    yield made
    made.dispose()
