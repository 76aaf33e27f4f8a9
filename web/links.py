"""Signed links of a hackathon: the key to what organisers, participants and jurors may do.

Accounts that run an event use its plain reference instead, such as ``hackathon-12``: it names the event, and what the
account is to it opens it.

A token holds what it opens and the link version of that row; raising the version in the database makes every
link given so far worthless. Each purpose has its own salt: a participant's token opens no organiser's page.
Addresses that hold a token are never logged, stored, indexed or told to another site (``web.security``).
"""

from __future__ import annotations

import hashlib
import re
from typing import Any, Final

from flask import current_app, url_for
from itsdangerous import BadData, URLSafeSerializer

from matcher.hackathons.jury import juror_at
from matcher.hackathons.organisers import organises
from matcher.hackathons.queries import get_hackathon, get_registration
from matcher.store import Hackathon, Juror, Registration
from web.accounts.session import current_account
from web.i18n import public_url
from web.manage.links import MAX_TOKEN_CHARS, LinkRefusedError
from web.wiring import db

__all__ = [
    "LinkRefusedError",
    "event_reference",
    "hackathon_of",
    "hackathon_of_link",
    "is_event_reference",
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


_REFERENCE: Final = re.compile(r"hackathon-([1-9][0-9]{0,14})")


def organiser_token(hackathon: Hackathon) -> str:
    """Token that opens everything of ``hackathon`` until its links are cancelled."""
    return _signed(ORGANISER, hackathon.id, hackathon.link_version)


def organiser_link(hackathon: Hackathon) -> str:
    """Whole address of the organisers' home, to be kept by them."""
    return public_url(url_for("organiser.show", token=organiser_token(hackathon)))


def event_reference(hackathon: Hackathon) -> str:
    """What stands for ``hackathon`` in the addresses of accounts that run it: ``hackathon-12``."""
    return f"hackathon-{hackathon.id}"


def is_event_reference(token: str) -> bool:
    """Whether ``token`` is a plain reference, which opens nothing by itself."""
    return _REFERENCE.fullmatch(token) is not None


def hackathon_of(token: str) -> Hackathon:
    """The event that ``token`` opens: a signed link, or a reference for who runs it. Raises LinkRefusedError."""
    return _hackathon_of_organiser(token) if is_event_reference(token) else hackathon_of_link(token)


def hackathon_of_link(token: str) -> Hackathon:
    """The event that an organisers' signed ``token`` opens, whoever holds it. Raises LinkRefusedError."""
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


def juror_token(juror: Juror) -> str:
    """Token with which ``juror`` marks what the teams made; it ends with their own links and the organisers'."""
    return _signed(JUROR, juror.hackathon_id, juror.hackathon.link_version, juror.id, juror.link_version)


def juror_link(juror: Juror) -> str:
    """Whole address of a juror's page."""
    return public_url(url_for("jury.show", token=juror_token(juror)))


def juror_of(token: str) -> Juror:
    """The juror that a ``token`` is for. Raises LinkRefusedError."""
    number, version, juror_id, own_version = _read(JUROR, token, (int, int, int, int))
    juror = juror_at(db.session, number, juror_id)
    if juror is None or juror.ended_at is not None:
        raise LinkRefusedError
    if (juror.hackathon.link_version, juror.link_version) != (version, own_version):
        raise LinkRefusedError
    return juror


def _hackathon_of_organiser(reference: str) -> Hackathon:
    """The same refusal for an event of others and for none: references are easy to guess."""
    account = current_account()
    number = int(reference.partition("-")[2])
    row = organises(db.session, account.id, number) if account is not None else None
    if row is None:
        raise LinkRefusedError
    return row.hackathon


def _signed(purpose: str, *payload: int) -> str:
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
