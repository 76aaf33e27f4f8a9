"""Computations of teams: asked for, watched while they run, stopped, taken up again.

A computation is done by a process of its own (:mod:`web.teams.processes`), which writes how far it is into its row.
These pages read the row: a browser with scripts through a stream of events, any other by loading the page again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from flask import Response, abort, current_app, redirect, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from matcher.clock import utc_now
from matcher.hackathons import runs as use_cases
from matcher.hackathons.forming import Similarity, taking_part
from matcher.hackathons.plans import NoPlanError
from matcher.hackathons.profiles import similarities
from matcher.hackathons.runs import AlreadyRunningError, NoRunError, RunProgress, TooManyRunsError
from matcher.postings.problems import DraftProblems
from matcher.store import Hackathon, TeamRun
from matcher.teams.entities import ProblemError
from matcher.vocabulary import RunStatus
from web.logs import log
from web.teams.blueprint import bp
from web.teams.pages import author, opened, page
from web.teams.processes import start_process
from web.teams.run_forms import RunForm, RunRequest, request_in
from web.wiring import db, services

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString

#: Seconds between two looks at the row; after which a stream ends, and the browser opens the next one.
LOOK_S, STREAM_S = 0.5, 25.0
#: Milliseconds after which a browser opens the next stream.
RETRY_MS: Final = 1000
#: Seconds after which a page without scripts loads itself again.
REFRESH_S: Final = 3
#: People up to whom a request may compare profiles with challenges. Chosen, not measured: a second or so.
MOST_COMPARED: Final = 300

#: What is told instead of a computation.
NO_PLAN: Final = _l("There are no teams yet: form some first.")
NOT_READY: Final = _l("Teams cannot be formed yet: at least one challenge and one registered person are needed.")
TOO_MANY: Final = _l("Several computations are waiting on this site already. Try again in a few minutes.")

#: What the page of a computation says besides; the address carries the name alone.
NOTES: Final[dict[str, LazyString]] = {
    "deja": _l("A computation of this event is under way already: here it is. Stop it first to start another one."),
    "attente": TOO_MANY,
    "panne": _l("The server could not start the computation. Take it up again in a moment."),
}

#: What becomes of a run in each state, below its title.
MEANINGS: Final[dict[RunStatus, LazyString]] = {
    RunStatus.WAITING: _l("It starts as soon as there is room: at most two computations run at once on this site."),
    RunStatus.RUNNING: _l(
        "You may leave this page: the computation goes on, and its teams are there when you come back."
    ),
    RunStatus.DONE: _l(
        "The teams are kept as a version of their own. What people see changes when you publish, no sooner."
    ),
    RunStatus.STOPPED: _l("It was stopped. The best teams that it had found are kept, if it had found any."),
    RunStatus.IMPOSSIBLE: _l("No teams were found that keep all the rules. The teams that you had are as they were."),
    RunStatus.FAILED: _l("An error ended the computation. The teams that you had are as they were; you can try again."),
    RunStatus.INTERRUPTED: _l(
        "Its process ended before it was done, for instance because the server was restarted. The best teams found so "
        "far are kept: take it up again, and it goes on from them."
    ),
}


@bp.get("/calcul")
def compute(token: str) -> ResponseReturnValue:
    """The form of a computation, with every choice."""
    return page("teams/compute.html", opened(token), form=RunForm(formdata=None), problems=[])


@bp.post("/calcul")
def start(token: str) -> ResponseReturnValue:
    """Ask for a computation and start its process; the answer is its page."""
    at, form = opened(token), RunForm()
    try:
        wanted = request_in(form)
        run = _asked(at.hackathon, wanted)
    except DraftProblems as error:
        form.attach(error.problems)
        return page("teams/compute.html", at, form=form, problems=form.problem_list()), 422
    except (NoPlanError, ProblemError) as error:
        told = NO_PLAN if isinstance(error, NoPlanError) else NOT_READY
        return page("teams/compute.html", at, form=form, problems=[], told=told), 422
    except TooManyRunsError:
        return page("teams/compute.html", at, form=form, problems=[], told=TOO_MANY), 503
    except AlreadyRunningError as error:
        return _to(token, error.run, note="deja")
    return _started(token, run)


@bp.get("/calcul/<number:run_id>")
def run(token: str, run_id: int) -> ResponseReturnValue:
    """How far a computation is, and what comes next."""
    at = opened(token)
    row = _run(at.hackathon, run_id)
    kind, max_moves, seed, signed = row.kind, row.max_moves, row.seed, row.author
    progress = use_cases.progress(db.session, row.id, utc_now())
    return page(
        "teams/run.html",
        at,
        progress=progress,
        kind=kind,
        max_moves=max_moves,
        seed=seed,
        signed=signed,
        meaning=MEANINGS[progress.status],
        share=share_open(progress),
        refresh_s=None if progress.is_over else REFRESH_S,
        note=NOTES.get(request.args.get("note", "")),
        is_current=at.seen.number == progress.result,
    )


@bp.get("/calcul/<number:run_id>/flux")
def run_progress(token: str, run_id: int) -> Response:
    """The same as events for a script: one every half second at most, when something changed.

    A stream ends after :data:`STREAM_S`, so that it does not hold a thread of the server for long, and when the
    computation is over.
    """
    row = _run(opened(token).hackathon, run_id)
    response = Response(stream_with_context(_events(row.id)), mimetype="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"  # nginx would keep the events until there are many
    return response


@bp.post("/calcul/<number:run_id>/arreter")
def stop_run(token: str, run_id: int) -> ResponseReturnValue:
    """Tell the computation to stop and keep the best teams so far."""
    row = _run(opened(token).hackathon, run_id)
    use_cases.ask_stop(db.session, row)
    return _to(token, row)


@bp.post("/calcul/<number:run_id>/reprendre")
def resume_run(token: str, run_id: int) -> ResponseReturnValue:
    """Let another process go on with a computation whose process died."""
    row = _run(opened(token).hackathon, run_id)
    try:
        use_cases.resume(db.session, row)
    except NoRunError:
        return _to(token, row)  # it lives, or is over: the page says which
    except AlreadyRunningError as error:
        return _to(token, error.run, note="deja")
    except TooManyRunsError:
        return _to(token, row, note="attente")
    return _started(token, row)


@bp.post("/calcul/<number:run_id>/assouplir")
def relax_run(token: str, run_id: int) -> ResponseReturnValue:
    """Compute again with one rule given up, for this computation alone."""
    row = _run(opened(token).hackathon, run_id)
    try:
        again = use_cases.ask_relaxed(db.session, row, request.form.get("way", ""), author=author())
    except NoRunError:
        abort(404)
    except AlreadyRunningError as error:
        return _to(token, error.run, note="deja")
    except TooManyRunsError:
        return _to(token, row, note="attente")
    return _started(token, again)


def share_open(progress: RunProgress) -> float | None:
    """Share of the cost that is not proven necessary, [0, 1]; None before there are teams."""
    if progress.best is None:
        return None
    return 0.0 if progress.best == 0 else max(0.0, (progress.best - progress.bound) / progress.best)


def _asked(hackathon: Hackathon, wanted: RunRequest) -> TeamRun:
    return use_cases.ask_run(
        db.session,
        hackathon,
        wanted.kind,
        time_limit_s=wanted.time_limit_s,
        seed=wanted.seed,
        max_moves=wanted.max_moves,
        author=author(),
        similarity=similarity_now(hackathon),
    )


def similarity_now(hackathon: Hackathon) -> Similarity | None:
    """How near profiles are to challenges, if the encoder is there; None: what the teams at hand were formed with."""
    encoder = services().loader.ready()
    people = taking_part(db.session, hackathon.id) if encoder else ()
    if encoder is None or not 0 < len(people) <= MOST_COMPARED:
        return None
    return similarities(people, hackathon.open_challenges, encoder)


def _run(hackathon: Hackathon, run_id: int) -> TeamRun:
    try:
        return use_cases.run_of(db.session, hackathon.id, run_id)
    except NoRunError:
        abort(404)


def _started(token: str, row: TeamRun) -> ResponseReturnValue:
    try:
        start_process(row.id, current_app.config["SETTINGS"])
    except OSError as error:
        log.error("team run not started", run=row.id, error=type(error).__name__)
        return _to(token, row, note="panne")
    return _to(token, row)


def _to(token: str, row: TeamRun, **values: Any) -> ResponseReturnValue:
    return redirect(url_for("teams.run", token=token, run_id=row.id, **values), 303)


def _events(run_id: int) -> Iterator[str]:
    """Server-sent events: ``progress`` with the numbers, and ``over`` when the page is to be loaded again."""
    ends = time.monotonic() + STREAM_S
    told = None
    yield f"retry: {RETRY_MS}\n\n"
    while True:
        try:
            progress = use_cases.progress(db.session, run_id, utc_now())
        except NoRunError:
            return
        numbers = _numbers(progress)
        if numbers != told:
            told = numbers
            yield f"event: progress\ndata: {json.dumps(numbers)}\n\n"
        if progress.is_over:
            yield f"event: over\ndata: {json.dumps(progress.status.value)}\n\n"
        if progress.is_over or time.monotonic() + LOOK_S >= ends:
            return
        time.sleep(LOOK_S)


def _numbers(progress: RunProgress) -> dict[str, Any]:
    return {
        "status": progress.status.value,
        "best": progress.best,
        "bound": progress.bound,
        "elapsed": round(progress.elapsed_s, 1),
        "limit": progress.time_limit_s,
    }
