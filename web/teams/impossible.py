"""What cannot hold together, before any computation and after one that found no teams, and the ways out."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from matcher.hackathons import plans, runs
from matcher.hackathons.relaxing import NoSuchWayError, findings_today, keep
from matcher.teams.entities import ProblemError
from web.teams import pages
from web.teams.blueprint import bp
from web.teams.conflict_cards import conflict_of_run, conflicts_today
from web.teams.pages import Opened, author, back_to, event_of, opened, page, seen_revision
from web.wiring import db


@bp.get("/contradictions")
def impossible(token: str) -> ResponseReturnValue:
    """What the rules of the event, its people and its challenges say against each other now."""
    return _page(opened(token))


@bp.post("/contradictions")
def relax(token: str) -> ResponseReturnValue:
    """Keep one way out for the event."""
    at = opened(token)
    try:
        keep(db.session, at.hackathon, request.form.get("way", ""), author=author(), seen_revision=seen_revision())
    except NoSuchWayError:
        return _page(at, gone=True), 409
    except plans.PlanChangedMeanwhile:
        return pages.changed_meanwhile(token, event_of(at.hackathon), None)
    return back_to("impossible", token, fait="relaxed")


def _page(at: Opened, *, gone: bool = False) -> str:
    event = event_of(at.hackathon)
    try:
        found = findings_today(db.session, at.hackathon)
    except ProblemError:
        found = None
    run = runs.latest(db.session, at.hackathon.id)
    told = runs.impossibility_of(run) if run else None
    return page(
        "teams/impossible.html",
        at,
        gone=gone,
        is_ready=found is not None,
        blocking=list(conflicts_today((each for each in found or () if each.blocking), event.names)),
        wishes=list(conflicts_today((each for each in found or () if not each.blocking), event.names)),
        run=run if told else None,
        of_run=conflict_of_run(told, event.names) if told else None,
    )
