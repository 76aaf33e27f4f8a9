"""The FAISS store on disk: damage, crashes, full disks, several processes."""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from embeddings import faiss_store, snapshots
from embeddings.errors import StoreNotWritable
from embeddings.faiss_store import FaissStore
from embeddings.numpy_store import NumpyStore
from tests.embeddings.sqlite_source import SqliteSource, unit_rows

DIM = 16
ROOT = Path(__file__).parents[2]


@pytest.fixture
def source(tmp_path: Path) -> SqliteSource:
    """300 random vectors."""
    made = SqliteSource(tmp_path / "vectors.db", DIM)
    made.put(range(1, 301), unit_rows(np.random.default_rng(3), 300, DIM))
    return made


def answers(store: FaissStore | NumpyStore, count: int = 5) -> list[list[int]]:
    """Top 10 of a few fixed queries."""
    store.refresh()
    return [row.tolist() for row in store.search(unit_rows(np.random.default_rng(9), count, DIM), 10).ids]


def flip_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "a byte of the base": lambda folder: flip_a_byte(folder / snapshots.BASE),
    "a byte of the ids": lambda folder: flip_a_byte(folder / snapshots.IDS),
    "half of the base": lambda folder: os.truncate(folder / snapshots.BASE, 5000),
    "no base": lambda folder: (folder / snapshots.BASE).unlink(),
    "half a manifest": lambda folder: os.truncate(folder / snapshots.MANIFEST, 20),
    "a manifest of something else": lambda folder: (folder / snapshots.MANIFEST).write_text("[1, 2]"),
    "a pointer to nowhere": lambda folder: (folder.parent / snapshots.CURRENT).write_text("snapshot-gone"),
    "a pointer out of the folder": lambda folder: (folder.parent / snapshots.CURRENT).write_text("../../etc"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_snapshot_is_made_anew(tmp_path: Path, source: SqliteSource, damage: str) -> None:
    """Whatever is wrong with the files, the next process answers right and leaves a sound snapshot."""
    folder = tmp_path / "index"
    FaissStore(folder, source).refresh()
    snapshot = snapshots.current(folder)
    assert snapshot is not None
    DAMAGES[damage](snapshot)
    store = FaissStore(folder, source)
    assert answers(store) == answers(NumpyStore(source))
    assert store.check() == []
    repaired = snapshots.current(folder)
    assert repaired is not None
    assert snapshots.open_snapshot(repaired).manifest.count == 300


def test_a_snapshot_of_another_model_is_not_used(tmp_path: Path, source: SqliteSource) -> None:
    """After a change of model, only the new model's vectors answer."""
    FaissStore(tmp_path / "index", source).refresh()
    other = SqliteSource(source.path, DIM, "model-b")
    other.put([5, 6], unit_rows(np.random.default_rng(4), 2, DIM))
    store = FaissStore(tmp_path / "index", other)
    assert sorted(answers(store)[0]) == [5, 6]
    assert store.check() == []


def test_a_database_restored_from_an_older_copy_is_followed(tmp_path: Path, source: SqliteSource) -> None:
    """A snapshot ahead of its source would hide what the copy does not know: it is made anew."""
    folder = tmp_path / "index"
    copy = SqliteSource(tmp_path / "copy.db", DIM)
    copy.put(range(1, 21), unit_rows(np.random.default_rng(3), 20, DIM))
    running = FaissStore(folder, source)
    running.refresh()
    running._source = copy
    assert answers(running) == answers(NumpyStore(copy))
    assert answers(FaissStore(folder, copy)) == answers(NumpyStore(copy))


def test_a_large_delta_becomes_the_new_base(
    tmp_path: Path, source: SqliteSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Above the limit a new snapshot is written aside, and no answer changes."""
    monkeypatch.setattr(faiss_store, "MIN_DELTA", 50)
    store = FaissStore(tmp_path / "index", source)
    store.refresh()
    source.put(range(1000, 1100), unit_rows(np.random.default_rng(5), 100, DIM))
    source.remove(range(1, 20))
    assert answers(store) == answers(NumpyStore(source))
    store.settle(30)
    status = store.status()
    assert (status.base_count, status.delta_count, status.tombstones) == (381, 0, 0)
    assert answers(store) == answers(NumpyStore(source))
    assert len(list((tmp_path / "index").glob("snapshot-*"))) == 1


def test_a_folder_that_cannot_be_written_is_said_and_search_goes_on(tmp_path: Path, source: SqliteSource) -> None:
    """A file stands where the folder should be: answers come from memory, rebuilding says why it cannot."""
    (tmp_path / "index").write_text("in the way")
    store = FaissStore(tmp_path / "index", source)
    assert answers(store) == answers(NumpyStore(source))
    assert "cannot be written" in store.status().state
    with pytest.raises(StoreNotWritable, match=r"cannot be written in .*index"):
        store.rebuild()


def test_a_full_disk_leaves_the_old_snapshot_in_use(tmp_path: Path, source: SqliteSource) -> None:
    """The limit on file sizes acts as a full disk does: an error in the middle of writing."""
    folder = tmp_path / "index"
    store = FaissStore(folder, source)
    store.refresh()
    before = snapshots.current(folder)
    source.put([900], unit_rows(np.random.default_rng(6), 1, DIM))
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(StoreNotWritable, match="cannot be written"):
            store.rebuild()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, hard))
        signal.signal(signal.SIGXFSZ, ignored)
    assert snapshots.current(folder) == before
    assert answers(store) == answers(NumpyStore(source))
    assert not list(folder.glob("building-*"))


def _follow(path: str, folder: str, stop: int, results: multiprocessing.Queue[list[list[int]]]) -> None:
    """One worker: follow the source until change ``stop``, searching all the time; then tell the answers."""
    faiss_store.MIN_DELTA = 100
    source = SqliteSource(Path(path), DIM)
    store = FaissStore(Path(folder), source)
    while store.refresh() < stop:
        found = store.search(unit_rows(np.random.default_rng(9), 1, DIM), 10).scores[0]
        assert (np.diff(found) <= 0).all()
    results.put(answers(store, 20))


def test_four_processes_following_2000_changes_answer_like_a_rebuild(tmp_path: Path, source: SqliteSource) -> None:
    """Saves, replacements and deletions in small transactions while four processes search and swap snapshots."""
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    rng = np.random.default_rng(8)
    stop = source.head() + 2000
    arguments = (str(source.path), str(tmp_path / "index"), stop, results)
    workers = [context.Process(target=_follow, args=arguments) for _ in range(4)]
    for worker in workers:
        worker.start()
    while source.head() < stop:
        size = min(20, stop - source.head())
        ids = np.sort(rng.choice(600, size, replace=False)) + 1
        if rng.random() < 0.7:
            source.put(ids.tolist(), unit_rows(rng, size, DIM))
        else:
            source.remove(ids.tolist())
    told = [results.get(timeout=100) for _ in workers]
    for worker in workers:
        worker.join(30)
    expected = answers(NumpyStore(source), 20)
    assert told == [expected] * 4
    assert answers(FaissStore(tmp_path / "fresh", source), 20) == expected


def test_a_running_store_goes_back_with_its_database(tmp_path: Path, source: SqliteSource) -> None:
    """After a restore, what the copy does not know is not found, not even when new changes reach the old number."""
    store = FaissStore(tmp_path / "index", source)
    before = source.head()
    source.put(range(400, 420), unit_rows(np.random.default_rng(5), 20, DIM))
    assert answers(store) == answers(NumpyStore(source))
    source.go_back_to(before)
    assert store.refresh() == before
    source.put(range(500, 530), unit_rows(np.random.default_rng(6), 30, DIM))
    assert answers(store) == answers(NumpyStore(source))
    assert store.check() == []


def test_a_snapshot_that_another_process_wrote_is_taken_up(tmp_path: Path, source: SqliteSource) -> None:
    """A rebuild by command mends every running process, and frees the memory of its delta."""
    running, command = (FaissStore(tmp_path / "index", source) for _ in range(2))
    running.refresh()
    source.put(range(400, 420), unit_rows(np.random.default_rng(5), 20, DIM))
    source.corrupt(7, unit_rows(np.random.default_rng(6), 1, DIM)[0])
    assert running.check() == ["vectors differ for 1 ids, the first is 7"]
    command.rebuild()
    assert running.check() == []
    assert (running.status().base_count, running.status().delta_count) == (320, 0)


def test_rebuilding_and_first_use_do_not_wait_for_each_other(tmp_path: Path, source: SqliteSource) -> None:
    """Threads that rebuild and threads that refresh and search at the same time all come to an end."""
    store = FaissStore(tmp_path / "index", source)
    wrong: list[object] = []
    expected = answers(NumpyStore(source))

    def search() -> None:
        wrong.extend(found for found in (answers(store) for _ in range(30)) if found != expected)

    def rebuild() -> None:
        for _ in range(10):
            store.rebuild()

    threads = [threading.Thread(target=target, daemon=True) for target in (rebuild, search, rebuild, search)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    assert wrong == []


def test_few_and_many_tombstones_are_both_left_out(tmp_path: Path) -> None:
    """Exact on either side of the number up to which left-out rows are searched and dropped."""
    source = SqliteSource(tmp_path / "many.db", DIM)
    source.put(range(4000), unit_rows(np.random.default_rng(2), 4000, DIM))
    store, reference = FaissStore(tmp_path / "index", source), NumpyStore(source)
    store.refresh()
    for removed in (range(3), range(3, faiss_store.DROPPED), range(faiss_store.DROPPED, 1500)):
        source.remove(removed)
        assert answers(store) == answers(reference)
        assert store.status().tombstones == removed.stop
    source.close()


BUILD_FOREVER = """
import sys
from pathlib import Path
from embeddings.faiss_store import FaissStore
from tests.embeddings.sqlite_source import SqliteSource
store = FaissStore(Path(sys.argv[2]), SqliteSource(Path(sys.argv[1]), 16))
store.refresh()
print("ready", flush=True)
while True:
    store.rebuild()
"""


def test_killed_at_any_moment_the_index_and_the_source_agree(tmp_path: Path, source: SqliteSource) -> None:
    """A real process that builds and swaps without pause is killed 25 times at random moments."""
    folder, rng = tmp_path / "index", np.random.default_rng(12)
    for round_number in range(25):
        command = [sys.executable, "-c", BUILD_FOREVER, str(source.path), str(folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == b"ready\n"
            time.sleep(float(rng.uniform(0.0, 0.06)))
            child.send_signal(signal.SIGKILL)
        source.put([400 + round_number], unit_rows(rng, 1, DIM))
        store = FaissStore(folder, source)
        assert store.check() == []
        assert answers(store) == answers(NumpyStore(source))
    store.rebuild()
    assert sorted(path.name.split("-")[0] for path in folder.iterdir()) == ["CURRENT", "lock", "snapshot"]


def test_the_manifest_says_what_the_snapshot_holds(tmp_path: Path, source: SqliteSource) -> None:
    """Model, size, metric and change number can be read without this program."""
    folder = tmp_path / "index"
    FaissStore(folder, source).refresh()
    snapshot = snapshots.current(folder)
    assert snapshot is not None
    manifest = json.loads((snapshot / snapshots.MANIFEST).read_text("utf-8"))
    told = {key: manifest[key] for key in ("model_id", "dim", "count", "seq", "metric")}
    assert told == {"model_id": "model-a", "dim": DIM, "count": 300, "seq": source.head(), "metric": "cosine"}
