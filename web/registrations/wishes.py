"""Which person? Names that were typed, and wishes to be kept apart, which organisers confirm or set aside."""

from __future__ import annotations

from typing import Final

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from matcher.hackathons import wishes as use_cases
from matcher.hackathons.queries import get_registration
from matcher.hackathons.wishes import avoid_wishes, contradictions, wish_of, wishes_to_settle
from matcher.store import Hackathon, Wish
from web.links import hackathon_of
from web.registrations.area import bp
from web.wiring import db

#: Answer to "which person?" that means nobody at this event.
NOBODY: Final = "nobody"

DONE: Final = {
    "settled": _l("Settled."),
    "confirmed": _l("Confirmed: these two are never put together."),
    "aside": _l("Set aside: this wish has no effect."),
    "again": _l("This name is to be settled again."),
    "choose": _l("Nothing was changed: choose a person first."),
}


@bp.get("/organiser/<token>/inscriptions/souhaits")
def wishes(token: str) -> ResponseReturnValue:
    """Names to settle, wishes to be kept apart, and wishes that cannot all come true."""
    hackathon = hackathon_of(token)
    return render_template(
        "registrations/wishes.html",
        hackathon=hackathon,
        token=token,
        to_settle=wishes_to_settle(db.session, hackathon.id),
        apart=avoid_wishes(db.session, hackathon.id),
        contradictions=contradictions(db.session, hackathon),
        done=DONE.get(request.args.get("fait", "")),
        nobody=NOBODY,
    )


@bp.post("/organiser/<token>/inscriptions/souhaits/<number:number>/personne")
def settle(token: str, number: int) -> ResponseReturnValue:
    """Say whom a typed name means, or that it means nobody here."""
    hackathon = hackathon_of(token)
    wish = _wish(hackathon, number)
    told = request.form.get("person", "")
    if told == NOBODY:
        use_cases.settle_wish(db.session, wish, None)
        return _done(token, "settled")
    other = get_registration(db.session, int(told)) if told.isdecimal() and len(told) < 16 else None
    if other is None:
        return _done(token, "choose")
    try:
        use_cases.settle_wish(db.session, wish, other)
    except ValueError:
        abort(422)
    return _done(token, "settled")


@bp.post("/organiser/<token>/inscriptions/souhaits/<number:number>/confirmer")
def confirm(token: str, number: int) -> ResponseReturnValue:
    """Stand by a wish: the two are never put together."""
    wish = _wish(hackathon_of(token), number)
    try:
        use_cases.confirm_avoid(db.session, wish)
    except ValueError:
        abort(422)
    return _done(token, "confirmed")


@bp.post("/organiser/<token>/inscriptions/souhaits/<number:number>/ecarter")
def set_aside(token: str, number: int) -> ResponseReturnValue:
    """Leave a wish without effect."""
    use_cases.set_aside(db.session, _wish(hackathon_of(token), number))
    return _done(token, "aside")


@bp.post("/organiser/<token>/inscriptions/souhaits/<number:number>/reprendre")
def take_up(token: str, number: int) -> ResponseReturnValue:
    """Ask again whom a wish means."""
    use_cases.take_up(db.session, _wish(hackathon_of(token), number))
    return _done(token, "again")


def _wish(hackathon: Hackathon, number: int) -> Wish:
    wish = wish_of(db.session, hackathon.id, number)
    if wish is None:
        abort(404)
    return wish


def _done(token: str, what: str) -> ResponseReturnValue:
    return redirect(url_for("registrations.wishes", token=token, fait=what), 303)
