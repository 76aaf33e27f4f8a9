"""The project of a team, handed in by any of its members from their own page."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from flask import Response, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from matcher.hackathons.pictures import Picture, read_picture
from matcher.hackathons.publication import OwnTeam, own_team
from matcher.hackathons.submissions import SubmissionChanged, hand_in, parse_submission, state_of, submission_of
from matcher.postings.problems import DraftProblems
from matcher.store import Registration, Submission
from matcher.vocabulary import PlaceAnswer
from web.links import registration_of
from web.manage.editing import differences
from web.posting.views import SENT_TOO_LATE, csrf_refused
from web.results.forms import SubmissionForm
from web.security import csrf, limited
from web.teams.mine import HANDING_IN, bp
from web.wiring import db


@bp.route("/projet", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]  # checked here: a form that was open too long keeps its text
@limited("coach", methods=["POST"])
def project(token: str) -> ResponseReturnValue:
    """The form with what the team has; a sent one is saved, or shown again with everything in it."""
    registration = registration_of(token)
    own = _own(registration)
    stored = submission_of(db.session, own.challenge.id, own.place.team_number)
    if request.method == "GET":
        return _page(token, own, stored, _filled(stored))
    # A picture is larger than a page's form; what is too large is still told on the form, with the text kept.
    request.max_content_length = current_app.config["SETTINGS"].max_import_bytes
    form = SubmissionForm()
    if csrf_refused():
        return _page(token, own, stored, form, notice=SENT_TOO_LATE), 400
    try:
        _save(own, form)
    except DraftProblems as error:
        form.attach(error.problems)
        return _page(token, own, stored, form), 422
    except SubmissionChanged:
        now = submission_of(db.session, own.challenge.id, own.place.team_number)
        form.seen.data = state_of(now)  # what is sent next replaces it: its author has seen both
        return _page(token, own, now, form, differences=differences(_values(now), form)), 409
    return redirect(url_for("registrations.show", token=token, reponse="project", _anchor="equipe"), 303)


@bp.get("/projet.webp")
def picture(token: str) -> Response:
    """The picture of the own team's project."""
    own = _own(registration_of(token))
    return picture_answer(submission_of(db.session, own.challenge.id, own.place.team_number))


def picture_answer(submission: Submission | None) -> Response:
    """The picture of a project; 404 where there is none."""
    if submission is None or submission.picture is None:
        raise NotFound
    response = Response(submission.picture, mimetype=submission.picture_type)
    response.headers["Content-Disposition"] = "inline"
    return response


def _own(registration: Registration) -> OwnTeam:
    own = own_team(db.session, registration)
    if own is None or own.place.answer is PlaceAnswer.DECLINED or registration.hackathon.phase not in HANDING_IN:
        abort(404)
    return own


def _save(own: OwnTeam, form: SubmissionForm) -> None:
    """Store what was typed; raises DraftProblems with those of the texts and of the picture together."""
    problems = []
    sent: Picture | None = None
    file = request.files.get("picture")
    if file is not None and file.filename:
        try:
            with closing(file):
                sent = read_picture(file.read())
        except DraftProblems as error:
            problems += error.problems
    try:
        draft = parse_submission(form.values())
    except DraftProblems as error:
        raise DraftProblems([*error.problems, *problems]) from error
    if problems:
        raise DraftProblems(problems)
    hand_in(db.session, own.place, draft, sent, seen=form.seen.data or "")


def _filled(stored: Submission | None) -> SubmissionForm:
    return SubmissionForm(formdata=None, data={**_values(stored), "seen": state_of(stored)})


def _values(stored: Submission | None) -> dict[str, Any]:
    names = ("title", "team_name", "text", "link")
    return {} if stored is None else {name: getattr(stored, name) for name in names}


def _page(token: str, own: OwnTeam, stored: Submission | None, form: SubmissionForm, **more: Any) -> str:
    return render_template(
        "results/project.html",
        token=token,
        own=own,
        hackathon=own.challenge.hackathon,
        stored=stored,
        form=form,
        problems=form.problem_list(),
        **{"notice": None, "differences": None, **more},
    )
