"""``flask db``: the schema of the database."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from matcher.store import schema
from web.wiring import db

group = AppGroup("db", help="Create and change the schema of the database.")


@group.command()
def upgrade() -> None:
    """Bring the database to the schema of this version. Safe to run again."""
    before = schema.current_revision(db.engine)
    schema.upgrade(db.engine)
    after = schema.current_revision(db.engine)
    click.echo(f"Database at revision {after}" + (" (already there)" if before == after else ""))


@group.command()
def status() -> None:
    """Say at which revision the database is; exit 1 when it is not the newest."""
    current, head = schema.current_revision(db.engine), schema.head_revision()
    click.echo(f"Database at revision {current}, newest is {head}")
    if current != head:
        raise SystemExit(1)


@group.command()
@click.argument("message")
def revision(message: str) -> None:
    """Write a new migration from the difference between models and database, to be read and mended."""
    schema.write_migration(db.engine, message)
