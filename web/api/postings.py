"""Needs and offers: read, publish, change, close, delete."""

from __future__ import annotations

from typing import Any, Final, cast

from flask import url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from matcher.clock import today, utc_now
from matcher.exchange.murmurations import to_murmurations
from matcher.introductions.closing import close_posting
from matcher.postings.queries import get_need, get_offer, list_postings
from matcher.privacy.deleting import delete_posting
from matcher.store import Need, Offer
from matcher.vocabulary import PostingKind
from web import errors
from web.api import problems
from web.api.blueprint import ApiAnswer, bp
from web.api.finding import answer_for
from web.api.inputs import Closing, NeedIn, NeedPublication, OfferIn, OfferPublication
from web.api.listing import page_out
from web.api.matches import ProposalsOut
from web.api.outputs import (
    MurmurationsOut,
    NeedOut,
    NeedPage,
    NeedPublished,
    OfferOut,
    OfferPage,
    OfferPublished,
    need_out,
    offer_out,
)
from web.api.publishing import publish, revise
from web.api.queries import LimitQuery, NeedsQuery, OffersQuery
from web.api.requests import needed_bearer_posting
from web.api.shapes import management_out
from web.api.words import N_
from web.i18n import current_language, public_root
from web.jobs import soon
from web.notifications.composing import compose
from web.security import limited
from web.wiring import db

_NUMBER: Final = "<number:number>"
_ANYBODY_OR_TOKEN: Final[Any] = [{}, {"managementToken": []}]
_PUBLISHING: Final = N_(
    "The body says who posts, unless the management token of an earlier posting of the same organisation is sent. "
    "The answer holds a management token that is given only once."
)
_CHANGING: Final = N_(
    "What is left out gets its default, but for the last day, which stays. Needs the management token."
)


@bp.get("/needs")
@bp.input(NeedsQuery, location="query")
@bp.output(NeedPage)
@bp.doc(operation_id="listNeeds", tags=["Needs"], summary=N_("Open needs, newest first"))
def needs(query_data: NeedsQuery) -> ApiAnswer:
    """Live needs under filters."""
    found = list_postings(
        db.session,
        PostingKind.NEED,
        query_data.filters(),
        query_data.page,
        query_data.per_page,
        today=today(),
        facets=query_data.facets,
    )
    return page_out(NeedPage, found, query_data, lambda need: need_out(need, today()))


@bp.get(f"/needs/{_NUMBER}")
@bp.output(NeedOut)
@bp.doc(
    operation_id="getNeed",
    tags=["Needs"],
    summary=N_("One need"),
    description=N_("Live or not: “live” and “status” tell."),
)
def show_need(number: int) -> NeedOut:
    """One need."""
    return need_out(_need(number), today())


@bp.get(f"/needs/{_NUMBER}/proposals")
@limited("search")
@bp.input(LimitQuery, location="query")
@bp.output(ProposalsOut)
@bp.doc(
    operation_id="proposeForNeed",
    tags=["Needs", "Search"],
    summary=N_("Offers for a need, and why"),
    description=N_("Best first, none below a partial match; near misses when there are few."),
)
def propose_for_need(number: int, query_data: LimitQuery) -> ProposalsOut:
    """Offers for one need."""
    return answer_for(_need(number), query_data.limit)


@bp.post("/needs")
@limited("posting")
@bp.input(NeedPublication)
@bp.output(NeedPublished, status_code=201, description=N_("Stored; its address is in the header Location"))
@bp.doc(
    operation_id="publishNeed",
    tags=["Needs"],
    summary=N_("Publish a need"),
    description=_PUBLISHING,
    security=_ANYBODY_OR_TOKEN,
)
def publish_need(json_data: NeedPublication) -> ApiAnswer:
    """Store a need and who posts it."""
    need = cast("Need", publish(PostingKind.NEED, json_data.need, json_data.organisation))
    told = NeedPublished(need=need_out(need, today()), management=management_out(need))
    return _created(told, "api.show_need", need)


@bp.put(f"/needs/{_NUMBER}")
@limited("posting")
@bp.input(NeedIn)
@bp.output(NeedOut)
@bp.doc(
    operation_id="changeNeed",
    tags=["Needs"],
    summary=N_("Change a need"),
    description=_CHANGING,
    security="managementToken",
)
def change_need(number: int, json_data: NeedIn) -> NeedOut:
    """Replace what a need tells."""
    need = cast("Need", _owned(PostingKind.NEED, number))
    revise(need, json_data)
    return need_out(need, today())


@bp.post(f"/needs/{_NUMBER}/close")
@limited("posting")
@bp.input(Closing)
@bp.output(NeedOut)
@bp.doc(
    operation_id="closeNeed",
    tags=["Needs"],
    summary=N_("Close a need"),
    description=N_("It leaves every search and keeps its page. Needs the management token."),
    security="managementToken",
)
def close_need(number: int, json_data: Closing) -> NeedOut:
    """Take a need out of every search."""
    need = close_posting(db.session, cast("Need", _owned(PostingKind.NEED, number)), json_data.reason, utc_now())
    soon()
    return need_out(need, today())


@bp.delete(f"/needs/{_NUMBER}")
@limited("posting")
@bp.doc(
    operation_id="deleteNeed",
    tags=["Needs"],
    summary=N_("Delete a need for good"),
    description=N_("Its organisation goes too when nothing else was posted for it. Needs the management token."),
    security="managementToken",
    responses={204: N_("It is gone")},
)
def delete_need(number: int) -> ApiAnswer:
    """Remove a need."""
    delete_posting(db.session, _owned(PostingKind.NEED, number), now=utc_now(), compose=compose)
    soon()
    return "", 204


@bp.get(f"/needs/{_NUMBER}/murmurations")
@bp.output(MurmurationsOut)
@bp.doc(
    operation_id="needAsMurmurations",
    tags=["Needs"],
    summary=N_("A need as a profile of the Murmurations network"),
)
def need_as_murmurations(number: int) -> ApiAnswer:
    """One live need for other directories."""
    return _profile(_need(number))


@bp.get("/offers")
@bp.input(OffersQuery, location="query")
@bp.output(OfferPage)
@bp.doc(operation_id="listOffers", tags=["Offers"], summary=N_("Open offers, newest first"))
def offers(query_data: OffersQuery) -> ApiAnswer:
    """Live offers under filters."""
    found = list_postings(
        db.session,
        PostingKind.OFFER,
        query_data.filters(),
        query_data.page,
        query_data.per_page,
        today=today(),
        facets=query_data.facets,
    )
    return page_out(OfferPage, found, query_data, lambda offer: offer_out(offer, today()))


@bp.get(f"/offers/{_NUMBER}")
@bp.output(OfferOut)
@bp.doc(
    operation_id="getOffer",
    tags=["Offers"],
    summary=N_("One offer"),
    description=N_("Live or not: “live” and “status” tell."),
)
def show_offer(number: int) -> OfferOut:
    """One offer."""
    return offer_out(_offer(number), today())


@bp.get(f"/offers/{_NUMBER}/proposals")
@limited("search")
@bp.input(LimitQuery, location="query")
@bp.output(ProposalsOut)
@bp.doc(
    operation_id="proposeForOffer",
    tags=["Offers", "Search"],
    summary=N_("Needs for an offer, and why"),
    description=N_("Best first, none below a partial match; near misses when there are few."),
)
def propose_for_offer(number: int, query_data: LimitQuery) -> ProposalsOut:
    """Needs for one offer."""
    return answer_for(_offer(number), query_data.limit)


@bp.post("/offers")
@limited("posting")
@bp.input(OfferPublication)
@bp.output(OfferPublished, status_code=201, description=N_("Stored; its address is in the header Location"))
@bp.doc(
    operation_id="publishOffer",
    tags=["Offers"],
    summary=N_("Publish an offer"),
    description=_PUBLISHING,
    security=_ANYBODY_OR_TOKEN,
)
def publish_offer(json_data: OfferPublication) -> ApiAnswer:
    """Store an offer and who posts it."""
    offer = cast("Offer", publish(PostingKind.OFFER, json_data.offer, json_data.organisation))
    told = OfferPublished(offer=offer_out(offer, today()), management=management_out(offer))
    return _created(told, "api.show_offer", offer)


@bp.put(f"/offers/{_NUMBER}")
@limited("posting")
@bp.input(OfferIn)
@bp.output(OfferOut)
@bp.doc(
    operation_id="changeOffer",
    tags=["Offers"],
    summary=N_("Change an offer"),
    description=_CHANGING,
    security="managementToken",
)
def change_offer(number: int, json_data: OfferIn) -> OfferOut:
    """Replace what an offer tells."""
    offer = cast("Offer", _owned(PostingKind.OFFER, number))
    revise(offer, json_data)
    return offer_out(offer, today())


@bp.post(f"/offers/{_NUMBER}/close")
@limited("posting")
@bp.input(Closing)
@bp.output(OfferOut)
@bp.doc(
    operation_id="closeOffer",
    tags=["Offers"],
    summary=N_("Close an offer"),
    description=N_("It leaves every search and keeps its page. Needs the management token."),
    security="managementToken",
)
def close_offer(number: int, json_data: Closing) -> OfferOut:
    """Take an offer out of every search."""
    offer = close_posting(db.session, cast("Offer", _owned(PostingKind.OFFER, number)), json_data.reason, utc_now())
    soon()
    return offer_out(offer, today())


@bp.delete(f"/offers/{_NUMBER}")
@limited("posting")
@bp.doc(
    operation_id="deleteOffer",
    tags=["Offers"],
    summary=N_("Delete an offer for good"),
    description=N_("Its organisation goes too when nothing else was posted for it. Needs the management token."),
    security="managementToken",
    responses={204: N_("It is gone")},
)
def delete_offer(number: int) -> ApiAnswer:
    """Remove an offer."""
    delete_posting(db.session, _owned(PostingKind.OFFER, number), now=utc_now(), compose=compose)
    soon()
    return "", 204


@bp.get(f"/offers/{_NUMBER}/murmurations")
@bp.output(MurmurationsOut)
@bp.doc(
    operation_id="offerAsMurmurations",
    tags=["Offers"],
    summary=N_("An offer as a profile of the Murmurations network"),
)
def offer_as_murmurations(number: int) -> ApiAnswer:
    """One live offer for other directories."""
    return _profile(_offer(number))


def _need(number: int) -> Need:
    need = get_need(db.session, number)
    if need is None or need.held_at is not None:
        raise NotFound
    return need


def _offer(number: int) -> Offer:
    offer = get_offer(db.session, number)
    if offer is None or offer.held_at is not None:
        raise NotFound
    return offer


def _owned(kind: PostingKind, number: int) -> Need | Offer:
    """The posting at this address, when the request's token opens it. Raises OtherPostingError."""
    posting = needed_bearer_posting()
    if (posting.posting_kind, posting.id) != (kind, number):
        raise problems.OtherPostingError
    return posting


def _created(told: NeedPublished | OfferPublished, endpoint: str, posting: Need | Offer) -> ApiAnswer:
    headers = {"Location": url_for(endpoint, number=posting.id), "Cache-Control": "no-store"}
    return told, 201, headers


def _profile(posting: Need | Offer) -> ApiAnswer:
    """The profile of a live posting: what is over is not for other directories to index."""
    if not posting.is_live(today()):
        return errors.answer(NotFound(), gettext("It is closed, paused or over: other directories leave it out."))
    return to_murmurations(posting, public_root(), current_language().value)
