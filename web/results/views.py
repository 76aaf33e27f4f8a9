"""The jury's grid, the organisers' results with what became of each challenge, and the public results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from matcher.clock import utc_now
from matcher.hackathons.challenges import record_outcome
from matcher.hackathons.jury import (
    POINTS,
    add_juror,
    juror_at,
    jurors_at,
    marks_of,
    parse_juror,
    results,
    set_marks,
)
from matcher.hackathons.jury import end_link as end_juror_link
from matcher.hackathons.jury import remove_juror as take_juror_off
from matcher.hackathons.jury import renew_link as renew_juror_link
from matcher.hackathons.outcomes import parse_outcome
from matcher.hackathons.queries import get_challenge, get_hackathon
from matcher.hackathons.submissions import submission_at, submissions_at
from matcher.postings.problems import DraftProblems
from matcher.store import Challenge, Hackathon, Juror
from matcher.vocabulary import HackathonPhase
from web.links import hackathon_of, juror_link, juror_of
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

DONE: Final[Mapping[str, LazyString]] = {
    "outcome": _l("What became of the challenge is saved."),
    "ended": _l("This juror’s link no longer works. Their marks go on counting."),
    "removed": _l("This juror is taken off, with their marks."),
}


@jury.get("")
def show(token: str) -> ResponseReturnValue:
    """Every project with the grid of one juror."""
    juror = juror_of(token)
    hackathon = juror.hackathon
    return render_template(
        "results/jury.html",
        hackathon=hackathon,
        token=token,
        juror=juror.name,
        criteria=criteria_of(hackathon),
        points=words.POINTS,
        submissions=submissions_at(db.session, hackathon.id),
        given_marks=marks_of(db.session, juror),
        may_mark=hackathon.phase in MARKING,
        saved=request.args.get("note", type=int),
    )


@jury.post("/<number:id>")
def mark(token: str, id: int) -> ResponseReturnValue:  # noqa: A002  (the name is part of the site's addresses)
    """Keep what one juror gives one project; criteria without an answer have no points."""
    juror = juror_of(token)
    hackathon = juror.hackathon
    submission = submission_at(db.session, hackathon.id, id)
    if submission is None or hackathon.phase not in MARKING:
        abort(404)
    given = {at: request.form.get(f"criterion-{at}", "") for at in range(len(criteria_of(hackathon)))}
    marks = {at: int(points) for at, points in given.items() if points in {str(each) for each in POINTS}}
    set_marks(db.session, submission, juror, marks)
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
    return _to_juror(token, add_juror(db.session, hackathon.id, draft))


@bp.post("/organiser/<token>/resultats/jury/<number:id>/fin")
def end_link(token: str, id: int) -> ResponseReturnValue:  # noqa: A002
    """End a juror's link; their marks stay."""
    end_juror_link(db.session, _juror(hackathon_of(token), id), utc_now())
    return redirect(url_for("results.organise", token=token, fait="ended", _anchor="jury"), 303)


@bp.post("/organiser/<token>/resultats/jury/<number:id>/lien")
def renew_link(token: str, id: int) -> ResponseReturnValue:  # noqa: A002
    """Give a juror a new link; those before end."""
    juror = _juror(hackathon_of(token), id)
    renew_juror_link(db.session, juror)
    return _to_juror(token, juror)


@bp.route("/organiser/<token>/resultats/jury/<number:id>/retirer", methods=["GET", "POST"])
def remove_juror(token: str, id: int) -> ResponseReturnValue:  # noqa: A002
    """Ask, then take a juror off with their marks."""
    hackathon = hackathon_of(token)
    juror = _juror(hackathon, id)
    if request.method == "GET":
        marked = len(marks_of(db.session, juror))
        return render_template(
            "results/remove_juror.html", hackathon=hackathon, token=token, juror=juror, marked=marked
        )
    take_juror_off(db.session, juror)
    return redirect(url_for("results.organise", token=token, fait="removed", _anchor="jury"), 303)


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


@bp.get("/hackathons/<titled:id>/resultats")
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


@bp.get("/hackathons/<titled:id>/resultats/<number:project>.webp")
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
        made=_made(hackathon),
        juror_form=juror_form or JurorForm(formdata=None),
        outcomes=[(each, forms.get(each.id) or _outcome_form(each)) for each in hackathon.open_challenges],
        problems=[told for form in (juror_form, *forms.values()) if form for told in form.problem_list()],
        notice=None,
        differences=None,
        done=DONE.get(request.args.get("fait", "")),
    )


def _juror(hackathon: Hackathon, number: int) -> Juror:
    """A juror of this event; 404 for any other number."""
    juror = juror_at(db.session, hackathon.id, number)
    if juror is None:
        abort(404)
    return juror


def _to_juror(token: str, juror: Juror) -> ResponseReturnValue:
    """To the page that shows the link of one juror."""
    return redirect(url_for("results.organise", token=token, jury=juror.id, _anchor="jury"), 303)


def _made(hackathon: Hackathon) -> dict[str, Any] | None:
    """The link of the juror whom the address names; nobody else's is shown."""
    number = request.args.get("jury", type=int)
    juror = juror_at(db.session, hackathon.id, number) if number is not None else None
    return {"name": juror.name, "link": juror_link(juror)} if juror is not None and juror.ended_at is None else None


def _outcome_form(challenge: Challenge) -> OutcomeForm:
    told = {"outcome": challenge.outcome.value if challenge.outcome else "", "note": challenge.outcome_note}
    return OutcomeForm(formdata=None, data=told, prefix=_prefix(challenge))


def _prefix(challenge: Challenge) -> str:
    """Each challenge has a form of its own on the same page."""
    return f"outcome-{challenge.id}-"
