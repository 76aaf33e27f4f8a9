"""Types of draft fields: each cleans what was sent, then accepts it or names its problem.

The validation context holds ``today`` (date) and ``kept`` (dates that the stored row already has
and that are therefore not questioned again).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Any, Final, NoReturn, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationInfo
from pydantic_core import PydanticCustomError

from matcher import identifiers
from matcher.clock import today
from matcher.postings import limits
from matcher.postings.cleaning import clean_text, parse_date, parse_number, parse_yes_no, split_list
from matcher.postings.limits import Bounds, TextLimit
from matcher.postings.problems import ProblemCode, quoted

E = TypeVar("E", bound=StrEnum)

_EMAIL_PART_CHARS: Final = 64
_URL_CHARS: Final = limits.ORGANISATION_TEXTS["website"].maximum


def refuse(code: ProblemCode, **params: int | str) -> NoReturn:
    """End the validation of a field with a problem."""
    raise PydanticCustomError(code.value, "{problem}", {"problem": code.value, **params})


def check_text(value: object, limit: TextLimit, *, lines: bool) -> str:
    """The cleaned text when its length is within ``limit`` and it says something."""
    if not isinstance(value, str):
        refuse(ProblemCode.BAD_TEXT, value=quoted(value))
    text = clean_text(value, lines=lines)
    if text and not any(map(str.isalnum, text)):
        refuse(ProblemCode.BAD_TEXT, value=quoted(text))
    if len(text) > limit.maximum:
        refuse(ProblemCode.TOO_LONG, maximum=limit.maximum, length=len(text))
    if len(text) < limit.minimum:
        refuse(ProblemCode.TOO_SHORT, minimum=limit.minimum, length=len(text))
    return text


def line(limit: TextLimit) -> BeforeValidator:
    """A text on one line."""
    return BeforeValidator(lambda value: check_text(value, limit, lines=False))


def paragraphs(limit: TextLimit) -> BeforeValidator:
    """A text that may have line ends."""
    return BeforeValidator(lambda value: check_text(value, limit, lines=True))


def _decimal(value: object, bounds: Bounds) -> float:
    number = parse_number(value)
    if number is None:
        refuse(ProblemCode.NOT_A_NUMBER, value=quoted(value))
    if not bounds.minimum <= number <= bounds.maximum:
        low, high = (int(bound) if float(bound).is_integer() else f"{bound:g}" for bound in bounds)
        refuse(ProblemCode.OUT_OF_RANGE, minimum=low, maximum=high, value=quoted(value))
    return number


def whole_number(value: object, bounds: Bounds) -> int:
    """A whole number within ``bounds``."""
    number = _decimal(value, bounds)
    if not number.is_integer():
        refuse(ProblemCode.NOT_WHOLE, value=quoted(value))
    return int(number)


def decimal(bounds: Bounds) -> BeforeValidator:
    """A number, or None."""
    return BeforeValidator(lambda value: None if value is None else _decimal(value, bounds))


def whole(bounds: Bounds) -> BeforeValidator:
    """A whole number, or None."""
    return BeforeValidator(lambda value: None if value is None else whole_number(value, bounds))


def _yes_no(value: object) -> bool:
    answer = parse_yes_no(value)
    if answer is None:
        refuse(ProblemCode.UNKNOWN_CHOICE, value=quoted(value))
    return answer


YesNo = Annotated[bool, BeforeValidator(_yes_no)]


def day(*, latest: int, earliest: int = 0) -> BeforeValidator:
    """A day from ``earliest`` days before today to ``latest`` days after it, or None."""

    def check(value: object, info: ValidationInfo) -> date | None:
        if value is None:
            return None
        read = parse_date(value)
        if read is None:
            refuse(ProblemCode.BAD_DATE, value=quoted(value))
        context: Mapping[str, Any] = info.context or {"kept": (), "today": today()}
        if read not in context["kept"]:
            _check_day(read, context["today"], earliest, latest)
        return read

    return BeforeValidator(check)


def _check_day(read: date, today: date, earliest: int, latest: int) -> None:
    first, last = today - timedelta(days=earliest), today + timedelta(days=latest)
    if read < first and not earliest:
        refuse(ProblemCode.DATE_IN_PAST, value=read.isoformat())
    if read < first:
        refuse(ProblemCode.DATE_TOO_OLD, value=read.isoformat(), earliest=first.isoformat())
    if read > last:
        refuse(ProblemCode.DATE_TOO_FAR, value=read.isoformat(), latest=last.isoformat())


def member(value: object, enum: type[E]) -> E:
    """One member of an enum, given by its value."""
    if isinstance(value, str):
        try:
            return enum(value.strip().lower())
        except ValueError:
            pass
    refuse(ProblemCode.UNKNOWN_CHOICE, value=quoted(value))


def choice(enum: type[E]) -> BeforeValidator:
    """One member of an enum, given by its value; None stays None."""
    return BeforeValidator(lambda value: None if value is None else member(value, enum))


def choices(enum: type[E]) -> BeforeValidator:
    """A set of members of an enum; a text is cut at commas too, since no value has one."""

    def check(value: object) -> frozenset[E]:
        return frozenset(member(item, enum) for item in _items(value, commas=True))

    return BeforeValidator(check)


def _items(value: object, *, commas: bool) -> list[str]:
    items = split_list(value.replace(",", ";") if commas and isinstance(value, str) else value)
    if items is None:
        refuse(ProblemCode.BAD_TEXT, value=quoted(value))
    return items


def _bounded(items: list[str], maximum: int, limit: TextLimit) -> tuple[str, ...]:
    if len(items) > maximum:
        refuse(ProblemCode.TOO_MANY, maximum=maximum, count=len(items))
    return tuple(check_text(item, limit, lines=False) for item in items)


def codes(maximum: int) -> BeforeValidator:
    """Different codes of an open vocabulary, in their order; whether they exist is asked later."""
    return BeforeValidator(lambda value: _bounded(_items(value, commas=True), maximum, limits.CODE_TEXT))


def texts(maximum: int, limit: TextLimit) -> BeforeValidator:
    """Different short texts, in their order."""
    return BeforeValidator(lambda value: _bounded(_items(value, commas=False), maximum, limit))


def identifier(normalise: Callable[[str], str], is_right: Callable[[str], bool], code: ProblemCode) -> BeforeValidator:
    """A normalised identifier, or None."""

    def check(value: object) -> str | None:
        if value is None:
            return None
        # A spreadsheet hands over 732829320 as a number.
        given = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if isinstance(given, str) and is_right(normal := normalise(clean_text(given))):
            return normal
        refuse(code, value=quoted(value))

    return BeforeValidator(check)


def _url(value: object) -> str:
    """An http(s) address; the scheme may be left out. No user name or password in it."""
    text = check_text(value, limits.ORGANISATION_TEXTS["website"], lines=False)
    if not text:
        return ""
    address = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        refuse(ProblemCode.BAD_URL, value=quoted(text))
    labels = host.rstrip(".").split(".")
    plain = not any(sign in address for sign in " <>\"'`\\") and "@" not in parts.netloc
    if parts.scheme.lower() not in {"http", "https"} or not plain or len(labels) < 2 or not all(labels):
        refuse(ProblemCode.BAD_URL, value=quoted(text))
    if len(address) > _URL_CHARS:
        refuse(ProblemCode.TOO_LONG, maximum=_URL_CHARS, length=len(address))
    return address


def _email(value: object) -> str:
    """An address that a mail could be sent to; whether somebody reads it is not asked."""
    text = check_text(value, limits.ORGANISATION_TEXTS["contact_email"], lines=False)
    if not text:
        return ""
    local, at, domain = text.rpartition("@")
    labels = domain.split(".")
    named = len(labels) > 1 and len(labels[-1]) > 1 and all(labels)
    sent_to = at and 0 < len(local) <= _EMAIL_PART_CHARS and "@" not in local
    if not (named and sent_to) or any(sign in text for sign in ' ,;:<>()[]"\\'):
        refuse(ProblemCode.BAD_EMAIL, value=quoted(text))
    return text


Url = Annotated[str, BeforeValidator(_url)]
Email = Annotated[str, BeforeValidator(_email)]
Siren = Annotated[str | None, identifier(identifiers.normalise_siren, identifiers.is_siren, ProblemCode.BAD_SIREN)]
Siret = Annotated[str | None, identifier(identifiers.normalise_siret, identifiers.is_siret, ProblemCode.BAD_SIRET)]
Rna = Annotated[str | None, identifier(identifiers.normalise_rna, identifiers.is_rna, ProblemCode.BAD_RNA)]
NafCode = Annotated[str | None, identifier(identifiers.normalise_naf, identifiers.is_naf, ProblemCode.BAD_CODE)]
LegalForm = Annotated[
    str | None, identifier(identifiers.normalise_siren, identifiers.is_legal_form, ProblemCode.BAD_CODE)
]


class PlaceRef(BaseModel):
    """A place as it was told: by row, by INSEE code, or by name and perhaps country."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    name: str = ""
    insee: str | None = None
    country: str | None = None
    place_id: int | None = None

    def __str__(self) -> str:
        """What to quote when the place is not found."""
        return self.name or self.insee or str(self.place_id or "")


def _place(value: object) -> PlaceRef:
    if isinstance(value, PlaceRef):
        return value
    told = {"name": value} if isinstance(value, str) else value
    if not isinstance(told, Mapping) or set(told) - set(PlaceRef.model_fields):
        refuse(ProblemCode.UNKNOWN_PLACE, value=quoted(value), candidates="")
    name = check_text(told.get("name") or "", limits.PLACE_TEXT, lines=False)
    insee = clean_text(str(told.get("insee") or ""), lines=False).upper()[:5] or None
    country = clean_text(str(told.get("country") or ""), lines=False).upper()[:2] or None
    row = str(told.get("place_id") or "")
    place_id = int(row) if re.fullmatch("[0-9]{1,9}", row) else None
    if not (name or insee or place_id):
        refuse(ProblemCode.REQUIRED)
    return PlaceRef(name=name, insee=insee, country=country, place_id=place_id)


PlaceField = Annotated[PlaceRef, BeforeValidator(_place)]
OptionalPlace = Annotated[PlaceRef | None, BeforeValidator(lambda value: None if value is None else _place(value))]
