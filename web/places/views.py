"""Names of places while somebody types one."""

from __future__ import annotations

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from matcher.postings.places import suggest_places
from web.wiring import db

bp = Blueprint("places", __name__)


@bp.get("/lieux")
def suggest() -> ResponseReturnValue:
    """Options of a ``datalist`` for htmx, JSON for anybody else."""
    text = request.args.get("q") or request.args.get("place") or request.args.get("organisation-place") or ""
    found = suggest_places(db.session, text)
    if request.headers.get("HX-Request"):
        return render_template("places/options.html", places=found)
    return jsonify(
        [
            {
                "id": place.id,
                "label": place.label,
                "name": place.name,
                "insee": place.insee_code,
                "country": place.country,
            }
            for place in found
        ]
    )
