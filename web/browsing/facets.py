"""Filters of a list as links: each adds or takes away one value and leads back to the first page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import Flask, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict

from matcher.postings.queries import FacetValue, ListFilters, Page
from matcher.store import Need, Offer
from matcher.vocabulary import CollaborationKind, Family, Language, OfferKind, PostingKind, Price
from web.filters import label_of, term_label

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString

#: Values shown of a facet before "all of them". Chosen, not measured.
SHOWN: Final = 8

TITLES: Final[Mapping[str, LazyString]] = {
    "theme": lazy_gettext("Theme"),
    "kind": lazy_gettext("Kind"),
    "family": lazy_gettext("Who posts"),
    "department": lazy_gettext("Where"),
    "remote": lazy_gettext("At a distance"),
    "price": lazy_gettext("Price"),
    "language": lazy_gettext("Language"),
}

ORDERS: Final[Mapping[str, LazyString]] = {
    "recent": lazy_gettext("Newest first"),
    "deadline": lazy_gettext("Most urgent first"),
}

#: Départements of the territory and countries around it, by their names: figures mean little to people.
DEPARTMENTS: Final = {
    "54": "Meurthe-et-Moselle",
    "55": "Meuse",
    "57": "Moselle",
    "88": "Vosges",
    "67": "Bas-Rhin",
    "68": "Haut-Rhin",
    "08": "Ardennes",
    "10": "Aube",
    "51": "Marne",
    "52": "Haute-Marne",
}
COUNTRIES: Final[Mapping[str, LazyString]] = {
    "LU": lazy_gettext("Luxembourg"),
    "BE": lazy_gettext("Belgium"),
    "DE": lazy_gettext("Germany"),
    "CH": lazy_gettext("Switzerland"),
}


def init_app(app: Flask) -> None:
    """Let templates make the addresses of the list at hand."""
    app.context_processor(
        lambda: {"page_url": page_url, "ordered_url": ordered_url, "export_url": export_url, "order_names": ORDERS}
    )


@dataclass(frozen=True, slots=True)
class FacetLink:
    """One value of a filter: what it is, how many entries it leaves, and the address that toggles it."""

    label: str
    count: int
    selected: bool
    url: str


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """A filter with its values: the first ones, and the rest behind "more"."""

    name: str
    title: str
    values: list[FacetLink]
    more: list[FacetLink]

    @property
    def selected(self) -> list[FacetLink]:
        """Values that are chosen."""
        return [value for value in (*self.values, *self.more) if value.selected]


def groups(facets: Mapping[str, Sequence[FacetValue]], kind: PostingKind | None = None) -> list[FacetGroup]:
    """Facets of a list in the order of ``TITLES``; one that could not change anything is left out."""
    found = []
    for name, title in TITLES.items():
        values = facets.get(name, ())
        if len(values) < 2 and not any(value.selected for value in values):
            continue
        links = [
            FacetLink(_label(name, value, kind), value.count, value.selected, toggled(name, value.value))
            for value in values
        ]
        links.sort(key=lambda link: not link.selected)
        found.append(FacetGroup(name, str(title), links[:SHOWN], links[SHOWN:]))
    return found


def chosen(
    groups: Sequence[FacetGroup], filters: ListFilters, page: Page[Need | Offer]
) -> list[tuple[None, FacetLink]]:
    """What the list is narrowed to, each with the address of the list without it.

    A place comes from the map and is no facet; its name is that of the postings that it leaves.
    """
    found = [value for group in groups for value in group.selected]
    if filters.place_id is not None:
        name = page.items[0].place.label if page.items else gettext("One place")
        found.append(FacetLink(name, page.total, True, with_argument("place_id", "")))
    return [(None, link) for link in found]


def toggled(name: str, value: str) -> str:
    """Address of the list at hand with one value of a filter added, or taken away when it is there."""
    arguments = _arguments()
    given = [part for text in arguments.poplist(name) + arguments.poplist(f"{name}s") for part in text.split(",")]
    if value in given:
        kept = [part for part in given if part != value]
    else:
        kept = [value] if name == "remote" else [*given, value]
    arguments.setlist(name, kept)
    return _address(arguments)


def with_argument(name: str, value: str) -> str:
    """Address of the page at hand with one argument set, or taken away when ``value`` is empty."""
    arguments = _arguments()
    arguments.setlist(name, [value] if value else [])
    return _address(arguments)


def page_url(page: int) -> str:
    """Address of another page of the list at hand."""
    arguments = _arguments()
    if page > 1:
        arguments["page"] = str(page)
    return _address(arguments)


def ordered_url(order: str) -> str:
    """Address of the list at hand in another order."""
    return with_argument("order", order)


def export_url(endpoint: str, fmt: str) -> str:
    """Address of the list at hand as a file, under the same filters."""
    return url_for(endpoint, fmt=fmt, **_arguments())  # type: ignore[arg-type]


def _arguments() -> MultiDict[str, str]:
    kept: MultiDict[str, str] = MultiDict(request.args)
    kept.poplist("page")
    return kept


def _address(arguments: MultiDict[str, str]) -> str:
    values = {name: texts for name, texts in arguments.lists() if texts}
    return url_for(request.endpoint or "", **{**(request.view_args or {}), **values})


def _label(name: str, value: FacetValue, kind: PostingKind | None) -> str:
    if value.theme is not None:
        return term_label(value.theme)
    if name == "department":
        return str(DEPARTMENTS.get(value.value) or COUNTRIES.get(value.value) or value.value)
    if name == "remote":
        return gettext("Possible at a distance") if value.value == "true" else gettext("On site only")
    if name == "kind":
        enum = OfferKind if kind is PostingKind.OFFER else CollaborationKind
        return label_of(enum(value.value)) if value.value in {member.value for member in enum} else value.value
    read: Mapping[str, Callable[[str], Family | Price | Language]] = {
        "family": Family,
        "price": Price,
        "language": Language,
    }
    return label_of(read[name](value.value)) if name in read else value.value
