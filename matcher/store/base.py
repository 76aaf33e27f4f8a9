"""Declarative base, naming convention and the column types that every table shares."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Final, TypeVar

from sqlalchemy import DateTime, Dialect, Enum, MetaData, Text, TypeDecorator, inspect
from sqlalchemy.orm import DeclarativeBase, mapped_column

from matcher.clock import utc_now

E = TypeVar("E", bound=StrEnum)

#: Constraints get predictable names, so that a migration can drop them on every database.
NAMING_CONVENTION = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

#: Last of ``__table_args__`` where a row's number is never given to another row, although it was deleted. SQLite would
#: otherwise give the number of a deleted last row again; PostgreSQL's sequences never go back. Numbers of rows are in
#: signed links, cookies, mails, addresses that people keep, the audit log, and keys of other rows: what names a row
#: that is gone must not come to name a stranger's. Every table that numbers its rows has it, but for vocabularies
#: (place, theme, skill), whose rows are never deleted.
NUMBERED_ONCE: Final = {"sqlite_autoincrement": True}


class Base(DeclarativeBase):
    """Base of every model. Importing a model never needs Flask or an engine."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)

    def __init__(self, **values: Any) -> None:
        """Fill in column defaults at once, so that a row reads the same before and after its first flush."""
        for attribute in inspect(type(self)).column_attrs:
            default = getattr(attribute.columns[0], "default", None)
            if default is None or attribute.key in values:
                continue
            if default.is_scalar:
                values[attribute.key] = default.arg
            elif default.is_callable:
                values[attribute.key] = default.arg(None)
        for key, value in values.items():
            if not hasattr(type(self), key):
                raise TypeError(f"{key!r} is not a field of {type(self).__name__}")
            setattr(self, key, value)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC datetimes in Python; SQLite, which keeps no zone, stores naive UTC.

    Raises ValueError when a naive datetime is written: a missing zone is a bug of the caller.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"expected an aware datetime, got the naive {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class EnumSet(TypeDecorator[frozenset[Any]]):
    """A set of enum values as sorted comma-joined text, such as ``"company,training"``.

    Readable in the database, the same on every engine, and cheap to read for 100 000 rows.
    """

    impl = Text
    cache_ok = True

    def __init__(self, enum: type[StrEnum]) -> None:
        super().__init__()
        self.enum = enum

    def process_bind_param(self, value: Iterable[StrEnum] | None, dialect: Dialect) -> str:
        return ",".join(sorted(self.enum(item).value for item in value or ()))

    def process_result_value(self, value: str | None, dialect: Dialect) -> frozenset[Any]:
        return frozenset(self.enum(item) for item in (value or "").split(",") if item)


class TextList(TypeDecorator[list[str]]):
    """A short ordered list of texts as JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> str:
        return json.dumps(list(value or ()), ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> list[str]:
        return list(json.loads(value)) if value else []


def enum_column(enum: type[E], name: str | None = None) -> Enum:
    """Column type that persists an enum's value and lets the database refuse any other.

    ``name`` is that of the constraint, for the second column of a table that has the same enum.
    """
    return Enum(
        enum,
        native_enum=False,
        create_constraint=True,
        length=40,
        validate_strings=True,
        values_callable=lambda members: [member.value for member in members],
        name=name or enum.__name__.lower(),
    )


int_pk = Annotated[int, mapped_column(primary_key=True)]
created = Annotated[datetime, mapped_column(UtcDateTime, default=utc_now)]
updated = Annotated[datetime, mapped_column(UtcDateTime, default=utc_now, onupdate=utc_now)]
