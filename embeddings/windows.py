"""Cut a long text into windows that a model reads whole, so that nothing of it is silently lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

CountTokens = Callable[[list[str]], list[int]]
SplitSentences = Callable[[str], list[str]]


class Window(NamedTuple):
    """A text that fits, and its number of tokens without special ones."""

    text: str
    tokens: int


def windows(text: str, room: int, split_sentences: SplitSentences, count_tokens: CountTokens) -> list[Window]:
    """Windows of at most ``room`` tokens that together hold every letter and digit of ``text``, in order.

    Whole sentences are packed together while they fit; a sentence that does not fit alone is halved
    at the white space nearest to its middle until its parts do.

    >>> words = lambda texts: [len(text.split()) for text in texts]
    >>> [window.text for window in windows("a b. c d. e f g h i.", 4, lambda text: text.split(". "), words)]
    ['a b c d', 'e f g', 'h i.']
    """
    sentences = split_sentences(text)
    if _letters("".join(sentences)) != _letters(text):
        sentences = [text]  # a splitter that loses something is not used
    pieces = _fitting(sentences, room, count_tokens)
    packed: list[Window] = []
    for piece in pieces:
        if packed and packed[-1].tokens + piece.tokens <= room:
            packed[-1] = Window(f"{packed[-1].text} {piece.text}", packed[-1].tokens + piece.tokens)
        else:
            packed.append(piece)
    # Counted once more: some tokenizers read joined texts as more tokens than the texts alone.
    return _fitting([window.text for window in packed], room, count_tokens)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _fitting(texts: list[str], room: int, count_tokens: CountTokens) -> list[Window]:
    """``texts`` in order, each halved until it fits; all parts of one round are counted together."""
    pieces = [Window(text, tokens) for text, tokens in zip(texts, count_tokens(texts), strict=True)]
    while any(_is_too_long(piece, room) for piece in pieces):
        halves: list[str] = []
        for piece in pieces:
            halves += _halves(piece.text) if _is_too_long(piece, room) else [piece.text]
        pieces = [Window(text, tokens) for text, tokens in zip(halves, count_tokens(halves), strict=True)]
    return [piece for piece in pieces if piece.tokens]


def _is_too_long(piece: Window, room: int) -> bool:
    return piece.tokens > room and len(piece.text) > 1


def _halves(text: str) -> list[str]:
    middle = len(text) // 2
    for distance in range(middle):
        for position in (middle - distance, middle + distance):
            if 0 < position < len(text) and text[position].isspace():
                return [text[:position], text[position + 1 :]]
    return [text[:middle], text[middle:]]
