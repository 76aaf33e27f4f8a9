"""Roles and locks, by page and by command: who gives them, what the log keeps, and who is never left without."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from matcher.accounts.registering import change_password
from matcher.accounts.roles import roles_of
from matcher.accounts.signing_in import account_at
from matcher.people import AccountRole
from matcher.store import Account, AuditEntry
from tests.web.browser import visit
from tests.web.signing_in import PASSWORD, make_account, sign_in, signed_in, the
from web import create_app
from web.accounts.passwords import hashed
from web.assets import Site
from web.cli.demo_accounts import PEOPLE
from web.config import Environment, Settings
from web.wiring import db

ADMIN, ADDRESS = "admin@example.org", "camille@example.org"


@pytest.fixture
def admin(app: Site) -> FlaskClient:
    """The administrator's browser; another account stands by."""
    make_account(app, ADMIN, AccountRole.ADMINISTRATOR)
    make_account(app, ADDRESS)
    return signed_in(app, ADMIN)


def send(client: FlaskClient, path: str, **values: str) -> int:
    """Press one of the page's buttons."""
    token = visit(client, "/compte").form("/deconnexion")["csrf_token"]
    return client.post(path, data={"csrf_token": token, **values}).status_code


def roles(app: Site, address: str) -> set[AccountRole]:
    """What an account may do."""
    with app.app_context():
        return set(roles_of(the(address)))


def log(app: Site) -> list[tuple[str, int | None, dict[str, object]]]:
    """The audit log, the oldest first, without what the making of the accounts wrote."""
    with app.app_context():
        rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        return [(row.action, row.object_id, row.details) for row in rows][1:]


def test_a_role_is_given_and_taken(app: Site, admin: FlaskClient) -> None:
    """Each change is in the log, with no address in it."""
    assert ADDRESS in visit(admin, f"/compte/roles?email={ADDRESS}").text
    assert send(admin, "/compte/roles", email=ADDRESS, role="animator", give="y") == 303
    assert roles(app, ADDRESS) == {AccountRole.ANIMATOR}
    assert send(admin, "/compte/roles", email=ADDRESS, role="animator", give="y") == 303
    assert send(admin, "/compte/roles", email=ADDRESS, role="animator") == 303
    assert roles(app, ADDRESS) == set()
    with app.app_context():
        number = the(ADDRESS).id
    assert log(app) == [
        ("account.role_given", number, {"role": "animator"}),
        ("account.role_taken", number, {"role": "animator"}),
    ]


def test_what_is_no_role_or_no_account_changes_nothing(app: Site, admin: FlaskClient) -> None:
    """Refused, whatever is sent."""
    assert send(admin, "/compte/roles", email=ADDRESS, role="king", give="y") == 400
    assert send(admin, "/compte/roles", email="nobody@example.org", role="animator", give="y") == 404
    assert log(app) == []


def test_the_last_administrator_stays(app: Site, admin: FlaskClient) -> None:
    """Neither the role nor the lock leaves the site without one."""
    assert send(admin, "/compte/roles", email=ADMIN, role="administrator") == 422
    assert send(admin, "/compte/roles/verrou", email=ADMIN, lock="y") == 422
    assert roles(app, ADMIN) == {AccountRole.ADMINISTRATOR}


def test_a_locked_account_is_out_at_once(app: Site, admin: FlaskClient) -> None:
    """Its sessions end, its password no longer opens, and letting it in again does."""
    client = signed_in(app, ADDRESS)
    assert send(admin, "/compte/roles/verrou", email=ADDRESS, lock="y") == 303
    assert client.get("/compte").status_code == 303
    assert sign_in(app.test_client(), ADDRESS).status_code == 422
    assert send(admin, "/compte/roles/verrou", email=ADDRESS) == 303
    assert sign_in(app.test_client(), ADDRESS).status_code == 303
    assert [action for action, _, _ in log(app)] == ["account.locked", "account.opened"]


def run(app: Site, *arguments: str, typed: str | None = None) -> tuple[int, str]:
    """Exit status and output of a command."""
    done = app.test_cli_runner().invoke(args=list(arguments), input=typed)
    return done.exit_code, done.output


def test_commands_make_accounts_and_give_roles(app: Site) -> None:
    """The first administrator of a site comes from here."""
    typed = f"{PASSWORD}\n{PASSWORD}\n"
    assert (
        run(app, "accounts", "create", "Boss@example.org", "--role", "administrator", "--password", typed=typed)[0] == 0
    )
    assert roles(app, "boss@example.org") == {AccountRole.ADMINISTRATOR}
    assert sign_in(app.test_client(), "boss@example.org").status_code == 303
    assert run(app, "accounts", "create", "boss@example.org")[0] == 1
    assert run(app, "accounts", "create", "no address")[0] == 1
    assert run(app, "accounts", "role", "boss@example.org", "animator")[1].strip() == "Done."
    assert run(app, "accounts", "role", "boss@example.org", "animator")[1].strip() == "It was so already."
    assert run(app, "accounts", "role", "boss@example.org", "administrator", "--take")[0] == 1
    assert run(app, "accounts", "lock", "boss@example.org")[0] == 1
    assert "boss@example.org" in run(app, "accounts", "list")[1]
    assert "account.role_given" in {action for action, _, _ in log(app)}


def test_a_weak_password_makes_no_account(app: Site) -> None:
    """The command asks as much as the page."""
    assert run(app, "accounts", "create", ADDRESS, "--password", typed="court\ncourt\n")[0] == 1
    with app.app_context():
        assert db.session.scalars(select(Account)).all() == []


def test_the_demonstration_has_an_account_for_each_role(app: Site) -> None:
    """Each signs in with what the terminal shows; a second run changes nothing, and shows the same."""
    first = run(app, "demo", "accounts")[1]
    with app.app_context():
        before = [(row.password, row.authenticator) for row in db.session.scalars(select(Account).order_by(Account.id))]
    second = run(app, "demo", "accounts")[1]
    assert first == second
    with app.app_context():
        accounts = db.session.scalars(select(Account).order_by(Account.id)).all()
        assert [(row.password, row.authenticator) for row in accounts] == before
        accounts = db.session.scalars(select(Account)).all()
        assert len(accounts) == len(PEOPLE)
        assert {role for account in accounts for role in roles_of(account)} == set(AccountRole)
    line = next(line for line in second.splitlines() if "animation@demo.example" in line)
    password = line.split("│")[2].strip()
    client = app.test_client()
    assert sign_in(client, "animation@demo.example", password).location == "/connexion/code"
    code = run(app, "demo", "code", "animation@demo.example")[1].strip()
    assert visit(client, "/connexion/code").form().fill(code=code).send(client).location == "/compte"
    assert client.get("/compte").status_code == 200


def test_a_demonstration_password_that_was_changed_comes_back(app: Site) -> None:
    """What the terminal shows always opens the account."""
    shown = run(app, "demo", "accounts")[1]
    with app.app_context():
        account = account_at(db.session, "startup@demo.example")
        assert account is not None
        change_password(db.session, account, hashed("another one altogether"))
    assert run(app, "demo", "accounts")[1] == shown
    line = next(line for line in shown.splitlines() if "startup@demo.example" in line)
    assert sign_in(app.test_client(), "startup@demo.example", line.split("│")[2].strip()).location == "/compte"


def test_each_installation_has_demonstration_passwords_of_its_own(app: Site, settings: Settings) -> None:
    """They are made of its secret key: knowing the source opens nothing."""
    shown = [run(app, "demo", "accounts")[1]]
    other = create_app(settings.model_copy(update={"secret_key": "another key, long enough to be taken here"}))
    shown.append(run(other, "demo", "accounts")[1])
    found = [[line for line in told.splitlines() if "@demo.example" in line] for told in shown]
    first, second = ({line.split("│")[2].strip() for line in lines} for lines in found)
    assert len(first) == len(second) == len(PEOPLE)
    assert first & second == set()
    with other.app_context():
        db.engine.dispose()


def test_there_are_no_demonstration_accounts_in_production(settings: Settings) -> None:
    """Neither the accounts nor their codes: the commands refuse, and nothing is written."""
    app = create_app(settings.model_copy(update={"environment": Environment.PRODUCTION}))
    for arguments in (["demo", "accounts"], ["demo", "code", "animation@demo.example"]):
        status, output = run(app, *arguments)
        assert status == 1
        assert "production" in output
    with app.app_context():
        assert db.session.scalars(select(Account)).all() == []
        db.engine.dispose()
