"""Ranking metrics, one figure per query, ties always counted against us.

Every function takes two arrays of shape (queries, documents):

- `scores`, float: higher is better; ``-inf`` means *not proposed* and never counts as found
  (also the padding to use where queries have different numbers of candidates);
- `grades`, float >= 0: how well the document answers the query, 0 for not at all.

Among equal scores the less relevant document is placed first: a score that cannot tell two
documents apart gets the worst order that it allows. Cost: one sort per query.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def worst_order(scores: Floats, grades: Floats) -> NDArray[np.intp]:
    """Document positions from first to last place, shape (queries, documents).

    >>> worst_order(np.array([[0.5, 0.9, 0.5]]), np.array([[1.0, 0.0, 0.0]])).tolist()
    [[1, 2, 0]]
    """
    checked_scores, checked_grades = _checked(scores, grades)
    return np.lexsort((checked_grades, -checked_scores), axis=-1)


def recall_at_k(scores: Floats, grades: Floats, k: int) -> Floats:
    """Share of the relevant documents found in the first `k` places, shape (queries,), in [0, 1].

    >>> recall_at_k(np.array([[3.0, 2.0, 1.0]]), np.array([[0.0, 1.0, 1.0]]), k=2).tolist()
    [0.5]
    """
    _, found = _in_order(scores, grades)
    relevant = (np.asarray(grades) > 0).sum(axis=-1)
    return np.asarray((found[:, :k] > 0).sum(axis=-1) / relevant, dtype=np.float64)


def reciprocal_rank(scores: Floats, grades: Floats) -> Floats:
    """One over the place of the first relevant document, 0 when none is proposed, shape (queries,).

    >>> reciprocal_rank(np.array([[3.0, 2.0, 1.0]]), np.array([[0.0, 1.0, 1.0]])).tolist()
    [0.5]
    """
    _, found = _in_order(scores, grades)
    hit = found > 0
    return np.where(hit.any(axis=-1), 1.0 / (hit.argmax(axis=-1) + 1.0), 0.0)


def ndcg_at_k(scores: Floats, grades: Floats, k: int) -> Floats:
    """Normalised discounted cumulative gain of the first `k` places, shape (queries,), in [0, 1].

    Gain ``2**grade - 1``, discount ``log2(place + 1)`` (Järvelin and Kekäläinen, 2002, with the
    exponential gain usual since); 1 is the best order that the grades allow.

    >>> ndcg_at_k(np.array([[3.0, 2.0]]), np.array([[0.0, 1.0]]), k=10).round(3).tolist()
    [0.631]
    """
    _, found = _in_order(scores, grades)
    best = -np.sort(-np.asarray(grades, dtype=np.float64), axis=-1)
    return _discounted_gain(found, k) / _discounted_gain(best, k)


def summary(scores: Floats, grades: Floats) -> dict[str, float]:
    """Means over queries of the figures that the reports show, in the order in which they show them."""
    return {
        "ndcg@10": float(ndcg_at_k(scores, grades, 10).mean()),
        "mrr": float(reciprocal_rank(scores, grades).mean()),
        "recall@1": float(recall_at_k(scores, grades, 1).mean()),
        "recall@10": float(recall_at_k(scores, grades, 10).mean()),
        "recall@50": float(recall_at_k(scores, grades, 50).mean()),
    }


def _in_order(scores: Floats, grades: Floats) -> tuple[NDArray[np.intp], Floats]:
    """The worst order and the grades found along it; what is not proposed counts as grade 0."""
    if not (np.asarray(grades) > 0).any(axis=-1).all():
        raise ValueError("Every query needs at least one relevant document (a grade above 0).")
    order = worst_order(scores, grades)
    proposed = np.where(np.isneginf(scores), 0.0, grades)
    return order, np.take_along_axis(proposed, order, axis=-1)


def _discounted_gain(grades: Floats, k: int) -> Floats:
    kept = grades[:, :k]
    discount = np.log2(np.arange(2, kept.shape[1] + 2))
    return np.asarray(((2.0**kept - 1.0) / discount).sum(axis=-1), dtype=np.float64)


def _checked(scores: Floats, grades: Floats) -> tuple[Floats, Floats]:
    checked_scores = np.asarray(scores, dtype=np.float64)
    checked_grades = np.asarray(grades, dtype=np.float64)
    if checked_scores.ndim != 2 or checked_scores.shape != checked_grades.shape:
        raise ValueError(
            "Scores and grades need the same shape (queries, documents): "
            f"got {checked_scores.shape} and {checked_grades.shape}."
        )
    if np.isnan(checked_scores).any():
        raise ValueError("A score is not a number (NaN): it has no place in an order.")
    return checked_scores, checked_grades
