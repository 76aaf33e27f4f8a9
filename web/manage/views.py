"""The author's own page of a posting, opened by its signed link.

Reading changes nothing; every change is a POST with a CSRF token. The link is in the address, so these
pages are never stored, indexed or told to another site (``web.security``), nor logged (``web.logs``).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from matcher.clock import today, utc_now
from matcher.introductions import closing
from matcher.introductions.queries import counts, ended_with, pairs_of
from matcher.introductions.questions import unanswered
from matcher.postings import publish as use_cases
from matcher.postings.cleaning import parse_date, parse_number
from matcher.postings.drafts import DraftProblems, FieldProblem, ProblemCode
from matcher.postings.ownership import exposure
from matcher.store import Need, Offer
from matcher.vocabulary import ClosedReason, PostingStatus
from web.jobs import soon
from web.manage.editing import edit_page, edited, organisation_edited, organisation_page
from web.manage.forms import CloseForm, PauseForm, TakenForm
from web.manage.links import LinkRefusedError, is_reference, link_to, posting_of, token_for
from web.manage.refusal import refuse_link
from web.problems import sentence
from web.security import csrf
from web.wiring import db, services

if TYPE_CHECKING:
    from matcher.pairs.service import Proposals

bp = Blueprint("manage", __name__, url_prefix="/gerer/<token>")

#: What the page says after a change; the address carries the name alone.
DONE: Final = {
    "edited": _l("Your changes are saved and on the site."),
    "organisation": _l("What you say of your organisation is saved."),
    "closed": _l("It is closed: nobody is proposed to you any more. You can open it again."),
    "reopened": _l("It is open again."),
    "paused": _l("It is paused: it comes back by itself on the day that you chose."),
    "resumed": _l("The pause is over: it is in the searches again."),
    "renewed": _l("It is renewed."),
    "taken": _l("The number of requests taken on is saved."),
    "links": _l("The old links no longer work. This page has the new one: keep it."),
}

#: Days before the end at which the page proposes to renew. Chosen, not measured.
RENEW_DAYS: Final = 30
SHOWN_PROPOSALS: Final = 3


bp.register_error_handler(LinkRefusedError, refuse_link)


@bp.get("")
def show(token: str) -> ResponseReturnValue:
    """State of the posting and everything that can be done with it."""
    return _page(posting_of(token), token)


@bp.route("/modifier", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]
def edit(token: str) -> ResponseReturnValue:
    """The form, filled in with what is stored; a sent one is saved, or shown again with everything in it."""
    posting = posting_of(token)
    if request.method == "GET":
        return edit_page(posting, token)
    return edited(posting, token) or _done(posting, token, "edited")


@bp.route("/organisation", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]
def organisation(token: str) -> ResponseReturnValue:
    """The organisation of the posting; one that came from an import is changed where it came from."""
    posting = posting_of(token)
    if posting.organisation.source != "site":
        raise LinkRefusedError
    if request.method == "GET":
        return organisation_page(posting, token)
    return organisation_edited(posting, token) or _done(posting, token, "organisation")


@bp.route("/clore", methods=["GET", "POST"])
def close(token: str) -> ResponseReturnValue:
    """Ask why, then take the posting out of every search."""
    posting = posting_of(token)
    form = CloseForm()
    if request.method == "GET":
        return render_template("manage/close.html", posting=posting, token=token, form=form)
    try:
        reason = ClosedReason(form.reason.data or "")
    except ValueError:
        problem = FieldProblem("reason", ProblemCode.UNKNOWN_CHOICE, {"value": (form.reason.data or "")[:80]})
        form.reason.errors = [sentence(problem)]
        return render_template("manage/close.html", posting=posting, token=token, form=form), 422
    closing.close_posting(db.session, posting, reason, utc_now())
    soon()
    return _done(posting, token, "closed")


@bp.post("/rouvrir")
def reopen(token: str) -> ResponseReturnValue:
    """Open a closed posting again."""
    posting = posting_of(token)
    use_cases.reopen_posting(db.session, posting, today())
    return _done(posting, token, "reopened")


@bp.post("/pause")
def pause(token: str) -> ResponseReturnValue:
    """Keep the posting out of every search before a day."""
    posting = posting_of(token)
    form = PauseForm()
    typed = (form.paused_until.data or "").strip()
    until = parse_date(typed)
    try:
        if until is None:
            code = ProblemCode.BAD_DATE if typed else ProblemCode.REQUIRED
            raise DraftProblems([FieldProblem("paused_until", code, {"value": typed[:80]})])
        use_cases.pause_posting(db.session, posting, until, today=today())
    except DraftProblems as error:
        form.paused_until.errors = [sentence(problem) for problem in error.problems]
        return _page(posting, token, pause_form=form), 422
    return _done(posting, token, "paused")


@bp.post("/reprendre")
def resume(token: str) -> ResponseReturnValue:
    """End the pause."""
    posting = posting_of(token)
    use_cases.pause_posting(db.session, posting, None, today=today())
    return _done(posting, token, "resumed")


@bp.post("/renouveler")
def renew(token: str) -> ResponseReturnValue:
    """Give the posting its whole life again from today."""
    posting = posting_of(token)
    use_cases.renew_posting(db.session, posting, today())
    return _done(posting, token, "renewed")


@bp.post("/places")
def taken(token: str) -> ResponseReturnValue:
    """Say how many requests an offer has taken on this month."""
    posting = posting_of(token)
    if not isinstance(posting, Offer):
        raise LinkRefusedError
    form = TakenForm()
    typed = (form.taken.data or "").strip()
    number = parse_number(typed)
    try:
        if number is None or not number.is_integer():
            code = ProblemCode.NOT_A_NUMBER if number is None else ProblemCode.NOT_WHOLE
            raise DraftProblems([FieldProblem("taken", code if typed else ProblemCode.REQUIRED, {"value": typed[:80]})])
        use_cases.set_taken(db.session, posting, int(number), today())
    except DraftProblems as error:
        form.taken.errors = [sentence(problem) for problem in error.problems]
        return _page(posting, token, taken_form=form), 422
    return _done(posting, token, "taken")


@bp.route("/liens", methods=["GET", "POST"])
def cancel_links(token: str) -> ResponseReturnValue:
    """Ask, then make every link given so far worthless; the answer is at a new one."""
    posting = posting_of(token)
    if request.method == "GET":
        return render_template("manage/cancel_links.html", posting=posting, token=token)
    use_cases.cancel_links(db.session, posting)
    return _done(posting, token, "links", nouveau=1)


def _done(posting: Need | Offer, token: str, what: str, **more: Any) -> ResponseReturnValue:
    """Send the browser to the management page, so that a reload sends nothing twice."""
    goes_on = token if is_reference(token) else token_for(posting)
    return redirect(url_for("manage.show", token=goes_on, fait=what, **more), 303)


def _page(
    posting: Need | Offer, token: str, *, pause_form: PauseForm | None = None, taken_form: TakenForm | None = None
) -> str:
    day = today()
    fresh = "nouveau" in request.args and request.method == "GET"
    return render_template(
        "manage/show.html",
        posting=posting,
        token=token,
        link=link_to(posting) if fresh and not (is_reference(token) and not request.args.get("fait")) else None,
        by_member=is_reference(token),
        is_new=fresh,
        done=DONE.get(request.args.get("fait", "")),
        is_live=posting.is_live(day),
        is_open=posting.status is PostingStatus.OPEN,
        is_expired=posting.expires_on is not None and posting.expires_on < day,
        is_paused=posting.paused_until is not None and posting.paused_until > day,
        may_renew=posting.expires_on is not None and posting.expires_on <= day + timedelta(days=RENEW_DAYS),
        room=posting.room_left(day) if isinstance(posting, Offer) else None,
        exposure=exposure(db.session, posting),
        proposals=_first_proposals(posting) if fresh and posting.held_at is None else None,
        answers=counts(pairs_of(db.session, posting, day)),
        open_questions=unanswered(db.session, posting.id) if isinstance(posting, Need) else 0,
        pause_form=pause_form or PauseForm(formdata=None),
        taken_form=taken_form or TakenForm(formdata=None, data={"taken": _taken(posting, day)}),
    )


def _first_proposals(posting: Need | Offer) -> Proposals:
    """The best few for a posting that is new here, without those that ended with a no already."""
    ended = ended_with(db.session, posting)
    found = services().matcher.proposals(db.session, posting, limit=SHOWN_PROPOSALS + len(ended), near_misses=False)
    return replace(found, items=[match for match in found.items if match.posting.id not in ended][:SHOWN_PROPOSALS])


def _taken(posting: Need | Offer, day: date) -> str:
    """Requests that an offer has taken on in the month of ``day``, as its form shows them."""
    if not isinstance(posting, Offer) or posting.taken_month != f"{day:%Y-%m}":
        return "0"
    return str(posting.taken_this_month)
