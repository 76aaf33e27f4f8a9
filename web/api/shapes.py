"""Shapes that every answer of the API is made of: its base, addresses, places, pages of lists, management tokens."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from matcher.store import Need, Offer, Place
from web.api.words import N_
from web.manage.links import link_to, token_for

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")
Address = Annotated[str, Field(json_schema_extra={"format": "uri"})]


class Out(BaseModel):
    """Base of everything that is answered."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class PlaceOut(Out):
    """A commune or town and its centre."""

    name: str
    label: str = Field(description=N_("Name with the département or country"))
    country: str = Field(description=N_("ISO 3166-1 code of the country"))
    insee: str | None = Field(description=N_("INSEE commune code; null beyond France"))
    department: str | None = Field(description=N_("INSEE département; null beyond France"))
    latitude: float = Field(description=N_("Degrees north (WGS 84)"))
    longitude: float = Field(description=N_("Degrees east (WGS 84)"))


class LinksOut(Out):
    """Addresses of this page of the list and of its neighbours."""

    self: Address
    first: Address
    prev: Address | None
    next: Address | None
    last: Address


class FacetOut(Out):
    """How many entries a filter would keep."""

    value: str
    count: int


class PageOut(Out, Generic[T]):
    """One page of a list."""

    items: list[T]
    page: int
    per_page: int
    total: int = Field(description=N_("Entries in the whole list"))
    pages: int
    links: LinksOut
    facets: dict[str, list[FacetOut]] | None = Field(description=N_("By filter; null unless asked for"))


class ManagementOut(Out):
    """The only key to a posting, given once. Whoever has it can change and close the posting."""

    token: str = Field(description=N_("For the header “Authorization: Bearer”"))
    link: Address = Field(description=N_("Page on which the author manages the posting"))


def management_out(posting: Need | Offer) -> ManagementOut:
    """The key to ``posting`` that works now."""
    return ManagementOut(token=token_for(posting), link=link_to(posting))


def sorted_values(members: Iterable[E]) -> list[E]:
    """A set of members in one order, whatever order the set has."""
    return sorted(members, key=lambda member: member.value)


def place_out(place: Place) -> PlaceOut:
    """A place."""
    return PlaceOut(
        name=place.name,
        label=place.label,
        country=place.country,
        insee=place.insee_code,
        department=place.department,
        latitude=place.latitude,
        longitude=place.longitude,
    )
