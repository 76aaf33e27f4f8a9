"""What changed in a posting, word by word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.oversight.differences import Part, differences, word_differences

SAME, OUT, ADDED = Part.SAME, Part.TAKEN_OUT, Part.ADDED


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ("un vélo rouge", "un vélo bleu", [(SAME, "un vélo "), (OUT, "rouge"), (ADDED, "bleu")]),
        ("un vélo", "un grand vélo", [(SAME, "un "), (ADDED, "grand "), (SAME, "vélo")]),
        ("un grand vélo", "un vélo", [(SAME, "un "), (OUT, "grand "), (SAME, "vélo")]),
        ("", "tout est neuf", [(ADDED, "tout est neuf")]),
        ("tout part", "", [(OUT, "tout part")]),
        ("deux\nlignes", "deux\n\nlignes", [(SAME, "deux\n\nlignes")]),
        ("rien", "rien", [(SAME, "rien")]),
    ],
)
def test_words_are_kept_added_or_taken_out(before: str, now: str, expected: list[tuple[Part, str]]) -> None:
    """What is new stands where it is now, what is gone just before it; blanks alone are no change."""
    assert [tuple(piece) for piece in word_differences(before, now)] == expected


@given(st.text(alphabet="ab \n", max_size=60).map(str.strip), st.text(alphabet="ab \n", max_size=60).map(str.strip))
def test_the_pieces_are_the_two_texts(before: str, now: str) -> None:
    """Without what was added they are the words before; without what was taken out, the text of now to the letter."""
    pieces = word_differences(before, now)
    assert " ".join(piece.text for piece in pieces if piece.part is not ADDED).split() == before.split()
    assert "".join(piece.text for piece in pieces if piece.part is not OUT) == now


def test_a_text_of_one_word_a_thousand_times_over_is_no_trap() -> None:
    """Somebody who wants to keep the animator waiting does not."""
    pieces = word_differences("spam " * 5000 + "fin", "spam " * 4000 + "fin")
    assert "".join(piece.text for piece in pieces if piece.part is not OUT).count("spam") == 4000


def test_texts_are_compared_by_name() -> None:
    """Changed, added and emptied ones are told, in the order of reading; those that are the same are not."""
    found = differences(
        {"title": "Un", "tried": "rien", "outcome": "x"}, {"title": "Un", "problem": "y", "outcome": "z"}
    )
    assert list(found) == ["problem", "outcome", "tried"]
    assert [piece.part for piece in found["tried"]] == [OUT]
