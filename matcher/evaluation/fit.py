"""Fit of the relevance weights on labelled queries, with held-out figures beside baselines.

One logistic regression on two candidate parts (meaning, words) and one query part (background),
a second one on words alone; signs are bounded, so that more evidence never lowers the score. All
figures come from folds that the fit has not seen: queries of one group (the same need told in two
languages) stay in one fold. Everything is deterministic.
"""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from matcher.evaluation.figures import calibration_table, level_figures, ranking_figures
from matcher.pairs.calibration import Calibration
from matcher.pairs.relevance import Evidence, background_evidence, meaning_evidence, relevance, words_evidence
from matcher.pairs.weights import Cutoffs, Weights

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from matcher.evaluation.labelled import LabelledQuery, LabelledSet

    Floats = NDArray[np.float64]

#: Chance of being right that the *last* candidate of each level keeps. Chosen from the held-out curve:
#: the levels as a whole then come out near 8, 4 and 1 in 10. Partial goes that low because a need in
#: plain words resembles its answer little; labels name one answer a need, so all three are lower bounds.
LAST_IS_RIGHT: Final = {"strong": 0.55, "good": 0.35, "partial": 0.07}

#: Scores below this are not looked at for cut-offs: hardly any is right.
LOWEST_CUTOFF: Final = 0.001

#: Ridge penalty on the weights (not on intercepts): only there to keep the fit of a tiny set finite.
RIDGE: Final = 1e-3

FOLDS: Final = 5

#: Placeholder until the demonstration territory has set it (:mod:`matcher.evaluation.territory`).
UNSET: Final = Calibration(0.0, 1.0, 0.0, 0.0, 1.0)


def fit(sets: Sequence[LabelledSet], provenance: Mapping[str, Any] | None = None) -> Weights:
    """Fit weights and cut-offs, and note the held-out figures in their provenance.

    Parameters
    ----------
    sets
        At least one with an importance above 0 and one whose labels set the cut-offs.
    provenance
        What the caller knows and this function does not: model id, date, hashes of the data.

    Raises
    ------
    ValueError
        When no set teaches, or none sets the cut-offs.
    """
    if not any(each.importance > 0 and each.has_answers for each in sets):
        raise ValueError("The fit needs a set with labelled answers and an importance above 0.")
    if not any(each.sets_cutoffs and each.has_answers for each in sets):
        raise ValueError("The fit needs a set whose labels set the cut-offs.")
    held_out, held_out_lexical = _held_out_scores(sets)
    judges = [at for at, each in enumerate(sets) if each.sets_cutoffs and each.has_answers]
    cutoffs = choose_cutoffs([(held_out[at], sets[at].grades) for at in judges])
    lexical = choose_cutoffs([(held_out_lexical[at], sets[at].grades) for at in judges])
    weights = replace(
        _fit_parameters(sets),
        cutoffs=cutoffs,
        lexical_cutoffs=lexical,
    )
    figures = {
        "ndcg@10": ranking_figures(sets, held_out),
        "levels": level_figures(sets, held_out, cutoffs),
        "levels_words_alone": level_figures(sets, held_out_lexical, lexical),
        "calibration": calibration_table([(held_out[at], sets[at].grades) for at in judges]),
    }
    return replace(weights, provenance={**(provenance or {}), "held_out": figures})


def choose_cutoffs(judged: Sequence[tuple[list[Floats], list[Floats]]]) -> Cutoffs:
    """Lowest score of each level, where the chance of being right reaches :data:`LAST_IS_RIGHT`.

    `judged` holds, for each set, the scores and the grades of its queries. The chance at a score is
    the isotonic (never falling) regression of right on score; every set weighs the same, however
    many queries it has. A level that the labels never reach starts where the better one does.
    """
    score = np.concatenate([np.concatenate(scores) for scores, _ in judged])
    right = np.concatenate([np.concatenate(grades) for _, grades in judged]) > 0
    mass = np.concatenate([np.full(sum(map(len, scores)), 1.0 / len(scores)) for scores, _ in judged])
    looked_at = np.flatnonzero(score >= LOWEST_CUTOFF)
    order = looked_at[np.argsort(score[looked_at], kind="stable")]
    chance = isotonic(right[order].astype(np.float64), mass[order])
    chosen: dict[str, float] = {}
    above = 1.0
    for level, wanted in LAST_IS_RIGHT.items():
        reached = score[order][chance >= wanted]
        above = min(above, round(float(reached[0]), 3)) if reached.size else above
        chosen[level] = above
    return Cutoffs(**chosen)


def isotonic(values: Floats, mass: Floats) -> Floats:
    """Weighted least-squares fit that never falls (pool adjacent violators), same shape as `values`.

    >>> isotonic(np.array([0.0, 1.0, 0.0, 1.0]), np.ones(4)).tolist()
    [0.0, 0.5, 0.5, 1.0]
    """
    means: list[float] = []
    masses: list[float] = []
    sizes: list[int] = []
    for value, weight in zip(values.tolist(), mass.tolist(), strict=True):
        mean, total, size = value, weight, 1
        while means and means[-1] >= mean:
            mean = (means[-1] * masses[-1] + mean * total) / (masses[-1] + total)
            total, size = total + masses.pop(), size + sizes.pop()
            means.pop()
        means.append(mean)
        masses.append(total)
        sizes.append(size)
    return np.repeat(np.array(means, dtype=np.float64), sizes)


def _held_out_scores(sets: Sequence[LabelledSet]) -> tuple[list[list[Floats]], list[list[Floats]]]:
    """Scores of every query by weights that did not see its group: with vectors, and with words alone."""
    scores: list[list[Floats]] = [[np.zeros(0)] * len(each.queries) for each in sets]
    lexical: list[list[Floats]] = [[np.zeros(0)] * len(each.queries) for each in sets]
    for fold in range(FOLDS):
        kept = [replace(each, queries=tuple(query for query in each.queries if _fold(query) != fold)) for each in sets]
        weights = _fit_parameters(kept)
        for at, each in enumerate(sets):
            for place, query in enumerate(each.queries):
                if _fold(query) == fold:
                    scores[at][place] = relevance(query.evidence, weights)
                    lexical[at][place] = relevance(_without_vectors(query.evidence), weights)
    return scores, lexical


def _fit_parameters(sets: Sequence[LabelledSet]) -> Weights:
    """Weights of both models on the given sets; the cut-offs are placeholders."""
    taught = [each for each in sets if each.importance > 0 and each.queries]
    usual = float(np.mean([query.evidence.background or 0.0 for each in taught for query in each.queries]))
    rows = [(each, query) for each in taught for query in each.queries]
    counts = np.array([len(query.grades) for _, query in rows])
    mass = np.repeat([each.importance / len(each.queries) for each, _ in rows], counts)
    right = np.concatenate([query.grades for _, query in rows]) > 0
    words = np.concatenate([words_evidence(query.evidence) for _, query in rows])
    meaning = np.concatenate([meaning_evidence(query.evidence) for _, query in rows])
    background = np.repeat([background_evidence(query.evidence, usual) for _, query in rows], counts)
    both = np.column_stack([meaning, words, background])
    hybrid = _logistic(both, right, mass, [(0.0, None), (0.0, None), (None, 0.0)])
    lexical = _logistic(words[:, None], right, mass, [(0.0, None)])
    unset = Cutoffs(1.0, 1.0, 1.0)
    return Weights(
        dense=round(hybrid[0], 4),
        words=round(hybrid[1], 4),
        background=round(hybrid[2], 4),
        intercept=round(hybrid[3], 4),
        usual_background=round(usual, 4),
        cutoffs=unset,
        lexical_words=round(lexical[0], 4),
        lexical_intercept=round(lexical[1], 4),
        lexical_cutoffs=unset,
        posted=UNSET,
        posted_lexical=UNSET,
    )


def _logistic(
    features: Floats, right: NDArray[np.bool_], mass: Floats, bounds: list[tuple[float | None, float | None]]
) -> list[float]:
    """Coefficients, then intercept, of a ridge logistic regression with bounded signs."""
    from scipy.optimize import minimize  # noqa: PLC0415  # development only: the service never loads it

    def loss(parameters: Floats) -> tuple[float, Floats]:
        coefficients, intercept = parameters[:-1], parameters[-1]
        odds = features @ coefficients + intercept
        value = mass @ (np.logaddexp(0.0, odds) - right * odds) + RIDGE * coefficients @ coefficients
        residual = mass * (np.exp(-np.logaddexp(0.0, -odds)) - right)
        gradient = np.append(residual @ features + 2.0 * RIDGE * coefficients, residual.sum())
        return float(value), gradient

    start = np.append(np.zeros(features.shape[1]), -5.0)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)])
    return [float(value) for value in found.x]


def _fold(query: LabelledQuery) -> int:
    return zlib.crc32(query.group.encode()) % FOLDS


def _without_vectors(evidence: Evidence) -> Evidence:
    unknown = np.full_like(evidence.whole, np.nan)
    return replace(evidence, whole=unknown, sentences=unknown)
