"""``flask accounts``: make accounts, give roles, lock somebody out. Each change is in the audit log."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from rich.console import Console
from rich.table import Column, Table

from matcher.accounts import roles as use_cases
from matcher.accounts.addresses import clean_address
from matcher.accounts.registering import AddressTakenError, create_account
from matcher.accounts.roles import LastAdministratorError, roles_of
from matcher.accounts.second_step import has_second_step
from matcher.accounts.signing_in import account_at
from matcher.clock import utc_now
from matcher.people import AccountRole
from matcher.store import Account
from matcher.vocabulary import Language
from web.accounts.forms import password_problem
from web.accounts.passwords import hashed
from web.wiring import db

group = AppGroup("accounts", help="Accounts and what they may do.")

_ROLE = click.Choice([role.value for role in AccountRole])


@group.command()
@click.argument("address")
@click.option("--name", default="", help="Signs messages.")
@click.option("--language", type=click.Choice([each.value for each in Language]), default=Language.FR.value)
@click.option("--role", "roles", type=_ROLE, multiple=True, help="May be given several times.")
@click.option("--password", is_flag=True, help="Ask for a password; without it the account signs in by mailed links.")
def create(address: str, name: str, language: str, roles: tuple[str, ...], password: bool) -> None:
    """Make a confirmed account."""
    clean = clean_address(address)
    if clean is None:
        raise click.ClickException("This is not an e-mail address.")
    secret = click.prompt("Password", hide_input=True, confirmation_prompt=True) if password else ""
    problem = password_problem(secret, clean, optional=True)
    if problem:
        raise click.ClickException(problem)
    try:
        account = create_account(
            db.session,
            clean,
            password=hashed(secret) if secret else None,
            name=name,
            language=Language(language),
            consent_version=None,
            now=utc_now(),
        )
    except AddressTakenError:
        raise click.ClickException("There is an account with this address.") from None
    for role in roles:
        use_cases.set_role(db.session, account, AccountRole(role), True, by=None)
    click.echo(f"Account {account.id} is ready.")


@group.command()
@click.argument("address")
@click.argument("role", type=_ROLE)
@click.option("--take", is_flag=True, help="Take the role instead of giving it.")
def role(address: str, role: str, take: bool) -> None:
    """Give or take a role."""
    try:
        changed = use_cases.set_role(db.session, _account(address), AccountRole(role), not take, by=None)
    except LastAdministratorError:
        raise click.ClickException("This is the last administrator: give that role to somebody else first.") from None
    click.echo("Done." if changed else "It was so already.")


@group.command()
@click.argument("address")
@click.option("--open", "opened", is_flag=True, help="Let the account in again.")
def lock(address: str, opened: bool) -> None:
    """Lock an account out, which ends its sessions."""
    try:
        changed = use_cases.set_locked(db.session, _account(address), not opened, by=None)
    except LastAdministratorError:
        raise click.ClickException("This is the last administrator: give that role to somebody else first.") from None
    click.echo("Done." if changed else "It was so already.")


@group.command("list")
@click.option("--page", default=1, type=click.IntRange(1))
def list_accounts(page: int) -> None:
    """List accounts, 50 a page."""
    rows, total = use_cases.page_of_accounts(db.session, page)
    table = Table(Column("Address", overflow="fold"), "Name", "Roles", "Second step", "Open", title=f"{total} accounts")
    for row in rows:
        given = ", ".join(sorted(role.value for role in roles_of(row)))
        table.add_row(
            row.email, row.name, given, "yes" if has_second_step(row) else "no", "yes" if row.active else "no"
        )
    Console().print(table)


def _account(address: str) -> Account:
    clean = clean_address(address)
    found = account_at(db.session, clean) if clean else None
    if found is None:
        raise click.ClickException("No account has this address.")
    return found
