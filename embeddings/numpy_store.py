"""The plainest right answer: all vectors in one array, every product computed. The reference of the tests."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from embeddings.vector_store import (
    Ids,
    Neighbours,
    StoreStatus,
    Vectors,
    VectorSource,
    agreed_differences,
    best_first,
    checked_allowed,
    checked_queries,
    checked_rows,
    differences,
)


@dataclass(frozen=True, slots=True)
class _Held:
    model_id: str
    seq: int
    ids: Ids
    vectors: Vectors


class NumpyStore:
    """Vectors in rising order of id, read anew from the source whenever it moved."""

    def __init__(self, source: VectorSource) -> None:
        self._source = source
        self._lock = threading.Lock()
        self._held: _Held | None = None

    def refresh(self) -> int:
        """Read everything when the source moved."""
        return self._refreshed().seq

    def search(self, queries: Vectors, k: int, allowed: Ids | None = None) -> Neighbours:
        """Products with every allowed row, in float64: O(q * n * dim)."""
        held = self._held or self._refreshed()
        queries = checked_queries(queries, k, self._source.dim)
        allowed = checked_allowed(allowed)
        rows = slice(None) if allowed is None else np.isin(held.ids, allowed)
        ids, vectors = held.ids[rows], held.vectors[rows].astype(np.float64)
        products = np.clip(queries @ vectors.T, -1.0, 1.0).astype(np.float32)
        found = [best_first(ids, scores, k) for scores in products]
        return Neighbours([ids for ids, _ in found], [scores for _, scores in found])

    def status(self) -> StoreStatus:
        """Everything is in memory."""
        held = self._refreshed()
        count = int(held.ids.size)
        return StoreStatus(held.model_id, count, self._source.count(), count, 0, 0, held.seq, 0, "ready")

    def rebuild(self, progress: Callable[[int], None] | None = None) -> None:
        """Read everything."""
        with self._lock:
            self._held = held = self._read()
        if progress:
            progress(int(held.ids.size))

    def check(self) -> list[str]:
        """Compare with the source."""

        def compare() -> tuple[int, list[str]]:
            held = self._refreshed()
            return held.seq, differences(lambda ids: _vectors_of(held, ids), int(held.ids.size), self._source)

        return agreed_differences(self._source, compare)

    def _refreshed(self) -> _Held:
        with self._lock:
            held = self._held
            if held is None or (held.model_id, held.seq) != (self._source.model_id, self._source.head()):
                self._held = held = self._read()
            return held

    def _read(self) -> _Held:
        # The number is taken before the rows: a change in between is then read twice, never missed.
        model_id, seq, dim = self._source.model_id, self._source.head(), self._source.dim
        parts = [checked_rows(ids, vectors, dim) for ids, vectors in self._source.scan(4096)]
        ids = np.concatenate([np.empty(0, dtype=np.int64), *(ids for ids, _ in parts)])
        vectors = np.concatenate([np.empty((0, dim), dtype=np.float32), *(vectors for _, vectors in parts)])
        return _Held(model_id, seq, ids, vectors)


def _vectors_of(held: _Held, ids: Ids) -> Vectors | None:
    rows = np.searchsorted(held.ids, ids)
    if (rows >= held.ids.size).any() or not np.array_equal(held.ids[rows], ids):
        return None
    return held.vectors[rows]
