"""The map of needs and offers as a page shows it: a drawing, and a table of the same data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from flask import render_template, request, url_for
from flask_babel import gettext, ngettext

from matcher.clock import today
from matcher.postings.queries import ListFilters, posting_points
from matcher.postings.references import References
from matcher.store import Place
from matcher.vocabulary import PostingKind
from web.filters import term_label
from web.i18n import current_language
from web.map.drawing import Target, area_view, draw, others_in, projection_of
from web.map.ground import NamedView, ground
from web.map.marks import Mark, Spot, is_shown
from web.wiring import db

AREAS: Final = {PostingKind.NEED: "needs", PostingKind.OFFER: "offers"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; anything that is not understood is as if it was not there."""

    sides: tuple[PostingKind, ...]
    theme: str
    view: str
    around: int | None

    @classmethod
    def read(cls, themes: Collection[str]) -> Asked:
        """From the address at hand; ``themes`` are the codes that there are."""
        side, around = request.args.get("side", ""), request.args.get("around", "")
        sides = tuple(kind for kind in PostingKind if kind == side) or tuple(PostingKind)
        filters = ListFilters.parse({"theme": request.args.get("theme", ""), "place_id": around})
        theme = next((code for code in filters.themes if code in themes), "")
        return cls(sides, theme, request.args.get("view", ""), filters.place_id)

    @property
    def side(self) -> str:
        """The one side that is asked for, or nothing."""
        return self.sides[0].value if len(self.sides) == 1 else ""

    def address(self, **changes: Any) -> str:
        """Address of the map with the same filters and another view."""
        return url_for("map.index", **{"side": self.side or None, "theme": self.theme or None, **changes})


def map_page() -> str:
    """The page that the address at hand asks for."""
    terms = References(db.session).themes
    asked = Asked.read(terms)
    spots = _spots(asked)
    here = next((spot for spot in spots if spot.place_id == asked.around), None)
    named = next((view for view in ground().views if view.code == asked.view), ground().default_view)
    view: NamedView | Spot = here or named
    window = projection_of(view)
    language = current_language().value
    return render_template(
        "map/index.html",
        asked=asked,
        themes=sorted(((code, term_label(term)) for code, term in terms.items()), key=lambda item: item[1].casefold()),
        views=[(other.name(language), asked.address(view=other.code), other is view) for other in ground().views],
        view_code="" if here else named.code,
        view_name=named.name(language),
        here=here,
        drawing=draw(ground(), view, spots, language, lambda mark, kind: _target(asked, view, mark, kind)),
        rows=[_row(asked, spot) for spot in spots if is_shown(spot, window)],
        rows_beyond=[_row(asked, spot) for spot in spots if not is_shown(spot, window)],
        totals=(sum(spot.needs for spot in spots), sum(spot.offers for spot in spots)),
        widest=None if view is ground().views[-1] else asked.address(view=ground().views[-1].code),
    )


def _spots(asked: Asked) -> list[Spot]:
    """Places with what is live there, the fullest first. Counts alone: no title, no organisation."""
    filters = ListFilters(themes=(asked.theme,) if asked.theme else ())
    places: dict[int, Place] = {}
    counts: dict[PostingKind, Counter[int]] = {kind: Counter() for kind in PostingKind}
    for kind in asked.sides:
        for point in posting_points(db.session, kind, filters, today=today()):
            places[point.place.id] = point.place
            counts[kind][point.place.id] = point.count
    found = [
        Spot(
            place.id,
            place.name,
            place.label,
            (place.longitude, place.latitude),
            counts[PostingKind.NEED][place.id],
            counts[PostingKind.OFFER][place.id],
            place.epci_siren or "",
        )
        for place in places.values()
    ]
    return sorted(found, key=lambda spot: (-spot.total, spot.label))


def _list_url(asked: Asked, kind: PostingKind, place_id: int) -> str:
    return url_for(f"{AREAS[kind]}.index", place_id=place_id, theme=asked.theme or None)


def _row(asked: Asked, spot: Spot) -> dict[str, Any]:
    """A place of the table, with the lists of what is there."""
    return {
        "spot": spot,
        "need_url": _list_url(asked, PostingKind.NEED, spot.place_id) if spot.needs else None,
        "offer_url": _list_url(asked, PostingKind.OFFER, spot.place_id) if spot.offers else None,
    }


def _target(asked: Asked, view: NamedView | Spot, mark: Mark, kind: PostingKind) -> Target:
    """One place leads to its list, several to a closer look at them."""
    count = mark.needs if kind is PostingKind.NEED else mark.offers
    if kind is PostingKind.NEED:
        counted = ngettext("%(num)s need", "%(num)s needs", count)
    else:
        counted = ngettext("%(num)s offer", "%(num)s offers", count)
    area, more = area_view(ground(), mark), others_in(mark)
    name = area.name(current_language().value) if area else mark.first.label
    if not area and not more:
        url = _list_url(asked, kind, mark.first.place_id)
        return Target(url, gettext("%(place)s: %(counted)s", place=name, counted=counted))
    if not more and area:
        text = gettext("%(place)s: %(counted)s; look closer", place=name, counted=counted)
        return Target(asked.address(view=area.code), text)
    text = ngettext(
        "%(place)s and %(num)s other place: %(counted)s; look closer",
        "%(place)s and %(num)s other places: %(counted)s; look closer",
        more,
        place=name,
        counted=counted,
    )
    is_here = isinstance(view, Spot) and view.place_id == mark.first.place_id
    return Target(f"#place-{mark.first.place_id}" if is_here else asked.address(around=mark.first.place_id), text)
