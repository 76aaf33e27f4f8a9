"""Atom feeds (RFC 4287) of the newest needs and offers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from flask_babel import gettext

from matcher.clock import today
from matcher.postings.queries import ListFilters, list_postings
from matcher.store import Need, Offer
from matcher.vocabulary import PostingKind
from web.filters import term_label
from web.i18n import public_root, public_url
from web.presenters import author_of, posting_text, posting_url
from web.wiring import db

#: Entries of a feed. Chosen: some weeks of a territory.
ENTRIES: Final = 50
#: Year in the tag URIs (RFC 4151) that identify entries; fixed for ever, so that ids never change.
TAG_YEAR: Final = 2026

bp = Blueprint("feeds", __name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """One posting in a feed."""

    id: str
    url: str
    title: str
    text: str
    author: str
    language: str
    themes: list[str]
    published: str
    updated: str


@bp.get("/besoins.atom")
def needs() -> Response:
    """The newest needs; takes the filters of the list."""
    return _feed(
        PostingKind.NEED, gettext("New needs in %(territory)s", territory=_territory()), url_for("needs.index")
    )


@bp.get("/offres.atom")
def offers() -> Response:
    """The newest offers; takes the filters of the list."""
    title = gettext("New offers in %(territory)s", territory=_territory())
    return _feed(PostingKind.OFFER, title, url_for("offers.index"))


def _feed(kind: PostingKind, title: str, page: str) -> Response:
    filters = ListFilters.parse(request.args)
    found = list_postings(db.session, kind, filters, per_page=ENTRIES, today=today(), facets=False)
    newest = max((posting.updated_at for posting in found), default=datetime(TAG_YEAR, 1, 1, tzinfo=UTC))
    response = make_response(
        render_template(
            "feeds/feed.xml",
            title=title,
            id=_tag(request.full_path.rstrip("?").lstrip("/")),
            page=public_url(page),
            updated=newest.isoformat(),
            entries=[_entry(posting) for posting in found],
        )
    )
    response.headers["Content-Type"] = "application/atom+xml; charset=utf-8"
    response.cache_control.max_age = 600
    response.add_etag()
    response.make_conditional(request)
    return response


def _entry(posting: Need | Offer) -> Entry:
    return Entry(
        id=_tag(f"{posting.posting_kind.value}/{posting.id}"),
        url=public_url(posting_url(posting)),
        title=posting.title,
        text=posting_text(posting),
        author=author_of(posting).name,
        language=posting.language.value,
        themes=[term_label(theme) for theme in posting.themes],
        published=posting.created_at.isoformat(),
        updated=posting.updated_at.isoformat(),
    )


def _territory() -> str:
    return str(current_app.config["SETTINGS"].territory_name)


def _tag(name: str) -> str:
    host = urlsplit(public_root()).hostname or "localhost"
    return f"tag:{host},{TAG_YEAR}:{name}"
