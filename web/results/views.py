"""The jury's grid, the organisers' results with what became of each challenge, and the public results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from matcher.hackathons.challenges import record_outcome
from matcher.hackathons.jury import POINTS, jurors_at, marks_of, parse_juror, results, set_marks
from matcher.hackathons.outcomes import parse_outcome
from matcher.hackathons.queries import get_challenge, get_hackathon
from matcher.hackathons.submissions import submission_at, submissions_at
from matcher.postings.problems import DraftProblems
from matcher.store import Challenge, Hackathon
from matcher.vocabulary import HackathonPhase
from web.links import LinkRefusedError, hackathon_of, juror_link, juror_of, juror_token
from web.results import words
from web.results.forms import JurorForm, OutcomeForm
from web.results.projects import picture_answer
from web.results.words import criteria_of, mean_words
from web.wiring import db

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString

jury = Blueprint("jury", __name__, url_prefix="/jury/<token>")
bp = Blueprint("results", __name__)

#: Phases in which the jury marks. From the event on: some juries go round while teams still work.
MARKING: Final = frozenset({HackathonPhase.EVENT, HackathonPhase.JUDGING})

DONE: Final[Mapping[str, LazyString]] = {"outcome": _l("What became of the challenge is saved.")}


@jury.get("")
def show(token: str) -> ResponseReturnValue:
    """Every project with the grid of one juror."""
    hackathon, name = juror_of(token)
    return render_template(
        "results/jury.html",
        hackathon=hackathon,
        token=token,
        juror=name,
        criteria=criteria_of(hackathon),
        points=words.POINTS,
        submissions=submissions_at(db.session, hackathon.id),
        given_marks=marks_of(db.session, hackathon.id, name),
        may_mark=hackathon.phase in MARKING,
        saved=request.args.get("note", type=int),
    )


@jury.post("/<number:id>")
def mark(token: str, id: int) -> ResponseReturnValue:  # noqa: A002  (the name is part of the site's addresses)
    """Keep what one juror gives one project; criteria without an answer have no points."""
    hackathon, name = juror_of(token)
    submission = submission_at(db.session, hackathon.id, id)
    if submission is None or hackathon.phase not in MARKING:
        abort(404)
    given = {at: request.form.get(f"criterion-{at}", "") for at in range(len(criteria_of(hackathon)))}
    marks = {at: int(points) for at, points in given.items() if points in {str(each) for each in POINTS}}
    set_marks(db.session, submission, name, marks)
    return redirect(url_for("jury.show", token=token, note=id, _anchor=f"projet-{id}"), 303)


@jury.get("/projets/<number:id>.webp")
def picture_for_jury(token: str, id: int) -> Response:  # noqa: A002
    """The picture of a project, for the jury."""
    return picture_answer(submission_at(db.session, juror_of(token).hackathon.id, id))


@bp.get("/organiser/<token>/resultats")
def organise(token: str) -> ResponseReturnValue:
    """Projects, jurors and means as they stand, and what became of each challenge."""
    return _organisers_page(hackathon_of(token), token)


@bp.get("/organiser/<token>/resultats/projets/<number:id>.webp")
def picture_for_organisers(token: str, id: int) -> Response:  # noqa: A002
    """The picture of a project, for the organisers."""
    return picture_answer(submission_at(db.session, hackathon_of(token).id, id))


@bp.post("/organiser/<token>/resultats/jury")
def invite(token: str) -> ResponseReturnValue:
    """Make the link of a juror; the page that follows shows it."""
    hackathon = hackathon_of(token)
    form = JurorForm()
    try:
        draft = parse_juror(form.values())
    except DraftProblems as error:
        form.attach(error.problems)
        return _organisers_page(hackathon, token, juror_form=form), 422
    made = juror_token(hackathon, draft.name)
    return redirect(url_for("results.organise", token=token, jury=made, _anchor="jury"), 303)


@bp.post("/organiser/<token>/resultats/defis/<number:id>")
def outcome(token: str, id: int) -> ResponseReturnValue:  # noqa: A002
    """Keep what became of a challenge; the page of its need tells it too."""
    hackathon = hackathon_of(token)
    challenge = get_challenge(hackathon, id)
    if challenge is None:
        abort(404)
    form = OutcomeForm(prefix=_prefix(challenge))
    try:
        draft = parse_outcome(form.values())
    except DraftProblems as error:
        form.attach(error.problems)
        return _organisers_page(hackathon, token, outcome_forms={challenge.id: form}), 422
    record_outcome(db.session, challenge, draft.outcome, draft.note)
    return redirect(url_for("results.organise", token=token, fait="outcome", _anchor=f"defi-{id}"), 303)


@bp.get("/hackathons/<number:id>/resultats")
def public(id: int) -> ResponseReturnValue:  # noqa: A002
    """The projects and how the jury saw them, once the event is over."""
    hackathon = _over(id)
    criteria = criteria_of(hackathon)
    return render_template(
        "results/public.html",
        hackathon=hackathon,
        criteria=criteria,
        mean_words=mean_words,
        results=results(db.session, hackathon.id, len(criteria)),
        outcomes=[challenge for challenge in hackathon.open_challenges if challenge.outcome],
    )


@bp.get("/hackathons/<number:id>/resultats/<number:project>.webp")
def picture(id: int, project: int) -> Response:  # noqa: A002
    """The picture of a project, for everybody."""
    return picture_answer(submission_at(db.session, _over(id).id, project))


def _over(number: int) -> Hackathon:
    """An event that is over; 404 for any other: its results are nobody's but the organisers' yet."""
    hackathon = get_hackathon(db.session, number)
    if hackathon is None or hackathon.phase is not HackathonPhase.CLOSED:
        abort(404)
    return hackathon


def _organisers_page(
    hackathon: Hackathon,
    token: str,
    *,
    juror_form: JurorForm | None = None,
    outcome_forms: Mapping[int, OutcomeForm] | None = None,
) -> str:
    criteria = criteria_of(hackathon)
    forms = outcome_forms or {}
    return render_template(
        "results/organise.html",
        hackathon=hackathon,
        token=token,
        criteria=criteria,
        mean_words=mean_words,
        results=results(db.session, hackathon.id, len(criteria)),
        jurors=jurors_at(db.session, hackathon.id),
        links={name: juror_link(hackathon, name) for name in jurors_at(db.session, hackathon.id)},
        made=_made(hackathon, request.args.get("jury", "")),
        juror_form=juror_form or JurorForm(formdata=None),
        outcomes=[(each, forms.get(each.id) or _outcome_form(each)) for each in hackathon.open_challenges],
        problems=[told for form in (juror_form, *forms.values()) if form for told in form.problem_list()],
        notice=None,
        differences=None,
        done=DONE.get(request.args.get("fait", "")),
    )


def _made(hackathon: Hackathon, token: str) -> dict[str, Any] | None:
    """The juror's link that was just made, by its own token: nobody else's is shown."""
    if not token:
        return None
    try:
        whose, name = juror_of(token)
    except LinkRefusedError:
        return None
    return {"name": name, "link": juror_link(hackathon, name)} if whose.id == hackathon.id else None


def _outcome_form(challenge: Challenge) -> OutcomeForm:
    told = {"outcome": challenge.outcome.value if challenge.outcome else "", "note": challenge.outcome_note}
    return OutcomeForm(formdata=None, data=told, prefix=_prefix(challenge))


def _prefix(challenge: Challenge) -> str:
    """Each challenge has a form of its own on the same page."""
    return f"outcome-{challenge.id}-"
