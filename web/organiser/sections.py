"""What every page of the organisers of an event shares: its blueprint, its parts, and what a dead link answers.

Pages of other areas (registrations, teams, results) stand in the same frame: their views render templates that
extend ``organiser/_frame.html`` with ``hackathon`` and ``token``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from flask import Blueprint, Response, current_app, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import NotFound

from web import errors
from web.hackathons.presenters import SKILL_LEVELS, days_of, place_of
from web.links import LinkRefusedError, is_event_reference

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString

HOME: Final = "/organiser/<token>"

bp = Blueprint("organiser", __name__, url_prefix=HOME)

#: Parts of the organisers' area by the end of their address, in the order in which an event needs them.
PARTS: Final[dict[str, LazyString]] = {
    "": _l("Event"),
    "/defis": _l("Challenges"),
    "/inscriptions": _l("Registrations"),
    "/equipes": _l("Teams"),
    "/jour": _l("Day of the event"),
    "/resultats": _l("Results"),
}


class Section(NamedTuple):
    """One part of the area: where it is, and whether the page at hand belongs to it."""

    name: LazyString
    url: str
    is_current: bool


def sections(token: str) -> list[Section]:
    """The parts that this site has, for the organisers whose addresses hold ``token``."""
    home = url_for("organiser.show", token=token)
    known = {rule.rule for rule in current_app.url_map.iter_rules()}
    within = request.path.removeprefix(f"/organiser/{token}")
    current = next((end for end in reversed(PARTS) if end and within.startswith(end)), "")
    return [Section(name, home + end, end == current) for end, name in PARTS.items() if HOME + end in known]


@bp.app_context_processor
def _for_templates() -> dict[str, Any]:
    return {
        "organiser_sections": sections,
        "is_event_reference": is_event_reference,
        "event_days": days_of,
        "event_place": place_of,
        "skill_levels": SKILL_LEVELS,
    }


@bp.app_errorhandler(LinkRefusedError)
def _refused(_error: LinkRefusedError) -> Response:
    return errors.answer(
        NotFound(),
        gettext(
            "This link does not work. It may have been copied in part, cancelled, or its event deleted. "
            "Open the newest link that you kept, and copy it whole."
        ),
    )
