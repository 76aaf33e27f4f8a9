"""The blueprint of registrations, and what every page of the area asks first: whose link it is."""

from __future__ import annotations

from flask import Blueprint, Response, abort
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from matcher.hackathons.queries import get_hackathon
from matcher.hackathons.registration_queries import registration_at
from matcher.store import Hackathon, Registration
from web import errors
from web.links import LinkRefusedError
from web.wiring import db

bp = Blueprint("registrations", __name__)


@bp.errorhandler(LinkRefusedError)
def _refused(_error: LinkRefusedError) -> Response:
    return errors.answer(
        NotFound(),
        gettext(
            "This link does not work. It may have been copied in part or cancelled, or what it led to was deleted. "
            "Open the newest link that you kept, and copy it whole. If it led to your registration, the organisers "
            "can give you a new one."
        ),
    )


def public_hackathon(number: int) -> Hackathon:
    """An event that anybody may see; 404 otherwise."""
    hackathon = get_hackathon(db.session, number)
    if hackathon is None or not hackathon.is_public:
        abort(404)
    return hackathon


def registration_or_404(hackathon: Hackathon, number: int) -> Registration:
    """A registration of the organiser's own event; 404 for any other."""
    registration = registration_at(db.session, hackathon.id, number)
    if registration is None:
        abort(404)
    return registration
