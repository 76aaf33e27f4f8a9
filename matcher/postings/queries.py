"""Reads behind the pages: one posting, lists with facets, points of the map."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    Text,
    case,
    func,
    literal,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from matcher.postings.filters import (
    ListFilters,
    Order,
    PostingModel,
    has_kind,
    is_live,
    is_remote,
    organisation_conditions,
    posting_conditions,
)
from matcher.store import Need, Offer, Organisation, Place, Theme
from matcher.store.postings import need_theme, offer_theme
from matcher.vocabulary import CollaborationKind, PostingKind

__all__ = [
    "FacetValue",
    "ListFilters",
    "Order",
    "Page",
    "PostingPoint",
    "get_need",
    "get_offer",
    "get_organisation",
    "get_posting",
    "list_organisations",
    "list_postings",
    "organisation_postings",
    "posting_points",
]

T = TypeVar("T")

MAX_PER_PAGE = 100
#: Pages beyond this one are for machines, which have the exports.
MAX_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class FacetValue:
    """How many entries a filter would keep. ``value`` is what the address takes; ``theme`` its row, if any."""

    value: str
    count: int
    selected: bool = False
    theme: Theme | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list. ``facets`` come by name: theme, family, kind, department, remote, price, language."""

    items: Sequence[T]
    total: int
    page: int
    pages: int
    per_page: int
    facets: Mapping[str, Sequence[FacetValue]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


@dataclass(frozen=True, slots=True)
class PostingPoint:
    """How many postings a place has on the map."""

    place: Place
    count: int


def get_need(session: Session, need_id: int) -> Need | None:
    """A need by its number, live or not."""
    return session.get(Need, need_id)


def get_offer(session: Session, offer_id: int) -> Offer | None:
    """An offer by its number, live or not."""
    return session.get(Offer, offer_id)


def get_posting(session: Session, kind: PostingKind, posting_id: int) -> Need | Offer | None:
    """A need or an offer by its number, live or not."""
    return get_need(session, posting_id) if kind is PostingKind.NEED else get_offer(session, posting_id)


def get_organisation(session: Session, organisation_id: int) -> Organisation | None:
    """An organisation by its number."""
    return session.get(Organisation, organisation_id)


def list_postings(
    session: Session,
    kind: PostingKind,
    filters: ListFilters | None = None,
    page: int = 1,
    per_page: int = 20,
    *,
    today: date,
    facets: bool = True,
) -> Page[Need | Offer]:
    """Live needs or offers, newest first, with what each further filter would leave.

    A facet counts under every filter but its own, so that its other values stay choosable. A page
    beyond the last is the last; ``per_page`` is held between 1 and :data:`MAX_PER_PAGE`.
    Cost: one count, one page and one grouped query a facet.
    """
    filters = filters or ListFilters()
    model = _model(kind)
    wanted = _postings(model, filters, today)
    order: list[SQLColumnExpression[Any]] = [model.id.desc()]  # numbers only grow: the newest first, by the key
    if filters.order is Order.DEADLINE and model is Need:
        order = [Need.deadline.is_(None), Need.deadline, *order]
    total, page, pages, per_page, rows = _slice(session, wanted, order, page, per_page)
    counted = _posting_facets(session, model, filters, today) if facets else {}
    return Page(rows, total, page, pages, per_page, counted)


def list_organisations(
    session: Session,
    filters: ListFilters | None = None,
    page: int = 1,
    per_page: int = 20,
    *,
    facets: bool = True,
) -> Page[Organisation]:
    """Organisations by name, with facets of family and département."""
    filters = filters or ListFilters()

    def chosen(*left_out: str) -> Select[Any]:
        conditions = organisation_conditions(filters.without(*left_out))
        return select(Organisation.id).join(Organisation.place).where(*conditions)

    wanted = select(Organisation).join(Organisation.place).where(*organisation_conditions(filters))
    order: list[SQLColumnExpression[Any]] = [_alphabetical(Organisation.name), Organisation.id]
    total, page, pages, per_page, rows = _slice(session, wanted, order, page, per_page)
    counted = {}
    if facets:
        family = _grouped(session, chosen("families"), type_coerce(Organisation.family, Text), filters.families)
        department = _grouped(session, chosen("departments"), _department(), filters.departments)
        counted = {"family": family, "department": department}
    return Page(rows, total, page, pages, per_page, counted)


def organisation_postings(
    session: Session, organisation: Organisation, kind: PostingKind, *, today: date
) -> Sequence[Need | Offer]:
    """Live postings that a page may show under their organisation's name: never anonymous needs."""
    filters = ListFilters(organisation_id=organisation.id)
    return list_postings(session, kind, filters, per_page=MAX_PER_PAGE, today=today, facets=False).items


def posting_points(
    session: Session, kind: PostingKind, filters: ListFilters | None = None, *, today: date
) -> list[PostingPoint]:
    """Live postings counted by place, the fullest first."""
    model = _model(kind)
    wanted = _postings(model, filters or ListFilters(), today)
    counts = wanted.with_only_columns(model.place_id, func.count()).group_by(model.place_id)
    by_place = dict(session.execute(counts).all())
    places = session.scalars(select(Place).where(Place.id.in_(by_place)))
    points = [PostingPoint(place, by_place[place.id]) for place in places]
    return sorted(points, key=lambda point: (-point.count, point.place.name_folded, point.place.id))


def _alphabetical(name: InstrumentedAttribute[str]) -> SQLColumnExpression[str]:
    """``name`` as a directory sorts it, É beside E: databases compare code points, and SQLite lowers ASCII alone."""
    initial = func.substr(name, 1, 1)
    plain = dict(zip("ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŒàâäçéèêëîïôöùûüœ", "aaaceeeeiioouuuo" * 2, strict=True))
    return func.lower(case(plain, value=initial, else_=initial).concat(func.substr(name, 2)))


def _model(kind: PostingKind) -> PostingModel:
    return Need if kind is PostingKind.NEED else Offer


def _postings(model: PostingModel, filters: ListFilters, today: date) -> Select[Any]:
    return select(model).where(is_live(model, today), *posting_conditions(model, filters))


def _slice(
    session: Session, wanted: Select[Any], order: Sequence[SQLColumnExpression[Any]], page: int, per_page: int
) -> tuple[int, int, int, int, list[Any]]:
    per_page = max(1, min(per_page, MAX_PER_PAGE))
    total = session.scalar(wanted.with_only_columns(func.count(), maintain_column_froms=True)) or 0
    pages = max(1, -(-total // per_page))
    page = max(1, min(page, pages, MAX_PAGE))
    rows = session.scalars(wanted.order_by(*order).limit(per_page).offset((page - 1) * per_page)).all()
    return total, page, pages, per_page, list(rows)


def _posting_facets(
    session: Session, model: PostingModel, filters: ListFilters, today: date
) -> dict[str, list[FacetValue]]:
    def others(name: str) -> Select[Any]:
        return _postings(model, filters.without(name), today)

    families = others("families").join(model.organisation)
    departments = others("departments").join(model.place)
    found = {
        "theme": _theme_facet(session, model, others("themes"), filters.themes),
        "family": _grouped(session, families, type_coerce(Organisation.family, Text), filters.families),
        "kind": _kind_facet(session, model, others("kinds"), filters.kinds),
        "department": _grouped(session, departments, _department(), filters.departments),
        "remote": _remote_facet(session, model, others("remote"), filters.remote),
        "language": _grouped(session, others("languages"), type_coerce(model.language, Text), filters.languages),
    }
    if model is Offer:
        found["price"] = _grouped(session, others("prices"), type_coerce(Offer.price, Text), filters.prices)
    return found


def _department() -> ColumnElement[Any]:
    return func.coalesce(Place.department, Place.country)


def _grouped(
    session: Session, wanted: Select[Any], column: ColumnElement[Any], selected: Sequence[str]
) -> list[FacetValue]:
    query = wanted.with_only_columns(column, func.count(), maintain_column_froms=True).group_by(column)
    counts = {value: count for value, count in session.execute(query) if value is not None}
    return _ordered(counts, selected)


def _theme_facet(
    session: Session, model: PostingModel, wanted: Select[Any], selected: Sequence[str]
) -> list[FacetValue]:
    link = need_theme if model is Need else offer_theme
    owner = link.c.need_id if model is Need else link.c.offer_id
    query = (
        wanted.join(link, owner == model.id)
        .with_only_columns(link.c.theme_id, func.count(), maintain_column_froms=True)
        .group_by(link.c.theme_id)
    )
    counts: dict[int, int] = dict(session.execute(query).all())
    themes = {theme.code: theme for theme in session.scalars(select(Theme))}
    by_code = {code: counts[theme.id] for code, theme in themes.items() if theme.id in counts}
    return [
        FacetValue(value.value, value.count, value.selected, themes[value.value])
        for value in _ordered(by_code, [code for code in selected if code in themes])
    ]


def _kind_facet(
    session: Session, model: PostingModel, wanted: Select[Any], selected: Sequence[str]
) -> list[FacetValue]:
    if model is Offer:
        return _grouped(session, wanted, type_coerce(Offer.kind, Text), selected)
    each = [
        wanted.where(has_kind(model, kind.value)).with_only_columns(
            literal(kind.value), func.count(), maintain_column_froms=True
        )
        for kind in CollaborationKind
    ]
    counts = dict(session.execute(union_all(*each)).all())
    return _ordered({kind: count for kind, count in counts.items() if count}, selected)


def _remote_facet(
    session: Session, model: PostingModel, wanted: Select[Any], selected: bool | None
) -> list[FacetValue]:
    remote = is_remote(model).label("has_remote")
    query = wanted.with_only_columns(remote, func.count(), maintain_column_froms=True)
    # Grouped by name: PostgreSQL takes two conditions with parameters of their own for different ones.
    counts = {bool(value): count for value, count in session.execute(query.group_by("has_remote"))}
    return [
        FacetValue(str(value).lower(), counts[value], selected is value) for value in (True, False) if value in counts
    ]


def _ordered(counts: Mapping[str, int], selected: Sequence[str]) -> list[FacetValue]:
    """Most frequent first; what is selected stays, be it with nothing left."""
    chosen = {str(value) for value in selected}
    every = {**dict.fromkeys(chosen, 0), **counts}
    return [
        FacetValue(value, count, value in chosen)
        for value, count in sorted(every.items(), key=lambda item: (-item[1], item[0]))
    ]
