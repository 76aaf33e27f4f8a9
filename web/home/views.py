"""Home page, what the service is, personal data, and the addresses that machines ask for."""

from __future__ import annotations

from datetime import date
from typing import Final

from flask import Blueprint, Response, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from matcher.clock import local_day, today
from matcher.postings import limits
from matcher.postings.queries import Page, list_organisations, list_postings
from matcher.privacy import retention
from matcher.store import Need, Offer
from matcher.vocabulary import Family, PostingKind
from web.i18n import public_url
from web.labels import FAMILY_HINTS
from web.presenters import card_of
from web.wiring import db

#: Cards of each side on the home page. Chosen.
LATEST: Final = 3
#: Pages of the sitemap beside those of postings.
SITEMAP_PAGES: Final = (
    *("home.index", "needs.index", "offers.index", "organisations.index", "map.index", "hackathons.index"),
    *("statistics.index", "home.about", "home.privacy", "privacy.register"),
)
#: Postings in the sitemap: the protocol's own bound is 50 000 addresses a file.
SITEMAP_POSTINGS: Final = 5_000

bp = Blueprint("home", __name__)


@bp.get("/")
def index() -> ResponseReturnValue:
    """What this is, a search box, two doors, how it works, the newest postings, figures."""
    needs = list_postings(db.session, PostingKind.NEED, per_page=LATEST, today=today(), facets=False)
    offers = list_postings(db.session, PostingKind.OFFER, per_page=LATEST, today=today(), facets=False)
    organisations = list_organisations(db.session, per_page=1)
    by_family = {value.value: value.count for value in organisations.facets["family"]}
    return render_template(
        "home/index.html",
        needs=[card_of(need, today()) for need in needs],
        offers=[card_of(offer, today()) for offer in offers],
        counts={"needs": needs.total, "offers": offers.total, "organisations": organisations.total},
        families=[(family, FAMILY_HINTS[family], by_family.get(family.value, 0)) for family in Family],
        today=today(),
    )


@bp.get("/a-propos")
def about() -> ResponseReturnValue:
    """How matching works, and what it does not do."""
    return render_template("home/about.html")


@bp.get("/donnees-personnelles")
def privacy() -> ResponseReturnValue:
    """What is stored, how long, who sees it."""
    days = {"needs": limits.NEED_LIFE_DAYS, "offers": limits.OFFER_LIFE_DAYS}
    return render_template("home/privacy.html", days=days, months=retention)


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Answer while the process can serve and read its database."""
    list_organisations(db.session, per_page=1, facets=False)
    return _text("ok\n")


@bp.get("/robots.txt")
def robots() -> ResponseReturnValue:
    """What robots may read: everything public but searches and files, which are endless."""
    lines = [
        "User-agent: *",
        "Disallow: /gerer/",
        "Disallow: /recherche",
        "Disallow: /en/recherche",
        "Disallow: /*/export.",
    ]
    return _text("\n".join([*lines, f"Sitemap: {public_url('/sitemap.xml')}", ""]))


@bp.get("/sitemap.xml")
def sitemap() -> ResponseReturnValue:
    """Addresses of every page that stays, in the language of the address."""
    addresses: list[tuple[str, date | None]] = [(url_for(endpoint), None) for endpoint in SITEMAP_PAGES]
    for kind, endpoint in ((PostingKind.NEED, "needs.show"), (PostingKind.OFFER, "offers.show")):
        addresses += [(url_for(endpoint, id=posting), local_day(posting.updated_at)) for posting in _every(kind)]
    page = render_template("home/sitemap.xml", addresses=addresses)
    response = make_response(page)
    response.headers["Content-Type"] = "application/xml; charset=utf-8"
    return response


def _every(kind: PostingKind) -> list[Need | Offer]:
    """Live postings, page after page, up to the bound of the sitemap."""
    found: list[Need | Offer] = []
    number = 1
    while len(found) < SITEMAP_POSTINGS:
        page: Page[Need | Offer] = list_postings(
            db.session, kind, page=number, per_page=100, today=today(), facets=False
        )
        found += page.items
        if number >= page.pages:
            break
        number += 1
    return found[:SITEMAP_POSTINGS]


def _text(body: str) -> Response:
    response = make_response(body)
    response.mimetype = "text/plain"
    return response
