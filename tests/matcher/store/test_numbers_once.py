"""The number of a deleted row is never given to another, and the migration that sees to it keeps everything."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.orm import Session

from matcher.store import (
    Account,
    Base,
    Challenge,
    Embedding,
    Facet,
    Hackathon,
    Need,
    Offer,
    Organisation,
    Registration,
    Wish,
)
from matcher.store.schema import DanglingReferenceError, current_revision, downgrade, upgrade
from matcher.store.session import open_engine, writing
from matcher.store.word_search import find_words
from matcher.vocabulary import PostingKind, WishKind
from tests.builders import need, new_database, offer, organisation, skill, theme
from tests.matcher.privacy.people import introduced

#: Vocabularies: their rows are never deleted.
REUSED = {"place", "theme", "skill"}


def _account(session: Session) -> Account:
    row = Account(email="camille@example.org", session_name="one", name="Camille")
    session.add(row)
    return row


@pytest.mark.parametrize(
    ("make", "model"),
    [(need, Need), (offer, Offer), (organisation, Organisation), (_account, Account)],
    ids=["need", "offer", "organisation", "account"],
)
def test_a_new_row_never_has_the_number_of_a_deleted_one(engine: Engine, make: Any, model: Any) -> None:
    """Also when the deleted row was the newest, or the only one."""
    given = []
    with Session(engine) as session:
        for _ in range(3):
            with writing(session):
                row = make(session)
                session.flush()
            given.append(row.id)
            with writing(session):
                session.delete(session.get_one(model, row.id))
    assert given == sorted(set(given))


def test_every_table_that_numbers_its_rows_does_it_once(tmp_path: Path) -> None:
    """In the models and in the database; a new table has to decide."""
    numbering = {table.name for table in Base.metadata.sorted_tables if _numbers_itself(table)}
    assert {
        name for name in numbering if not Base.metadata.tables[name].dialect_options["sqlite"]["autoincrement"]
    } == REUSED
    engine = new_database(tmp_path)
    with engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'").scalars()
        assert set(kept) == numbering - REUSED


def _numbers_itself(table: Any) -> bool:
    (first, *more) = table.primary_key.columns
    is_own = first.autoincrement in (True, "auto") and not first.foreign_keys
    return is_own and not more and first.type.python_type is int


# -- the migration --------------------------------------------------------------------------------


@pytest.fixture
def before(tmp_path: Path) -> Engine:
    """A full database of the version before."""
    engine = new_database(tmp_path)
    with Session(engine) as session:
        _fill(session)
    downgrade(engine, "0004")
    return engine


def _fill(session: Session) -> None:
    """Something in most tables, on both ends of most references, with rows that were deleted in between."""
    introduced(session)
    with writing(session):
        row = need(session, "Réparer des vélos", must=[skill(session, "web")], themes=[theme(session, "velo")])
        gone = [need(session), offer(session)]
        session.flush()
        session.add(
            Embedding(kind=PostingKind.NEED, object_id=row.id, facet=Facet.WHOLE, model_id="m", text_hash="h", count=1,
                      dim=1, vectors=b"\0\0\0\0")
        )  # fmt: skip
        event = Hackathon(title="48 heures", starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 2), is_online=True)
        event.challenges = [Challenge(title="Un défi", need=row)]
        session.add(event)
        session.flush()
        people = [Registration(hackathon_id=event.id, name=name, email=f"{name}@example.org") for name in "ab"]
        session.add_all(people)
        session.flush()
        people[0].wishes = [Wish(kind=WishKind.AVOID, typed="b", other_id=people[1].id)]
    with writing(session):
        for each in gone:
            session.delete(each)


def _rows(engine: Engine) -> dict[str, list[Any]]:
    """Everything that the database holds, table by table, those of the word search included."""
    with engine.connect() as connection:
        names = connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            " AND name <> 'alembic_version'"
        ).scalars()
        tables = {name: connection.exec_driver_sql(f'SELECT * FROM "{name}"').mappings().all() for name in names}  # noqa: S608
    return {name: [{key: row[key] for key in row if key != "texts"} for row in rows] for name, rows in tables.items()}


def _rules(engine: Engine) -> dict[str, Any]:
    """Every rule of every table, in an order of its own: columns, keys, references, checks, indexes with conditions."""
    found = inspect(engine)
    with engine.connect() as connection:
        made = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'trigger')")
        rules: dict[str, Any] = {"": sorted((name, sql or "") for name, sql in made)}
    for name in found.get_table_names():
        parts = (found.get_columns, found.get_foreign_keys, found.get_check_constraints, found.get_unique_constraints)
        rules[name] = [sorted(map(repr, part(name))) for part in parts]
        rules[name].append(found.get_pk_constraint(name)["constrained_columns"])
    return rules


def test_it_keeps_every_row_and_every_rule(before: Engine, tmp_path: Path) -> None:
    """Up and down again, nothing is lost and nothing differs from a database that was made by the migrations alone."""
    was, rules = _rows(before), _rules(before)
    assert sum(map(len, was.values())) > 50
    upgrade(before, "0005")
    assert _rows(before) == was
    fresh = open_engine(f"sqlite:///{tmp_path / 'fresh.db'}")
    upgrade(fresh, "0005")
    assert _rules(before) == _rules(fresh)
    downgrade(before, "0004")
    assert (_rows(before), _rules(before)) == (was, rules)
    downgrade(fresh, "base")
    upgrade(fresh, "0004")
    assert rules == _rules(fresh)


def test_numbers_go_on_after_those_that_were_given_before(before: Engine) -> None:
    """A posting that was deleted under the old schema keeps its number to itself: the log of changes knows it."""
    with before.connect() as connection:
        given = connection.exec_driver_sql("SELECT max(object_id) FROM change WHERE kind = 'need'").scalar_one()
        assert connection.exec_driver_sql("SELECT max(id) FROM need").scalar_one() < given
    upgrade(before)
    with Session(before) as session, writing(session):
        row = need(session)
        session.flush()
        assert row.id == given + 1


def test_references_hold_and_words_are_found_afterwards(before: Engine) -> None:
    """Foreign keys are on again, deleting takes along what it should, and the word search stands."""
    upgrade(before)
    with before.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    with Session(before) as session:
        (number,) = find_words(session, PostingKind.NEED, ["velo"], 5).tolist()
        with writing(session):
            session.delete(session.get_one(Need, number))
        assert session.execute(text("SELECT count(*) FROM need_theme")).scalar_one() == 0
        assert find_words(session, PostingKind.NEED, ["velo"], 5).tolist() == []


def test_a_trigger_that_somebody_added_is_kept(before: Engine) -> None:
    """What was made on a table is made again on the new one."""
    with before.execution_options(immediate=True).begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER seen AFTER DELETE ON passkey BEGIN DELETE FROM job_mark WHERE name = 'seen'; END"
        )
    upgrade(before)
    with before.connect() as connection:
        kept = connection.exec_driver_sql("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
    assert kept == ["passkey"]


def test_a_migration_that_would_leave_a_row_without_what_it_refers_to_is_rolled_back(before: Engine) -> None:
    """Foreign keys are off while tables are made anew, so they are checked before anything is committed."""
    raw = before.raw_connection()
    raw.cursor().execute("PRAGMA foreign_keys=OFF")
    raw.cursor().execute("UPDATE need SET place_id = 999999")
    raw.cursor().execute("PRAGMA foreign_keys=ON")
    raw.close()
    was = _rows(before)
    with pytest.raises(DanglingReferenceError, match="need to place"):
        upgrade(before)
    assert current_revision(before) == "0004"
    assert _rows(before) == was
    with before.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
