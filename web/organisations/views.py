"""The directory of organisations."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from matcher.clock import today
from matcher.postings.queries import ListFilters, get_organisation, list_organisations, organisation_postings
from matcher.vocabulary import PostingKind
from web.browsing import facets
from web.browsing.files import organisations_file
from web.browsing.pages import PER_PAGE, page_number
from web.browsing.structured import organisation_json_ld
from web.presenters import card_of, organisation_card
from web.wiring import db

bp = Blueprint("organisations", __name__)


@bp.get("/organisations")
def index() -> ResponseReturnValue:
    """Organisations by name, with filters."""
    filters = ListFilters.parse(request.args)
    page = list_organisations(db.session, filters, page_number(), PER_PAGE)
    groups = facets.groups(page.facets)
    return render_template(
        "organisations/index.html",
        page=page,
        cards=[organisation_card(organisation) for organisation in page],
        groups=groups,
        active=[(group, value) for group in groups for value in group.selected],
        filters=filters,
    )


@bp.get("/organisations/<titled:id>")
def show(id: int) -> ResponseReturnValue:  # noqa: A002  (the name is part of the site's addresses)
    """One organisation, its needs (anonymous ones left out) and its offers."""
    organisation = get_organisation(db.session, id)
    if organisation is None:
        abort(404)
    day = today()
    needs = organisation_postings(db.session, organisation, PostingKind.NEED, today=day)
    offers = organisation_postings(db.session, organisation, PostingKind.OFFER, today=day)
    return render_template(
        "organisations/show.html",
        organisation=organisation,
        card=organisation_card(organisation),
        needs=[card_of(need, day) for need in needs],
        offers=[card_of(offer, day) for offer in offers],
        json_ld=organisation_json_ld(organisation),
    )


@bp.get("/organisations/export.<any(csv, xlsx, json):fmt>")
def export(fmt: str) -> ResponseReturnValue:
    """The directory under its filters, as a file."""
    return organisations_file(ListFilters.parse(request.args), fmt)
