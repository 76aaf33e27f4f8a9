"""Pairs of the posting whose token is sent: who was proposed to it, what this side says, and what came of it.

Every operation calls the use case that the button of the page calls. What is asked twice is done once.
"""

from __future__ import annotations

from typing import Final

from matcher.clock import today, utc_now
from matcher.introductions import answering, progress, threads
from matcher.introductions.drafts import NoDraft, OutcomeDraft, parse_not_now, parse_yes
from matcher.introductions.queries import Pair, pairs_of
from matcher.postings.drafts import parse_draft
from web.api.blueprint import ApiAnswer, bp
from web.api.listing import page_of, page_out
from web.api.requests import needed_bearer_posting
from web.api.side_inputs import NoIn, NotNowIn, OutcomeIn, PairsQuery, YesIn
from web.api.side_outputs import PairPage, PairStoryOut, counts_out, pair_out
from web.api.sides import REFUSED, ids_of, side_pair, story, talks_of
from web.api.words import N_
from web.clock import calendar
from web.jobs import soon
from web.wiring import db

_PAIRS: Final = "/posting/pairs"
_ONE: Final = f"{_PAIRS}/<number:other>"
_AFTER_BOTH: Final = N_("Only after both sides have said yes.")


@bp.get(_PAIRS)
@bp.input(PairsQuery, location="query")
@bp.output(PairPage)
@bp.doc(
    operation_id="listPairs",
    tags=["Introductions"],
    summary=N_("Who was proposed to this posting, and where each pair stands"),
    description=N_(
        "Those to answer first, then those that wait for the other side, those to be asked again later, those that "
        "were introduced, and those that are over. Nobody’s contact is in the list."
    ),
    security="managementToken",
)
def pairs(query_data: PairsQuery) -> ApiAnswer:
    """Pairs of the side, by group."""
    posting = needed_bearer_posting()
    found = pairs_of(db.session, posting, today())
    shown = [pair for pair in found if not query_data.group or pair.group in query_data.group]
    page = page_of(shown, query_data)
    talks = talks_of(page.items)
    return page_out(PairPage, page, query_data, lambda pair: pair_out(pair, talks, today()), counts=counts_out(found))


@bp.get(_ONE)
@bp.output(PairStoryOut)
@bp.doc(
    operation_id="getPair",
    tags=["Introductions"],
    summary=N_("One pair: why it fits, its timeline, and what this side may do"),
    description=N_(
        "The number is that of the other posting; it may be any live one, proposed or not. The contact of the other "
        "side is there once both said yes."
    ),
    security="managementToken",
)
def show_pair(other: int) -> PairStoryOut:
    """One pair."""
    return story(side_pair(other))


@bp.post(f"{_ONE}/seen")
@bp.output(PairStoryOut)
@bp.doc(
    operation_id="markPairSeen",
    tags=["Introductions"],
    summary=N_("Say that a person has read the pair and its thread"),
    description=N_("Reading through the API marks nothing by itself. A pair that nobody brought up stays unmarked."),
    security="managementToken",
)
def mark_pair_seen(other: int) -> PairStoryOut:
    """Note that the side read it."""
    pair = side_pair(other)
    if pair.introduction is not None or pair.proposal is not None:
        progress.mark_seen(db.session, *ids_of(pair), pair.side, now=utc_now(), calendar=calendar())
        threads.mark_read(db.session, *ids_of(pair), pair.side, now=utc_now())
    return story(pair)


@bp.post(f"{_ONE}/yes")
@bp.input(YesIn)
@bp.output(PairStoryOut)
@bp.doc(
    operation_id="sayYes",
    tags=["Introductions"],
    summary=N_("Say yes: this side wants to be put in touch"),
    description=N_("The second yes introduces both. A pair that nobody proposed counts as found by this side."),
    security="managementToken",
    responses={409: REFUSED},
)
def say_yes(other: int, json_data: YesIn) -> PairStoryOut:
    """A yes, and how to be reached."""
    pair = side_pair(other)
    draft = parse_yes(json_data.told(), today())
    answering.say_yes(
        db.session, *ids_of(pair), pair.side, draft.mode, now=utc_now(), detail=draft.detail, calendar=calendar()
    )
    return _done(pair)


@bp.post(f"{_ONE}/not-now")
@bp.input(NotNowIn)
@bp.output(PairStoryOut)
@bp.doc(
    operation_id="sayNotNow",
    tags=["Introductions"],
    summary=N_("Ask to be asked again on a day"),
    security="managementToken",
    responses={409: REFUSED},
)
def say_not_now(other: int, json_data: NotNowIn) -> PairStoryOut:
    """Not now."""
    pair = side_pair(other)
    draft = parse_not_now(json_data.told(), today())
    answering.say_not_now(db.session, *ids_of(pair), pair.side, draft.until, now=utc_now(), calendar=calendar())
    return _done(pair)


@bp.post(f"{_ONE}/no")
@bp.input(NoIn)
@bp.output(PairStoryOut)
@bp.doc(
    operation_id="sayNo",
    tags=["Introductions"],
    summary=N_("Say no, and why"),
    security="managementToken",
    responses={409: REFUSED},
)
def say_no(other: int, json_data: NoIn) -> PairStoryOut:
    """A no with its reason."""
    pair = side_pair(other)
    draft = parse_draft(NoDraft, json_data.told(), today())
    answering.say_no(db.session, *ids_of(pair), pair.side, draft.reason, draft.reason_text, now=utc_now())
    return _done(pair)


@bp.post(f"{_ONE}/withdraw")
@bp.output(PairStoryOut)
@bp.doc(
    operation_id="withdrawYes",
    tags=["Introductions"],
    summary=N_("Take a yes back while the other side has not answered"),
    security="managementToken",
    responses={409: REFUSED},
)
def withdraw_yes(other: int) -> PairStoryOut:
    """A yes taken back."""
    pair = side_pair(other)
    answering.withdraw(db.session, *ids_of(pair), pair.side, now=utc_now())
    return _done(pair)


@bp.post(f"{_ONE}/met")
@bp.output(PairStoryOut)
@bp.doc(
    operation_id="recordMet",
    tags=["Introductions"],
    summary=N_("Say that both met or spoke to each other"),
    description=_AFTER_BOTH,
    security="managementToken",
    responses={409: REFUSED},
)
def record_met(other: int) -> PairStoryOut:
    """They met."""
    pair = side_pair(other)
    progress.record_met(db.session, *ids_of(pair), pair.side, now=utc_now())
    return _done(pair)


@bp.post(f"{_ONE}/started")
@bp.output(PairStoryOut)
@bp.doc(
    operation_id="recordStarted",
    tags=["Introductions"],
    summary=N_("Say that both work on something together"),
    description=_AFTER_BOTH,
    security="managementToken",
    responses={409: REFUSED},
)
def record_started(other: int) -> PairStoryOut:
    """They work together."""
    pair = side_pair(other)
    progress.record_started(db.session, *ids_of(pair), pair.side, now=utc_now())
    return _done(pair)


@bp.post(f"{_ONE}/outcome")
@bp.input(OutcomeIn)
@bp.output(PairStoryOut)
@bp.doc(
    operation_id="recordOutcome",
    tags=["Introductions"],
    summary=N_("Tell what came of it"),
    description=N_("Each side tells its own, once, after any number of “it goes on”."),
    security="managementToken",
    responses={409: REFUSED},
)
def record_outcome(other: int, json_data: OutcomeIn) -> PairStoryOut:
    """What came of it."""
    pair = side_pair(other)
    draft = parse_draft(OutcomeDraft, json_data.told(), today())
    progress.record_outcome(
        db.session, *ids_of(pair), pair.side, draft.outcome, draft.counterfactual, draft.outcome_text, now=utc_now()
    )
    return _done(pair)


def _done(pair: Pair) -> PairStoryOut:
    """Tell the jobs, then how the pair stands now."""
    soon()
    return story(pair)
