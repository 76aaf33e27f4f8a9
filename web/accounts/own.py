"""One's own pages: home, details, address, and the way out."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matcher.accounts.membership import memberships_of, postings_of
from matcher.accounts.registering import AddressTakenError, change_address, change_details
from matcher.accounts.signing_in import account_at
from matcher.clock import today
from matcher.hackathons.organisers import events_of
from matcher.vocabulary import Language
from web.accounts.blueprint import bp
from web.accounts.entering import page
from web.accounts.forms import AccountForm, AddressForm, DetailsForm, named
from web.accounts.fresh import fresh_sign_in, signed_in
from web.accounts.letters import send
from web.accounts.links import DeadLinkError, address_link, new_address_of
from web.accounts.session import end
from web.i18n import public_url
from web.links import event_reference
from web.manage.links import reference_of
from web.security import limited
from web.wiring import db


@bp.get("/compte")
def home() -> str:
    """My organisations with their postings, and where everything else is."""
    account = signed_in()
    rows = [(row, postings_of(db.session, row.organisation_id)) for row in memberships_of(db.session, account.id)]
    return render_template(
        "accounts/home.html",
        account=account,
        organisations=rows,
        reference=reference_of,
        day=today(),
        events=events_of(db.session, account.id),
        event_reference=event_reference,
    )


@bp.post("/compte/deconnexion")
def sign_out() -> ResponseReturnValue:
    """Leave."""
    end()
    flash(gettext("You are signed out."), "done")
    return redirect(url_for("home.index"), 303)


@bp.route("/compte/details", methods=["GET", "POST"])
def details() -> ResponseReturnValue:
    """Name, and language of mails."""
    account = signed_in()
    if request.method == "GET":
        kept = {"name": account.name, "language": account.language.value}
        return page("details", DetailsForm(formdata=None, data=kept))
    form = DetailsForm()
    if not named(form) or form.language.data not in set(Language):
        return page("details", form), 422
    change_details(db.session, account, name=form.name.data or "", language=Language(form.language.data))
    return done(gettext("Your details are saved."), "accounts.home")


@bp.route("/compte/adresse", methods=["GET", "POST"], endpoint="change_address")
@fresh_sign_in
@limited("sign_in", methods=["POST"])
def change_own_address() -> ResponseReturnValue:
    """Ask for another address; it counts once its reader has confirmed it."""
    account = signed_in()
    form = AddressForm()
    if request.method == "GET":
        return page("address", form, address=account.email)
    if not form.email.judge():
        return page("address", form, address=account.email), 422
    new = form.email.clean
    if account_at(db.session, new) is None:
        send("new_address", new, link=address_link(account, new))
    else:
        send("address_taken", new, link=public_url(url_for("accounts.sign_in")))
    return done(
        gettext("We have written to %(address)s. Open the link in that mail to finish.", address=new), "accounts.home"
    )


@bp.route("/connexion/adresse/<token>", methods=["GET", "POST"])
@limited("sign_in", methods=["POST"])
def confirm_address(token: str) -> ResponseReturnValue:
    """The reader of the new address confirms it; the old one is told."""
    account, address = new_address_of(token)
    if request.method == "GET":
        return page("confirm_address", AccountForm(), address=address)
    try:
        before = change_address(db.session, account, address)
    except AddressTakenError:
        raise DeadLinkError from None
    send("address_changed", before, language=account.language)
    return done(gettext("Your account uses this address from now on."), "accounts.home")


def done(words: str, endpoint: str, **values: object) -> ResponseReturnValue:
    """Say on the next page what was done."""
    flash(words, "done")
    return redirect(url_for(endpoint, **values), 303)  # type: ignore[arg-type]
