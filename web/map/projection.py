"""From longitude and latitude to the units of an SVG view box, and back to kilometres.

Equirectangular, true to scale along the middle parallel of the window. Over the 400 km of the widest
window an east-west length at the edge is off by less than 4 %; over the 25 km of a town by less than
0.3 %. That is less than the width of a dot, so that nothing heavier is called for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, dist, radians
from typing import Self

#: Kilometres of a degree of latitude on a sphere of 6,371 km, the mean radius of the Earth (IUGG).
KM_PER_DEGREE = 111.195

#: Units under which two points of a line look like one. Chosen: two thirds of a pixel at most.
FINEST = 0.8

#: A position in degrees east and north, WGS 84.
LonLat = Sequence[float]


@dataclass(frozen=True, slots=True)
class Projection:
    """A window on the Earth laid on a view box of ``width`` by ``height`` units.

    ``longitude`` and ``latitude`` are those of the middle of the window, in degrees; ``km_per_unit`` is the
    same in every direction.
    """

    longitude: float
    latitude: float
    km_per_unit: float
    width: float
    height: float

    @classmethod
    def around(cls, centre: LonLat, width_km: float, size: tuple[float, float]) -> Self:
        """A window ``width_km`` wide whose middle is ``centre``, on a view box of ``size`` units.

        >>> Projection.around((6.2, 48.7), 30, (600, 400)).km_per_unit
        0.05
        """
        return cls(centre[0], centre[1], width_km / size[0], *size)

    @classmethod
    def fitting(cls, bounds: Sequence[float], size: tuple[float, float]) -> Self:
        """The closest window that shows all of ``bounds`` (west, south, east, north) on ``size`` units.

        >>> lorraine = Projection.fitting((4.9, 47.8, 7.6, 49.6), (600, 600))
        >>> lorraine.point((4.9, 49.6)), lorraine.point((7.6, 47.8))
        ((3.0, 0.0), (597.0, 600.0))
        """
        west, south, east, north = bounds
        latitude = (south + north) / 2
        across = (east - west) * KM_PER_DEGREE * cos(radians(latitude)) / size[0]
        upward = (north - south) * KM_PER_DEGREE / size[1]
        return cls((west + east) / 2, latitude, max(across, upward), *size)

    def point(self, position: LonLat) -> tuple[float, float]:
        """Units from the left and from the top, rounded to a tenth: finer than a screen shows.

        >>> Projection.around((6, 49), 100, (600, 400)).point((6, 49))
        (300.0, 200.0)
        """
        units = KM_PER_DEGREE / self.km_per_unit
        x = self.width / 2 + (position[0] - self.longitude) * cos(radians(self.latitude)) * units
        y = self.height / 2 - (position[1] - self.latitude) * units
        return round(x, 1), round(y, 1)

    def shows(self, position: LonLat, margin: float = 0.0) -> bool:
        """Whether a position lies in the window, at least ``margin`` units from its edge.

        >>> Projection.around((6, 49), 100, (600, 400)).shows((7, 49))
        False
        """
        x, y = self.point(position)
        return margin <= x <= self.width - margin and margin <= y <= self.height - margin

    def path(self, lines: Iterable[Sequence[LonLat]], *, closed: bool = False) -> str:
        """``d`` of an SVG path through the points of ``lines``; those that lie wholly beyond the window are left out.

        Points closer than :data:`FINEST` to the one before are dropped: less to send, nothing to see.

        >>> Projection.around((0, 0), 222.39, (200, 200)).path([[(0, 0), (0.5, 0), (0.5, 0.5)]])
        'M100 100L150 100L150 50'
        """
        return "".join(self._line(line, closed) for line in lines)

    def _line(self, line: Sequence[LonLat], closed: bool) -> str:
        points = thinned([self.point(position) for position in line])
        if len(points) < 2 or not self._reaches(points):
            return ""
        return "M" + "L".join(f"{x:g} {y:g}" for x, y in points) + ("Z" if closed else "")

    def _reaches(self, points: Sequence[tuple[float, float]]) -> bool:
        xs, ys = [x for x, _ in points], [y for _, y in points]
        return max(xs) >= 0 and min(xs) <= self.width and max(ys) >= 0 and min(ys) <= self.height


def thinned(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Points at least :data:`FINEST` apart, and the last one whatever its distance.

    >>> thinned([(0, 0), (0.1, 0.1), (5, 0), (5, 0.2)])
    [(0, 0), (5, 0), (5, 0.2)]
    """
    kept: list[tuple[float, float]] = []
    for index, point in enumerate(points):
        is_end = index == len(points) - 1
        if not kept or dist(kept[-1], point) >= FINEST or (is_end and point != kept[-1]):
            kept.append(point)
    return kept


def round_length(limit_km: float) -> int | float:
    """The longest round length (1, 2 or 5 times a power of ten) that is not over ``limit_km``: a scale bar's.

    >>> [round_length(limit) for limit in (0.7, 3, 48, 70, 199)]
    [0.5, 2, 20, 50, 100]
    """
    power = 10.0**-3
    found = power
    while power <= limit_km:
        found = max(found, *(step * power for step in (1, 2, 5) if step * power <= limit_km))
        power *= 10
    return int(found) if found >= 1 else round(found, 3)
