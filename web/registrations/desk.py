"""One registration, as the organisers see it and change it; and somebody who registers at the desk."""

from __future__ import annotations

from typing import Any, Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from matcher.hackathons import registering
from matcher.hackathons.registering import free_places
from matcher.hackathons.registration_queries import place_in_line
from matcher.hackathons.wishes import wishes_about
from matcher.postings.drafts import DraftProblems
from matcher.store import Hackathon, Registration
from matcher.vocabulary import Attendance, RegistrationStatus
from web.links import hackathon_of, participation_link
from web.posting.views import SENT_TOO_LATE, csrf_refused
from web.problems import sentence
from web.registrations.area import bp, registration_or_404
from web.registrations.forms import DeskForm, NoteForm
from web.registrations.own import edit_page, edited
from web.registrations.pages import PROPOSE_BUTTON, form_page, proposal_page
from web.registrations.sheets import sheet_of
from web.registrations.submission import check, revise, store_at_desk
from web.security import csrf
from web.wiring import db

ADD_TEMPLATE: Final = "registrations/add.html"
EDIT_TEMPLATE: Final = "registrations/edit_one.html"

#: What a page says after a change; the address carries the name alone.
DONE: Final = {
    "added": _l("This person is registered."),
    "edited": _l("The changes are saved."),
    "note": _l("The note is saved."),
    "place": _l("This person has a place now."),
    "withdrawn": _l("This person is taken off the list. The place goes to whoever waits longest."),
    "links": _l("The person’s old links no longer work. Give them the new one below."),
    "expected": _l("This person is expected again."),
    "checked_in": _l("This person has arrived."),
    "no_show": _l("This person did not come: no team counts on them any more."),
}


@bp.route("/organiser/<token>/inscriptions/nouvelle", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]
def add(token: str) -> ResponseReturnValue:
    """Register somebody who stands at the desk, even when the event is full."""
    hackathon = hackathon_of(token)
    more = {"token": token, "free": free_places(db.session, hackathon)}
    form = DeskForm()
    if request.method == "GET":
        return form_page(ADD_TEMPLATE, hackathon, form, **more)
    if csrf_refused():
        return form_page(ADD_TEMPLATE, hackathon, form, notice=SENT_TOO_LATE, **more), 400
    if PROPOSE_BUTTON in request.form:
        return proposal_page(ADD_TEMPLATE, hackathon, form, **more)
    try:
        registration = store_at_desk(hackathon, form, check(hackathon, form))
    except DraftProblems as error:
        form.attach(error.problems)
        return form_page(ADD_TEMPLATE, hackathon, form, **more), 422
    return _done(token, registration, "added")


@bp.get("/organiser/<token>/inscriptions/<number:number>")
def one(token: str, number: int) -> ResponseReturnValue:
    """Everything that one person told, and what an organiser can do about it."""
    hackathon = hackathon_of(token)
    return _page(hackathon, registration_or_404(hackathon, number), token)


@bp.route("/organiser/<token>/inscriptions/<number:number>/modifier", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]
def edit_one(token: str, number: int) -> ResponseReturnValue:
    """The form of a person, for an organiser who helps."""
    hackathon = hackathon_of(token)
    registration = registration_or_404(hackathon, number)
    back = url_for("registrations.one", token=token, number=number)
    if request.method == "GET":
        return edit_page(registration, EDIT_TEMPLATE, token=token, back=back)
    refused = edited(registration, EDIT_TEMPLATE, revise, token=token, back=back)
    return refused or _done(token, registration, "edited")


@bp.post("/organiser/<token>/inscriptions/<number:number>/note")
def note(token: str, number: int) -> ResponseReturnValue:
    """Keep a remark that only organisers see."""
    hackathon = hackathon_of(token)
    registration = registration_or_404(hackathon, number)
    form = NoteForm()
    try:
        registering.set_note(db.session, registration, form.note.data or "")
    except DraftProblems as error:
        form.note.errors = [sentence(problem) for problem in error.problems]
        return _page(hackathon, registration, token, note_form=form), 422
    return _done(token, registration, "note")


@bp.post("/organiser/<token>/inscriptions/<number:number>/presence")
def attendance(token: str, number: int) -> ResponseReturnValue:
    """Say by hand that a person came, did not come, or is expected."""
    hackathon = hackathon_of(token)
    registration = registration_or_404(hackathon, number)
    told = request.form.get("attendance", "")
    if told not in {member.value for member in Attendance}:
        return _page(hackathon, registration, token), 422
    registering.set_attendance(db.session, registration, Attendance(told))
    return _done(token, registration, told)


@bp.post("/organiser/<token>/inscriptions/<number:number>/place")
def place(token: str, number: int) -> ResponseReturnValue:
    """Give a place to somebody who waits."""
    registration = registration_or_404(hackathon_of(token), number)
    registering.give_place(db.session, registration)
    return _done(token, registration, "place")


@bp.route("/organiser/<token>/inscriptions/<number:number>/retirer", methods=["GET", "POST"])
def take_off(token: str, number: int) -> ResponseReturnValue:
    """Ask, then take a person off the list."""
    hackathon = hackathon_of(token)
    registration = registration_or_404(hackathon, number)
    if request.method == "GET":
        return render_template(
            "registrations/take_off.html", hackathon=hackathon, registration=registration, token=token
        )
    registering.withdraw(db.session, registration)
    return _done(token, registration, "withdrawn")


@bp.post("/organiser/<token>/inscriptions/<number:number>/liens")
def renew_link(token: str, number: int) -> ResponseReturnValue:
    """Cancel the person's links and show a new one, for somebody who lost theirs or passed it on."""
    registration = registration_or_404(hackathon_of(token), number)
    registering.cancel_links(db.session, registration)
    return _done(token, registration, "links")


def _page(hackathon: Hackathon, registration: Registration, token: str, note_form: NoteForm | None = None) -> str:
    return render_template(
        "registrations/one.html",
        hackathon=hackathon,
        registration=registration,
        token=token,
        sheet=sheet_of(registration),
        wishes=wishes_about(db.session, registration),
        line=place_in_line(db.session, registration),
        is_in=registration.status is not RegistrationStatus.WITHDRAWN,
        link=participation_link(registration),
        is_new=request.args.get("fait") in {"added", "links"},
        done=DONE.get(request.args.get("fait", "")),
        note_form=note_form or NoteForm(formdata=None, data={"note": registration.note}),
    )


def _done(token: str, registration: Registration, what: str, **more: Any) -> ResponseReturnValue:
    address = url_for("registrations.one", token=token, number=registration.id, fait=what, **more)
    return redirect(address, 303)
