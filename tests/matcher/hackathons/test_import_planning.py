"""The dry run and the import itself: added, completed, as before, left aside, refused."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.clock import today
from matcher.exchange.readers import Table, read_table
from matcher.exchange.registrations.applying import columns_for, import_registrations, remember_columns
from matcher.exchange.registrations.columns import Field
from matcher.exchange.registrations.entities import Reason
from matcher.exchange.registrations.planning import ImportPlan, Outcome, PlannedRow, plan_import
from matcher.exchange.registrations.rejects import left_csv
from matcher.exchange.registrations.sources import header_row
from matcher.exchange.workbooks import write_sheet
from matcher.hackathons.registering import withdraw
from matcher.store import ColumnMapping, Hackathon, Registration, Wish
from matcher.vocabulary import RegistrationStatus
from tests.hackathons import make_registration
from tests.matcher.hackathons.registration_files import FOLDER, event, table, table_of

FILES = sorted(path.name for path in FOLDER.iterdir())


def plan_of(session: Session, hackathon: Hackathon, given: Table, **more: Any) -> ImportPlan:
    """The dry run with the columns as they are recognised."""
    return plan_import(session, hackathon, given, columns_for(session, hackathon, given.headers), today(), **more)


def bring_in(session: Session, hackathon: Hackathon, given: Table, **more: Any) -> ImportPlan:
    """The import with the columns as they are recognised."""
    mapping = columns_for(session, hackathon, given.headers)
    return import_registrations(session, hackathon, given, mapping, today(), **more).plan


def people(session: Session) -> dict[str, Registration]:
    """Everybody stored, by name."""
    session.expire_all()
    return {row.name: row for row in session.scalars(select(Registration).order_by(Registration.id))}


def counts(plan: ImportPlan) -> dict[str, int]:
    """Outcomes that rows have."""
    return {outcome.value: count for outcome, count in plan.counts.items() if count}


def snapshot(session: Session) -> list[tuple[Any, ...]]:
    """Every column of everybody, and every wish."""
    session.expire_all()
    rows = session.scalars(select(Registration).order_by(Registration.id)).all()
    names = [column.name for column in Registration.__table__.columns]
    wishes = session.execute(select(Wish.registration_id, Wish.kind, Wish.typed, Wish.other_id).order_by(Wish.id))
    return [*(tuple(getattr(row, name) for name in names) for row in rows), *map(tuple, wishes)]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("overwrite", [False, True])
def test_the_same_file_again_changes_nothing(session: Session, name: str, overwrite: bool) -> None:
    """For each maker: the second time every row that came in is as before, and no stored value differs."""
    hackathon = event(session)
    first = bring_in(session, hackathon, table_of(name))
    before = snapshot(session)
    again = bring_in(session, hackathon, table_of(name), overwrite=overwrite)
    assert first.counts[Outcome.ADDED] > 0
    assert again.counts[Outcome.UNCHANGED] == first.counts[Outcome.ADDED]
    assert again.counts[Outcome.ADDED] == again.counts[Outcome.CHANGED] == 0
    assert snapshot(session) == before


def test_a_dry_run_writes_nothing(session: Session) -> None:
    """It says what would happen, and nobody is there after it."""
    hackathon = event(session)
    assert counts(plan_of(session, hackathon, table_of("canonique.csv"))) == {"added": 2, "aside": 2, "refused": 2}
    assert people(session) == {}


def test_what_a_row_tells_is_stored(session: Session) -> None:
    """Our own columns, one by one; a name that is clear becomes a settled wish."""
    hackathon = event(session)
    bring_in(session, hackathon, table_of("canonique.csv"))
    ada, bo = people(session)["Ada Essai"], people(session)["Bo Modèle"]
    titles = {challenge.id: challenge.title for challenge in hackathon.challenges}
    assert (ada.source, ada.external_key, ada.note) == ("canonical", "p1", "Arrive tard")
    assert [titles[choice.challenge_id] for choice in ada.choices] == ["Un four solaire", "Prêter, réparer, partager"]
    assert {link.skill.code: link.level for link in ada.skills} == {"web_development": 3, "spreadsheets": 2}
    assert (ada.away, ada.languages, ada.directory_consent) == (["2", "3"], ["fr", "en"], True)
    assert [(wish.typed, wish.other_id) for wish in ada.wishes] == [("Bo Modèle", bo.id), ("Cy Fictif", None)]


def test_a_workbook_is_read_as_its_table(session: Session) -> None:
    """XLSX: the same people come in as from CSV."""
    hackathon = event(session)
    given = table_of("google_forms.csv")
    rows = [dict(zip(given.headers, row.cells, strict=True)) for row in given.rows]
    book = read_table(write_sheet(rows, given.headers, "Réponses"), header_row)
    assert counts(bring_in(session, hackathon, book)) == {"added": 2, "aside": 1}
    assert sorted(people(session)) == ["Sol Inventé", "Tom Feint"]


def test_rows_that_cannot_be_taken_say_why(session: Session) -> None:
    """A broken address, a number that two people have, a row too wide, a row about nobody."""
    hackathon = event(session)
    refused = plan_of(session, hackathon, table_of("canonique.csv")).of(Outcome.REFUSED)
    assert [(row.line, [problem.field for problem in row.problems]) for row in refused] == [(4, ["email"]), (6, [])]
    assert refused[1].remarks[0].reason is Reason.KEY_OF_OTHER
    free = plan_of(session, hackathon, table_of("libre.csv"))
    assert [[problem.code for problem in row.problems] for row in free.of(Outcome.REFUSED)] == [
        ["required", "bad_email"],
        ["too_many_cells"],
    ]


def test_what_cannot_be_taken_leaves_the_person_in(session: Session) -> None:
    """Too many friends: as many as fit a team stay. A wish against itself goes. Both are said."""
    hackathon = event(session)  # teams of at most six
    names = ", ".join(f"Ami Numéro{letter}" for letter in "ABCDEFG")
    row = plan_of(session, hackathon, table(f"Nom;Amis;Éviter\nAda Essai;{names};Ami NuméroA, Cy Fictif\n")).rows[0]
    assert row.outcome is Outcome.ADDED
    assert row.draft is not None
    assert len(row.draft.friends) == 5
    assert row.draft.avoid == ("Cy Fictif",)
    assert {problem.field for problem in row.left_out} == {"friends", "avoid"}


def test_the_full_event_puts_the_rest_in_line(session: Session) -> None:
    """Whoever registered first gets the place; the dry run says how many will wait."""
    hackathon = event(session, capacity=1)
    plan = bring_in(session, hackathon, table_of("helloasso.csv"))
    assert plan.waiting == 3
    registered = [row.name for row in people(session).values() if row.status is RegistrationStatus.REGISTERED]
    assert registered == ["Cy FICTIF"]


def test_whoever_registered_on_the_site_is_completed_not_replaced(session: Session) -> None:
    """Known by address: what they said stays, what they left empty is filled in; their consent is their own."""
    hackathon = event(session)
    make_registration(session, hackathon, "Ada Essai", email="ada.essai@example.org", organisation="La Vraie")
    plan = bring_in(session, hackathon, table_of("canonique.csv"), overwrite=True)
    ada = people(session)["Ada Essai"]
    assert counts(plan)["changed"] == 1
    assert (ada.source, ada.organisation, ada.directory_consent) == ("site", "La Vraie", False)
    assert {link.skill.code for link in ada.skills} == {"web_development", "spreadsheets"}


def test_a_corrected_file_fills_in_or_replaces(session: Session) -> None:
    """Without being told, an import does not undo what was changed since; told to, it takes over what the file says."""
    hackathon = event(session)
    given = "external_id;first_name;last_name;organisation;diet\np1;Ada;Essai;{};{}\n"
    bring_in(session, hackathon, table(given.format("Atelier", "")))
    corrected = table(given.format("Atelier du pont", "Végétarien"))
    assert bring_in(session, hackathon, corrected).rows[0].changes == ("diet",)
    assert people(session)["Ada Essai"].organisation == "Atelier"
    assert bring_in(session, hackathon, corrected, overwrite=True).rows[0].changes == ("organisation",)
    assert people(session)["Ada Essai"].organisation == "Atelier du pont"


def test_whoever_withdrew_stays_withdrawn(session: Session) -> None:
    """A file that still has them does not bring them back."""
    hackathon = event(session)
    bring_in(session, hackathon, table_of("helloasso.csv"))
    withdraw(session, people(session)["Cy FICTIF"])
    plan = bring_in(session, hackathon, table_of("helloasso.csv"))
    assert [row.remarks[0].reason for row in plan.rows if row.name == "Cy FICTIF"] == [Reason.WITHDRAWN]
    assert people(session)["Cy FICTIF"].status is RegistrationStatus.WITHDRAWN


def test_a_ticket_cancelled_later_is_pointed_out(session: Session) -> None:
    """Whoever is registered here and cancelled there is named; organisers decide."""
    hackathon = event(session)
    bring_in(session, hackathon, table_of("helloasso.csv"))
    cancelled = (FOLDER / "helloasso.csv").read_text("utf-8-sig").replace("Validé;FICTIF", "Annulé;FICTIF")
    plan = plan_of(session, hackathon, table(cancelled))
    assert [row.name for row in plan.rows if row.remarks and row.remarks[0].reason is Reason.STILL_HERE] == [
        "Cy FICTIF"
    ]


def test_another_list_with_the_same_numbers_does_not_overwrite_people(session: Session) -> None:
    """A spreadsheet that counts from 1 again is about others: refused, with whose number it is."""
    hackathon = event(session)
    header = "id;Nom;Courriel\n"
    bring_in(session, hackathon, table(f"{header}1;Ada Essai;a@example.org\n"))
    plan = bring_in(session, hackathon, table(f"{header}1;Bo Modèle;b@example.org\n"), overwrite=True)
    assert plan.rows[0].remarks[0].params == {"value": "1", "name": "Ada Essai"}
    assert list(people(session)) == ["Ada Essai"]


def test_an_address_is_never_given_twice(session: Session) -> None:
    """A ticket that bears the address of somebody registered is a person without an address, each time."""
    hackathon = event(session)
    make_registration(session, hackathon, "Ida Sample", email="ida.sample@example.org")
    for _ in range(2):
        bring_in(session, hackathon, table_of("eventbrite.csv"))
    assert people(session)["Jon Sample"].email == ""


def test_columns_are_remembered_for_the_event(session: Session) -> None:
    """The next file with the same headers, in any order, is read as this one was; another event knows nothing."""
    hackathon = event(session)
    mapping = {"Qui": Field.NAME, "Couleur": Field.NOTES, "Mail": None}
    remember_columns(session, hackathon, list(mapping), mapping)
    assert columns_for(session, hackathon, ["mail", "COULEUR", "Qui"]) == {
        "mail": None,
        "COULEUR": Field.NOTES,
        "Qui": Field.NAME,
    }
    assert len(session.scalars(select(ColumnMapping)).all()) == 1


def told(row: PlannedRow) -> str:
    """A reason without a page's words."""
    return "=why " + " ".join([*(problem.code for problem in row.problems), *(each.reason for each in row.remarks)])


def test_rows_that_were_left_come_back_as_a_file(session: Session) -> None:
    """As they came, with line and reason; nothing in it runs in a spreadsheet; mended, it is read again."""
    hackathon = event(session)
    given = table_of("libre.csv")
    plan = plan_of(session, hackathon, given)
    content = left_csv(given, plan, told, ("Ligne", "Motif"))
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0] == [*given.headers, "Ligne", "Motif"]
    assert [row[-2] for row in rows[1:]] == ["6", "7", "8"]
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert set(plan_of(session, hackathon, table_of("libre.csv")).counts) == set(Outcome)


@pytest.mark.parametrize("spoil", [lambda text: text, lambda text: text.replace(",", ";"), str.upper])
def test_any_file_is_planned_without_failing(session: Session, spoil: Callable[[str], str]) -> None:
    """Odd delimiters and capitals never break the dry run."""
    hackathon = event(session)
    text = spoil((FOLDER / "google_forms.csv").read_text("utf-8"))
    assert len(plan_of(session, hackathon, table(text)).rows) == 3
