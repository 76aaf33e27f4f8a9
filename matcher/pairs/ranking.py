"""Order of the proposals: relevance decides, usefulness and fair exposure settle what is close.

Pure functions on arrays. A card's named level never depends on anything here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: Relevance (0 to 1) that full usefulness is worth. Small on purpose: it reorders what is about
#: equally relevant and no more. Chosen, not measured.
USEFULNESS_WEIGHT: Final = 0.08

#: Parts of usefulness and their shares. Chosen, not measured: no territory has outcome data yet.
#: Responsiveness joins them when introductions record answers.
SHARES: Final = {"proximity": 0.4, "family": 0.3, "freshness": 0.2, "room": 0.1}

#: Distance in km at which proximity has fallen to 1/e. Chosen, not measured.
PROXIMITY_KM: Final = 40.0

#: Days after which freshness has halved. Chosen, not measured.
FRESHNESS_DAYS: Final = 90.0

#: Requests left in the month from which an offer counts as having plenty of room. Chosen.
PLENTY_OF_ROOM: Final = 4

#: Proposals a month for each request that an offer can take on. Le Marché de l'inclusion sends a
#: need to suppliers in batches of 10: the same ratio, from the other side.
EXPOSURES_PER_REQUEST: Final = 10

#: A newcomer is an offer proposed fewer times than this. Chosen, not measured.
FIRST_LOOKS: Final = 3

#: A page holds at least one newcomer of a sufficient level among its first cards. Chosen.
FIRST_LOOK_POSITION: Final = 5


@dataclass(frozen=True, slots=True)
class Candidates:
    """What ordering needs to know of n candidates; every array has shape (n,).

    ``relevance`` is in [0, 1]; ``level`` is 3 strong, 2 good, 1 partial; ``wanted`` is 1 where the
    family is one that is wanted, 0 where another is, 0.5 without a wish; ``shown`` counts all
    proposals so far and ``shown_this_month`` those of the month; ``budgeted`` is False for needs,
    which have no exposure budget.
    """

    ids: NDArray[np.int64]
    relevance: Floats
    level: NDArray[np.int8]
    distance_km: Floats
    remote: Flags
    wanted: Floats
    age_days: Floats
    room: NDArray[np.int32]
    capacity: NDArray[np.int32]
    shown: NDArray[np.int64]
    shown_this_month: NDArray[np.int64]
    budgeted: bool = True


def usefulness(candidates: Candidates) -> Floats:
    """Usefulness in [0, 1] of each candidate, higher is better.

    Remote work counts as half way between next door and far away at worst.
    """
    near = np.exp(-candidates.distance_km / PROXIMITY_KM)
    parts = {
        "proximity": np.where(candidates.remote, np.maximum(near, 0.5), near),
        "family": candidates.wanted,
        "freshness": np.exp2(-np.maximum(candidates.age_days, 0.0) / FRESHNESS_DAYS),
        "room": np.minimum(candidates.room / PLENTY_OF_ROOM, 1.0),
    }
    return np.asarray(sum(share * parts[name] for name, share in SHARES.items()), dtype=np.float64)


def over_budget(candidates: Candidates) -> Flags:
    """Offers that were proposed this month as often as their capacity bears."""
    if not candidates.budgeted:
        return np.zeros(candidates.ids.shape, dtype=bool)
    return np.asarray(candidates.shown_this_month >= candidates.capacity * EXPOSURES_PER_REQUEST)


def order(candidates: Candidates) -> NDArray[np.intp]:
    """Positions of the candidates, best first.

    By level, then those within their exposure budget, then relevance with a little usefulness, then
    id, so that two runs agree. An offer over its budget is not hidden: it steps behind its equals.
    """
    score = candidates.relevance + USEFULNESS_WEIGHT * usefulness(candidates)
    return np.lexsort((candidates.ids, -score, over_budget(candidates), -candidates.level))


def first_look(
    positions: NDArray[np.intp], candidates: Candidates, least_level: int = 2
) -> tuple[NDArray[np.intp], int | None]:
    """Guarantee newcomers a first look: the order to show, and the position in ``candidates`` moved up.

    When none of the first ``FIRST_LOOK_POSITION`` cards is a newcomer, the best newcomer of at least
    ``least_level`` takes the last of these places and the others move down by one.
    """
    if not candidates.budgeted or positions.size <= FIRST_LOOK_POSITION:
        return positions, None
    newcomer = candidates.shown[positions] < FIRST_LOOKS
    if newcomer[:FIRST_LOOK_POSITION].any():
        return positions, None
    waiting = np.flatnonzero(newcomer & (candidates.level[positions] >= least_level))
    if not waiting.size:
        return positions, None
    moved = int(positions[waiting[0]])
    rest = np.delete(positions, waiting[0])
    return np.insert(rest, FIRST_LOOK_POSITION - 1, moved), moved
