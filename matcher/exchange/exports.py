"""Exports of every list: rows of public fields, written as CSV, XLSX or JSON.

What is exported is what everybody may see (``matcher.exchange.privacy``); headers are the field names,
so an export can be imported again and changes nothing.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from matcher.clock import local_day
from matcher.exchange.privacy import public_key, withheld
from matcher.postings.drafts import NeedDraft, OfferDraft, OrganisationDraft
from matcher.postings.filling import data_of
from matcher.store import Need, Offer, Organisation

FORMAT_VERSION: Final = 1

_DANGEROUS = re.compile(r"'*[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")
_PLACE_COLUMNS: Final = ("place", "place_insee", "place_country", "latitude", "longitude")


def export_rows(rows: Iterable[Organisation | Need | Offer]) -> list[dict[str, Any]]:
    """Public fields of each row, all rows of one kind with the same keys in the same order.

    Values are texts, numbers, booleans, None or lists of texts. Withheld ones are None.
    """
    return [_exported(row) for row in rows]


def headers_of(model: type[Organisation] | type[Need] | type[Offer]) -> list[str]:
    """Keys of :func:`export_rows` for a kind of rows, so that an empty list has its header too."""
    drafts: dict[type, Any] = {Organisation: OrganisationDraft, Need: NeedDraft, Offer: OfferDraft}
    never = withheld(Organisation()) if model is Organisation else frozenset()
    names = [name for name in drafts[model].model_fields if name not in never and name not in {"key", "place"}]
    status = [] if model is Organisation else ["status", "created_on", "organisation_name"]
    return ["key", "source", *names, *_PLACE_COLUMNS, *status]


def to_csv(rows: Sequence[Mapping[str, Any]], headers: Sequence[str]) -> bytes:
    """CSV with a semicolon and a UTF-8 mark: what a French Excel opens by a double click, accents right.

    Lists are joined by ``|``. A text that a spreadsheet would run as a formula gets an apostrophe
    (:func:`guarded`).
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow(headers)
    for row in rows:
        writer.writerow([guarded(_cell(row[name])) for name in headers])
    return file.getvalue().encode("utf-8-sig")


def to_xlsx(rows: Sequence[Mapping[str, Any]], headers: Sequence[str], title: str) -> bytes:
    """A workbook of one sheet; texts stay texts whatever they begin with."""
    # Imported here: openpyxl takes a quarter of a second that other pages need not pay.
    from matcher.exchange.workbooks import write_sheet  # noqa: PLC0415

    flat = [{name: _spreadsheet_value(row[name]) for name in headers} for row in rows]
    return write_sheet(flat, headers, title)


def to_json(rows: Sequence[Mapping[str, Any]], kind: str, generated_at: datetime, licence: str = "") -> bytes:
    """One JSON object: what it is, when it was made, under which licence, and the items.

    An object rather than one line an item: it says what it holds, and any tool opens it whole.
    """
    told = {
        "format": f"passerelle-{kind}",
        "version": FORMAT_VERSION,
        "generated_at": generated_at.isoformat(timespec="seconds"),
        "licence": licence,
        "count": len(rows),
        "items": [dict(row) for row in rows],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def guarded(text: str) -> str:
    """``text`` so that no spreadsheet runs it: an apostrophe before ``=``, ``+``, ``-``, ``@``, tab or return.

    Numbers stay numbers. Imports take the apostrophe off again; a text that itself begins with
    apostrophes and such a sign gets one more, so that nothing is lost.

    >>> guarded("=1+1"), guarded("-5"), guarded("-5 degrés"), guarded("'=x"), guarded("l'été")
    ("'=1+1", '-5', "'-5 degrés", "''=x", "l'été")
    """
    return f"'{text}" if _DANGEROUS.match(text) and not _NUMBER.fullmatch(text) else text


def _exported(row: Organisation | Need | Offer) -> dict[str, Any]:
    told = {name: _plain(value) for name, value in data_of(row).items()}
    source, key = public_key(row)
    told |= {
        "key": key,
        "source": source,
        "place": row.place.name,
        "place_insee": row.place.insee_code,
        "place_country": row.place.country,
        "latitude": row.place.latitude,
        "longitude": row.place.longitude,
    }
    if not isinstance(row, Organisation):
        told |= {
            "organisation": row.organisation.external_key or row.organisation.name,
            "organisation_name": row.organisation.name,
            "status": row.status.value,
            "created_on": local_day(row.created_at).isoformat(),
        }
    hidden = withheld(row)
    if "organisation" in hidden:
        hidden |= {"organisation_name"}
    return {name: None if name in hidden else told[name] for name in headers_of(type(row))}


def _plain(value: Any) -> Any:
    """Enums by their value, dates in ISO form, sets as sorted lists."""
    match value:
        case StrEnum():
            return value.value
        case date():
            return value.isoformat()
        case frozenset() | set():
            return sorted(str(item) for item in value)
        case list() | tuple():
            return list(value)
        case _:
            return value


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list():
            return "|".join(value)
        case float():
            return f"{value:g}" if value.is_integer() else repr(value)
        case _:
            return str(value)


def _spreadsheet_value(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = _cell(value)
    # Texts need no guard here, but an import takes an apostrophe before such a sign for one.
    return f"'{text}" if text.startswith("'") and _DANGEROUS.match(text) else text
