"""Engines and transactions.

SQLite runs in WAL mode, so that readers never wait for the writer, with foreign keys on and a busy
timeout. A transaction that will write takes SQLite's write lock at its start: one that read first and
then wanted to write would fail with "database is locked" instead of waiting.

PostgreSQL gets the same rule, one writer at a time, by an advisory lock that ends with the transaction.
Without it a change could get number 7, and be committed after number 8 was: whoever polls the change
log by its highest number would never see it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session

from matcher.store import events  # noqa: F401  (its listeners follow every session)

#: Milliseconds that a writer waits for another one. Chosen, not measured: an import of some
#: thousand rows holds the lock for about a second.
BUSY_TIMEOUT_MS = 10_000

#: Number of the advisory lock that every writer takes on PostgreSQL; any constant would do ("pass").
WRITER_LOCK = 0x70617373


def open_engine(url: str, **options: Any) -> Engine:
    """Engine for any SQLAlchemy URL, with :func:`configure_engine` applied."""
    engine = create_engine(url, **options)
    configure_engine(engine)
    return engine


def configure_engine(engine: Engine) -> None:
    """Give ``engine`` the pragmas and the transaction start described above. Safe to call twice."""
    if engine.dialect.name == "postgresql" and not event.contains(engine, "begin", _begin_on_postgres):
        event.listen(engine, "begin", _begin_on_postgres)
    if engine.dialect.name == "sqlite" and not event.contains(engine, "begin", _begin):
        event.listen(engine, "connect", _prepare_connection)
        event.listen(engine, "begin", _begin)


def _prepare_connection(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's "begin" event below starts transactions, not the driver
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _begin_on_postgres(connection: Connection) -> None:
    if connection.get_execution_options().get("immediate", False):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {BUSY_TIMEOUT_MS}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")


@contextmanager
def writing(session: Session) -> Iterator[Session]:
    """One use case, one transaction: commits at the end, rolls everything back on an error.

    A read transaction that is open on ``session`` is ended first (loaded rows are refreshed when
    touched again); pending changes made before the block are a bug of the caller and refused.
    Nested use joins the outer block, which alone commits.
    """
    if session.info.get("writing"):
        yield session
        return
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changes were made outside of writing()")
    session.rollback()
    session.info["writing"] = True
    try:
        session.connection(execution_options={"immediate": True})
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("writing", None)
