"""private fields are encrypted; counts of what was deleted are kept"""

import json
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from matcher.store.encryption import blind_index, decrypt, encrypt

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

#: Rows that are held in memory at a time.
BATCH = 500

ANSWERS = "to the questions of the event"

#: Table, column, its type before, its comments before and since.
PRIVATE = (
    ("organisation", "contact_name", sa.String(length=120), "private", "private"),
    ("organisation", "contact_email", sa.String(length=254), "private", "private"),
    ("hackathon", "contact_email", sa.String(length=254), "private", "private"),
    ("registration", "email", sa.String(length=254), *("private, lower case; empty when not known",) * 2),
    ("registration", "access_needs", sa.Text(), "private", "private"),
    ("registration", "diet", sa.Text(), "private", "private"),
    ("registration", "note", sa.Text(), *("private, of the organisers",) * 2),
    ("registration", "answers", sa.Text(), ANSWERS, f"private; {ANSWERS}"),
    ("wish", "typed", sa.String(length=120), None, "private"),
)


def upgrade() -> None:
    op.create_table(
        "past_count",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.String(length=40), nullable=False, comment="such as a reason, or days"),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_past_count_count")),
        sa.PrimaryKeyConstraint("year", "what", "detail", name=op.f("pk_past_count")),
    )
    op.drop_index("uq_registration_email", "registration")
    op.add_column(
        "registration",
        sa.Column(
            "email_index", sa.String(length=64), nullable=True, comment="blind index of email; null when not known"
        ),
    )
    for table, column, _before, _comment, comment in PRIVATE:
        new = sa.Column(column, sa.Text(), nullable=False, server_default=sa.text("''"), comment=comment)
        _replace(table, new, _sealed)
    _index("email_index", "email_index IS NOT NULL AND status <> 'withdrawn'")


def downgrade() -> None:
    op.drop_index("uq_registration_email", "registration")
    for table, column, before, comment, _comment in PRIVATE:
        new = sa.Column(column, before, nullable=False, server_default=sa.text("''"), comment=comment)
        _replace(table, new, _opened_list if column == "answers" else _opened)
    op.drop_column("registration", "email_index")
    op.drop_table("past_count")
    _index("email", "email <> '' AND status <> 'withdrawn'")


def _replace(table: str, new: sa.Column, change: Callable[[str], str]) -> None:
    """Put ``new`` in the place of the column of its name, each value changed.

    A column is added and the old one dropped, because SQLite changes a type by copying the table alone, and dropping
    the original deletes what refers to it. ``new`` keeps the empty text as its default on the server for that reason.
    """
    old = f"{new.name}_before"
    op.execute(f"ALTER TABLE {table} RENAME COLUMN {new.name} TO {old}")
    op.add_column(table, new)
    rows = sa.table(table, *(sa.column(name) for name in ("id", old, new.name, "email_index")))
    connection = op.get_bind()
    last = -1
    while batch := connection.execute(
        sa.select(rows.c.id, rows.c[old]).where(rows.c.id > last).order_by(rows.c.id).limit(BATCH)
    ).all():
        values = [{"row": number, "value": change(value)} for number, value in batch]
        statement = sa.update(rows).where(rows.c.id == sa.bindparam("row")).values({new.name: sa.bindparam("value")})
        connection.execute(statement, values)
        if (table, new.name, change) == ("registration", "email", _sealed):
            indexes = [{"row": number, "found_by": blind_index(value)} for number, value in batch if value]
            if indexes:
                found_by = sa.update(rows).where(rows.c.id == sa.bindparam("row"))
                connection.execute(found_by.values(email_index=sa.bindparam("found_by")), indexes)
        last = batch[-1][0]
    op.drop_column(table, old)


def _sealed(value: str) -> str:
    return encrypt(value) if value not in ("", "[]") else ""


def _opened(value: str) -> str:
    return decrypt(value) if value else ""


def _opened_list(value: str) -> str:
    return decrypt(value) if value else json.dumps([])


def _index(column: str, where: str) -> None:
    condition = sa.text(where)
    op.create_index(
        "uq_registration_email",
        "registration",
        ["hackathon_id", column],
        unique=True,
        sqlite_where=condition,
        postgresql_where=condition,
    )
