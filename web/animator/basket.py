"""The basket: needs without a partner, who looks after which, and what lies there too long."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from matcher.clock import today, utc_now
from matcher.oversight import cases
from matcher.oversight.cases import CaseEntry, CaseFilters
from matcher.oversight.stuck import open_due_cases, settle_cases
from matcher.people import CaseReason
from matcher.postings.queries import MAX_PER_PAGE
from web.animator import arguments
from web.animator.area import PER_PAGE, bp, done, me
from web.animator.words import DONE
from web.browsing.files import file_answer
from web.browsing.pages import page_number
from web.clock import calendar
from web.presenters import author_of, card_of, posting_url
from web.wiring import db

EXPORT_HEADERS: Final = (
    *("case", "need", "title", "organisation", "place", "reason", "opened_at", "days", "claimed"),
    *("result", "closed_at", "url"),
)
#: Days after which a case is told to be old, and very old. Chosen, after what advisers of other services ask for.
OLD_DAYS: Final = (10, 30)
_FILTERS: Final = ("state", "holder", "reason")


@bp.get("/panier")
def basket() -> ResponseReturnValue:
    """Needs without a partner, the oldest first, narrowed by what the address says."""
    account, filters = me().id, _filters()
    return render_template(
        "animator/basket.html",
        page=cases.page_of_cases(db.session, filters, page_number(), PER_PAGE),
        counts=cases.count_cases(db.session, account),
        filters=filters,
        account_id=account,
        reasons=list(CaseReason),
        is_narrowed=filters != CaseFilters(),
        days_of=days_of,
        old_days=OLD_DAYS,
        card_of=lambda need: card_of(need, today()),
        exports=arguments.exports("export_basket", _FILTERS),
        done=DONE.get(request.args.get("fait", "")),
        found=arguments.number("nombre"),
    )


@bp.get("/panier/export.<any(csv, xlsx, json):fmt>")
def export_basket(fmt: str) -> Response:
    """The list under its filters, as a file; notes are not in it."""
    rows: list[dict[str, Any]] = []
    page, pages = 0, 1
    while page < pages:
        found = cases.page_of_cases(db.session, _filters(), page + 1, MAX_PER_PAGE)
        rows += map(_exported, found)
        page, pages = found.page, found.pages
    return file_answer(rows, EXPORT_HEADERS, "cases", fmt)


@bp.post("/panier/chercher")
def look_for_cases() -> ResponseReturnValue:
    """Look now, instead of tonight, for needs that got nowhere; and close what came to an end elsewhere."""
    now = utc_now()
    settle_cases(db.session, now)
    return done("basket", "looked", nombre=open_due_cases(db.session, now, calendar()))


def days_of(opened: datetime) -> int:
    """Whole days since then."""
    return max((utc_now() - opened).days, 0)


def _filters() -> CaseFilters:
    holder = {"me": me().id, "nobody": 0}.get(request.args.get("holder", ""))
    state = request.args.get("state", "open")
    return CaseFilters({"open": True, "closed": False}.get(state), arguments.chosen("reason", CaseReason), holder)


def _exported(entry: CaseEntry) -> dict[str, Any]:
    case, need = entry.case, entry.need
    return {
        "case": case.id,
        "need": need.id,
        "title": need.title,
        "organisation": author_of(need).name,
        "place": need.place.label,
        "reason": case.reason.value,
        "opened_at": case.opened_at.isoformat(timespec="seconds"),
        "days": days_of(case.opened_at),
        "claimed": case.claimed_by_id is not None,
        "result": case.result.value if case.result else None,
        "closed_at": case.closed_at.isoformat(timespec="seconds") if case.closed_at else None,
        "url": posting_url(need),
    }
