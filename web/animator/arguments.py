"""What the address of a list says: values of closed lists, numbers, days. What no list has is 404."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TypeVar

from flask import abort, request, url_for

E = TypeVar("E", bound=StrEnum)

_FORMATS = (("csv", "CSV"), ("xlsx", "Excel"), ("json", "JSON"))


def chosen(name: str, enum: type[E]) -> E | None:
    """The value of a filter; None when it is not set."""
    told = request.args.get(name, "")
    try:
        return enum(told) if told else None
    except ValueError:
        abort(404)


def number(name: str) -> int | None:
    """A whole number of at most 15 digits; None when it is not set."""
    told = request.args.get(name, "")
    if not told:
        return None
    if not (told.isascii() and told.isdecimal() and len(told) <= 15):
        abort(404)
    return int(told)


def day(name: str) -> date | None:
    """A day as date fields send it; None when it is not set."""
    told = request.args.get(name, "")
    try:
        return date.fromisoformat(told) if told else None
    except ValueError:
        abort(404)


def exports(endpoint: str, kept: tuple[str, ...]) -> list[tuple[str, str]]:
    """The list at hand as files, under the same filters: name of the format and address."""
    values = {name: value for name, value in request.args.items() if name in kept and value}
    return [(name, url_for(f"animator.{endpoint}", fmt=fmt, **values)) for fmt, name in _FORMATS]  # type: ignore[arg-type]
