"""Marks of the map: one disc for the needs of a place, one ring for its offers, by counts.

Pure geometry in units of the view box. Places whose marks would hide each other are told by one mark.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import dist, sqrt

from web.map.projection import Projection

#: Units from the edge of the window within which a place counts as outside: its circles would be cut.
EDGE = 10.0
#: Units between the disc and the ring of one place.
GAP = 1.5


@dataclass(frozen=True, slots=True)
class Spot:
    """A place with its live needs and offers. ``area`` is the SIREN of its intercommunal body, or empty."""

    place_id: int
    name: str
    label: str
    position: tuple[float, float]
    needs: int
    offers: int
    area: str = ""

    @property
    def total(self) -> int:
        """Needs and offers together."""
        return self.needs + self.offers


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle in units of the view box."""

    x: float
    y: float
    r: float

    def crowds(self, other: Circle, covered: float) -> bool:
        """Whether more than the part ``covered`` of the smaller radius lies under the other circle.

        >>> Circle(0, 0, 4).crowds(Circle(6, 0, 4), 0.5), Circle(0, 0, 4).crowds(Circle(6, 0, 4), 0.25)
        (False, True)
        """
        under = self.r + other.r - dist((self.x, self.y), (other.x, other.y))
        return under > covered * min(self.r, other.r)


@dataclass(frozen=True, slots=True)
class Sizes:
    """Radii in units: ``smallest`` for a count of one, ``largest`` for the fullest mark of the map.

    Places become one mark when more than the part ``covered`` of the smaller circle's radius would be
    under the other; a negative one keeps them apart.
    """

    smallest: float
    largest: float
    covered: float

    def scale(self, most: int) -> RadiusScale:
        """Radii for a map whose fullest mark counts ``most``."""
        steepest = self.smallest * 1.15
        return RadiusScale(min(steepest, self.largest / sqrt(max(most, 1))), self.smallest, self.covered)


@dataclass(frozen=True, slots=True)
class RadiusScale:
    """Area proportional to the count, but never too small to be hit."""

    factor: float
    smallest: float
    covered: float = 0.0

    def radius(self, count: int) -> float:
        """Radius of a count, 0 for nothing.

        >>> [RadiusScale(3, 4).radius(count) for count in (0, 1, 4, 9)]
        [0.0, 4.0, 6.0, 9.0]
        """
        return round(float(max(self.smallest, self.factor * sqrt(count))), 1) if count else 0.0


@dataclass(slots=True)
class Mark:
    """One or several places told together, drawn where the first and fullest of them is."""

    x: float
    y: float
    spots: list[Spot] = field(default_factory=list)
    area: str = ""

    @property
    def first(self) -> Spot:
        """The place that the mark is named after."""
        return self.spots[0]

    @property
    def needs(self) -> int:
        """Needs of all its places."""
        return sum(spot.needs for spot in self.spots)

    @property
    def offers(self) -> int:
        """Offers of all its places."""
        return sum(spot.offers for spot in self.spots)

    def circles(self, scale: RadiusScale) -> tuple[Circle | None, Circle | None]:
        """The disc of the needs and the ring of the offers, side by side, together centred on the place.

        >>> Mark(50, 50, [Spot(1, "", "", (0, 0), 4, 1)]).circles(RadiusScale(4, 4))
        (Circle(x=45.2, y=50, r=8.0), Circle(x=58.8, y=50, r=4.0))
        """
        need, offer = scale.radius(self.needs), scale.radius(self.offers)
        if not need or not offer:
            alone = Circle(self.x, self.y, need or offer)
            return (alone, None) if need else (None, alone)
        left = self.x - need - offer - GAP / 2
        return (
            Circle(round(left + need, 1), self.y, need),
            Circle(round(left + 2 * need + GAP + offer, 1), self.y, offer),
        )


def marks_of(
    spots: Iterable[Spot], projection: Projection, sizes: Sizes, gathered: Sequence[str] = ()
) -> tuple[list[Mark], RadiusScale]:
    """Marks of the spots in the window, the fullest first, and the scale that they are drawn at.

    Places of an area of ``gathered`` are one mark; others are when they would hide each other. Cost: places
    times marks, a few passes; 100 places take some milliseconds.
    """
    ordered = sorted(spots, key=lambda spot: (-spot.total, spot.label, spot.place_id))
    marks = _by_area([spot for spot in ordered if is_shown(spot, projection)], projection, set(gathered))
    while True:
        scale = sizes.scale(max((max(mark.needs, mark.offers) for mark in marks), default=1))
        merged = _merged(marks, scale)
        if len(merged) == len(marks):
            return merged, scale
        marks = merged


def is_shown(spot: Spot, projection: Projection) -> bool:
    """Whether a place has its circles on the map of this window."""
    return projection.shows(spot.position, EDGE)


def _by_area(spots: Iterable[Spot], projection: Projection, gathered: set[str]) -> list[Mark]:
    marks: list[Mark] = []
    areas: dict[str, Mark] = {}
    for spot in spots:
        area = spot.area if spot.area in gathered else ""
        if area in areas:
            areas[area].spots.append(spot)
            continue
        mark = Mark(*projection.point(spot.position), [spot], area)
        marks.append(mark)
        if area:
            areas[area] = mark
    return sorted(marks, key=lambda mark: -(mark.needs + mark.offers))


def _merged(marks: Sequence[Mark], scale: RadiusScale) -> list[Mark]:
    kept: list[Mark] = []
    drawn: list[list[Circle]] = []  # circles of the kept ones, beside them: working them out is what costs
    for mark in marks:
        circles = _drawn(mark, scale)
        over = next((index for index, others in enumerate(drawn) if crowd(circles, others, scale.covered)), None)
        if over is None:
            kept.append(Mark(mark.x, mark.y, list(mark.spots), mark.area))
            drawn.append(circles)
        else:
            kept[over].spots += mark.spots
            drawn[over] = _drawn(kept[over], scale)
    return kept


def crowd(circles: Iterable[Circle], others: Sequence[Circle], covered: float) -> bool:
    """Whether any circle of one mark lies too far over one of another mark."""
    return any(one.crowds(two, covered) for one, two in product(circles, others))


def _drawn(mark: Mark, scale: RadiusScale) -> list[Circle]:
    return [circle for circle in mark.circles(scale) if circle]
