"""Pages of lists: entries, numbers and addresses of the neighbours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask import request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from matcher.postings.queries import Page
from web import errors
from web.api.blueprint import ApiAnswer
from web.api.queries import PagesQuery
from web.api.shapes import FacetOut, LinksOut, PageOut
from web.i18n import public_url

P = TypeVar("P", bound=PageOut[Any])
T = TypeVar("T")


def page_of(rows: Sequence[T], query: PagesQuery) -> Page[T]:
    """The page of a list that is at hand as a whole; one beyond the last is the last."""
    pages = max(1, -(-len(rows) // query.per_page))
    page = min(query.page, pages)
    return Page(rows[(page - 1) * query.per_page : page * query.per_page], len(rows), page, pages, query.per_page)


def page_out(
    model: type[P], page: Page[Any], query: PagesQuery, describe: Callable[[Any], Any], **more: Any
) -> ApiAnswer:
    """``page`` and its headers, with ``more`` fields of ``model``; a problem when it lies beyond the last one."""
    if page.page < query.page:
        told = gettext("There is no page %(page)s: the last one is %(last)s.", page=query.page, last=page.pages)
        return errors.answer(NotFound(), told)
    links = _links(page)
    facets = {
        name: [FacetOut(value=value.value, count=value.count) for value in values]
        for name, values in page.facets.items()
    }
    answer = model(
        items=[describe(row) for row in page.items],
        page=page.page,
        per_page=page.per_page,
        total=page.total,
        pages=page.pages,
        links=links,
        facets=facets if query.wants_facets else None,
        **more,
    )
    return answer, 200, {"Link": _header(links)}


def _links(page: Page[Any]) -> LinksOut:
    return LinksOut(
        self=_address(page.page),
        first=_address(1),
        prev=_address(page.page - 1) if page.page > 1 else None,
        next=_address(page.page + 1) if page.page < page.pages else None,
        last=_address(page.pages),
    )


def _address(number: int) -> str:
    asked: dict[str, Any] = {name: values for name, values in request.args.lists() if name != "page"}
    return public_url(url_for(str(request.endpoint), **(request.view_args or {}), **asked, page=number))


def _header(links: LinksOut) -> str:
    told = links.model_dump(exclude={"self"}, exclude_none=True)
    return ", ".join(f'<{address}>; rel="{name}"' for name, address in told.items())
