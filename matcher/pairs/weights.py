"""Parameters of the score of :mod:`matcher.pairs.relevance`: weights, cut-offs, and how they are kept in a file.

Those that ship are in ``weights.json``, with the figures that justify them; :mod:`matcher.evaluation.fit` finds them.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from matcher.pairs.calibration import Calibration

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """Lowest score of each level, in [0, 1]; ``strong >= good >= partial``."""

    strong: float
    good: float
    partial: float

    def __post_init__(self) -> None:
        if not 0.0 < self.partial <= self.good <= self.strong <= 1.0:
            raise ValueError(f"Cut-offs must fall from strong to partial within ]0, 1]: {self}.")


@dataclass(frozen=True, slots=True)
class Weights:
    """Parameters of the score: log-odds per unit of evidence, all >= 0 but intercepts and background.

    `provenance` is carried, not used: model, date, data with hashes, and the held-out figures.
    """

    dense: float
    words: float
    background: float
    intercept: float
    usual_background: float
    cutoffs: Cutoffs
    lexical_words: float
    lexical_intercept: float
    lexical_cutoffs: Cutoffs
    posted: Calibration
    posted_lexical: Calibration
    must: float = 1.5
    nice: float = 0.75
    themes: float = 0.75
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("dense", "words", "lexical_words", "must", "nice", "themes"):
            if not (math.isfinite(getattr(self, name)) and getattr(self, name) >= 0.0):
                raise ValueError(f"Weight {name} must be a number of at least 0: more evidence never lowers.")
        for name in ("background", "intercept", "usual_background", "lexical_intercept"):
            if not math.isfinite(getattr(self, name)):
                raise ValueError(f"Weight {name} must be a finite number.")

    @classmethod
    def from_json(cls, text: str) -> Weights:
        """Read weights; raises ValueError with a clear sentence when the text does not hold them."""
        try:
            values = json.loads(text)
            for name in ("cutoffs", "lexical_cutoffs"):
                values[name] = Cutoffs(**values[name])
            for name in ("posted", "posted_lexical"):
                values[name] = Calibration(**values[name])
            return cls(**values)
        except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as error:
            raise ValueError(f"These are not relevance weights: {error}.") from error

    def to_json(self) -> str:
        """Write weights as indented JSON that :meth:`from_json` reads back equal."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"


@cache
def shipped_weights() -> Weights:
    """The weights that come with the project, fitted for its own encoder."""
    return Weights.from_json(files(__package__).joinpath("weights.json").read_text(encoding="utf-8"))
