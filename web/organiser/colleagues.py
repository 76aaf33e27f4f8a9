"""Who runs an event: accounts, invitations, the organisers' link; attaching an event to an account.

Whoever holds the link may do what owners do; an account with the role of an organiser may not change who runs it.
"""

from __future__ import annotations

from typing import Any, Final

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from matcher.accounts.invitations import TooManyInvitationsError
from matcher.clock import utc_now
from matcher.hackathons import inviting, organisers
from matcher.hackathons.organisers import LastOwnerError, OwnedByOthersError
from matcher.notifications.letters import Recipient
from matcher.people import OrganiserRole
from matcher.store import Hackathon, HackathonOrganiser
from matcher.store.session import writing
from web.accounts.fresh import signed_in
from web.accounts.session import current_account
from web.hackathons.letters import write
from web.i18n import current_language
from web.jobs import send_after_answer
from web.links import event_reference, hackathon_of, hackathon_of_link, is_event_reference, organiser_link
from web.organiser.access import acting, may_own, needs_owner, own_row
from web.organiser.forms import ColleagueForm
from web.organiser.joining import invitation_link
from web.organiser.sections import bp
from web.security import limited
from web.wiring import db

#: What the page says after a change; the address carries the name alone.
DONE: Final = {
    "invited": _l("The invitation is on its way."),
    "cancelled": _l("The invitation is taken back."),
    "role": _l("What this colleague may do is changed."),
    "removed": _l("This colleague no longer runs the event."),
    "links": _l("The old links no longer work. The new one is on this page."),
    "claimed": _l("The event now belongs to your account."),
}


@bp.get("/collegues")
def colleagues(token: str) -> ResponseReturnValue:
    """Everybody who runs the event; owners find the form to invite."""
    form = ColleagueForm(formdata=None, data={"role": OrganiserRole.ORGANISER.value})
    return _page(hackathon_of(token), token, form)


@bp.post("/collegues/inviter")
@limited("sign_in")
def invite(token: str) -> ResponseReturnValue:
    """Mail a colleague a link to join by."""
    hackathon, form = needs_owner(token), ColleagueForm()
    if not form.email.judge() or form.role.data not in set(OrganiserRole):
        return _page(hackathon, token, form), 422
    address, role = form.email.clean, OrganiserRole(form.role.data)
    try:
        with writing(db.session):
            row = inviting.invite(db.session, acting(token), hackathon.id, address, role, now=utc_now())
            key = f"hackathon:invitation:{row.id}"
            to = Recipient(address, current_language(), None)
            write("invited", key, to, hackathon, invitation_link(row), ends_at=row.expires_at)
    except TooManyInvitationsError:
        form.email.errors = [gettext("Many invitations are still open. Wait for answers, or take some back.")]
        return _page(hackathon, token, form), 422
    send_after_answer()
    return _done(token, "invited")


@bp.post("/collegues/invitations/<number:id>/annuler")
def cancel_invitation(token: str, id: int) -> ResponseReturnValue:  # noqa: A002 - the name in the address
    """Take an invitation back."""
    inviting.cancel(db.session, acting(token), needs_owner(token).id, id)
    return _done(token, "cancelled")


@bp.post("/collegues/<number:id>/role")
def change_organiser(token: str, id: int) -> ResponseReturnValue:  # noqa: A002 - as above
    """Make an organiser an owner, or the other way round."""
    hackathon = needs_owner(token)
    row, role = _row(hackathon, id), request.form.get("role", "")
    if role not in set(OrganiserRole):
        abort(400)
    try:
        organisers.change_role(db.session, acting(token), row, OrganiserRole(role))
    except LastOwnerError:
        return _last_owner(hackathon, token)
    return _done(token, "role")


@bp.post("/collegues/<number:id>/retirer")
def remove_organiser(token: str, id: int) -> ResponseReturnValue:  # noqa: A002 - as above
    """End what a colleague does for the event."""
    hackathon = needs_owner(token)
    try:
        organisers.remove(db.session, acting(token), _row(hackathon, id))
    except LastOwnerError:
        return _last_owner(hackathon, token)
    return _done(token, "removed")


@bp.route("/collegues/quitter", methods=["GET", "POST"])
def leave(token: str) -> ResponseReturnValue:
    """Ask, then run the event no longer; the last owner hands over first, if there is somebody to hand over to."""
    hackathon, own = hackathon_of(token), own_row(token)
    if own is None:
        abort(404)  # a link cannot leave
    rows = organisers.organisers_of(db.session, hackathon.id)
    blocked = organisers.is_last_owner(db.session, own) and len(rows) > 1
    link = organiser_link(hackathon) if len(rows) == 1 else ""
    if request.method == "GET" or blocked:
        told = render_template("organiser/leave.html", hackathon=hackathon, token=token, blocked=blocked, link=link)
        return told, 422 if request.method == "POST" else 200
    organisers.remove(db.session, acting(token), own)
    flash(gettext("You no longer run %(event)s.", event=hackathon.title), "done")
    return redirect(url_for("accounts.home"), 303)


@bp.route("/compte", methods=["GET", "POST"])
@limited("sign_in", methods=["POST"])
def claim(token: str) -> ResponseReturnValue:
    """Attach the event of a link to one's account, unless somebody else's account owns it."""
    if is_event_reference(token):
        return redirect(url_for("organiser.show", token=token), 303)
    hackathon, account = hackathon_of_link(token), signed_in()
    own = event_reference(hackathon)
    if organisers.organises(db.session, account.id, hackathon.id) is not None:
        return redirect(url_for("organiser.show", token=own), 303)
    owned = organisers.has_owner(db.session, hackathon.id)
    if request.method == "GET" or owned:
        told = render_template("organiser/claim.html", hackathon=hackathon, token=token, owned=owned)
        return told, 409 if request.method == "POST" else 200
    try:
        organisers.claim(db.session, account, hackathon, cancel_links="cancel" in request.form)
    except OwnedByOthersError:  # in this very moment
        return render_template("organiser/claim.html", hackathon=hackathon, token=token, owned=True), 409
    return _done(own, "claimed")


def _page(hackathon: Hackathon, token: str, form: ColleagueForm, *, notice: str | None = None) -> str:
    by_account = is_event_reference(token)
    return render_template(
        "organiser/colleagues.html",
        hackathon=hackathon,
        token=token,
        form=form,
        problems=form.problem_list(),
        notice=notice,
        done=DONE.get(request.args.get("fait", "")),
        own=own_row(token),
        may_own=may_own(token),
        organisers=organisers.organisers_of(db.session, hackathon.id),
        invitations=inviting.invitations_of(db.session, hackathon.id, utc_now()),
        link=organiser_link(hackathon) if by_account and may_own(token) else "",
        may_claim=not by_account and not organisers.has_owner(db.session, hackathon.id),
        account=current_account(),
    )


def _row(hackathon: Hackathon, number: int) -> HackathonOrganiser:
    """An organiser of this event, not of another."""
    rows = organisers.organisers_of(db.session, hackathon.id)
    return next((row for row in rows if row.id == number), None) or abort(404)


def _last_owner(hackathon: Hackathon, token: str) -> ResponseReturnValue:
    notice = gettext("An event that accounts run needs an owner. Make somebody else one first.")
    return _page(hackathon, token, ColleagueForm(formdata=None), notice=notice), 422


def _done(token: str, what: str, **more: Any) -> ResponseReturnValue:
    return redirect(url_for("organiser.colleagues", token=token, fait=what, **more), 303)
