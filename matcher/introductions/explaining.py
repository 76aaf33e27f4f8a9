"""Why the two sides of given pairs fit, and what does not: the same reasons as on the page of proposals.

The matcher explains what it ranks; here pairs are given, and nothing is ranked again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import acos, cos, radians, sin
from typing import Final

import numpy as np
from sqlalchemy.orm import Session

from matcher.pairs.asking import ask_posting
from matcher.pairs.candidates import Asked
from matcher.pairs.cards import sentence_pair
from matcher.pairs.evidence import Scored
from matcher.pairs.filters import EARTH_RADIUS_KM
from matcher.pairs.reasons import Comparison, Reason, SentencePair, met, unmet
from matcher.store import Facet, Need, Offer, Place
from matcher.store.encoding import load_vectors
from matcher.vocabulary import Engine

_NOTHING: Final = np.zeros(0)


@dataclass(frozen=True, slots=True)
class Explanation:
    """The two sentences that met, this side's first; what speaks for the pair and against it; km between them."""

    sentences: SentencePair | None
    met: list[Reason]
    unmet: list[Reason]
    distance_km: float


def explain(
    session: Session, posting: Need | Offer, others: Sequence[Need | Offer], model_id: str | None, today: date
) -> dict[int, Explanation]:
    """Reasons for ``posting`` and each of ``others`` (postings of the other side), by their ids.

    ``model_id`` tells whose stored vectors find the sentences that met; without it, or where a text is not encoded
    yet, the words that both share do. Cost: three queries, and small products of matrices.
    """
    if not others:
        return {}
    asked = ask_posting(session, posting, model_id, None)
    scored = _by_vectors(session, asked, [other.id for other in others], model_id)
    told = {}
    for other in others:
        pair = _comparison(posting, other, today)
        sentences = sentence_pair(asked, other, scored)
        told[other.id] = Explanation(sentences, met(pair), unmet(pair), pair.distance_km)
    return told


def _comparison(posting: Need | Offer, other: Need | Offer, today: date) -> Comparison:
    need, offer = (posting, other) if isinstance(posting, Need) else (other, posting)
    if not (isinstance(need, Need) and isinstance(offer, Offer)):
        raise TypeError(f"expected a need and an offer, got {need!r} and {offer!r}")
    return Comparison(need, offer, _km(need.place, offer.place), today)


def _by_vectors(session: Session, asked: Asked, ids: list[int], model_id: str | None) -> Scored:
    """For each posting, the two sentences whose vectors are nearest; nothing else of it is filled in."""
    pairs: dict[int, tuple[int, int, float]] = {}
    own = asked.sentence_vectors
    if model_id is not None and own is not None and len(own):
        for number, vectors in load_vectors(session, asked.looks_for, model_id, Facet.SENTENCES, ids).items():
            cosines = own @ vectors.T
            row, column = divmod(int(cosines.argmax()), cosines.shape[1])
            pairs[number] = (row, column, float(cosines[row, column]))
    return Scored(np.array(ids), _NOTHING, np.zeros(0, np.int8), [], pairs, Engine.HYBRID if pairs else Engine.LEXICAL)


def _km(place: Place, other: Place) -> float:
    """Great-circle distance."""
    here, there = radians(place.latitude), radians(other.latitude)
    turn = cos(radians(place.longitude - other.longitude))
    return float(EARTH_RADIUS_KM) * acos(min(1.0, sin(here) * sin(there) + cos(here) * cos(there) * turn))
