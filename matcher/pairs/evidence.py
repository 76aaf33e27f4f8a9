"""Evidence for each candidate, gathered from the store, and its score."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from matcher.pairs.candidates import Asked
from matcher.pairs.relevance import (
    Evidence,
    Words,
    distinct,
    levels,
    lexical_coverage,
    posted_levels,
    relevance,
    sentence_similarity,
    term_counts,
)
from matcher.pairs.terms import load_terms, shares
from matcher.pairs.weights import Weights
from matcher.ports import Ids, Vectors
from matcher.store import Facet
from matcher.store.board import Board
from matcher.store.encoding import load_vectors
from matcher.store.words import load_lexemes
from matcher.vocabulary import Engine, Level, PostingKind

Floats = NDArray[np.float64]

#: Words up to which a typed text is a search for these very words. Chosen: beyond, it is a sentence.
SHORT_SEARCH: Final = 3

#: Rank of each level for ordering; 0 is "not shown".
RANK: Final = {None: 0, Level.PARTIAL: 1, Level.GOOD: 2, Level.STRONG: 3}

#: Vectors behind the background: the mean of so many is within 1/sqrt(2000) = 0.02 of the whole's.
BACKGROUND_SAMPLE: Final = 2000

#: The background is read again once the number of postings moved by more than this share. Chosen.
BACKGROUND_DRIFT: Final = 0.05


@dataclass(frozen=True, slots=True)
class Scored:
    """Candidates with their scores; arrays of shape (n,), ``level`` as in ``RANK``.

    ``pairs`` : rows of the asker's and of the candidate's sentence that met, where vectors told.
    """

    ids: Ids
    relevance: Floats
    level: NDArray[np.int8]
    named: list[Level | None]
    pairs: Mapping[int, tuple[int, int, float]]
    engine: Engine


class Background:
    """Mean vector of each side, from an even sample of its postings. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[tuple[PostingKind, str], tuple[int, Vectors | None]] = {}

    def of(self, session: Session, kind: PostingKind, model_id: str, board: Board) -> Vectors | None:
        """Mean vector of shape (dim,), or None while nothing is encoded."""
        with self._lock:
            seen, mean = self._known.get((kind, model_id), (0, None))
            if mean is None or abs(seen - len(board)) > BACKGROUND_DRIFT * seen:
                step = max(1, len(board) // BACKGROUND_SAMPLE)
                sample = load_vectors(session, kind, model_id, Facet.WHOLE, board.ids[::step].tolist())
                mean = np.concatenate(list(sample.values())).mean(axis=0) if sample else None
                self._known[kind, model_id] = (len(board), mean)
            return mean


@dataclass(frozen=True, slots=True)
class Gathered:
    """Evidence of n candidates, and the sentences that met.

    ``every_word`` (n,) : the candidate holds each word of a search of at most ``SHORT_SEARCH`` words.
    Whoever types one or two words expects to see what holds them, however little they say.
    """

    evidence: Evidence
    every_word: NDArray[np.bool_]
    pairs: dict[int, tuple[int, int, float]]


def score_candidates(
    session: Session,
    asked: Asked,
    ids: Ids,
    cosines: Mapping[int, float],
    frequencies: Mapping[str, int],
    board: Board,
    model_id: str | None,
    mean: Vectors | None,
    weights: Weights,
) -> Scored:
    """Score and level of each candidate, in the order of ``ids``."""
    gathered = gather(session, asked, ids, cosines, frequencies, board, model_id, mean)
    scores = relevance(gathered.evidence, weights)
    if asked.terms is not None:
        named = posted_levels(scores, weights, gathered.evidence.lexical_only)
    else:
        named = levels(scores, weights, gathered.evidence.lexical_only)
        named[gathered.every_word & (named == None)] = Level.PARTIAL  # noqa: E711  (element by element)
    rank = np.array([RANK[level] for level in named], dtype=np.int8)
    engine = Engine.LEXICAL if asked.whole is None else Engine.HYBRID
    return Scored(ids, scores, rank, list(named), gathered.pairs, engine)


def gather(
    session: Session,
    asked: Asked,
    ids: Ids,
    cosines: Mapping[int, float],
    frequencies: Mapping[str, int],
    board: Board,
    model_id: str | None,
    mean: Vectors | None,
) -> Gathered:
    """Everything that is known of the asker and each candidate.

    Cost: one statement each for stems, whole vectors that the search did not compare, sentence
    vectors, themes and skills; matrix products of a few hundred rows.
    """
    kind, listed = asked.looks_for, ids.tolist()
    whole = np.array([cosines.get(row, np.nan) for row in listed], dtype=np.float64)
    sentences = np.full(len(listed), np.nan)
    pairs: dict[int, tuple[int, int, float]] = {}
    if asked.whole is not None and asked.sentence_vectors is not None and model_id is not None:
        _fill_whole(session, asked, kind, model_id, listed, whole)
        pairs = _fill_sentences(session, asked, kind, model_id, listed, sentences)
    terms = shares(asked.terms, list(load_terms(session, kind, listed).values()), kind.other) if asked.terms else {}
    words, every_word = _words(session, asked, listed, frequencies, board)
    evidence = Evidence(
        whole=whole,
        sentences=sentences,
        words=words,
        background=None if asked.whole is None or mean is None else float(asked.whole @ mean),
        documents=len(board),
        **terms,
    )
    return Gathered(evidence, every_word, pairs)


def _words(
    session: Session, asked: Asked, ids: list[int], frequencies: Mapping[str, int], board: Board
) -> tuple[Words, NDArray[np.bool_]]:
    """Lexical evidence, and which candidates hold every word of a short search."""
    terms = distinct(asked.stems)
    stems = load_lexemes(session, asked.looks_for, ids)
    documents = [Counter(stems.get(row, ())) for row in ids]
    counts = term_counts(terms, documents)
    words = lexical_coverage(
        counts,
        np.array([document.total() for document in documents], dtype=np.float64),
        np.array([frequencies.get(term, 0) for term in terms], dtype=np.float64),
        len(board),
        float(board.lexemes.mean()) if len(board) else 0.0,
    )
    short = 0 < len(terms) <= SHORT_SEARCH
    return words, np.asarray((counts > 0).all(axis=1) if short else np.zeros(len(ids), dtype=bool))


def _fill_whole(
    session: Session, asked: Asked, kind: PostingKind, model_id: str, ids: list[int], whole: Floats
) -> None:
    """Cosines of the candidates that word search alone brought."""
    missing = [row for row, cosine in zip(ids, whole, strict=True) if np.isnan(cosine)]
    vectors = load_vectors(session, kind, model_id, Facet.WHOLE, missing)
    for position, row in enumerate(ids):
        if row in vectors:
            whole[position] = float(vectors[row][0] @ asked.whole)


def _fill_sentences(
    session: Session, asked: Asked, kind: PostingKind, model_id: str, ids: list[int], sentences: Floats
) -> dict[int, tuple[int, int, float]]:
    """Sentence similarities, and for each candidate the rows of the two sentences that met."""
    stored = load_vectors(session, kind, model_id, Facet.SENTENCES, ids)
    held = [position for position, row in enumerate(ids) if len(stored.get(row, ()))]
    if not held or asked.sentence_vectors is None or not len(asked.sentence_vectors):
        return {}
    blocks = [stored[ids[position]] for position in held]
    starts = np.concatenate([[0], np.cumsum([len(block) for block in blocks])[:-1]]).astype(np.intp)
    matrix = np.concatenate(blocks)
    similarity, query_at, document_at = sentence_similarity(asked.sentence_vectors, matrix, starts)
    sentences[held] = similarity
    pairs = {}
    for place, position in enumerate(held):
        row, column = int(query_at[place]), int(document_at[place])
        cosine = float(asked.sentence_vectors[row] @ matrix[column])
        pairs[ids[position]] = (row, column - int(starts[place]), cosine)
    return pairs
