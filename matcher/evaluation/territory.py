"""How good proposals are in the demonstration territory, whose needs name every offer that answers them.

Its labels were written with its texts, by the same hands: good for setting cut-offs and for noticing
a fall, not for comparing with other systems. ``pairs_dev`` is there for that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.evaluation.fit import choose_cutoffs
from matcher.evaluation.metrics import ndcg_at_k, recall_at_k, reciprocal_rank
from matcher.pairs.relevance import Cutoffs, Weights
from matcher.pairs.service import Matcher
from matcher.store import Need, Offer
from matcher.vocabulary import PostingKind

Floats = NDArray[np.float64]

#: Chance of being right that the last candidate of each level keeps, where every answer is labelled.
#: Chosen: a strong match is one to write to today, a partial one is worth reading when there is no other.
LAST_IS_RIGHT: Final = {"strong": 0.6, "good": 0.3, "partial": 0.08}


@dataclass(frozen=True, slots=True)
class Judged:
    """Scores and grades (1 for an answer) of each need's candidates; -inf for answers that were not found."""

    scores: list[Floats]
    grades: list[Floats]


def judge(session: Session, matcher: Matcher, folder: Path) -> Judged:
    """Score the candidates of every live need of the demonstration."""
    lines = (folder / "answers.jsonl").read_text("utf-8").splitlines()
    answers: Mapping[str, list[str]] = {row["need"]: row["offers"] for row in map(json.loads, lines)}
    offers = {key: row_id for row_id, key in session.execute(select(Offer.id, Offer.external_key))}
    scores, grades = [], []
    for need in session.scalars(select(Need).order_by(Need.id)):
        wanted = np.array([offers[key] for key in answers.get(need.external_key or "", [])], dtype=np.int64)
        found = matcher.scores(session, need, PostingKind.OFFER)
        missed = np.setdiff1d(wanted, found.ids)
        scores.append(np.concatenate([found.relevance, np.full(missed.size, -np.inf)]))
        grades.append(np.concatenate([np.isin(found.ids, wanted), np.ones(missed.size)]).astype(np.float64))
    return Judged(scores, grades)


def with_posted_cutoffs(weights: Weights, judged: Judged, judged_words: Judged) -> Weights:
    """Weights with the cut-offs of posted needs, and the figures of each level in the provenance."""
    posted = _cutoffs(judged)
    posted_words = _cutoffs(judged_words)
    told = {
        "labels": "answers of the demonstration territory, written with its texts: not independent",
        "ranking": ranking(judged),
        "levels": level_table(judged, posted),
        "levels_words_alone": level_table(judged_words, posted_words),
    }
    provenance = {**weights.provenance, "territory": told}
    return replace(weights, posted_cutoffs=posted, posted_lexical_cutoffs=posted_words, provenance=provenance)


def _cutoffs(judged: Judged) -> Cutoffs:
    found = [(scores[np.isfinite(scores)], grades[np.isfinite(scores)]) for scores, grades in _pairs(judged)]
    return choose_cutoffs([([scores for scores, _ in found], [grades for _, grades in found])], LAST_IS_RIGHT)


def _pairs(judged: Judged) -> list[tuple[Floats, Floats]]:
    return list(zip(judged.scores, judged.grades, strict=True))


def ranking(judged: Judged) -> dict[str, float]:
    """Figures over the needs that some offer answers; ties count against us."""
    asked = [(scores[None, :], grades[None, :]) for scores, grades in _pairs(judged) if grades.any()]
    return {
        "needs": len(asked),
        "ndcg@10": _mean([ndcg_at_k(*pair, 10)[0] for pair in asked]),
        "mrr": _mean([reciprocal_rank(*pair)[0] for pair in asked]),
        "recall@10": _mean([recall_at_k(*pair, 10)[0] for pair in asked]),
    }


def level_table(judged: Judged, cutoffs: Cutoffs) -> dict[str, Any]:
    """Precision and cards a need of each level, and the share of needs that are shown anything."""
    bounds = {"strong": (cutoffs.strong, 2.0), "good": (cutoffs.good, cutoffs.strong)}
    bounds["partial"] = (cutoffs.partial, cutoffs.good)
    scores, grades = np.concatenate(judged.scores), np.concatenate(judged.grades)
    table: dict[str, Any] = {}
    for level, (low, high) in bounds.items():
        band = (scores >= low) & (scores < high)
        precision = round(float(grades[band].mean()), 3) if band.any() else None
        table[level] = {"precision": precision, "per_need": round(float(band.sum()) / len(judged.scores), 2)}
    table["needs_shown_any"] = _mean([float(row.max(initial=0.0) >= cutoffs.partial) for row in judged.scores])
    return table


def _mean(values: list[float]) -> float:
    return round(float(np.mean(values)), 3)
