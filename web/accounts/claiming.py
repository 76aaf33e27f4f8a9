"""From a signed link to an account: whoever holds a posting's link attaches its organisation to their account."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matcher.accounts.membership import ManagedByOthersError, has_manager, members_of
from matcher.accounts.membership import claim as attach_organisation
from matcher.people import MembershipRole
from matcher.store import Account, Organisation
from web.accounts.blueprint import bp
from web.accounts.entering import page
from web.accounts.forms import AccountForm
from web.accounts.fresh import signed_in
from web.accounts.letters import send
from web.accounts.own import done
from web.i18n import public_url
from web.manage.links import is_reference, posting_of, reference_of
from web.security import limited
from web.wiring import db


@bp.route("/gerer/<token>/compte", methods=["GET", "POST"])
@limited("sign_in", methods=["POST"])
def claim(token: str) -> ResponseReturnValue:
    """Attach the organisation of the posting; ask to join when others manage it."""
    posting, account = posting_of(token), signed_in()
    organisation = posting.organisation
    if is_reference(token):
        return redirect(url_for("manage.show", token=token), 303)
    if request.method == "GET":
        managed = has_manager(db.session, organisation.id)
        return page("claim", AccountForm(), posting=posting, token=token, managed=managed)
    try:
        attach_organisation(db.session, account, posting, cancel_links="cancel" in request.form)
    except ManagedByOthersError:
        _ask_managers(account, organisation)
        return done(gettext("We have asked those who manage it. They can invite you."), "accounts.home")
    if organisation.contact_email and organisation.contact_email.lower() != account.email:
        send("claimed", organisation.contact_email, language=organisation.language, organisation=organisation.name)
    return done(
        gettext("%(name)s now belongs to your account.", name=organisation.name),
        "manage.show",
        token=reference_of(posting),
    )


def _ask_managers(account: Account, organisation: Organisation) -> None:
    path = url_for("accounts.colleagues", organisation_id=organisation.id, adresse=account.email)
    for row in members_of(db.session, organisation.id):
        if row.role is MembershipRole.MANAGER:
            send(
                "asks_to_join",
                row.account.email,
                link=public_url(path),
                language=row.account.language,
                who=account.name,
                address=account.email,
                organisation=organisation.name,
            )
