"""No dead end: pairs that one single condition keeps apart, and what would bring them together.

Only conditions that the asker sets are offered for relaxing; what the other side wants is theirs.
The exception is room: it comes back by itself with the next month.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.pairs.filters import Filtered, Mask, Rule, within
from matcher.pairs.reasons import ReasonCode
from matcher.store.board import Board
from matcher.vocabulary import PostingKind

#: Steps in km that people are asked to add to their range. Chosen: distances people say.
STEPS_KM: Final = (5, 10, 20, 30, 50, 100, 200)


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One condition that the asker could lift, and the rows of the board that it alone keeps out."""

    code: ReasonCode
    rows: Mask


def relaxations(asker: Board, board: Board, filtered: Filtered, asks: PostingKind) -> list[Relaxation]:
    """Conditions of the asker worth telling, for every row of ``board``.

    asker : one row. ``asks`` is the side that the asker is on. Rows of two relaxations never overlap.
    """
    near = filtered.only(Rule.PLACE)
    their_range = within(board, asker, filtered.distance_km)
    remote = near & board.remote & ~asker.remote
    on_site = board.on_site if asks is PostingKind.NEED else asker.on_site
    far = near & ~remote & on_site & their_range
    own_exclusion = filtered.only(Rule.FAMILY) & ((board.families_excluded & asker.family) == 0)
    found = [Relaxation(ReasonCode.TOO_FAR, far), Relaxation(ReasonCode.REMOTE, remote)]
    if asks is PostingKind.NEED:
        found.append(Relaxation(ReasonCode.OTHER_KIND, filtered.only(Rule.KIND)))
    found.append(Relaxation(ReasonCode.EXCLUDED_FAMILY, own_exclusion))
    found.append(Relaxation(ReasonCode.NO_ROOM, filtered.only(Rule.ROOM)))
    return [relaxation for relaxation in found if relaxation.rows.any()]


def extra_km(range_km: float, distance_km: float) -> int:
    """Smallest step to add to a range so that a distance is within it.

    ``range_km`` is nan for a range in words (département, region ...): the distance itself is told,
    rounded up to a step. Beyond the last step, the difference rounded up to 100 km.

    >>> extra_km(20.0, 43.0)
    30
    >>> extra_km(math.nan, 43.0)
    50
    >>> extra_km(20.0, 371.0)
    400
    """
    missing = distance_km if math.isnan(range_km) else distance_km - range_km
    for step in STEPS_KM:
        if missing <= step:
            return step
    return math.ceil(missing / 100) * 100


def widened(distances_km: NDArray[np.float64], range_km: float, wanted: int) -> tuple[int, Mask]:
    """The step that brings the ``wanted`` nearest within range, and which rows it brings in all.

    distances_km : shape (n,), n >= 1, all beyond the range; ``range_km`` as in :func:`extra_km`.

    >>> widened(np.array([26.0, 90.0, 43.0]), 20.0, 2)
    (30, array([ True, False,  True]))
    """
    farthest = float(np.sort(distances_km)[: max(wanted, 1)][-1])
    step = extra_km(range_km, farthest)
    reach = step if math.isnan(range_km) else range_km + step
    return step, np.asarray(distances_km <= reach)
