"""The life of the posting that a token opens, between its publication and its end: pause, renewal, reopening, room.

Need or offer, the acts are the same; publishing, changing, closing and deleting are in ``postings``.
"""

from __future__ import annotations

from matcher.clock import today
from matcher.introductions.queries import pairs_of
from matcher.introductions.questions import unanswered
from matcher.postings import publish as use_cases
from matcher.store import Need, Offer
from web.api import problems
from web.api.blueprint import bp
from web.api.inputs import PauseIn, TakenIn
from web.api.requests import needed_bearer_posting
from web.api.shapes import ManagementOut, management_out
from web.api.side_outputs import SideOut, side_out
from web.api.words import N_
from web.jobs import soon
from web.security import limited
from web.wiring import db


@bp.get("/posting")
@bp.output(SideOut)
@bp.doc(
    operation_id="getOwnPosting",
    tags=["Introductions"],
    summary=N_("The posting that the token opens, and how many pairs of it stand where"),
    security="managementToken",
)
def own_posting() -> SideOut:
    """The side of the token."""
    return _as_it_stands(needed_bearer_posting())


@bp.post("/posting/pause")
@limited("posting")
@bp.input(PauseIn)
@bp.output(SideOut)
@bp.doc(
    operation_id="pausePosting",
    tags=["Introductions"],
    summary=N_("Keep the posting out of every search before a day"),
    description=N_("It comes back by itself on that day, in a year at the latest."),
    security="managementToken",
)
def pause(json_data: PauseIn) -> SideOut:
    """Pause a posting."""
    return _as_it_stands(
        use_cases.pause_posting(db.session, needed_bearer_posting(), json_data.paused_until, today=today())
    )


@bp.post("/posting/resume")
@limited("posting")
@bp.output(SideOut)
@bp.doc(
    operation_id="resumePosting",
    tags=["Introductions"],
    summary=N_("End the pause of the posting"),
    security="managementToken",
)
def resume() -> SideOut:
    """End a pause; a posting that is not paused stays as it is."""
    return _as_it_stands(use_cases.pause_posting(db.session, needed_bearer_posting(), None, today=today()))


@bp.post("/posting/renew")
@limited("posting")
@bp.output(SideOut)
@bp.doc(
    operation_id="renewPosting",
    tags=["Introductions"],
    summary=N_("Give the posting its whole life again from today"),
    description=N_("Never shortens it."),
    security="managementToken",
)
def renew() -> SideOut:
    """Renew a posting."""
    return _as_it_stands(use_cases.renew_posting(db.session, needed_bearer_posting(), today()))


@bp.post("/posting/reopen")
@limited("posting")
@bp.output(SideOut)
@bp.doc(
    operation_id="reopenPosting",
    tags=["Introductions"],
    summary=N_("Open the posting again after it was closed"),
    description=N_(
        "One whose last day has passed meanwhile gets its whole life again. Pairs that closing ended stay so."
    ),
    security="managementToken",
)
def reopen() -> SideOut:
    """Reopen a posting; an open one stays as it is."""
    posting = use_cases.reopen_posting(db.session, needed_bearer_posting(), today())
    soon()
    return _as_it_stands(posting)


@bp.put("/posting/taken")
@limited("posting")
@bp.input(TakenIn)
@bp.output(SideOut)
@bp.doc(
    operation_id="setTaken",
    tags=["Introductions"],
    summary=N_("Say how many requests the offer has taken on this month"),
    description=N_("It is proposed as long as its monthly capacity leaves room. The token of a need is refused."),
    security="managementToken",
)
def taken(json_data: TakenIn) -> SideOut:
    """Requests taken on, of an offer. Raises OtherPostingError for a need."""
    posting = needed_bearer_posting()
    if not isinstance(posting, Offer):
        raise problems.OtherPostingError
    return _as_it_stands(use_cases.set_taken(db.session, posting, json_data.taken, today()))


@bp.post("/posting/links")
@limited("posting")
@bp.output(ManagementOut)
@bp.doc(
    operation_id="cancelPostingLinks",
    tags=["Introductions"],
    summary=N_("Make every link and token given so far worthless, for a new one"),
    description=N_("The token of this request too: the answer holds the only one that works from now on."),
    security="managementToken",
)
def cancel_links() -> ManagementOut:
    """A new token for the posting."""
    posting = needed_bearer_posting()
    use_cases.cancel_links(db.session, posting)
    return management_out(posting)


def _as_it_stands(posting: Need | Offer) -> SideOut:
    waiting = unanswered(db.session, posting.id) if isinstance(posting, Need) else 0
    return side_out(posting, pairs_of(db.session, posting, today()), waiting, today())
