"""The day of the event: who has arrived. A badge is read by a phone, a name is found in the list."""

from __future__ import annotations

from typing import Final

from flask import abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matcher.hackathons import registering
from matcher.hackathons.queries import get_hackathon, head_counts
from matcher.hackathons.registration_queries import (
    RegistrationFilters,
    find_by_checkin_code,
    list_registrations,
    registration_at,
)
from matcher.store import Hackathon, Registration
from matcher.vocabulary import Attendance, RegistrationStatus
from web.links import hackathon_of, organiser_token
from web.registrations.area import bp, registration_or_404
from web.wiring import db

#: Where a browser remembers at which desks it stands: numbers of events with the version of their links.
_DESKS: Final = "desks"
MAX_DESKS: Final = 5
#: People shown at once at the desk; typing some letters finds the others.
SHOWN: Final = 60


@bp.get("/organiser/<token>/jour")
def checkin(token: str) -> ResponseReturnValue:
    """Find somebody by name and check them in; this browser then knows what to do with a badge, too."""
    hackathon = hackathon_of(token)
    _remember(hackathon)
    typed = request.args.get("q", "")[:120]
    found = list_registrations(db.session, hackathon.id, RegistrationFilters(name=typed))
    people = [row for row in found if row.status is not RegistrationStatus.WITHDRAWN]
    people.sort(key=lambda row: row.attendance is Attendance.CHECKED_IN)
    return render_template(
        "registrations/checkin.html",
        hackathon=hackathon,
        token=token,
        typed=typed,
        people=people[:SHOWN],
        more=max(0, len(people) - SHOWN),
        counts=head_counts(db.session, [hackathon.id])[hackathon.id],
        arrived=_arrived(hackathon),
    )


@bp.get("/organiser/<token>/jour/<code>")
def arrival(token: str, code: str) -> ResponseReturnValue:
    """Whose badge it is, and one button."""
    hackathon = hackathon_of(token)
    registration = find_by_checkin_code(db.session, code)
    if registration is None or registration.hackathon_id != hackathon.id:
        abort(404, gettext("This badge is not of this event."))
    return render_template("registrations/arrival.html", hackathon=hackathon, token=token, registration=registration)


@bp.post("/organiser/<token>/jour/<number:number>/arrivee")
def arrive(token: str, number: int) -> ResponseReturnValue:
    """Check a person in; somebody who waited gets a place with it."""
    hackathon = hackathon_of(token)
    registration = registration_or_404(hackathon, number)
    if registration.status is RegistrationStatus.WITHDRAWN:
        abort(409)
    registering.check_in(db.session, registration)
    return redirect(url_for("registrations.checkin", token=token, fait=registration.id), 303)


@bp.post("/organiser/<token>/jour/<number:number>/annuler")
def undo(token: str, number: int) -> ResponseReturnValue:
    """Take an arrival back: the wrong name was pressed."""
    registration = registration_or_404(hackathon_of(token), number)
    registering.set_attendance(db.session, registration, Attendance.EXPECTED)
    return redirect(url_for("registrations.checkin", token=token), 303)


@bp.post("/organiser/<token>/jour/absents")
def mark_missing(token: str) -> ResponseReturnValue:
    """Say that the people who were ticked did not come."""
    hackathon = hackathon_of(token)
    numbers = [int(number) for number in request.form.getlist("person") if number.isdecimal() and len(number) < 16]
    people = [registration_or_404(hackathon, number) for number in numbers]
    registering.mark_missing(db.session, people)
    return redirect(url_for("registrations.missing", token=token, fait=len(people)), 303)


@bp.get("/organiser/<token>/jour/absents")
def missing(token: str) -> ResponseReturnValue:
    """Who is still expected, to be ticked when they did not come."""
    hackathon = hackathon_of(token)
    held = RegistrationFilters(status=RegistrationStatus.REGISTERED, attendance=Attendance.EXPECTED)
    return render_template(
        "registrations/missing.html",
        hackathon=hackathon,
        token=token,
        people=list_registrations(db.session, hackathon.id, held),
        done=request.args.get("fait", type=int),
        counts=head_counts(db.session, [hackathon.id])[hackathon.id],
    )


@bp.get("/participation/badge/<code>")
def badge(code: str) -> ResponseReturnValue:
    """Where the QR code of a badge leads: to the person for a browser of the desk, to a plain word for any other."""
    registration = find_by_checkin_code(db.session, code)
    if registration is not None and _is_at_desk(registration):
        token = organiser_token(registration.hackathon)
        return redirect(url_for("registrations.arrival", token=token, code=code))
    return render_template("registrations/badge.html")


def _arrived(hackathon: Hackathon) -> Registration | None:
    """Who was checked in just now, so that the page can say it."""
    number = request.args.get("fait", type=int)
    return registration_at(db.session, hackathon.id, number) if number is not None else None


def _remember(hackathon: Hackathon) -> None:
    desks = {number: version for number, version in session.get(_DESKS, []) if number != hackathon.id}
    kept = [*desks.items(), (hackathon.id, hackathon.link_version)]
    session[_DESKS] = [list(desk) for desk in kept[-MAX_DESKS:]]


def _is_at_desk(registration: Registration) -> bool:
    """Whether this browser has opened the desk of the person's event, with a link that still works."""
    hackathon = get_hackathon(db.session, registration.hackathon_id)
    return hackathon is not None and [hackathon.id, hackathon.link_version] in session.get(_DESKS, [])
