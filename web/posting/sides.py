"""What differs between posting a need and posting an offer, as data; the views are the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from matcher.postings import drafts, filling, publish
from matcher.store import Need, Offer, Organisation
from matcher.vocabulary import PostingKind
from web.needs.forms import NeedForm
from web.offers.forms import OfferForm
from web.posting.forms import PostingForm


@dataclass(frozen=True, slots=True)
class Side:
    """Form, use cases and templates of one kind of posting."""

    kind: PostingKind
    area: str  # blueprint and folder of templates
    form: type[PostingForm]
    parse: Callable[..., Any]
    publish: Callable[..., Any]
    revise: Callable[..., Any]
    stored: Callable[[Any], Mapping[str, Any]]


NEED_SIDE: Final = Side(
    PostingKind.NEED,
    "needs",
    NeedForm,
    drafts.parse_need,
    publish.publish_need,
    publish.revise_need,
    filling.need_data,
)
OFFER_SIDE: Final = Side(
    PostingKind.OFFER,
    "offers",
    OfferForm,
    drafts.parse_offer,
    publish.publish_offer,
    publish.revise_offer,
    filling.offer_data,
)


def side_of(posting: Need | Offer) -> Side:
    """The side that ``posting`` is on."""
    return NEED_SIDE if posting.posting_kind is PostingKind.NEED else OFFER_SIDE


def form_values(posting: Need | Offer) -> dict[str, Any]:
    """What the form shows for a stored posting: texts, lists of codes, true and false."""
    stored = side_of(posting).stored(posting)
    values = {name: as_typed(value) for name, value in stored.items()}
    if "questions" in values:
        values["questions"] = "\n".join(values["questions"])
    return values | {"place": posting.place.label}


def organisation_values(organisation: Organisation) -> dict[str, Any]:
    """What the form shows for a stored organisation."""
    values = {name: as_typed(value) for name, value in filling.organisation_data(organisation).items()}
    is_sse = "" if organisation.is_sse is None else str(organisation.is_sse).lower()
    return values | {"place": organisation.place.label, "is_sse": is_sse}


def as_typed(value: Any) -> Any:
    """A stored value as a form field holds it: a text, a list of texts, true or false."""
    if isinstance(value, list | tuple | set | frozenset):
        texts = [str(as_typed(item)) for item in value]
        return texts if isinstance(value, list | tuple) else sorted(texts)
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:g}"
    return value if isinstance(value, bool) else "" if value is None else str(value)
