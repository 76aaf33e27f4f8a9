"""Links of a mail that answer without signing in. Opening one changes nothing: it leads to a page with a button.

A token names pair, side and answer, is signed for this purpose alone, and ends after :data:`LIFE_DAYS` days or with
the management links of the posting. Whoever has the mail can answer for its side, as with a management link.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from flask import current_app, url_for
from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer

from matcher.postings.queries import get_posting
from matcher.store import Need, Offer
from matcher.vocabulary import PostingKind
from web.manage.links import MAX_TOKEN_CHARS
from web.teams.announcing import in_language
from web.wiring import db

PURPOSE: Final = "answer-from-mail"
#: Days that an answer in a mail can be used. Chosen: longer than a silence of fifteen working days.
LIFE_DAYS: Final = 30
#: Beyond every number of a row: what a database takes as an integer.
MAX_NUMBER: Final = 2**53


class Choice(StrEnum):
    """The three answers of a mail."""

    YES = "yes"
    NOT_NOW = "not_now"
    NO = "no"


class AnswerLinkRefused(LookupError):
    """A link that answers nothing. ``expired`` tells one that did, once."""

    def __init__(self, *, expired: bool = False) -> None:
        super().__init__("expired" if expired else "refused")
        self.expired = expired


@dataclass(frozen=True, slots=True)
class Asked:
    """What a link is for: one side of a pair, and the answer that was clicked."""

    need: Need
    offer: Offer
    side: PostingKind
    choice: Choice

    @property
    def own(self) -> Need | Offer:
        """The posting for which the answer is given."""
        return self.need if self.side is PostingKind.NEED else self.offer

    @property
    def other(self) -> Need | Offer:
        """The posting that it is about."""
        return self.offer if self.side is PostingKind.NEED else self.need


def answer_token(own: Need | Offer, other_id: int, choice: Choice) -> str:
    """Token with which the side of ``own`` answers about the other posting."""
    return str(_serializer().dumps([own.posting_kind.value, own.id, own.link_version, other_id, choice.value]))


def answer_link(own: Need | Offer, other_id: int, choice: Choice, language: str) -> str:
    """Whole address of the page with the button."""
    return in_language(language, url_for("notifications.answer", token=answer_token(own, other_id, choice)))


def asked_by(token: str) -> Asked:
    """What ``token`` asks for. Raises AnswerLinkRefused for what this site did not sign, or no longer stands."""
    if len(token) > MAX_TOKEN_CHARS:
        raise AnswerLinkRefused
    try:
        side, own_id, version, other_id, choice = _serializer().loads(token, max_age=LIFE_DAYS * 24 * 3600)
        kind, chosen = PostingKind(side), Choice(choice)
        if not all(type(number) is int and 0 < number < MAX_NUMBER for number in (own_id, version, other_id)):
            raise AnswerLinkRefused
    except SignatureExpired as error:
        raise AnswerLinkRefused(expired=True) from error
    except (BadData, TypeError, ValueError) as error:
        raise AnswerLinkRefused from error
    own, other = get_posting(db.session, kind, own_id), get_posting(db.session, kind.other, other_id)
    need, offer = (own, other) if kind is PostingKind.NEED else (other, own)
    if not isinstance(need, Need) or not isinstance(offer, Offer) or own is None or own.link_version != version:
        raise AnswerLinkRefused
    return Asked(need, offer, kind, chosen)


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        str(current_app.secret_key), salt=PURPOSE, signer_kwargs={"digest_method": hashlib.sha256}
    )
