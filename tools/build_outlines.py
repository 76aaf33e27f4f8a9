"""Build web/static/map/outlines.json: the ground that the map of needs and offers is drawn on.

    python -m venv /tmp/outlines && /tmp/outlines/bin/pip install shapely==2.2.0 scipy==1.17.1
    npm pack world-atlas@2.0.2 && tar xf world-atlas-2.0.2.tgz
    /tmp/outlines/bin/python tools/build_outlines.py package/countries-10m.json ../shared/data/communes.tsv.gz

Inputs and their licences:

- ``countries-10m.json`` of the npm package world-atlas 2.0.2 (ISC): borders of countries from Natural Earth
  1:10m, public domain.
- ``communes.tsv.gz``: INSEE code, name, département, population and centre of every French commune
  (etalab/decoupage-administratif, MIT; INSEE and IGN data, Licence Ouverte 2.0).
- ``matcher/data/places.csv`` (its README names the sources): which communes form the Métropole du Grand Nancy,
  and where the towns are that the map names.

There are no official outlines of départements in it: a département is the union of the Voronoi cells of
the centres of its communes, cut at the border of France and smoothed. Lines are right within one or two
kilometres, which is the width of a few pixels on the map, and must not be used to tell where a house lies.
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.spatial import Voronoi
from shapely import LineString, MultiLineString, Polygon, box, get_parts, unary_union
from shapely.geometry.base import BaseGeometry
from shapely.ops import linemerge, polygonize

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "web" / "static" / "map" / "outlines.json"

GRAND_NANCY = "245400676"
#: West, south, east and north of what is kept: the Greater Region with room for every zoom around a place.
WINDOW = (3.3, 46.8, 9.5, 51.4)
COUNTRIES = {"250": "FR", "442": "LU", "056": "BE", "276": "DE", "756": "CH", "528": "NL"}
#: Where the name of a country may stand: the map takes the first place that it shows and that is free.
COUNTRY_NAMES = (
    ("BE", {"fr": "Belgique", "en": "Belgium"}, ((5.3, 50.2), (5.4, 49.98), (5.57, 49.68))),
    ("LU", {"fr": "Luxembourg", "en": "Luxembourg"}, ((6.1, 49.84), (6.08, 49.95))),
    ("DE", {"fr": "Allemagne", "en": "Germany"}, ((7.35, 49.95), (7.05, 49.56), (8.2, 48.6))),
    ("FR", {"fr": "France", "en": "France"}, ((4.75, 48.2), (5.1, 47.93))),
    ("CH", {"fr": "Suisse", "en": "Switzerland"}, ((7.6, 47.35), (7.4, 47.3))),
)
#: Zooms of the map, the closest first. ``epci_siren``: its communes are drawn as one mark in wider zooms.
VIEWS = (
    {"code": "grand-nancy", "names": {"fr": "Grand Nancy", "en": "Grand Nancy"},
     "bounds": (6.06, 48.598, 6.313, 48.749), "epci_siren": GRAND_NANCY},
    {"code": "lorraine", "names": {"fr": "Lorraine", "en": "Lorraine"}, "bounds": (4.82, 47.78, 7.7, 49.72)},
    {"code": "grande-region", "names": {"fr": "Grande Région", "en": "Greater Region"},
     "bounds": (4.2, 47.4, 8.6, 50.75)},
)  # fmt: skip
#: Lorraine and its neighbours; borders between other départements are left out.
DEPARTMENTS = {
    "54": "Meurthe-et-Moselle", "55": "Meuse", "57": "Moselle", "88": "Vosges", "67": "Bas-Rhin", "68": "Haut-Rhin",
    "52": "Haute-Marne", "51": "Marne", "08": "Ardennes", "70": "Haute-Saône",
}  # fmt: skip
#: Where a name may stand when the middle of the département is too narrow for it.
DEPARTMENT_NAMES = {"54": [(6.62, 48.66), (6.5, 48.77), (6.0, 48.55), (6.4, 48.46)]}
LORRAINE = {"54", "55", "57", "88"}
#: Towns that help people find their way, the first ones first. Chosen for an even spread over the map.
TOWNS = (
    "Nancy", "Metz", "Luxembourg", "Strasbourg", "Épinal", "Saarbrücken", "Verdun", "Bar-le-Duc", "Toul", "Lunéville",
    "Thionville", "Trier", "Arlon", "Saint-Dié-des-Vosges", "Sarreguemines", "Colmar", "Reims", "Liège", "Namur",
    "Kaiserslautern", "Koblenz", "Mainz", "Longwy", "Forbach", "Sarrebourg", "Commercy", "Neufchâteau", "Remiremont",
    "Chaumont", "Charleville-Mézières", "Mulhouse", "Châlons-en-Champagne", "Esch-sur-Alzette", "Vittel",
    "Pont-à-Mousson", "Vandœuvre-lès-Nancy", "Gérardmer", "Ludwigshafen am Rhein", "Saint-Dizier",
)  # fmt: skip
#: People from which a smaller town is named in close views, in Lorraine and elsewhere. Chosen.
NEAR_PEOPLE, NEAR_PEOPLE_ABROAD = 1500, 8000
DECIMALS = 4
#: Degrees by which a line may be moved to drop points: about 250 m for borders, 900 m for cells of communes.
BORDER_TOLERANCE = 0.003
CELL_TOLERANCE = 0.011


class Commune(NamedTuple):
    """What is read of a commune."""

    insee: str
    department: str
    longitude: float
    latitude: float


def main() -> None:
    """Write the outlines and say how large they are."""
    atlas, communes_path = (Path(argument) for argument in sys.argv[1:3])
    countries, borders = read_countries(atlas)
    communes = list(read_communes(communes_path))
    cells = voronoi_cells(communes)
    departments, lines = build_departments(communes, cells, countries["FR"])
    places = read_places()
    metropole_codes = {row["insee_code"] for row in places if row["epci_siren"] == GRAND_NANCY}
    metropole = unary_union([cell for commune, cell in zip(communes, cells, strict=True)
                             if commune.insee in metropole_codes])  # fmt: skip
    lorraine = unary_union([departments[code] for code in sorted(LORRAINE)])
    outlines = {
        "home_country": "FR",
        "views": VIEWS,
        "country_names": [{"code": code, "names": names, "anchors": anchors} for code, names, anchors in COUNTRY_NAMES],
        "countries": [{"code": code, "rings": rings(shape)} for code, shape in sorted(countries.items())],
        "borders": [points(line.coords) for line in borders],
        "departments": [
            {"code": code, "name": name, "anchors": DEPARTMENT_NAMES.get(code) or [anchor(departments[code])]}
            for code, name in DEPARTMENTS.items()
        ],
        "department_lines": [points(line.coords) for line in lines],
        "territory": rings(lorraine),
        "core": rings(smooth_ring(metropole)),
        "towns": list(towns(places)),
    }
    text = json.dumps(outlines, ensure_ascii=False, separators=(",", ":"))
    TARGET.write_text(text + "\n", encoding="utf-8")
    print(
        f"{TARGET.relative_to(ROOT)}: {len(text.encode()) / 1000:.0f} kB, {len(metropole_codes)} communes in the core"
    )


def read_countries(path: Path) -> tuple[dict[str, BaseGeometry], list[LineString]]:
    """Land of each country within the window, and the borders between two of them.

    Arcs are simplified before they are put together, so that neighbours keep the same line.
    """
    topology = json.loads(path.read_text(encoding="utf-8"))
    arcs = [simplified(arc) for arc in decoded_arcs(topology)]
    shapes: dict[str, BaseGeometry] = {}
    users: Counter[int] = Counter()
    for geometry in topology["objects"]["countries"]["geometries"]:
        code = COUNTRIES.get(geometry.get("id"))
        if code is None:
            continue
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        users.update(index if index >= 0 else ~index for polygon in polygons for ring in polygon for index in ring)
        built = [Polygon(stitched(polygon[0], arcs), [stitched(hole, arcs) for hole in polygon[1:]])
                 for polygon in polygons]  # fmt: skip
        clipped = unary_union([shape.buffer(0) for shape in built]).intersection(box(*WINDOW))
        if not clipped.is_empty:
            shapes[code] = clipped
    shared = MultiLineString([arcs[index] for index, count in users.items() if count > 1])
    return shapes, list(get_parts(linemerge(get_parts(shared.intersection(box(*WINDOW))))))


def decoded_arcs(topology: dict[str, Any]) -> Iterator[np.ndarray]:
    """Arcs of a quantised TopoJSON file in degrees (specification, section 2.1.3)."""
    scale, translate = (np.array(topology["transform"][name]) for name in ("scale", "translate"))
    for arc in topology["arcs"]:
        yield np.cumsum(np.array(arc), axis=0) * scale + translate


def simplified(arc: np.ndarray) -> LineString:
    """An arc with fewer points and the same ends; a ring far away may not collapse."""
    line = LineString(arc)
    return line if len(arc) < 5 else LineString(line.simplify(BORDER_TOLERANCE))


def stitched(ring: Sequence[int], arcs: Sequence[LineString]) -> list[tuple[float, float]]:
    """A ring from its arcs; ``~index`` is an arc walked backwards."""
    found: list[tuple[float, float]] = []
    for index in ring:
        arc = list(arcs[index].coords) if index >= 0 else list(arcs[~index].coords)[::-1]
        found += arc[1:] if found else arc
    return found


def read_communes(path: Path) -> Iterator[Commune]:
    """Communes within the window, each centre once."""
    west, south, east, north = WINDOW
    seen: set[tuple[float, float]] = set()
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if not row["lat"]:
                continue
            centre = float(row["lon"]), float(row["lat"])
            if west <= centre[0] <= east and south <= centre[1] <= north and centre not in seen:
                seen.add(centre)
                yield Commune(row["insee"], row["dep"], *centre)


def voronoi_cells(communes: Sequence[Commune]) -> list[Polygon]:
    """The part of the window that is nearer to each centre than to any other, in the order of ``communes``.

    Distances are those of a plane on which a degree of longitude is as short as at 49 degrees north.
    """
    squeeze = np.cos(np.radians(49.0))
    centres = np.array([(commune.longitude * squeeze, commune.latitude) for commune in communes])
    far = np.array([(-30, 20), (-30, 80), (40, 20), (40, 80)])  # closes the cells at the edge
    diagram = Voronoi(np.vstack([centres, far]))
    found = []
    for index in range(len(communes)):
        corners = diagram.vertices[diagram.regions[diagram.point_region[index]]]
        found.append(Polygon(corners / (squeeze, 1)).intersection(box(*WINDOW)))
    return found


def build_departments(
    communes: Sequence[Commune], cells: Sequence[Polygon], france: BaseGeometry
) -> tuple[dict[str, BaseGeometry], list[LineString]]:
    """Smoothed départements and the lines between them."""
    members: dict[str, list[Polygon]] = defaultdict(list)
    for commune, cell in zip(communes, cells, strict=True):
        members[commune.department].append(cell)
    rough = without_exclaves({code: unary_union(parts) for code, parts in members.items()})
    lines = []
    codes = sorted(rough)
    for position, code in enumerate(codes):
        for other in codes[position + 1 :]:
            if code in DEPARTMENTS or other in DEPARTMENTS:
                lines += shared_lines(rough[code], rough[other])
    smooth = [LineString(chaikin(np.array(line.simplify(CELL_TOLERANCE).coords))) for line in lines]
    inside = [line for whole in smooth for line in get_parts(whole.intersection(france)) if line.length > 0.02]
    faces = list(polygonize(unary_union([*smooth, france.boundary])))
    found: dict[str, BaseGeometry] = {}
    for code in DEPARTMENTS:
        owned = [face for face in faces if rough[code].intersection(face).area > face.area / 2]
        found[code] = unary_union(owned).intersection(france)
    return found, inside


def shared_lines(one: BaseGeometry, other: BaseGeometry) -> list[LineString]:
    """The border of two neighbours, in as few pieces as it has."""
    touching = one.boundary.intersection(other.boundary)
    parts = [part for part in get_parts(touching) if part.geom_type == "LineString" and not part.is_empty]
    return [part for part in get_parts(linemerge(parts)) if part.length > 0] if parts else []


def without_exclaves(shapes: dict[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """Each département in one piece: an exclave, dust at this scale, goes to the neighbour it touches most."""
    whole = {code: largest(shape) for code, shape in shapes.items()}
    for code, shape in shapes.items():
        for part in get_parts(shape):
            if part.equals(whole[code]) or part.within(whole[code]):
                continue
            nearest = max(whole, key=lambda other: part.boundary.intersection(whole[other].boundary).length)
            whole[nearest] = largest(whole[nearest].union(part))
    return whole


def largest(shape: BaseGeometry) -> Polygon:
    """The main part without its holes."""
    return Polygon(max(get_parts(shape), key=lambda part: part.area).exterior)


def chaikin(line: np.ndarray, rounds: int = 2) -> np.ndarray:
    """Cut corners (Chaikin 1974); the ends stay, so that neighbours still meet."""
    for _ in range(rounds):
        before, after = line[:-1], line[1:]
        cut = np.stack([0.75 * before + 0.25 * after, 0.25 * before + 0.75 * after], axis=1).reshape(-1, 2)
        line = np.vstack([line[:1], cut[1:-1], line[-1:]]) if len(line) > 2 else line
    return line


def smooth_ring(shape: BaseGeometry) -> Polygon:
    """Outline of the métropole, a little rounded: it is looked at from close by."""
    ring = np.array(largest(shape).exterior.simplify(CELL_TOLERANCE / 8).coords)
    middle = (ring[:1] + ring[1:2]) / 2
    return Polygon(chaikin(np.vstack([middle, ring[1:], middle])))


def read_places() -> list[dict[str, str]]:
    """Rows of the list of places that ships with the project."""
    with (ROOT / "matcher" / "data" / "places.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def towns(places: Sequence[dict[str, str]]) -> Iterator[dict[str, Any]]:
    """Towns of ``TOWNS`` in that order, then smaller ones, the fullest first, for close views alone."""
    by_size = sorted(places, key=lambda row: -int(row["population"] or 0))
    by_name: dict[str, dict[str, str]] = {}
    for row in by_size:
        by_name.setdefault(row["name"], row)
    for name in TOWNS:
        yield {"name": name, "at": centre_of(by_name[name])}
    for row in by_size:
        people, (longitude, latitude) = int(row["population"] or 0), centre_of(row)
        in_reach = 4.8 <= longitude <= 7.8 and 47.7 <= latitude <= 50.0
        wanted = people >= (NEAR_PEOPLE if row["department"] in LORRAINE else NEAR_PEOPLE_ABROAD)
        if in_reach and wanted and row["name"] not in TOWNS:
            yield {"name": row["name"], "at": [longitude, latitude], "near": True}


def centre_of(row: dict[str, str]) -> tuple[float, float]:
    """Longitude and latitude of a place."""
    return float(row["longitude"]), float(row["latitude"])


def anchor(shape: BaseGeometry) -> list[float]:
    """Where the name of an area stands well inside it."""
    return [round(value, DECIMALS) for value in shape.representative_point().coords[0]]


def rings(shape: BaseGeometry) -> list[list[list[float]]]:
    """Rings of a shape, those of grains left out."""
    found = []
    for part in get_parts(shape):
        if part.geom_type == "Polygon" and part.area > 1e-4:
            found += [points(ring.coords) for ring in (part.exterior, *part.interiors)]
    return found


def points(line: Iterable[Sequence[float]]) -> list[list[float]]:
    """Rounded points, each different from the one before."""
    found: list[list[float]] = []
    for longitude, latitude in line:
        point = [round(float(longitude), DECIMALS), round(float(latitude), DECIMALS)]
        if not found or found[-1] != point:
            found.append(point)
    return found


if __name__ == "__main__":
    main()
