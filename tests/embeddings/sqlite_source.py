"""A real source of vectors in one SQLite file, which several threads and processes can share."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from embeddings.vector_store import Delta, Ids, Vectors

_SCHEMA = """
CREATE TABLE IF NOT EXISTS vector (
    id INTEGER NOT NULL, model TEXT NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (id, model)
);
CREATE TABLE IF NOT EXISTS change (seq INTEGER PRIMARY KEY AUTOINCREMENT, id INTEGER NOT NULL);
"""


def unit_rows(rng: np.random.Generator, count: int, dim: int) -> Vectors:
    """Random rows of norm 1."""
    rows = rng.standard_normal((count, dim))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


class SqliteSource:
    """Vectors by id and model with a change log, written in the same transaction."""

    def __init__(self, path: Path, dim: int, model_id: str = "model-a") -> None:
        self.path = path
        self.dim = dim
        self.model_id = model_id
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._connection.executescript(_SCHEMA)

    @property
    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._local, "connection"):
            connection = sqlite3.connect(self.path, timeout=30, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = OFF")
            self._local.connection = connection
            self._connections.append(connection)
        return self._local.connection

    def close(self) -> None:
        """Close the connections of every thread."""
        for connection in self._connections:
            connection.close()

    # -- what a store asks ------------------------------------------------------------------------

    def head(self) -> int:
        """Number of the last change."""
        return self._connection.execute("SELECT coalesce(max(seq), 0) FROM change").fetchone()[0]

    def count(self) -> int:
        """Number of vectors of the model at hand."""
        return self._connection.execute("SELECT count(*) FROM vector WHERE model = ?", (self.model_id,)).fetchone()[0]

    def changes_since(self, seq: int) -> Delta:
        """Net effect of the changes after ``seq``, read in one transaction."""
        connection = self._connection
        connection.execute("BEGIN")
        try:
            head = self.head()
            touched = {row[0] for row in connection.execute("SELECT DISTINCT id FROM change WHERE seq > ?", (seq,))}
            rows = connection.execute(
                "SELECT id, vector FROM vector WHERE model = ?"
                " AND id IN (SELECT id FROM change WHERE seq > ?) ORDER BY id",
                (self.model_id, seq),
            ).fetchall()
        finally:
            connection.execute("COMMIT")
        ids, vectors = self._arrays(rows)
        return Delta(head, ids, vectors, np.array(sorted(touched.difference(ids.tolist())), dtype=np.int64))

    def scan(self, batch: int) -> Iterator[tuple[Ids, Vectors]]:
        """All vectors in order of id, from one reading."""
        cursor = self._connection.execute("SELECT id, vector FROM vector WHERE model = ? ORDER BY id", (self.model_id,))
        while rows := cursor.fetchmany(batch):
            yield self._arrays(rows)

    def _arrays(self, rows: list[tuple[int, bytes]]) -> tuple[Ids, Vectors]:
        ids = np.array([row[0] for row in rows], dtype=np.int64)
        return ids, np.frombuffer(b"".join(row[1] for row in rows), dtype="<f4").reshape(len(rows), self.dim)

    # -- what changes it --------------------------------------------------------------------------

    def put(self, ids: Iterable[int], vectors: Iterable[ArrayLike]) -> None:
        """Hold these vectors: new ones, or in place of old ones."""
        self.change(ids, vectors, ())

    def remove(self, ids: Iterable[int]) -> None:
        """Forget these ids."""
        self.change((), (), ids)

    def change(self, ids: Iterable[int], vectors: Iterable[ArrayLike], removed: Iterable[int]) -> None:
        """Both in one transaction: rows to hold, ids to forget."""
        rows = [(key, self.model_id, _stored(vector)) for key, vector in zip(ids, vectors, strict=True)]
        gone = [(key, self.model_id) for key in removed]
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT OR REPLACE INTO vector VALUES (?, ?, ?)", rows)
        connection.executemany("DELETE FROM vector WHERE id = ? AND model = ?", gone)
        connection.executemany("INSERT INTO change (id) VALUES (?)", [row[:1] for row in [*rows, *gone]])
        connection.execute("COMMIT")

    def go_back_to(self, seq: int) -> None:
        """Lose every later change with its vectors, as a restored copy of before does."""
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("DELETE FROM vector WHERE id IN (SELECT id FROM change WHERE seq > ?)", (seq,))
        connection.execute("DELETE FROM change WHERE seq > ?", (seq,))
        connection.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'change'", (seq,))
        connection.execute("COMMIT")

    def corrupt(self, key: int, vector: ArrayLike) -> None:
        """Change a vector behind the change log's back."""
        self._connection.execute("UPDATE vector SET vector = ? WHERE id = ?", (_stored(vector), key))


def _stored(vector: ArrayLike) -> bytes:
    return np.asarray(vector, dtype="<f4").tobytes()
