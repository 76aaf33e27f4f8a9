"""What is mailed about a registration, and the address that it is mailed to: confirmed by its reader before it counts.

No page says whether an address is registered for an event: that is told to the address alone.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Final

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeTimedSerializer

from matcher.clock import today, utc_now
from matcher.hackathons.announcing import mail_key
from matcher.hackathons.queries import get_registration
from matcher.hackathons.registering import change_email, registered_at
from matcher.notifications.letters import Recipient
from matcher.store import Registration
from matcher.store.encryption import blind_index
from matcher.vocabulary import Language, RegistrationStatus
from web.hackathons.letters import write
from web.i18n import public_url
from web.links import LinkRefusedError, participation_link, participation_token
from web.registrations.area import bp
from web.security import limited
from web.wiring import db

PURPOSE: Final = "registration-address"
#: How long the link of a new address works. Chosen: as for accounts.
LIFE: Final = timedelta(days=1)
#: A token of the longest address holds about 500 characters.
_MAX: Final = 800


def tell_received(registration: Registration, *, is_new: bool, language: Language) -> None:
    """Queue the mail with the link of one's own page; for a repeated registration at most once a day.

    Joins the transaction of the caller, so that nobody is registered without a mail.
    """
    name = "again"
    key = f"again:{today()}"
    if is_new:
        name = "waiting" if registration.status is RegistrationStatus.WAITING else "received"
        key, language = "received", registration.language
    _write(name, registration, registration.email, language, key, participation_link(registration))


def ask_to_confirm(registration: Registration, address: str) -> None:
    """Write to a new ``address`` of somebody: to confirm it; or, where another registration has it, to say that.

    Joins the transaction of the caller.
    """
    other = registered_at(db.session, registration.hackathon, address)
    if other is not None and other.id != registration.id:
        tell_received(other, is_new=False, language=other.language)
        return
    key = f"address:{blind_index(address)[:16]}:{utc_now():%Y%m%d%H}"
    _write("address", registration, address, registration.language, key, email_link(registration, address))


def email_link(registration: Registration, address: str) -> str:
    """Where the reader of ``address`` confirms it; used up by that, and by every other change of the address."""
    payload = [registration.id, registration.link_version, registration.email_index or "", address]
    return public_url(url_for("registrations.confirm_email", token=_serializer().dumps(payload)))


@bp.route("/participation/adresse/<token>", methods=["GET", "POST"])
@limited("sign_in", methods=["POST"])
def confirm_email(token: str) -> ResponseReturnValue:
    """The reader of a new address confirms it, with a button."""
    registration, address = _email_of(token)
    hackathon = registration.hackathon
    if request.method == "GET":
        return render_template("registrations/confirm_email.html", hackathon=hackathon, address=address)
    if not change_email(db.session, registration, address):
        raise LinkRefusedError  # registered with it meanwhile
    own = participation_token(registration)
    return redirect(url_for("registrations.show", token=own, fait="address"), 303)


def _email_of(token: str) -> tuple[Registration, str]:
    """Registration and new address of a link. Raises LinkRefusedError."""
    if len(token) > _MAX:
        raise LinkRefusedError
    try:
        number, version, before, address = _serializer().loads(token, max_age=int(LIFE.total_seconds()))
    except (BadData, TypeError, ValueError) as error:
        raise LinkRefusedError from error
    registration = get_registration(db.session, int(number))
    if registration is None or (registration.link_version, registration.email_index or "") != (version, before):
        raise LinkRefusedError
    return registration, str(address)


def _write(name: str, registration: Registration, address: str, language: Language, what: str, link: str) -> None:
    hackathon = registration.hackathon
    key = mail_key(hackathon.id, registration.id, what)
    write(name, key, Recipient(address, language, None), hackathon, link)


def _serializer() -> URLSafeTimedSerializer:
    key = str(current_app.secret_key)
    return URLSafeTimedSerializer(key, salt=PURPOSE, signer_kwargs={"digest_method": hashlib.sha256})
