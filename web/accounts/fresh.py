"""Pages that want to know once more that it is the account's own reader."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from matcher.store import Account
from web.accounts.addresses import here
from web.accounts.session import current_account, is_fresh

View = Callable[..., ResponseReturnValue]


def signed_in() -> Account:
    """The account at hand, on a page that the table of permissions keeps for those who are signed in."""
    account = current_account()
    if account is None:
        raise LookupError("this endpoint is not kept for accounts in web.permissions")
    return account


def fresh_sign_in(view: View) -> View:
    """Decorator: ask for the password first when the sign-in is not fresh."""

    @wraps(view)
    def guarded(*args: Any, **values: Any) -> ResponseReturnValue:
        if not is_fresh():
            return redirect(url_for("accounts.confirm_self", next=here()), 303)
        return view(*args, **values)

    return guarded
