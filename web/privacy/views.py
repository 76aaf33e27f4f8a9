"""A posting's data for whoever holds its link, an account's for its holder, and the record of processing for all.

Reading changes nothing; deletion is asked for on a page of its own and done by a POST with a CSRF token.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matcher.accounts.deleting import Fate, consequences
from matcher.accounts.roles import LastAdministratorError
from matcher.clock import utc_now
from matcher.hackathons.organisers import events_left
from matcher.introductions.queries import waiting_for
from matcher.privacy import retention
from matcher.privacy.deleting import delete_everything, delete_posting, takes_organisation
from matcher.privacy.exporting import export_account, export_posting
from web.accounts.fresh import fresh_sign_in, signed_in
from web.accounts.letters import send
from web.accounts.session import end
from web.jobs import soon
from web.links import organiser_link
from web.manage.links import LinkRefusedError, posting_of
from web.manage.refusal import refuse_link
from web.notifications.composing import compose
from web.posting.submission import CONSENT_VERSION
from web.privacy.files import personal_file
from web.privacy.register_words import SECURITY, lines
from web.privacy.summary import account_rows, posting_rows
from web.wiring import db

bp = Blueprint("privacy", __name__)


bp.register_error_handler(LinkRefusedError, refuse_link)


@bp.get("/donnees-personnelles/registre")
def register() -> ResponseReturnValue:
    """The record of processing, of which ``docs/privacy.md`` is the English copy."""
    return render_template("privacy/register.html", lines=lines(gettext), measures=[gettext(text) for text in SECURITY])


@bp.get("/gerer/<token>/donnees")
def posting_data(token: str) -> ResponseReturnValue:
    """What is kept about a posting and its side, who sees it, how long."""
    posting = posting_of(token)
    data = export_posting(db.session, posting)
    return render_template(
        "privacy/posting.html",
        posting=posting,
        token=token,
        rows=posting_rows(data),
        consent=posting,
        newest_consent=CONSENT_VERSION,
        months=retention,
    )


@bp.get("/gerer/<token>/donnees/export.json")
def posting_export(token: str) -> ResponseReturnValue:
    """The same as a file, whole."""
    posting = posting_of(token)
    return personal_file(export_posting(db.session, posting), f"{posting.posting_kind.value}-{posting.id}")


@bp.route("/gerer/<token>/donnees/supprimer", methods=["GET", "POST"])
def posting_delete(token: str) -> ResponseReturnValue:
    """Say what goes, who waits and what stays; then delete the posting with everything that hangs on it."""
    posting = posting_of(token)
    if request.method == "GET":
        waiting, goes = waiting_for(db.session, posting), takes_organisation(db.session, posting)
        return render_template(
            "privacy/delete_posting.html", posting=posting, token=token, waiting=waiting, organisation_goes=goes
        )
    title = posting.title
    gone = delete_posting(db.session, posting, now=utc_now(), compose=compose)
    soon()
    return render_template("privacy/deleted.html", title=title, organisation_gone=gone)


@bp.get("/compte/donnees")
def own_data() -> ResponseReturnValue:
    """What is kept about an account and its organisations."""
    account = signed_in()
    rows = account_rows(export_account(db.session, account))
    return render_template(
        "privacy/account.html", account=account, rows=rows, newest_consent=CONSENT_VERSION, months=retention
    )


@bp.get("/compte/donnees/export.json")
def own_export() -> ResponseReturnValue:
    """The same as a file, whole."""
    return personal_file(export_account(db.session, signed_in()), "account")


@bp.route("/compte/donnees/supprimer", methods=["GET", "POST"])
@fresh_sign_in
def own_delete() -> ResponseReturnValue:
    """Say what goes and what stays; then delete the account, with its organisations if that was chosen."""
    account = signed_in()
    if request.method == "GET":
        return _delete_page()
    address, language = account.email, account.language
    with_organisations = request.form.get("organisations") == "delete"
    try:
        delete_everything(db.session, account, with_organisations=with_organisations, now=utc_now(), compose=compose)
    except LastAdministratorError:
        return _delete_page(gettext("You are the only administrator. Give that role to somebody else first.")), 422
    send("deleted", address, language=language)
    end()
    flash(gettext("Your account and its data are deleted."), "done")
    return redirect(url_for("home.index"), 303)


def _delete_page(notice: str = "") -> str:
    account = signed_in()
    fates = consequences(db.session, account)
    return render_template(
        "privacy/delete_account.html",
        account=account,
        notice=notice,
        shared=[each for each in fates if each.fate is not Fate.CLOSED],
        alone=[each for each in fates if each.fate is Fate.CLOSED],
        events=[(each, organiser_link(each.hackathon)) for each in events_left(db.session, account)],
        deletes=request.form.get("organisations") == "delete",
    )
