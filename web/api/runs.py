"""Computations of teams, for the organisers of their event: asked for, watched, stopped, taken up again.

Each is done by a process of its own, at most one for an event and a few for the site, within the seconds asked for.
"""

from __future__ import annotations

from typing import Final

from flask import current_app, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound, ServiceUnavailable

from matcher.clock import utc_now
from matcher.hackathons import runs as use_cases
from matcher.postings.cleaning import clean_text
from matcher.store import TeamRun
from web import errors
from web.api import problems
from web.api.blueprint import ApiAnswer, bp
from web.api.organising import organised
from web.api.team_inputs import RunRequest
from web.api.team_outputs import RunOut, run_out
from web.api.words import N_
from web.logs import log
from web.teams.processes import start_process
from web.teams.runs import similarity_now
from web.wiring import db

_RUNS: Final = "/hackathons/<number:number>/runs"
_ONE: Final = f"{_RUNS}/<number:run>"
STARTED: Final = N_("Under way; ask at the address in the header Location how far it is")
MAY_NOT_START: Final = N_("A computation of this event is under way, or this one is not in a state for it")


@bp.post(_RUNS)
@bp.input(RunRequest)
@bp.output(RunOut, status_code=202, description=STARTED)
@bp.doc(
    operation_id="startRun",
    tags=["Teams"],
    summary=N_("Have teams computed"),
    description=N_("Its teams become a new version. What people see changes with a publication, no sooner."),
    security="managementToken",
    responses={409: N_("A computation of this event is under way, or there is nothing to form teams from")},
)
def start_run(number: int, json_data: RunRequest) -> ApiAnswer:
    """Ask for a computation and start its process."""
    hackathon = organised(number)
    run = use_cases.ask_run(
        db.session,
        hackathon,
        json_data.kind,
        time_limit_s=json_data.time_limit_s,
        seed=json_data.seed,
        max_moves=json_data.max_moves,
        author=line(json_data.author),
        similarity=similarity_now(hackathon),
    )
    return started(run)


@bp.get(f"{_RUNS}/latest")
@bp.output(RunOut)
@bp.doc(
    operation_id="getLatestRun",
    tags=["Teams"],
    summary=N_("The newest computation of the event"),
    security="managementToken",
)
def latest_run(number: int) -> RunOut:
    """The newest computation."""
    row = use_cases.latest(db.session, organised(number).id)
    if row is None:
        raise NotFound
    return _out(row)


@bp.get(_ONE)
@bp.output(RunOut)
@bp.doc(
    operation_id="getRun",
    tags=["Teams"],
    summary=N_("How far a computation is"),
    security="managementToken",
)
def show_run(number: int, run: int) -> RunOut:
    """One computation."""
    return _out(use_cases.run_of(db.session, organised(number).id, run))


@bp.post(f"{_ONE}/stop")
@bp.output(RunOut)
@bp.doc(
    operation_id="stopRun",
    tags=["Teams"],
    summary=N_("Stop a computation and keep the best teams so far"),
    description=N_("It takes a second or two. One that is over stays as it is."),
    security="managementToken",
)
def stop_run(number: int, run: int) -> RunOut:
    """Tell a computation to stop."""
    row = use_cases.run_of(db.session, organised(number).id, run)
    use_cases.ask_stop(db.session, row)
    return _out(row)


@bp.post(f"{_ONE}/resume")
@bp.output(RunOut, status_code=202, description=STARTED)
@bp.doc(
    operation_id="resumeRun",
    tags=["Teams"],
    summary=N_("Take up a computation whose process ended before it was done"),
    description=N_("It goes on from the best teams so far."),
    security="managementToken",
    responses={409: MAY_NOT_START},
)
def resume_run(number: int, run: int) -> ApiAnswer:
    """Let another process go on."""
    row = use_cases.run_of(db.session, organised(number).id, run)
    try:
        use_cases.resume(db.session, row)
    except use_cases.NoRunError:
        return problems.conflict(gettext("This computation is under way or over: there is nothing to take up."))
    return started(row)


def started(run: TeamRun) -> ApiAnswer:
    """Start the process of a computation that waits for one; the answer tells where to look."""
    try:
        start_process(run.id, current_app.config["SETTINGS"])
    except OSError as error:
        log.error("team run not started", run=run.id, error=type(error).__name__)
        return errors.answer(ServiceUnavailable(retry_after=use_cases.DEAD_S), gettext("The server is too busy."))
    address = url_for("api.show_run", number=run.hackathon_id, run=run.id)
    return _out(run), 202, {"Location": address}


def line(text: str) -> str:
    """One line without control characters."""
    return clean_text(text, lines=False)


def _out(run: TeamRun) -> RunOut:
    return run_out(run, use_cases.progress(db.session, run.id, utc_now()))
