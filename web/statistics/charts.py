"""Bars as SVG: places and lengths alone. Colours are in ``css/statistics.css``, words in the templates.

The numbers of a drawing stand in the table beside it; whoever does not see the drawing loses nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from matcher.insights.figures import SMALLEST, YearRow

#: Units of the view box, which the page scales: a bar of the largest count, and a line of words with its bar.
WIDTH: Final = 320
BAR_WIDTH: Final = 240
LINE: Final = 40
BAR_HEIGHT: Final = 14
#: Shortest bar of a count that is not zero: thinner ones are not seen.
SHORTEST: Final = 3.0

COLUMNS_HEIGHT: Final = 150
COLUMNS_GAP: Final = 34


class Bar(NamedTuple):
    """One line of bars: its words above, its bar below. ``value`` is None for one that is held back."""

    name: str
    value: int | None
    y: int
    length: float


class Bars(NamedTuple):
    """A drawing of horizontal bars and its height."""

    bars: tuple[Bar, ...]
    height: int


class Column(NamedTuple):
    """One upright bar; ``kind`` chooses its colour."""

    kind: str
    x: float
    y: float
    width: float
    height: float


class Year(NamedTuple):
    """The columns of one year, and where its name stands."""

    row: YearRow
    middle: float
    columns: tuple[Column, ...]


def bars(rows: Sequence[tuple[str, int | None]]) -> Bars:
    """Horizontal bars in the order of ``rows``, the largest of full length.

    >>> [bar.length for bar in bars([("a", 20), ("b", 10), ("c", 0), ("d", None)]).bars]
    [240.0, 120.0, 0.0, 60.0]
    """
    most = max((count or 0 for _, count in rows), default=0)
    most = max(most, SMALLEST)
    found = [
        Bar(name, count, place * LINE, _length(SMALLEST if count is None else count, most))
        for place, (name, count) in enumerate(rows)
    ]
    return Bars(tuple(found), len(rows) * LINE)


def columns(years: Sequence[YearRow]) -> tuple[Year, ...]:
    """Needs, offers and introductions of each year side by side, on one scale; a held back count has no column."""
    most = max((max(row.needs, row.offers, row.introduced or 0) for row in years), default=0)
    step = WIDTH / max(len(years), 3)
    width = min(step / 4, 28.0)
    found = []
    for place, row in enumerate(years):
        middle = step * (place + 0.5)
        parts = (("need", row.needs), ("offer", row.offers), ("met", row.introduced or 0))
        drawn = [
            _column(kind, middle + width * (at - 1.5), width, count, most)
            for at, (kind, count) in enumerate(parts)
            if count
        ]
        found.append(Year(row, round(middle, 1), tuple(drawn)))
    return tuple(found)


def _column(kind: str, x: float, width: float, count: int, most: int) -> Column:
    height = max(COLUMNS_HEIGHT * count / most, SHORTEST)
    return Column(kind, round(x, 1), round(COLUMNS_HEIGHT - height, 1), round(width - 3, 1), round(height, 1))


def _length(count: int, most: int) -> float:
    return round(max(BAR_WIDTH * count / most, SHORTEST if count else 0.0), 1)
