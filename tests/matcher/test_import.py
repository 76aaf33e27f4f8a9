"""Imports: dry run, idempotence, and a process that dies in the middle."""

from __future__ import annotations

import csv
import os
import random
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matcher.exchange.columns import ImportKind, guess_mapping
from matcher.exchange.imports import ImportPlan, Outcome, apply_import, plan_import, rejected_csv
from matcher.exchange.readers import read_table
from matcher.postings.problems import ProblemCode
from matcher.postings.seed import DEMO_FOLDER, load_demo, seed_places, seed_vocabularies
from matcher.store import Change, Need, Offer, Organisation
from matcher.store.session import open_engine
from matcher.vocabulary import DeliveryMode, Family, OrganisationType, Price, SizeBand
from tests.builders import new_database

TODAY = date(2027, 3, 1)
ROOT = Path(__file__).resolve().parents[2]

ORGANISATIONS = """Clé;Nom de la structure;Famille;Type de structure;Commune;Effectif;ESS
velo;La Pédale;Utilisateur;Asso;Nancy;1 à 9;oui
ecole;École du code;Formation;École;54500 Vandœuvre-lès-Nancy;10-49;non
"""
NEEDS = """Référence;Structure;Intitulé;Besoin;Ville;Thèmes;Compétences;Budget max;Échéance;À distance
n1;velo;Suivre les prêts de vélos;Les prêts sont notés sur un cahier et des vélos ne reviennent pas.;Nancy;\
Aide alimentaire|mobility;cms;1 500 €;31/12/2027;oui
n2;La Pédale;Former nos bénévoles;Nos bénévoles ne savent pas se servir de l'ordinateur du local.;Metz;;;;;non
"""


@pytest.fixture
def session(session: Session) -> Session:
    """A database with vocabularies and places."""
    seed_vocabularies(session)
    seed_places(session)
    return session


def planned(session: Session, kind: ImportKind, content: str | bytes, source: str = "test") -> ImportPlan:
    """Plan of a file with the mapping that is proposed for it."""
    table = read_table(content.encode() if isinstance(content, str) else content)
    return plan_import(session, kind, table, guess_mapping(table.headers, kind), source, TODAY)


def imported(session: Session, kind: ImportKind, content: str | bytes, source: str = "test") -> ImportPlan:
    """The same, applied."""
    plan = planned(session, kind, content, source)
    apply_import(session, plan)
    return plan


def outcomes(plan: ImportPlan) -> list[str]:
    """Outcome of each row."""
    return [row.outcome.value for row in plan.rows]


def problems(plan: ImportPlan) -> dict[int, list[tuple[str, str]]]:
    """Field and code of each problem, by line."""
    return {row.line: [(item.field, item.code.value) for item in row.problems] for row in plan.rows if row.problems}


def count(session: Session, model: type[Any]) -> int:
    """Rows of a table."""
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_french_table_is_understood(session: Session) -> None:
    """Labels, formats and places as people write them become the stored values."""
    imported(session, ImportKind.ORGANISATIONS, ORGANISATIONS)
    plan = imported(session, ImportKind.NEEDS, NEEDS)
    assert problems(plan) == {}
    velo, ecole = session.scalars(select(Organisation).order_by(Organisation.external_key.desc())).all()
    assert (velo.family, velo.organisation_type, velo.size_band, velo.is_sse) == (
        Family.USER_SECTOR, OrganisationType.ASSOCIATION, SizeBand.FROM_1_TO_9, True,
    )  # fmt: skip
    assert (ecole.family, ecole.place.name) == (Family.TRAINING, "Vandœuvre-lès-Nancy")
    need = session.scalars(select(Need).where(Need.external_key == "n1")).one()
    assert (need.organisation, need.budget_max, need.deadline, need.remote_ok) == (velo, 1500, date(2027, 12, 31), True)
    assert [theme.code for theme in need.themes] == ["food_aid", "mobility"]
    assert [link.skill.code for link in need.skills] == ["cms"]
    second = session.scalars(select(Need).where(Need.external_key == "n2")).one()
    assert (second.organisation, second.remote_ok) == (velo, False)


def test_the_dry_run_writes_nothing(session: Session) -> None:
    """The plan alone says what would happen."""
    plan = planned(session, ImportKind.ORGANISATIONS, ORGANISATIONS)
    assert plan.counts == {"created": 2, "updated": 0, "unchanged": 0, "rejected": 0}
    session.rollback()
    assert (count(session, Organisation), count(session, Change)) == (0, 0)


def test_the_same_file_twice_changes_nothing(session: Session) -> None:
    """Every row is unchanged and the change log stays where it was."""
    for kind, content in ((ImportKind.ORGANISATIONS, ORGANISATIONS), (ImportKind.NEEDS, NEEDS)):
        imported(session, kind, content)
        before = count(session, Change)
        assert set(outcomes(imported(session, kind, content))) == {"unchanged"}
        assert count(session, Change) == before


def test_a_changed_cell_updates_its_row_alone(session: Session) -> None:
    """The plan names the field; the key keeps the row."""
    imported(session, ImportKind.ORGANISATIONS, ORGANISATIONS)
    plan = imported(session, ImportKind.ORGANISATIONS, ORGANISATIONS.replace("La Pédale;", "La Pédale douce;"))
    assert outcomes(plan) == ["updated", "unchanged"]
    assert plan.rows[0].changes == ("name",)
    assert count(session, Organisation) == 2


def test_missing_columns_keep_and_empty_cells_clear(session: Session) -> None:
    """A partial file corrects what it has and leaves the rest."""
    imported(session, ImportKind.ORGANISATIONS, ORGANISATIONS)
    plan = imported(session, ImportKind.ORGANISATIONS, "key;size_band\nvelo;\n")
    assert plan.rows[0].changes == ("size_band",)
    velo = session.scalars(select(Organisation).where(Organisation.external_key == "velo")).one()
    assert (velo.size_band, velo.name, velo.is_sse) == (None, "La Pédale", True)


def test_two_sources_do_not_share_keys(session: Session) -> None:
    """ "1" of one file is not "1" of another."""
    imported(session, ImportKind.ORGANISATIONS, ORGANISATIONS, "one")
    assert outcomes(imported(session, ImportKind.ORGANISATIONS, ORGANISATIONS, "two")) == ["created", "created"]


def test_without_a_key_the_row_is_still_known_again(session: Session) -> None:
    """Name and place make the key of an organisation, its SIRET when it has one."""
    header = "nom;famille;type;ville;siret;activité\n"
    keyless = f"{header}La Pédale;ess;asso;Nancy;;vélos\nSomme;ess;asso;Metz;732 829 320 00074;\n"
    assert outcomes(imported(session, ImportKind.ORGANISATIONS, keyless)) == ["created", "created"]
    changed = keyless.replace("vélos", "vélos et trottinettes").replace("Somme", "Sommes")
    assert outcomes(imported(session, ImportKind.ORGANISATIONS, changed)) == ["updated", "updated"]
    assert count(session, Organisation) == 2


def test_bad_rows_are_refused_and_good_ones_kept(session: Session) -> None:
    """Each refused row has its line and every problem; the others go in."""
    imported(session, ImportKind.ORGANISATIONS, ORGANISATIONS)
    content = """key;organisation;title;problem;place;budget_max;deadline
ok;velo;Un titre juste;Un problème raconté avec assez de mots pour être compris.;Nancy;;
p1;velo;Un titre juste;court;Atlantide;beaucoup;12/13/2027
p2;personne;Un titre juste;Un problème raconté avec assez de mots pour être compris.;Nancy;;01/01/0001
ok;velo;Un titre juste;Un problème raconté avec assez de mots pour être compris.;Nancy;;
p3;velo;Un titre juste;Un problème raconté, avec assez de mots, pour être compris.;Nancy;;;de trop
p4;velo;\u202e;Un problème raconté avec assez de mots pour être compris.;Nanci;;
"""
    plan = imported(session, ImportKind.NEEDS, content)
    assert problems(plan) == {
        3: [("problem", "too_short"), ("deadline", "bad_date"), ("budget_max", "not_a_number")],
        4: [("deadline", "date_in_past"), ("organisation", "unknown_organisation")],
        5: [("key", "repeated_key")],
        6: [("", "too_many_cells")],
        7: [("title", "required")],
    }  # fmt: skip
    assert [need.external_key for need in session.scalars(select(Need))] == ["ok"]


def test_places_of_a_file_are_looked_up(session: Session) -> None:
    """An unknown place is told with what was probably meant."""
    imported(session, ImportKind.ORGANISATIONS, ORGANISATIONS)
    plan = planned(session, ImportKind.ORGANISATIONS, "nom;famille;type;ville\nX et fils;ess;asso;Nanci\n")
    problem = plan.rows[0].problems[0]
    assert (problem.code, problem.params["candidates"]) == (ProblemCode.UNKNOWN_PLACE, "Nancy (54)")


def test_a_siret_is_taken_once_within_a_file(session: Session) -> None:
    """The second row that claims it is refused before the database has to."""
    content = "key;name;family;type;ville;siret\n" + "".join(
        f"{key};Somme {key};ess;asso;Nancy;73282932000074\n" for key in "ab"
    )
    plan = imported(session, ImportKind.ORGANISATIONS, content)
    assert outcomes(plan) == ["created", "rejected"]
    assert problems(plan) == {3: [("siret", "already_registered")]}


def test_refused_rows_come_back_as_a_file_that_can_be_mended(session: Session) -> None:
    """With line and reason; mended and imported again, the rows go in."""
    content = "Nom;Famille;Type;Ville;Activité\nX et fils;ess;asso;Nulle-Part;=1+1\nY et fils;ess;asso;Nancy;\n"
    table = read_table(content.encode())
    mapping = guess_mapping(table.headers, ImportKind.ORGANISATIONS)
    plan = plan_import(session, ImportKind.ORGANISATIONS, table, mapping, "f", TODAY)
    apply_import(session, plan)
    given_back = rejected_csv(table, plan, lambda problem: "Ce lieu n'existe pas.", ("Ligne", "À corriger"))
    again = read_table(given_back)
    assert again.headers == ("Nom", "Famille", "Type", "Ville", "Activité", "Ligne", "À corriger")
    assert [row.cells for row in again.rows] == [
        ("X et fils", "ess", "asso", "Nulle-Part", "'=1+1", "2", "place (unknown_place): Ce lieu n'existe pas.")
    ]
    mended = given_back.replace(b"Nulle-Part", b"Metz")
    assert outcomes(imported(session, ImportKind.ORGANISATIONS, mended, "f")) == ["created"]
    assert session.scalars(select(Organisation.description).where(Organisation.name == "X et fils")).one() == "=1+1"


def test_rows_that_appeared_since_the_plan_are_not_doubled(session: Session) -> None:
    """Two people confirm the same dry run: the second revises what the first made."""
    first, second = (planned(session, ImportKind.ORGANISATIONS, ORGANISATIONS) for _ in range(2))
    assert len(apply_import(session, first).created) == 2
    result = apply_import(session, second)
    assert (result.created, len(result.updated)) == ((), 2)
    assert count(session, Organisation) == 2


def test_progress_is_told_while_rows_are_written(session: Session) -> None:
    """Every long work has a progress bar."""
    told: list[int] = []
    apply_import(session, planned(session, ImportKind.ORGANISATIONS, ORGANISATIONS), told.append)
    assert told == [2]


def test_offers_are_imported_too(session: Session) -> None:
    """Modes, prices and clients by their French labels."""
    imported(session, ImportKind.ORGANISATIONS, ORGANISATIONS)
    content = "id;structure;titre;offre;type d'offre;ville;modalités;prix;types de clients;capacité\n" \
        "o1;ecole;Ateliers du soir;Des ateliers pour apprendre à se servir d'un ordinateur.;Formation;Nancy;" \
        "présentiel|à distance;Gratuit;asso|mairie;4\n"  # fmt: skip
    assert problems(imported(session, ImportKind.OFFERS, content)) == {}
    offer = session.scalars(select(Offer)).one()
    assert (offer.delivery_modes, offer.price, offer.monthly_capacity) == (frozenset(DeliveryMode), Price.FREE, 4)
    assert offer.client_types == {OrganisationType.ASSOCIATION, OrganisationType.COMMUNE}


def test_the_demonstration_loads_and_a_second_time_changes_nothing(session: Session) -> None:
    """Two months later either, except where a date that lay ahead has passed."""
    first = load_demo(session, DEMO_FOLDER, TODAY)
    assert len(first[ImportKind.NEEDS].created) >= 120
    assert len(first[ImportKind.OFFERS].created) >= 160
    assert len(first[ImportKind.ORGANISATIONS].created) >= 60
    before = count(session, Change)
    again = load_demo(session, DEMO_FOLDER, TODAY)
    assert all(not result.created and not result.updated for result in again.values())
    assert count(session, Change) == before


# ---- faults -------------------------------------------------------------------------------------

ROWS = 2000


def big_file(path: Path) -> None:
    """A table of many needs of one organisation."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["key", "organisation", "title", "problem", "place", "language"])
        for number in range(ROWS):
            problem = f"Le besoin numéro {number} est raconté avec assez de mots pour être compris de tous."
            writer.writerow([f"k{number}", "velo", f"Besoin numéro {number}", problem, "Nancy", "fr"])


CHILD = """
import sys
from datetime import date
from pathlib import Path
from sqlalchemy.orm import Session
from matcher.exchange.columns import ImportKind, guess_mapping
from matcher.exchange.imports import apply_import, plan_import
from matcher.exchange.readers import read_table
from matcher.store.session import open_engine

table = read_table(Path(sys.argv[2]).read_bytes())
with Session(open_engine(sys.argv[1])) as session:
    mapping = guess_mapping(table.headers, ImportKind.NEEDS)
    plan = plan_import(session, ImportKind.NEEDS, table, mapping, "test", date(2027, 3, 1))
    print("planned", flush=True)
    apply_import(session, plan, lambda done: print(done, flush=True))
    print("done", flush=True)
"""


def child(url: str, path: Path) -> subprocess.Popen[str]:
    """A process of its own that imports the file."""
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, url, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_a_process_killed_at_any_moment_leaves_all_or_nothing(tmp_path: Path) -> None:
    """Killed while planning, writing or committing: no row or every row; the next run completes."""
    engine = new_database(tmp_path)
    with Session(engine) as session:
        seed_places(session)
        imported(session, ImportKind.ORGANISATIONS, ORGANISATIONS)
    url, path = str(engine.url), tmp_path / "needs.csv"
    engine.dispose()
    big_file(path)
    moments = random.Random(20270301)
    killed_while_writing = 0
    for _ in range(6):
        process = child(url, path)
        assert process.stdout is not None
        after = moments.choice(["planned", "200", "1000", "1800", "2000"])
        next((line for line in process.stdout if line.strip() == after), None)
        time.sleep(moments.uniform(0, 0.05))
        process.kill()
        process.wait()
        process.stdout.close()
        killed_while_writing += process.returncode == -signal.SIGKILL
        with Session(open_engine(url)) as session:
            stored = count(session, Need)
            assert stored in {0, ROWS}
            changes = session.scalar(select(func.count()).where(Change.kind == "need"))
            assert changes == stored
    assert killed_while_writing
    last = child(url, path)
    assert "done" in last.communicate(timeout=30)[0]
    with Session(open_engine(url)) as session:
        assert count(session, Need) == ROWS
        assert session.connection().exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        plan = planned(session, ImportKind.NEEDS, path.read_bytes())
        assert plan.counts[Outcome.UNCHANGED] == ROWS
