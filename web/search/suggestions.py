"""Where to go on when a search finds little: the themes that its words betray."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from matcher.clock import today
from matcher.postings.queries import list_postings
from matcher.postings.suggestions import suggest_themes
from matcher.vocabulary import PostingKind
from web.filters import term_label
from web.wiring import db


@dataclass(frozen=True, slots=True)
class ThemeLink:
    """A theme with the lists that hold something under it."""

    label: str
    links: list[tuple[PostingKind, int, str]]


def themes_near(text: str, language: str) -> list[ThemeLink]:
    """Themes of ``text`` under which there is a live posting, the likeliest first."""
    counts: dict[str, list[tuple[PostingKind, int, str]]] = {}
    themes = {}
    for kind, area in ((PostingKind.NEED, "needs"), (PostingKind.OFFER, "offers")):
        listed = list_postings(db.session, kind, per_page=1, today=today())
        for value in listed.facets["theme"]:
            if value.theme is not None:
                themes[value.value] = value.theme
                link = (kind, value.count, url_for(f"{area}.index", theme=value.value))
                counts.setdefault(value.value, []).append(link)
    near = suggest_themes(text, language, list(themes.values()))
    return [ThemeLink(term_label(theme), counts[theme.code]) for theme in near]
