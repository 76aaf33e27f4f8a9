"""Who did what, when: the log with its filters, and as a file."""

from __future__ import annotations

from typing import Final

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime

from matcher.oversight import audit
from matcher.oversight.audit import AuditFilters
from web.animator import arguments
from web.animator.area import bp
from web.animator.words import ACTIONS, AREAS, OBJECTS
from web.browsing.files import file_answer
from web.browsing.pages import page_number
from web.wiring import db

PER_PAGE: Final = 50
_FILTERS: Final = ("area", "account", "object", "number", "since", "until")
_CODE_CHARS: Final = 40


@bp.get("/journal")
def journal() -> ResponseReturnValue:
    """Entries of one page, the newest first."""
    filters = _filters()
    return render_template(
        "animator/journal.html",
        page=audit.page_of_entries(db.session, filters, page_number(), PER_PAGE),
        filters=filters,
        actors=audit.actors(db.session),
        areas=AREAS,
        actions=ACTIONS,
        objects=OBJECTS,
        is_narrowed=filters != AuditFilters(),
        exports=arguments.exports("export_journal", _FILTERS),
        moment=lambda at: format_datetime(at, "medium"),
    )


@bp.get("/journal/export.<any(csv, xlsx, json):fmt>")
def export_journal(fmt: str) -> Response:
    """The log under its filters, as a file; accounts by number, nobody by name."""
    rows = audit.export_entries(db.session, _filters())
    return file_answer(rows, audit.EXPORT_HEADERS, "log", fmt)


def _filters() -> AuditFilters:
    return AuditFilters(
        area=request.args.get("area", "")[:_CODE_CHARS],
        account_id=arguments.number("account"),
        object_kind=request.args.get("object", "")[:_CODE_CHARS],
        object_id=arguments.number("number"),
        since=arguments.day("since"),
        until=arguments.day("until"),
    )
