"""The funnel as a footbridge that comes down: one pier a stage, as high as pairs came that far. Pure geometry.

Everything is told by attributes of the drawing: the site's pages carry no inline style.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from matcher.oversight.funnel import Path, Stage, Step
from matcher.vocabulary import PostingKind

#: Size of the drawing, in its own units.
WIDTH: Final = 700
HEIGHT: Final = 300
#: Where the water begins, and how high the first pier may stand above it.
GROUND: Final = 250
TALLEST: Final = 200
PIER: Final = 52
#: A pier of which at least one pair came is never too low to be seen.
LEAST: Final = 3


@dataclass(frozen=True, slots=True)
class Pier:
    """One stage: its place, its number, and the part of its height that is the need's side's first yes."""

    stage: Stage
    number: int
    count: int
    x: int
    y: int
    height: int
    need_height: int

    @property
    def middle(self) -> int:
        """Where the deck rests."""
        return self.x + PIER // 2


@dataclass(frozen=True, slots=True)
class Picture:
    """All piers, and the deck that comes down from one to the next."""

    piers: tuple[Pier, ...]
    deck: str
    width: int = WIDTH
    height: int = HEIGHT
    ground: int = GROUND
    pier: int = PIER


def piers_of(steps: Sequence[Step], paths: Sequence[Path]) -> Picture:
    """The drawing of a funnel; heights are proportional to counts."""
    most = max((step.count for step in steps), default=0) or 1
    apart = WIDTH / len(steps)
    first = [path.first_yes for path in paths if path.first_yes is not None]
    need_share = first.count(PostingKind.NEED) / len(first) if first else 0.0
    piers = []
    for position, step in enumerate(steps):
        height = max(round(TALLEST * step.count / most), LEAST) if step.count else 0
        x = round(apart * position + (apart - PIER) / 2)
        need = round(height * need_share) if step.stage is Stage.ONE_YES else 0
        piers.append(Pier(step.stage, position + 1, step.count, x, GROUND - height, height, need))
    return Picture(tuple(piers), _deck(piers))


def _deck(piers: Sequence[Pier]) -> str:
    """One curve over the piers, level where it rests on each."""
    start = f"M{piers[0].middle} {piers[0].y}"
    curves = []
    for one, other in pairwise(piers):
        half = (one.middle + other.middle) // 2
        curves.append(f"C{half} {one.y} {half} {other.y} {other.middle} {other.y}")
    return " ".join([start, *curves])
