"""Figures that justify the weights: rankings beside baselines, precision of levels, calibration.

All of them take scores of queries that the weights have not seen, one list of arrays a set.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from matcher.evaluation.bootstrap import paired_difference
from matcher.evaluation.metrics import ndcg_at_k
from matcher.pairs.relevance import meaning_evidence
from matcher.pairs.weights import Cutoffs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from matcher.evaluation.labelled import LabelledQuery, LabelledSet

    Floats = NDArray[np.float64]


def ranking_figures(sets: Sequence[LabelledSet], held_out: Sequence[list[Floats]]) -> dict[str, Any]:
    """nDCG@10 of each set with answers: ours on held-out folds, beside methods that need no fit.

    Differences carry 95 % bootstrap intervals over queries.
    """
    figures: dict[str, Any] = {}
    for each, scores in zip(sets, held_out, strict=True):
        if not each.has_answers:
            continue
        pairs = [pair for pair in zip(each.queries, scores, strict=True) if pair[0].has_answer]
        asked = [query for query, _ in pairs]
        ours = [score for _, score in pairs]
        values = {name: _ndcg(asked, listed) for name, listed in {"ours": ours, **_baselines(asked)}.items()}
        figures[each.name] = {
            "queries": len(asked),
            **{name: round(float(value.mean()), 3) for name, value in values.items()},
            "ours_minus_dense": str(paired_difference(values["ours"], values["dense"])),
            "ours_minus_words": str(paired_difference(values["ours"], values["words"])),
        }
    return figures


def level_figures(sets: Sequence[LabelledSet], held_out: Sequence[list[Floats]], cutoffs: Cutoffs) -> dict[str, Any]:
    """Per set: precision and candidates a query of each level, and queries that are shown anything."""
    bounds = {
        "strong": (cutoffs.strong, 1.0),
        "good": (cutoffs.good, cutoffs.strong),
        "partial": (cutoffs.partial, cutoffs.good),
    }
    figures: dict[str, Any] = {}
    for each, scores in zip(sets, held_out, strict=True):
        score, right = np.concatenate(scores), np.concatenate(each.grades) > 0
        figures[each.name] = {
            level: _level_figure(score, right, low, high, len(scores)) for level, (low, high) in bounds.items()
        }
        shown = [listed.max(initial=0.0) >= cutoffs.partial for listed in scores]
        figures[each.name]["queries_shown_any"] = round(float(np.mean(shown)), 2)
    return figures


def _level_figure(
    score: Floats, right: NDArray[np.bool_], low: float, high: float, queries: int
) -> dict[str, float | None]:
    band = (score >= low) & ((score < high) | (high == 1.0))
    precision = round(float(right[band].mean()), 3) if band.any() else None
    return {"precision": precision, "per_query": round(float(band.sum()) / queries, 2)}


def calibration_table(judged: Sequence[tuple[list[Floats], list[Floats]]]) -> list[dict[str, float]]:
    """Mean score beside the share of right ones, by band of score, over all sets that set the cut-offs."""
    score = np.concatenate([np.concatenate(scores) for scores, _ in judged])
    right = np.concatenate([np.concatenate(grades) for _, grades in judged]) > 0
    edges = [0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.01]
    table = []
    for low, high in pairwise(edges):
        band = (score >= low) & (score < high)
        if band.any():
            table.append(
                {
                    "from": low,
                    "candidates": int(band.sum()),
                    "mean_score": round(float(score[band].mean()), 3),
                    "right": round(float(right[band].mean()), 3),
                }
            )
    return table


def _baselines(queries: Sequence[LabelledQuery]) -> dict[str, list[Floats]]:
    """Scores of the methods that need no labels, one array a query."""
    meaning = [meaning_evidence(query.evidence) for query in queries]
    words = [query.evidence.words.share for query in queries]
    return {
        "dense_whole": [query.evidence.whole for query in queries],
        "dense_sentences": [query.evidence.sentences for query in queries],
        "dense": meaning,
        "words": words,
        "z_scores": [_standard(a) + _standard(b) for a, b in zip(meaning, words, strict=True)],
        "reciprocal_ranks": [_by_rank(a) + _by_rank(b) for a, b in zip(meaning, words, strict=True)],
    }


def _standard(scores: Floats) -> Floats:
    return np.asarray((scores - scores.mean()) / (scores.std() + 1e-9), dtype=np.float64)


def _by_rank(scores: Floats) -> Floats:
    """1 / (60 + rank), the usual constant; equal scores share the worst rank of their tie."""
    ordered = np.sort(scores)
    rank = len(scores) - np.searchsorted(ordered, scores, side="left")
    return np.asarray(1.0 / (60.0 + rank), dtype=np.float64)


def _ndcg(queries: Sequence[LabelledQuery], scores: Sequence[Floats]) -> Floats:
    """nDCG@10 of each query; documents that were no candidates count as not proposed."""
    values = []
    for query, score in zip(queries, scores, strict=True):
        missed = np.array(query.missed, dtype=np.float64)
        proposed = np.append(score, np.full(len(missed), -np.inf))
        values.append(ndcg_at_k(proposed[None], np.append(query.grades, missed)[None], 10)[0])
    return np.array(values)
