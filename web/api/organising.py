"""Whose event it is: what every operation of organisers asks first, and the key that makes a creation happen once."""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel, ConfigDict, Field
from werkzeug.exceptions import NotFound

from matcher.hackathons.queries import get_challenge, get_hackathon
from matcher.hackathons.registration_queries import registration_at
from matcher.store import Challenge, Hackathon, Registration
from web.api.problems import OtherEventError
from web.api.requests import needed_bearer_hackathon
from web.api.words import N_
from web.wiring import db

#: What comes through the API is known by this source.
SOURCE: Final = "api"


class CreationHeaders(BaseModel):
    """Headers of an operation that makes something new."""

    model_config = ConfigDict(defer_build=True)

    idempotency_key: str | None = Field(
        None,
        alias="Idempotency-Key",
        description=N_(
            "16 to 64 letters, digits, - or _ that nobody can guess, such as a UUID: sent again with the same key and "
            "body, after a cut line for instance, it is made once"
        ),
        pattern=r"^[0-9A-Za-z_-]{16,64}$",
    )


def organised(number: int) -> Hackathon:
    """The event at this address, when the request's token opens it.

    Raises TokenMissingError, LinkRefusedError or OtherEventError.
    """
    hackathon = needed_bearer_hackathon()
    if hackathon.id != number:
        raise OtherEventError
    return hackathon


def public_hackathon(number: int) -> Hackathon:
    """An event that anybody may see. Raises 404 for a draft too."""
    hackathon = get_hackathon(db.session, number)
    if hackathon is None or not hackathon.is_public:
        raise NotFound
    return hackathon


def challenge_of(hackathon: Hackathon, number: int) -> Challenge:
    """A challenge of this event, withdrawn ones too. Raises 404."""
    challenge = get_challenge(hackathon, number)
    if challenge is None:
        raise NotFound
    return challenge


def registered_at(hackathon: Hackathon, number: int) -> Registration:
    """A registration of this event. Raises 404."""
    registration = registration_at(db.session, hackathon.id, number)
    if registration is None:
        raise NotFound
    return registration
