"""How one signs in: password, second step, recovery codes, and every session at once."""

from __future__ import annotations

from flask import render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from matcher.accounts import second_step as steps
from matcher.accounts.registering import change_password as save_password
from matcher.accounts.second_step import has_second_step, may_stop, needs_second_step
from matcher.accounts.signing_in import end_sessions
from matcher.store import Account
from matcher.store.encryption import decrypt, encrypt
from web.accounts.blueprint import bp
from web.accounts.codes import address_of, new_secret, period_of, readable
from web.accounts.entering import is_right, page
from web.accounts.forms import ChangePasswordForm, CodeForm
from web.accounts.fresh import fresh_sign_in, signed_in
from web.accounts.letters import send
from web.accounts.own import done
from web.accounts.passwords import hashed
from web.accounts.session import refresh
from web.i18n import public_url
from web.security import limited
from web.wiring import db

#: Where a session keeps the secret of an app that is being set up; encrypted, and of no use before it is confirmed.
_NEW_APP = "new_app"


@bp.get("/compte/securite")
def security() -> str:
    """How one signs in, and what can be changed about it."""
    account = signed_in()
    return render_template(
        "accounts/security.html",
        account=account,
        has_second_step=has_second_step(account),
        may_stop=may_stop(account),
        codes_left=len(account.recovery_codes),
    )


@bp.route("/compte/mot-de-passe", methods=["GET", "POST"])
@limited("sign_in", methods=["POST"])
def change_password() -> ResponseReturnValue:
    """A new password; every other session ends."""
    account = signed_in()
    if account.password is None:
        return _first_password()
    form = ChangePasswordForm()
    if request.method == "GET":
        return page("password", form, has_password=True)
    if not form.judge_password(account.email):
        return page("password", form, has_password=True), 422
    if not is_right(account, form.current.data or ""):
        form.current.errors = [gettext("This is not your password; or there were too many wrong tries, and it waits.")]
        return page("password", form, has_password=True), 422
    return _password_saved(account, form)


@fresh_sign_in
def _first_password() -> ResponseReturnValue:
    account, form = signed_in(), ChangePasswordForm()
    if request.method == "GET":
        return page("password", form, has_password=False)
    if not form.judge_password(account.email):
        return page("password", form, has_password=False), 422
    return _password_saved(account, form)


def _password_saved(account: Account, form: ChangePasswordForm) -> ResponseReturnValue:
    save_password(db.session, account, hashed(form.password.data or ""))
    refresh(account)
    _tell(account, "password_changed")
    return done(gettext("Your password is changed. You are signed out everywhere else."), "accounts.security")


@bp.post("/compte/sessions")
def sign_out_everywhere() -> ResponseReturnValue:
    """End every session but this one."""
    account = signed_in()
    end_sessions(db.session, account)
    refresh(account)
    return done(gettext("You are signed out everywhere else."), "accounts.security")


@bp.route("/compte/code", methods=["GET", "POST"])
@fresh_sign_in
@limited("sign_in", methods=["POST"])
def set_up_codes() -> ResponseReturnValue:
    """Join an authenticator app: a picture to scan, one code to prove it; then the recovery codes, once."""
    account, form = signed_in(), CodeForm()
    secret = decrypt(session.setdefault(_NEW_APP, encrypt(new_secret())))
    if request.method == "GET":
        return _app_page(account, secret, form)
    period = period_of(form.code.data or "", secret)
    if period is None:
        form.code.errors = [gettext("This code is wrong. Is the clock of your device right? Try the next one.")]
        return _app_page(account, secret, form), 422
    session.pop(_NEW_APP)
    recovery = steps.set_up(db.session, account, secret, period)
    _tell(account, "second_step")
    return page("recovery_codes", form, codes=recovery, is_new=True)


@bp.route("/compte/code/retirer", methods=["GET", "POST"])
@fresh_sign_in
def stop_codes() -> ResponseReturnValue:
    """Do without the second step; not for those whose role needs it."""
    account, form = signed_in(), CodeForm()
    if not may_stop(account):
        return done(gettext("Your role needs the second step."), "accounts.security")
    if request.method == "GET":
        return page("stop_codes", form)
    steps.stop(db.session, account)
    _tell(account, "second_step")
    return done(gettext("You sign in without a second step from now on."), "accounts.security")


@bp.post("/compte/codes-de-secours")
@fresh_sign_in
def new_recovery_codes() -> ResponseReturnValue:
    """New recovery codes, shown once; the old ones end."""
    account = signed_in()
    if not has_second_step(account):
        return done(gettext("Set up the second step first."), "accounts.security")
    recovery = steps.renew_recovery_codes(db.session, account)
    _tell(account, "second_step")
    return page("recovery_codes", CodeForm(formdata=None), codes=recovery, is_new=False)


def _app_page(account: Account, secret: str, form: CodeForm) -> str:
    form.code.description = ""  # a recovery code proves no app
    return page(
        "set_up_codes",
        form,
        picture=_picture(address_of(secret, account.email)),
        key=readable(secret),
        needed=needs_second_step(account),
    )


def _picture(address: str) -> Markup:
    """QR code of ``address``, as the address of a picture."""
    import segno  # noqa: PLC0415 - for this page alone

    return Markup(segno.make(address, error="m").svg_data_uri(scale=5, border=3, light="#fff", dark="#000"))  # noqa: S704


def _tell(account: Account, letter: str) -> None:
    send(letter, account.email, link=public_url(url_for("accounts.security")), language=account.language)
