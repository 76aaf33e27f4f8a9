"""The chance that a proposal for a posted need is an answer, from its score and from how it stands out.

A score alone misleads between needs: one that is told vaguely resembles every offer a little, and its
right answer scores lower than a wrong one of a need that is told precisely. How far a candidate stands
above the others of the same need tells as much. Within one need both rise together, so the order never
changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Candidates that the usual mean and spread count for, so that a handful of offers does not decide
#: by itself what "standing out" means. Chosen, not measured.
PRIOR: Final = 20.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """Log-odds of being an answer: ``intercept + log_odds * x + standing * z``; both factors are >= 0.

    ``usual_mean`` and ``usual_spread`` are those of the log-odds of a need's candidates.
    """

    intercept: float
    log_odds: float
    standing: float
    usual_mean: float
    usual_spread: float

    def __post_init__(self) -> None:
        if self.log_odds < 0 or self.standing < 0 or self.usual_spread <= 0:
            raise ValueError(f"A calibration never falls with the score: {self}.")


def standing_out(log_odds: Floats, calibration: Calibration) -> Floats:
    """Standard deviations above the mean of the candidates of one need, shape (n,)."""
    total = log_odds.size + PRIOR
    mean = (log_odds.sum() + PRIOR * calibration.usual_mean) / total
    squares = ((log_odds - mean) ** 2).sum() + PRIOR * calibration.usual_spread**2
    return np.asarray((log_odds - mean) / np.sqrt(squares / total), dtype=np.float64)


def chance(log_odds: Floats, calibration: Calibration) -> Floats:
    """Chance in [0, 1] that each candidate is an answer, shape (n,).

    >>> usual = Calibration(-1.5, 0.5, 1.0, usual_mean=-5.0, usual_spread=1.0)
    >>> alone = chance(np.array([-1.0]), usual)
    >>> among_many = chance(np.concatenate([[-1.0], np.full(100, -1.2)]), usual)
    >>> bool(among_many[0] < alone[0])
    True
    """
    told = calibration.intercept + calibration.log_odds * log_odds
    told = told + calibration.standing * standing_out(log_odds, calibration)
    return np.asarray(1.0 / (1.0 + np.exp(-told)), dtype=np.float64)
