"""Who opens a posting's own pages: the holder of its signed link, or a member of its organisation who is signed in.

The signed token holds kind, number and link version of one posting. Raising the version in the database makes
every link given so far worthless; a token signed for another purpose has another salt. Members use the plain
reference instead, such as ``besoin-12``: it names the posting, and their membership opens it.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

from flask import current_app, url_for
from itsdangerous import BadData, URLSafeSerializer

from matcher.accounts.membership import may_act_for
from matcher.postings.queries import get_posting
from matcher.store import Need, Offer
from matcher.vocabulary import PostingKind
from web.accounts.session import current_account
from web.i18n import public_url
from web.wiring import db

#: What the signature is for: a token made for anything else does not open a posting.
PURPOSE: Final = "manage-posting"
#: A token holds about 70 characters; more is no token, and not worth a look.
MAX_TOKEN_CHARS: Final = 300

_WORDS: Final = {PostingKind.NEED: "besoin", PostingKind.OFFER: "offre"}
_KINDS: Final = {word: kind for kind, word in _WORDS.items()}
_REFERENCE: Final = re.compile(r"(besoin|offre)-([1-9][0-9]{0,14})")


class LinkRefusedError(LookupError):
    """A forged, damaged or cancelled link, one to a posting that was deleted, or another organisation's reference."""


def token_for(posting: Need | Offer) -> str:
    """Token that opens ``posting`` until its links are cancelled."""
    payload = [posting.posting_kind.value, posting.id, posting.link_version]
    return str(_serializer().dumps(payload))


def reference_of(posting: Need | Offer) -> str:
    """What stands for ``posting`` in the addresses of signed-in members: ``besoin-12`` or ``offre-34``."""
    return f"{_WORDS[posting.posting_kind]}-{posting.id}"


def own_token(posting: Need | Offer) -> str:
    """What opens ``posting`` for who has just written it: its reference for a member, else the signed token."""
    account = current_account()
    is_member = account is not None and may_act_for(db.session, account.id, posting.organisation_id)
    return reference_of(posting) if is_member else token_for(posting)


def is_reference(token: str) -> bool:
    """Whether ``token`` is a plain reference, which opens nothing by itself."""
    return _REFERENCE.fullmatch(token) is not None


def link_to(posting: Need | Offer) -> str:
    """Whole address of the management page, to be kept by the author."""
    return public_url(url_for("manage.show", token=token_for(posting)))


def posting_of(token: str) -> Need | Offer:
    """The posting that ``token`` opens: a signed link, or a reference for a member. Raises LinkRefusedError."""
    return _posting_of_member(token) if is_reference(token) else posting_of_link(token)


def posting_of_link(token: str) -> Need | Offer:
    """The posting that a signed ``token`` opens, whoever holds it. Raises LinkRefusedError."""
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


def _posting_of_member(reference: str) -> Need | Offer:
    """The same refusal for a posting of others and for none: references are easy to guess."""
    word, _, number = reference.partition("-")
    account = current_account()
    posting = get_posting(db.session, _KINDS[word], int(number)) if account else None
    if account is None or posting is None or not may_act_for(db.session, account.id, posting.organisation_id):
        raise LinkRefusedError
    return posting


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=PURPOSE, signer_kwargs={"digest_method": hashlib.sha256})
