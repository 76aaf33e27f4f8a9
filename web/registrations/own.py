"""The page of one person who registered, opened by their signed link.

Reading changes nothing; every change is a POST with a CSRF token. The link is in the address, so these pages
are never stored, indexed or told to another site (``web.security``), nor logged (``web.logs``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from matcher.clock import today
from matcher.hackathons import registering
from matcher.hackathons.queries import registration_is_open
from matcher.hackathons.registration_queries import place_in_line
from matcher.postings.drafts import DraftProblems
from matcher.privacy.exporting import export_registration
from matcher.store import Registration
from matcher.vocabulary import RegistrationStatus
from web.jobs import send_after_answer
from web.links import participation_link, participation_token, registration_of
from web.manage.editing import differences
from web.posting.submission import ChangedMeanwhileError, fingerprint
from web.posting.views import SENT_TOO_LATE, csrf_refused
from web.privacy.files import personal_file
from web.registrations.area import bp
from web.registrations.badges import badge_svg
from web.registrations.forms import RegistrationForm
from web.registrations.pages import PROPOSE_BUTTON, form_page, proposal_page
from web.registrations.sheets import sheet_of
from web.registrations.submission import form_values, revise_own
from web.security import csrf, limited
from web.teams.mine import mine_of
from web.wiring import db

EDIT_TEMPLATE: Final = "registrations/edit.html"

#: What stores a form; raises DraftProblems or ChangedMeanwhileError.
Save = Callable[[Registration, RegistrationForm], None]

#: What the page says after a change; the address carries the name alone.
DONE: Final = {
    "edited": _l("Your changes are saved."),
    "asked": _l(
        "Your changes are saved. We have written to your new address: it counts once you open the link in that mail."
    ),
    "address": _l("We write to you at this address from now on."),
    "withdrawn": _l("You have withdrawn. Your place goes to somebody else."),
    "links": _l("The old links no longer work. This page has the new one: keep it."),
}


@bp.get("/participation/<token>")
def show(token: str) -> ResponseReturnValue:
    """Where the registration stands, what was told, and everything that can be done with it."""
    registration = registration_of(token)
    fresh = "nouveau" in request.args
    return render_template(
        "registrations/show.html",
        registration=registration,
        hackathon=registration.hackathon,
        token=token,
        link=participation_link(registration) if fresh else None,
        done=DONE.get(request.args.get("fait", "")),
        line=place_in_line(db.session, registration),
        is_in=registration.status is not RegistrationStatus.WITHDRAWN,
        may_register=registration_is_open(registration.hackathon, today()),
        badge=badge_svg(registration),
        sheet=sheet_of(registration),
        mine=mine_of(registration),
    )


@bp.route("/participation/<token>/modifier", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]
@limited("coach", methods=["POST"])
def edit(token: str) -> ResponseReturnValue:
    """The form, filled in with what is stored; a sent one is saved, or shown again with everything in it."""
    registration = registration_of(token)
    if registration.status is RegistrationStatus.WITHDRAWN:
        return redirect(url_for("registrations.show", token=token), 303)
    back = url_for("registrations.show", token=token)
    if request.method == "GET":
        return edit_page(registration, EDIT_TEMPLATE, token=token, back=back)
    asked: list[str] = []

    def save(row: Registration, form: RegistrationForm) -> None:
        asked.append(revise_own(row, form))

    refused = edited(registration, EDIT_TEMPLATE, save, token=token, back=back)
    if refused is not None:
        return refused
    if any(asked):
        send_after_answer()
    return _done(registration, "asked" if any(asked) else "edited")


@bp.route("/participation/<token>/retirer", methods=["GET", "POST"])
def withdraw(token: str) -> ResponseReturnValue:
    """Ask, then give the place back."""
    registration = registration_of(token)
    if request.method == "GET":
        return _confirm("registrations/withdraw.html", registration, token)
    registering.withdraw(db.session, registration)
    return _done(registration, "withdrawn")


@bp.route("/participation/<token>/supprimer", methods=["GET", "POST"])
def erase(token: str) -> ResponseReturnValue:
    """Ask, then delete everything that the person told."""
    registration = registration_of(token)
    if request.method == "GET":
        return _confirm("registrations/erase.html", registration, token)
    hackathon = registration.hackathon
    registering.erase(db.session, registration)
    return render_template("registrations/erased.html", hackathon=hackathon)


@bp.route("/participation/<token>/liens", methods=["GET", "POST"])
def cancel_links(token: str) -> ResponseReturnValue:
    """Ask, then make every link given so far worthless; the answer is at a new one."""
    registration = registration_of(token)
    if request.method == "GET":
        return _confirm("registrations/cancel_links.html", registration, token)
    registering.cancel_links(db.session, registration)
    return _done(registration, "links", nouveau=1)


@bp.get("/participation/<token>/export.json")
def export(token: str) -> ResponseReturnValue:
    """Everything that is kept about the person, as a file."""
    registration = registration_of(token)
    return personal_file(export_registration(db.session, registration), f"registration-{registration.id}")


def edit_page(registration: Registration, template: str, **more: Any) -> str:
    """The form with what is stored."""
    values = form_values(registration)
    form = RegistrationForm(formdata=None, data=values)
    form.seen_at.data = fingerprint(values)
    return form_page(template, registration.hackathon, form, registration=registration, **more)


def edited(registration: Registration, template: str, save: Save, **more: Any) -> ResponseReturnValue | None:
    """Let ``save`` store the form at hand; None when it is saved, else the page that says why not."""
    hackathon = registration.hackathon
    form = RegistrationForm()
    more["registration"] = registration
    if csrf_refused():
        return form_page(template, hackathon, form, notice=SENT_TOO_LATE, **more), 400
    if PROPOSE_BUTTON in request.form:
        return proposal_page(template, hackathon, form, **more)
    try:
        save(registration, form)
    except DraftProblems as error:
        form.attach(error.problems)
        return form_page(template, hackathon, form, **more), 422
    except ChangedMeanwhileError:
        saved = form_values(registration)
        form.seen_at.data = fingerprint(saved)  # what is sent next replaces it: its author has seen both
        form.prepare(hackathon)  # what is shown is told in the words of the choices
        return form_page(template, hackathon, form, differences=differences(saved, form), **more), 409
    return None


def _confirm(template: str, registration: Registration, token: str) -> str:
    return render_template(template, registration=registration, hackathon=registration.hackathon, token=token)


def _done(registration: Registration, what: str, **more: Any) -> ResponseReturnValue:
    """Send the browser to the person's page, so that a reload sends nothing twice."""
    return redirect(url_for("registrations.show", token=participation_token(registration), fait=what, **more), 303)
