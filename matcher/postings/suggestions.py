"""Themes and skills proposed from a text, so that nobody has to learn a list. Pure.

Two signals: the plain words that each term lists (``words_fr``, ``words_en``, its label), compared as
stems; and, when an encoder is there, the cosine with the term's own text. Proposals only: the author
ticks what is right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol, TypeVar

from matcher.ports import Vectors
from matcher.store import Skill, Theme
from matcher.text import lexemes

#: Least cosine at which a term is proposed without a word of its list. Chosen, not measured.
MIN_COSINE: Final = 0.45
#: What a cosine of 1 adds to the count of words found. Chosen, not measured: as much as three phrases.
COSINE_WEIGHT: Final = 6.0


class Term(Protocol):
    """What themes and skills share."""

    code: str
    words_fr: list[str]
    words_en: list[str]

    def label(self, language: str) -> str:
        """Label in a language."""


T = TypeVar("T", Theme, Skill)
Encode = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True, slots=True)
class TermVectors:
    """Vectors of the terms of one vocabulary, and the function that encodes a text to compare.

    ``rows`` has shape (terms, dim), float32, each of norm 1, in the order of ``codes``; ``encode``
    takes texts and returns rows of the same kind.
    """

    codes: tuple[str, ...]
    rows: Vectors
    encode: Encode

    @classmethod
    def of(cls, terms: Sequence[Theme | Skill], encode_terms: Encode, encode_text: Encode) -> TermVectors:
        """Encode each term by its label and description, once a process."""
        ordered = sorted(terms, key=lambda term: term.code)
        return cls(tuple(term.code for term in ordered), encode_terms([_text(term) for term in ordered]), encode_text)

    def cosines(self, text: str) -> dict[str, float]:
        """Cosine of ``text`` with each term, by code."""
        if not self.codes:
            return {}
        values = self.rows @ self.encode([text])[0]
        return dict(zip(self.codes, values.tolist(), strict=True))


def suggest_themes(
    text: str, language: str, themes: Sequence[Theme], vectors: TermVectors | None = None, limit: int = 3
) -> list[Theme]:
    """Themes that the text seems to be about, the likeliest first; none for an empty text."""
    return _suggest(text, language, themes, vectors, limit)


def suggest_skills(
    text: str, language: str, skills: Sequence[Skill], vectors: TermVectors | None = None, limit: int = 5
) -> list[Skill]:
    """Skills that the text seems to ask for or to bring, the likeliest first."""
    return _suggest(text, language, skills, vectors, limit)


def words_found(text: str, language: str, term: Term) -> float:
    """How much of a term's word list a text has: 1 for each word found, 2 for each longer phrase."""
    stems = tuple(lexemes(text, language))
    return _found(f" {' '.join(stems)} ", language, term)


def _suggest(text: str, language: str, terms: Sequence[T], vectors: TermVectors | None, limit: int) -> list[T]:
    stems = lexemes(text, language)
    if not stems:
        return []
    joined = f" {' '.join(stems)} "
    cosines = vectors.cosines(text) if vectors is not None else {}
    scores: dict[str, float] = {}
    for term in terms:
        words, cosine = _found(joined, language, term), cosines.get(term.code, 0.0)
        if words > 0 or cosine >= MIN_COSINE:
            scores[term.code] = words + COSINE_WEIGHT * max(0.0, cosine)
    found = [term for term in terms if term.code in scores]
    return sorted(found, key=lambda term: (-scores[term.code], term.code))[:limit]


def _found(joined: str, language: str, term: Term) -> float:
    phrases = term.words_en if language == "en" else term.words_fr
    stems = {_stems(phrase, language) for phrase in (*phrases, term.label(language))}
    return sum(2.0 if " " in phrase else 1.0 for phrase in stems if phrase and f" {phrase} " in joined)


@lru_cache(maxsize=16_384)  # every phrase of both vocabularies in both languages, several times over
def _stems(phrase: str, language: str) -> str:
    return " ".join(lexemes(phrase, language))


def _text(term: Theme | Skill) -> str:
    if isinstance(term, Theme):
        return f"{term.label_fr}. {term.description_fr}"
    return f"{term.label_fr}. {', '.join(term.words_fr[:6])}"
