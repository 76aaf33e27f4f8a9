"""Needs and offers as Murmurations profiles, which any directory of the network may index.

Schema: ``offers_wants_schema-v0.1.0`` of the Murmurations Library
(https://github.com/MurmurationsNetwork/MurmurationsLibrary, read 2026-11). Required there: linked
schemas, exchange type, transaction type, tags, title, description, geographic scope, contact details.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from matcher.clock import start_of_day
from matcher.store import Need, Offer
from matcher.text import split_sentences
from matcher.vocabulary import BudgetBlankReason, CollaborationKind, OfferKind, Price, RangeScope

SCHEMA: Final = "offers_wants_schema-v0.1.0"

#: The schema asks for one to three sentences.
_SENTENCES: Final = 3

_SCOPES: Final = {
    RangeScope.KM: "local",
    RangeScope.COMMUNE: "local",
    RangeScope.INTERCOMMUNAL: "local",
    RangeScope.DEPARTMENT: "regional",
    RangeScope.REGION: "regional",
    RangeScope.COUNTRY: "national",
    RangeScope.ANYWHERE: "international",
}
_GOODS: Final = frozenset({OfferKind.PRODUCT, OfferKind.EQUIPMENT, OfferKind.SPACE})
_LENT: Final = frozenset({OfferKind.EQUIPMENT, OfferKind.SPACE})
_WANTED_GOODS: Final = frozenset({CollaborationKind.EQUIPMENT, CollaborationKind.SPACE})


def to_murmurations(posting: Need | Offer, base_url: str, language: str = "fr") -> dict[str, Any]:
    """The profile of one posting.

    Parameters
    ----------
    base_url
        Address of the site without a final slash, such as ``https://passerelle.example.org``.
    language
        Language of the tags, which are the labels of themes and skills.

    The contact is the page of the posting, where both sides say yes before an address is shown: no
    mail address and no name, so an anonymous need stays so.
    """
    is_need = isinstance(posting, Need)
    page = f"{base_url.rstrip('/')}/{'besoins' if is_need else 'offres'}/{posting.id}"
    text = posting.problem if isinstance(posting, Need) else posting.description
    profile: dict[str, Any] = {
        "linked_schemas": [SCHEMA],
        "exchange_type": "want" if is_need else "offer",
        "item_type": _item_type(posting),
        "transaction_type": _transactions(posting),
        "tags": _tags(posting, language),
        "title": posting.title,
        "description": " ".join(split_sentences(text)[:_SENTENCES]),
        "details_url": page,
        "geolocation": {"lat": posting.place.latitude, "lon": posting.place.longitude},
        "geographic_scope": _SCOPES[posting.range_scope],
        "contact_details": {"contact_form": page},
    }
    if posting.expires_on is not None:
        end = start_of_day(posting.expires_on + timedelta(days=1))
        profile["expires_at"] = int(end.timestamp()) - 1
    return profile


def _item_type(posting: Need | Offer) -> str:
    if isinstance(posting, Offer):
        return "good" if posting.kind in _GOODS else "service"
    return "good" if posting.kinds and posting.kinds <= _WANTED_GOODS else "service"


def _transactions(posting: Need | Offer) -> list[str]:
    """Bases of the exchange; the schema has no joint project, which is nearest to a gift on both sides."""
    if isinstance(posting, Offer):
        if posting.price is Price.PAID:
            return ["rent-lease" if posting.kind in _LENT else "buy-sell"]
        free = "borrow-lend" if posting.kind in _LENT else "receive-donate"
        return [free] if posting.price is not None else ["buy-sell", free]
    given = posting.budget_max is not None or posting.budget_min is not None
    if given and posting.budget_public:
        return ["buy-sell"]
    if posting.budget_public and posting.budget_blank_reason is BudgetBlankReason.NO_BUDGET:
        return ["receive-donate"]
    return ["buy-sell", "receive-donate"]


def _tags(posting: Need | Offer, language: str) -> list[str]:
    skills = [link.skill for link in posting.skills] if isinstance(posting, Need) else posting.skills
    labels = [theme.label(language) for theme in posting.themes] + [skill.label(language) for skill in skills]
    return list(dict.fromkeys(labels))
