"""``flask jobs``: the process that does what the service does by itself."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from matcher.clock import utc_now
from matcher.notifications.sending import outlook
from web.assets import Site
from web.config import ConfigurationError
from web.jobs import anybody_runs_them, queue_of, run_due
from web.mail import sends_for_real
from web.wiring import db, services

group = AppGroup("jobs", help="Matching again, reminders, mails: what the service does by itself.")


@group.command()
@click.option(
    "--warm-up/--no-warm-up", default=True, help="Load the encoder, so that new postings are compared by meaning."
)
def run(warm_up: bool) -> None:
    """Do jobs as they become due, until the process is ended. One such process is enough."""
    app = _application()
    if warm_up:
        services().warm_up()
    _once(app)
    queue_of(app).create_consumer(workers=1, periodic=True, max_delay=2.0).run()


@group.command()
@click.option("--warm-up/--no-warm-up", default=True, help="Load the encoder first.")
def once(warm_up: bool) -> None:
    """Do what is due now, and end: for a timer of the system, or to look at what would come."""
    if warm_up:
        services().loader.wait()
    for name, count in _once(_application()).items():
        click.echo(f"{name}: {count}")


@group.command()
def status() -> None:
    """Whether somebody runs the jobs, and what waits."""
    now = utc_now()
    runs = anybody_runs_them(db.session, now)
    click.echo("The jobs are run." if runs else "Nobody runs the jobs: start “flask --app wsgi jobs run”. Mails wait.")
    waits = outlook(db.session, now)
    click.echo(f"Mails that wait: {waits.waiting}")
    if waits.next_try_at is not None:
        click.echo(
            f"The mail server is away ({waits.failures} tries); next try at {waits.next_try_at:%Y-%m-%d %H:%M} UTC."
        )
    if not sends_for_real():
        click.echo("No mail server is set: mails are written into the folder “outbox” of the service.")


def _application() -> Site:
    app: Site = current_app._get_current_object()  # type: ignore[attr-defined]
    return app


def _once(app: Site) -> dict[str, int]:
    try:
        return run_due(app)
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from None
