"""Words of registrations that several pages share: half-days, levels, languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask_babel import format_date, get_locale, gettext
from flask_babel import lazy_gettext as _l

from matcher.store import HalfDay
from web.filters import label_of

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString

#: Levels of a skill, from the person's own point of view.
LEVELS: Final[dict[int, LazyString]] = {
    1: _l("I have begun"),
    2: _l("I am used to it"),
    3: _l("I could teach it"),
}


#: The same about somebody, behind the name of a skill.
LEVEL_NAMES: Final[dict[int, LazyString]] = {1: _l("begun"), 2: _l("used to it"), 3: _l("could teach it")}

#: Labels of the boxes in which challenges are ranked, the best first.
RANKS: Final = (_l("1st choice"), _l("2nd choice"), _l("3rd choice"), _l("4th choice"), _l("5th choice"))

#: Weekday, day and month, in the order of both languages; the page says the year elsewhere.
_DAY: Final = "EEEE d MMMM"


def half_day(half: HalfDay) -> str:
    """A half-day as people say it, on a line of its own: "Samedi 5 décembre, matin"."""
    return _first_large(gettext("%(day)s, %(part)s", day=format_date(half.day, _DAY), part=label_of(half.part).lower()))


def language_name(code: str) -> str:
    """Name of a language in the language of the page, on a line of its own; the code of one that has none."""
    return _first_large(str(get_locale().languages.get(code, code)))


def _first_large(text: str) -> str:
    return text[:1].upper() + text[1:]
