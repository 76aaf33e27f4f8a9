"""The organisers' pages about teams, opened by their signed link (:mod:`web.links`).

Reading changes nothing; every change is a POST with a CSRF token. The link is in the address, so these pages are
never stored, indexed or told to another site (:mod:`web.security`), nor logged (:mod:`web.logs`).
"""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("teams", __name__, url_prefix="/organiser/<token>/equipes")
