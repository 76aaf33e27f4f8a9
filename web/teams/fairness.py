"""How evenly the teams treat people: the page for organisers."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from matcher.hackathons import plans
from web.teams.blueprint import bp
from web.teams.pages import event_of, opened, page
from web.teams.placed import placed
from web.wiring import db


@bp.get("/equite")
def fairness(token: str) -> ResponseReturnValue:
    """The version that the organisers work on, measured as things are today."""
    from web.teams.fairness_cards import fairness_page  # noqa: PLC0415 - with numpy, which no other page needs

    at = opened(token)
    if at.version is None:
        return page("teams/fairness.html", at, found=None)
    standing = plans.standing(db.session, at.hackathon, at.version)
    there = placed(standing.problem, standing.assignment)
    found = fairness_page(there.problem, there.assignment, event_of(at.hackathon)) if there else None
    return page("teams/fairness.html", at, found=found)
