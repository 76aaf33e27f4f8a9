"""Hackathons as anybody sees them, and the page on which one is created."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from matcher.clock import today
from matcher.hackathons.drafts import parse_hackathon
from matcher.hackathons.events import create_hackathon
from matcher.hackathons.queries import get_hackathon, head_counts, public_hackathons, team_state
from matcher.postings.problems import DraftProblems
from matcher.store import Hackathon
from web.accounts.session import current_account
from web.hackathons.forms import HackathonForm
from web.hackathons.presenters import challenge_cards, event_card, language_names, schedule_of
from web.hackathons.structured import event_json_ld
from web.links import event_reference, organiser_token
from web.posting.submission import fingerprint
from web.posting.views import SENT_TOO_LATE, SENT_TOO_OFTEN, csrf_refused, too_often
from web.security import OPENED_FIELD, csrf, honeypot_problem
from web.wiring import db

bp = Blueprint("hackathons", __name__, url_prefix="/hackathons")


@bp.get("")
def index() -> ResponseReturnValue:
    """Every event that is not a draft: what comes, then what was."""
    ahead, past = public_hackathons(db.session, today())
    counts = head_counts(db.session, [row.id for row in (*ahead, *past)])
    return render_template(
        "hackathons/index.html",
        ahead=[event_card(row, counts[row.id], today()) for row in ahead],
        past=[event_card(row, counts[row.id], today()) for row in past],
    )


@bp.route("/nouveau", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]
def new() -> ResponseReturnValue:
    """Create an event: the short form, or what becomes of the one that was sent."""
    form = HackathonForm()
    if request.method == "GET":
        return _form_page(form)
    if csrf_refused():
        return _form_page(form, notice=SENT_TOO_LATE), 400
    if robot := honeypot_problem(request.form):
        return _form_page(form, notice=robot), 422
    return _created(form)


@bp.get("/<titled:id>")
def show(id: int) -> ResponseReturnValue:  # noqa: A002  (the name is part of the site's addresses)
    """One event; a draft does not exist for anybody but its organisers."""
    hackathon = get_hackathon(db.session, id)
    if hackathon is None or not hackathon.is_public:
        abort(404)
    return public_page(hackathon)


def public_page(hackathon: Hackathon, **more: Any) -> str:
    """The public page of an event; its organisers see it before anybody else does."""
    people = head_counts(db.session, [hackathon.id])[hackathon.id]
    return render_template(
        "hackathons/show.html",
        hackathon=hackathon,
        card=event_card(hackathon, people, today()),
        waiting=people.waiting,
        schedule=schedule_of(hackathon),
        languages_spoken=language_names(hackathon.languages),
        challenges=challenge_cards(hackathon),
        teams_shown=team_state(db.session, hackathon).published,
        json_ld=event_json_ld(hackathon) if hackathon.is_public else None,
        **{"preview": None, **more},
    )


def _created(form: HackathonForm) -> ResponseReturnValue:
    """Store the event and go to its organisers' home; or say what has to be mended."""
    try:
        draft = parse_hackathon(form.draft_values(), today())
        if too_often():
            return _form_page(form, notice=SENT_TOO_OFTEN), 429
        account = current_account()
        hackathon = create_hackathon(db.session, draft, external_key=_key_of(form), owner=account)
    except DraftProblems as error:
        form.attach(error.problems)
        return _form_page(form), 422
    token = organiser_token(hackathon) if account is None else event_reference(hackathon)
    return redirect(url_for("organiser.show", token=token, nouveau=1), 303)


def _form_page(form: HackathonForm, notice: Any = None) -> str:
    return render_template("hackathons/new.html", form=form, posting=None, notice=notice, problems=form.problem_list())


def _key_of(form: HackathonForm) -> str:
    """Same browser, same opening of the form, same words: one event, however often it is sent."""
    sender = session.get("csrf_token", "")
    return fingerprint({"sender": sender, "opened": request.form.get(OPENED_FIELD, ""), "told": form.values()})
