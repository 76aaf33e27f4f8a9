"""A colleague's invitation to run an event: a mailed link, a page with a button, then in."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeTimedSerializer

from matcher.accounts.invitations import INVITATION_LIFE, NotInvitedError
from matcher.clock import utc_now
from matcher.hackathons.inviting import accept, is_for, open_invitation
from matcher.store import OrganiserInvitation
from web.accounts.fresh import signed_in
from web.accounts.links import DeadLinkError
from web.i18n import public_url
from web.links import event_reference
from web.manage.links import MAX_TOKEN_CHARS
from web.wiring import db

bp = Blueprint("joining", __name__, url_prefix="/compte/hackathons")

#: What the signature is for.
PURPOSE: Final = "organiser-invitation"


@bp.route("/invitation/<token>", methods=["GET", "POST"])
def invitation(token: str) -> ResponseReturnValue:
    """Say what it is; join at the press of the button. The link of another account's invitation lets nobody in."""
    found, account = invitation_of(token), signed_in()
    ours, hackathon = is_for(found, account), found.hackathon
    if request.method == "GET" or not ours:
        told = render_template("organiser/invitation.html", hackathon=hackathon, ours=ours, problems=[], notice=None)
        return told, 200 if ours else 403
    try:
        accept(db.session, account, found.id, now=utc_now())
    except NotInvitedError:
        raise DeadLinkError from None
    return redirect(url_for("organiser.show", token=event_reference(hackathon)), 303)


def invitation_link(invitation: OrganiserInvitation) -> str:
    """Where a colleague answers; used up by the answer, or when the invitation is taken back."""
    token = _serializer().dumps([invitation.id, _mark(invitation)])
    return public_url(url_for("joining.invitation", token=token))


def invitation_of(token: str) -> OrganiserInvitation:
    """The open invitation of a link. Raises DeadLinkError."""
    if len(token) > MAX_TOKEN_CHARS:
        raise DeadLinkError
    try:
        number, mark = _serializer().loads(token, max_age=int(INVITATION_LIFE.total_seconds()))
        found = open_invitation(db.session, int(number), utc_now())
    except (BadData, TypeError, ValueError, NotInvitedError) as error:
        raise DeadLinkError from error
    if not hmac.compare_digest(_mark(found), str(mark)):
        raise DeadLinkError
    return found


def _mark(invitation: OrganiserInvitation) -> str:
    """To whom and until when: an invitation that was sent again has another link."""
    return f"{invitation.address_index[:16]} {invitation.expires_at.isoformat()}"


def _serializer() -> URLSafeTimedSerializer:
    key = str(current_app.secret_key)
    return URLSafeTimedSerializer(key, salt=PURPOSE, signer_kwargs={"digest_method": hashlib.sha256})
