"""What the map is drawn on: outlines, names and zooms, read from ``web/static/map/outlines.json``.

Another territory brings its own file (``web/static/map/README.md`` tells how); no name of a place stands
in the code.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

OUTLINES: Final = Path(__file__).resolve().parents[1] / "static" / "map" / "outlines.json"

Position = tuple[float, float]
Line = tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class NamedView:
    """A zoom with an address of its own.

    ``bounds`` are west, south, east and north in degrees. The communes of ``epci_siren`` (an
    intercommunal body), if any, are one mark in wider zooms.
    """

    code: str
    names: dict[str, str]
    bounds: tuple[float, float, float, float]
    epci_siren: str = ""

    def name(self, language: str) -> str:
        """Name in a language, or in the first one that there is."""
        return self.names.get(language) or next(iter(self.names.values()))


@dataclass(frozen=True, slots=True)
class AreaName:
    """Name of a country or département and the positions where it may stand, the best first."""

    names: dict[str, str]
    anchors: tuple[Position, ...]

    def name(self, language: str) -> str:
        """Name in a language, or in the first one that there is."""
        return self.names.get(language) or next(iter(self.names.values()))


@dataclass(frozen=True, slots=True)
class Town:
    """A town that helps people find their way; one that is ``near`` in close views alone."""

    name: str
    position: Position
    near: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Lines and names in degrees (longitude, latitude), WGS 84.

    ``home`` is the land of the territory's country, ``territory`` what the service covers, ``core``
    its heart; ``views`` go from the closest to the widest.
    """

    home: tuple[Line, ...]
    territory: tuple[Line, ...]
    core: tuple[Line, ...]
    borders: tuple[Line, ...]
    inner_lines: tuple[Line, ...]
    countries: tuple[AreaName, ...]
    departments: tuple[AreaName, ...]
    towns: tuple[Town, ...]
    views: tuple[NamedView, ...]

    @property
    def default_view(self) -> NamedView:
        """The middle one: the whole territory."""
        return self.views[len(self.views) // 2]


@cache
def ground() -> Ground:
    """Outlines that ship with the site; read once (10 ms)."""
    return read(json.loads(OUTLINES.read_text(encoding="utf-8")))


def read(data: dict[str, Any]) -> Ground:
    """Outlines from the parsed file. Raises KeyError when a part of it is missing."""
    home = data["home_country"]
    return Ground(
        home=_lines(ring for country in data["countries"] if country["code"] == home for ring in country["rings"]),
        territory=_lines(data["territory"]),
        core=_lines(data["core"]),
        borders=_lines(data["borders"]),
        inner_lines=_lines(data["department_lines"]),
        countries=tuple(AreaName(area["names"], _line(area["anchors"])) for area in data["country_names"]),
        departments=tuple(AreaName({"": area["name"]}, _line(area["anchors"])) for area in data["departments"]),
        towns=tuple(Town(town["name"], _position(town["at"]), town.get("near", False)) for town in data["towns"]),
        views=tuple(_view(view) for view in data["views"]),
    )


def _view(data: dict[str, Any]) -> NamedView:
    west, south, east, north = map(float, data["bounds"])
    return NamedView(data["code"], data["names"], (west, south, east, north), data.get("epci_siren", ""))


def _lines(lines: Any) -> tuple[Line, ...]:
    return tuple(_line(line) for line in lines)


def _line(points: Any) -> Line:
    return tuple(_position(point) for point in points)


def _position(point: Any) -> Position:
    return float(point[0]), float(point[1])
