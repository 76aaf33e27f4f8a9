"""Themes and skills as tick boxes, in groups that people can find their way in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice

from matcher.postings.references import References
from matcher.store import Skill, Theme
from web.i18n import current_language
from web.posting.forms import PostingForm
from web.wiring import db

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString

T = TypeVar("T", Theme, Skill)

#: Names of the groups of ``matcher/data/themes.csv`` and ``skills.csv``; a territory's own group shows its code.
GROUPS: Final[Mapping[str, LazyString]] = {
    "solidarity": _l("Solidarity"),
    "care": _l("Health and care"),
    "civic": _l("Public life"),
    "culture": _l("Culture and leisure"),
    "digital": _l("Digital life"),
    "environment": _l("Environment"),
    "organisation_life": _l("Life of organisations"),
    "work": _l("Work and economy"),
    "youth": _l("Childhood and youth"),
    "ai": _l("Artificial intelligence"),
    "building": _l("Building software and sites"),
    "communication": _l("Communication"),
    "data": _l("Data"),
    "design": _l("Design"),
    "funding": _l("Funding"),
    "hardware": _l("Machines and networks"),
    "media": _l("Image and sound"),
    "organisation": _l("Organising"),
    "research": _l("Research"),
    "safety": _l("Security and rights"),
    "teaching": _l("Teaching and support"),
}


class Terms(NamedTuple):
    """Both vocabularies, each by group: (name of the group, its terms)."""

    themes: list[tuple[str, list[Theme]]]
    skills: list[tuple[str, list[Skill]]]


def offer_terms(form: PostingForm) -> Terms:
    """Let ``form`` offer every theme and skill; answers them in groups for the page."""
    references = References(db.session)
    language = current_language().value
    themes, skills = list(references.themes.values()), list(references.skills.values())
    for name, terms in (("themes", themes), ("skills", skills), ("skills_must", skills), ("skills_nice", skills)):
        if name in form:
            form[name].choices = [SelectChoice(term.code, term.label(language)) for term in terms]
    return Terms(grouped(themes, language), grouped(skills, language))


def grouped(terms: Iterable[T], language: str) -> list[tuple[str, list[T]]]:
    """Terms by group, each under the name of its group, both in the order of the alphabet."""
    groups: dict[str, list[T]] = {}
    for term in sorted(terms, key=lambda term: term.label(language).casefold()):
        groups.setdefault(term.group, []).append(term)
    named = [(str(GROUPS.get(code, code)), members) for code, members in groups.items()]
    return sorted(named, key=lambda item: item[0].casefold())
