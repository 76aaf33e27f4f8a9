"""The cheapest way to put people into places of limited room, exactly: successive shortest paths."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

#: Longer than any path: a move that is not allowed. Sums of some hundred of them fit into 64 bits.
FORBIDDEN = 1 << 52


def cheapest_places(costs: Ints, allowed: NDArray[np.bool_], room: Ints) -> Ints | None:
    """Place of each person, shape (people,), with the least sum of costs; None when not everybody fits.

    Parameters
    ----------
    costs
        (people, places), each of at most 2**40 in absolute value.
    allowed
        (people, places): False where a person must not be.
    room
        (places,): how many people each place takes, >= 0.

    Notes
    -----
    People come one after the other and take the cheapest path to a place with room, on which others may move
    on: at most `places` steps, so that it is a shortest path problem on places alone. Deterministic.
    Cost: O(people x places^2 x steps), 0.3 s for 2000 people and 60 places.

    >>> likes = np.array([[0, 5], [0, 1], [0, 9]])
    >>> cheapest_places(likes, np.ones((3, 2), bool), np.array([1, 2])).tolist()
    [1, 1, 0]
    """
    people, places = costs.shape
    prices = np.where(allowed, costs, FORBIDDEN)
    state = _State(prices, np.full(people, -1, np.int64), room.astype(np.int64), np.full((places, places), FORBIDDEN))
    for who in range(people):
        if not state.place(who):
            return None
    return state.at


@dataclass(frozen=True, slots=True)
class _State:
    prices: Ints
    at: Ints  # place of each person, -1: not yet placed
    room: Ints  # left in each place
    step: Ints  # (places, places): least price of moving one person from the first to the second

    def place(self, who: int) -> bool:
        """Place one more person, moving others where that is cheaper; False when there is no way."""
        distance = self.prices[who].copy()
        best = int(distance.argmin())
        if self.room[best] > 0 and distance[best] < FORBIDDEN // 2:
            self._move(who, best)
            self.room[best] -= 1
            self._update(best)
            return True
        before = self._shortest(distance)
        open_ones = np.where(self.room > 0, distance, FORBIDDEN)
        last = int(open_ones.argmin())
        if open_ones[last] >= FORBIDDEN // 2:
            return False
        path = [last]
        while before[path[-1]] >= 0:
            path.append(int(before[path[-1]]))
        for target, source in pairwise(path):
            members = np.flatnonzero(self.at == source)
            gains = self.prices[members, target] - self.prices[members, source]
            self._move(int(members[gains.argmin()]), target)
        self._move(who, path[-1])
        self.room[last] -= 1
        for place in path:
            self._update(place)
        return True

    def _shortest(self, distance: Ints) -> Ints:
        """Shorten `distance` in place (Bellman and Ford); the place before each on its path, -1 at the start."""
        before = np.full(len(distance), -1, np.int64)
        for _ in range(len(distance)):
            through = distance[:, None] + self.step
            nearest = through.argmin(axis=0)
            shorter = through[nearest, np.arange(len(distance))] < distance
            if not shorter.any():
                break
            distance[shorter] = through[nearest, np.arange(len(distance))][shorter]
            before[shorter] = nearest[shorter]
        return before

    def _move(self, who: int, place: int) -> None:
        self.at[who] = place

    def _update(self, place: int) -> None:
        members = self.at == place
        prices = self.prices[members]
        self.step[place] = (
            np.minimum((prices - prices[:, [place]]).min(axis=0), FORBIDDEN) if len(prices) else FORBIDDEN
        )
        self.step[place, place] = FORBIDDEN
