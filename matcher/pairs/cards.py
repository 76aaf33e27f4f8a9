"""Cards: the few postings that are shown, loaded and explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from matcher.pairs.candidates import Asked
from matcher.pairs.evidence import Scored
from matcher.pairs.reasons import (
    Comparison,
    Reason,
    ReasonCode,
    SentencePair,
    met,
    shared_skills,
    shared_themes,
    unmet,
)
from matcher.store import Need, Offer, Skill, Theme
from matcher.store.encoding import load_postings
from matcher.store.passages import passages
from matcher.text import lexemes
from matcher.vocabulary import Level


@dataclass(frozen=True, slots=True)
class Match:
    """One proposed posting and why. ``distance_km`` is None for a free-text search."""

    posting: Need | Offer
    level: Level
    score: float
    distance_km: float | None = None
    sentence_pair: SentencePair | None = None
    shared_themes: list[Theme] = field(default_factory=list)
    shared_skills: list[Skill] = field(default_factory=list)
    met: list[Reason] = field(default_factory=list)
    unmet: list[Reason] = field(default_factory=list)
    first_look: bool = False


@dataclass(frozen=True, slots=True)
class NearMiss:
    """Postings that one condition keeps out. ``params`` holds ``km`` for a range to widen."""

    code: ReasonCode
    params: dict[str, Any]
    count: int
    matches: list[Match]


def text_cards(session: Session, asked: Asked, scored: Scored, best: Sequence[int]) -> list[Match]:
    """Cards of a free-text search: level and sentences; there is no posting to compare wishes with."""
    rows = _load(session, asked, scored, best)
    return [Match(row, level, score, sentence_pair=sentence_pair(asked, row, scored)) for row, level, score, _ in rows]


def pair_cards(
    session: Session,
    posting: Need | Offer,
    asked: Asked,
    scored: Scored,
    best: Sequence[int],
    distances: np.ndarray[Any, np.dtype[np.float64]],
    today: date,
    newcomer: int | None = None,
) -> list[Match]:
    """Cards with reasons. ``distances`` : km of each candidate of ``scored``; ``newcomer`` : its position."""
    cards = []
    for row, level, score, position in _load(session, asked, scored, best):
        need, offer = (posting, row) if isinstance(posting, Need) else (row, posting)
        if not (isinstance(need, Need) and isinstance(offer, Offer)):
            raise TypeError(f"expected a need and an offer, got {need!r} and {offer!r}")
        pair = Comparison(need, offer, float(distances[position]), today, newcomer == position)
        cards.append(
            Match(
                row,
                level,
                score,
                pair.distance_km,
                sentence_pair(asked, row, scored),
                shared_themes(pair),
                shared_skills(pair),
                met(pair),
                unmet(pair),
                pair.newcomer,
            )
        )
    return cards


def _load(
    session: Session, asked: Asked, scored: Scored, best: Sequence[int]
) -> list[tuple[Need | Offer, Level, float, int]]:
    """Rows with level, score and position, in the order of ``best``; those deleted meanwhile left out."""
    positions = {int(scored.ids[position]): int(position) for position in best}
    rows = load_postings(session, asked.looks_for, list(positions))
    loaded = []
    for row in rows:
        position = positions[row.id]
        level = scored.named[position]
        if level is not None:
            loaded.append((row, level, float(scored.relevance[position]), position))
    return loaded


def sentence_pair(asked: Asked, posting: Need | Offer, scored: Scored) -> SentencePair | None:
    """The asker's sentence and the posting's that met: by vectors, else by the stems they share."""
    own = passages(posting).sentences
    if posting.id in scored.pairs:
        row, column, cosine = scored.pairs[posting.id]
        if row < len(asked.sentences) and column < len(own):
            return SentencePair(asked.sentences[row], own[column], cosine)
    return _pair_by_words(asked.sentences, own, posting.language.value)


def _pair_by_words(asked: Sequence[str], own: Sequence[str], language: str) -> SentencePair | None:
    left = [set(lexemes(sentence, language)) for sentence in asked]
    right = [set(lexemes(sentence, language)) for sentence in own]
    shared = np.array([[len(a & b) for b in right] for a in left])
    if not shared.any():
        return None
    row, column = divmod(int(shared.argmax()), shared.shape[1])
    return SentencePair(asked[row], own[column], None)
