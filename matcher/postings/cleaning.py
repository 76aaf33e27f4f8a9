"""What people type, made safe and plain: texts, numbers, dates, yes and no. Pure; raises nothing.

Every reader accepts French and English forms and answers None for what it cannot read.
"""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime
from typing import Final

from matcher.text import fold

_LINE_END = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
_BLANKS = re.compile(r"[^\S\n]+")
_EMPTY_LINES = re.compile(r"\n{3,}")
# A joiner is part of an emoji or of an Indic or Persian word only between two such signs.
_LOOSE_JOINER = re.compile(r"(?<![^\x00-\u02ff])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\u02ff])")
_JOINERS: Final = frozenset("\u200c\u200d")
_DROPPED: Final = frozenset({"Cc", "Cf", "Cs"})
_NONCHARACTERS: Final = frozenset("\ufffe\uffff")

_NUMBER = re.compile(r"([+-]?)([0-9][0-9.,]*|[.,][0-9]+)(k?)")
_GROUPS = re.compile(r"[1-9][0-9]{0,2}(?:([.,])[0-9]{3})(?:\1[0-9]{3})*")
_CURRENCY = re.compile(r"€|eur(?:os?)?\b")

# Forms of dates after folding, with the groups that hold year, month and day.
_DATE_FORMS: Final = (
    (re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[t ][0-9:.,+z-]*)?"), (1, 2, 3)),
    (re.compile(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4})(?: [0-9:]+)?"), (3, 2, 1)),
    (re.compile(r"([0-9]{1,2})(?:er|st|nd|rd|th)? ([a-z]+)\.?,? ([0-9]{4})"), (3, 2, 1)),
    (re.compile(r"([a-z]+)\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})"), (3, 1, 2)),
)
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv january jan",
            "fevrier fevr february feb",
            "mars march mar",
            "avril avr april apr",
            "mai may",
            "juin june jun",
            "juillet juil july jul",
            "aout august aug",
            "septembre sept september sep",
            "octobre october oct",
            "novembre november nov",
            "decembre december dec",
        ),
        start=1,
    )
    for name in names.split()
}

_YES: Final = frozenset(("true", "1", "on", "yes", "y", "oui", "o", "vrai", "x"))
_NO: Final = frozenset(("false", "0", "off", "no", "n", "non", "faux"))


def clean_text(text: str, *, lines: bool = True) -> str:
    """A text without what nobody sees: NFC, no control, zero-width or direction character.

    Line ends become ``\\n``, at most one empty line stays between two, blanks are single and
    trimmed. With ``lines=False`` everything comes on one line. Joiners stay inside emoji and
    non-Latin words, which they shape. Idempotent.

    >>> clean_text("  Un\\u200b site\\x00 \\r\\n\\r\\n\\r\\n\\r\\nweb\\u202e ")
    'Un site\\n\\nweb'
    """
    if not (text.isascii() and text.isprintable()):
        text = _LINE_END.sub("\n", text).replace("\t", " ")
        text = "".join(sign for sign in text if sign == "\n" or _is_kept(sign))
        text = unicodedata.normalize("NFC", _LOOSE_JOINER.sub("", text))
    if not lines:
        return " ".join(text.split())
    text = "\n".join(line.strip() for line in _BLANKS.sub(" ", text).split("\n"))
    return _EMPTY_LINES.sub("\n\n", text).strip()


def _is_kept(sign: str) -> bool:
    if sign in _JOINERS:
        return True
    return unicodedata.category(sign) not in _DROPPED and sign not in _NONCHARACTERS


def parse_number(value: object) -> float | None:
    """A number as people write it in French or English, or None.

    A comma or a full stop before exactly three digits groups thousands; any other is the
    decimal mark. Spaces, the euro sign and a final k (thousand) are understood.

    >>> [parse_number(text) for text in ("1 500 €", "1,500", "1.500,50", "0,5", "15 k€", "12a")]
    [1500.0, 1500.0, 1500.5, 0.5, 15000.0, None]
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if math.isfinite(value) and abs(value) < 1e15 else None
    if not isinstance(value, str) or len(value) > 40:
        return None
    text = _CURRENCY.sub("", "".join(unicodedata.normalize("NFKC", value).casefold().split()))
    found = _NUMBER.fullmatch(text.replace("'", "").replace("’", ""))
    if found is None:
        return None
    digits = _with_decimal_point(found[2])
    if digits is None:
        return None
    number = float(digits) * (1000 if found[3] else 1)
    return -number if found[1] == "-" else number


def _with_decimal_point(digits: str) -> str | None:
    """``digits`` without thousands marks and with a point, or None when the marks make no sense."""
    if _GROUPS.fullmatch(digits):
        return digits.replace(",", "").replace(".", "")
    mark = max(digits.rfind(","), digits.rfind("."))
    whole, decimals = (digits, "") if mark < 0 else (digits[:mark], digits[mark + 1 :])
    if not whole.isdigit() and whole and not _GROUPS.fullmatch(whole):
        return None
    if mark >= 0 and digits[mark] in whole:
        return None
    return f"{whole.replace(',', '').replace('.', '') or '0'}.{decimals or '0'}"


def parse_date(value: object) -> date | None:
    """A day as people write it, or None. Figures come day first, as in all of Europe.

    >>> [str(parse_date(text)) for text in ("31/1/2027", "1er mars 2027", "March 1st, 2027", "31/13/2027")]
    ['2027-01-31', '2027-03-01', '2027-03-01', 'None']
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or len(value) > 60:
        return None
    text = " ".join(fold(value).split())
    for form, (year, month, day) in _DATE_FORMS:
        if found := form.fullmatch(text):
            month_number = _MONTHS.get(found[month]) or found[month]
            try:
                return date(int(found[year]), int(month_number), int(found[day]))
            except ValueError:
                return None
    return None


def parse_yes_no(value: object) -> bool | None:
    """Yes or no in French or English, or None.

    >>> parse_yes_no("Oui"), parse_yes_no("off"), parse_yes_no("peut-être")
    (True, False, None)
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float | str):
        word = fold(str(value)).strip()
        return True if word in _YES else False if word in _NO else None
    return None


def split_list(value: object) -> list[str] | None:
    """Cleaned, different, non-empty items of a list, or of a text cut at ``;``, ``|`` and line ends.

    None when ``value`` is neither or holds something else than texts.

    >>> split_list(" a; b |a\\n")
    ['a', 'b']
    """
    if isinstance(value, str):
        value = re.split(r"[;|\n]", value)
    if not isinstance(value, list | tuple | set | frozenset):
        return None
    items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
    if not all(isinstance(item, str) for item in items):
        return None
    return [item for item in dict.fromkeys(clean_text(item, lines=False) for item in items) if item]
