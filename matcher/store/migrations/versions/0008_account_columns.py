"""columns of accounts and passkeys are named by what they hold; those that nothing reads go

They had the names that Flask-Security works with, which is used no more. The secret of an authenticator app was kept in
an envelope of its library: it cannot be read any more, and whoever set one up signs in with one step and sets it up
again (those whose role asks for it are led there).
"""

import sqlalchemy as sa
from alembic import op

from matcher.store.migrations.tables import rebuild

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

RENAMED = {
    "account": {
        "fs_uniquifier": "session_name",
        "tf_totp_secret": "authenticator",
        "mf_recovery_codes": "recovery_codes",
        "fs_webauthn_user_handle": "passkey_handle",
        "create_datetime": "created_at",
        "update_datetime": "updated_at",
    },
    "passkey": {"create_datetime": "created_at", "lastuse_datetime": "last_used_at"},
}
UNIQUE = ("fs_uniquifier", "fs_webauthn_user_handle")


def upgrade() -> None:
    for table, names in RENAMED.items():
        for old, new in names.items():
            _rename(table, old, new)
    op.execute("UPDATE account SET authenticator = NULL, recovery_codes = '[]'")
    _comment("hashes", before="hashed by Flask-Security")
    for column in ("tf_primary_method", "us_totp_secrets"):
        op.drop_column("account", column)
    for column in ("usage", "extensions"):
        op.drop_column("passkey", column)


def downgrade() -> None:
    op.add_column("passkey", sa.Column("extensions", sa.String(length=255), nullable=True))
    op.add_column("passkey", sa.Column("usage", sa.String(length=64), nullable=False, server_default="first"))
    _forget_default("passkey", "usage")
    op.add_column("account", sa.Column("us_totp_secrets", sa.Text(), nullable=True))
    op.add_column("account", sa.Column("tf_primary_method", sa.String(length=64), nullable=True))
    _comment("hashed by Flask-Security", before="hashes")
    op.execute("UPDATE account SET authenticator = NULL, recovery_codes = '[]'")
    for table, names in RENAMED.items():
        for old, new in names.items():
            _rename(table, new, old)


def _rename(table: str, old: str, new: str) -> None:
    op.execute(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}")
    if not {old, new} & set(UNIQUE):
        return
    before, after = f"uq_{table}_{old}", f"uq_{table}_{new}"
    if op.get_bind().dialect.name == "sqlite":
        rebuild(table, (rf"\b{before}\b", after))
    else:
        op.execute(f"ALTER TABLE {table} RENAME CONSTRAINT {before} TO {after}")


def _forget_default(table: str, column: str) -> None:
    """It was there for the rows at hand."""
    if op.get_bind().dialect.name == "sqlite":
        rebuild(table, (rf"(\b{column} [^,]*?) DEFAULT '[^']*'", r"\1"))
    else:
        op.alter_column(table, column, server_default=None)


def _comment(comment: str, *, before: str) -> None:
    """SQLite keeps no comments."""
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("account", "recovery_codes", existing_type=sa.Text(), comment=comment, existing_comment=before)
