"""Build matcher/data/places.csv from the official communes and GeoNames (see matcher/data/README.md).

python tools/build_places.py ../shared/data/communes.tsv.gz
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from matcher.postings.gazetteer import (  # noqa: E402
    COLUMNS,
    PlaceRecord,
    kilometres,
    read_communes,
    read_geonames,
)

GRAND_NANCY_SIREN = "245400676"
GRAND_NANCY = frozenset((
    "Art-sur-Meurthe", "Dommartemont", "Essey-lès-Nancy", "Fléville-devant-Nancy", "Heillecourt", "Houdemont",
    "Jarville-la-Malgrange", "Laneuveville-devant-Nancy", "Laxou", "Ludres", "Malzéville", "Maxéville", "Nancy",
    "Pulnoy", "Saint-Max", "Saulxures-lès-Nancy", "Seichamps", "Tomblaine", "Vandœuvre-lès-Nancy",
    "Villers-lès-Nancy",
))  # fmt: skip
LORRAINE = frozenset(("54", "55", "57", "88"))
#: Villages below the bound that the demonstration territory uses.
ALSO = frozenset(("54077", "54135", "54189", "54252", "55198", "55117", "57171", "88124"))
METZ = (49.1108, 6.1962)


def communes(path: Path) -> Iterator[PlaceRecord]:
    """Lorraine from 1 000 people, Grand Nancy whole, France from 20 000 people."""
    for record in read_communes(path):
        people = record.population or 0
        in_metropole = record.department == "54" and record.name in GRAND_NANCY
        in_lorraine = record.department in LORRAINE and (people >= 1000 or record.insee_code in ALSO)
        if in_metropole:
            yield replace(record, epci_siren=GRAND_NANCY_SIREN)
        elif in_lorraine or people >= 20_000:
            yield record


def neighbours() -> Iterator[PlaceRecord]:
    """Towns across the borders: smaller ones close to Metz, larger ones as far as Liège and Mannheim."""
    for record in read_geonames(("LU", "BE", "DE")):
        people, km = record.population or 0, kilometres(METZ, (record.latitude, record.longitude))
        close, large = km <= 90 and people >= 2000, km <= 185 and people >= 40_000
        if close or large or (record.country == "LU" and people >= 1000):
            yield replace(record, latitude=round(record.latitude, 4), longitude=round(record.longitude, 4))


def main() -> None:
    """Write the list, ordered so that a new edition shows what changed."""
    found = sorted(communes(Path(sys.argv[1])), key=lambda record: record.insee_code or "")
    found += sorted(neighbours(), key=lambda record: (record.country, record.name, record.geonames_id or 0))
    with (ROOT / "matcher" / "data" / "places.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for record in found:
            writer.writerow(["" if (value := getattr(record, name)) is None else value for name in COLUMNS])
    print(f"{len(found)} places")


if __name__ == "__main__":
    main()
