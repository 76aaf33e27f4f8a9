"""Links that are mailed: signed, for one purpose, for a time, and used up by what they are for.

Each about an account holds the mark of the state that it was made in. What the link is for changes that state, so that
a second use, or a use after something else has happened, finds another mark. An invitation is a row, which its
answer ends.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from typing import Final

from flask import current_app, url_for
from itsdangerous import BadData, URLSafeTimedSerializer

from matcher.accounts.invitations import NotInvitedError, open_invitation
from matcher.accounts.signing_in import account_at
from matcher.clock import utc_now
from matcher.store import Account, Invitation
from web.i18n import public_url
from web.wiring import db

#: How long each link lives. Chosen: one that lets somebody in lives shortest.
SIGN_IN_LIFE: Final = timedelta(minutes=30)
RESET_LIFE: Final = timedelta(hours=2)
SIGN_UP_LIFE: Final = timedelta(days=3)
ADDRESS_LIFE: Final = timedelta(days=1)
INVITATION_LIFE: Final = timedelta(days=14)

#: A token of the longest addresses holds about 800 characters.
_MAX: Final = 1500


class DeadLinkError(LookupError):
    """A forged, old or used link."""


def sign_up_link(address: str, next_page: str) -> str:
    """Where the reader of ``address`` makes an account; used up once there is one."""
    return _link("accounts.confirm", "sign-up", address, next_page)


def sign_up_of(token: str) -> tuple[str, str]:
    """Address and page to go on to. Raises DeadLinkError."""
    address, next_page = _read("sign-up", token, SIGN_UP_LIFE, 2)
    if account_at(db.session, address) is not None:
        raise DeadLinkError
    return address, next_page


def sign_in_link(account: Account, next_page: str) -> str:
    """Where ``account`` signs in without a password; used up by the next sign-in, by whatever way."""
    return _link("accounts.open_link", "sign-in", account.email, _mark("sign-in", account), next_page)


def sign_in_of(token: str) -> tuple[Account, str]:
    """Account and page to go on to. Raises DeadLinkError."""
    address, mark, next_page = _read("sign-in", token, SIGN_IN_LIFE, 3)
    return _account(address, mark, "sign-in"), next_page


def reset_link(account: Account) -> str:
    """Where ``account`` chooses a new password; used up by that."""
    return _link("accounts.reset", "reset", account.email, _mark("reset", account))


def reset_of(token: str) -> Account:
    """The account that a link to a new password is for. Raises DeadLinkError."""
    address, mark = _read("reset", token, RESET_LIFE, 2)
    return _account(address, mark, "reset")


def address_link(account: Account, address: str) -> str:
    """Where the reader of a new ``address`` confirms it; used up by that."""
    return _link("accounts.confirm_address", "address", account.email, _mark("address", account), address)


def new_address_of(token: str) -> tuple[Account, str]:
    """Account and its new address. Raises DeadLinkError."""
    before, mark, address = _read("address", token, ADDRESS_LIFE, 3)
    return _account(before, mark, "address"), address


def invitation_link(invitation: Invitation) -> str:
    """Where a colleague answers; used up by the answer, or when the invitation is taken back."""
    return _link("accounts.invitation", "invitation", str(invitation.id))


def invitation_of(token: str) -> Invitation:
    """The open invitation of a link. Raises DeadLinkError."""
    (number,) = _read("invitation", token, INVITATION_LIFE, 1)
    try:
        return open_invitation(db.session, int(number), utc_now())
    except NotInvitedError:
        raise DeadLinkError from None


def _link(endpoint: str, purpose: str, *parts: str) -> str:
    return public_url(url_for(endpoint, token=_serializer(purpose).dumps(list(parts))))


def _read(purpose: str, token: str, life: timedelta, parts: int) -> list[str]:
    """What a token of ``purpose`` holds. Raises DeadLinkError."""
    if len(token) > _MAX:
        raise DeadLinkError
    try:
        told = _serializer(purpose).loads(token, max_age=int(life.total_seconds()))
    except BadData as error:
        raise DeadLinkError from error
    if not isinstance(told, list) or len(told) != parts or not all(isinstance(part, str) for part in told):
        raise DeadLinkError
    return told


def _account(address: str, mark: str, purpose: str) -> Account:
    account = account_at(db.session, address)
    if account is None or not account.active or not hmac.compare_digest(_mark(purpose, account), mark):
        raise DeadLinkError
    return account


def _mark(purpose: str, account: Account) -> str:
    """The state that a link is for. Every one changes when all sessions are ended."""
    state = [purpose, account.id, account.session_name, account.email]
    if purpose == "sign-in":
        state.append(account.last_active_at.isoformat())
    if purpose == "reset":
        state.append(account.password or "")
    key = str(current_app.secret_key).encode()
    return hmac.new(key, repr(state).encode(), hashlib.sha256).hexdigest()[:32]


def _serializer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        str(current_app.secret_key), salt=f"account-{purpose}", signer_kwargs={"digest_method": hashlib.sha256}
    )
