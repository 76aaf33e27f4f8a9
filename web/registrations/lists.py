"""The organisers' list of registrations: filters, search by name, files."""

from __future__ import annotations

from typing import Final

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from matcher.hackathons.queries import head_counts
from matcher.hackathons.registration_export import NEEDS_HEADERS, Need, needs_rows, people_headers, people_rows
from matcher.hackathons.registration_queries import RegistrationFilters, list_registrations, page_of_registrations
from matcher.hackathons.wishes import contradictions, wishes_to_settle
from matcher.vocabulary import Attendance, RegistrationStatus, TeamRole
from web.browsing.files import file_answer
from web.browsing.pages import page_number
from web.labels import TEAM_ROLE_NAMES
from web.links import hackathon_of
from web.registrations.area import bp
from web.registrations.desk import DONE
from web.wiring import db

PER_PAGE: Final = 50
#: Names of the two files without names, as their addresses have them.
NEED_FILES: Final = {"repas": Need.DIET, "acces": Need.ACCESS}
#: Names of the filters in the address.
FILTERS: Final = ("q", "status", "attendance", "role", "without_rank", "unsettled")
#: Filters that are on or off, by their name in the address.
SWITCHES: Final = {"without_rank": _l("Ranked no challenge"), "unsettled": _l("Names to settle")}


@bp.get("/organiser/<token>/inscriptions")
def index(token: str) -> ResponseReturnValue:
    """Registrations by name, narrowed by what the address says."""
    hackathon = hackathon_of(token)
    filters = _filters()
    return render_template(
        "registrations/index.html",
        hackathon=hackathon,
        token=token,
        page=page_of_registrations(db.session, hackathon.id, filters, page_number(), PER_PAGE),
        filters=filters,
        switches=SWITCHES,
        is_narrowed=filters != RegistrationFilters(),
        counts=head_counts(db.session, [hackathon.id])[hackathon.id],
        to_settle=len(wishes_to_settle(db.session, hackathon.id)),
        contradictions=len(contradictions(db.session, hackathon)),
        done=DONE.get(request.args.get("fait", "")),
        exports=_export_urls(token),
        statuses=list(RegistrationStatus),
        attendances=list(Attendance),
        roles=list(TeamRole),
        role_names=TEAM_ROLE_NAMES,
        titles={challenge.id: challenge.title for challenge in hackathon.challenges},
    )


@bp.get("/organiser/<token>/inscriptions/export.<any(csv, xlsx, json):fmt>")
def export_list(token: str, fmt: str) -> ResponseReturnValue:
    """The list under its filters, as a file; without wishes to avoid, diets, access needs and notes."""
    hackathon = hackathon_of(token)
    rows = people_rows(hackathon, list_registrations(db.session, hackathon.id, _filters()))
    return file_answer(rows, people_headers(hackathon), f"hackathon-{hackathon.id}-registrations", fmt)


@bp.get("/organiser/<token>/inscriptions/<any(repas, acces):what>.<any(csv, xlsx, json):fmt>")
def export_needs(token: str, what: str, fmt: str) -> ResponseReturnValue:
    """What the kitchen or the venue has to know, as counts without names."""
    hackathon = hackathon_of(token)
    need = NEED_FILES[what]
    rows = needs_rows(list_registrations(db.session, hackathon.id), need)
    return file_answer(rows, NEEDS_HEADERS, f"hackathon-{hackathon.id}-{need.value}", fmt)


def _filters() -> RegistrationFilters:
    """Filters of the address at hand. A value that no list has is 404."""
    given = request.args
    try:
        return RegistrationFilters(
            name=given.get("q", "")[:120],
            status=RegistrationStatus(given["status"]) if given.get("status") else None,
            attendance=Attendance(given["attendance"]) if given.get("attendance") else None,
            role=TeamRole(given["role"]) if given.get("role") else None,
            without_rank=bool(given.get("without_rank")),
            unsettled=bool(given.get("unsettled")),
        )
    except ValueError:
        abort(404)


def _export_urls(token: str) -> list[tuple[str, str]]:
    """The list as files, under the filters at hand."""
    kept = {name: value for name, value in request.args.items() if name in FILTERS}
    return [
        (name, url_for("registrations.export_list", token=token, fmt=fmt, **kept))  # type: ignore[arg-type]
        for fmt, name in (("csv", "CSV"), ("xlsx", "Excel"), ("json", "JSON"))
    ]
