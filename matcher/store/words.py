"""Words inside the database, for searching, in the transaction of the row itself.

SQLite: one FTS5 table a side. PostgreSQL: one table a side with a ``tsvector``. Both hold stems that
``matcher.text.lexemes`` made, so that :mod:`matcher.store.word_search` finds the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from matcher.vocabulary import PostingKind


def table(kind: PostingKind) -> str:
    """Name of the table that holds the stems of one side."""
    return f"{kind.value}_words"


def create_word_tables(connection: Connection) -> None:
    """Create the word tables of the database at hand. Raises NotImplementedError on an unknown one."""
    for kind in PostingKind:
        for statement in _schema(connection.dialect.name, table(kind)):
            connection.execute(text(statement))


def _schema(dialect: str, name: str) -> list[str]:
    if dialect == "sqlite":
        return [
            f"CREATE VIRTUAL TABLE {name} USING fts5(lexemes, tokenize='unicode61 remove_diacritics 2')",
            f"CREATE VIRTUAL TABLE {name}_vocabulary USING fts5vocab('{name}', 'row')",
        ]
    if dialect == "postgresql":
        columns = (
            "rowid bigint PRIMARY KEY, lexemes text NOT NULL, "
            "words tsvector GENERATED ALWAYS AS (to_tsvector('simple', lexemes)) STORED"
        )
        return [f"CREATE TABLE {name} ({columns})", f"CREATE INDEX ix_{name} ON {name} USING gin (words)"]
    raise NotImplementedError(f"word search knows SQLite and PostgreSQL, not {dialect}")


def drop_word_tables(connection: Connection) -> None:
    """Undo :func:`create_word_tables`."""
    for kind in PostingKind:
        if connection.dialect.name == "sqlite":
            connection.execute(text(f"DROP TABLE {table(kind)}_vocabulary"))
        connection.execute(text(f"DROP TABLE {table(kind)}"))


def save_words(connection: Connection, kind: PostingKind, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
    """Replace the stems of each (id, stems)."""
    if not rows:
        return
    delete_words(connection, kind, [row_id for row_id, _ in rows])
    connection.execute(
        text(f"INSERT INTO {table(kind)} (rowid, lexemes) VALUES (:id, :lexemes)"),
        [{"id": row_id, "lexemes": " ".join(stems)} for row_id, stems in rows],
    )


def delete_words(connection: Connection, kind: PostingKind, ids: Iterable[int]) -> None:
    """Forget the stems of ``ids``."""
    parameters = [{"id": int(row_id)} for row_id in ids]
    if parameters:
        connection.execute(text(f"DELETE FROM {table(kind)} WHERE rowid = :id"), parameters)


def load_lexemes(session: Session, kind: PostingKind, ids: Sequence[int]) -> dict[int, list[str]]:
    """Stems of each id, in order of the text. Ids without a row are left out."""
    found: dict[int, list[str]] = {}
    for start in range(0, len(ids), 500):  # below SQLite's limit of bound variables
        chunk = [int(row_id) for row_id in ids[start : start + 500]]
        names = ", ".join(f":i{position}" for position in range(len(chunk)))
        statement = text(f"SELECT rowid, lexemes FROM {table(kind)} WHERE rowid IN ({names})")
        rows = session.execute(statement, {f"i{position}": row_id for position, row_id in enumerate(chunk)})
        found.update({row_id: stems.split() for row_id, stems in rows.all()})
    return found


def document_frequencies(session: Session, kind: PostingKind, stems: Iterable[str]) -> dict[str, int]:
    """Number of rows that hold each stem; 0 for a stem that none holds."""
    wanted = sorted(set(stems))
    if session.get_bind().dialect.name == "sqlite":
        statement = text(f"SELECT doc FROM {table(kind)}_vocabulary WHERE term = :stem")
    else:
        statement = text(f"SELECT count(*) FROM {table(kind)} WHERE words @@ to_tsquery('simple', :stem)")
    quote = "{}" if session.get_bind().dialect.name == "sqlite" else "'{}'"
    return {stem: session.execute(statement, {"stem": quote.format(stem)}).scalar() or 0 for stem in wanted}
