"""Postings to look at: the queue, one posting's text with what changed, and the decision."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from matcher.clock import today, utc_now
from matcher.oversight import reviews
from matcher.oversight.reviews import Decision, QueueEntry, QueueFilters, ReviewProblem, ReviewRefusedError
from matcher.oversight.texts import texts_of
from matcher.people import Moderation, ReviewState
from matcher.postings.queries import MAX_PER_PAGE, get_posting
from matcher.store import Need, Offer
from matcher.vocabulary import PostingKind
from web.animator import arguments
from web.animator.area import PER_PAGE, bp, done, me
from web.animator.words import DONE, REVIEW_PROBLEMS, TEXT_NAMES
from web.browsing.files import file_answer
from web.browsing.pages import page_number
from web.presenters import card_of, facts, posting_url
from web.publication import propose
from web.wiring import db

SIDES: Final = {"besoin": PostingKind.NEED, "offre": PostingKind.OFFER}
SIDE_NAMES: Final = {kind: name for name, kind in SIDES.items()}
EXPORT_HEADERS: Final = ("kind", "id", "title", "organisation", "state", "held", "waiting_since", "decided_at", "url")
_FILTERS: Final = ("state", "kind", "held")
_ALL: Final = "all"
_ADDRESS: Final = "/relecture/<any(besoin, offre):side>/<number:number>"


@bp.get("/relecture")
def queue() -> ResponseReturnValue:
    """Postings by how long they wait for a look, or those about which something was decided."""
    filters = _filters()
    return render_template(
        "animator/queue.html",
        page=reviews.page_of_queue(db.session, filters, page_number(), PER_PAGE),
        filters=filters,
        states=list(ReviewState),
        kinds=list(PostingKind),
        is_narrowed=filters != QueueFilters(),
        side_names=SIDE_NAMES,
        exports=arguments.exports("export_queue", _FILTERS),
        done=DONE.get(request.args.get("fait", "")),
        moderations=Moderation,
    )


@bp.get("/relecture/export.<any(csv, xlsx, json):fmt>")
def export_queue(fmt: str) -> Response:
    """The list under its filters, as a file: no remark and no private word is in it."""
    rows: list[dict[str, Any]] = []
    page, pages = 0, 1
    while page < pages:
        found = reviews.page_of_queue(db.session, _filters(), page + 1, MAX_PER_PAGE)
        rows += map(_exported, found)
        page, pages = found.page, found.pages
    return file_answer(rows, EXPORT_HEADERS, "reviews", fmt)


@bp.get(_ADDRESS)
def review(side: str, number: int) -> ResponseReturnValue:
    """Everything that a posting says, with what changed since the last look."""
    return _page(_posting(side, number))


@bp.post(_ADDRESS)
def decide(side: str, number: int) -> ResponseReturnValue:
    """Approve, ask for changes, take down or refuse; what is approved is matched and proposed again."""
    posting = _posting(side, number)
    account, remark = me().id, request.form.get("remark", "")
    try:
        decision = Decision(request.form.get("decision", ""))
        seen = request.form.get("seen", "")
        was_held = posting.held_at is not None
        reviews.decide(db.session, posting, decision, remark, account_id=account, seen=seen, now=utc_now())
    except ReviewRefusedError as refused:
        status = 409 if refused.problem is ReviewProblem.CHANGED else 422
        return _page(posting, problem=refused.problem, remark=remark, chosen=decision), status
    except ValueError:
        abort(400)
    if was_held and posting.held_at is None:
        propose(posting)
    return done("queue", decision.value)


def _posting(side: str, number: int) -> Need | Offer:
    """The posting at this address. 404 when there is none, or when nobody was asked to look at it."""
    posting = get_posting(db.session, SIDES[side], number)
    if posting is None or reviews.review_of(db.session, posting) is None:
        abort(404)
    return posting


def _page(posting: Need | Offer, *, problem: ReviewProblem | None = None, remark: str = "", chosen: Any = None) -> str:
    look = reviews.review_of(db.session, posting)
    if look is None:
        abort(404)
    return render_template(
        "animator/review.html",
        posting=posting,
        look=look,
        seen=reviews.seen_mark(look),
        texts=texts_of(posting),
        changed=reviews.changes_since(look, posting),
        names=TEXT_NAMES,
        facts=facts(posting),
        card=card_of(posting, today()),
        decisions=Decision,
        problem=problem,
        problems=REVIEW_PROBLEMS,
        remark=remark,
        chosen=chosen,
        limit=reviews.REMARK.maximum,
    )


def _filters() -> QueueFilters:
    state: ReviewState | None = ReviewState.WAITING
    if request.args.get("state"):
        state = None if request.args["state"] == _ALL else arguments.chosen("state", ReviewState)
    return QueueFilters(state, arguments.chosen("kind", PostingKind), held=bool(request.args.get("held")))


def _exported(entry: QueueEntry) -> dict[str, Any]:
    look, posting = entry.review, entry.posting
    return {
        "kind": posting.posting_kind.value,
        "id": posting.id,
        "title": posting.title,
        "organisation": card_of(posting, today()).author.name,
        "state": look.state.value,
        "held": posting.held_at is not None,
        "waiting_since": look.created_at.isoformat(timespec="seconds"),
        "decided_at": look.decided_at.isoformat(timespec="seconds") if look.decided_at else None,
        "url": posting_url(posting),
    }
