"""Management links: a signed address is the only key to a posting until accounts come.

The token holds kind, number and link version of one posting. Raising the version in the database makes
every link given so far worthless; a token signed for another purpose has another salt.
"""

from __future__ import annotations

import hashlib
from typing import Final

from flask import current_app, url_for
from itsdangerous import BadData, URLSafeSerializer

from matcher.postings.queries import get_posting
from matcher.store import Need, Offer
from matcher.vocabulary import PostingKind
from web.i18n import public_url
from web.wiring import db

#: What the signature is for: a token made for anything else does not open a posting.
PURPOSE: Final = "manage-posting"
#: A token holds about 70 characters; more is no token, and not worth a look.
MAX_TOKEN_CHARS: Final = 300


class LinkRefusedError(LookupError):
    """A forged, damaged or cancelled link, or one to a posting that was deleted."""


def token_for(posting: Need | Offer) -> str:
    """Token that opens ``posting`` until its links are cancelled."""
    payload = [posting.posting_kind.value, posting.id, posting.link_version]
    return str(_serializer().dumps(payload))


def link_to(posting: Need | Offer) -> str:
    """Whole address of the management page, to be kept by the author."""
    return public_url(url_for("manage.show", token=token_for(posting)))


def posting_of(token: str) -> Need | Offer:
    """The posting that ``token`` opens. Raises LinkRefusedError."""
    try:
        if len(token) > MAX_TOKEN_CHARS:
            raise LinkRefusedError
        kind, number, version = _serializer().loads(token)
        posting = get_posting(db.session, PostingKind(kind), int(number))
    except (BadData, TypeError, ValueError) as error:
        raise LinkRefusedError from error
    if posting is None or posting.link_version != version:
        raise LinkRefusedError
    return posting


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=PURPOSE, signer_kwargs={"digest_method": hashlib.sha256})
