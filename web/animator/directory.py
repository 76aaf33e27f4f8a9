"""Organisations, the newest first, and whether somebody checked that they are what they say."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from matcher.clock import local_day, utc_now
from matcher.oversight.directory import DirectoryFilters, count_unverified, page_of_organisations, verify
from matcher.postings.queries import MAX_PER_PAGE, get_organisation
from matcher.store import Organisation
from web.animator import arguments
from web.animator.area import PER_PAGE, bp, done, me
from web.animator.words import DONE
from web.browsing.files import file_answer
from web.browsing.pages import page_number
from web.wiring import db

EXPORT_HEADERS: Final = (
    "id",
    "name",
    "family",
    "place",
    "siren",
    "siret",
    "rna",
    "source",
    "created_at",
    "verified_at",
)
NAME_CHARS: Final = 120
_FILTERS: Final = ("q", "verified")


@bp.get("/organisations")
def organisations() -> ResponseReturnValue:
    """Organisations of one page."""
    filters = _filters()
    return render_template(
        "animator/organisations.html",
        page=page_of_organisations(db.session, filters, page_number(), PER_PAGE),
        filters=filters,
        unverified=count_unverified(db.session),
        is_narrowed=filters != DirectoryFilters(),
        exports=arguments.exports("export_organisations", _FILTERS),
        done=DONE.get(request.args.get("fait", "")),
    )


@bp.get("/organisations/export.<any(csv, xlsx, json):fmt>")
def export_organisations(fmt: str) -> Response:
    """The list under its filters, as a file; no contact is in it."""
    rows: list[dict[str, Any]] = []
    page, pages = 0, 1
    while page < pages:
        found = page_of_organisations(db.session, _filters(), page + 1, MAX_PER_PAGE)
        rows += map(_exported, found)
        page, pages = found.page, found.pages
    return file_answer(rows, EXPORT_HEADERS, "organisations-checked", fmt)


@bp.post("/organisations/<number:number>/verifier")
def check_organisation(number: int) -> ResponseReturnValue:
    """Say that an organisation was checked, or take that back."""
    if get_organisation(db.session, number) is None:
        abort(404)
    is_right, account = request.form.get("is_right") == "1", me().id
    verify(db.session, number, is_right=is_right, account_id=account, now=utc_now())
    kept = {name: request.form[name] for name in (*_FILTERS, "page") if request.form.get(name)}
    return done("organisations", "verified" if is_right else "doubted", **kept)


def _filters() -> DirectoryFilters:
    state = {"yes": True, "no": False}.get(request.args.get("verified", ""))
    return DirectoryFilters(request.args.get("q", "").strip()[:NAME_CHARS], state)


def _exported(row: Organisation) -> dict[str, Any]:
    told: dict[str, Any] = {name: getattr(row, name) for name in ("id", "name", "siren", "siret", "rna", "source")}
    return told | {
        "family": row.family.value,
        "place": row.place.label,
        "created_at": local_day(row.created_at).isoformat(),
        "verified_at": local_day(row.verified_at).isoformat() if row.verified_at else None,
    }
