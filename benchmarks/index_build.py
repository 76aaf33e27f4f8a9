"""How close to bare do building the index and encoding a backlog come?

Index: ``FaissStore.rebuild`` from the stored vectors, against reading the same rows and giving them to
``faiss.add``. Backlog: ``encode_postings``, which reads rows, cuts texts, encodes, stores and logs,
against the encoder alone on the very same batches of texts. Interleaved; the best of several runs each.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import faiss
import numpy as np
from sqlalchemy import delete
from sqlalchemy.orm import Session, sessionmaker

from benchmarks.report import Figures, Target
from benchmarks.territory import encoder, territory
from embeddings.faiss_store import SCAN, FaissStore
from matcher.store import Embedding
from matcher.store.encoding import BATCH, encode_postings, load_postings, scan_vectors
from matcher.store.passages import passages
from matcher.vocabulary import PostingKind
from web.services import SqlVectorSource

QUESTION = "Speed of building the index and of encoding a backlog, against their bare parts"
LIMIT = 0.9


def run(small: bool, folder: Path) -> Figures:
    """Measure both on one generated territory."""
    waiting, rounds = (16, 2) if small else (64, 5)
    faiss.omp_set_num_threads(1)
    made = territory(small, folder)
    sessions = sessionmaker(made.engine)
    store = FaissStore(folder / "index_build", SqlVectorSource(sessions, PostingKind.OFFER, encoder()), threads=1)
    built, bare = _best(rounds, store.rebuild, lambda: _read_and_add(sessions))
    ids = list(range(1, waiting + 1))
    with Session(made.engine) as session:
        rows = load_postings(session, PostingKind.OFFER, ids)
        batches = [_texts(rows[start : start + BATCH]) for start in range(0, len(rows), BATCH)]
    encoded, alone = _best(min(rounds, 3), lambda: _encode_backlog(sessions, ids), lambda: _encode_alone(batches))
    texts = sum(len(batch) for batch in batches)
    measured = {
        "rebuild_s": round(built, 3),
        "read_and_add_s": round(bare, 3),
        "rebuilt_vectors_per_s": round(made.offers / built),
        "encode_postings_s": round(encoded, 3),
        "encoder_alone_s": round(alone, 3),
        "encoded_texts_per_s": round(texts / encoded, 1),
        "ratio": {"rebuild": round(bare / built, 3), "encode": round(alone / encoded, 3)},
    }
    targets = [
        Target("rebuild / (reading and faiss.add), speed", measured["ratio"]["rebuild"], "x", least=LIMIT),
        Target("encode_postings / encoder alone, speed", measured["ratio"]["encode"], "x", least=LIMIT),
    ]
    sizes = {"offers": made.offers, "backlog": waiting, "texts": texts, "rounds": rounds, "threads": 1}
    return Figures(QUESTION, sizes, measured, targets)


def _best(rounds: int, ours: Callable[[], object], bare: Callable[[], object]) -> tuple[float, float]:
    """Shortest time in seconds of each, taken in turns."""
    took: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for times, work in zip(took, (ours, bare), strict=True):
            start = time.perf_counter()
            work()
            times.append(time.perf_counter() - start)
    return min(took[0]), min(took[1])


def _read_and_add(sessions: sessionmaker[Session]) -> None:
    index = faiss.IndexFlatIP(encoder().dim)
    with sessions() as session:
        for _, vectors in scan_vectors(session, PostingKind.OFFER, encoder().model_id, SCAN):
            index.add(np.ascontiguousarray(vectors))


def _texts(rows: Sequence[object]) -> list[str]:
    found = [passages(row) for row in rows]  # type: ignore[arg-type]
    return [text.whole for text in found] + [sentence for text in found for sentence in text.sentences]


def _encode_alone(batches: Sequence[list[str]]) -> None:
    for batch in batches:
        encoder().encode_documents(batch)


def _encode_backlog(sessions: sessionmaker[Session], ids: list[int]) -> None:
    with sessions() as session:
        held = (Embedding.kind == PostingKind.OFFER) & Embedding.object_id.in_(ids)
        session.execute(delete(Embedding).where(held))
        session.commit()
    with sessions() as session:
        assert encode_postings(session, PostingKind.OFFER, ids, encoder()) == len(ids)
