"""Labelled queries with their evidence, ready to be fitted or measured.

Two ways to fill them: :func:`label` computes the evidence of a golden set from an encoder, every
document being a candidate; the service's own search fills :class:`LabelledQuery` itself.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from matcher.pairs.relevance import Evidence, distinct, lexical_coverage, sentence_similarity, term_counts
from matcher.text import lexemes, split_sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from matcher.evaluation.datasets import GoldenSet, Text

    Floats = NDArray[np.float64]
    Encode = Callable[[Sequence[str]], NDArray[np.floating]]


@dataclass(frozen=True, slots=True)
class LabelledQuery:
    """Evidence of one query's candidates and their grades.

    `missed` holds the grades of relevant documents that are no candidates: they count against the
    ranking. `group` ties queries that must stay in one fold.
    """

    group: str
    evidence: Evidence
    grades: Floats
    missed: tuple[float, ...] = ()

    @property
    def has_answer(self) -> bool:
        """Whether some document, candidate or not, answers the query."""
        return bool((self.grades > 0).any()) or bool(self.missed)


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Labelled queries of one kind. `importance` is its weight in the fit; 0 only measures.

    A set without any relevant document (questions that are off topic) teaches what "nothing here
    answers you" looks like; it is left out of the ranking figures and of the cut-offs.
    """

    name: str
    queries: tuple[LabelledQuery, ...]
    importance: float = 1.0
    sets_cutoffs: bool = False

    @property
    def grades(self) -> list[Floats]:
        """Grades of each query's candidates."""
        return [query.grades for query in self.queries]

    @property
    def has_answers(self) -> bool:
        """Whether a query of the set has a relevant document."""
        return any(query.has_answer for query in self.queries)


def label(golden: GoldenSet, encode: Encode, *, importance: float = 1.0, sets_cutoffs: bool = False) -> LabelledSet:
    """Evidence of a golden set, every document being a candidate of every query.

    `encode` maps texts to unit vectors, shape (texts, d). Cost: the encoding, then about 1 ms a
    query and 300 documents.
    """
    grades = golden.grades()
    evidence = evidence_between(golden.queries, golden.documents, encode)
    queries = tuple(
        LabelledQuery(query.key, found, row) for query, found, row in zip(golden.queries, evidence, grades, strict=True)
    )
    return LabelledSet(golden.name, queries, importance, sets_cutoffs)


def label_off_topic(
    name: str, queries: Sequence[Text], documents: Sequence[Text], encode: Encode, *, importance: float = 1.0
) -> LabelledSet:
    """Evidence of queries that none of the documents answers."""
    evidence = evidence_between(queries, documents, encode)
    none = np.zeros(len(documents))
    listed = (LabelledQuery(query.key, found, none) for query, found in zip(queries, evidence, strict=True))
    return LabelledSet(name, tuple(listed), importance)


def evidence_between(queries: Sequence[Text], documents: Sequence[Text], encode: Encode) -> list[Evidence]:
    """Evidence of each query against all documents, as the service computes it for its candidates."""
    counted = [Counter(lexemes(document.text, document.language)) for document in documents]
    lengths = np.array([count.total() for count in counted], dtype=np.float64)
    frequency = Counter(lexeme for count in counted for lexeme in count)
    whole = encode([document.text for document in documents])
    centre = np.asarray(whole, dtype=np.float64).mean(axis=0)
    sentences = [split_sentences(document.text) or [document.text] for document in documents]
    starts = np.cumsum([0, *(len(listed) for listed in sentences)])[:-1]
    sentence_vectors = encode([sentence for listed in sentences for sentence in listed])

    found = []
    for query, vector in zip(queries, encode([query.text for query in queries]), strict=True):
        terms = distinct(lexemes(query.text, query.language))
        words = lexical_coverage(
            term_counts(terms, counted),
            lengths,
            np.array([frequency[term] for term in terms], dtype=np.float64),
            len(documents),
            float(lengths.mean()),
        )
        asked = encode(split_sentences(query.text) or [query.text])
        similarity, _, _ = sentence_similarity(asked, sentence_vectors, starts)
        found.append(
            Evidence(
                whole=np.asarray(whole @ vector, dtype=np.float64),
                sentences=similarity,
                words=words,
                background=float(centre @ vector),
                documents=len(documents),
            )
        )
    return found
