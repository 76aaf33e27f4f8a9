"""The organisers' home of an event, by their signed link or account: where it stands, what to do next, its phases.

Reading changes nothing; every change is a POST with a CSRF token. The link is in the address, so these pages
are never stored, indexed or told to another site (``web.security``), nor logged (``web.logs``).
"""

from __future__ import annotations

from typing import Any, Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from matcher.clock import today
from matcher.hackathons.advice import next_steps
from matcher.hackathons.events import advance_phase, cancel_links, delete_hackathon, neighbours
from matcher.hackathons.organisers import has_owner
from matcher.hackathons.queries import head_counts, registration_is_open, team_state
from matcher.postings.problems import DraftProblems
from matcher.store import Hackathon
from matcher.vocabulary import HackathonPhase
from web.hackathons.views import public_page
from web.links import hackathon_of, is_event_reference, organiser_link, organiser_token
from web.organiser.access import may_own, needs_owner
from web.organiser.editing import event_form, save_event
from web.organiser.forms import EventForm
from web.organiser.sections import bp
from web.organiser.words import PHASE_MEANINGS, STEPS, phase_steps
from web.posting.views import SENT_TOO_LATE, csrf_refused
from web.security import csrf
from web.wiring import db

#: What the page says after a change; the address carries the name alone.
DONE: Final = {
    "edited": _l("Your changes are saved."),
    "phase": _l("The event has moved on. Here is what people see now."),
    "links": _l("The old links no longer work. This page has the new one: keep it."),
}


@bp.get("")
def show(token: str) -> ResponseReturnValue:
    """State of the event, key numbers, what to do next."""
    hackathon = hackathon_of(token)
    people = head_counts(db.session, [hackathon.id])[hackathon.id]
    teams = team_state(db.session, hackathon)
    fresh, by_account = "nouveau" in request.args, is_event_reference(token)
    before, after = neighbours(hackathon.phase)
    return render_template(
        "organiser/show.html",
        hackathon=hackathon,
        token=token,
        link=organiser_link(hackathon) if fresh and not by_account else None,
        is_new=fresh and by_account,
        by_account=by_account,
        may_own=may_own(token),
        may_claim=not by_account and not has_owner(db.session, hackathon.id),
        done=DONE.get(request.args.get("fait", "")),
        people=people,
        teams=teams,
        phases=phase_steps(hackathon.phase),
        before=before,
        after=after,
        meanings=PHASE_MEANINGS,
        steps=[STEPS[step] for step in next_steps(hackathon, people, teams, today())],
        registration_open=registration_is_open(hackathon, today()),
    )


@bp.route("/modifier", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]
def edit(token: str) -> ResponseReturnValue:
    """Everything about the event; a sent form is saved, or shown again with everything in it."""
    hackathon = hackathon_of(token)
    if request.method == "GET":
        return _edit_page(hackathon, token, event_form(hackathon))
    form = EventForm()
    form.prepare(hackathon)
    if csrf_refused():
        return _edit_page(hackathon, token, form, notice=SENT_TOO_LATE), 400
    try:
        differences = save_event(hackathon, form)
    except DraftProblems as error:
        form.attach(error.problems)
        return _edit_page(hackathon, token, form), 422
    if differences:
        return _edit_page(hackathon, token, form, differences=differences), 409
    return _done(token, "edited")


@bp.post("/etape")
def phase(token: str) -> ResponseReturnValue:
    """Take the event one phase on, or back."""
    hackathon = hackathon_of(token)
    try:
        advance_phase(db.session, hackathon, HackathonPhase(request.form.get("phase", "")))
    except ValueError:  # no phase, or one that another organiser has moved out of reach: the page tells where it is
        return redirect(url_for("organiser.show", token=token), 303)
    return _done(token, "phase")


@bp.get("/apercu")
def preview(token: str) -> ResponseReturnValue:
    """The public page, before anybody else sees it."""
    return public_page(hackathon_of(token), preview=url_for("organiser.show", token=token))


@bp.route("/liens", methods=["GET", "POST"])
def links(token: str) -> ResponseReturnValue:
    """Ask, then make every link given so far worthless; the answer is at a new one, or tells it to an account."""
    hackathon = needs_owner(token)
    if request.method == "GET":
        return render_template("organiser/links.html", hackathon=hackathon, token=token)
    cancel_links(db.session, hackathon)
    if is_event_reference(token):
        return redirect(url_for("organiser.colleagues", token=token, fait="links"), 303)
    return _done(organiser_token(hackathon), "links", nouveau=1)


@bp.route("/supprimer", methods=["GET", "POST"])
def delete(token: str) -> ResponseReturnValue:
    """Ask, then remove the event for good."""
    hackathon = needs_owner(token)
    if request.method == "GET":
        people = head_counts(db.session, [hackathon.id])[hackathon.id]
        return render_template("organiser/delete.html", hackathon=hackathon, token=token, people=people)
    title = hackathon.title
    delete_hackathon(db.session, hackathon)
    return render_template("organiser/deleted.html", title=title)


def _done(token: str, what: str, **more: Any) -> ResponseReturnValue:
    """Send the browser to the organisers' home, so that a reload sends nothing twice."""
    return redirect(url_for("organiser.show", token=token, fait=what, **more), 303)


def _edit_page(hackathon: Hackathon, token: str, form: EventForm, **more: Any) -> str:
    return render_template(
        "organiser/edit.html",
        hackathon=hackathon,
        token=token,
        form=form,
        posting=hackathon,
        problems=form.problem_list(),
        warning=gettext("People have registered already: tell them when you change days or place.")
        if head_counts(db.session, [hackathon.id])[hackathon.id].registered
        else "",
        **{"notice": None, "differences": None, **more},
    )
