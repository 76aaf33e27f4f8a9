"""Golden sets through the site's own path: imported as offers and needs, indexed, matched.

What is measured is what people get: the import's cleaning, the stored vectors, the index, the
candidates of both engines and the fitted weights. Only the cut-offs and the exposure rules are left
out, since a labelled set tells an order and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.evaluation.bootstrap import mean_interval, paired_difference
from matcher.evaluation.datasets import GoldenSet, Text
from matcher.evaluation.metrics import ndcg_at_k, recall_at_k, reciprocal_rank
from matcher.exchange.columns import ImportKind
from matcher.exchange.imports import apply_import
from matcher.exchange.planning import Outcome, RawRow, plan_rows
from matcher.pairs.candidates import CANDIDATES
from matcher.pairs.service import Matcher
from matcher.ports import VectorSearch
from matcher.store import Need, Offer, Place
from matcher.store.word_search import find_words
from matcher.store.words import document_frequencies
from matcher.text import lexemes
from matcher.vocabulary import Family, OfferKind, OrganisationType, PostingKind, RangeScope

Floats = NDArray[np.float64]

#: Characters of a title, as the form allows.
TITLE: Final = 120

#: Characters of a body that the form asks for at least; the one shorter document is said twice.
SHORTEST: Final = 40

#: Methods in the order of the report.
METHODS: Final = ("hybrid", "dense", "lexical", "bm25", "random")

_NANCY: Final = {"name": "Nancy", "name_folded": "nancy", "country": "FR", "insee_code": "54395", "department": "54"}


def load(session: Session, golden: GoldenSet, as_needs: bool, today: date) -> None:
    """Import a golden set into an empty database: documents as offers, queries as needs if asked."""
    producers = {"key": "producers", "name": "Producers", "family": Family.COMPANY, "place": "Nancy"}
    askers = {"key": "askers", "name": "Askers", "family": Family.USER_SECTOR, "place": "Nancy"}
    kinds = {"organisation_type": OrganisationType.ASSOCIATION, "language": "fr"}
    _import(session, ImportKind.ORGANISATIONS, [producers | kinds, askers | kinds], today)
    more = {"organisation": "producers", "kind": OfferKind.PRODUCT, "delivery_modes": ["remote"], "place": "Nancy"}
    more |= {"range_scope": RangeScope.ANYWHERE, "monthly_capacity": "100"}
    _import(session, ImportKind.OFFERS, [_row(text, "description") | more for text in golden.documents], today)
    if as_needs:
        asking = {"organisation": "askers", "place": "Nancy", "remote_ok": True}
        _import(session, ImportKind.NEEDS, [_row(text, "problem") | asking for text in golden.queries], today)


def add_place(session: Session) -> None:
    """The one place that golden sets are imported into; not committed."""
    session.add(Place(**_NANCY, latitude=48.6889, longitude=6.1709))


def _row(text: Text, field: str) -> dict[str, Any]:
    """A posting whose body is the text and whose title is its first words."""
    title = text.text[:TITLE].rsplit(" ", 1)[0] if len(text.text) > TITLE else text.text
    body = text.text if len(text.text) >= SHORTEST else f"{text.text} {text.text}"
    return {"key": text.key, "language": text.language, "title": title.splitlines()[0], field: body}


def _import(session: Session, kind: ImportKind, rows: Sequence[Mapping[str, Any]], today: date) -> None:
    raw = [RawRow(line, dict(row)) for line, row in enumerate(rows, 1)]
    plan = plan_rows(session, kind, raw, "golden", today)
    refused = plan.of(Outcome.REJECTED)
    if refused:
        raise ValueError(f"{len(refused)} rows of {kind} were refused, the first: {refused[0].problems}")
    apply_import(session, plan)


def rank_all(
    session: Session,
    golden: GoldenSet,
    as_needs: bool,
    hybrid: Matcher,
    words_only: Matcher,
    dense: VectorSearch,
    encode: Callable[[Sequence[str]], NDArray[np.float32]],
) -> dict[str, Floats]:
    """Scores of every method, each of shape (queries, documents); -inf for what a method does not find."""
    offers = {key: row_id for row_id, key in session.execute(select(Offer.id, Offer.external_key))}
    needs = {key: row_id for row_id, key in session.execute(select(Need.id, Need.external_key))}
    columns = {offers[document.key]: column for column, document in enumerate(golden.documents)}
    shape = (len(golden.queries), len(golden.documents))
    scores = {method: np.full(shape, -np.inf) for method in METHODS}
    scores["random"] = np.random.default_rng(0).random(shape)
    total = len(golden.documents)
    for line, query in enumerate(golden.queries):
        asked = session.get_one(Need, needs[query.key]) if as_needs else (query.text, query.language)
        for method, matcher in (("hybrid", hybrid), ("lexical", words_only)):
            found = matcher.scores(session, asked, PostingKind.OFFER)
            for row_id, score in zip(found.ids.tolist(), found.relevance.tolist(), strict=True):
                scores[method][line, columns[row_id]] = score
        ids, cosines = dense.search(encode([query.text])[0], CANDIDATES, None)
        for row_id, cosine in zip(ids.tolist(), cosines.tolist(), strict=True):
            scores["dense"][line, columns[row_id]] = cosine
        for place, row_id in enumerate(_bm25(session, query, total)):
            scores["bm25"][line, columns[row_id]] = -place
    return scores


def _bm25(session: Session, query: Text, total: int) -> list[int]:
    """SQLite's own BM25 order for every word of the query."""
    stems = lexemes(query.text, query.language)
    frequencies = document_frequencies(session, PostingKind.OFFER, stems)
    held = [stem for stem, count in frequencies.items() if count]
    return [int(row_id) for row_id in find_words(session, PostingKind.OFFER, held, total)]


def report(golden: GoldenSet, scores: Mapping[str, Floats]) -> dict[str, Any]:
    """Figures of one set by method, with 95 % bootstrap intervals over queries; ties count against us."""
    grades = golden.grades()
    ndcg = {method: ndcg_at_k(values, grades, 10) for method, values in scores.items()}
    methods = {
        method: {
            "ndcg@10": _interval(ndcg[method]),
            "mrr": round(float(reciprocal_rank(values, grades).mean()), 4),
            **{f"recall@{k}": round(float(recall_at_k(values, grades, k).mean()), 4) for k in (1, 5, 10, 50)},
        }
        for method, values in scores.items()
    }
    against = {
        other: {"difference": round(gap.mean, 4), "low": round(gap.low, 4), "high": round(gap.high, 4)}
        for other in ("dense", "bm25", "lexical")
        for gap in (paired_difference(ndcg["hybrid"], ndcg[other]),)
    }
    return {
        "queries": len(golden.queries),
        "documents": len(golden.documents),
        "methods": methods,
        "hybrid_minus": against,
    }


def _interval(values: Floats) -> dict[str, float]:
    found = mean_interval(values)
    return {"mean": round(found.mean, 4), "low": round(found.low, 4), "high": round(found.high, 4)}
