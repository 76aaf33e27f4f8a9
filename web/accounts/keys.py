"""Passkeys (WebAuthn Level 2): a device proves who its reader is. Needs JavaScript; every other way in does not.

The page asks for what the device has to sign (``…_options``), and sends what it signed as JSON.
"""

from __future__ import annotations

import base64
import time
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Response, current_app, jsonify, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matcher.accounts.passkeys import (
    CopiedPasskeyError,
    TooManyPasskeysError,
    note_use,
    passkey_at,
)
from matcher.accounts.passkeys import (
    add_passkey as keep_passkey,
)
from matcher.accounts.passkeys import (
    remove_passkey as forget_passkey,
)
from matcher.clock import utc_now
from web.accounts.addresses import safe_next
from web.accounts.blueprint import bp
from web.accounts.fresh import fresh_sign_in, signed_in
from web.accounts.letters import send
from web.accounts.own import done
from web.accounts.session import begin
from web.i18n import public_root, public_url
from web.security import limited
from web.wiring import db

#: Seconds in which a device has to answer. Chosen: finding a key in a bag takes a while.
ANSWER_S: Final = 300
_CHALLENGE: Final = "passkey_challenge"


@bp.post("/connexion/cle/options")
@limited("sign_in")
def sign_in_options() -> ResponseReturnValue:
    """What a device has to sign so that its reader is let in. It names no account: the device knows which."""
    from webauthn import generate_authentication_options  # noqa: PLC0415 - loads keys and certificates
    from webauthn.helpers.structs import UserVerificationRequirement  # noqa: PLC0415

    options = generate_authentication_options(
        rp_id=_site(), timeout=ANSWER_S * 1000, user_verification=UserVerificationRequirement.REQUIRED
    )
    return _asked(options, options.challenge, "sign-in")


@bp.post("/connexion/cle")
@limited("sign_in")
def sign_in_passkey() -> ResponseReturnValue:
    """Let in whoever's device signed rightly."""
    from webauthn import verify_authentication_response  # noqa: PLC0415 - as above
    from webauthn.helpers import base64url_to_bytes  # noqa: PLC0415
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    challenge, answer = _challenge("sign-in"), _answer()
    try:
        passkey = passkey_at(db.session, base64url_to_bytes(str(answer.get("id", "")))) if challenge else None
        if passkey is None or challenge is None or not passkey.account.active:
            return _refused()
        checked = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=_site(),
            expected_origin=public_root(),
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
        note_use(db.session, passkey, checked.new_sign_count, utc_now())
    except (WebAuthnException, CopiedPasskeyError, ValueError, KeyError, TypeError):
        return _refused()
    goes_on = safe_next(request.args.get("next")) or url_for("accounts.home")
    begin(passkey.account, goes_on, is_both_steps=True)
    return jsonify({"next": goes_on})


@bp.post("/compte/cles/options")
@fresh_sign_in
def passkey_options() -> ResponseReturnValue:
    """What a device has to make a passkey from."""
    from webauthn import generate_registration_options  # noqa: PLC0415 - as above
    from webauthn.helpers.structs import (  # noqa: PLC0415
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    account = signed_in()
    options = generate_registration_options(
        rp_id=_site(),
        rp_name="Passerelle",
        user_id=bytes.fromhex(account.passkey_handle or ""),
        user_name=account.email,
        user_display_name=account.name or account.email,
        timeout=ANSWER_S * 1000,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=row.credential_id) for row in account.passkeys],
    )
    return _asked(options, options.challenge, f"add {account.id}")


@bp.post("/compte/cles")
@fresh_sign_in
def add_passkey() -> ResponseReturnValue:
    """Keep the passkey that a device has made."""
    from webauthn import verify_registration_response  # noqa: PLC0415 - as above
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    account, answer = signed_in(), _answer()
    challenge = _challenge(f"add {account.id}")
    if challenge is None:
        return _refused()
    try:
        checked = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=_site(),
            expected_origin=public_root(),
            require_user_verification=True,
        )
        kept = keep_passkey(
            db.session,
            account,
            credential_id=checked.credential_id,
            public_key=checked.credential_public_key,
            sign_count=checked.sign_count,
            transports=_transports(answer),
            backup_state=checked.credential_backed_up,
            device_type=checked.credential_device_type.value,
            name=str(request.args.get("nom", "")),
            now=utc_now(),
        )
    except (WebAuthnException, TooManyPasskeysError, ValueError, KeyError, TypeError):
        return _refused()
    if kept is None:
        return _refused()
    link = public_url(url_for("accounts.security"))
    send("passkey_added", account.email, link=link, language=account.language, passkey=kept.name)
    return jsonify({"next": url_for("accounts.security")})


@bp.post("/compte/cles/<number:id>/retirer")
@fresh_sign_in
def remove_passkey(id: int) -> ResponseReturnValue:  # noqa: A002 - the name in the address
    """Forget one of one's own passkeys."""
    if not forget_passkey(db.session, signed_in(), id):
        return done(gettext("There is no such passkey any more."), "accounts.security")
    return done(gettext("The passkey is removed."), "accounts.security")


def _asked(options: Any, challenge: bytes, purpose: str) -> Response:
    from webauthn import options_to_json  # noqa: PLC0415 - as above

    session[_CHALLENGE] = [purpose, base64.b64encode(challenge).decode("ascii"), time.time()]
    return current_app.response_class(options_to_json(options), mimetype="application/json")


def _challenge(purpose: str) -> bytes | None:
    """What was to be signed for ``purpose`` in this session, once; None when it is too old."""
    kept = session.pop(_CHALLENGE, None)
    if kept is None or kept[0] != purpose or time.time() - kept[2] > ANSWER_S:
        return None
    return base64.b64decode(kept[1])


def _answer() -> dict[str, Any]:
    told = request.get_json(silent=True)
    return told if isinstance(told, dict) else {}


def _transports(answer: dict[str, Any]) -> list[str]:
    response = answer.get("response")
    told = response.get("transports") if isinstance(response, dict) else None
    return [str(each)[:20] for each in told[:8]] if isinstance(told, list) else []


def _site() -> str:
    """Host that passkeys belong to."""
    return urlsplit(public_root()).hostname or ""


def _refused() -> ResponseReturnValue:
    return jsonify({"problem": gettext("This passkey was not accepted. Try again, or use another way in.")}), 422
