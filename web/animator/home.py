"""What waits for whoever is at work, counted, the most urgent first."""

from __future__ import annotations

from typing import Final

from flask import render_template
from flask.typing import ResponseReturnValue

from matcher.clock import utc_now
from matcher.oversight.audit import AuditFilters, page_of_entries
from matcher.oversight.cases import count_cases
from matcher.oversight.directory import count_unverified
from matcher.oversight.duplicates import find_duplicates
from matcher.oversight.reviews import count_waiting
from web.animator.area import bp, is_animator, me
from web.animator.words import ACTIONS
from web.wiring import db

#: Last acts that are shown; the log has all of them.
SHOWN_ACTS: Final = 6


@bp.get("")
def home() -> ResponseReturnValue:
    """What waits, with counts; support bodies see the basket alone."""
    basket = count_cases(db.session, me().id)
    if not is_animator():
        return render_template("animator/home.html", basket=basket, now=utc_now(), for_animator=False)
    waiting, oldest = count_waiting(db.session)
    return render_template(
        "animator/home.html",
        basket=basket,
        now=utc_now(),
        for_animator=True,
        waiting=waiting,
        oldest=oldest,
        duplicates=len(find_duplicates(db.session)),
        unverified=count_unverified(db.session),
        acts=page_of_entries(db.session, AuditFilters(), 1, SHOWN_ACTS),
        actions=ACTIONS,
    )
