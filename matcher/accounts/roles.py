"""Roles on the whole site, and accounts that are locked by hand. Each change is in the audit log."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matcher.accounts.signing_in import new_session_name
from matcher.oversight.audit import record
from matcher.people import AccountRole
from matcher.store import Account, AccountRoleRow
from matcher.store.session import writing

#: What the audit log calls an account.
OBJECT = "account"
#: Accounts on one page.
PAGE = 50


class LastAdministratorError(ValueError):
    """Nobody would be left who gives roles."""


def roles_of(account: Account) -> frozenset[AccountRole]:
    """What ``account`` may do on the whole site."""
    return frozenset(row.role for row in account.role_rows)


def set_role(session: Session, account: Account, role: AccountRole, given: bool, *, by: Account | None) -> bool:
    """Give or take a role; False when nothing changes. ``by`` is None for the command line.

    Raises LastAdministratorError when the last administrator who can sign in would lose the role.
    """
    with writing(session):
        row = next((row for row in account.role_rows if row.role is role), None)
        if (row is not None) is given:
            return False
        if row is None:
            account.role_rows.append(AccountRoleRow(role=role))
        else:
            _keep_an_administrator(session, account, role)
            account.role_rows.remove(row)
        action = "account.role_given" if given else "account.role_taken"
        record(session, by.id if by else None, action, OBJECT, account.id, role=role.value)
    return True


def set_locked(session: Session, account: Account, locked: bool, *, by: Account | None) -> bool:
    """Lock an account out, which ends its sessions, or let it in again; False when nothing changes.

    Raises LastAdministratorError.
    """
    with writing(session):
        if account.active is not locked:
            return False
        if locked:
            if AccountRole.ADMINISTRATOR in roles_of(account):
                _keep_an_administrator(session, account, AccountRole.ADMINISTRATOR)
            account.session_name = new_session_name()
        account.active = not locked
        record(session, by.id if by else None, "account.locked" if locked else "account.opened", OBJECT, account.id)
    return True


def accounts_with_roles(session: Session) -> list[Account]:
    """Everybody who has a role, by address."""
    return list(session.scalars(select(Account).where(Account.role_rows.any()).order_by(Account.email)))


def page_of_accounts(session: Session, page: int = 1) -> tuple[Sequence[Account], int]:
    """One page of all accounts by address, and how many there are."""
    total = session.scalar(select(func.count()).select_from(Account)) or 0
    query = select(Account).order_by(Account.email).limit(PAGE).offset((max(page, 1) - 1) * PAGE)
    return session.scalars(query).all(), total


def _keep_an_administrator(session: Session, account: Account, role: AccountRole) -> None:
    if role is not AccountRole.ADMINISTRATOR:
        return
    other = select(AccountRoleRow.account_id).join(Account, Account.id == AccountRoleRow.account_id)
    other = other.where(AccountRoleRow.role == role, Account.active, Account.id != account.id).limit(1)
    if session.scalar(other) is None:
        raise LastAdministratorError
