"""List, page, proposals and exports of either side; the blueprints of needs and offers call these."""

from __future__ import annotations

from typing import Final

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from matcher.clock import today
from matcher.hackathons.queries import challenges_of_need
from matcher.postings.queries import ListFilters, Order, get_posting, list_postings
from matcher.store import Need, Offer
from matcher.vocabulary import PostingKind
from web.browsing import facets
from web.browsing.files import TYPES, answer_file, postings_file
from web.browsing.structured import posting_json_ld
from web.hackathons.presenters import became_of
from web.presenters import PostingCard, answer_of, author_of, card_of, money, reach, room_left, skills_of, state_of
from web.wiring import db, services

PER_PAGE: Final = 20
AREAS: Final = {PostingKind.NEED: "needs", PostingKind.OFFER: "offers"}


def page_number() -> int:
    """Page asked for; the first one for anything that is not a number."""
    return request.args.get("page", default=1, type=int)


def index(kind: PostingKind) -> ResponseReturnValue:
    """Live postings of one side with filters."""
    filters = ListFilters.parse(request.args)
    page = list_postings(db.session, kind, filters, page_number(), PER_PAGE, today=today())
    groups = facets.groups(page.facets, kind)
    return render_template(
        "browsing/index.html",
        kind=kind,
        area=AREAS[kind],
        page=page,
        cards=[card_of(posting, today()) for posting in page],
        groups=groups,
        active=facets.chosen(groups, filters, page),
        filters=filters,
        orders=list(Order) if kind is PostingKind.NEED else [],
    )


def show(kind: PostingKind, posting_id: int) -> ResponseReturnValue:
    """Everything that may be told of one posting; one that is over stays, with a notice."""
    posting = posting_or_404(kind, posting_id)
    state = state_of(posting, today())
    necessary, welcome = skills_of(posting)
    return render_template(
        f"{AREAS[kind]}/show.html",
        posting=posting,
        card=card_of(posting, today()),
        author=author_of(posting),
        state=state,
        reach=reach(posting),
        money=money(posting),
        skills=necessary,
        skills_nice=welcome,
        room_left=room_left(posting, today()) if isinstance(posting, Offer) else "",
        similar=similar(posting),
        became=became_of(challenges_of_need(db.session, posting)) if isinstance(posting, Need) else [],
        json_ld=posting_json_ld(posting) if state is None else None,
    )


def proposals(kind: PostingKind, posting_id: int) -> ResponseReturnValue:
    """Proposals for one posting, with their reasons; as a file with ``?format=``."""
    posting = posting_or_404(kind, posting_id)
    state = state_of(posting, today())
    answer = answer_of(services().matcher.proposals(db.session, posting), today())
    fmt = request.args.get("format", "")
    if fmt in TYPES:
        return answer_file(posting, answer, fmt)
    return render_template(
        "browsing/proposals.html",
        posting=posting,
        kind=kind,
        area=AREAS[kind],
        card=card_of(posting, today()),
        state=state,
        answer=answer,
    )


def export(kind: PostingKind, fmt: str) -> Response:
    """The list under its filters, as a file."""
    return postings_file(kind, ListFilters.parse(request.args), fmt)


def posting_or_404(kind: PostingKind, posting_id: int) -> Need | Offer:
    """The posting, live or not. Raises 404 when there is none, or when the animator holds it back."""
    posting = get_posting(db.session, kind, posting_id)
    if posting is None or posting.held_at is not None:
        abort(404)
    return posting


def similar(posting: Need | Offer) -> list[PostingCard]:
    """Cards of live postings of the same side that share a theme, newest first."""
    codes = tuple(theme.code for theme in posting.themes)
    if not codes:
        return []
    filters = ListFilters(themes=codes)
    found = list_postings(db.session, posting.posting_kind, filters, per_page=4, today=today(), facets=False)
    return [card_of(other, today()) for other in found if other.id != posting.id][:3]
