"""mails about hackathons and deleted postings, and mails whose links end"""

import sqlalchemy as sa
from alembic import op

from matcher.store.migrations.tables import rebuild

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KINDS = (
    *("digest", "answer_wanted", "reminder", "introduced", "message", "question", "answer", "near_miss"),
    *("solved_elsewhere", "follow_up", "expires_soon", "saved_search", "moderation", "retention", "account"),
)
STATES = ("waiting", "sending", "sent", "cancelled", "failed", "bounced")
NEW_KINDS = (*KINDS, "posting_deleted", "hackathon")
NEW_STATES = (*STATES, "expired")


def upgrade() -> None:
    op.add_column(
        "mail",
        sa.Column(
            "link_ends_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="its links are dead then: not sent later, text emptied",
        ),
    )
    _allow("kind", "mailkind", NEW_KINDS)
    _allow("state", "mailstate", NEW_STATES)


def downgrade() -> None:
    """What the older closed lists do not know is told as what comes nearest."""
    for column, old, new in (
        ("kind", "hackathon", "account"),
        ("kind", "posting_deleted", "solved_elsewhere"),
        ("state", "expired", "cancelled"),
    ):
        op.execute(sa.text(f"UPDATE mail SET {column} = :new WHERE {column} = :old").bindparams(old=old, new=new))  # noqa: S608
    _allow("state", "mailstate", STATES)
    _allow("kind", "mailkind", KINDS)
    op.drop_column("mail", "link_ends_at")


def _allow(column: str, name: str, values: tuple[str, ...]) -> None:
    """Give the CHECK of a closed list other values."""
    listed = ", ".join(f"'{value}'" for value in values)
    if op.get_bind().dialect.name == "sqlite":
        pattern = rf"(CONSTRAINT \"?ck_mail_{name}\"? CHECK \({column} IN )\([^)]*\)"
        rebuild("mail", (pattern, rf"\1({listed})"))
    else:
        op.drop_constraint(op.f(f"ck_mail_{name}"), "mail", type_="check")
        op.create_check_constraint(op.f(f"ck_mail_{name}"), "mail", f"{column} IN ({listed})")
