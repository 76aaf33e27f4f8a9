"""What every vector store promises, whatever is behind it."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embeddings.faiss_store import FaissStore
from embeddings.numpy_store import NumpyStore
from embeddings.vector_store import Ids, Neighbours, VectorSource, VectorStore
from tests.embeddings.sqlite_source import SqliteSource, unit_rows

Factory = Callable[[Path, VectorSource], VectorStore]

#: Every backend; a new one is added here.
BACKENDS: dict[str, Factory] = {
    "numpy": lambda _folder, source: NumpyStore(source),
    "faiss": lambda folder, source: FaissStore(folder / "index", source),
}

EAST = [1.0, 0.0]
NORTH = [0.0, 1.0]
WEST = [-1.0, 0.0]
NORTH_EAST = [0.6, 0.8]


@pytest.fixture(params=BACKENDS)
def factory(request: pytest.FixtureRequest) -> Factory:
    """One backend after the other."""
    return BACKENDS[request.param]


@pytest.fixture
def source(tmp_path: Path) -> Iterator[SqliteSource]:
    """An empty source of plane vectors."""
    made = SqliteSource(tmp_path / "vectors.db", dim=2)
    yield made
    made.close()


@pytest.fixture
def store(factory: Factory, tmp_path: Path, source: SqliteSource) -> VectorStore:
    """A store that follows ``source``."""
    return factory(tmp_path, source)


def ask(store: VectorStore, *queries: list[float], k: int = 10, allowed: list[int] | None = None) -> Neighbours:
    """Refresh, then search."""
    store.refresh()
    filtered: Ids | None = None if allowed is None else np.array(allowed, dtype=np.int64)
    return store.search(np.array(queries, dtype=np.float32).reshape(len(queries), 2), k, filtered)


def found(store: VectorStore, query: list[float], k: int = 10, allowed: list[int] | None = None) -> list[int]:
    """Ids for one query."""
    return ask(store, query, k=k, allowed=allowed).ids[0].tolist()


def test_neighbours_come_nearest_first_with_their_cosines(store: VectorStore, source: SqliteSource) -> None:
    """On four hand-made vectors the order and the scores are known."""
    source.put([7, 3, 9, 5], [WEST, NORTH, EAST, NORTH_EAST])
    result = ask(store, EAST)
    assert result.ids[0].tolist() == [9, 5, 3, 7]
    assert result.scores[0] == pytest.approx([1.0, 0.6, 0.0, -1.0], abs=1e-6)
    assert (result.ids[0].dtype, result.scores[0].dtype) == (np.int64, np.float32)


def test_several_queries_are_answered_each_on_its_own(store: VectorStore, source: SqliteSource) -> None:
    """A batch gives the same as one call for each query, in the order of the queries."""
    source.put([1, 2, 3], [EAST, NORTH, WEST])
    result = ask(store, NORTH, WEST, EAST, k=1)
    assert [ids.tolist() for ids in result.ids] == [[2], [3], [1]]


def test_equal_vectors_are_all_found_lower_id_first(store: VectorStore, source: SqliteSource) -> None:
    """Two postings with the same words both count, and the cut at k keeps the lower id."""
    source.put([40, 20, 10, 30], [NORTH, NORTH_EAST, NORTH_EAST, NORTH_EAST])
    assert found(store, NORTH_EAST) == [10, 20, 30, 40]
    assert found(store, NORTH_EAST, k=1) == [10]
    assert found(store, NORTH_EAST, k=2, allowed=[30, 20, 40]) == [20, 30]


def test_ties_keep_their_order_between_old_and_new_rows(store: VectorStore, source: SqliteSource) -> None:
    """An equal vector that comes later takes the place that its id gives it."""
    rows = unit_rows(np.random.default_rng(3), 1, 2)[0]
    source.put([20, 40], [rows, rows])
    assert found(store, EAST) == [20, 40]
    source.put([10, 30], [rows, rows])
    assert found(store, EAST) == [10, 20, 30, 40]


def test_filter_keeps_allowed_ids_only(store: VectorStore, source: SqliteSource) -> None:
    """The filter may be in any order, name ids twice, and name ids that are not held."""
    source.put([1, 2, 3, 4], [EAST, NORTH_EAST, NORTH, WEST])
    lowest, highest = -(2**63), 2**63 - 1
    assert found(store, EAST, allowed=[4, 3, 99, 3, lowest, highest, -1, 0]) == [3, 4]
    assert found(store, EAST, allowed=[99]) == []
    assert found(store, EAST, allowed=[]) == []
    assert found(store, EAST, allowed=[1, 2, 3, 4]) == [1, 2, 3, 4]


def test_any_dtype_will_do_for_an_empty_filter(store: VectorStore, source: SqliteSource) -> None:
    """``np.array([])`` is float64, and means that nothing is allowed."""
    source.put([1], [EAST])
    store.refresh()
    assert store.search(np.array([EAST], dtype=np.float32), 5, np.array([])).ids[0].tolist() == []


@pytest.mark.parametrize("backend", BACKENDS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_filtered_search_equals_a_store_of_the_allowed_rows(backend: str, data: st.DataObject) -> None:
    """Filtering is never approximate, over any mix of old, replaced, new and removed rows."""
    rng = np.random.default_rng(data.draw(st.integers(0, 10_000), label="seed"))
    spread = data.draw(st.sampled_from([1, 3, 10**12]), label="distance between ids")
    pool = unit_rows(rng, 6, 4)  # few different vectors: ties everywhere
    count = data.draw(st.integers(0, 60), label="rows")
    k = data.draw(st.integers(1, 70), label="k")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = SqliteSource(folder / "all.db", dim=4)
        store = BACKENDS[backend](folder, source)
        rows = {int(key) * spread: pool[rng.integers(6)] for key in range(count)}
        source.put(rows.keys(), rows.values())
        store.refresh()
        changed = {int(key) * spread: pool[rng.integers(6)] for key in rng.integers(0, 80, size=8)}
        removed = [int(key) * spread for key in rng.integers(0, 80, size=4) if int(key) * spread not in changed]
        source.change(changed.keys(), changed.values(), removed)
        rows = {key: row for key, row in (rows | changed).items() if key not in removed}
        allowed = [key for key in rows if rng.random() < data.draw(st.sampled_from([0.1, 0.9]), label="share")]
        only = SqliteSource(folder / "only.db", dim=4)
        only.put(allowed, [rows[key] for key in allowed])
        reference = NumpyStore(only)
        store.refresh(), reference.refresh()
        queries = np.concatenate([pool[:2], unit_rows(rng, 2, 4)])
        result = store.search(queries, k, rng.permutation(np.array(allowed, dtype=np.int64)))
        expected = reference.search(queries, k)
        source.close(), only.close()
    for position in range(4):
        assert result.ids[position].tolist() == expected.ids[position].tolist()
        assert result.scores[position] == pytest.approx(expected.scores[position], abs=1e-6)


def test_replaced_removed_and_added_rows_are_followed(store: VectorStore, source: SqliteSource) -> None:
    """Each refresh answers from every change committed before it."""
    source.put([1, 2], [EAST, WEST])
    assert found(store, EAST) == [1, 2]
    source.put([2, 1], [EAST, NORTH])
    assert found(store, EAST) == [2, 1]
    source.remove([2])
    assert found(store, EAST) == [1]
    source.put([2, 3], [EAST, NORTH_EAST])
    assert found(store, EAST) == [2, 3, 1]
    source.remove([1, 2, 3])
    assert found(store, EAST) == []
    assert store.check() == []


def test_refresh_returns_the_change_that_is_answered_from(store: VectorStore, source: SqliteSource) -> None:
    """The number is the source's last one."""
    assert store.refresh() == source.head() == 0
    source.put([1, 2], [EAST, WEST])
    assert store.refresh() == source.head() == 2
    source.remove([1])
    assert store.refresh() == source.head() == 3


def test_k_beyond_the_number_of_rows_gives_every_row(store: VectorStore, source: SqliteSource) -> None:
    """Lists are shorter than k then, without padding."""
    source.put([1, 2], [EAST, NORTH])
    assert found(store, EAST, k=1000) == [1, 2]


def test_empty_store_and_empty_query_are_answered(store: VectorStore, source: SqliteSource) -> None:
    """Neither is an error."""
    assert found(store, EAST) == []
    assert ask(store).ids == []
    source.put([1], [EAST])
    assert ask(store).ids == []
    assert ask(store, allowed=[1]).scores == []


def test_vectors_of_another_model_never_appear(store: VectorStore, source: SqliteSource) -> None:
    """Rows of both models lie in one table; a changed model changes all answers at once."""
    source.put([1, 2], [EAST, EAST])
    source.model_id = "model-b"
    source.put([2, 3], [WEST, NORTH])
    assert found(store, EAST) == [3, 2]
    source.model_id = "model-a"
    assert found(store, EAST) == [1, 2]
    assert store.status().model_id == "model-a"


def test_scores_equal_the_exact_cosine(factory: Factory, tmp_path: Path) -> None:
    """Within 1e-6 of products in double precision, never outside of [-1, 1], for wide and narrow filters."""
    rng = np.random.default_rng(11)
    source = SqliteSource(tmp_path / "wide.db", dim=384)
    rows = unit_rows(rng, 3000, 384)
    source.put(range(3000), rows)
    store = factory(tmp_path, source)
    store.refresh()
    queries = np.concatenate([rows[:2], unit_rows(rng, 30, 384)])
    exact = queries.astype(np.float64) @ rows.T.astype(np.float64)
    for allowed in (None, np.arange(0, 3000, 2), np.arange(1400), np.arange(40, 60)):
        chosen = np.arange(3000) if allowed is None else allowed
        result = store.search(queries, 10, allowed)
        for position in range(len(queries)):
            best = chosen[np.argsort(-exact[position, chosen], kind="stable")][:10]
            assert result.ids[position].tolist() == best.tolist()
            assert result.scores[position] == pytest.approx(exact[position, best], abs=1e-6)
            assert np.abs(result.scores[position]).max() <= 1.0
    source.close()


@pytest.mark.parametrize(
    ("queries", "k", "allowed", "sentence"),
    [
        (np.ones((1, 3), dtype=np.float32), 1, None, "expected queries of shape (q, 2) float32, got (1, 3) float32"),
        (np.ones((1, 2)), 1, None, "expected queries of shape (q, 2) float32, got (1, 2) float64"),
        (np.ones(2, dtype=np.float32), 1, None, "expected queries of shape (q, 2) float32, got (2,) float32"),
        (np.array([EAST], dtype=np.float32), 0, None, "expected k >= 1, got 0"),
        (np.array([EAST, [3, 4]], dtype=np.float32), 1, None, "expected queries of norm 1, got norm 5 in row 1"),
        (np.array([[np.nan, 1]], dtype=np.float32), 1, None, "expected queries of norm 1, got norm nan in row 0"),
        (
            np.array([EAST], dtype=np.float32),
            1,
            np.array([1.0]),
            "expected allowed ids of shape (m,) int64, got (1,) float64",
        ),
    ],
)
def test_wrong_input_says_what_was_expected_and_what_was_given(
    store: VectorStore, source: SqliteSource, queries: np.ndarray, k: int, allowed: np.ndarray | None, sentence: str
) -> None:
    """Never a crash in a compiled library, never an answer to another question."""
    source.put([1], [EAST])
    store.refresh()
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        store.search(queries, k, allowed)


def test_queries_are_not_modified(store: VectorStore, source: SqliteSource) -> None:
    """Not even read-only or strided arrays need a copy by the caller."""
    source.put([1, 2], [EAST, NORTH])
    store.refresh()
    wide = np.array([[0, 9, 1, 9]], dtype=np.float32)
    queries = wide[:, ::2]
    queries.flags.writeable = False
    assert store.search(queries, 1).ids[0].tolist() == [2]
    assert wide.tolist() == [[0, 9, 1, 9]]


def test_a_stored_vector_that_is_not_a_unit_vector_is_named(store: VectorStore, source: SqliteSource) -> None:
    """It would win or lose every comparison without a reason."""
    source.put([1, 8], [EAST, [0.0, 0.0]])
    with pytest.raises(ValueError, match="the stored vector of id 8 does not have norm 1"):
        store.refresh()


def test_rebuild_changes_no_answer_and_reports_its_progress(store: VectorStore, source: SqliteSource) -> None:
    """The last report is the number of vectors."""
    source.put([1, 2, 3], [EAST, NORTH, WEST])
    before = found(store, NORTH)
    source.remove([3])
    reports: list[int] = []
    store.rebuild(reports.append)
    assert reports[-1] == 2
    assert (before, found(store, NORTH)) == ([2, 1, 3], [2, 1])
    assert (store.status().count, store.status().source_count) == (2, 2)


def test_check_names_what_differs(store: VectorStore, source: SqliteSource) -> None:
    """A vector that was changed behind the change log is found, and a rebuild mends it."""
    source.put([1, 2], [EAST, NORTH])
    assert store.check() == []
    source.corrupt(2, WEST)
    assert store.check() == ["vectors differ for 1 ids, the first is 2"]
    store.rebuild()
    assert store.check() == []
    assert found(store, WEST) == [2, 1]
