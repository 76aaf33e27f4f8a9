"""Private fields: who has the file and not the key reads nothing, and keys can be changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Engine, Text, select, text, type_coerce
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matcher.privacy.rotating import INDEX_ENDING, private_columns, rotate_keys
from matcher.store import Base, Hackathon, Invitation, Organisation, Registration, Review, Wish
from matcher.store.encryption import (
    DecryptionError,
    KeyMissingError,
    blind_index,
    blind_indexes,
    decrypt,
    encrypt,
    is_current,
    use_keys,
)
from matcher.store.schema import downgrade, upgrade
from matcher.store.session import open_engine, writing
from matcher.vocabulary import PostingKind, WishKind
from tests.builders import KEYS, new_database, organisation

(OLD,) = KEYS  # a new database of a test sets it again
NEW = "the second secret of this installation"
SECRET = "Ottilie Confidence <ottilie@confidence.example> 🚲"


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    """One key; tests that follow get theirs back."""
    use_keys([OLD])
    yield
    use_keys(KEYS)


@pytest.mark.parametrize("plain", [SECRET, " ", "é" * 5000, "line\nline\0end"])
def test_a_text_comes_back_as_it_was(plain: str) -> None:
    """Any text, and its cipher text holds nothing of it."""
    stored = encrypt(plain)
    assert decrypt(stored) == plain
    assert plain not in stored
    assert stored.isascii()


def test_the_same_text_is_another_cipher_text_each_time() -> None:
    """Nobody sees which rows hold the same address."""
    assert len({encrypt(SECRET) for _ in range(20)}) == 20


def test_an_older_key_still_reads_and_the_newest_writes() -> None:
    """Changing keys makes nothing unreadable."""
    stored = encrypt(SECRET)
    use_keys([NEW, OLD])
    assert decrypt(stored) == SECRET
    assert not is_current(stored)
    again = encrypt(SECRET)
    use_keys([NEW])
    assert (decrypt(again), is_current(again)) == (SECRET, True)
    with pytest.raises(DecryptionError):
        decrypt(stored)


def test_another_key_reads_nothing_and_says_nothing() -> None:
    """The error holds neither the text nor the key."""
    stored = encrypt(SECRET)
    use_keys([NEW])
    with pytest.raises(DecryptionError) as caught:
        decrypt(stored)
    assert stored not in str(caught.value)
    assert NEW not in str(caught.value)


@pytest.mark.parametrize("at", [0, 5, 20, 60, -5])
def test_a_changed_text_is_refused(at: int) -> None:
    """One changed character anywhere is noticed: version, time, text or signature."""
    stored = encrypt(SECRET)
    changed = stored[:at] + ("A" if stored[at] != "A" else "B") + stored[at:][1:]
    with pytest.raises(DecryptionError):
        decrypt(changed)


@pytest.mark.parametrize("stored", ["readable", "", "é", "gAAAA"])
def test_what_was_never_encrypted_is_refused(stored: str) -> None:
    """A readable text that somebody put into the database is no private text."""
    with pytest.raises(DecryptionError):
        decrypt(stored)


def test_without_a_key_nothing_is_written_or_read() -> None:
    """A process that forgot its keys stops, and stores nothing readable."""
    stored = encrypt(SECRET)
    use_keys([])
    for act in (encrypt, blind_index, is_current):
        with pytest.raises(KeyMissingError):
            act(SECRET)
    with pytest.raises(KeyMissingError):
        decrypt(stored)


def test_a_blind_index_finds_equal_values_alone() -> None:
    """Case and outer blanks do not count; another key makes another index."""
    index = blind_index("Ottilie@Confidence.example ")
    assert index == blind_index("ottilie@confidence.example")
    assert index != blind_index("ottilie@confidence.examples")
    assert len(index) == 64
    use_keys([NEW, OLD])
    assert blind_index("ottilie@confidence.example") != index
    assert blind_indexes("ottilie@confidence.example") == (blind_index("ottilie@confidence.example"), index)


def test_empty_texts_and_lists_need_no_key(engine: Engine) -> None:
    """There is nothing to hide, and lists of rows without private texts cost nothing."""
    use_keys([])
    with Session(engine) as session:
        with writing(session):
            organisation(session)
        assert session.scalar(select(Organisation.contact_email)) == ""


# -- columns --------------------------------------------------------------------------------------


def _fill(session: Session) -> tuple[Organisation, Registration]:
    with writing(session):
        owner = organisation(session, contact_name=SECRET, contact_email="ottilie@confidence.example")
        event = Hackathon(
            title="48 heures",
            starts_on=date(2026, 6, 1),
            ends_on=date(2026, 6, 2),
            is_online=True,
            contact_email="ottilie@confidence.example",
        )
        session.add(event)
        session.flush()
        person = Registration(
            hackathon_id=event.id, name="Camille", email="camille@confidence.example", diet=SECRET,
            access_needs=SECRET, note=SECRET, answers=[SECRET, ""], wishes=[Wish(kind=WishKind.AVOID, typed=SECRET)],
        )  # fmt: skip
        session.add(person)
        session.add(Review(kind=PostingKind.NEED, object_id=7, text_hash="h", remark=SECRET))
        session.flush()
        address = "colleague@confidence.example"
        session.add(
            Invitation(
                organisation_id=owner.id, address=address, address_index=blind_index(address),
                expires_at=owner.created_at,
            )
        )  # fmt: skip
    return owner, person


def _stored(session: Session) -> dict[str, list[str]]:
    """What the database holds in each private column."""

    def texts(column: Column[Any]) -> list[str]:
        return list(session.scalars(select(type_coerce(column, Text)).where(column.is_not(None))))

    return {
        f"{table.name}.{column.name}": texts(column)
        for table, columns in private_columns().items()
        for column in columns
    }


def test_the_database_holds_no_private_text(session: Session) -> None:
    """Columns come back as they were written, and the database has no word of them."""
    _, person = _fill(session)
    session.expire_all()
    assert (person.email, person.diet, person.answers) == ("camille@confidence.example", SECRET, [SECRET, ""])
    assert person.wishes[0].typed == SECRET
    assert "onfidence" not in str(_stored(session))


def test_the_file_of_the_database_holds_no_private_text(tmp_path: Path) -> None:
    """Neither in a table nor in an index nor in a page that was freed."""
    engine = new_database(tmp_path)
    with Session(engine) as session:
        _fill(session)
    assert b"onfidence" not in _file_of(engine)


def test_every_private_text_is_an_encrypted_column() -> None:
    """A column that says “private” in its comment is encrypted, but for those that have a reason.

    The reasons are in ``docs/privacy.md``.
    """
    readable = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.c
        if (column.comment or "").startswith("private") and column not in private_columns().get(table, [])
    }
    assert readable == {"account.email", "team_plan.problem", "team_run.problem"}


def test_an_index_stands_beside_its_column() -> None:
    """Rotating finds indexes by their names."""
    for table in Base.metadata.sorted_tables:
        for column in table.c:
            if (column.comment or "").startswith("blind index of"):
                of = column.comment.split()[3].rstrip(";")
                assert column.name == of + INDEX_ENDING
                assert table.c[of] in private_columns()[table]


def test_the_index_follows_the_address(session: Session) -> None:
    """A changed address is found by its new value alone; no address has no index."""
    _, person = _fill(session)
    with writing(session):
        person.email = "autre@confidence.example"
    assert person.email_index == blind_index("autre@confidence.example")
    with writing(session):
        person.email = ""
    assert person.email_index is None


# -- changing keys --------------------------------------------------------------------------------


def test_rotation_writes_everything_with_the_newest_key(session: Session) -> None:
    """Afterwards the old key can be taken out; indexes are those of the new one."""
    _, person = _fill(session)
    use_keys([NEW, OLD])
    report = {entry.table: (entry.rows, entry.changed) for entry in rotate_keys(session)}
    assert {name for name, (rows, _) in report.items() if rows} == {
        "organisation", "hackathon", "registration", "wish", "review", "invitation",
    }  # fmt: skip
    assert all(rows == changed for rows, changed in report.values())
    use_keys([NEW])
    session.expire_all()
    assert (person.email, person.answers) == ("camille@confidence.example", [SECRET, ""])
    assert person.email_index == blind_index("camille@confidence.example")
    assert session.scalar(select(Invitation.address_index)) == blind_index("colleague@confidence.example")
    assert all(is_current(stored) for texts in _stored(session).values() for stored in texts if stored)


def test_a_rotation_that_was_interrupted_goes_on_where_it_was(session: Session) -> None:
    """What is done stays done; a second whole run changes nothing."""
    _fill(session)
    use_keys([NEW, OLD])
    running = rotate_keys(session)
    while next(running).table != "organisation":
        pass
    running.close()
    done = _stored(session)["organisation.contact_email"]
    rest = {entry.table: entry.changed for entry in rotate_keys(session)}
    assert (rest["organisation"], rest["registration"]) == (0, 1)
    assert _stored(session)["organisation.contact_email"] == done
    assert sum(entry.changed for entry in rotate_keys(session)) == 0


def test_a_key_that_was_taken_out_too_early_stops_the_rotation(session: Session) -> None:
    """Nothing is overwritten that cannot be read."""
    _fill(session)
    before = _stored(session)
    use_keys([NEW])
    with pytest.raises(DecryptionError):
        list(rotate_keys(session))
    assert _stored(session) == before


def test_an_address_registers_once_also_between_two_keys(session: Session) -> None:
    """Until the rotation is done, rows of the old key are found as well."""
    _, person = _fill(session)
    use_keys([NEW, OLD])
    found = select(Registration.id).where(Registration.email_index.in_(blind_indexes("CAMILLE@confidence.example")))
    assert session.scalar(found) == person.id


# -- the migration --------------------------------------------------------------------------------


@pytest.fixture
def before(tmp_path: Path) -> Engine:
    """A database of the version before, with 1,201 readable registrations."""
    engine = open_engine(f"sqlite:///{tmp_path / 'before.db'}")
    upgrade(engine, "0003")
    people = [
        {"id": number, "code": f"code-{number}", "email": f"p{number}@confidence.example" if number else ""}
        for number in range(1201)
    ]
    with engine.execution_options(immediate=True).begin() as connection:
        connection.execute(text(_EVENT))
        connection.execute(text(_PERSON), people)
        connection.execute(text("INSERT INTO wish (registration_id, kind, typed, is_settled, is_confirmed) "
                                "VALUES (5, 'avoid', 'Ottilie Confidence', 0, 0)"))  # fmt: skip
    return engine


_EVENT = """
INSERT INTO hackathon (id, source, phase, language, title, description, organiser, contact_email, is_online, venue,
    starts_on, ends_on, languages, size_min, size_target, size_max, questions, code_of_conduct, criteria, rules,
    weights, revision, link_version, created_at, updated_at)
VALUES (1, 'site', 'draft', 'fr', 'Avant', '', '', 'orga@confidence.example', 1, '', '2026-01-01', '2026-01-02', '[]',
    3, 5, 6, '[]', '', '[]', '{}', '{}', 1, 1, '2026-01-01', '2026-01-01')
"""
_PERSON = """
INSERT INTO registration (id, hackathon_id, source, status, attendance, language, name, email, organisation, roles,
    about, experience, is_newcomer, languages, away, team_status, team_name, access_needs, diet, note, answers,
    directory_consent, checkin_code, link_version, created_at, updated_at)
VALUES (:id, 1, 'site', 'registered', 'expected', 'fr', 'Camille', :email, '', '', '', 'none', 0, '[]', '[]', 'alone',
    '', '', 'Confidence sans noix', '', '["Confidence", ""]', 0, :code, 1, '2026-01-01', '2026-01-01')
"""


def _file_of(engine: Engine) -> bytes:
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return Path(str(engine.url.database)).read_bytes()


def _raw(engine: Engine, query: str) -> list[Any]:
    with sqlite3.connect(str(engine.url.database)) as connection:
        return connection.execute(query).fetchall()


def test_stored_rows_are_encrypted_and_the_way_back_gives_them_back(before: Engine) -> None:
    """More rows than one batch, nothing lost in tables that refer to them, and the same texts after both ways."""
    query = "SELECT id, email, diet, answers FROM registration ORDER BY id"
    was = _raw(before, query)
    upgrade(before)
    with Session(before) as session:
        rows = session.scalars(select(Registration).order_by(Registration.id)).all()
        assert [(row.id, row.email, row.diet) for row in rows] == [tuple(row[:3]) for row in was]
        assert {tuple(row.answers) for row in rows} == {("Confidence", "")}
        assert [row.email_index for row in rows[:2]] == [None, blind_index("p1@confidence.example")]
        assert session.scalars(select(Wish.typed)).all() == ["Ottilie Confidence"]
        assert session.scalar(select(Hackathon.contact_email)) == "orga@confidence.example"
    downgrade(before, "0003")
    assert _raw(before, query) == was
    upgrade(before)


def test_no_readable_text_stays_in_the_file(before: Engine) -> None:
    """Pages that the migration freed are overwritten."""
    upgrade(before)
    assert b"onfidence" not in _file_of(before)


@pytest.mark.parametrize("step", ["before", "since"])
def test_an_address_is_unique_in_an_event_before_and_since(before: Engine, step: str) -> None:
    """The database itself refuses a second one, in both versions of the schema."""
    if step == "since":
        upgrade(before)
        downgrade(before, "0003")
    with before.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(text(_PERSON), {"id": 5000, "code": "x", "email": "p7@confidence.example"})
