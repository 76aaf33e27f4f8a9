"""``flask demo``: the demonstration territory."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from rich.console import Console

from matcher.exchange.columns import ImportKind
from matcher.exchange.planning import stored_rows
from matcher.postings.seed import DEMO_FOLDER, DEMO_SOURCE, load_demo, seed_places, seed_vocabularies
from matcher.store import Need
from web.cli import db as schema
from web.cli import i18n, index
from web.cli.match import load_encoder, print_proposals
from web.clock import today
from web.wiring import db, services

group = AppGroup("demo", help="The demonstration territory: invented organisations around Grand Nancy.")

#: The need whose proposals are shown in the terminal.
SHOWN = "n-roue-inscr"


@group.command()
@click.pass_context
def prepare(context: click.Context) -> None:
    """Everything that "make demo" does before serving, in one process: schema, territory, vectors, one need."""
    for step in (i18n.compile_command, schema.upgrade, load, index.build, show):
        context.invoke(step)


@group.command()
def load() -> None:
    """Load themes, skills, places and the demonstration territory. A second run changes nothing."""
    seed_vocabularies(db.session)
    seed_places(db.session)
    for kind, result in load_demo(db.session, DEMO_FOLDER, today()).items():
        counts = f"{len(result.created)} new, {len(result.updated)} changed, {result.unchanged} as they were"
        click.echo(f"{kind.value}: {counts}")


@group.command()
def show() -> None:
    """Print the proposals for one need of the demonstration, with their reasons."""
    need = stored_rows(db.session, ImportKind.NEEDS, [(DEMO_SOURCE, SHOWN)]).get((DEMO_SOURCE, SHOWN))
    if not isinstance(need, Need):
        raise click.ClickException("The demonstration is not loaded: run “flask --app wsgi demo load” first.")
    load_encoder()
    console = Console()
    console.print(f"\n[bold]{need.title}[/bold]  ({need.place.label})\n{need.problem}\n")
    print_proposals(need.title, services().matcher.proposals(db.session, need, 4))
