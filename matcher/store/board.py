"""Filter columns of every posting of one side, as numpy arrays.

Hard filters look at every posting for every search. Reading 100 000 rows from SQL each time would
cost seconds; as columns in memory they cost about a millisecond. ``matcher.store.boards`` fills them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.vocabulary import RangeScope

#: Day of what never happens.
NO_DAY = np.iinfo(np.int32).max
SCOPES = tuple(RangeScope)


def bit(member: StrEnum) -> int:
    """Bit of an enum member within its own enum."""
    return 1 << _positions(type(member))[member.value]


@lru_cache(maxsize=10_000)
def mask(enum: type[StrEnum], stored: str) -> int:
    """Bits of a set as ``EnumSet`` stores it, such as ``"company,training"``."""
    positions = _positions(enum)
    return sum(1 << positions[value] for value in stored.split(",") if value)


@lru_cache(maxsize=64)
def _positions(enum: type[StrEnum]) -> dict[str, int]:
    return {member.value: position for position, member in enumerate(enum)}


@dataclass(frozen=True, slots=True)
class Board:
    """Struct of arrays, all of shape (n,), sorted by id; never changed once made.

    Days are proleptic ordinals (``date.toordinal``), ``NO_DAY`` for "never". Masks hold one bit a
    member of the enum; 0 means "no condition". Codes (``commune`` ... ``country``) are interned
    numbers, -1 for unknown, comparable within one process only. ``x, y, z`` is the place as a point
    of the unit sphere: the cosine of the angle between two places is one dot product.
    """

    ids: NDArray[np.int64]
    organisation: NDArray[np.int64]
    is_open: NDArray[np.bool_]
    expires: NDArray[np.int32]
    paused_until: NDArray[np.int32]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    z: NDArray[np.float64]
    commune: NDArray[np.int32]
    intercommunal: NDArray[np.int32]
    department: NDArray[np.int32]
    region: NDArray[np.int32]
    country: NDArray[np.int32]
    scope: NDArray[np.int8]
    range_km: NDArray[np.float64]
    remote: NDArray[np.bool_]
    on_site: NDArray[np.bool_]
    kinds: NDArray[np.int32]
    family: NDArray[np.int32]
    families_wanted: NDArray[np.int32]
    families_excluded: NDArray[np.int32]
    organisation_type: NDArray[np.int32]
    size: NDArray[np.int32]
    client_types: NDArray[np.int32]
    client_sizes: NDArray[np.int32]
    money_low: NDArray[np.float64]  # offer: smallest project; need: unused (nan)
    money_high: NDArray[np.float64]  # need: largest budget; offer: unused (nan)
    capacity: NDArray[np.int32]
    taken: NDArray[np.int32]
    taken_month: NDArray[np.int32]  # yyyymm that ``taken`` counts, 0 for none
    created: NDArray[np.int32]
    lexemes: NDArray[np.int32]

    def __len__(self) -> int:
        return int(self.ids.size)

    def take(self, rows: NDArray[Any]) -> Board:
        """Board of the given positions or mask."""
        return Board(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def positions(self, ids: NDArray[np.int64]) -> NDArray[np.intp]:
        """Positions of ``ids``; every id must be on the board."""
        return np.searchsorted(self.ids, ids)

    def live(self, today: date) -> NDArray[np.bool_]:
        """Postings that can be found: open, not expired, not paused."""
        day = today.toordinal()
        return np.asarray(self.is_open & (self.expires >= day) & (self.paused_until <= day))

    def room(self, today: date) -> NDArray[np.int32]:
        """Requests each offer can still take on this month. Needs always have room (1)."""
        month = today.year * 100 + today.month
        taken = np.where(self.taken_month == month, self.taken, 0)
        return np.maximum(self.capacity - taken, 0).astype(np.int32)

    def merged(self, other: Board) -> Board:
        """Board of the rows of both, which share no id."""
        order = np.argsort(np.concatenate([self.ids, other.ids]), kind="stable")
        names = [field.name for field in fields(self)]
        return Board(**{name: np.concatenate([getattr(self, name), getattr(other, name)])[order] for name in names})

    @classmethod
    def of_rows(cls, rows: list[tuple[Any, ...]]) -> Board:
        """Board of rows of cells in the order of the fields above."""
        names = [field.name for field in fields(cls)]
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
        return cls(**{name: np.array(column, DTYPES[name]) for name, column in zip(names, columns, strict=True)})


DTYPES: dict[str, Any] = {field.name: np.int32 for field in fields(Board)} | {
    "ids": np.int64,
    "organisation": np.int64,
    "scope": np.int8,
    **dict.fromkeys(("is_open", "remote", "on_site"), np.bool_),
    **dict.fromkeys(("x", "y", "z", "range_km", "money_low", "money_high"), np.float64),
}
