"""Near duplicates: is what somebody writes posted already, by them or by somebody else?

A warning, never a refusal: two associations may well have the same need, and then they could pool it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any, Final

from rapidfuzz import fuzz
from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.clock import local_day, utc_now
from matcher.postings.filters import PostingModel, is_live
from matcher.store import Need, Offer
from matcher.text import fold
from matcher.vocabulary import PostingKind

#: Ratios are rapidfuzz's token_set_ratio, 0 to 100; cosines are the encoder's. Chosen, not measured.
SAME_TEXT_RATIO: Final = 95.0
CLOSE_WORDS_RATIO: Final = 85.0
CLOSE_MEANING_COSINE: Final = 0.88
#: Texts of one organisation are compared more narrowly: it is likelier to have forgotten its own.
OWN_RATIO: Final = 70.0
OWN_COSINE: Final = 0.75

#: Characters compared, live postings compared besides the neighbours, warnings given.
MAX_CHARS: Final = 2000
MAX_RECENT: Final = 300
MAX_WARNINGS: Final = 5
#: Two shorter texts are alike by chance.
MIN_CHARS: Final = 20


class DuplicateWhy(StrEnum):
    """Why a posting is taken for a near duplicate, the strongest first."""

    SAME_TEXT = "same_text"
    SAME_ORGANISATION = "same_organisation"  # the organisation posted nearly the same before
    CLOSE_WORDS = "close_words"
    CLOSE_MEANING = "close_meaning"


def near_duplicates(
    session: Session,
    kind: PostingKind,
    text: str,
    organisation_name: str = "",
    exclude_id: int | None = None,
    neighbours: Sequence[tuple[int, float]] = (),
    *,
    today: date | None = None,
) -> list[tuple[Need | Offer, DuplicateWhy]]:
    """Live postings of ``kind`` that say nearly the same as ``text``.

    Parameters
    ----------
    text
        Title and problem (or description) as they stand in the form.
    organisation_name
        As typed; accents and case do not matter. An anonymous need is never told to be of it.
    exclude_id
        The posting that is being edited.
    neighbours
        (id, cosine) of the postings that the encoder finds nearest; empty without encoder, and
        words alone decide.
    today
        Day on which the postings have to be live; the current one by default.

    Returns
    -------
    list of (posting, why)
        At most :data:`MAX_WARNINGS`, strongest reason first. Compares with the neighbours and the
        :data:`MAX_RECENT` newest live postings: some tens of milliseconds at most.
    """
    written = fold(text[:MAX_CHARS]).strip()
    if len(written) < MIN_CHARS:
        return []
    cosines = dict(neighbours)
    owner = fold(organisation_name).strip()
    found = []
    for posting in _candidates(session, kind, list(cosines), today or local_day(utc_now())):
        if posting.id == exclude_id:
            continue
        other = fold(_text(posting)[:MAX_CHARS])
        ratio = _ratio(written, other)
        why = _why(ratio, cosines.get(posting.id, 0.0), _is_own(posting, owner))
        if why is not None:
            found.append((list(DuplicateWhy).index(why), -ratio, posting.id, posting, why))
    return [(posting, why) for *_, posting, why in sorted(found, key=lambda item: item[:3])[:MAX_WARNINGS]]


def _candidates(session: Session, kind: PostingKind, ids: list[int], today: date) -> list[Need | Offer]:
    model: PostingModel = Need if kind is PostingKind.NEED else Offer
    live = select(model).where(is_live(model, today))
    near: Sequence[Any] = session.scalars(live.where(model.id.in_(ids))).all() if ids else []
    recent: Sequence[Any] = session.scalars(live.order_by(model.id.desc()).limit(MAX_RECENT)).all()
    return list(dict.fromkeys([*near, *recent]))


def _why(ratio: float, cosine: float, is_own: bool) -> DuplicateWhy | None:
    if ratio >= SAME_TEXT_RATIO:
        return DuplicateWhy.SAME_TEXT
    if is_own and (ratio >= OWN_RATIO or cosine >= OWN_COSINE):
        return DuplicateWhy.SAME_ORGANISATION
    if ratio >= CLOSE_WORDS_RATIO:
        return DuplicateWhy.CLOSE_WORDS
    return DuplicateWhy.CLOSE_MEANING if cosine >= CLOSE_MEANING_COSINE else None


def _ratio(one: str, other: str) -> float:
    """token_set_ratio, which calls a text the same as any longer one that holds all its words:
    it counts only between texts of like length."""
    shorter, longer = sorted((len(one), len(other)))
    return fuzz.token_set_ratio(one, other) if shorter * 2 >= longer else fuzz.token_sort_ratio(one, other)


def _is_own(posting: Need | Offer, owner: str) -> bool:
    if not owner or (isinstance(posting, Need) and posting.anonymous):
        return False
    return fold(posting.organisation.name).strip() == owner


def _text(posting: Need | Offer) -> str:
    return f"{posting.title} {posting.problem if isinstance(posting, Need) else posting.description}"
