"""What an introduction's row says of one of its two sides."""

from __future__ import annotations

from datetime import date, datetime

from matcher.store import Introduction
from matcher.vocabulary import PostingKind


def yes_at(pair: Introduction, side: PostingKind) -> datetime | None:
    """When ``side`` said yes."""
    return pair.need_yes_at if side is PostingKind.NEED else pair.offer_yes_at


def not_before(pair: Introduction, side: PostingKind) -> date | None:
    """The day before which ``side`` does not want to hear of the pair."""
    return pair.need_not_before if side is PostingKind.NEED else pair.offer_not_before


def waiting_side(pair: Introduction) -> PostingKind | None:
    """The side whose answer the other one waits for; None when both or neither said yes."""
    if (pair.need_yes_at is None) == (pair.offer_yes_at is None):
        return None
    return PostingKind.NEED if pair.need_yes_at is None else PostingKind.OFFER
