"""How well an offer answers a need, from what is known of the two texts: a score in [0, 1] and a level.

Pure functions on numpy arrays. One query, `n` candidates, a structure of arrays in
(:class:`Evidence`), one score each out. The score is a logistic sum of few parts, each of which
only rises with its evidence, and each of which can be shown:

====================  ===================================================================================
part                  rises with
====================  ===================================================================================
``meaning``           cosine of the two whole texts, and of their sentences (half each)
``words``             share of the query's information found word for word, damped for long queries
``skills``            wanted skills that the offer has
``themes``            themes in common
``base``              nothing of the candidate: the intercept, and how close the query is to *everything*
====================  ===================================================================================

Words count little until a fair share of the query is found: two words in common between a need in
plain words and an offer happen by chance, and adding BM25 by equal z-scores takes a third and more
of the ranking quality of such needs. Beyond that knee they count fully, which is what carries long needs
and short searches. Weights, cut-offs and the figures that justify them come from :mod:`matcher.pairs.weights`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from matcher.pairs.calibration import chance
from matcher.pairs.weights import Cutoffs, Weights
from matcher.vocabulary import Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: BM25's saturation and length constants, the values that SQLite's FTS5 fixes.
BM25_K1: Final = 1.2
BM25_B: Final = 0.75

# The form of the words part. Chosen among some hundred variants of the score on the development sets, five
# folds each, so that the figures noted with the weights flatter it a little:
#: exponent of the query's number of informative words (0: share alone, 1: sum as in BM25).
LENGTH_POWER: Final = 0.7
#: below this, found words are as good as chance; how soft the knee is.
KNEE: Final = 0.2
KNEE_WIDTH: Final = 0.1
#: in a query of this many words, being there and being frequent count half each; shorter: being there.
PRESENCE_WORDS: Final = 3.0

#: A query that resembles nothing (off topic, or one odd word) is not given credit for it. Of six values
#: compared, the one that shows least to off-topic questions at the same ranking and the same share of
#: answered needs (0.29 of them shown anything, instead of 0.45 without).
LEAST_BACKGROUND: Final = 0.12

#: Pseudo-count that holds the background of a small directory to the usual one. Chosen, not measured.
BACKGROUND_PRIOR: Final = 50.0


@dataclass(frozen=True, slots=True)
class Words:
    """Lexical evidence of one query.

    Attributes
    ----------
    share
        (n,), [0, 1]: share of the query's information (summed inverse document frequencies)
        found in the candidate. Words that no document holds count in the whole.
    mass
        Number of informative words of the query, >= 0: each word counts between 0 (in every
        document) and 1 (in none).
    """

    share: Floats
    mass: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one query and its `n` candidates. All arrays are float64 of shape (n,).

    Attributes
    ----------
    whole
        Cosine of the two whole-text vectors, [-1, 1]; NaN where the candidate (or the query) has
        no vector yet: that row is then judged on its words alone.
    sentences
        Mean over the query's sentences of the best cosine with a sentence of the candidate
        (:func:`sentence_similarity`), [-1, 1]; NaN as above.
    words
        Lexical evidence (:func:`lexical_coverage`).
    background
        Mean cosine of the query's whole vector with those of all documents of the searched kind
        (dot product with their mean vector), or None when it is not known.
    documents
        Number of documents behind `background`.
    must, nice, themes
        Share of the query's required skills, of its wished skills and of its themes that the
        candidate has, [0, 1]; 0 when the query names none. None stands for all zeros.
    """

    whole: Floats
    sentences: Floats
    words: Words
    background: float | None = None
    documents: int = 0
    must: Floats | None = None
    nice: Floats | None = None
    themes: Floats | None = None

    def __post_init__(self) -> None:
        size = self.words.share.shape
        for name in ("whole", "sentences", "must", "nice", "themes"):
            values = getattr(self, name)
            if values is not None and values.shape != size:
                raise ValueError(f"Evidence {name} has shape {values.shape}, the words have {size}.")

    @property
    def lexical_only(self) -> NDArray[np.bool_]:
        """Rows without vectors, shape (n,)."""
        return np.isnan(self.whole) | np.isnan(self.sentences)


#: Lowest chance of being an answer of each level of a posted need. Chosen: a strong match is one to
#: write to today, a partial one is worth reading when there is no better.
POSTED_CHANCE: Final = Cutoffs(strong=0.5, good=0.3, partial=0.1)


def distinct(lexemes: Iterable[str]) -> list[str]:
    """The different lexemes of a query, in order of appearance.

    >>> distinct(["velo", "repar", "velo"])
    ['velo', 'repar']
    """
    return list(dict.fromkeys(lexemes))


def term_counts(terms: Sequence[str], documents: Sequence[Mapping[str, int]]) -> Floats:
    """How often each term of the query occurs in each candidate, shape (n, terms).

    `documents` are the candidates' lexeme counts (``Counter(lexemes(text, language))``).
    """
    counts = np.zeros((len(documents), len(terms)))
    columns = {term: column for column, term in enumerate(terms)}
    for row, document in enumerate(documents):
        for term in columns.keys() & document.keys():
            counts[row, columns[term]] = document[term]
    return counts


def lexical_coverage(
    counts: Floats, lengths: Floats, document_frequency: Floats, documents: int, average_length: float
) -> Words:
    """Share of the query's information found in each candidate, between 0 and 1.

    Each distinct word of the query weighs its smoothed inverse document frequency,
    ``log(1 + (N - df + 1/2) / (df + 1/2))``, and counts as found to the degree of BM25's
    saturated frequency, which tells a document about a subject from one that names it. In short
    queries, mere presence counts as well, so that a document with both words of "velo reparation"
    comes before one that repeats a single one.

    Parameters
    ----------
    counts
        (n, terms): occurrences of each distinct query lexeme (:func:`term_counts`).
    lengths
        (n,): number of lexemes of each candidate.
    document_frequency
        (terms,): documents of the index that hold each lexeme; 0 for unknown words.
    documents
        Number of documents of the index, at least 0.
    average_length
        Mean number of lexemes of a document of the index.

    Notes
    -----
    For given `counts`, the share never falls when one of them rises at equal lengths.

    >>> found = lexical_coverage(np.array([[1.0, 1.0], [9.0, 0.0], [0.0, 0.0]]), np.array([20.0, 20, 20]),
    ...                          np.array([1.0, 1.0]), documents=10, average_length=20.0)
    >>> found.share.round(2).tolist()
    [0.78, 0.48, 0.0]
    """
    candidates, terms = counts.shape
    if terms == 0:
        return Words(np.zeros(candidates), 0.0)
    known = np.minimum(document_frequency, documents)
    information = np.log1p((documents - known + 0.5) / (known + 0.5))
    relative = lengths / average_length if average_length > 0 else np.ones(candidates)
    saturated = counts / (counts + BM25_K1 * (1.0 - BM25_B + BM25_B * relative)[:, None])
    presence = PRESENCE_WORDS / (PRESENCE_WORDS + terms)
    found = (1.0 - presence) * saturated + presence * (counts > 0)
    share = found @ information / information.sum()
    unknown_word = math.log1p((documents + 0.5) / 0.5)
    return Words(np.clip(share, 0.0, 1.0), float(information.sum() / unknown_word))


def sentence_similarity(
    query: NDArray[np.floating], documents: NDArray[np.floating], starts: NDArray[np.intp]
) -> tuple[Floats, NDArray[np.intp], NDArray[np.intp]]:
    """How well each candidate's sentences answer each of the query's, and the two that met best.

    Parameters
    ----------
    query
        (s, d): unit vectors of the query's sentences, s >= 1.
    documents
        (m, d): unit vectors of all candidates' sentences, one candidate after the other.
    starts
        (n,): first row of each candidate in `documents`, rising strictly from 0: every candidate
        has at least one sentence.

    Returns
    -------
    similarity, query_at, document_at
        Each (n,): mean over query sentences of the best cosine; row of `query` and row of
        `documents` of the pair with the highest cosine, which is what a card shows.
    """
    if len(starts) == 0:
        return np.zeros(0), np.zeros(0, np.intp), np.zeros(0, np.intp)
    cosines = np.asarray(query @ documents.T, dtype=np.float64)
    best = np.maximum.reduceat(cosines, starts, axis=1)
    query_at = best.argmax(axis=0)
    ends = np.append(starts[1:], len(documents))
    document_at = np.array(
        [start + cosines[row, start:end].argmax() for row, start, end in zip(query_at, starts, ends, strict=True)],
        dtype=np.intp,
    )
    return best.mean(axis=0), query_at, document_at


def meaning_evidence(evidence: Evidence) -> Floats:
    """Mean of the two cosines, shape (n,), [-1, 1]; NaN where there is no vector."""
    return (evidence.whole + evidence.sentences) / 2.0


def words_evidence(evidence: Evidence) -> Floats:
    """Information found in words, beyond what chance finds, shape (n,), >= 0.

    ``share * mass ** LENGTH_POWER`` through a soft knee at :data:`KNEE`; exactly 0 when nothing is found.
    """
    found = evidence.words.share * evidence.words.mass**LENGTH_POWER
    softened = np.logaddexp(0.0, (found - KNEE) / KNEE_WIDTH)
    return KNEE_WIDTH * np.asarray(softened - np.logaddexp(0.0, -KNEE / KNEE_WIDTH), dtype=np.float64)


def background_evidence(evidence: Evidence, usual: float) -> float:
    """Background similarity of the query, held to the usual one while the directory is small.

    At least :data:`LEAST_BACKGROUND`.
    """
    if evidence.background is None:
        return usual
    counted = max(evidence.documents, 0)
    held = (counted * evidence.background + BACKGROUND_PRIOR * usual) / (counted + BACKGROUND_PRIOR)
    return max(held, LEAST_BACKGROUND)


def contributions(evidence: Evidence, weights: Weights) -> dict[str, Floats]:
    """Named parts whose sum is the log-odds of the score; each of shape (n,).

    Rows without vectors have a ``meaning`` of 0 and the intercept and weight of words alone.
    """
    lexical = evidence.lexical_only
    background = weights.background * background_evidence(evidence, weights.usual_background)
    none = np.zeros_like(evidence.words.share)
    must = none if evidence.must is None else evidence.must
    nice = none if evidence.nice is None else evidence.nice
    themes = none if evidence.themes is None else evidence.themes
    return {
        "base": np.where(lexical, weights.lexical_intercept, weights.intercept + background),
        "meaning": np.where(lexical, 0.0, weights.dense * meaning_evidence(evidence)),
        "words": np.where(lexical, weights.lexical_words, weights.words) * words_evidence(evidence),
        "skills": weights.must * must + weights.nice * nice,
        "themes": weights.themes * themes,
    }


def relevance(evidence: Evidence, weights: Weights) -> Floats:
    """Score of each candidate, shape (n,), in [0, 1]: about the chance that people call it an answer.

    Calibrated on a few hundred documents a query with one labelled answer each; cautious on needs, because
    off-topic questions were taught as well (the table is in the weights' provenance). More
    similarity, more found words, skills or themes never lower it.
    Cost: under 0.1 ms for 300 candidates (2 ms with term counts and sentences).
    """
    return probability(sum(contributions(evidence, weights).values(), np.zeros_like(evidence.words.share)))


def probability(log_odds: Floats) -> Floats:
    """Logistic function, safe for any finite value."""
    return np.asarray(np.exp(-np.logaddexp(0.0, -log_odds)), dtype=np.float64)


def levels(scores: Floats, weights: Weights, lexical_only: NDArray[np.bool_] | bool = False) -> NDArray[np.object_]:
    """Named level of each score of a typed search, None below partial (not shown), shape (n,), dtype object.

    `lexical_only` tells which scores were given without vectors (:attr:`Evidence.lexical_only`):
    they have their own cut-offs.
    """
    lexical = np.broadcast_to(np.asarray(lexical_only, dtype=np.bool_), scores.shape)
    return _named(
        scores,
        {
            level: np.where(lexical, getattr(weights.lexical_cutoffs, level), getattr(weights.cutoffs, level))
            for level in Level
        },
    )


def posted_levels(scores: Floats, weights: Weights, lexical_only: NDArray[np.bool_]) -> NDArray[np.object_]:
    """Named level of each candidate of one posted need or offer, by its chance of being an answer.

    Whoever fills in the form asks for something that exists in the territory, while a search box is
    asked about anything: the same score is right more often, and how far it stands out tells more.
    """
    log_odds = np.log(np.clip(scores, 1e-12, 1 - 1e-12)) - np.log1p(-np.clip(scores, 1e-12, 1 - 1e-12))
    chances = np.zeros_like(scores)
    for rows, calibration in ((lexical_only, weights.posted_lexical), (~lexical_only, weights.posted)):
        if rows.any():
            chances[rows] = chance(log_odds[rows], calibration)
    return _named(chances, {level: np.full(scores.shape, getattr(POSTED_CHANCE, level)) for level in Level})


def _named(scores: Floats, lowest: Mapping[Level, Floats]) -> NDArray[np.object_]:
    named = np.full(scores.shape, None, dtype=object)
    for level in (Level.PARTIAL, Level.GOOD, Level.STRONG):
        named[scores >= lowest[level]] = level
    return named
