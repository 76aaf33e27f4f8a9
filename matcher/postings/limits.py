"""Bounds of every field, in one place: drafts, forms (``maxlength``, counters) and imports read them.

Lengths are characters (Unicode code points) after cleaning. The order of magnitude of the long texts
follows the 200 words that the UK Digital Marketplace gave each answer; the rest is chosen, not measured.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class TextLimit(NamedTuple):
    """Fewest and most characters of a text; ``minimum`` 0 means that it may be left out."""

    maximum: int
    minimum: int = 0


class Bounds(NamedTuple):
    """Smallest and largest value of a number, both allowed."""

    minimum: float
    maximum: float


ORGANISATION_TEXTS: Final[dict[str, TextLimit]] = {
    "name": TextLimit(160, 2),
    "brand": TextLimit(80),
    "website": TextLimit(300),
    "description": TextLimit(2000),
    "contact_name": TextLimit(120),
    "contact_email": TextLimit(254),
}

NEED_TEXTS: Final[dict[str, TextLimit]] = {
    "title": TextLimit(120, 5),
    "problem": TextLimit(2000, 40),
    "beneficiaries": TextLimit(1000),
    "tried": TextLimit(1000),
    "existing_team": TextLimit(500),
    "outcome": TextLimit(1000),
    "constraints": TextLimit(1000),
    "partner_role": TextLimit(200),
}

OFFER_TEXTS: Final[dict[str, TextLimit]] = {
    "title": TextLimit(120, 5),
    "description": TextLimit(3000, 40),
    "audience": TextLimit(1000),
    "price_note": TextLimit(200),
    "proof": TextLimit(1000),
    "link": TextLimit(300),
}

#: Name of a place as people type it, with its département or country.
PLACE_TEXT: Final = TextLimit(120)
KEY_TEXT: Final = TextLimit(120)
CODE_TEXT: Final = TextLimit(60)

MAX_THEMES: Final = 5
MAX_SKILLS: Final = 20
MAX_QUESTIONS: Final = 5
QUESTION_TEXT: Final = TextLimit(300)
MAX_LABELS: Final = 20
LABEL_TEXT: Final = TextLimit(80)

EUROS: Final = Bounds(0, 10_000_000)
RANGE_KM: Final = Bounds(1, 2000)
DURATION_WEEKS: Final = Bounds(1, 520)
EFFORT_DAYS: Final = Bounds(0.1, 7)
MONTHLY_CAPACITY: Final = Bounds(0, 100)
TAKEN_THIS_MONTH: Final = Bounds(0, 1000)

#: Days that a posting lives unless its author says otherwise. Offers change less often than needs.
NEED_LIFE_DAYS: Final = 180
OFFER_LIFE_DAYS: Final = 365

#: Latest day that a date may name, in days from today: a later one is a slip of the keyboard.
LATEST_EXPIRY_DAYS: Final = 2 * 366
LATEST_PAUSE_DAYS: Final = 366
LATEST_PLAN_DAYS: Final = 5 * 366
#: A project may have started already; before this many days it is a slip of the keyboard.
EARLIEST_START_DAYS: Final = 10 * 366
