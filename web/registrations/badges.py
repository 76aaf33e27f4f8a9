"""QR codes of badges. A code leads to the desk's page of its person, for whoever is at the desk alone."""

from __future__ import annotations

import segno
from flask import url_for
from markupsafe import Markup

from matcher.store import Registration
from web.i18n import public_url


def badge_url(registration: Registration) -> str:
    """Whole address behind a badge. It tells nothing of the person to anybody else than the organisers."""
    return public_url(url_for("registrations.badge", code=registration.checkin_code))


def badge_svg(registration: Registration) -> Markup:
    """The badge's QR code as inline SVG, black on white: a phone reads it from a dark page, too."""
    code = segno.make(badge_url(registration), error="m", micro=False)
    svg = code.svg_inline(scale=4, border=3, dark="#000", light="#fff", omitsize=True, svgclass="badge__code")
    return Markup(svg)  # noqa: S704  (made by segno from an address of ours; no text of anybody is in it)
