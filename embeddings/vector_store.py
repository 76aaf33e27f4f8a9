"""One interface for every vector store, and what a store asks of the truth behind it.

Scores are cosines of unit vectors, in [-1, 1]: higher is better. Ids are database keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]

#: How far the norm of a stored or asked vector may be from 1: float16 storage moves it by less than
#: 5e-4. Chosen; it is there to find zero, NaN and unnormalised rows.
NORM_TOLERANCE: Final = 1e-3

#: Rows compared at once by :func:`differences`.
CHECK_BATCH: Final = 4096

#: Comparisons begun anew by :func:`agreed_differences` because the source moved meanwhile. Chosen.
CHECK_ATTEMPTS: Final = 5


@dataclass(frozen=True, slots=True)
class Delta:
    """Net effect of the changes up to ``seq``: rows to hold (ids (n,), vectors (n, dim)) and ids to forget (m,).

    An id appears at most once. Applying a delta twice, or one that begins too early, changes nothing.
    """

    seq: int
    ids: Ids
    vectors: Vectors
    deleted: Ids


@dataclass(frozen=True, slots=True)
class Neighbours:
    """For each query, ids best first and their cosines; shorter than ``k`` where there are fewer."""

    ids: list[Ids]
    scores: list[Vectors]


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """State of a store. ``state`` is "ready", or a sentence on what is wrong."""

    model_id: str
    count: int
    source_count: int
    base_count: int
    delta_count: int
    tombstones: int
    seq: int
    bytes_on_disk: int
    state: str


class VectorSource(Protocol):
    """The truth: unit vectors of one model, with a change number that only grows. Thread-safe."""

    @property
    def model_id(self) -> str:
        """Model that made the vectors."""

    @property
    def dim(self) -> int:
        """Length of a vector."""

    def head(self) -> int:
        """Number of the last change. Asked before each search: must be cheap."""

    def count(self) -> int:
        """Number of vectors."""

    def changes_since(self, seq: int) -> Delta:
        """Everything after change ``seq``, from one snapshot."""

    def scan(self, batch: int) -> Iterator[tuple[Ids, Vectors]]:
        """All vectors in rising order of id, ``batch`` at a time, from one snapshot."""


class VectorStore(Protocol):
    """Exact nearest neighbours. Thread-safe; usable by several processes over one source."""

    def refresh(self) -> int:
        """Follow the source; returns the change number that searches now answer from."""

    def search(self, queries: Vectors, k: int, allowed: Ids | None = None) -> Neighbours:
        """At most ``k`` nearest ids for each query of shape (q, dim), among ``allowed`` if given.

        Queries are unit rows and never modified. ``allowed`` (m,) may be in any order, name ids twice
        or ids that are not held. Equal scores come in rising order of id. Raises ValueError, with what
        was expected and what was given, on a wrong shape or dtype, a row not of norm 1, or ``k < 1``.
        """

    def status(self) -> StoreStatus:
        """What is held, in memory and on disk."""

    def rebuild(self, progress: Callable[[int], None] | None = None) -> None:
        """Make everything anew from the source; ``progress`` gets the number of vectors done so far."""

    def check(self) -> list[str]:
        """Differences between store and source, in words; empty when they agree."""


def checked_queries(queries: Vectors, k: int, dim: int) -> Vectors:
    """``queries`` as C-contiguous rows. Raises ValueError saying what was expected and what was given.

    >>> checked_queries(np.ones((2, 3)), 5, 4)
    Traceback (most recent call last):
    ValueError: expected queries of shape (q, 4) float32, got (2, 3) float64
    """
    if k < 1:
        raise ValueError(f"expected k >= 1, got {k}")
    if queries.ndim != 2 or queries.shape[1] != dim or queries.dtype != np.float32:
        raise ValueError(f"expected queries of shape (q, {dim}) float32, got {queries.shape} {queries.dtype}")
    queries = np.ascontiguousarray(queries)
    wrong = _not_unit(queries)
    if wrong.size:
        norm = float(np.linalg.norm(queries[wrong[0]]))
        raise ValueError(f"expected queries of norm 1, got norm {norm:.3g} in row {wrong[0]}")
    return queries


def checked_allowed(allowed: Ids | None) -> Ids | None:
    """``allowed`` as int64 of shape (m,); an empty array may have any dtype. Raises ValueError otherwise."""
    if allowed is None:
        return None
    if allowed.ndim != 1 or (allowed.dtype != np.int64 and allowed.size):
        raise ValueError(f"expected allowed ids of shape (m,) int64, got {allowed.shape} {allowed.dtype}")
    return allowed.astype(np.int64, copy=False)


def checked_rows(ids: Ids, vectors: Vectors, dim: int) -> tuple[Ids, Vectors]:
    """Rows that a source gave, C-contiguous. Raises ValueError on a wrong shape, dtype or norm.

    A wrong row is an error of whoever stored it: leaving it out would hide a posting from everybody.
    """
    vectors = vectors.reshape(0, dim) if not vectors.size else vectors
    if ids.ndim != 1 or ids.dtype != np.int64 or vectors.shape != (ids.size, dim) or vectors.dtype != np.float32:
        raise ValueError(
            f"expected source rows (n,) int64 and (n, {dim}) float32, "
            f"got {ids.shape} {ids.dtype} and {vectors.shape} {vectors.dtype}"
        )
    wrong = _not_unit(vectors)
    if wrong.size:
        raise ValueError(f"the stored vector of id {ids[wrong[0]]} does not have norm 1: encode it again")
    return ids, np.ascontiguousarray(vectors)


def _not_unit(vectors: Vectors) -> NDArray[np.intp]:
    squares = np.einsum("ij,ij->i", vectors, vectors)
    # Written so that NaN, of which every comparison is false, counts as wrong.
    return np.flatnonzero(~(np.abs(squares - 1.0) <= 2 * NORM_TOLERANCE))


def exact_scores(queries: Vectors, rows: Vectors) -> Vectors:
    """Cosines (q, m) of queries (q, dim) with their own rows (q, m, dim), the same on every machine state.

    Computed in float64 and then rounded: products in float32 depend in their last bits on how many
    rows were multiplied at once, so that equal vectors would tie in one process and not in another.

    >>> exact_scores(np.eye(2, dtype="f4"), np.array([[[1, 0]], [[0, -1]]], dtype="f4"))
    array([[ 1.],
           [-1.]], dtype=float32)
    """
    products = (rows.astype(np.float64) * queries[:, None, :]).sum(axis=2)
    return np.asarray(np.clip(products, -1.0, 1.0), dtype=np.float32)


def best_first(ids: Ids, scores: Vectors, k: int) -> tuple[Ids, Vectors]:
    """The ``k`` best of some rows, higher score first, then lower id."""
    order = np.lexsort((ids, -scores))[:k]
    return ids[order], scores[order]


def differences(held: Callable[[Ids], Vectors | None], held_count: int, source: VectorSource) -> list[str]:
    """Compare what a store holds with its source, row by row.

    ``held(ids)`` gives the store's vectors of ids in their order, or None when one is missing.
    """
    found = []
    total = 0
    for ids, vectors in source.scan(CHECK_BATCH):
        total += ids.size
        own = held(ids)
        if own is None:
            found.append(f"vectors are missing between id {ids[0]} and id {ids[-1]}")
        elif not np.array_equal(own, vectors):
            wrong = ids[~(own == vectors).all(axis=1)]
            found.append(f"vectors differ for {wrong.size} ids, the first is {wrong[0]}")
    if held_count != total:
        found.append(f"the store holds {held_count} vectors, the source {total}")
    return found


def agreed_differences(source: VectorSource, compare: Callable[[], tuple[int, list[str]]]) -> list[str]:
    """Differences found while the source stood still: a change during the comparison is no disagreement.

    ``compare()`` refreshes, compares, and returns the change number it compared at and what it found.
    """
    found: list[str] = []
    for _ in range(CHECK_ATTEMPTS):
        seq, found = compare()
        if not found or source.head() == seq:
            break
    return found
