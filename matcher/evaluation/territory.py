"""How good proposals are in the demonstration territory, whose needs name every offer that answers them.

Its labels were written with its texts, by the same hands: good for calibrating the named levels and
for noticing a fall, not for comparing with other systems. ``pairs_dev`` is there for that.
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

from matcher.evaluation.metrics import ndcg_at_k, recall_at_k, reciprocal_rank
from matcher.pairs.calibration import Calibration, chance, standing_out
from matcher.pairs.relevance import POSTED_CHANCE
from matcher.pairs.service import Matcher
from matcher.pairs.weights import Weights
from matcher.store import Need, Offer
from matcher.vocabulary import PostingKind

Floats = NDArray[np.float64]

FOLDS: Final = 5


@dataclass(frozen=True, slots=True)
class Judged:
    """Log-odds and grades (1 for an answer) of each need's candidates, and answers that were no candidates."""

    log_odds: list[Floats]
    grades: list[Floats]
    missed: list[int]


def judge(session: Session, matcher: Matcher, folder: Path) -> Judged:
    """Score the candidates of every need of the demonstration."""
    lines = (folder / "answers.jsonl").read_text("utf-8").splitlines()
    answers: Mapping[str, list[str]] = {row["need"]: row["offers"] for row in map(json.loads, lines)}
    offers = {key: row_id for row_id, key in session.execute(select(Offer.id, Offer.external_key))}
    judged = Judged([], [], [])
    for need in session.scalars(select(Need).order_by(Need.id)).all():
        wanted = np.array([offers[key] for key in answers.get(need.external_key or "", [])], dtype=np.int64)
        found = matcher.scores(session, need, PostingKind.OFFER)
        score = np.clip(found.relevance, 1e-12, 1 - 1e-12)
        judged.log_odds.append(np.log(score) - np.log1p(-score))
        judged.grades.append(np.isin(found.ids, wanted).astype(np.float64))
        judged.missed.append(int(np.setdiff1d(wanted, found.ids).size))
    return judged


def with_posted_levels(weights: Weights, judged: Judged, judged_words: Judged) -> Weights:
    """Weights with the calibration of posted needs, and the held-out figures of each level in the provenance."""
    told = {
        "labels": "answers of the demonstration territory, written with its texts: not independent",
        "ranking": ranking(judged),
        "levels": level_table(judged),
        "levels_words_alone": level_table(judged_words),
    }
    return replace(
        weights,
        posted=calibrate(judged),
        posted_lexical=calibrate(judged_words),
        provenance={**weights.provenance, "territory": told},
    )


def calibrate(judged: Judged) -> Calibration:
    """Logistic regression of "is an answer" on log-odds and standing; neither may count against."""
    from scipy.optimize import minimize  # noqa: PLC0415  (comes with sentence-transformers; half a second to import)

    everything = np.concatenate(judged.log_odds)
    usual = Calibration(0.0, 1.0, 0.0, round(float(everything.mean()), 4), round(float(_spread(judged)), 4))
    standing = np.concatenate([standing_out(values, usual) for values in judged.log_odds])
    right = np.concatenate(judged.grades) > 0
    columns = np.column_stack([np.ones_like(standing), everything, standing])

    def loss(parameters: Floats) -> tuple[float, Floats]:
        told = columns @ parameters
        gradient = columns.T @ (1.0 / (1.0 + np.exp(-told)) - right)
        return float(np.logaddexp(0.0, np.where(right, -told, told)).sum()), gradient

    bounds = [(None, None), (0.0, None), (0.0, None)]
    found = minimize(loss, np.array([0.0, 1.0, 0.0]), jac=True, bounds=bounds, method="L-BFGS-B").x
    return replace(
        usual,
        intercept=round(float(found[0]), 4),
        log_odds=round(float(found[1]), 4),
        standing=round(float(found[2]), 4),
    )


def _spread(judged: Judged) -> float:
    return float(np.mean([values.std() for values in judged.log_odds if values.size > 1]))


def ranking(judged: Judged) -> dict[str, float]:
    """Figures over the needs that some offer answers; ties and answers that were not found count against us."""
    asked = []
    for scores, grades, missed in zip(judged.log_odds, judged.grades, judged.missed, strict=True):
        if grades.any() or missed:
            values = np.concatenate([scores, np.full(missed, -np.inf)])
            asked.append((values[None, :], np.concatenate([grades, np.ones(missed)])[None, :]))
    return {
        "needs": len(asked),
        "ndcg@10": _mean([float(ndcg_at_k(*pair, 10)[0]) for pair in asked]),
        "mrr": _mean([float(reciprocal_rank(*pair)[0]) for pair in asked]),
        "recall@10": _mean([float(recall_at_k(*pair, 10)[0]) for pair in asked]),
    }


def level_table(judged: Judged) -> dict[str, Any]:
    """Held-out precision and cards a need of each level, and the share of needs that are shown anything."""
    chances = _held_out(judged)
    everything, right = np.concatenate(chances), np.concatenate(judged.grades) > 0
    bounds = {
        "strong": (POSTED_CHANCE.strong, 2.0),
        "good": (POSTED_CHANCE.good, POSTED_CHANCE.strong),
        "partial": (POSTED_CHANCE.partial, POSTED_CHANCE.good),
    }
    table: dict[str, Any] = {}
    for level, (low, high) in bounds.items():
        band = (everything >= low) & (everything < high)
        precision = round(float(right[band].mean()), 3) if band.any() else None
        table[level] = {"precision": precision, "per_need": round(float(band.sum()) / len(chances), 2)}
    table["needs_shown_any"] = _mean([float(values.max(initial=0.0) >= POSTED_CHANCE.partial) for values in chances])
    return table


def _held_out(judged: Judged) -> list[Floats]:
    """Chance of each candidate by a calibration that has not seen its need."""
    chances: list[Floats] = [np.zeros(0)] * len(judged.log_odds)
    for fold in range(FOLDS):
        seen = [place for place in range(len(chances)) if place % FOLDS != fold]
        calibration = calibrate(
            Judged(
                [judged.log_odds[i] for i in seen], [judged.grades[i] for i in seen], [judged.missed[i] for i in seen]
            )
        )
        for place in range(fold, len(chances), FOLDS):
            chances[place] = chance(judged.log_odds[place], calibration)
    return chances


def _mean(values: list[float]) -> float:
    return round(float(np.mean(values)), 3)
