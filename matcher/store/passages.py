"""What of a posting is read by the encoder and by word search.

One place decides it, because the hash of these texts tells whether stored vectors are current.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from matcher.store.postings import Need, Offer
from matcher.store.vocabularies import Skill, Theme
from matcher.text import fold, lexemes, split_sentences

#: Sentences of a posting that get a vector of their own. Chosen, not measured: it covers every text
#: within the form's limits that a person would read to its end, and bounds storage.
MAX_SENTENCES = 40


@dataclass(frozen=True, slots=True)
class Passages:
    """Texts of one posting.

    ``whole`` is encoded as one vector; each of ``sentences`` gets its own; ``words`` is what word
    search reads: the same text and the labels of themes and skills in both languages.
    """

    whole: str
    sentences: tuple[str, ...]
    words: str

    @property
    def text_hash(self) -> str:
        """SHA-256 of what is encoded."""
        content = "\x1f".join((self.whole, *self.sentences))
        return hashlib.sha256(content.encode()).hexdigest()


def passages(posting: Need | Offer) -> Passages:
    """Texts of ``posting``, title first. Budgets, places and names are never encoded: they are filters."""
    parts = [part.strip() for part in (posting.title, *_body(posting)) if part.strip()]
    if len(parts) > 1 and _begins_with(parts[1], parts[0]):
        parts = parts[1:]  # a title taken from the first words would only count them twice
    whole = "\n".join(parts)
    sentences = tuple(sentence for part in parts for sentence in split_sentences(part))[:MAX_SENTENCES]
    return Passages(whole, sentences, " ".join((whole, *_labels(posting))))


def posting_lexemes(posting: Need | Offer) -> list[str]:
    """Stems of ``posting`` in its own language, for word search."""
    return lexemes(passages(posting).words, posting.language.value)


def _begins_with(text: str, title: str) -> bool:
    # Folding drops little: four times the title's length holds it, whatever the rest of a long text.
    return fold(text[: 4 * len(title) + 16]).startswith(fold(title).rstrip(" .…"))


def _body(posting: Need | Offer) -> tuple[str, ...]:
    if isinstance(posting, Need):
        return (posting.problem, posting.beneficiaries, posting.tried, posting.outcome, posting.constraints)
    return (posting.description, posting.audience)


def _labels(posting: Need | Offer) -> list[str]:
    skills = [link.skill for link in posting.skills] if isinstance(posting, Need) else posting.skills
    terms: list[Theme | Skill] = [*posting.themes, *skills]
    return [label for term in terms for label in (term.label_fr, term.label_en)]
