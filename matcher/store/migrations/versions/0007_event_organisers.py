"""accounts that run hackathons; jurors have rows of their own, and marks are theirs"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WHEN_TOLD = "when the mail about this place was %s; null: not yet, or the place is new since"


def upgrade() -> None:
    op.create_table(
        "hackathon_organiser",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("hackathon_id", sa.Integer(), nullable=False),
        _role(),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _refers("hackathon_organiser", "account_id", "account", "CASCADE"),
        _refers("hackathon_organiser", "hackathon_id", "hackathon", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hackathon_organiser")),
        sa.UniqueConstraint("account_id", "hackathon_id", name=op.f("uq_hackathon_organiser_account_id_hackathon_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_hackathon_organiser_hackathon_id"), "hackathon_organiser", ["hackathon_id"])
    op.create_table(
        "organiser_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hackathon_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False, comment="private"),
        sa.Column("address_index", sa.String(length=64), nullable=False, comment="blind index of address"),
        _role(),
        sa.Column("invited_by_id", sa.Integer(), nullable=True, comment="null: by the organisers' link"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _refers("organiser_invitation", "hackathon_id", "hackathon", "CASCADE"),
        _refers("organiser_invitation", "invited_by_id", "account", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organiser_invitation")),
        sa.UniqueConstraint(
            "hackathon_id", "address_index", name=op.f("uq_organiser_invitation_hackathon_id_address_index")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_organiser_invitation_hackathon_id"), "organiser_invitation", ["hackathon_id"])
    _add_jurors()
    _comment("sent", "queued")


def downgrade() -> None:
    _comment("queued", "sent")
    _drop_jurors()
    op.drop_index(op.f("ix_organiser_invitation_hackathon_id"), "organiser_invitation")
    op.drop_table("organiser_invitation")
    op.drop_index(op.f("ix_hackathon_organiser_hackathon_id"), "hackathon_organiser")
    op.drop_table("hackathon_organiser")


def _role() -> sa.Column:
    kinds = sa.Enum("owner", "organiser", name="organiserrole", native_enum=False, create_constraint=True, length=40)
    return sa.Column("role", kinds, nullable=False)


def _refers(table: str, column: str, other: str, when_gone: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=when_gone)


def _add_jurors() -> None:
    """A juror for each name that marked at an event; the marks with the names are few, and are written anew."""
    juror = op.create_table(
        "juror",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hackathon_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column(
            "link_version", sa.Integer(), nullable=False, comment="raised to cancel this juror's links given so far"
        ),
        sa.Column(
            "ended_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="no link of this juror works from then on",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_juror_name")),
        _refers("juror", "hackathon_id", "hackathon", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_juror")),
        sa.UniqueConstraint("hackathon_id", "name", name=op.f("uq_juror_hackathon_id_name")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_juror_hackathon_id"), "juror", ["hackathon_id"])
    connection = op.get_bind()
    told = connection.execute(
        sa.text(
            "SELECT mark.submission_id, mark.juror, mark.criterion, mark.points, submission.hackathon_id"
            " FROM mark JOIN submission ON submission.id = mark.submission_id"
        )
    ).all()
    names = sorted({(row.hackathon_id, row.juror) for row in told})
    if names:
        now = datetime.now(UTC)
        rows = [{"hackathon_id": event, "name": name, "link_version": 1, "created_at": now} for event, name in names]
        connection.execute(juror.insert(), rows)
    known = {(row.hackathon_id, row.name): row.id for row in connection.execute(sa.select(juror))}
    op.drop_table("mark")
    mark = _mark_table(
        sa.Column("juror_id", sa.Integer(), nullable=False), _refers("mark", "juror_id", "juror", "CASCADE")
    )
    op.create_index(op.f("ix_mark_juror_id"), "mark", ["juror_id"])
    marks = [
        {
            "submission_id": row.submission_id,
            "juror_id": known[row.hackathon_id, row.juror],
            "criterion": row.criterion,
            "points": row.points,
        }
        for row in told
    ]
    if marks:
        connection.execute(mark.insert(), marks)


def _drop_jurors() -> None:
    connection = op.get_bind()
    told = connection.execute(
        sa.text(
            "SELECT mark.submission_id, juror.name AS juror, mark.criterion, mark.points"
            " FROM mark JOIN juror ON juror.id = mark.juror_id"
        )
    ).mappings()
    marks = [dict(row) for row in told]
    op.drop_index(op.f("ix_mark_juror_id"), "mark")
    op.drop_table("mark")
    mark = _mark_table(sa.Column("juror", sa.String(length=80), nullable=False))
    if marks:
        connection.execute(mark.insert(), marks)
    op.drop_index(op.f("ix_juror_hackathon_id"), "juror")
    op.drop_table("juror")


def _mark_table(whose: sa.Column, *rules: sa.ForeignKeyConstraint) -> sa.Table:
    return op.create_table(
        "mark",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        whose,
        sa.Column("criterion", sa.Integer(), autoincrement=False, nullable=False, comment="place in the list of them"),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.CheckConstraint("points BETWEEN 0 AND 5", name=op.f("ck_mark_points")),
        _refers("mark", "submission_id", "submission", "CASCADE"),
        *rules,
        sa.PrimaryKeyConstraint("submission_id", whose.name, "criterion", name=op.f("pk_mark")),
    )


def _comment(before: str, after: str) -> None:
    """SQLite keeps no comments."""
    if op.get_bind().dialect.name == "postgresql":
        kind = sa.DateTime(timezone=True)
        op.alter_column(
            "team_place",
            "told_at",
            existing_type=kind,
            existing_comment=WHEN_TOLD % before,
            comment=WHEN_TOLD % after,
        )
