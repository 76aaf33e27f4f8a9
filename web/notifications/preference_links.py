"""Links of a mail that lead to how often one wants mails. They never expire: stopping must work from an old mail too.

A token names the organisation and, for a member, the account: one colleague who stops leaves the others theirs.
"""

from __future__ import annotations

import hashlib
from typing import Final, NamedTuple

from flask import current_app, url_for
from itsdangerous import BadData, URLSafeSerializer

from matcher.postings.queries import get_organisation
from matcher.store import Account, Organisation
from web.manage.links import MAX_TOKEN_CHARS, LinkRefusedError
from web.teams.announcing import in_language
from web.wiring import db

PURPOSE: Final = "mail-preferences"


class Subscriber(NamedTuple):
    """Whose mails a link is about; ``account_id`` is None for the contact address of the organisation."""

    organisation: Organisation
    account_id: int | None


def preference_token(organisation_id: int, account_id: int | None) -> str:
    """Token of one recipient of the organisation's mails."""
    return str(_serializer().dumps([organisation_id, account_id or 0]))


def preference_link(organisation_id: int, account_id: int | None, language: str) -> str:
    """Whole address of the page of preferences."""
    token = preference_token(organisation_id, account_id)
    return in_language(language, url_for("notifications.preferences", token=token))


def stop_link(organisation_id: int, account_id: int | None, language: str) -> str:
    """Whole address that mail programs post to when their reader presses "unsubscribe" (RFC 8058)."""
    token = preference_token(organisation_id, account_id)
    return in_language(language, url_for("notifications.stop", token=token))


def subscriber_of(token: str) -> Subscriber:
    """Whose preferences ``token`` opens. Raises LinkRefusedError."""
    try:
        if len(token) > MAX_TOKEN_CHARS:
            raise LinkRefusedError
        organisation_id, account_id = _serializer().loads(token)
        organisation = get_organisation(db.session, int(organisation_id))
        known = not account_id or db.session.get(Account, int(account_id)) is not None
    except (BadData, TypeError, ValueError) as error:
        raise LinkRefusedError from error
    if organisation is None or not known:
        raise LinkRefusedError
    return Subscriber(organisation, int(account_id) or None)


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=PURPOSE, signer_kwargs={"digest_method": hashlib.sha256})
