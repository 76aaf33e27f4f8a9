"""Cells as people and machines fill them in: several answers in one, yes and no, moments, ranks.

Pure; raises nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

from matcher.exchange.registrations.columns import words_of
from matcher.postings.cleaning import clean_text, parse_date, parse_yes_no
from matcher.text import fold

#: Answers read in one cell: more is a text that was pasted into the wrong column. Chosen.
MAX_ITEMS: Final = 60
#: Pieces of a cell that may be one answer with commas in it. Chosen.
_LONGEST_OPTION: Final = 6

_STRONG_MARKS = re.compile(r"[;|\n]")
_NAME_MARKS = re.compile(r"[;|\n,/&]|\s(?:et|and|ou|or)\s", re.IGNORECASE)
_GUARD = re.compile(r"'+(?=[=+\-@\t\r])")

_YES: Final = frozenset(
    ("ok", "d'accord", "accepte", "j'accepte", "i agree", "agree", "agreed", "i accept", "coche", "✓", "✔")
)
_NO: Final = frozenset(
    ("aucun", "aucune", "rien", "neant", "none", "nothing", "n/a", "na", "non merci", "no thanks", "-", "–", "/")
)

_FIGURES = re.compile(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4}|[0-9]{2})(?:[ ,T–-]+(.*))?")
_CLOCK = re.compile(r"([0-9]{1,2})[:h]([0-9]{2})(?::([0-9]{2}))?(?:\.[0-9]+)?\s*([ap])?\.?m?\.?")
_RANK = re.compile(
    r"(?:choix|choice|voeu|rang|rank|n|no)? ?([0-9]{1,2})(?: ?(?:er|ere|e|eme|nd|st|rd|th|re))?"
    r"(?: (?:choix|choice|voeu))?"
)
_RANK_WORDS: Final = {
    "premier": 1, "premiere": 1, "first": 1, "deuxieme": 2, "second": 2, "seconde": 2, "troisieme": 3, "third": 3,
    "quatrieme": 4, "fourth": 4, "cinquieme": 5, "fifth": 5,
}  # fmt: skip


def plain(cell: str) -> str:
    """A cell without what nobody sees, and without the apostrophe that keeps spreadsheets from running it."""
    return clean_text(_GUARD.sub("", cell, count=1) if _GUARD.match(cell) else cell)


def split_items(cell: str, known: Collection[str] = ()) -> list[str]:
    """The answers in one cell: apart by ``;``, ``|`` or line ends where there are any, else by commas.

    ``known`` are answers by their words (:func:`~.columns.words_of`) that may have commas of their own.

    >>> split_items("Design (papier, écran), Code"), split_items("Eau, air; Sol")
    (['Design (papier, écran)', 'Code'], ['Eau, air', 'Sol'])
    >>> split_items("Eau, air, Sol", {"eau air"})
    ['Eau, air', 'Sol']
    """
    if _STRONG_MARKS.search(cell):
        return _items(_STRONG_MARKS.split(cell))
    pieces = _items(_at_commas(cell), keep_repeats=True)
    found: list[str] = []
    at = 0
    while at < len(pieces):
        ends = range(min(len(pieces), at + _LONGEST_OPTION), at + 1, -1)
        end = next((end for end in ends if words_of(", ".join(pieces[at:end])) in known), at + 1)
        found.append(", ".join(pieces[at:end]))
        at = end
    return list(dict.fromkeys(found))


def _at_commas(text: str) -> list[str]:
    """Cut at commas, but not inside parentheses, which options use for their examples."""
    pieces, start, depth, last_closing = [], 0, 0, text.rfind(")")
    for at, sign in enumerate(text):
        if sign == "(" and at < last_closing:
            depth += 1
        elif sign == ")":
            depth = max(0, depth - 1)
        elif sign == "," and not (depth and at < last_closing):
            pieces.append(text[start:at])
            start = at + 1
    return [*pieces, text[start:]]


def split_names(cell: str) -> list[str]:
    """Names of people in one cell.

    >>> split_names("Ada Exemple et Bo Modèle, Cy Essai")
    ['Ada Exemple', 'Bo Modèle', 'Cy Essai']
    """
    return [name for name in _items(_NAME_MARKS.split(cell)) if not is_nothing(name)]


def _items(pieces: Iterable[str], *, keep_repeats: bool = False) -> list[str]:
    cleaned = [item for piece in pieces if (item := clean_text(piece, lines=False).lstrip("•-–*· ").strip())]
    return (cleaned if keep_repeats else list(dict.fromkeys(cleaned)))[:MAX_ITEMS]


def yes_or_no(cell: str) -> bool | None:
    """Yes or no in French or English, also when words follow ("Oui, j'accepte"); None for anything else.

    >>> [yes_or_no(text) for text in ("Oui", "Yes, please", "Non.", "J'accepte", "peut-être", "")]
    [True, True, False, True, None, None]
    """
    folded = fold(cell).strip().rstrip(".! ")
    first = re.split(r"[,.;:!(]|\s[-–]\s", folded, maxsplit=1)[0].strip()
    if folded in _YES or first in _YES:
        return True
    if folded and is_nothing(cell):
        return False
    return parse_yes_no(first)


def said_yes(cell: str) -> bool | None:
    """Yes or no where a cell says nothing else; figures are numbers of something, no answer.

    >>> [said_yes(text) for text in ("Oui", "x", "non", "1", "Oui, le soir")]
    [True, True, False, None, None]
    """
    folded = fold(cell).strip().rstrip(".! ")
    if folded.isdigit() or not folded.replace("'", "").replace(" ", "").isalpha():
        return None
    return yes_or_no(folded)


def is_nothing(cell: str) -> bool:
    """Whether the words of a cell say that there is nothing to say."""
    folded = fold(cell).strip().rstrip(".! ")
    return not folded or folded in _NO or folded in {"non", "no"}


def parse_rank(cell: str) -> int | None:
    """A rank, 1 or more, in figures or words.

    >>> [parse_rank(text) for text in ("1er choix", "2", "Troisième", "2.0", "pas du tout")]
    [1, 2, 3, 2, None]
    """
    words = words_of(re.sub(r"[.,]0$", "", cell.strip()))
    found = _RANK.fullmatch(words)
    if found:
        return int(found[1]) or None
    return _RANK_WORDS.get(words.split(" ")[0]) if words else None


def is_month_first(cells: Iterable[str], usual: bool) -> bool:
    """Whether the dates of a column are written the American way; ``usual`` where no date of it can tell.

    >>> is_month_first(["11/29/24 22:28", "1/2/24"], False), is_month_first(["29/11/2024 22:28"], True)
    (True, False)
    """
    for cell in cells:
        found = _FIGURES.fullmatch(cell.strip())
        if found and (int(found[1]) > 12) != (int(found[2]) > 12):
            return int(found[2]) > 12
    return usual


def parse_moment(cell: str, month_first: bool) -> datetime | None:
    """Day and time as told, without a time zone; None for what is no date.

    >>> parse_moment("11/29/24 22:28", True) == parse_moment("29/11/2024 22:28", False)
    True
    """
    text = cell.strip()
    found = _FIGURES.fullmatch(text)
    if found is None:
        return _iso_moment(text)
    day, month = (int(found[2]), int(found[1])) if month_first else (int(found[1]), int(found[2]))
    year = int(found[3]) + (2000 if len(found[3]) == 2 else 0)
    return _moment(year, month, day, found[4] or "")


def _iso_moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        day = parse_date(text.partition(" à ")[0])
        return datetime(day.year, day.month, day.day) if day else None  # noqa: DTZ001 - as told, compared in one file


def _moment(year: int, month: int, day: int, clock: str) -> datetime | None:
    told = _CLOCK.match(fold(clock))
    hour, minute, second = (int(told[1]), int(told[2]), int(told[3] or 0)) if told else (0, 0, 0)
    if told and told[4]:
        hour = hour % 12 + (12 if told[4] == "p" else 0)
    try:
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - as told, compared in one file
    except ValueError:
        return None
