"""Everything that is kept about one posting, for its author: readable, and readable again by the import."""

from __future__ import annotations

import json
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from matcher.postings import filling
from matcher.store import Need, Offer, Place
from web.posting.sides import side_of

#: Columns beside those of the form.
LIFE: Final = (
    "status",
    "closed_reason",
    "closed_at",
    "renewal_count",
    "paused_until",
    "consent_version",
    "consented_at",
    "created_at",
    "updated_at",
)


def export_of(posting: Need | Offer) -> str:
    """JSON of the posting, of its life, and of its organisation with its private contact."""
    told = {**side_of(posting).stored(posting), "place": _place(posting.place)}
    life = {name: getattr(posting, name) for name in LIFE}
    if isinstance(posting, Offer):
        life |= {"taken_this_month": posting.taken_this_month, "taken_month": posting.taken_month}
    organisation = {
        **filling.organisation_data(posting.organisation),
        "place": _place(posting.organisation.place),
        "consented_at": posting.organisation.consented_at,
    }
    content = {"kind": posting.posting_kind, "id": posting.id, posting.posting_kind.value: told, "life": life}
    return json.dumps({**content, "organisation": organisation}, default=_plain, ensure_ascii=False, indent=2)


def _place(place: Place) -> dict[str, Any]:
    return {"name": place.name, "insee": place.insee_code, "country": place.country}


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted(item.value if isinstance(item, StrEnum) else str(item) for item in value)
    if isinstance(value, tuple):
        return list(value)
    raise TypeError(f"no JSON for {type(value).__name__}")
