"""Addresses of rows: their number, with words behind it that help people and may change freely."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Final

from flask import Flask
from werkzeug.routing import BaseConverter, Rule

from matcher.store import Hackathon, Need, Offer, Organisation
from matcher.text import fold

#: Characters of the words in an address. Chosen: two or three words are enough to tell links apart.
SLUG_CHARS: Final = 60

_NOT_WORD: Final = re.compile(r"[^a-z0-9]+")


class NumberConverter(BaseConverter):
    """``12``: a number within an address that nobody reads aloud. At most 15 digits, which every database can hold."""

    regex = r"[0-9]{1,15}"

    def to_python(self, value: str) -> int:
        """The number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """The number. Raises TypeError for a row: its title would be lost without a word."""
        return str(int(value))


class TitledConverter(BaseConverter):
    """``12`` or ``12-site-internet``: the page of a row. Only the number counts; ``url_for`` takes it or the row."""

    regex = rf"{NumberConverter.regex}(?:-[^/]*)?"
    part_isolating = True

    def to_python(self, value: str) -> int:
        """The number."""
        return int(value.partition("-")[0])

    def to_url(self, value: int | Need | Offer | Organisation | Hackathon) -> str:
        """The number, followed by words when a row is given."""
        if isinstance(value, int):
            return str(value)
        words = slug(value.name if isinstance(value, Organisation) else value.title)
        return f"{value.id}-{words}" if words else str(value.id)


class LazyRule(Rule):
    """A rule that learns how to build addresses when the first one is built from it.

    Werkzeug writes and compiles two functions for every rule as it is added, which was three quarters of the time
    that making the application took; a page builds addresses from a dozen of some two hundred rules. The method is
    not public: were it renamed, starting would be slower and nothing else would change.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled = cache(super()._compile_builder)

        def build(rule: Rule, /, **values: object) -> tuple[str, str]:
            return compiled(append_unknown)(rule, **values)

        return build


def init_app(app: Flask) -> None:
    """Register the converters ``number`` and ``titled``, and rules that cost little until they are used."""
    app.url_map.converters["number"] = NumberConverter
    app.url_map.converters["titled"] = TitledConverter
    app.url_rule_class = LazyRule


def slug(text: str) -> str:
    """Words of ``text`` as an address shows them.

    >>> slug("Réparer l’écran d’un téléphone : où ?")
    'reparer-l-ecran-d-un-telephone-ou'
    """
    words = _NOT_WORD.sub("-", fold(text)).strip("-")
    return words if len(words) <= SLUG_CHARS else words[: SLUG_CHARS + 1].rpartition("-")[0]
