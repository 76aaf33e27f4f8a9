"""Papers for the day of the event, as PDF on A4: cards for the tables, badges with a QR code.

Lengths are points, 72 to the inch, from the lower left corner of the sheet, as in PDF.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import segno

from web.teams.fonts import BOLD, REGULAR, draw, fitted

MM: Final = 72 / 25.4
PAGE: Final = (210 * MM, 297 * MM)

INK: Final = "#1f2526"
SOFT: Final = "#575a55"
LINE: Final = "#b9b0a0"
NEED: Final = "#a03c1c"
OFFER: Final = "#0e5e59"

#: Badges of 90 x 65 mm, eight to a sheet: they fit the usual holders, and both margins suit any printer.
BADGE: Final = (90 * MM, 65 * MM)
COLUMNS, ROWS = 2, 4
#: Side of a QR code: read from half a metre. Chosen.
CODE: Final = 27 * MM
#: Names that a card has room for; teams are smaller (:data:`matcher.hackathons.limits.TEAM_SIZE`).
MOST_NAMES: Final = 20


@dataclass(frozen=True, slots=True)
class BadgePaper:
    """One badge; `code` is what its QR code says."""

    event: str
    name: str
    organisation: str
    team: str
    challenge: str
    code: str


@dataclass(frozen=True, slots=True)
class CardPaper:
    """The card of one table: each member with what they do."""

    event: str
    team: str
    challenge: str
    members: Sequence[tuple[str, str]]


def badges_pdf(badges: Sequence[BadgePaper], title: str) -> bytes:
    """Eight badges to a sheet, with marks to cut along. Cost: some 3 ms a badge."""
    left = (PAGE[0] - COLUMNS * BADGE[0]) / 2
    top = (PAGE[1] + ROWS * BADGE[1]) / 2

    def sheet(canvas: Any, some: Sequence[BadgePaper]) -> None:
        for at, badge in enumerate(some):
            row, column = divmod(at, COLUMNS)
            x, y = left + column * BADGE[0], top - (row + 1) * BADGE[1]
            canvas.setStrokeColor(LINE)
            canvas.setLineWidth(0.4)
            canvas.rect(x, y, *BADGE)
            _badge(canvas, badge, x + 6 * MM, y + 6 * MM)

    return _pdf(badges, COLUMNS * ROWS, sheet, title)


def table_cards_pdf(cards: Sequence[CardPaper], title: str) -> bytes:
    """Two cards to a sheet, to be cut or folded in the middle."""
    half = PAGE[1] / 2

    def sheet(canvas: Any, some: Sequence[CardPaper]) -> None:
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.4)
        canvas.setDash(3, 3)
        canvas.line(0, half, PAGE[0], half)
        canvas.setDash()
        for at, card in enumerate(some):
            _card(canvas, card, half * (1 - at), half)

    return _pdf(cards, 2, sheet, title)


def _pdf(papers: Sequence[Any], on_sheet: int, sheet: Callable[[Any, Sequence[Any]], None], title: str) -> bytes:
    # Imported here: reportlab takes a tenth of a second that other pages need not pay.
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415

    file = io.BytesIO()
    canvas = Canvas(file, pagesize=PAGE, invariant=1)
    canvas.setTitle(title)
    canvas.setCreator("Passerelle")
    for first in range(0, max(1, len(papers)), on_sheet):
        sheet(canvas, papers[first : first + on_sheet])
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _badge(canvas: Any, badge: BadgePaper, left: float, bottom: float) -> None:
    wide, high = BADGE[0] - 12 * MM, BADGE[1] - 12 * MM
    _bridge(canvas, left, bottom + high - 4 * MM, 11 * MM)
    canvas.setFillColor(SOFT)
    _lines(canvas, badge.event, left + 15 * MM, bottom + high - 2 * MM, REGULAR, (9.0, 8.0), wide - 15 * MM, 2)
    canvas.setFillColor(INK)
    first = bottom + high - 16 * MM
    base = _lines(canvas, badge.name, left, first, BOLD, (24.0, 20.0, 17.0), wide, 2)
    canvas.setFillColor(SOFT)
    room, one_line = wide - CODE - 4 * MM, first - base < 11 * MM
    _lines(canvas, badge.organisation, left, base + 1.5 * MM, REGULAR, (11.0, 9.5), room, 2 if one_line else 1)
    canvas.setFillColor(INK)
    base = _lines(canvas, badge.team, left, bottom + 11 * MM, BOLD, (12.0,), room, 1)
    _lines(canvas, badge.challenge, left, base, REGULAR, (9.5, 8.5), room, 2)
    _code(canvas, badge.code, left + wide - CODE, bottom - 1 * MM)


def _card(canvas: Any, card: CardPaper, bottom: float, high: float) -> None:
    left, wide, top = 16 * MM, PAGE[0] - 32 * MM, bottom + high
    _bridge(canvas, left, top - 19 * MM, 16 * MM)
    canvas.setFillColor(SOFT)
    _lines(canvas, card.event, left + 22 * MM, top - 18 * MM, REGULAR, (12.0, 10.0), wide - 22 * MM, 1)
    canvas.setFillColor(INK)
    base = _lines(canvas, card.team, left, top - 40 * MM, BOLD, (44.0,), wide, 1)
    base = _lines(canvas, card.challenge, left, base + 4 * MM, REGULAR, (22.0, 19.0, 16.0), wide, 2)
    shown = card.members[:MOST_NAMES]
    columns = 1 if len(shown) <= 4 else 2
    rows = -(-len(shown) // columns)
    step = min(15 * MM, (base - bottom - 12 * MM) / max(1, rows))
    size = min(20.0, step * 0.45)
    for at, (name, does) in enumerate(shown):
        column, row = divmod(at, rows)
        room = wide / columns - 6 * MM
        x, y = left + column * wide / columns, base - 4 * MM - row * step
        canvas.setFillColor(INK)
        _lines(canvas, name, x, y, BOLD, (size, size * 0.85), room, 1)
        canvas.setFillColor(SOFT)
        _lines(canvas, does, x, y - size * 0.85, REGULAR, (size * 0.65,), room, 1)


def _lines(
    canvas: Any, text: str, left: float, base: float, weight: str, sizes: tuple[float, ...], room: float, most: int
) -> float:
    """Draw a text in at most so many lines; where the next line would stand."""
    if not text:
        return base
    size, found = fitted(text, weight, sizes, room, most)
    for line in found:
        draw(canvas, line, left, base, weight, size)
        base -= size * 1.2
    return base


def _bridge(canvas: Any, left: float, base: float, wide: float) -> None:
    """The mark of the site: an arc from one point to the other."""
    point = wide / 11
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(wide / 20)
    canvas.arc(left + point, base - wide * 0.28, left + wide - point, base + wide * 0.36, 0, 180)
    for x, colour in ((left + point, NEED), (left + wide - point, OFFER)):
        canvas.setFillColor(colour)
        canvas.circle(x, base + wide * 0.04, point, stroke=0, fill=1)


def _code(canvas: Any, text: str, left: float, bottom: float) -> None:
    """A QR code with its quiet zone inside the square."""
    matrix = segno.make(text, error="m", micro=False).matrix
    border = 2
    step = CODE / (len(matrix) + 2 * border)
    canvas.setFillColor("#000000")
    path = canvas.beginPath()
    for row, signs in enumerate(matrix):
        for column, dark in enumerate(signs):
            if dark:
                path.rect(left + (border + column) * step, bottom + CODE - (border + row + 1) * step, step, step)
    canvas.drawPath(path, stroke=0, fill=1)
