"""Where a reader goes on after signing in: a page of this site, or nowhere."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from flask import request, url_for

#: Characters of an address to come back to. Chosen: longer than any of ours.
_MAX: Final = 1000


def here() -> str:
    """Address of the page at hand, to come back to; the account's home for one that answers no GET."""
    if request.method not in {"GET", "HEAD"}:
        return url_for("accounts.home")
    path = f"{request.script_root}{request.full_path}"
    return path.removesuffix("?")


def safe_next(given: str | None) -> str | None:
    """``given`` when it is a path of this site; None for anything that a browser could take elsewhere.

    >>> safe_next("/compte"), safe_next("//evil.example"), safe_next("/\\\\evil.example"), safe_next("https://evil.example")
    ('/compte', None, None, None)
    """
    if not given or len(given) > _MAX or not given.startswith("/") or given.startswith("//"):
        return None
    if "\\" in given or not given.isprintable() or any(sign.isspace() for sign in given):
        return None
    try:
        parts = urlsplit(given)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else given


def wanted() -> str:
    """Where the reader wants to go: the safe ``next`` of the form or the address, else the account's home."""
    return safe_next(request.values.get("next")) or url_for("accounts.home")
