"""A posting that is not stored, in the shape of a board's row: proposals for a draft need no writing."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from types import SimpleNamespace
from typing import Any

from matcher.store.postings import Need, Offer


def board_row(posting: Need | Offer) -> Any:
    """What a query of the board would give for ``posting``, with number 0 for itself and its organisation.

    Its place and organisation must be set; neither it nor its organisation needs to be stored.
    """
    place, organisation = posting.place, posting.organisation
    common = {
        "id": 0,
        "organisation_id": 0,
        "status": posting.status,
        "held_at": posting.held_at,
        "expires_on": posting.expires_on,
        "paused_until": posting.paused_until,
        "place_id": place.id,
        "range_scope": posting.range_scope,
        "range_km": posting.range_km,
        "created_at": posting.created_at,
        "lexeme_count": posting.lexeme_count,
        "families_excluded": _joined(posting.families_excluded),
        "family": organisation.family,
        "organisation_type": organisation.organisation_type,
        "size_band": organisation.size_band,
    }
    where = ("latitude", "longitude", "epci_siren", "department", "region", "country")
    common |= {name: getattr(place, name) for name in where}
    return SimpleNamespace(**common, **(_of_need(posting) if isinstance(posting, Need) else _of_offer(posting)))


def _of_need(need: Need) -> dict[str, Any]:
    return {
        "modes": need.remote_ok,
        "kinds": _joined(need.kinds),
        "families_wanted": _joined(need.families_wanted),
        "client_types": "",
        "client_sizes": "",
        "money_low": None,
        "money_high": need.budget_max,
        "capacity": 1,
        "taken": 0,
        "taken_month": None,
    }


def _of_offer(offer: Offer) -> dict[str, Any]:
    return {
        "modes": _joined(offer.delivery_modes),
        "kinds": offer.kind,
        "families_wanted": "",
        "client_types": _joined(offer.client_types),
        "client_sizes": _joined(offer.client_sizes),
        "money_low": offer.project_min,
        "money_high": None,
        "capacity": offer.monthly_capacity,
        "taken": offer.taken_this_month,
        "taken_month": offer.taken_month,
    }


def _joined(members: Iterable[StrEnum]) -> str:
    return ",".join(sorted(member.value for member in members))
