"""Candidates of a search: nearest vectors and most telling words, united."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from sqlalchemy.orm import Session

from matcher.pairs.terms import Terms
from matcher.ports import Ids, Vectors, VectorSearch
from matcher.store.word_search import find_words
from matcher.store.words import document_frequencies
from matcher.vocabulary import PostingKind

#: Candidates asked of each engine. The right offer is among the first 100 of one of the two for
#: nearly every labelled need (recall in benchmarks/results/evaluation.json); more costs time only.
CANDIDATES: Final = 100

#: Stems of a long text that word search is asked for: the rarest ones carry nearly all of BM25's
#: weight, and the cost is the length of their postings lists. Chosen, not measured.
SEARCH_STEMS: Final = 24

#: Document frequencies are read again once the number of postings moved by more than this share.
FREQUENCY_DRIFT: Final = 0.02


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for, ready to be compared.

    ``stems`` in order with repetitions; ``whole`` of shape (dim,) and ``sentence_vectors`` of shape
    (s, dim), one row for each of ``sentences``, are None when no vectors can be had; ``terms`` is
    None for a typed text.
    """

    looks_for: PostingKind
    sentences: tuple[str, ...]
    stems: tuple[str, ...]
    whole: Vectors | None
    sentence_vectors: Vectors | None
    terms: Terms | None = None


class Frequencies:
    """Document frequencies of stems, remembered while the number of postings stays about the same.

    Thread-safe. Bounded: the words of a language are.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[PostingKind, tuple[int, dict[str, int]]] = {}

    def of(self, session: Session, kind: PostingKind, stems: Sequence[str], total: int) -> dict[str, int]:
        """Number of postings of ``kind`` that hold each stem; ``total`` is the number of postings."""
        with self._lock:
            seen, known = self._known.get(kind, (-1, {}))
            if abs(seen - total) > FREQUENCY_DRIFT * max(seen, 1):
                seen, known = total, {}
            missing = [stem for stem in dict.fromkeys(stems) if stem not in known]
            counted = document_frequencies(session, kind, missing)
            # A word that no posting holds is asked for again each time: the next posting may bring it.
            known.update({stem: count for stem, count in counted.items() if count})
            self._known[kind] = (seen, known)
            return {stem: known.get(stem, 0) for stem in dict.fromkeys(stems)}


def telling_stems(frequencies: dict[str, int]) -> list[str]:
    """The rarest stems that some posting holds, at most ``SEARCH_STEMS``.

    >>> telling_stems({"velo": 12, "zzz": 0, "repar": 3})
    ['repar', 'velo']
    """
    held = [stem for stem, count in frequencies.items() if count > 0]
    return sorted(held, key=lambda stem: (frequencies[stem], stem))[:SEARCH_STEMS]


def find_candidates(
    session: Session,
    asked: Asked,
    search: VectorSearch,
    frequencies: dict[str, int],
    allowed: Ids,
    total: int,
    k: int = CANDIDATES,
    by_words: bool = True,
) -> tuple[Ids, dict[int, float]]:
    """Sorted ids of at most ``2 k`` candidates among ``allowed``, and the cosines known so far.

    Without ``by_words`` the vectors alone bring candidates, unless there are none to ask with.
    """
    cosines: dict[int, float] = {}
    if asked.whole is not None and allowed.size:
        ids, scores = search.search(asked.whole, k, allowed)
        cosines = dict(zip(ids.tolist(), scores.tolist(), strict=True))
    stems = telling_stems(frequencies) if by_words or asked.whole is None else []
    words = find_words(session, asked.looks_for, stems, k, allowed, total)
    found = np.array(sorted({*cosines, *words.tolist()}), dtype=np.int64)
    return found, cosines
