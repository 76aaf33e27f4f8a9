"""Signing up, signing in, and a forgotten password.

No page says whether an address has an account: answers, their status and the work behind them are the same.
Links from mails open a page with a button: programs that look at mail before its reader does use nothing up.
"""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from matcher.accounts.registering import AddressTakenError, change_password, create_account
from matcher.accounts.second_step import app_of, take_counter, take_recovery_code
from matcher.accounts.signing_in import account_at, is_waiting, note_failure
from matcher.clock import utc_now
from matcher.notifications.sending import server_is_away
from matcher.store import Account
from web import errors
from web.accounts.addresses import safe_next, wanted
from web.accounts.blueprint import bp
from web.accounts.codes import period_of
from web.accounts.forms import (
    MOST_PASSWORD_CHARS,
    AccountForm,
    AddressForm,
    AgainForm,
    CodeForm,
    NewAccountForm,
    NewPasswordForm,
    SignInForm,
    named,
)
from web.accounts.letters import send
from web.accounts.links import DeadLinkError, reset_link, reset_of, sign_in_link, sign_in_of, sign_up_link, sign_up_of
from web.accounts.passwords import hashed, matches, rehashed
from web.accounts.session import begin, current_account, finish, pending, refresh
from web.i18n import current_language, public_url
from web.posting.submission import CONSENT_VERSION
from web.security import limited
from web.wiring import db

#: Where a session keeps the address that a mail was sent to, to say so on the next page.
_MAILED: str = "mailed_to"


@bp.app_errorhandler(DeadLinkError)
def _dead_link(_error: DeadLinkError) -> Response:
    return errors.answer(
        NotFound(),
        gettext("This link has been used, is too old, or was copied in part. Ask for a new one on the sign-in page."),
    )


@bp.route("/connexion", methods=["GET", "POST"])
@limited("sign_in", methods=["POST"])
def sign_in() -> ResponseReturnValue:
    """Address and password; or a link, or a passkey."""
    if current_account() is not None:
        return redirect(wanted(), 303)
    form = SignInForm()
    if request.method == "GET":
        return page("sign_in", form)
    account = account_at(db.session, form.email.clean) if form.email.judge() else None
    password = form.password.data or ""
    if account is None or not is_right(account, password):
        if account is None:
            matches(password[:MOST_PASSWORD_CHARS], None)
        return _refused(form)
    fresh = rehashed(password, account.password)
    return _entered(account, keep=bool(form.keep.data), fresh_hash=fresh)


@bp.route("/connexion/code", methods=["GET", "POST"])
@limited("sign_in", methods=["POST"])
def second_step() -> ResponseReturnValue:
    """The code of an authenticator app, or a recovery code."""
    waiting = pending()
    if waiting is None:
        return redirect(url_for("accounts.sign_in"), 303)
    form = CodeForm()
    if request.method == "GET":
        return page("second_step", form)
    if not code_is_right(waiting.account, form.code.data or ""):
        form.code.errors = [
            gettext("This code is wrong or was used already. After ten wrong ones, codes wait a quarter of an hour.")
        ]
        return page("second_step", form), 422
    finish(waiting)
    return redirect(waiting.next, 303)


@bp.route("/connexion/lien", methods=["GET", "POST"])
@limited("sign_in", methods=["POST"])
def ask_link() -> ResponseReturnValue:
    """Ask for a link to sign in with."""
    form = AddressForm()
    if request.method == "GET":
        return page("ask_link", form)
    if not form.email.judge():
        return page("ask_link", form), 422
    account = _usable(form.email.clean)
    if account is not None:
        send("sign_in", account.email, link=sign_in_link(account, wanted()))
    else:
        send("no_account", form.email.clean, link=public_url(url_for("accounts.sign_up")))
    return _mailed(form.email.clean)


@bp.route("/connexion/lien/<token>", methods=["GET", "POST"])
@limited("sign_in", methods=["POST"])
def open_link(token: str) -> ResponseReturnValue:
    """A mailed link: a button, then in."""
    account, next_page = sign_in_of(token)
    if request.method == "GET":
        return page("open_link", AccountForm(), address=account.email)
    return _entered(account, next_page=next_page)


@bp.route("/connexion/inscription", methods=["GET", "POST"])
@limited("sign_in", methods=["POST"])
def sign_up() -> ResponseReturnValue:
    """Ask for an account: the address first; everything else once it is confirmed."""
    form = AddressForm()
    if request.method == "GET":
        return page("sign_up", form)
    if not form.email.judge():
        return page("sign_up", form), 422
    account = _usable(form.email.clean)
    if account is not None:
        send("has_account", account.email, link=sign_in_link(account, wanted()))
    else:
        send("sign_up", form.email.clean, link=sign_up_link(form.email.clean, wanted()))
    return _mailed(form.email.clean)


@bp.route("/connexion/confirmer/<token>", methods=["GET", "POST"])
@limited("sign_in", methods=["POST"])
def confirm(token: str) -> ResponseReturnValue:
    """The reader of the address makes the account."""
    address, next_page = sign_up_of(token)
    form = NewAccountForm()
    if request.method == "GET":
        return page("confirm", form, address=address)
    if not form.consent.data:
        form.consent.errors = [gettext("Without this, we may not keep an account for you.")]
    if not all([named(form), form.judge_password(address, optional=True), form.consent.data]):
        return page("confirm", form, address=address), 422
    try:
        account = create_account(
            db.session,
            address,
            password=hashed(form.password.data) if form.password.data else None,
            name=form.name.data or "",
            language=current_language(),
            consent_version=CONSENT_VERSION,
            now=utc_now(),
        )
    except AddressTakenError:
        raise DeadLinkError from None
    begin(account, next_page)
    flash(gettext("Welcome. Your account is ready."), "done")
    return redirect(safe_next(next_page) or url_for("accounts.home"), 303)


@bp.route("/connexion/mot-de-passe", methods=["GET", "POST"])
@limited("sign_in", methods=["POST"])
def ask_reset() -> ResponseReturnValue:
    """Ask for a link to a new password."""
    form = AddressForm()
    if request.method == "GET":
        return page("ask_reset", form)
    if not form.email.judge():
        return page("ask_reset", form), 422
    account = _usable(form.email.clean)
    if account is not None:
        send("reset", account.email, link=reset_link(account))
    else:
        send("no_account", form.email.clean, link=public_url(url_for("accounts.sign_up")))
    return _mailed(form.email.clean)


@bp.route("/connexion/mot-de-passe/<token>", methods=["GET", "POST"])
@limited("sign_in", methods=["POST"])
def reset(token: str) -> ResponseReturnValue:
    """Choose a new password; every session that was open ends."""
    account = reset_of(token)
    form = NewPasswordForm()
    if request.method == "GET":
        return page("reset", form, address=account.email)
    if not form.judge_password(account.email):
        return page("reset", form, address=account.email), 422
    change_password(db.session, account, hashed(form.password.data or ""))
    send("password_changed", account.email, link=public_url(url_for("accounts.security")), language=account.language)
    return _entered(account)


@bp.get("/connexion/envoye")
def sent() -> str:
    """What to do next: look into the mail."""
    away = server_is_away(db.session)
    return render_template("accounts/sent.html", address=session.get(_MAILED), server_is_away=away)


@bp.route("/connexion/verifier", methods=["GET", "POST"])
@limited("sign_in", methods=["POST"])
def confirm_self() -> ResponseReturnValue:
    """The password once more, before something that somebody at an open computer must not change."""
    account = current_account()
    if account is None:
        return redirect(url_for("accounts.sign_in"), 303)
    form = AgainForm()
    if request.method == "GET":
        return page("confirm_self", form, has_password=account.password is not None)
    if not is_right(account, form.password.data or ""):
        form.password.errors = [gettext("This is not your password; or there were too many wrong tries, and it waits.")]
        return page("confirm_self", form, has_password=account.password is not None), 422
    refresh(account)
    return redirect(wanted(), 303)


def page(name: str, form: AccountForm, **values: object) -> str:
    """A page of this area with its form."""
    form.next.data = safe_next(request.values.get("next")) or ""
    return render_template(f"accounts/{name}.html", form=form, problems=form.problem_list(), **values)


def _usable(address: str) -> Account | None:
    """The account that a mail may open; one that is locked out by hand is none."""
    account = account_at(db.session, address)
    return account if account is not None and account.active else None


def is_right(account: Account, password: str) -> bool:
    """Whether this is the password, and the account does not wait. A wrong one counts."""
    waits = is_waiting(account, utc_now()) or not account.active or len(password) > MOST_PASSWORD_CHARS
    right = matches(password[:MOST_PASSWORD_CHARS], None if waits else account.password)
    if not right and not waits:
        note_failure(db.session, account.id, utc_now())
    return right


def code_is_right(account: Account, typed: str) -> bool:
    """Whether this is a code of the account's app that was not used, or one of its recovery codes.

    A recovery code is looked at even while codes wait: nobody guesses 80 bits.
    """
    app, number = app_of(account), account.id
    if take_recovery_code(db.session, number, typed):
        return True
    if app is None or is_waiting(account, utc_now()):
        return False
    period = period_of(typed, app.secret, app.counter)
    if period is not None and take_counter(db.session, number, period):
        return True
    note_failure(db.session, number, utc_now())
    return False


def _refused(form: SignInForm) -> ResponseReturnValue:
    form.email.errors = []
    form.password.errors = [
        gettext(
            "Address and password do not belong together. Try again, or ask for a link by mail. "
            "After ten wrong tries, passwords wait a quarter of an hour."
        )
    ]
    return page("sign_in", form), 422


def _entered(
    account: Account,
    *,
    next_page: str | None = None,
    keep: bool = False,
    fresh_hash: str | None = None,
) -> ResponseReturnValue:
    goes_on = safe_next(next_page) or wanted()
    if not begin(account, goes_on, keep=keep, rehashed=fresh_hash):
        goes_on = url_for("accounts.second_step")
    return redirect(goes_on, 303)


def _mailed(address: str) -> ResponseReturnValue:
    session[_MAILED] = address
    return redirect(url_for("accounts.sent"), 303)
