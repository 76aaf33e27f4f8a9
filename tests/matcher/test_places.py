"""Places as people type them, and where places come from."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matcher.postings.fields import PlaceRef
from matcher.postings.gazetteer import COLUMNS, load_communes_file, load_geonames, load_places_csv, read_places_csv
from matcher.postings.places import find_place, fold_name, suggest_places
from matcher.postings.references import References
from matcher.postings.seed import DATA_FOLDER, DEMO_FOLDER, seed_places
from matcher.store import Place

COMMUNES = Path(__file__).resolve().parents[3] / "shared" / "data" / "communes.tsv.gz"


@pytest.fixture
def session(session: Session) -> Session:
    """A database with the places that ship with the project."""
    seed_places(session)
    return session


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("Nancy", "Nancy (54)"),
        ("  NANCY ", "Nancy (54)"),
        ("Nancy (54)", "Nancy (54)"),
        ("nancy 54000", "Nancy (54)"),
        ("54100", "Nancy (54)"),
        ("54395", "Nancy (54)"),
        ("Vandoeuvre les Nancy", "Vandœuvre-lès-Nancy (54)"),
        ("54500 VANDŒUVRE-LÈS-NANCY", "Vandœuvre-lès-Nancy (54)"),
        ("St-Max", "Saint-Max (54)"),
        ("Saint Die des Vosges", "Saint-Dié-des-Vosges (88)"),
        ("Esch-sur-Alzette", "Esch-sur-Alzette (LU)"),
        ("Arlon, BE", "Arlon (BE)"),
        ("Sarrebruck", "Saarbrücken (DE)"),
        ("75011", "Paris (75)"),
    ],
)
def test_a_place_is_found_however_it_is_typed(session: Session, typed: str, label: str) -> None:
    """Accents, case, hyphens, St, codes and the other language's name do not matter."""
    found = find_place(session, typed).place
    assert found is not None
    assert found.label == label


@pytest.mark.parametrize(
    ("typed", "candidate"),
    [("Nanci", "Nancy (54)"), ("vandoeuvre", "Vandœuvre-lès-Nancy (54)"), ("Lunevile", "Lunéville (54)")],
)
def test_a_typing_error_gives_candidates_and_never_decides(session: Session, typed: str, candidate: str) -> None:
    """The right place is proposed first; choosing it is left to the person."""
    lookup = find_place(session, typed)
    assert lookup.place is None
    assert lookup.candidates[0].label == candidate


@pytest.mark.parametrize("typed", ["", "   ", "zzzzzz", "99999", "💥", "مرحبا", "x" * 5000, "%", "_", "()", "(54)"])
def test_nonsense_finds_nothing(session: Session, typed: str) -> None:
    """No place is made up, and nothing breaks."""
    lookup = find_place(session, typed)
    assert lookup.place is None
    assert not lookup.candidates


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_any_text_may_be_looked_up(session: Session, text: str) -> None:
    """Look-up and suggestion answer for whatever is typed."""
    find_place(session, text)
    assert len(suggest_places(session, text)) <= 8


def test_a_postal_code_of_several_communes_is_not_guessed(session: Session) -> None:
    """54130 is Saint-Max and Dommartemont: both are candidates, the larger first."""
    lookup = find_place(session, "54130")
    assert lookup.place is None
    assert [place.name for place in lookup.candidates][:1] == ["Saint-Max"]
    assert "Dommartemont" in {place.name for place in lookup.candidates}


def add_place(session: Session, name: str, population: int, department: str) -> None:
    """One more commune far from the others."""
    session.add(
        Place(
            name=name,
            name_folded=fold_name(name),
            country="FR",
            department=department,
            latitude=44.0,
            longitude=0.5,
            population=population,
        )
    )
    session.commit()


def test_namesakes_are_told_apart_by_their_departement(session: Session) -> None:
    """Without it they are candidates; with it the answer is clear."""
    add_place(session, "Laxou", 9000, "33")
    assert find_place(session, "Laxou").place is None
    assert [place.department for place in find_place(session, "Laxou").candidates] == ["54", "33"]
    found = find_place(session, "Laxou (33)").place
    assert found is not None
    assert found.department == "33"


def test_a_far_larger_namesake_is_the_one_that_is_meant(session: Session) -> None:
    """Who types Nancy does not mean a hamlet of the same name."""
    add_place(session, "Nancy", 300, "33")
    found = find_place(session, "Nancy").place
    assert found is not None
    assert found.department == "54"


def test_suggestions_come_by_size(session: Session) -> None:
    """The towns that most people mean come first; codes work too."""
    assert [place.name for place in suggest_places(session, "met", limit=1)] == ["Metz"]
    assert "Saarbrücken" in [place.name for place in suggest_places(session, "sarre")]
    assert [place.name for place in suggest_places(session, "5400")] == ["Nancy"]
    assert suggest_places(session, "n") == []


def test_loading_again_changes_nothing(session: Session) -> None:
    """Seeding runs at every start of the demonstration."""
    counts = seed_places(session)
    assert (counts.created, counts.updated) == (0, 0)
    assert counts.unchanged == session.scalar(select(func.count()).select_from(Place))


def test_the_list_has_what_the_territory_needs(session: Session) -> None:
    """Grand Nancy is whole, with its EPCI, and no place is there twice."""
    metropole = session.scalars(select(Place).where(Place.epci_siren == "245400676")).all()
    assert len(metropole) == 20
    assert {place.department for place in metropole} == {"54"}
    assert {"LU", "BE", "DE"} <= set(session.scalars(select(Place.country)))
    named = [(place.name_folded, place.country, place.department) for place in session.scalars(select(Place))]
    french = [name for name in named if name[1] == "FR"]
    assert len(french) == len(set(french))


def test_every_place_of_the_demonstration_is_in_the_list(session: Session) -> None:
    """A row whose place is missing could not be loaded."""
    references = References(session)
    for name in ("organisations", "needs", "offers"):
        for line in (DEMO_FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            told = json.loads(line)["place"]
            place = references.place(PlaceRef(**told)).place
            assert place is not None, told
            assert place.name == told["name"]


def test_the_list_reads_back_whole() -> None:
    """Every row has a name, a country and coordinates near Europe or overseas France."""
    records = list(read_places_csv(DATA_FOLDER / "places.csv"))
    assert len(records) > 1000
    assert all(record.name and len(record.country) == 2 for record in records)
    assert all(record.insee_code or record.geonames_id for record in records)


def test_a_list_without_its_columns_is_refused(tmp_path: Path, session: Session) -> None:
    """The message names the file and what it lacks."""
    path = tmp_path / "mine.csv"
    path.write_text("name,country\nNancy,FR\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"mine\.csv lacks the columns insee_code"):
        load_places_csv(session, path)


def test_a_broken_line_is_named(tmp_path: Path, session: Session) -> None:
    """A latitude that is no number stops the load before anything is written."""
    path = tmp_path / "mine.csv"
    row = dict.fromkeys(COLUMNS, "") | {"name": "X", "country": "FR", "latitude": "nord", "longitude": "6"}
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerow(row)
    with pytest.raises(ValueError, match=r"mine\.csv, line 2"):
        load_places_csv(session, path)


def commune_file(folder: Path, *rows: str) -> Path:
    """A file in the form of the official list."""
    path = folder / "communes.tsv"
    header = "insee\tname\tpostcodes\tdep\treg\tpop_municipale\tlat\tlon"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_the_official_list_updates_by_code(session: Session, tmp_path: Path) -> None:
    """A commune that changed its name and number of people is brought up to date, not doubled."""
    path = commune_file(tmp_path, "54395\tNancy-la-Neuve\t54000\t54\t44\t110000\t48.6889\t6.1709")
    counts = load_communes_file(session, path)
    assert (counts.created, counts.updated, counts.unchanged) == (0, 1, 0)
    place = session.scalars(select(Place).where(Place.insee_code == "54395")).one()
    assert (place.name, place.name_folded, place.population) == ("Nancy-la-Neuve", "nancy la neuve", 110000)
    assert place.epci_siren == "245400676"  # what the file does not say stays


def test_the_official_list_completes_a_place_of_geonames(session: Session, tmp_path: Path) -> None:
    """The same name within some kilometres is the same place; far away it is another."""
    for latitude in (45.0, 43.0):
        session.add(
            Place(name="Vallée", name_folded="vallee", country="FR", latitude=latitude, longitude=3.0, population=1)
        )
    session.commit()
    path = commune_file(tmp_path, "63999\tVallée\t63000\t63\t84\t900\t45.01\t3.01")
    assert load_communes_file(session, path).updated == 1
    codes = session.scalars(select(Place.insee_code).where(Place.name_folded == "vallee").order_by(Place.latitude))
    assert list(codes) == [None, "63999"]


def test_geonames_adds_only_what_is_missing(session: Session) -> None:
    """Luxembourg's towns that are there already are skipped, and a second load adds nothing."""
    first, second = load_geonames(session, ["lu"]), load_geonames(session, ["LU"])
    assert first.created > 0
    assert first.unchanged >= 119
    assert (second.created, second.updated) == (0, 0)
    assert session.scalar(select(func.count()).where(Place.name == "Esch-sur-Alzette")) == 1


@pytest.mark.skipif(not COMMUNES.exists(), reason="needs ../shared/data/communes.tsv.gz")
def test_every_commune_of_france_can_be_loaded(session: Session) -> None:
    """The official file goes in whole, and the largest cities keep their people."""
    counts = load_communes_file(session, COMMUNES)
    assert counts.created > 30_000
    people = dict(session.execute(select(Place.name, Place.population).where(Place.name.in_(["Paris", "Nancy"]))).all())
    assert people["Paris"] > 2_000_000
    assert people["Nancy"] > 100_000
