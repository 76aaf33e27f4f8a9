"""numbers of deleted rows are not given again; what an animator read of a posting is kept

Where the number of a row goes, and would open, answer, silence or show a stranger's row if it were given again:

- signed links: need, offer, hackathon, registration, invitation, organisation, account;
- the cookie of a session: organisation, hackathon;
- keys of mails, which say that something was told already, and names of their files: need, offer, organisation,
  account, introduction, thread_message, posting_question, saved_search, mail;
- the logs of changes and of who did what: need, offer, organisation, account, support_case, audit_entry;
- keys within stored documents: registration and challenge in the texts of team_plan and team_run;
- addresses that stay open in one browser while another deletes: membership, passkey, wish, submission, team_plan,
  team_run, introduction_event.

PostgreSQL's sequences never go back: nothing is to be done there.
"""

import sqlalchemy as sa
from alembic import op

from matcher.store.migrations.tables import rebuild

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = (
    *("organisation", "need", "offer", "hackathon", "challenge", "registration", "wish"),
    *("team_plan", "team_run", "submission", "account", "passkey", "membership", "invitation"),
    *("introduction", "introduction_event", "thread_message", "posting_question"),
    *("mail", "saved_search", "support_case", "audit_entry"),
)

#: How SQLite keeps the definition of a table that numbers its rows, before and since.
PLAIN = r"\bid INTEGER NOT NULL,"
ONCE = r"\bid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,"
KEY = r",\s*CONSTRAINT pk_{table} PRIMARY KEY \(id\)"


def upgrade() -> None:
    op.add_column(
        "review",
        sa.Column("texts", sa.Text(), nullable=True, comment="private; as the animator read them; null: not yet"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for table in TABLES:
            rebuild(table, (KEY.format(table=table), ""), (PLAIN, "id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,"))
            _go_on_after_deleted(table)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in TABLES:
            rebuild(table, (ONCE, "id INTEGER NOT NULL,"), (r"\)\s*$", f", CONSTRAINT pk_{table} PRIMARY KEY (id))"))
    op.drop_column("review", "texts")


def _go_on_after_deleted(table: str) -> None:
    """Let the next number be greater than every one that the logs know, those of rows that are gone included."""
    connection, logged = op.get_bind(), {"support_case": "case"}.get(table, table)
    connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
    connection.exec_driver_sql(
        "INSERT INTO sqlite_sequence (name, seq) SELECT ?, max("  # noqa: S608 - a name of the list above
        f' coalesce((SELECT max(id) FROM "{table}"), 0),'
        " coalesce((SELECT max(object_id) FROM change WHERE kind = ?), 0),"
        " coalesce((SELECT max(object_id) FROM audit_entry WHERE object_kind = ?), 0))",
        (table, logged, logged),
    )
