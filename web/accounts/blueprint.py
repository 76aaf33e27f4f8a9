"""The blueprint that every module of accounts adds its routes to, and what its pages list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, current_app
from flask_babel import lazy_gettext as _l

from web.accounts.session import current_account
from web.permissions import WHO_MAY, may

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString

bp = Blueprint("accounts", __name__)

#: What an account has beside its organisations, in order; each is listed where the site has it and the role opens it.
PARTS: Final[tuple[tuple[str, LazyString], ...]] = (
    ("animator.home", _l("Animation of the territory")),
    ("accounts.roles", _l("Roles")),
    ("accounts.details", _l("My details")),
    ("accounts.security", _l("Security")),
    ("privacy.own_data", _l("My data")),
    ("privacy.own_delete", _l("Delete my account")),
)


def account_parts() -> list[tuple[str, LazyString]]:
    """Endpoint and name of each part that is open to the account at hand."""
    account, known = current_account(), current_app.view_functions
    return [(name, words) for name, words in PARTS if name in known and may(account, WHO_MAY[name])]


@bp.app_context_processor
def _for_templates() -> dict[str, Any]:
    return {"current_account": current_account, "account_parts": account_parts}
