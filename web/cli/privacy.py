"""``flask privacy``: keys of private fields, and the end of keeping."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from matcher.clock import utc_now
from matcher.privacy.retention import Line, run_retention
from matcher.privacy.rotating import rotate_keys
from matcher.store.encryption import DecryptionError
from web.config import Settings
from web.jobs import HERE
from web.privacy.letters import warning
from web.privacy.register_words import as_markdown
from web.wiring import db

group = AppGroup("privacy", help="Look after what is known of people.")


@group.command("rotate-keys")
def rotate() -> None:
    """Encrypt every private field again with the newest key. Safe to run again, and while the site serves."""
    changed = 0
    try:
        for entry in rotate_keys(db.session):
            click.echo(f"{entry.table:20} {entry.rows:8} rows, {entry.changed:8} encrypted again")
            changed += entry.changed
    except DecryptionError as error:
        raise click.ClickException(
            "A private field was encrypted with a key that is not among PASSERELLE_ENCRYPTION_KEYS. "
            "Add the older key at the end of the list and run this command again; nothing was lost."
        ) from error
    click.echo(f"{changed} rows encrypted again. Keys after the first of PASSERELLE_ENCRYPTION_KEYS may be taken out.")


@group.command()
@click.option("--dry-run", is_flag=True, help="Say what would be done and do nothing.")
def retention(dry_run: bool) -> None:
    """Delete what is older than its rule allows, and warn accounts that nobody has used for long."""
    settings: Settings = current_app.config["SETTINGS"]
    with current_app.test_request_context(base_url=settings.base_url or HERE):  # for the link in warnings
        report = run_retention(db.session, utc_now(), warn=warning, dry_run=dry_run)
    click.echo(f"{'What':44} {'Kept for':>12} {'Would go' if dry_run else 'Done':>10}")
    for line in report.lines:
        click.echo(_row(line))


def _row(line: Line) -> str:
    return f"{line.rule.what:44} {line.rule.months:>5} months {line.count:>10}"


@group.command()
def register() -> None:
    """Print the record of processing in English, as docs/privacy.md has it."""
    click.echo(as_markdown())
