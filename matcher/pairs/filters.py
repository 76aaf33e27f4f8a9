"""Hard filters: the wishes of both sides that a proposal must never break.

Every rule compares one posting with a whole board by broadcasting: one side has shape (1,), the
other (n,). The same lines therefore serve "offers for a need" and "needs for an offer".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.store.board import SCOPES, Board
from matcher.vocabulary import RangeScope

Mask = NDArray[np.bool_]

#: Mean radius of the Earth in km (IUGG, R1).
EARTH_RADIUS_KM: Final = 6371.0088

#: Radius in km that stands for a scope when the code of one of the two places is not known, as
#: for towns abroad. About the radius of a disc of the area of a French commune (15 km2, widened to
#: neighbours), a métropole, a département (6 000 km2) and a region. Chosen, not measured.
FALLBACK_KM: Final = {
    RangeScope.COMMUNE: 5.0,
    RangeScope.INTERCOMMUNAL: 15.0,
    RangeScope.DEPARTMENT: 60.0,
    RangeScope.REGION: 150.0,
}


class Rule(StrEnum):
    """Hard filters by name; near misses tell which single one was in the way."""

    LIVE = "live"  # open, not expired, not paused
    OWN = "own"  # not the same organisation
    KIND = "kind"  # the kind of collaboration
    PLACE = "place"  # within both ranges, or both accept remote work
    FAMILY = "family"  # no family that the other side excludes
    CLIENT = "client"  # an offer's limits on types and sizes of clients
    ROOM = "room"  # room left this month


#: Rules that the author could relax, or that time will: worth telling as near misses.
RELAXABLE: Final = (Rule.PLACE, Rule.KIND, Rule.FAMILY, Rule.ROOM)


@dataclass(frozen=True, slots=True)
class Filtered:
    """Which rows of a board pass each rule; ``distance_km`` of each row from the asker."""

    rules: dict[Rule, Mask]
    distance_km: NDArray[np.float64]

    @property
    def allowed(self) -> Mask:
        """Rows that pass every rule."""
        return np.asarray(np.logical_and.reduce(list(self.rules.values())))

    def only(self, rule: Rule) -> Mask:
        """Rows that every rule but ``rule`` lets pass."""
        others = [passed for name, passed in self.rules.items() if name is not rule]
        return np.asarray(np.logical_and.reduce(others) & ~self.rules[rule])


def filter_pairs(need: Board, offer: Board, today: date) -> Filtered:
    """Apply every rule to one need and many offers, or to many needs and one offer.

    Exactly one of the two boards has one row, or both have. Cost: about 20 vector operations over
    the larger board.
    """
    cosine = need.x * offer.x + need.y * offer.y + need.z * offer.z
    distance = EARTH_RADIUS_KM * np.arccos(np.clip(cosine, -1.0, 1.0))
    remote = need.remote & offer.remote
    reachable = offer.on_site & within(need, offer, distance) & within(offer, need, distance)
    both = np.ones(np.broadcast_shapes(need.ids.shape, offer.ids.shape), dtype=bool)
    rules = {
        Rule.LIVE: need.live(today) & offer.live(today),
        Rule.OWN: need.organisation != offer.organisation,
        Rule.KIND: (need.kinds == 0) | ((need.kinds & offer.kinds) != 0),
        Rule.PLACE: remote | reachable,
        Rule.FAMILY: ((need.families_excluded & offer.family) == 0) & ((offer.families_excluded & need.family) == 0),
        Rule.CLIENT: accepts(offer.client_types, need.organisation_type) & accepts(offer.client_sizes, need.size),
        Rule.ROOM: offer.room(today) > 0,
    }
    return Filtered({rule: np.asarray(passed & both) for rule, passed in rules.items()}, distance)


def accepts(conditions: NDArray[np.int32], value: NDArray[np.int32]) -> Mask:
    """True where there is no condition, the value is unknown, or the value is among the conditions."""
    return np.asarray((conditions == 0) | (value == 0) | ((conditions & value) != 0))


def within(side: Board, other: Board, distance_km: NDArray[np.float64]) -> Mask:
    """True where ``other`` lies within the range that ``side`` gives itself."""
    same_code = {
        RangeScope.COMMUNE: (side.commune, other.commune),
        RangeScope.INTERCOMMUNAL: (side.intercommunal, other.intercommunal),
        RangeScope.DEPARTMENT: (side.department, other.department),
        RangeScope.REGION: (side.region, other.region),
    }
    result = side.scope == SCOPES.index(RangeScope.ANYWHERE)
    result = result | ((side.scope == SCOPES.index(RangeScope.COUNTRY)) & (side.country == other.country))
    with np.errstate(invalid="ignore"):  # nan where the scope is not in km
        result = result | ((side.scope == SCOPES.index(RangeScope.KM)) & (distance_km <= side.range_km))
    for scope, (own, theirs) in same_code.items():
        known = (own >= 0) & (theirs >= 0)
        near = np.where(known, own == theirs, distance_km <= FALLBACK_KM[scope])
        result = result | ((side.scope == SCOPES.index(scope)) & near)
    return np.asarray(result)
