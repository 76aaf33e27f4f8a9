"""How sure a figure is: percentile bootstrap over queries, seeded.

The queries are what was drawn at random, so they are what is resampled; documents stay as they are.
Intervals say nothing about queries of another kind than those of the set.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Enough for bounds steady to the third digit on sets of a few hundred queries. Chosen, not measured.
RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over queries and the bounds between which it falls when queries are drawn again.

    `above_zero` is the share of resamples whose mean is above 0: for a difference, how often the
    first method wins.
    """

    mean: float
    low: float
    high: float
    above_zero: float

    def __str__(self) -> str:
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


def mean_interval(
    values: NDArray[np.float64], *, confidence: float = 0.95, resamples: int = RESAMPLES, seed: int = 0
) -> Interval:
    """Percentile bootstrap interval of the mean of `values`, shape (queries,).

    Raises
    ------
    ValueError
        When there is no value, or `confidence` is not between 0 and 1.

    >>> mean_interval(np.array([1.0, 1.0, 1.0])).low
    1.0
    """
    sample = np.asarray(values, dtype=np.float64)
    if sample.ndim != 1 or sample.size == 0:
        raise ValueError("An interval needs at least one value, in one dimension.")
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"The confidence must lie between 0 and 1, not {confidence}.")
    drawn = np.random.default_rng(seed).integers(0, sample.size, size=(resamples, sample.size))
    means = sample[drawn].mean(axis=1)
    tail = (1.0 - confidence) / 2.0
    low, high = np.quantile(means, [tail, 1.0 - tail])
    return Interval(float(sample.mean()), float(low), float(high), float((means > 0).mean()))


def paired_difference(
    ours: NDArray[np.float64],
    theirs: NDArray[np.float64],
    *,
    confidence: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Interval:
    """Interval of the mean of ``ours - theirs``, both of shape (queries,) over the same queries.

    Pairing removes the spread between easy and hard queries, which hides most differences.

    >>> str(paired_difference(np.array([0.5, 1.0]), np.array([0.25, 0.75])))
    '0.250 [0.250, 0.250]'
    """
    if np.shape(ours) != np.shape(theirs):
        raise ValueError("A paired difference needs the same queries on both sides.")
    difference = np.asarray(ours, dtype=np.float64) - np.asarray(theirs, dtype=np.float64)
    return mean_interval(difference, confidence=confidence, resamples=resamples, seed=seed)
