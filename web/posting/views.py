"""Post a need, post an offer: the routes that the blueprints of both areas get from here."""

from __future__ import annotations

from typing import Any, Final

from flask import current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import TooManyRequests

from matcher.postings.drafts import DraftProblems
from web.manage.links import own_token
from web.needs.views import bp as needs
from web.offers.views import bp as offers
from web.posting.coaching import Coaching, coach_form
from web.posting.forms import PostingForm
from web.posting.sides import NEED_SIDE, OFFER_SIDE, Side
from web.posting.submission import check, known_organisations, publish
from web.posting.terms import offer_terms
from web.security import csrf, honeypot_problem, limited, limiter

#: Name of the button that asks the coach instead of publishing, for pages without JavaScript.
CHECK_BUTTON: Final = "check"

SENT_TOO_LATE: Final = _l(
    "This page had been open for so long that we could not be sure that it was you. "
    "Everything that you typed is still here: please send it once more."
)

SENT_TOO_OFTEN: Final = _l(
    "A lot has been published from your address in a short time. Keep this page open and send it again "
    "in an hour: everything that you typed is still here."
)


@needs.route("/besoins/nouveau", methods=["GET", "POST"], endpoint="new")
@csrf.exempt  # type: ignore[untyped-decorator]
@limited("coach", methods=["POST"])
def new_need() -> ResponseReturnValue:
    """Write a need: the empty form, or what becomes of the one that was sent."""
    return _new(NEED_SIDE)


@offers.route("/offres/nouvelle", methods=["GET", "POST"], endpoint="new")
@csrf.exempt  # type: ignore[untyped-decorator]
@limited("coach", methods=["POST"])
def new_offer() -> ResponseReturnValue:
    """Write an offer."""
    return _new(OFFER_SIDE)


@needs.post("/besoins/coach", endpoint="coach")
@limited("coach")
def coach_need() -> ResponseReturnValue:
    """What the coach says about a need that is being written; a piece of the page."""
    return _coach(NEED_SIDE)


@offers.post("/offres/coach", endpoint="coach")
@limited("coach")
def coach_offer() -> ResponseReturnValue:
    """What the coach says about an offer that is being written."""
    return _coach(OFFER_SIDE)


def csrf_refused() -> bool:
    """True when the form at hand carries no valid token; views that ask are exempt from the general check.

    Raises CSRFError for a form that another site sent: showing it filled in would help a swindler.
    """
    if not current_app.config.get("WTF_CSRF_ENABLED", True):
        return False
    try:
        csrf.protect()
    except CSRFError:
        if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            raise
        g.pop("csrf_token", None)  # a new one, in case the session was lost with the old one
        return True
    return False


def too_often() -> bool:
    """True when this address has published as much as the setting allows. Counts one more otherwise."""
    try:
        with limiter.limit(lambda: str(current_app.config["RATE_POSTING"])):
            return False
    except TooManyRequests:
        return True


def _new(side: Side) -> ResponseReturnValue:
    form = side.form()
    form.prepare(known_organisations())
    if request.method == "GET":
        begun = form[form.text_field]
        begun.data = request.args.get(begun.name, "")  # a search that found nothing goes on here
        return _page(side, form)
    if csrf_refused():
        return _page(side, form, notice=SENT_TOO_LATE), 400
    if CHECK_BUTTON in request.form:
        return _page(side, form, coaching=coach_form(side, form))
    if robot := honeypot_problem(request.form):
        return _page(side, form, notice=robot), 422
    return _published(side, form)


def _published(side: Side, form: PostingForm) -> ResponseReturnValue:
    """Publish ``form`` and go to the author's own page of it; or say what has to be mended."""
    try:
        ready = check(side, form)
        if too_often():
            return _page(side, form, notice=SENT_TOO_OFTEN), 429
        posting = publish(side, form, ready)
    except DraftProblems as error:
        form.attach(error.problems)
        return _page(side, form, coaching=coach_form(side, form)), 422
    return redirect(url_for("manage.show", token=own_token(posting), nouveau=1), 303)


def _page(side: Side, form: PostingForm, *, coaching: Coaching | None = None, notice: Any = None) -> str:
    return render_template(
        f"posting/{side.kind.value}.html",
        posting=None,
        form=form,
        side=side,
        terms=offer_terms(form),
        coaching=coaching,
        notice=notice,
        problems=form.problem_list(),
    )


def _coach(side: Side) -> str:
    form = side.form()
    form.prepare(known_organisations())
    edited = request.form.get("posting_id", "")
    coaching = coach_form(side, form, int(edited) if edited.isdecimal() and len(edited) < 10 else None)
    return render_template("posting/_coach.html", form=form, side=side, coaching=coaching)
