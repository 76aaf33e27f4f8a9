"""Exact search with FAISS: a base on disk opened by memory map, and what changed since in memory.

Rows that changed since the base was written are its tombstones; their new vectors are the delta.
Every process follows the source by itself, so all answer alike, whenever they opened which base.

The products are those of ``IndexFlatIP``, by the function behind it, over rows that numpy maps: there
is no index object whose ``add()`` could abort the process, and nothing is copied to build one.
Approximate indexes are not used: with a narrow filter they silently return few or wrong neighbours,
while exact search gets faster with the filter.

FAISS must not be used in a process that forks afterwards; a store opens nothing before its first use.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import faiss
import numpy as np
from numpy.typing import NDArray

from embeddings import snapshots
from embeddings.errors import StoreNotWritable
from embeddings.rows import Flags, Rows, State, followed, fresh, held, searchable
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
    exact_scores,
)

#: A new base is written when tombstones and delta are more than this share of it, and more than
#: ``MIN_DELTA`` rows: below, searching the delta costs less than a tenth of searching the base. Chosen.
DELTA_SHARE: Final = 0.1
MIN_DELTA: Final = 2000

#: Seconds before writing is tried again where it failed: a full disk is not filled by every search. Chosen.
RETRY_AFTER_S: Final = 60.0

#: Rows read from the source at once.
SCAN: Final = 8192

#: Where a filter leaves out at most this many rows, all are searched and those are dropped: asking
#: for 1 000 more costs 12 %, a selector that keeps nearly everything 100 %. Measured on 100 000 rows.
DROPPED: Final = 1000

#: A filter that keeps at most this share goes over a list of positions, a wider one over a bitmap. At 1 %
#: the list is 4 times faster, at 5 % 1.5 times, at 10 % slower. Measured on 100 000 rows.
LISTED_SHARE: Final = 0.05

#: Candidates asked for beyond ``k``, so that the last place is seldom shared. Chosen.
SPARE: Final = 8

_log = logging.getLogger(__name__)


class FaissStore:
    """The default vector store.

    Parameters
    ----------
    folder
        Holds the base; a cache, which can be deleted at any time. Several processes may share it.
    source
        The truth that is followed; asked from several threads.
    threads
        OpenMP threads of one search, for the whole process; None leaves FAISS's own choice.
    """

    def __init__(self, folder: Path, source: VectorSource, threads: int | None = None) -> None:
        self._folder = folder
        self._source = source
        self._threads = threads
        self._lock = threading.Lock()
        self._state: State | None = None
        self._builder: threading.Thread | None = None
        self._write_not_before = 0.0

    # -- following the source ---------------------------------------------------------------------

    def refresh(self) -> int:
        """Follow the source: one cheap question when nothing changed, the changed rows otherwise.

        The first call opens the base, or makes it when it is missing, damaged, of another model, or
        ahead of a database that was restored from an older copy. A base that another process wrote
        meanwhile is taken up.
        """
        return self._refreshed().seq

    def _refreshed(self) -> State:
        state = self._state
        if state is not None and self._is_current(state) and state.seq == self._source.head():
            return state
        with self._lock:
            state = self._state
            if state is None or state.model_id != self._source.model_id:
                state = self._open()
            elif state.stamp != snapshots.stamp(self._folder):
                state = self._taken_up(state)
            if self._source.head() < state.seq:
                # The database went back in time. A base from before that may hold what never was.
                state = self._built()
            if self._source.head() > state.seq:
                state = followed(state, self._source.changes_since(state.seq))
            self._state = state
            self._write_when_due(state)
            return state

    def _is_current(self, state: State) -> bool:
        return state.model_id == self._source.model_id and state.stamp == snapshots.stamp(self._folder)

    def _open(self) -> State:
        """State from the snapshot in use; without a fit one, a new snapshot, else memory alone."""
        if self._threads:
            faiss.omp_set_num_threads(self._threads)
        return self._read() or self._built(unless_fit=True)

    def _taken_up(self, state: State) -> State:
        """The base that another process wrote; what is in memory where that is none to use."""
        seen = snapshots.stamp(self._folder)
        return (self._read() if seen is not None else None) or replace(state, stamp=seen)

    def _read(self) -> State | None:
        """State from the snapshot in use, or None when it is missing, damaged or does not fit the source."""
        seen = snapshots.stamp(self._folder)
        directory = snapshots.current(self._folder)
        if directory is None:
            return None
        try:
            snapshot = snapshots.open_snapshot(directory)
        except snapshots.SnapshotDamaged as error:
            _log.warning("index %s is not used: %s", directory, error)
            return None
        found = snapshot.manifest
        if (found.model_id, found.dim) != (self._source.model_id, self._source.dim):
            return None
        if found.seq > self._source.head():
            return None
        return replace(fresh(Rows(snapshot.ids, snapshot.vectors), found.model_id, found.seq), stamp=seen)

    # -- the base on disk -------------------------------------------------------------------------

    def _built(self, *, unless_fit: bool = False) -> State:
        """State from a new snapshot, or from memory alone where none can be written.

        Where another process builds, this one waits: it has nothing to answer from.
        """
        try:
            with snapshots.build_lock(self._folder, wait=True):
                # Another process may have made it while this one waited.
                return (self._read() if unless_fit else None) or self._write(None)
        except StoreNotWritable as error:
            _log.warning("searching from memory: %s", error)
            self._write_not_before = time.monotonic() + RETRY_AFTER_S
            return self._in_memory(str(error))

    def _write(self, progress: Callable[[int], None] | None) -> State:
        """Write and open a new base; the caller holds the build lock."""
        # The number is taken before the rows: a change in between is then followed twice, never missed.
        model_id, dim, seq = self._source.model_id, self._source.dim, self._source.head()
        directory = snapshots.write(self._folder, model_id, dim, seq, self._scan(progress))
        snapshot = snapshots.open_snapshot(directory, verify=False)
        state = fresh(Rows(snapshot.ids, snapshot.vectors), model_id, seq)
        return replace(state, stamp=snapshots.stamp(self._folder))

    def _in_memory(self, trouble: str) -> State:
        model_id, dim, seq = self._source.model_id, self._source.dim, self._source.head()
        parts = [checked_rows(ids, vectors, dim) for ids, vectors in self._scan(None)]
        ids = np.concatenate([np.empty(0, dtype=np.int64), *(ids for ids, _ in parts)])
        vectors = np.concatenate([np.empty((0, dim), dtype=np.float32), *(vectors for _, vectors in parts)])
        state = fresh(Rows(ids, vectors), model_id, seq)
        return replace(state, trouble=trouble, stamp=snapshots.stamp(self._folder))

    def _scan(self, progress: Callable[[int], None] | None) -> Iterator[tuple[Ids, Vectors]]:
        done = 0
        for ids, vectors in self._source.scan(SCAN):
            yield ids, vectors
            done += ids.size
            if progress:
                progress(done)

    def _write_when_due(self, state: State) -> None:
        """Begin to write a new base in a thread, unless one is at it; the caller holds the lock."""
        changed = state.dead + state.delta.ids.size
        due = changed > max(MIN_DELTA, DELTA_SHARE * state.base.ids.size) or state.trouble is not None
        busy = self._builder is not None and self._builder.is_alive()
        if due and not busy and time.monotonic() >= self._write_not_before:
            self._builder = threading.Thread(target=self._write_aside, name="index", daemon=True)
            self._builder.start()

    def _write_aside(self) -> None:
        before = snapshots.stamp(self._folder)
        try:
            with snapshots.build_lock(self._folder, wait=False) as free:
                # Where another process is at it or has just done it, the next refresh takes up its base.
                state = self._write(None) if free and snapshots.stamp(self._folder) == before else None
            if state is not None:
                self._replace_base(state)
        except Exception as error:  # noqa: BLE001 - a thread has nobody to raise to
            _log.warning("the index was not written: %s", error)
            with self._lock:
                self._write_not_before = time.monotonic() + RETRY_AFTER_S
                if self._state is not None:
                    self._state = replace(self._state, trouble=str(error))

    def _replace_base(self, state: State) -> None:
        """Take up a base and what changed since, at once: a search never goes back in time.

        The caller no longer holds the build lock: a first refresh waits for that one with ``_lock`` held.
        """
        with self._lock:
            if self._source.head() >= state.seq:
                self._state = followed(state, self._source.changes_since(state.seq))

    def settle(self, timeout_s: float | None = None) -> None:
        """Wait until a base that is being written aside is in use."""
        writer = self._builder
        if writer is not None:
            writer.join(timeout_s)

    def rebuild(self, progress: Callable[[int], None] | None = None) -> None:
        """Write a new base from the source. Raises StoreNotWritable; searching then goes on as before."""
        with snapshots.build_lock(self._folder, wait=True):
            state = self._write(progress)
        self._replace_base(state)

    # -- searching --------------------------------------------------------------------------------

    def search(self, queries: Vectors, k: int, allowed: Ids | None = None) -> Neighbours:
        """Exact nearest neighbours; see :class:`embeddings.vector_store.VectorStore`.

        Answers from the last :meth:`refresh`. Cost: 6 to 9 ms for 100 000 vectors of 384 numbers on one
        thread without a filter, up to twice that with a filter that keeps half, 0.1 ms at 1 %.
        """
        queries = checked_queries(queries, k, self._source.dim)
        allowed = checked_allowed(allowed)
        state = self._state or self._refreshed()
        in_base, in_delta = searchable(state, allowed)
        base_ids, base_scores = _nearest(state.base, queries, k, in_base)
        delta_ids, delta_scores = _nearest(state.delta, queries, k, in_delta)
        ids = np.concatenate([base_ids, delta_ids], axis=1)
        scores = np.concatenate([base_scores, delta_scores], axis=1)
        found = []
        for row, score in zip(ids, scores, strict=True):
            real = score > -np.inf
            found.append(best_first(row[real], score[real], k))
        return Neighbours([ids for ids, _ in found], [scores for _, scores in found])

    # -- looking inside ---------------------------------------------------------------------------

    def status(self) -> StoreStatus:
        """What is held, in memory and on disk."""
        state = self._refreshed()
        return StoreStatus(
            model_id=state.model_id,
            count=state.count,
            source_count=self._source.count(),
            base_count=int(state.base.ids.size),
            delta_count=int(state.delta.ids.size),
            tombstones=state.dead,
            seq=state.seq,
            bytes_on_disk=snapshots.bytes_on_disk(self._folder),
            state=state.trouble or "ready",
        )

    def check(self) -> list[str]:
        """Compare every vector with the source."""

        def compare() -> tuple[int, list[str]]:
            state = self._refreshed()
            return state.seq, differences(lambda ids: held(state, ids), state.count, self._source)

        return agreed_differences(self._source, compare)


def _nearest(rows: Rows, queries: Vectors, k: int, wanted: Flags | None) -> tuple[Ids, Vectors]:
    """The ``k`` best wanted rows for each query and every row that may tie with the last of them.

    Returns ids (q, m) and exact cosines (q, m), in no order; -inf marks cells without a row.
    """
    size = int(rows.ids.size)
    count = size if wanted is None else int(np.count_nonzero(wanted))
    if not count or not len(queries):
        return np.empty((len(queries), 0), dtype=np.int64), np.empty((len(queries), 0), dtype=np.float32)
    if size - count <= DROPPED:
        positions, scores = _candidates(rows.vectors, queries, k, wanted, None, size)
    else:
        # Both made for each call, and the arrays held by this frame while FAISS reads them.
        selector, _kept_alive = _selector(wanted, count)
        positions, scores = _candidates(rows.vectors, queries, k, None, selector, count)
    exact = exact_scores(queries, rows.vectors[positions])
    return rows.ids[positions], np.where(scores > -np.inf, exact, np.float32(-np.inf))


def _selector(wanted: Flags | None, count: int) -> tuple[Any, NDArray[Any]]:
    flags = np.asarray(wanted)
    if count <= LISTED_SHARE * flags.size:
        listed = np.flatnonzero(flags)
        return faiss.IDSelectorArray(listed), listed
    bits = np.packbits(flags, bitorder="little")
    return faiss.IDSelectorBitmap(bits), bits  # type: ignore[call-arg, arg-type]


def _candidates(
    vectors: Vectors, queries: Vectors, k: int, wanted: Flags | None, selector: Any, count: int
) -> tuple[Ids, Vectors]:
    """Positions (q, m) of the best rows and their approximate scores, -inf for rows that are not wanted.

    FAISS breaks ties by chance and adds in float32, so the list goes on until its last row is worse
    than the k-th by more than rounding can explain (n * u for n products: Higham, Accuracy and
    Stability of Numerical Algorithms, 2002, section 3.1).
    """
    margin = np.float32(2 * vectors.shape[1] * 2.0**-24)
    dropped = 0 if wanted is None else int(wanted.size - np.count_nonzero(wanted))
    kth = min(k, count - dropped) - 1
    asked = min(k + dropped + SPARE, count)
    while True:
        scores, positions = _inner_products(vectors, queries, asked, selector)
        last = scores[:, -1:]
        if wanted is not None:
            scores = np.where(wanted[positions], scores, np.float32(-np.inf))
            order = np.argsort(-scores, axis=1)
            scores, positions = np.take_along_axis(scores, order, axis=1), np.take_along_axis(positions, order, axis=1)
        border = scores[:, kth : kth + 1] - margin
        if asked == count or (last < border).all():
            useful = int(np.count_nonzero(scores >= border, axis=1).max())
            return positions[:, :useful], scores[:, :useful]
        asked = min(4 * asked, count)


def _inner_products(vectors: Vectors, queries: Vectors, k: int, selector: Any) -> tuple[Vectors, Ids]:
    """Scores and positions (q, k) of the best rows: what ``IndexFlatIP.search`` computes. ``k`` rows must exist."""
    scores = np.empty((len(queries), k), dtype=np.float32)
    positions = np.empty((len(queries), k), dtype=np.int64)
    asked, searched, best, where = (faiss.swig_ptr(array) for array in (queries, vectors, scores, positions))
    dim = vectors.shape[1]
    faiss.knn_inner_product(asked, searched, dim, len(queries), len(vectors), k, best, where, selector)
    return scores, positions
