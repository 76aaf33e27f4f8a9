"""The blueprint, and what it says of links that open nothing."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from web import errors
from web.manage.links import LinkRefusedError
from web.notifications.one_click import AnswerLinkRefused

bp = Blueprint("notifications", __name__)


@bp.errorhandler(AnswerLinkRefused)
def _answer_refused(error: AnswerLinkRefused) -> Response:
    """A page with a way on; 410 for a link that was good once."""
    page = render_template("notifications/link_over.html", expired=error.expired)
    return make_response(page, 410 if error.expired else 404)


@bp.errorhandler(LinkRefusedError)
def _link_refused(_error: LinkRefusedError) -> Response:
    return errors.answer(
        NotFound(),
        gettext("This link does not work: it was copied in part, or cancelled. Use the link of your newest mail."),
    )
