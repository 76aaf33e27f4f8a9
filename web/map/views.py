"""The address of the map of needs and offers: drawn by us, without tiles from elsewhere."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("map", __name__)


@bp.get("/carte")
def index() -> str:
    """Where needs and offers are, on a map and in a table."""
    from web.map.page import map_page  # noqa: PLC0415 - all that drawing takes, which no other page needs

    return map_page()
