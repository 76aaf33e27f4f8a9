"""Who could help with a challenge that comes from a need: what the matcher proposes for it, by kind of help. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from matcher.store import Offer
from matcher.vocabulary import Family, OfferKind

if TYPE_CHECKING:
    from matcher.pairs.cards import Match


class Help(StrEnum):
    """What a partner can be for a challenge, in the order in which organisers look for them."""

    MENTORS = "mentors"  # people who know how: they advise the teams
    DATA = "data"  # those who hold data, or a field to study
    PLACES = "places"  # rooms and machines
    FUNDERS = "funders"  # money: a prize, or what comes after


@dataclass(frozen=True, slots=True)
class PartnerGroup:
    """Partners for one kind of help, by family and within it best first."""

    help: Help
    matches: list[Match]


#: Group of ``matcher/data/skills.csv`` that tells an offer of data.
_DATA_GROUP: Final = "data"
_PLACE_KINDS: Final = frozenset({OfferKind.SPACE, OfferKind.EQUIPMENT})


def partner_groups(matches: Iterable[Match]) -> list[PartnerGroup]:
    """Proposed offers by what they bring; kinds of help that nobody offers are left out."""
    groups: dict[Help, list[Match]] = {kind: [] for kind in Help}
    for match in matches:
        if isinstance(match.posting, Offer):
            groups[help_of(match.posting)].append(match)
    order = {family: position for position, family in enumerate(Family)}
    for found in groups.values():
        found.sort(key=lambda match: order[match.posting.organisation.family])  # stable: best first within a family
    return [PartnerGroup(kind, found) for kind, found in groups.items() if found]


def help_of(offer: Offer) -> Help:
    """What ``offer`` can be for a challenge: by its kind, then by its skills and by who offers."""
    if offer.kind is OfferKind.FUNDING or offer.organisation.family is Family.FUNDER:
        return Help.FUNDERS
    if offer.kind in _PLACE_KINDS:
        return Help.PLACES
    holds_data = offer.organisation.family is Family.USER_SECTOR and any(
        skill.group == _DATA_GROUP for skill in offer.skills
    )
    return Help.DATA if offer.kind is OfferKind.RESEARCH or holds_data else Help.MENTORS
