"""The administrator's page: who may do what on the whole site."""

from __future__ import annotations

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matcher.accounts import roles as use_cases
from matcher.accounts.addresses import clean_address
from matcher.accounts.roles import LastAdministratorError
from matcher.accounts.signing_in import account_at
from matcher.people import AccountRole
from matcher.store import Account
from web.accounts.blueprint import bp
from web.accounts.forms import AddressForm
from web.accounts.fresh import fresh_sign_in, signed_in
from web.accounts.letters import send
from web.accounts.own import done
from web.i18n import public_url
from web.wiring import db


@bp.get("/compte/roles")
def roles() -> str:
    """Everybody with a role; one account when its whole address is typed: there is no list of all people."""
    return _page()


@bp.post("/compte/roles")
@fresh_sign_in
def change_role() -> ResponseReturnValue:
    """Give or take a role."""
    account = _account()
    try:
        role = AccountRole(request.form.get("role", ""))
    except ValueError:
        abort(400)
    try:
        changed = use_cases.set_role(db.session, account, role, "give" in request.form, by=signed_in())
    except LastAdministratorError:
        return _page(notice=gettext("The site needs an administrator. Give that role to somebody else first.")), 422
    if changed:
        link = public_url(url_for("accounts.home"))
        send("role", account.email, link=link, language=account.language)
    return done(gettext("The role is saved."), "accounts.roles", email=account.email)


@bp.post("/compte/roles/verrou")
@fresh_sign_in
def lock() -> ResponseReturnValue:
    """Lock an account out, or let it in again."""
    account = _account()
    try:
        use_cases.set_locked(db.session, account, "lock" in request.form, by=signed_in())
    except LastAdministratorError:
        return _page(notice=gettext("The site needs an administrator. Give that role to somebody else first.")), 422
    return done(gettext("This account is saved."), "accounts.roles", email=account.email)


def _account() -> Account:
    address = clean_address(request.form.get("email", ""))
    return (account_at(db.session, address) if address else None) or abort(404)


def _page(*, notice: str | None = None) -> str:
    typed = request.values.get("email", "")
    address = clean_address(typed)
    return render_template(
        "accounts/roles.html",
        form=AddressForm(formdata=None, data={"email": typed}),
        typed=typed,
        found=account_at(db.session, address) if address else None,
        known=use_cases.accounts_with_roles(db.session),
        roles=AccountRole,
        notice=notice,
        problems=[],
    )
