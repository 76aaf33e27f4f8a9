"""Signed links of a hackathon: the only key to what organisers, participants and jurors may do.

A token holds what it opens and the link version of that row; raising the version in the database makes every
link given so far worthless. Each purpose has its own salt: a participant's token opens no organiser's page.
Addresses that hold a token are never logged, stored, indexed or told to another site (``web.security``).
"""

from __future__ import annotations

import hashlib
from typing import Any, Final, NamedTuple

from flask import current_app, url_for
from itsdangerous import BadData, URLSafeSerializer

from matcher.hackathons.queries import get_hackathon, get_registration
from matcher.store import Hackathon, Registration
from web.i18n import public_url
from web.manage.links import MAX_TOKEN_CHARS, LinkRefusedError
from web.wiring import db

__all__ = [
    "Juror",
    "LinkRefusedError",
    "hackathon_of",
    "juror_link",
    "juror_of",
    "juror_token",
    "organiser_link",
    "organiser_token",
    "participation_link",
    "participation_token",
    "registration_of",
]

ORGANISER: Final = "organise-hackathon"
PARTICIPATION: Final = "hackathon-participation"
JUROR: Final = "hackathon-juror"


class Juror(NamedTuple):
    """Whom a juror's link is for: the event, and the name under which the marks are kept."""

    hackathon: Hackathon
    name: str


def organiser_token(hackathon: Hackathon) -> str:
    """Token that opens everything of ``hackathon`` until its links are cancelled."""
    return _signed(ORGANISER, hackathon.id, hackathon.link_version)


def organiser_link(hackathon: Hackathon) -> str:
    """Whole address of the organisers' home, to be kept by them."""
    return public_url(url_for("organiser.show", token=organiser_token(hackathon)))


def hackathon_of(token: str) -> Hackathon:
    """The event that an organiser's ``token`` opens. Raises LinkRefusedError."""
    number, version = _read(ORGANISER, token, (int, int))
    hackathon = get_hackathon(db.session, number)
    if hackathon is None or hackathon.link_version != version:
        raise LinkRefusedError
    return hackathon


def participation_token(registration: Registration) -> str:
    """Token that opens one person's own page."""
    return _signed(PARTICIPATION, registration.id, registration.link_version)


def participation_link(registration: Registration) -> str:
    """Whole address of one person's own page."""
    return public_url(url_for("registrations.show", token=participation_token(registration)))


def registration_of(token: str) -> Registration:
    """The registration that a person's ``token`` opens. Raises LinkRefusedError."""
    number, version = _read(PARTICIPATION, token, (int, int))
    registration = get_registration(db.session, number)
    if registration is None or registration.link_version != version:
        raise LinkRefusedError
    return registration


def juror_token(hackathon: Hackathon, name: str) -> str:
    """Token with which the juror called ``name`` marks what the teams made; it ends with the organisers' links."""
    return _signed(JUROR, hackathon.id, hackathon.link_version, name)


def juror_link(hackathon: Hackathon, name: str) -> str:
    """Whole address of a juror's page."""
    return public_url(url_for("jury.show", token=juror_token(hackathon, name)))


def juror_of(token: str) -> Juror:
    """Event and name that a juror's ``token`` holds. Raises LinkRefusedError."""
    number, version, name = _read(JUROR, token, (int, int, str))
    hackathon = get_hackathon(db.session, number)
    if hackathon is None or hackathon.link_version != version:
        raise LinkRefusedError
    return Juror(hackathon, name)


def _signed(purpose: str, *payload: int | str) -> str:
    return str(_serializer(purpose).dumps(payload))


def _read(purpose: str, token: str, shape: tuple[type, ...]) -> list[Any]:
    """What ``token`` holds, of these types. Raises LinkRefusedError for what this site did not sign for it."""
    if len(token) > MAX_TOKEN_CHARS:
        raise LinkRefusedError
    try:
        payload = _serializer(purpose).loads(token)
    except BadData as error:
        raise LinkRefusedError from error
    if not isinstance(payload, list) or [type(part) for part in payload] != list(shape):
        raise LinkRefusedError
    return payload


def _serializer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=purpose, signer_kwargs={"digest_method": hashlib.sha256})
