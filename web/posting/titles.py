"""A title out of the first sentence of a text, for whoever leaves the title blank."""

from __future__ import annotations

from typing import Final

from matcher.postings.cleaning import clean_text
from matcher.text import split_sentences

#: Characters of a proposed title. Chosen, not measured: two lines of a card on a phone.
TITLE_CHARS: Final = 80


def proposed_title(text: str) -> str:
    """First sentence of ``text``, cut between two words when it is long; empty when there is none.

    >>> proposed_title("Nos tournées sont mal planifiées. Chaque semaine, il en manque une.")
    'Nos tournées sont mal planifiées'
    >>> proposed_title("mot " * 40)[-8:]
    'mot mot…'
    >>> proposed_title("  ")
    ''
    """
    sentences = split_sentences(clean_text(text[: TITLE_CHARS * 10]))
    first = sentences[0].rstrip(" .") if sentences else ""
    if len(first) <= TITLE_CHARS:
        return first
    head = first[:TITLE_CHARS]
    words, _, _ = head.rpartition(" ")
    return f"{(words or head[: TITLE_CHARS - 1]).rstrip(' ,;:')}…"
