"""Lists as files: CSV, XLSX and JSON, under the filters of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import Response, make_response

from matcher.clock import today, utc_now
from matcher.exchange.exports import export_rows, headers_of, to_csv, to_json, to_xlsx
from matcher.postings.queries import MAX_PER_PAGE, ListFilters, Page, list_organisations, list_postings
from matcher.store import Need, Offer, Organisation
from matcher.vocabulary import PostingKind
from web.i18n import public_url
from web.presenters import Answer
from web.wiring import db

TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
#: Columns of a file of proposals, in the order of a card.
PROPOSAL_HEADERS: Final = [
    "position",
    "level",
    "title",
    "url",
    "organisation",
    "family",
    "place",
    "distance_km",
    "sentence_asked",
    "sentence_answered",
    "met",
    "not_met",
]


def postings_file(kind: PostingKind, filters: ListFilters, fmt: str) -> Response:
    """Every live posting under ``filters``."""
    rows: list[Need | Offer] = []
    page: Page[Need | Offer] | None = None
    while page is None or page.page < page.pages:
        number = 1 if page is None else page.page + 1
        page = list_postings(db.session, kind, filters, number, MAX_PER_PAGE, today=today(), facets=False)
        rows += page.items
    model = Need if kind is PostingKind.NEED else Offer
    return file_answer(export_rows(rows), headers_of(model), f"{kind.value}s", fmt)


def organisations_file(filters: ListFilters, fmt: str) -> Response:
    """Every organisation under ``filters``."""
    rows: list[Organisation] = []
    page: Page[Organisation] | None = None
    while page is None or page.page < page.pages:
        number = 1 if page is None else page.page + 1
        page = list_organisations(db.session, filters, number, MAX_PER_PAGE, facets=False)
        rows += page.items
    return file_answer(export_rows(rows), headers_of(Organisation), "organisations", fmt)


def answer_file(posting: Need | Offer, answer: Answer, fmt: str) -> Response:
    """Proposals of one page, one a row, best first; near misses are not proposals."""
    rows = [
        {
            "position": position,
            "level": match.level.value,
            "title": match.card.title,
            "url": public_url(match.card.url),
            "organisation": None if match.card.author.anonymous else match.card.author.name,
            "family": match.card.author.family_code,
            "place": match.card.place,
            "distance_km": None if match.distance_km is None else round(match.distance_km),
            "sentence_asked": match.asked,
            "sentence_answered": match.answered,
            "met": match.met,
            "not_met": match.unmet,
        }
        for position, match in enumerate(answer.matches, start=1)
    ]
    return file_answer(rows, PROPOSAL_HEADERS, f"{posting.posting_kind.value}-{posting.id}-proposals", fmt)


def file_answer(rows: Sequence[Mapping[str, Any]], headers: Sequence[str], name: str, fmt: str) -> Response:
    """``rows`` as a file to keep, named after the list and the day."""
    if fmt == "csv":
        content = to_csv(rows, headers)
    elif fmt == "xlsx":
        content = to_xlsx(rows, headers, name)
    else:
        content = to_json(rows, name, utc_now())
    response = make_response(content)
    response.headers["Content-Type"] = TYPES[fmt]
    response.headers["Content-Disposition"] = f'attachment; filename="passerelle-{name}-{today().isoformat()}.{fmt}"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response
