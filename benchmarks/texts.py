"""Texts for large territories, drawn from those of the demonstration.

Each sentence is made word after word from the demonstration's sentences of one theme (which word
follows which), so that frequent words are frequent and rare ones rare, as in the originals. A text of
120 000 words has more different words than the demonstration has: from time to time a made-up word
is put in, drawn from Zipf's law with exponent 1.1 (chosen). The vector of a sentence is the encoder's own;
each use of the sentence adds a little noise to it for its made-up words, so that no two are equal.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from matcher.ports import TextEncoder, Vectors
from matcher.postings.seed import DEMO_FOLDER
from matcher.text import lexemes, split_sentences

#: Most words of a made sentence; share of sentences that get a made-up word; its weight in the vector. Chosen.
LONGEST = 24
RARE_SHARE = 0.4
NOISE = 0.15

_SYLLABLES = [consonant + vowel for consonant in "bcdfglmnprstv" for vowel in ("a", "e", "i", "o", "u", "an", "or")]

_TEXT_FIELDS = ("title", "description", "audience", "problem", "beneficiaries", "tried", "outcome", "constraints")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, its stems and its vector of shape (dim,), norm 1."""

    text: str
    stems: list[str]
    vector: Vectors


class TextSource:
    """Sentences by theme. ``per_theme`` different ones are made and encoded for each."""

    def __init__(self, encoder: TextEncoder, per_theme: int, rng: np.random.Generator) -> None:
        self._rng = rng
        self.themes = sorted(originals())
        made = {theme: _made(originals()[theme], per_theme, rng) for theme in self.themes}
        flat = [text for texts in made.values() for text in texts]
        vectors = iter(encoder.encode_documents(flat))
        self._pool = {
            theme: [Sentence(text, lexemes(text, "fr"), next(vectors)) for text in texts]
            for theme, texts in made.items()
        }

    def sentences(self, theme: str, count: int) -> list[Sentence]:
        """``count`` sentences on ``theme``, each a little different from every other."""
        pool = self._pool[theme]
        chosen = self._rng.choice(len(pool), size=count, replace=False)
        return [self._varied(pool[number]) for number in chosen]

    def _varied(self, sentence: Sentence) -> Sentence:
        vector = unit(sentence.vector + NOISE * _noise(sentence.vector.size, self._rng))
        if self._rng.random() > RARE_SHARE:
            return Sentence(sentence.text, sentence.stems, vector)
        word = invented(int(self._rng.zipf(1.1)))
        return Sentence(f"{sentence.text[:-1]} {word}.", sentence.stems + lexemes(word, "fr"), vector)


def unit(vector: NDArray[np.floating]) -> Vectors:
    """``vector`` of norm 1 in float32."""
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def _noise(dim: int, rng: np.random.Generator) -> Vectors:
    return unit(rng.normal(size=dim))


def invented(rank: int) -> str:
    """The made-up word of a rank; 4 to 8 letters.

    >>> invented(1), invented(90)
    ('bebala', 'vorbala')
    """
    number = rank % len(_SYLLABLES) ** 3
    parts = []
    for _ in range(3):
        number, syllable = divmod(number, len(_SYLLABLES))
        parts.append(_SYLLABLES[syllable])
    return "".join(parts)


@cache
def originals() -> dict[str, list[str]]:
    """Sentences of the demonstration by theme; a posting with several themes counts for each."""
    found: dict[str, list[str]] = defaultdict(list)
    for name in ("needs.jsonl", "offers.jsonl"):
        for line in (DEMO_FOLDER / name).read_text("utf-8").splitlines():
            row = json.loads(line)
            for theme in row.get("themes", ()):
                for field in _TEXT_FIELDS:
                    found[theme].extend(split_sentences(row.get(field) or ""))
    return dict(found)


def _made(sentences: Sequence[str], count: int, rng: np.random.Generator) -> list[str]:
    following: dict[str, list[str]] = defaultdict(list)
    for sentence in sentences:
        words = sentence.rstrip(" .!?…").split()
        for word, after in zip(["", *words], [*words, ""], strict=True):
            following[word].append(after)
    made: dict[str, None] = {}
    while len(made) < count:
        text = _walk(following, rng)
        # Sentences that are cut the same wherever they stand, so that each keeps its own vector.
        if split_sentences(f"Avant. {text} Après.") == ["Avant.", text, "Après."]:
            made[text] = None
    return list(made)


def _walk(following: dict[str, list[str]], rng: np.random.Generator) -> str:
    word, words = "", []
    while len(words) < LONGEST:
        choices = following[word]
        word = choices[int(rng.integers(len(choices)))]
        if not word:
            break
        words.append(word.strip(".!?…:;•"))
    text = " ".join(word for word in words if word) or "Un site internet"
    return f"{text[:1].upper()}{text[1:]}."
