"""``flask demo``: the demonstration territory."""

from __future__ import annotations

from typing import Final

import click
from flask import current_app
from flask.cli import AppGroup
from rich.console import Console
from rich.table import Table

from matcher.clock import today, utc_now
from matcher.exchange.columns import ImportKind
from matcher.exchange.planning import stored_rows
from matcher.hackathons.demo import form_teams, load_hackathon
from matcher.hackathons.forming import taking_part
from matcher.hackathons.plans import current_version, names_of, plan_of
from matcher.hackathons.profiles import similarities
from matcher.introductions.demo import load_pairs
from matcher.postings.seed import DEMO_FOLDER, DEMO_SOURCE, load_demo, seed_places, seed_vocabularies
from matcher.store import Hackathon, Need
from web.cli import db as schema
from web.cli import i18n, index
from web.cli.demo_accounts import code_of, prepare_accounts
from web.cli.match import load_encoder, print_proposals
from web.links import organiser_link
from web.wiring import db, services

#: Where "make demo" serves the site.
DEMO_ADDRESS: Final = "http://127.0.0.1:5000"

group = AppGroup("demo", help="The demonstration territory: invented organisations around Grand Nancy.")

#: The need whose proposals are shown in the terminal.
SHOWN = "n-roue-inscr"


@group.command()
@click.pass_context
def prepare(context: click.Context) -> None:
    """Everything that "make demo" does before serving, in one process: schema, territory, vectors, one need."""
    for step in (i18n.compile_command, schema.upgrade, load, index.build, pairs, hackathon, show):
        context.invoke(step)
    if not current_app.config["SETTINGS"].in_production:
        context.invoke(accounts)


@group.command()
def load() -> None:
    """Load themes, skills, places and the demonstration territory. A second run changes nothing."""
    seed_vocabularies(db.session)
    seed_places(db.session)
    for kind, result in load_demo(db.session, DEMO_FOLDER, today()).items():
        counts = f"{len(result.created)} new, {len(result.updated)} changed, {result.unchanged} as they were"
        click.echo(f"{kind.value}: {counts}")


@group.command()
def pairs() -> None:
    """Let some of the demonstration's needs and offers answer each other. A second run changes nothing."""
    load_encoder()
    matcher = services().matcher
    made = load_pairs(db.session, utc_now(), lambda need: matcher.propose(db.session, need))
    click.echo(f"introductions: {made} new")


@group.command()
def hackathon() -> None:
    """Load the demonstration event, form its teams, and say where organisers find them. Again: the link alone."""
    event, fresh = load_hackathon(db.session, today())
    if fresh:
        encoder, people = load_encoder(), taking_part(db.session, event.id)
        near = similarities(people, event.open_challenges, encoder) if encoder else None
        with Console(stderr=True).status("Forming teams"):
            form_teams(db.session, event, near)
        Console().print(_teams(event))
    with current_app.test_request_context(base_url=current_app.config["BASE_URL"] or DEMO_ADDRESS):
        click.echo(f"The organisers' pages of “{event.title}”: {organiser_link(event)}")


def _teams(event: Hackathon) -> Table:
    """The teams at hand, for the terminal."""
    version = current_version(db.session, event.id)
    titles = {str(challenge.id): challenge.title for challenge in event.challenges}
    names = names_of(db.session, version)
    table = Table("Challenge", "Team", title=event.title)
    for team in plan_of(version).teams:
        table.add_row(titles[team.slot.challenge], ", ".join(names[who] for who in team.members))
    return table


@group.command()
def accounts() -> None:
    """Make one account a role, and print how to sign in. A second run changes nothing. Never in production."""
    _refuse_in_production()
    table = Table("Address", "Password", "Who", title=f"Accounts ({DEMO_ADDRESS}/connexion)")
    for ready in prepare_accounts():
        table.add_row(ready.address, ready.password, ready.who)
    Console().print(table)
    click.echo("Roles ask for a code as well: flask --app wsgi demo code ADDRESS")


@group.command()
@click.argument("address")
def code(address: str) -> None:
    """Print the code that the authenticator app of a demonstration account would show now. Never in production."""
    _refuse_in_production()
    found = code_of(address)
    if found is None:
        raise click.ClickException("This is no demonstration account with a second step.")
    click.echo(found)


def _refuse_in_production() -> None:
    if current_app.config["SETTINGS"].in_production:
        raise click.ClickException("There are no demonstration accounts in production.")


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
