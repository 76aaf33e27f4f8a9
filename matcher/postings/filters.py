"""Filters of lists: read leniently from an address, turned into SQL conditions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any, Self, TypeVar

from sqlalchemy import ColumnElement, Text, and_, or_, select, true, type_coerce

from matcher.postings.cleaning import clean_text, parse_yes_no
from matcher.postings.places import fold_name
from matcher.store import Need, Offer, Organisation, Place, Theme
from matcher.store.postings import need_theme, offer_theme
from matcher.vocabulary import (
    CollaborationKind,
    DeliveryMode,
    Family,
    Language,
    OfferKind,
    PostingStatus,
    Price,
)

E = TypeVar("E", bound=StrEnum)
PostingModel = type[Need] | type[Offer]

#: Values read for one filter; more come from a machine.
MAX_VALUES = 20


class Order(StrEnum):
    """Order of a list of postings."""

    RECENT = "recent"
    DEADLINE = "deadline"  # needs: soonest first, those without come last


@dataclass(frozen=True, slots=True)
class ListFilters:
    """What a list is narrowed to. Values of one field are alternatives; the fields all have to hold.

    ``kinds`` are values of CollaborationKind for needs and of OfferKind for offers. ``departments``
    are INSEE départements or, beyond France, country codes. ``remote`` None means both.
    ``organisation_id`` never tells whose an anonymous need is.
    """

    themes: tuple[str, ...] = ()
    families: tuple[Family, ...] = ()
    kinds: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    place_id: int | None = None
    remote: bool | None = None
    prices: tuple[Price, ...] = ()
    languages: tuple[Language, ...] = ()
    organisation_id: int | None = None
    name: str = ""
    order: Order = Order.RECENT

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> Self:
        """Read the arguments of an address; what is not understood is left out.

        Each list has a short and a long name (``theme=`` or ``themes=``) and may come several
        times (any mapping with ``getlist``) or as one text with commas.

        >>> ListFilters.parse({"theme": "food_aid", "family": "company,nobody", "remote": "oui"})
        ... # doctest: +ELLIPSIS
        ListFilters(themes=('food_aid',), families=(<Family.COMPANY: 'company'>,), ... remote=True, ...)
        """
        departments = [value.upper() for value in _several(values, "department")]
        return cls(
            themes=tuple(value for value in _several(values, "theme") if re.fullmatch(r"[\w-]{1,60}", value)),
            families=_members(values, "family", Family, plural="families"),
            kinds=tuple(value for value in _several(values, "kind") if value in _KINDS),
            departments=tuple(value for value in departments if re.fullmatch(r"[0-9A-Z]{2,3}", value)),
            place_id=_number(values, "place_id"),
            remote=parse_yes_no(_one(values, "remote")),
            prices=_members(values, "price", Price),
            languages=_members(values, "language", Language),
            organisation_id=_number(values, "organisation_id"),
            name=clean_text(_one(values, "name"), lines=False)[:80],
            order=next(iter(_members(values, "order", Order)), Order.RECENT),
        )

    def without(self, *names: str) -> Self:
        """The same filters with the fields ``names`` left out."""
        defaults: dict[str, Any] = {field.name: field.default for field in fields(self) if field.name in names}
        return replace(self, **defaults)

    @property
    def is_empty(self) -> bool:
        """True when nothing is narrowed."""
        return replace(self, order=Order.RECENT) == type(self)()


_KINDS = {kind.value for kind in (*CollaborationKind, *OfferKind)}


def is_live(model: PostingModel, today: date) -> ColumnElement[bool]:
    """What :meth:`Posting.is_live` says, for the database."""
    return and_(
        model.status == PostingStatus.OPEN,
        model.held_at.is_(None),
        or_(model.expires_on.is_(None), model.expires_on >= today),
        or_(model.paused_until.is_(None), model.paused_until <= today),
    )


def posting_conditions(model: PostingModel, filters: ListFilters) -> list[ColumnElement[bool]]:
    """Conditions on ``model`` alone: those on organisations and places are subqueries, which a count
    of 100 000 rows pays once, where a join is paid by each row."""
    found: list[ColumnElement[bool]] = []
    if filters.themes:
        link, owner = (need_theme, "need_id") if model is Need else (offer_theme, "offer_id")
        themed = select(link.c[owner]).join(Theme, Theme.id == link.c.theme_id).where(Theme.code.in_(filters.themes))
        found.append(model.id.in_(themed))
    if filters.kinds:
        found.append(or_(*(has_kind(model, kind) for kind in filters.kinds)))
    if filters.remote is not None:
        found.append(is_remote(model) if filters.remote else ~is_remote(model))
    if filters.prices and model is Offer:
        found.append(Offer.price.in_(filters.prices))
    if filters.languages:
        found.append(model.language.in_(filters.languages))
    if filters.organisation_id is not None:
        found.append(model.organisation_id == filters.organisation_id)
        found.append(Need.anonymous.is_(False) if model is Need else true())
    if filters.families:
        owners = select(Organisation.id).where(Organisation.family.in_(filters.families))
        found.append(model.organisation_id.in_(owners))
    if filters.place_id is not None:
        found.append(model.place_id == filters.place_id)
    if filters.departments:
        found.append(model.place_id.in_(select(Place.id).where(_in_departments(filters))))
    return found


def organisation_conditions(filters: ListFilters) -> list[ColumnElement[bool]]:
    """Conditions on an organisation joined with a place."""
    found: list[ColumnElement[bool]] = []
    if filters.families:
        found.append(Organisation.family.in_(filters.families))
    if filters.departments:
        found.append(_in_departments(filters))
    if filters.place_id is not None:
        found.append(Place.id == filters.place_id)
    if filters.name:
        found.append(
            or_(
                Organisation.name.icontains(filters.name, autoescape=True),
                Organisation.brand.icontains(filters.name, autoescape=True),
                Place.name_folded.startswith(fold_name(filters.name) or "\0", autoescape=True),
            )
        )
    return found


def _in_departments(filters: ListFilters) -> ColumnElement[bool]:
    foreign = and_(Place.department.is_(None), Place.country.in_(filters.departments))
    return or_(Place.department.in_(filters.departments), foreign)


def has_kind(model: PostingModel, kind: str) -> ColumnElement[bool]:
    """An offer of this kind, or a need that wants this kind of collaboration (or any)."""
    if model is Offer:
        return type_coerce(Offer.kind, Text) == kind
    listed = type_coerce(Need.kinds, Text)
    return or_(listed == "", in_set(listed, kind))


def is_remote(model: PostingModel) -> ColumnElement[bool]:
    """Work at a distance is possible."""
    if model is Need:
        return Need.remote_ok.is_(True)
    return in_set(type_coerce(Offer.delivery_modes, Text), DeliveryMode.REMOTE.value)


def in_set(listed: ColumnElement[str], value: str) -> ColumnElement[bool]:
    """``value`` is one of the comma-joined values of an EnumSet column read as text."""
    return ("," + listed + ",").contains(f",{value},", autoescape=True)


def _several(values: Mapping[str, Any], name: str, plural: str | None = None) -> list[str]:
    found: list[str] = []
    for key in (name, plural or f"{name}s"):
        given = values.getlist(key) if hasattr(values, "getlist") else values.get(key, ())
        for text in [given] if isinstance(given, str) else given:
            found += str(text)[:400].split(",")
    return list(dict.fromkeys(text.strip() for text in found if text.strip()))[:MAX_VALUES]


def _members(values: Mapping[str, Any], name: str, enum: type[E], plural: str | None = None) -> tuple[E, ...]:
    known = {member.value: member for member in enum}
    return tuple(known[value] for value in _several(values, name, plural) if value in known)


def _one(values: Mapping[str, Any], name: str) -> str:
    given = values.get(name, "")
    return given if isinstance(given, str) else str(given) if isinstance(given, bool | int) else ""


def _number(values: Mapping[str, Any], name: str) -> int | None:
    text = _one(values, name)
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None
