"""The public form: somebody registers for a hackathon, without an account."""

from __future__ import annotations

from typing import Final

from flask import current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from matcher.clock import today
from matcher.hackathons.queries import registration_is_open
from matcher.hackathons.registering import free_places
from matcher.notifications.sending import server_is_away
from matcher.postings.drafts import DraftProblems
from matcher.store import Hackathon
from web.accounts.session import current_account
from web.jobs import send_after_answer
from web.links import participation_token
from web.mail import sends_for_real
from web.posting.views import SENT_TOO_LATE, SENT_TOO_OFTEN, csrf_refused
from web.registrations.area import bp, public_hackathon
from web.registrations.forms import RegistrationForm
from web.registrations.pages import PROPOSE_BUTTON, form_page, proposal_page
from web.registrations.submission import check, store_from_site
from web.security import csrf, honeypot_problem, limited, limiter
from web.wiring import db

TEMPLATE: Final = "registrations/new.html"
#: Where a session keeps the address that was just registered, to say so on the next page.
_REGISTERED: Final = "registered_at"


@bp.route("/hackathons/<titled:id>/inscription", methods=["GET", "POST"], endpoint="new")
@csrf.exempt  # type: ignore[untyped-decorator]
@limited("coach", methods=["POST"])
def new(id: int) -> ResponseReturnValue:  # noqa: A002  (the name is part of the site's addresses)
    """The empty form, or what becomes of the one that was sent."""
    hackathon = public_hackathon(id)
    if not registration_is_open(hackathon, today()):
        return render_template("registrations/closed.html", hackathon=hackathon), _closed_status()
    form = RegistrationForm()
    if request.method == "GET":
        return _page(hackathon, form)
    if csrf_refused():
        return _page(hackathon, form, notice=SENT_TOO_LATE), 400
    if PROPOSE_BUTTON in request.form:
        return proposal_page(TEMPLATE, hackathon, form, free=free_places(db.session, hackathon))
    if robot := honeypot_problem(request.form):
        return _page(hackathon, form, notice=robot), 422
    return _registered(hackathon, form)


def _registered(hackathon: Hackathon, form: RegistrationForm) -> ResponseReturnValue:
    """Register, and say that a mail is on its way; or say what has to be mended.

    The answer is the same for an address that is registered already: its reader alone is told, by that mail. Whoever
    is signed in with the address goes to their own page at once.
    """
    try:
        draft = check(hackathon, form)
        if _too_often():
            return _page(hackathon, form, notice=SENT_TOO_OFTEN), 429
        registration = store_from_site(hackathon, form, draft)
    except DraftProblems as error:
        form.attach(error.problems)
        return _page(hackathon, form), 422
    send_after_answer()
    account = current_account()
    if account is not None and account.email == draft.email:
        return redirect(url_for("registrations.show", token=participation_token(registration), nouveau=1), 303)
    session[_REGISTERED] = draft.email
    return redirect(url_for("registrations.received", id=hackathon.id), 303)


@bp.get("/hackathons/<titled:id>/inscription/recue")
def received(id: int) -> ResponseReturnValue:  # noqa: A002
    """Say that a mail with the link of one's own page is on its way, whoever registered."""
    told = render_template(
        "registrations/received.html",
        hackathon=public_hackathon(id),
        address=session.get(_REGISTERED, ""),
        sends_for_real=sends_for_real(),
        server_is_away=server_is_away(db.session),
    )
    return told, 200, {"Cache-Control": "no-store"}


def _page(hackathon: Hackathon, form: RegistrationForm, notice: object = None) -> str:
    return form_page(TEMPLATE, hackathon, form, notice=notice, free=free_places(db.session, hackathon))


def _closed_status() -> int:
    """A page that says when it was open is an answer; a form that comes too late is refused."""
    return 200 if request.method == "GET" else 409


def _too_often() -> bool:
    try:
        with limiter.limit(current_app.config["SETTINGS"].rate_registration):
            return False
    except TooManyRequests:
        return True
