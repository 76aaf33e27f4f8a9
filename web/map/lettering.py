"""Names on the map: each beside what it names, none over another or over a mark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

#: Width of an average letter as a part of the type size. Measured on names of places in bold Atkinson
#: Hyperlegible: 0.51; a little more leaves air.
LETTER: Final = 0.53
#: Height of a line as a part of the type size, and how far its baseline is below its middle.
LINE: Final = 1.1
BASELINE: Final = 0.34
#: Room kept around a placed name, as a part of its type size.
AIR: Final = 0.15


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in units: left, top, right, bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether the two share more than an edge.

        >>> Box(0, 0, 2, 2).meets(Box(1, 1, 3, 3)), Box(0, 0, 2, 2).meets(Box(2, 0, 3, 2))
        (True, False)
        """
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def within(self, other: Box) -> bool:
        """Whether nothing of it lies outside ``other``."""
        across = other.left <= self.left and self.right <= other.right
        return across and other.top <= self.top and self.bottom <= other.bottom

    def grown(self, margin: float) -> Box:
        """The rectangle with a margin around it."""
        return Box(self.left - margin, self.top - margin, self.right + margin, self.bottom + margin)


@dataclass(frozen=True, slots=True)
class Wish:
    """A name to place beside ``around`` (a mark or a dot), or in its middle when ``centred``.

    ``spacing`` is what is added between letters, in units. ``tag`` tells the caller what it is.
    """

    text: str
    around: Box
    size: float
    tag: str
    centred: bool = False
    spacing: float = 0.0

    @property
    def width(self) -> float:
        """Estimated width in units."""
        return len(self.text) * (LETTER * self.size + self.spacing)


@dataclass(frozen=True, slots=True)
class Label:
    """A placed name: where its baseline starts, or is centred, and the box that it fills."""

    text: str
    x: float
    y: float
    anchor: str
    tag: str
    box: Box


class Sheet:
    """What is taken of the drawing; the most important names come first and get the best places."""

    def __init__(self, frame: Box, taken: Iterable[Box]) -> None:
        self._frame = frame
        self._taken = list(taken)

    def put(self, *wishes: Wish) -> Label | None:
        """Place one name by the first of its ``wishes`` that finds room; None when none does.

        Cost: eight tries a wish, each against everything that is placed.
        """
        for wish in wishes:
            for label in _tries(wish):
                if label.box.within(self._frame) and not any(label.box.meets(box) for box in self._taken):
                    self._taken.append(label.box.grown(AIR * wish.size))
                    return label
        return None

    def put_all(self, names: Iterable[Sequence[Wish]]) -> list[Label]:
        """Place several names in their order, each by its first wish that finds room; the rest is left out."""
        return [label for wishes in names if (label := self.put(*wishes)) is not None]


def _tries(wish: Wish) -> list[Label]:
    """Right of it, left, above, below, then the corners: a pair of circles is wide, so beside comes first."""
    box, half = wish.around, wish.size * LINE / 2
    middle, centre, gap = (box.top + box.bottom) / 2, (box.left + box.right) / 2, wish.size * 0.28
    if wish.centred:
        return [_label(wish, centre, middle, "middle")]
    above, below = box.top - half - gap / 2, box.bottom + half + gap / 2
    return [
        _label(wish, box.right + gap, middle, "start"),
        _label(wish, box.left - gap, middle, "end"),
        _label(wish, centre, above, "middle"),
        _label(wish, centre, below, "middle"),
        _label(wish, centre + gap, above, "start"),
        _label(wish, centre + gap, below, "start"),
        _label(wish, centre - gap, above, "end"),
        _label(wish, centre - gap, below, "end"),
    ]


def _label(wish: Wish, x: float, middle: float, anchor: str) -> Label:
    width, half = wish.width, wish.size * LINE / 2
    left = {"start": x, "middle": x - width / 2, "end": x - width}[anchor]
    box = Box(left, middle - half, left + width, middle + half)
    return Label(wish.text, round(x, 1), round(middle + BASELINE * wish.size, 1), anchor, wish.tag, box)
