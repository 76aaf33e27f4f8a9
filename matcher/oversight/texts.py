"""What an animator reads of a posting, and how one tells that it is not what was looked at. Pure."""

from __future__ import annotations

import hashlib
from typing import Final

from matcher.store import Need, Offer
from matcher.vocabulary import PostingKind

#: Free texts of each side, in the order of reading.
TEXT_FIELDS: Final = {
    PostingKind.NEED: (
        *("title", "problem", "beneficiaries", "tried", "existing_team"),
        *("outcome", "constraints", "partner_role", "questions"),
    ),
    PostingKind.OFFER: ("title", "description", "audience", "proof", "price_note", "link"),
}


def texts_of(posting: Need | Offer) -> dict[str, str]:
    """Every free text of ``posting`` that is not empty, by field."""
    told = {name: getattr(posting, name) for name in TEXT_FIELDS[posting.posting_kind]}
    texts = {name: "\n".join(value) if isinstance(value, list) else value for name, value in told.items()}
    return {name: text for name, text in texts.items() if text}


def digest(posting: Need | Offer) -> str:
    """SHA-256 of all texts, 64 hexadecimal digits: what a look belongs to."""
    told = "\x1e".join(f"{name}\x1f{text}" for name, text in texts_of(posting).items())
    return hashlib.sha256(told.encode()).hexdigest()
