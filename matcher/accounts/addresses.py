"""E-mail addresses as names of accounts."""

from __future__ import annotations

from functools import cache

from pydantic import TypeAdapter, ValidationError

from matcher.postings.fields import Email


def clean_address(typed: str) -> str | None:
    """The address in ``typed`` in lower case; None for what no mail can be sent to.

    ASCII alone: an address in another alphabet could look like somebody else's.
    """
    try:
        address = _adapter().validate_python(typed)
    except ValidationError:
        return None
    return address.lower() if address and address.isascii() and address.isprintable() else None


@cache
def _adapter() -> TypeAdapter[str]:
    return TypeAdapter(Email)
