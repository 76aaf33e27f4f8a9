"""Who opened an organisers' page: the holder of the link, or an account that runs the event."""

from __future__ import annotations

from flask import abort

from matcher.hackathons.organisers import organises
from matcher.people import OrganiserRole
from matcher.store import Account, Hackathon, HackathonOrganiser
from web.accounts.session import current_account
from web.links import hackathon_of, is_event_reference
from web.wiring import db


def acting(token: str) -> Account | None:
    """The account that acts; None for whoever holds the link, signed in or not."""
    return current_account() if is_event_reference(token) else None


def own_row(token: str) -> HackathonOrganiser | None:
    """What the account at hand is to the event; None for whoever holds the link."""
    account = acting(token)
    return organises(db.session, account.id, hackathon_of(token).id) if account is not None else None


def may_own(token: str) -> bool:
    """Whether the reader may change who runs the event, cancel its links and delete it: the link, or an owner."""
    row = own_row(token)
    return row is None or row.role is OrganiserRole.OWNER


def needs_owner(token: str) -> Hackathon:
    """The event, for who may own it. Raises LinkRefusedError; Forbidden for other organisers."""
    hackathon = hackathon_of(token)
    if not may_own(token):
        abort(403)
    return hackathon
