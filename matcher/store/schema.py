"""Bring a database to the schema of the models."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Apply every missing migration, in one transaction where the database allows it.

    SQLite's file is then written anew, if anything was changed in it: pages that a migration freed keep what stood
    there, readable texts that are encrypted since included. On PostgreSQL that is its VACUUM FULL, and its owner's.
    """
    before = current_revision(engine)
    with _migrating(engine) as connection:
        command.upgrade(_config(connection), revision)
    if engine.dialect.name == "sqlite" and before not in {None, current_revision(engine)}:
        with closing(engine.raw_connection()) as raw:
            raw.cursor().execute("VACUUM")  # not possible within a transaction


def downgrade(engine: Engine, revision: str) -> None:
    """Go back to ``revision`` ("base" for an empty database)."""
    with _migrating(engine) as connection:
        command.downgrade(_config(connection), revision)


def write_migration(engine: Engine, message: str) -> None:
    """Write a new migration with what the models have and the database has not, to be read and mended."""
    with engine.connect() as connection:
        number = f"{len(list((MIGRATIONS / 'versions').glob('[0-9]*.py'))) + 1:04}"
        command.revision(_config(connection), message, autogenerate=True, rev_id=number)


def current_revision(engine: Engine) -> str | None:
    """Revision that the database is at; None when it is empty."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head_revision() -> str | None:
    """Newest revision in the code."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


class DanglingReferenceError(RuntimeError):
    """A migration left rows that refer to nothing; it was rolled back."""


@contextmanager
def _migrating(engine: Engine) -> Iterator[Connection]:
    """One transaction for all that is migrated; commits at the end.

    SQLite's foreign keys are off meanwhile, which only works before it begins: a table that is dropped to be made anew
    would take along what refers to it. They are checked at the end instead. Raises DanglingReferenceError.
    """
    with engine.execution_options(immediate=True).connect() as connection:
        if engine.dialect.name != "sqlite":
            with connection.begin():
                yield connection
            return
        with closing(connection.connection.cursor()) as pragma:
            pragma.execute("PRAGMA foreign_keys=OFF")
            try:
                with connection.begin():
                    yield connection
                    _check_references(connection)
            finally:
                pragma.execute("PRAGMA foreign_keys=ON")


def _check_references(connection: Connection) -> None:
    dangling = {(row[0], row[2]) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")}
    if dangling:
        told = ", ".join(f"{table} to {referred}" for table, referred in sorted(dangling))
        raise DanglingReferenceError(f"rows refer to nothing: {told}")


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config
