"""Cutting long texts, with words as tokens."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from embeddings.windows import windows


def count_words(texts: list[str]) -> list[int]:
    """A tokenizer that anybody can check."""
    return [len(text.split()) for text in texts]


def by_bar(text: str) -> list[str]:
    """Sentences end at a bar, which is lost."""
    return text.split("|")


def texts_of(text: str, room: int, split: object = by_bar) -> list[str]:
    """The windows' texts."""
    return [window.text for window in windows(text, room, split, count_words)]  # type: ignore[arg-type]


def test_whole_sentences_are_packed_while_they_fit() -> None:
    """A sentence is not torn apart when it has room in the next window."""
    assert texts_of("a b|c d|e f g|h", 4) == ["a b c d", "e f g h"]


def test_a_sentence_longer_than_the_window_is_halved() -> None:
    """Again and again, at white space, until every part fits."""
    assert texts_of("a b c d e f g", 2) == ["a", "b c", "d e", "f g"]


def test_a_splitter_that_loses_text_is_not_used() -> None:
    """Better no sentences than lost ones."""
    assert " ".join(texts_of("keep all of these words", 3, lambda text: ["keep"])).split() == [
        "keep", "all", "of", "these", "words",
    ]  # fmt: skip


def test_windows_whose_joined_text_counts_more_are_split_again() -> None:
    """Some tokenizers read two texts joined as more tokens than the two alone."""

    def count(texts: list[str]) -> list[int]:
        return [len(text.split()) + ("b c" in text) for text in texts]

    found = windows("a b|c d", 4, by_bar, count)
    assert all(window.tokens <= 4 for window in found)
    assert " ".join(window.text for window in found) == "a b c d"


@given(st.lists(st.text("ab| ", max_size=12), max_size=20).map(" ".join), st.integers(1, 6))
def test_no_letter_is_lost_and_no_window_is_too_long(text: str, room: int) -> None:
    """Whatever the text."""
    found = windows(text, room, by_bar, count_words)
    assert all(window.tokens == len(window.text.split()) <= room for window in found)
    joined = "".join("".join(window.text.split()) for window in found)
    assert joined == "".join(text.replace("|", "").split())
