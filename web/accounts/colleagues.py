"""Colleagues of an organisation: who is there, inviting, changing what somebody may do, leaving.

``web.permissions`` has let members of the organisation in alone; managers change things.
"""

from __future__ import annotations

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matcher.accounts import invitations, membership
from matcher.accounts.invitations import NotInvitedError, TooManyInvitationsError
from matcher.accounts.membership import LastManagerError
from matcher.clock import utc_now
from matcher.people import MembershipRole
from matcher.postings.queries import get_organisation
from matcher.store import Membership
from web.accounts.blueprint import bp
from web.accounts.entering import page
from web.accounts.forms import AccountForm, InviteForm
from web.accounts.fresh import signed_in
from web.accounts.letters import send
from web.accounts.links import DeadLinkError, invitation_link, invitation_of
from web.accounts.own import done
from web.security import limited
from web.wiring import db


@bp.get("/compte/organisations/<number:organisation_id>")
def colleagues(organisation_id: int) -> ResponseReturnValue:
    """Members and invitations; managers find the form to invite."""
    typed = {"email": request.args.get("adresse", ""), "role": MembershipRole.MEMBER.value}
    return _page(organisation_id, InviteForm(formdata=None, data=typed))


@bp.post("/compte/organisations/<number:organisation_id>/inviter")
@limited("sign_in")
def invite(organisation_id: int) -> ResponseReturnValue:
    """Mail a colleague a link to join by."""
    account, own, form = signed_in(), _manager(organisation_id), InviteForm()
    if not form.email.judge() or form.role.data not in set(MembershipRole):
        return _page(organisation_id, form), 422
    try:
        row = invitations.invite(
            db.session, account, organisation_id, form.email.clean, MembershipRole(form.role.data), now=utc_now()
        )
    except TooManyInvitationsError:
        form.email.errors = [gettext("Many invitations are still open. Wait for answers, or take some back.")]
        return _page(organisation_id, form), 422
    link = invitation_link(row)
    send("invitation", form.email.clean, link=link, who=account.name, organisation=own.organisation.name)
    return done(
        gettext("We have written to %(address)s.", address=form.email.clean),
        "accounts.colleagues",
        organisation_id=organisation_id,
    )


@bp.post("/compte/organisations/<number:organisation_id>/invitations/<number:id>/annuler")
def cancel_invitation(organisation_id: int, id: int) -> ResponseReturnValue:  # noqa: A002 - the name in the address
    """Take an invitation back."""
    _manager(organisation_id)
    invitations.cancel(db.session, signed_in(), organisation_id, id)
    return done(gettext("The invitation is taken back."), "accounts.colleagues", organisation_id=organisation_id)


@bp.post("/compte/organisations/<number:organisation_id>/membres/<number:id>/role")
def change_member(organisation_id: int, id: int) -> ResponseReturnValue:  # noqa: A002 - as above
    """Make a member a manager, or the other way round."""
    _manager(organisation_id)
    row = _member(organisation_id, id)
    try:
        membership.change_role(db.session, signed_in(), row, MembershipRole(request.form.get("role", "")))
    except ValueError as error:  # LastManagerError too
        return _kept(organisation_id, error)
    return done(
        gettext("What this colleague may do is changed."), "accounts.colleagues", organisation_id=organisation_id
    )


@bp.post("/compte/organisations/<number:organisation_id>/membres/<number:id>/retirer")
def remove_member(organisation_id: int, id: int) -> ResponseReturnValue:  # noqa: A002 - as above
    """End a colleague's membership."""
    _manager(organisation_id)
    try:
        membership.remove(db.session, signed_in(), _member(organisation_id, id))
    except LastManagerError as error:
        return _kept(organisation_id, error)
    return done(gettext("This colleague no longer belongs to it."), "accounts.home")


@bp.route("/compte/organisations/<number:organisation_id>/quitter", methods=["GET", "POST"])
def leave(organisation_id: int) -> ResponseReturnValue:
    """Leave; the last manager hands over first."""
    own = _own(organisation_id)
    blocked = membership.is_last_manager(db.session, own)
    if request.method == "GET":
        return page("leave", AccountForm(), own=own, blocked=blocked)
    if blocked:
        return page("leave", AccountForm(), own=own, blocked=blocked), 422
    membership.remove(db.session, signed_in(), own)
    return done(gettext("You no longer belong to it."), "accounts.home")


@bp.route("/compte/invitation/<token>", methods=["GET", "POST"])
def invitation(token: str) -> ResponseReturnValue:
    """A colleague's invitation: a button, then in."""
    found, account = invitation_of(token), signed_in()
    ours = invitations.is_for(found, account)
    organisation = get_organisation(db.session, found.organisation_id) or abort(404)
    if request.method == "GET" or not ours:
        return page("invitation", AccountForm(), organisation=organisation, ours=ours), 200 if ours else 403
    try:
        invitations.accept(db.session, account, found.id, now=utc_now())
    except NotInvitedError:
        raise DeadLinkError from None
    return done(gettext("You now act for %(name)s.", name=organisation.name), "accounts.home")


def _page(organisation_id: int, form: InviteForm, *, notice: str | None = None) -> str:
    own = _own(organisation_id)
    return page(
        "colleagues",
        form,
        own=own,
        is_manager=own.role is MembershipRole.MANAGER,
        members=membership.members_of(db.session, organisation_id),
        invitations=invitations.invitations_of(db.session, organisation_id, utc_now()),
        notice=notice,
    )


def _own(organisation_id: int) -> Membership:
    found = membership.membership_of(db.session, signed_in().id, organisation_id)
    return found or abort(404)


def _manager(organisation_id: int) -> Membership:
    """One's own membership, as a manager. Raises Forbidden."""
    own = _own(organisation_id)
    return own if own.role is MembershipRole.MANAGER else abort(403)


def _member(organisation_id: int, number: int) -> Membership:
    """A membership of this organisation, not of another."""
    rows = membership.members_of(db.session, organisation_id)
    return next((row for row in rows if row.id == number), None) or abort(404)


def _kept(organisation_id: int, error: ValueError) -> ResponseReturnValue:
    if not isinstance(error, LastManagerError):
        abort(400)  # a role that does not exist
    notice = gettext("An organisation needs a manager. Make somebody else one first.")
    return _page(organisation_id, InviteForm(formdata=None), notice=notice), 422
