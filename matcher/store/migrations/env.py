"""Alembic environment: runs on the connection that ``matcher.store.schema`` hands over."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import TypeDecorator

from matcher.store import Base

WORD_TABLES = ("need_words", "offer_words")


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Word tables are made by hand for each database: autogeneration leaves them alone."""
    return not (kind == "table" and name is not None and name.startswith(WORD_TABLES))


def render_item(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Write our own column types as what they are in the database: a migration must not change with our code."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    include_name=include_name,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
