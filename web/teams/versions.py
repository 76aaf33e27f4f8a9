"""Every version of the teams: the list, two or three side by side, and one of them taken up again."""

from __future__ import annotations

from typing import Final

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matcher.hackathons import plans
from web.teams import pages
from web.teams.blueprint import bp
from web.teams.pages import Attempt, Opened, author, back_to, event_of, opened, page, seen_revision
from web.teams.version_cards import version_cards
from web.wiring import db

#: How many versions may be compared at once: three columns fit a screen.
MOST_COMPARED: Final = 3


@bp.get("/versions")
def versions(token: str) -> ResponseReturnValue:
    """All versions, newest first."""
    return _list(opened(token))


@bp.get("/versions/comparer")
def compare(token: str) -> ResponseReturnValue:
    """Two or three versions side by side; otherwise the list again, which says so."""
    from web.teams.side_by_side import sides_of  # noqa: PLC0415 - with numpy, which no other page about versions needs

    at = opened(token)
    chosen = _chosen()
    if not 2 <= len(chosen) <= MOST_COMPARED:
        return _list(at, problem=gettext("Tick two or three versions.")), 422
    try:
        rows = [plans.version_of(db.session, at.hackathon.id, number) for number in chosen]
    except plans.NoPlanError:
        abort(404)
    event = event_of(at.hackathon)
    return page("teams/compare.html", at, cards=version_cards(rows, at), sides=sides_of(rows, event))


@bp.post("/versions/<number:number>/reprendre")
def restore(token: str, number: int) -> ResponseReturnValue:
    """Take an earlier version up again, as a new one."""
    at = opened(token)
    words = gettext("Take version %(number)s up again", number=number)
    note = gettext("version %(number)s, taken up again", number=number)
    try:
        plans.restore(db.session, at.hackathon.id, number, author=author(), note=note, seen_revision=seen_revision())
    except plans.PlanChangedMeanwhile:
        attempt = Attempt("teams.restore", {}, words, {"number": number})
        return pages.changed_meanwhile(token, event_of(at.hackathon), attempt)
    except plans.NoPlanError:
        abort(404)
    return back_to("board", token, fait="restored")


def _list(at: Opened, problem: str = "") -> str:
    rows = plans.versions(db.session, at.hackathon.id)
    return page("teams/versions.html", at, cards=version_cards(rows, at), chosen=_chosen(), problem=problem)


def _chosen() -> list[int]:
    """The versions ticked in the form, each once, oldest first."""
    typed = (value for value in request.args.getlist("v") if value.isascii() and value.isdigit() and len(value) <= 9)
    return sorted({int(value) for value in typed})
