"""What programs may ask in an address. Every value is a text there; what is not understood is an error.

Pages ignore a filter that they do not know. A program that mistyped one would take the whole list for
the answer, so it is told.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from matcher.postings.filters import MAX_VALUES, Order
from matcher.postings.queries import MAX_PAGE, MAX_PER_PAGE, ListFilters
from matcher.vocabulary import CollaborationKind, Family, Language, OfferKind, PostingKind, Price
from web.api.inputs import MAX_RESULTS
from web.api.words import N_

#: Characters of a search. Chosen: a paragraph; a whole text goes to ``/api/proposals``.
QUERY_CHARS: Final = 500

_WHOLE = re.compile(r"-?[0-9]{1,18}")
#: Numbers of rows that filters read (``matcher.postings.filters``: nine digits).
_MAX_NUMBER: Final = 10**9 - 1


def _whole(value: object) -> object:
    """A text of digits as a number; the library alone would take "1.0" and " 1" too."""
    if isinstance(value, str):
        if not _WHOLE.fullmatch(value):
            raise PydanticCustomError("not_whole", "not a whole number")
        return int(value)
    return value


def _yes_no(value: object) -> object:
    if isinstance(value, str):
        if value not in {"true", "false"}:
            raise PydanticCustomError("unknown_choice", "true or false")
        return value == "true"
    return value


Whole = Annotated[int, BeforeValidator(_whole)]
RowNumber = Annotated[int, Field(ge=1, le=_MAX_NUMBER), BeforeValidator(_whole)]
YesNo = Annotated[bool, BeforeValidator(_yes_no)]
ThemeCode = Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,60}$")]
Department = Annotated[str, Field(pattern=r"^[0-9A-Z]{2,3}$")]


class Query(BaseModel):
    """Base of what is asked in an address. Fields that are lists may come several times."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class PagesQuery(Query):
    """Which page of a list."""

    page: Whole = Field(1, description=N_("Page, from 1"), ge=1, le=MAX_PAGE)
    per_page: Whole = Field(20, description=N_("Entries a page"), ge=1, le=MAX_PER_PAGE)

    @property
    def wants_facets(self) -> bool:
        """Whether facets are asked for: only some lists have them."""
        return False


class PageQuery(PagesQuery):
    """Which page of a list that has facets."""

    facets: YesNo = Field(False, description=N_("Count what each further filter would leave"))

    @property
    def wants_facets(self) -> bool:
        """Whether facets are asked for."""
        return self.facets

    def filters(self) -> ListFilters:
        """The filters among the fields."""
        paging = {"page", "per_page", "facets"}
        told = self.model_dump(mode="json", exclude=paging, exclude_none=True)
        return ListFilters.parse({name: _plain(value) for name, value in told.items()})


def _plain(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else str(value) if isinstance(value, int) else value


def _values(description: str) -> Any:
    return Field([], description=description, max_length=MAX_VALUES)


class _DirectoryQuery(PageQuery):
    family: list[Family] = _values(N_("Family of the organisation"))
    department: list[Department] = _values(N_("INSEE département, or country code beyond France"))


class OrganisationsQuery(_DirectoryQuery):
    """Filters of the directory."""

    name: str = Field("", description=N_("Part of a name, or beginning of a place"), max_length=80)


class _PostingsQuery(_DirectoryQuery):
    theme: list[ThemeCode] = _values(N_("Code of a theme (/api/themes)"))
    remote: YesNo | None = Field(None, description=N_("Work at a distance is possible"))
    language: list[Language] = _values(N_("Language of the text"))
    organisation_id: RowNumber | None = Field(
        None, description=N_("Number of an organisation; never tells whose an anonymous need is")
    )


class NeedsQuery(_PostingsQuery):
    """Filters of needs."""

    kind: list[CollaborationKind] = _values(N_("Kind of collaboration looked for"))
    order: Order = Field(Order.RECENT, description=N_("Newest first, or nearest deadline first"))


class OffersQuery(_PostingsQuery):
    """Filters of offers."""

    kind: list[OfferKind] = _values(N_("Kind of offer"))
    price: list[Price] = _values(N_("What it costs its user"))


class LimitQuery(Query):
    """How many proposals."""

    limit: Whole = Field(10, description=N_("Most proposals in the answer"), ge=1, le=MAX_RESULTS)


class SearchQuery(LimitQuery):
    """A sentence in plain words."""

    q: str = Field(description=N_("What is looked for, in plain words"), min_length=1, max_length=QUERY_CHARS)
    kind: PostingKind | None = Field(None, description=N_("Only needs or only offers"))
    language: Language | None = Field(None, description=N_("Language of the words; guessed when left out"))
