"""What SQLite's ALTER TABLE cannot do: another definition for a table that holds rows."""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op


def rebuild(table: str, *changes: tuple[str, str]) -> None:
    """Give ``table`` another definition: the present one with each (pattern, replacement) made once.

    The procedure is the one that SQLite describes for what ALTER TABLE cannot do. The definition is changed as text, so
    that every rule in it stays as it is: Alembic's batch mode would read it back without its CHECK constraints. The
    next number stays what it was, also when the newest rows are gone.
    Raises RuntimeError while foreign keys are on (dropping the old table would then delete what refers to it), and when
    a pattern is not in the definition exactly once.
    """
    connection = op.get_bind()
    if connection.exec_driver_sql("PRAGMA foreign_keys").scalar():
        raise RuntimeError("foreign keys have to be off while a table is rebuilt")
    kept = connection.exec_driver_sql("SELECT type, sql FROM sqlite_master WHERE tbl_name = ? AND sql > ''", (table,))
    parts = kept.all()
    definition = _changed(next(sql for kind, sql in parts if kind == "table"), changes)
    last = _last_number(connection, table)
    columns = ", ".join(f'"{column["name"]}"' for column in sa.inspect(connection).get_columns(table))
    connection.exec_driver_sql(re.sub(r'^CREATE TABLE "?\w+"?', f'CREATE TABLE "{table}_new"', definition))
    connection.exec_driver_sql(f'INSERT INTO "{table}_new" ({columns}) SELECT {columns} FROM "{table}"')  # noqa: S608
    connection.exec_driver_sql(f'DROP TABLE "{table}"')
    connection.exec_driver_sql(f'ALTER TABLE "{table}_new" RENAME TO "{table}"')
    for kind, sql in parts:
        if kind != "table":  # indexes and triggers went with the old table
            connection.exec_driver_sql(sql)
    if last is not None:
        connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        connection.exec_driver_sql("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, last))


def _last_number(connection: sa.Connection, table: str) -> int | None:
    """The greatest number that a row of ``table`` ever had; None where SQLite does not keep it."""
    if not sa.inspect(connection).has_table("sqlite_sequence"):
        return None
    return connection.exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).scalar()


def _changed(definition: str, changes: tuple[tuple[str, str], ...]) -> str:
    for pattern, replacement in changes:
        definition, count = re.subn(pattern, replacement, definition)
        if count != 1:
            raise RuntimeError(f"{pattern} is {count} times in {definition}")
    return definition
