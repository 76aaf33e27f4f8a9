"""Migration 0006: mails of new kinds go up and down on every database without losing one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matcher.people import MailKind, MailState
from matcher.store import Mail
from matcher.store.schema import downgrade, upgrade
from matcher.store.session import writing
from matcher.vocabulary import Language

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def mail(session: Session, key: str, kind: MailKind, state: MailState) -> int:
    """A stored mail, and its number."""
    with writing(session):
        row = Mail(
            key=key, kind=kind, state=state, address="ada@example.org", address_index="x", language=Language.FR,
            subject="Sujet", text="Texte", html="<p>", link_ends_at=NOW + timedelta(minutes=30),
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.id


def test_the_way_back_tells_new_kinds_as_what_comes_nearest(bare_engine: Engine) -> None:
    """No mail is lost, indexes stay, and the next number is greater than every one that was given."""
    upgrade(bare_engine)
    indexes = {row["name"] for row in inspect(bare_engine).get_indexes("mail")}
    with Session(bare_engine) as session:
        mail(session, "one", MailKind.HACKATHON, MailState.EXPIRED)
        mail(session, "two", MailKind.POSTING_DELETED, MailState.WAITING)
        last = mail(session, "three", MailKind.ACCOUNT, MailState.WAITING)
        with writing(session):
            session.delete(session.get_one(Mail, last))
    downgrade(bare_engine, "0005")
    with bare_engine.connect() as connection:
        rows = connection.execute(text("SELECT key, kind, state FROM mail ORDER BY id")).all()
        assert [tuple(row) for row in rows] == [
            ("one", "account", "cancelled"),
            ("two", "solved_elsewhere", "waiting"),
        ]
    assert {row["name"] for row in inspect(bare_engine).get_indexes("mail")} == indexes
    upgrade(bare_engine)
    with Session(bare_engine) as session:
        assert session.scalars(select(Mail.subject)).all() == ["Sujet", "Sujet"]
        assert mail(session, "four", MailKind.HACKATHON, MailState.WAITING) > last


@pytest.mark.parametrize(("column", "value"), [("kind", "newsletter"), ("state", "lost")])
def test_the_database_refuses_what_is_in_no_list(bare_engine: Engine, column: str, value: str) -> None:
    """The lists grew, and are still closed."""
    upgrade(bare_engine)
    with Session(bare_engine) as session:
        mail(session, "one", MailKind.ACCOUNT, MailState.WAITING)
    with bare_engine.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(text(f"UPDATE mail SET {column} = :value"), {"value": value})  # noqa: S608
