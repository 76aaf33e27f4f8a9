"""Needs as readers see them. Their forms add routes to this blueprint from ``web.posting``."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from matcher.vocabulary import PostingKind
from web.browsing import pages

bp = Blueprint("needs", __name__)


@bp.get("/besoins")
def index() -> ResponseReturnValue:
    """Live needs with filters."""
    return pages.index(PostingKind.NEED)


@bp.get("/besoins/<titled:id>")
def show(id: int) -> ResponseReturnValue:  # noqa: A002  (the name is part of the site's addresses)
    """One need."""
    return pages.show(PostingKind.NEED, id)


@bp.get("/besoins/<titled:id>/propositions")
def proposals(id: int) -> ResponseReturnValue:  # noqa: A002
    """What answers one need, and why."""
    return pages.proposals(PostingKind.NEED, id)


@bp.get("/besoins/export.<any(csv, xlsx, json):fmt>")
def export(fmt: str) -> ResponseReturnValue:
    """The list as a file."""
    return pages.export(PostingKind.NEED, fmt)
