"""Offers as readers see them. Their forms add routes to this blueprint from ``web.posting``."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from matcher.vocabulary import PostingKind
from web.browsing import pages

bp = Blueprint("offers", __name__)


@bp.get("/offres")
def index() -> ResponseReturnValue:
    """Live offers with filters."""
    return pages.index(PostingKind.OFFER)


@bp.get("/offres/<titled:id>")
def show(id: int) -> ResponseReturnValue:  # noqa: A002  (the name is part of the site's addresses)
    """One offer."""
    return pages.show(PostingKind.OFFER, id)


@bp.get("/offres/<titled:id>/propositions")
def proposals(id: int) -> ResponseReturnValue:  # noqa: A002
    """What answers one offer, and why."""
    return pages.proposals(PostingKind.OFFER, id)


@bp.get("/offres/export.<any(csv, xlsx, json):fmt>")
def export(fmt: str) -> ResponseReturnValue:
    """The list as a file."""
    return pages.export(PostingKind.OFFER, fmt)
