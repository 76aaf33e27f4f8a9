"""The catalogs: complete, with the parts of each sentence, and typeset as French is."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from web.cli.i18n import extract, problems
from web.i18n import TRANSLATIONS

#: A space that may break before a sign that French keeps on the line, or inside its quotation marks.
LOOSE = re.compile(r" [:;?!»€]|« | %(?!\()")
LOST = "other placeholders or tags than in English:"


@pytest.fixture(scope="module")
def french() -> Catalog:
    """The French catalog of the site."""
    with (TRANSLATIONS / "fr" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale="fr")


def test_french_says_every_sentence_of_the_site(french: Catalog) -> None:
    """Nothing is missing, unsure, left over or without its parts."""
    assert list(problems(extract(), french)) == []


def test_french_signs_stay_with_their_words(french: Catalog) -> None:
    """High signs have a no-break space before them, and apostrophes are curly."""
    forms = [form for message in french if message.id for form in _forms(message.string)]
    assert forms
    assert [form for form in forms if LOOSE.search(form) or "'" in form] == []


@pytest.mark.parametrize(
    ("english", "translated", "problem"),
    [
        ("Needs", "", "not translated: Needs"),
        ("%(num)s needs", "besoins", f"{LOST} %(num)s needs"),
        ("Read <b>this</b>", "Lisez ceci", f"{LOST} Read <b>this</b>"),
        (("%(num)s time", "%(num)s times"), ("une fois", "%(n)s fois"), f"{LOST} %(num)s time"),
    ],
)  # fmt: skip
def test_a_sentence_that_lost_something_is_named(
    english: str | tuple[str, str], translated: str | tuple[str, str], problem: str
) -> None:
    """The check tells which sentence to mend, and why."""
    wanted, catalog = Catalog(), Catalog(locale="fr")
    wanted.add(english)
    catalog.add(english, translated)
    assert list(problems(wanted, catalog)) == [problem]


def test_a_plural_may_say_one_without_a_figure() -> None:
    """French writes "une fois", and needs the number in the plural alone."""
    wanted, catalog = Catalog(), Catalog(locale="fr")
    wanted.add(("once", "%(num)s times"))
    catalog.add(("once", "%(num)s times"), ("une fois", "%(num)s fois"))
    assert list(problems(wanted, catalog)) == []


def test_what_the_site_no_longer_says_is_named() -> None:
    """A leftover sentence would be translated for nobody."""
    catalog = Catalog(locale="fr")
    catalog.add("Gone", "Parti")
    assert list(problems(Catalog(), catalog)) == ["no longer on the site: Gone"]


def _forms(text: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return list(text) if isinstance(text, list | tuple) else [text or ""]
