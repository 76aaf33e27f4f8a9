"""The face of the site for PDF: the fonts that pages use, unpacked, and texts drawn or measured in them.

A font holds the letters of Western Europe, a second one those of the rest of the Latin alphabet: a text is drawn in
pieces. Signs that neither has (other alphabets, emoji) become a middle dot.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

FOLDER: Final = Path(__file__).parent.parent / "static" / "fonts"
REGULAR: Final = "400"
BOLD: Final = "700"
UNKNOWN: Final = "·"

_WORDS = re.compile(r" ?[^ -]*-| ?[^ -]+")


class Face(NamedTuple):
    """One weight: names of its two fonts in reportlab, and the signs that each has."""

    names: tuple[str, str]
    signs: tuple[frozenset[int], frozenset[int]]


@lru_cache
def face(weight: str) -> Face:
    """The fonts of a weight, registered with reportlab. Cost: 0.1 s the first time in a process."""
    names, signs = zip(*(_registered(subset, weight) for subset in ("latin", "latin-ext")), strict=True)
    return Face(names, signs)


def pieces(text: str, weight: str) -> Iterator[tuple[str, str]]:
    """Parts of a text with the name of the font of each."""
    names, (western, further) = face(weight)
    font, part = names[0], ""
    for sign in text.replace("\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"):
        known = sign if ord(sign) in western or ord(sign) in further else UNKNOWN
        wanted = names[0] if ord(known) in western else names[1]
        if wanted != font and part:
            yield font, part
            part = ""
        font, part = wanted, part + known
    if part:
        yield font, part


def width(text: str, weight: str, size: float) -> float:
    """Width of a text in points."""
    from reportlab.pdfbase.pdfmetrics import stringWidth  # noqa: PLC0415 - see web.teams.papers

    return sum(float(stringWidth(part, font, size)) for font, part in pieces(text, weight))


def lines(text: str, weight: str, size: float, room: float) -> list[str]:
    """A text cut at spaces and after hyphens into lines that fit; a word that is too long for a line is cut."""
    found = [""]
    for word in _WORDS.findall(" ".join(text.split())):
        longer = (found[-1] + word).lstrip()
        if width(longer.rstrip(), weight, size) <= room:
            found[-1] = longer
            continue
        if found[-1]:
            found.append("")
        for sign in word.lstrip():
            if width(found[-1] + sign, weight, size) > room:
                found.append("")
            found[-1] += sign
    return found


def fitted(text: str, weight: str, sizes: tuple[float, ...], room: float, most: int) -> tuple[float, list[str]]:
    """The first of the sizes at which a text needs at most so many lines; in the last one, it is cut."""
    for size in sizes:
        found = lines(text, weight, size, room)
        if len(found) <= most:
            return size, found
    kept = found[:most]
    while kept[-1] and width(f"{kept[-1]}…", weight, size) > room:
        kept[-1] = kept[-1][:-1]
    return size, [*kept[:-1], f"{kept[-1]}…"]


def draw(canvas: Any, text: str, left: float, base: float, weight: str, size: float) -> None:
    """Draw one line."""
    for font, part in pieces(text, weight):
        canvas.setFont(font, size)
        canvas.drawString(left, base, part)
        left += float(canvas.stringWidth(part, font, size))


def _registered(subset: str, weight: str) -> tuple[str, frozenset[int]]:
    from fontTools.ttLib import TTFont as Unpacked  # noqa: PLC0415 - see web.teams.papers
    from reportlab.pdfbase.pdfmetrics import registerFont  # noqa: PLC0415
    from reportlab.pdfbase.ttfonts import TTFont  # noqa: PLC0415

    name = f"Atkinson-{subset}-{weight}"
    with Unpacked(FOLDER / f"atkinson-hyperlegible-{subset}-{weight}-normal.woff2") as font:
        font.flavor = None
        for record in font["name"].names:  # reportlab tells fonts apart by these names, not by the one that it is given
            if record.nameID in {1, 4, 6}:
                record.string = name
        file = io.BytesIO()
        font.save(file)
        signs = frozenset(font.getBestCmap())
    file.seek(0)
    registerFont(TTFont(name, file))
    return name, signs
