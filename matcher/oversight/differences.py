"""What changed in a posting since the animator's last decision, word by word. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final, NamedTuple

_WORD: Final = re.compile(r"\S+\s*")


class Part(StrEnum):
    """What became of some words."""

    SAME = "same"
    TAKEN_OUT = "taken_out"
    ADDED = "added"


class Piece(NamedTuple):
    """Words that follow one another and share their fate, with the blanks and line ends between them."""

    part: Part
    text: str


def differences(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, tuple[Piece, ...]]:
    """Texts by name that are not what they were, those that were added or taken out whole included.

    Names of ``now`` come first, in its order.
    """
    names = dict.fromkeys((*now, *before))
    changed = (name for name in names if before.get(name) != now.get(name))
    return {name: word_differences(before.get(name, ""), now.get(name, "")) for name in changed}


def word_differences(before: str, now: str) -> tuple[Piece, ...]:
    """``before`` and ``now`` as one text: what was taken out stands in front of what was added in its place.

    Blanks alone are no difference. Words that are more than a hundredth of a long text are no anchors to ``difflib``:
    a text of one word a thousand times over takes a millisecond, not minutes. Cost: some ms for 1,000 words.
    """
    return tuple(_pieces(_WORD.findall(before), _WORD.findall(now)))


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    found = SequenceMatcher(None, [word.strip() for word in old], [word.strip() for word in new])
    for what, old_start, old_end, new_start, new_end in found.get_opcodes():
        if what == "equal":
            yield Piece(Part.SAME, "".join(new[new_start:new_end]))
            continue
        if old_start < old_end:
            yield Piece(Part.TAKEN_OUT, "".join(old[old_start:old_end]))
        if new_start < new_end:
            yield Piece(Part.ADDED, "".join(new[new_start:new_end]))
