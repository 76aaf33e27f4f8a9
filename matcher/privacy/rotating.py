"""Write every private field again with the newest key, so that an older one can be taken out of the settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, Table, Text, Update, bindparam, select, tuple_, type_coerce, update
from sqlalchemy.orm import Session

from matcher.store import Base
from matcher.store.encryption import (
    EncryptedList,
    EncryptedText,
    EncryptedTexts,
    blind_index,
    decrypt,
    encrypt,
    is_current,
)
from matcher.store.session import writing

#: Types of columns that hold cipher text.
ENCRYPTED: Final = (EncryptedText, EncryptedList, EncryptedTexts)

#: Rows of one transaction: it holds the write lock for some 50 ms (measured). Chosen.
BATCH: Final = 300

#: A column ending so holds the blind index of the column that its name begins with.
INDEX_ENDING: Final = "_index"


@dataclass(frozen=True, slots=True)
class Rotated:
    """One table: rows that hold something private, and how many of them an older key had written."""

    table: str
    rows: int
    changed: int


def private_columns() -> dict[Table, list[Column[Any]]]:
    """Every encrypted column of the schema, by table."""
    found: dict[Table, list[Column[Any]]] = {}
    for table in Base.metadata.sorted_tables:
        columns = [column for column in table.c if isinstance(column.type, ENCRYPTED)]
        if columns:
            found[table] = columns
    return found


def rotate_keys(session: Session) -> Iterator[Rotated]:
    """Encrypt again whatever the newest key has not written; one answer a table, as each is done.

    Each batch is a transaction of its own, and what is done already is left alone: a run that was interrupted is
    simply started again. The site may serve meanwhile. Raises DecryptionError where no key of the settings reads.
    Cost: about 50 µs a field that is read, 20 µs more where it is written again.
    """
    for table, columns in private_columns().items():
        rows = changed = 0
        keys = list(session.execute(select(*table.primary_key.columns).order_by(*table.primary_key.columns)))
        session.rollback()
        for batch in _batched(keys):
            with writing(session):
                held, written = _rotate(session, table, columns, batch)
            rows, changed = rows + held, changed + written
        yield Rotated(table.name, rows, changed)


def _batched(keys: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]


def _rotate(session: Session, table: Table, columns: Sequence[Column[Any]], keys: Sequence[Any]) -> tuple[int, int]:
    """Rows of ``keys`` that hold something, and how many were written."""
    own = list(table.primary_key.columns)
    stored = [type_coerce(column, Text).label(column.name) for column in columns]
    chosen = tuple_(*own).in_([tuple(key) for key in keys])
    rows = session.execute(select(*own, *stored).where(chosen)).mappings().all()
    held, written = set[int](), set[int]()
    for column in columns:
        old = []
        for place, row in enumerate(rows):
            if row[column.name]:
                held.add(place)
                if not is_current(row[column.name]):
                    written.add(place)
                    old.append(_values(table, column, row, own))
        if old:
            session.connection().execute(_update(table, column, own), old)
    return len(held), len(written)


def _values(table: Table, column: Column[Any], row: Any, own: Sequence[Column[Any]]) -> dict[str, Any]:
    """What one row's update is given: its key, the new cipher text, and the new index where there is one."""
    plain = decrypt(row[column.name])
    values = {f"own_{key.name}": row[key.name] for key in own} | {"new": encrypt(plain)}
    if f"{column.name}{INDEX_ENDING}" in table.c:
        values["new_index"] = blind_index(plain)
    return values


def _update(table: Table, column: Column[Any], own: Sequence[Column[Any]]) -> Update:
    """One statement for every row of a batch; the text is encrypted already."""
    values: dict[Any, Any] = {column: type_coerce(bindparam("new"), Text)}
    if f"{column.name}{INDEX_ENDING}" in table.c:
        values[table.c[f"{column.name}{INDEX_ENDING}"]] = bindparam("new_index")
    statement = update(table).where(*(key == bindparam(f"own_{key.name}", type_=key.type) for key in own))
    return statement.values(values)
