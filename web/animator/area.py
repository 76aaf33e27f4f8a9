"""The blueprint of the animator's pages, its parts, and who is at work.

Who may open which page is decided by ``web.permissions`` before any view runs; support bodies see the basket alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from matcher.oversight import reviews
from matcher.store import Account, Need, Offer, Review
from web.accounts.session import current_account
from web.permissions import Who, may
from web.wiring import db

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString

bp = Blueprint("animator", __name__, url_prefix="/animation")

#: Rows of one page of a list.
PER_PAGE: Final = 20

#: Parts of the area: first endpoint, name, and whether support bodies see it. In the order of a day's work.
_PARTS: Final[tuple[tuple[str, LazyString, bool], ...]] = (
    ("home", _l("What waits"), True),
    ("queue", _l("Looks"), False),
    ("basket", _l("Basket"), True),
    ("duplicates", _l("Duplicates"), False),
    ("organisations", _l("Organisations"), False),
    ("show_funnel", _l("Funnel"), False),
    ("import_start", _l("Import"), False),
    ("journal", _l("Log"), False),
)


class Section(NamedTuple):
    """One part of the area: where it is, and whether the page at hand belongs to it."""

    name: LazyString
    url: str
    is_current: bool


def me() -> Account:
    """The account at work. 403 without one: ``web.permissions`` has sent everybody else away already."""
    account = current_account()
    if account is None:
        abort(403)
    return account


def is_animator() -> bool:
    """Whether the account at work looks after the territory; else it is a support body."""
    return may(current_account(), Who.ANIMATOR)


def sections() -> list[Section]:
    """The parts that the account at work may open."""
    shown = [(url_for(f"animator.{end}"), name) for end, name, for_all in _PARTS if for_all or is_animator()]
    home = shown[0][0]
    return [
        Section(name, url, request.path == url or (url != home and request.path.startswith(f"{url}/")))
        for url, name in shown
    ]


def done(endpoint: str, what: str, **values: Any) -> ResponseReturnValue:
    """Send the browser on after a change, so that a reload sends nothing twice."""
    return redirect(url_for(f"animator.{endpoint}", fait=what, **values), 303)


def review_of(posting: Need | Offer) -> Review | None:
    """The animator's look at a posting, for its author's own page."""
    return reviews.review_of(db.session, posting)


@bp.app_context_processor
def _for_templates() -> dict[str, Any]:
    return {"animator_sections": sections, "review_of": review_of}
