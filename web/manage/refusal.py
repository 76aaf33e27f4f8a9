"""What is answered to a management link that opens nothing."""

from __future__ import annotations

from flask import Response
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from web import errors
from web.manage.links import LinkRefusedError


def refuse_link(_error: LinkRefusedError) -> Response:
    """404, and what to do. Every blueprint below ``/gerer/<token>`` registers it for LinkRefusedError."""
    return errors.answer(
        NotFound(),
        gettext(
            "This management link does not work. It may have been copied in part, cancelled, or its posting deleted. "
            "Open the newest link that you kept, and copy it whole."
        ),
    )
