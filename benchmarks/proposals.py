"""How much do proposals cost beyond their parts?

For each posted need, one after the other and interleaved: the parts alone (encoding its text, one exact
FAISS search over the ids that its filters allow, one FTS5 query for its rarest words), then
``Matcher.proposals`` with its reasons. One thread. Two kinds of needs:

- ``stored``: its vectors are stored, as they are from publication on. The parts still encode the text
  once; ``ratio_without_encoding`` leaves that out.
- ``just_posted``: encoded within the answer, the whole text and each of its sentences, and so do the parts.
  ``ratio_whole_text`` is the same answer against parts that encode the whole text alone.

The FTS5 query of the parts ranks every row that it finds; the answer has its filter in the query where that
is cheaper, so that a ratio can be below one. ``ratio_own_words`` has the answer's own word search for a part.

Wall time decides; processor time, which a busy machine falsifies less, stands beside it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from benchmarks.report import Figures, Target, percentiles
from benchmarks.territory import Territory, encoder, territory
from embeddings.loading import BackgroundLoader
from matcher.clock import today
from matcher.pairs.candidates import CANDIDATES, telling_stems
from matcher.pairs.filters import filter_pairs
from matcher.ports import Ids
from matcher.store import Embedding, Facet, Need
from matcher.store.boards import Boards
from matcher.store.encoding import load_vectors, scan_vectors
from matcher.store.passages import passages
from matcher.store.word_search import find_words
from matcher.store.words import document_frequencies
from matcher.text import lexemes
from matcher.vocabulary import Engine, PostingKind
from web.config import Settings
from web.services import build_services

QUESTION = "Proposals with reasons against the bare cost of encoding, FAISS and FTS5, for the same needs"
LIMIT = 1.3


#: What the answer is made of, for the two kinds of needs.
PARTS = {
    "stored": ("encode", "faiss", "fts5"),
    "just_posted": ("encode", "encode_sentences", "faiss", "fts5"),
}


#: The same answers against other parts: names of the ratios, and the parts.
OTHERWISE = {
    "stored": {
        "ratio_without_encoding": ("faiss", "fts5"),
        "ratio_own_words": ("encode", "faiss", "own_words"),
    },
    "just_posted": {
        "ratio_whole_text": ("encode", "faiss", "fts5"),
        "ratio_own_words": ("encode", "encode_sentences", "faiss", "own_words"),
    },
}


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds on the wall and of this process."""

    wall: float
    processor: float


class Bench:
    """The matcher and the bare parts over one territory."""

    def __init__(self, made: Territory) -> None:
        faiss.omp_set_num_threads(1)
        self.encoder = encoder()
        self.territory = made
        loader = BackgroundLoader(self.encoder)
        loader.wait()
        self.engine = self.territory.engine
        self.services = build_services(self.engine, Settings(var_dir=made.var), loader)
        self.matcher = self.services.matcher
        self._boards = Boards()
        self._index, self._ids = self._bare_index()

    def _bare_index(self) -> tuple[Any, Ids]:
        index = faiss.IndexFlatIP(self.encoder.dim)
        ids = []
        with Session(self.engine) as session:
            for batch, vectors in scan_vectors(session, PostingKind.OFFER, self.encoder.model_id, 8192):
                index.add(np.ascontiguousarray(vectors))
                ids.append(batch)
        return index, np.concatenate(ids)

    def forget_vectors(self, need_ids: list[int]) -> None:
        """Make needs as they are in the moment they are posted."""
        with Session(self.engine) as session:
            held = (Embedding.kind == PostingKind.NEED) & Embedding.object_id.in_(need_ids)
            session.execute(delete(Embedding).where(held))
            session.commit()

    def compare(self, need_id: int) -> dict[str, Cost]:
        """Cost of each part and of the whole for one need."""
        with Session(self.engine) as session:
            need = session.get_one(Need, need_id)
            parts = self._parts(session, need)
            session.rollback()
        took = {name: _cost(part) for name, part in parts.items()}
        with Session(self.engine) as session:
            need = session.get_one(Need, need_id)
            took["proposals"] = _cost(lambda: self.matcher.proposals(session, need))
        return took

    def _parts(self, session: Session, need: Need) -> dict[str, Callable[[], object]]:
        """The bare parts, everything they need made beforehand."""
        texts = passages(need)
        stems = tuple(lexemes(texts.whole, need.language.value))
        board = self._boards.board(session, PostingKind.OFFER)
        allowed = board.ids[filter_pairs(self._boards.row_of(session, need), board, today()).allowed]
        stored = load_vectors(session, PostingKind.NEED, self.encoder.model_id, Facet.WHOLE, [need.id])
        vector = stored[need.id] if stored else self.encoder.encode_queries([texts.whole])
        bits = np.packbits(np.isin(self._ids, allowed), bitorder="little")
        rare = telling_stems(document_frequencies(session, PostingKind.OFFER, stems))
        query = " OR ".join(f'"{stem}"' for stem in rare)
        return {
            "encode": lambda: self.encoder.encode_queries([texts.whole]),
            "encode_sentences": lambda: self.encoder.encode_queries(texts.sentences),
            "faiss": lambda: self._search(vector, bits),
            "fts5": lambda: self._words(query),
            "own_words": lambda: self._own_words(rare, allowed, len(board)),
        }

    def _search(self, vector: np.ndarray[Any, Any], bits: np.ndarray[Any, Any]) -> None:
        selector = faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg, arg-type]
        self._index.search(vector, CANDIDATES, params=faiss.SearchParameters(sel=selector))  # type: ignore[call-arg]

    def _words(self, query: str) -> None:
        statement = text("SELECT rowid FROM offer_words WHERE offer_words MATCH :query ORDER BY rank LIMIT :limit")
        with self.engine.connect() as connection:
            connection.execute(statement, {"query": query, "limit": CANDIDATES}).scalars().all()

    def _own_words(self, stems: Sequence[str], allowed: Ids, total: int) -> None:
        with Session(self.engine) as session:
            find_words(session, PostingKind.OFFER, stems, CANDIDATES, allowed, total)


def run(small: bool, folder: Path) -> Figures:
    """Measure ``rounds`` times after one round that warms caches."""
    rounds = 1 if small else 3
    bench = Bench(territory(small, folder))
    half = len(bench.territory.need_ids) // 2
    groups = {"stored": bench.territory.need_ids[:half], "just_posted": bench.territory.need_ids[half:]}
    bench.forget_vectors(groups["just_posted"])
    measured: dict[str, Any] = {}
    for need_id in bench.territory.need_ids:
        bench.compare(need_id)
    for name, ids in groups.items():
        took = [bench.compare(need_id) for _ in range(rounds) for need_id in ids]
        measured[name] = _figures(took, PARTS[name])
        measured[name]["own_words_ms"] = percentiles([one["own_words"].wall for one in took])
        measured[name] |= {other: _ratio(took, parts, "wall") for other, parts in OTHERWISE[name].items()}
    measured["answers"] = _answers(bench, groups["stored"])
    targets = [
        Target(f"proposals / parts, {name.replace('_', ' ')}, {rank}", measured[name]["ratio"][rank], "x", most=LIMIT)
        for name in groups
        for rank in ("p50", "p95")
    ]
    sizes = {"offers": bench.territory.offers, "needs": 2 * half, "rounds": rounds, "threads": 1}
    return Figures(QUESTION, sizes, measured, targets)


def _figures(took: list[dict[str, Cost]], parts: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {
        f"{name}_ms": percentiles([one[name].wall for one in took]) for name in (*parts, "proposals")
    }
    found["bare_ms"] = percentiles([sum(one[name].wall for name in parts) for one in took])
    found["ratio"] = _ratio(took, parts, "wall")
    found["processor_ratio"] = _ratio(took, parts, "processor")
    return found


def _ratio(took: list[dict[str, Cost]], parts: Sequence[str], clock: str) -> dict[str, float]:
    """Percentiles of the whole divided by the same percentiles of the sum of ``parts``."""
    whole = percentiles([getattr(one["proposals"], clock) for one in took])
    bare = percentiles([sum(getattr(one[name], clock) for name in parts) for one in took])
    return {rank: round(whole[rank] / bare[rank], 3) for rank in ("p50", "p95")}


def _answers(bench: Bench, need_ids: list[int]) -> dict[str, Any]:
    """What was answered: figures of empty pages would mean nothing."""
    with Session(bench.engine) as session:
        found = [bench.matcher.proposals(session, session.get_one(Need, need_id)) for need_id in need_ids]
    assert all(answer.engine is Engine.HYBRID for answer in found)
    return {
        "considered": percentiles([answer.considered for answer in found]),
        "cards": percentiles([len(answer.items) for answer in found]),
        "with_near_misses": sum(bool(answer.near_misses) for answer in found),
    }


def _cost(work: Callable[[], object]) -> Cost:
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return Cost((time.perf_counter() - wall) * 1000, (time.process_time() - processor) * 1000)
