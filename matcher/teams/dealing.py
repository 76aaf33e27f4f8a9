"""Teams that are being filled: which are opened, who fits where, and putting right what breaks a hard rule.

What the simple solvers of :mod:`matcher.teams.baselines` have in common. Everything is in the indexes of
:class:`~matcher.teams.costs.CompiledProblem`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from random import Random
from typing import Final

from matcher.teams.costs import BROKEN, CompiledProblem

#: How many places and partners are tried for one person when a broken rule is put right. Chosen, not measured.
TRIED: Final = 40
#: Chance that a step is the cheapest even if it breaks more, so that mending does not stay where it is stuck. Chosen.
UPHILL: Final = 0.1

#: People (in a block of their own: one) and the slot that they go to.
Move = tuple[tuple[int, ...], int]


def broken_in(cost: int) -> int:
    """How many hard rules a cost of :mod:`matcher.teams.costs` contains; the rest may be negative."""
    return (cost + BROKEN // 2) // BROKEN


def team_count(compiled: CompiledProblem, size: float, least: int = 0) -> int:
    """How many teams of about that size to open, within what sizes, slots and `least` allow."""
    people, rules = len(compiled.people), compiled.problem.rules
    most = max(1, people // rules.size_min)
    wanted = max(round(people / size), math.ceil(people / rules.size_max))
    return min(max(least, min(wanted, most)), len(compiled.slots))


def open_slots(compiled: CompiledProblem, demand: Sequence[float], size: float) -> dict[int, int]:
    """Slots to fill and the seats of each: one per person in all, about `size` in a slot, as equal as can be.

    First what locks and least numbers of teams need, then one slot after the other where `demand` (per
    challenge) divided by (teams + 1/2) is highest. Cost: O(teams x challenges).
    """
    chosen = _needed(compiled)
    teams = [0] * len(compiled.slots_of)
    for slot in chosen:
        teams[compiled.challenge_of[slot]] += 1
    left = [[slot for slot in found if slot not in chosen] for found in compiled.slots_of]
    while len(chosen) < team_count(compiled, size, len(chosen)):
        able = (each for each in range(len(left)) if left[each])
        best = max(able, key=lambda each: demand[each] / (teams[each] + 0.5))
        chosen[left[best].pop(0)] = None
        teams[best] += 1
    usual, larger = divmod(len(compiled.people), max(1, len(chosen)))
    return {slot: usual + (at < larger) for at, slot in enumerate(chosen)}


def _needed(compiled: CompiledProblem) -> dict[int, None]:
    chosen = dict.fromkeys(slot for slot in compiled.locked if slot >= 0)
    locked = {lock.challenge for lock in compiled.problem.locks}
    for challenge, found in zip(compiled.problem.challenges, compiled.slots_of, strict=True):
        needed = max(challenge.min_teams, challenge.id in locked)
        for slot in found:
            if sum(other in chosen for other in found) >= needed:
                break
            chosen.setdefault(slot)
    return chosen


class Dealing:
    """An assignment in the making.

    Attributes
    ----------
    seats
        How many people each opened slot is to get.
    slot_of
        Slot of each person, -1: none yet.
    """

    def __init__(self, compiled: CompiledProblem, seats: Mapping[int, int], random: Random) -> None:
        self._compiled = compiled
        self._random = random
        self.seats = dict(seats)
        self.slot_of = [-1] * len(compiled.people)
        self._teams: list[list[int]] = [[] for _ in compiled.slots]
        self._cost = [0] * len(compiled.slots)
        self._unit = {who: tuple(block) for block in compiled.blocks for who in block}

    def room(self, slot: int) -> int:
        """Seats of that slot that nobody has."""
        return self.seats.get(slot, 0) - len(self._teams[slot])

    def put(self, people: Iterable[int], slot: int) -> None:
        """Seat them there, wherever they were."""
        for who in people:
            if self.slot_of[who] >= 0:
                self._teams[self.slot_of[who]].remove(who)
                self._settle(self.slot_of[who])
            self.slot_of[who] = slot
            self._teams[slot].append(who)
        self._settle(slot)

    def fits(self, who: int, slot: int) -> bool:
        """Whether a seat is free, the person may take it, and nobody there has to be apart from them."""
        allowed = self._compiled.allowed[who, self._compiled.challenge_of[slot]]
        return bool(self.room(slot) > 0 and allowed and self._compiled.apart[who].isdisjoint(self._teams[slot]))

    def added_cost(self, who: int, slot: int) -> int:
        """What the person adds to the cost of that team; too few members are nothing wrong yet."""
        return self._added(slot, (who,))

    def unplaced(self) -> list[int]:
        """Who has no slot yet."""
        return [who for who, slot in enumerate(self.slot_of) if slot < 0]

    def place_bound(self) -> None:
        """Seat blocks and locked people who have no slot yet, and who leave little choice, where they add least."""
        locked = {lock.participant for lock in self._compiled.problem.locks}
        fixed = {who for who, name in enumerate(self._compiled.people) if name in locked}
        units = {*self._unit.values(), *(self._unit.get(who, (who,)) for who in fixed)}
        for unit in sorted(units, key=lambda unit: (fixed.isdisjoint(unit), -len(unit), unit)):
            if any(self.slot_of[who] < 0 for who in unit):
                self._place(unit)

    def close_empty(self) -> None:
        """Open only the slots that somebody has, unless nobody has one."""
        self.seats = {slot: count for slot, count in self.seats.items() if self._teams[slot]} or self.seats

    def move_team(self, slot: int, to: int) -> None:
        """Close that slot and open the other, with the same people."""
        self.seats[to] = self.seats.pop(slot)
        self.put(list(self._teams[slot]), to)

    def place_rest(self) -> None:
        """Seat everybody who is left where they add least, whether or not a rule is broken."""
        for who in self.unplaced():
            self._place((who,))

    def mend(self, steps: int) -> bool:
        """Move people, whole blocks together, until no hard rule is broken or the steps are used up.

        A step takes one team in which something is wrong and tries moves into it, out of it, swaps and its dissolution.
        Of those that leave less wrong it makes the cheapest; if there is none, any that leaves as much wrong, because
        some rules (a common language) need several moves; now and then one that breaks more. Returns whether
        nothing is wrong.
        """
        for _ in range(steps):
            wrong = [slot for slot in self.seats if broken_in(self._cost[slot]) > 0]
            if not wrong:
                break
            chosen = self._chosen(
                [(self._difference(moves), moves) for moves in self._moves(self._random.choice(wrong))]
            )
            for unit, to in chosen:
                self.put(unit, to)
        return broken_in(self._compiled.total(self.slot_of)) == 0

    def _chosen(self, tried: Sequence[tuple[int, list[Move]]]) -> list[Move]:
        best = min((difference for difference, _ in tried), default=0)
        if broken_in(best) < 0 or self._random.random() < UPHILL:
            return next((moves for difference, moves in tried if difference == best), [])
        equal = [moves for difference, moves in tried if broken_in(difference) == 0]
        return self._random.choice(equal) if equal else []

    def _place(self, unit: tuple[int, ...]) -> None:
        free = [slot for slot in self.seats if self.room(slot) >= len(unit)] or list(self.seats)
        self.put(unit, min(free, key=lambda slot: self._added(slot, unit)))

    def _added(self, slot: int, unit: Sequence[int]) -> int:
        """What these people add to the cost of that team, however few they are then."""
        team, least = self._teams[slot], self._compiled.problem.rules.size_min
        lacked = max(0, least - len(team)) if team else 0
        lacks = max(0, least - len(team) - len(unit))
        return self._compiled.team_cost(slot, [*team, *unit]) - self._cost[slot] + BROKEN * (lacked - lacks)

    def _settle(self, slot: int) -> None:
        self._cost[slot] = self._compiled.team_cost(slot, self._teams[slot])

    def _moves(self, slot: int) -> Iterator[list[Move]]:
        """What may put that team right."""
        units, others = self._units(slot), [each for each in self.seats if each != slot]
        places = self._random.sample(others, min(TRIED, len(others)))
        for other in places:
            for unit, start, to in chain(
                ((unit, slot, other) for unit in units), ((unit, other, slot) for unit in self._units(other))
            ):
                yield [(unit, to)]
                alone = [each for each in self._units(to) if len(each) == 1]
                if len(alone) >= len(unit):
                    yield [(unit, to), *((each, start) for each in self._random.sample(alone, len(unit)))]
        if len(self._teams[slot]) < self._compiled.problem.rules.size_min and self._may_close(slot):
            yield self._dissolved(units, places)

    def _units(self, slot: int) -> list[tuple[int, ...]]:
        """Who is there, blocks together."""
        return list(dict.fromkeys(self._unit.get(who, (who,)) for who in self._teams[slot]))

    def _may_close(self, slot: int) -> bool:
        challenge = self._compiled.challenge_of[slot]
        served = sum(bool(self._teams[each]) for each in self._compiled.slots_of[challenge])
        return served > self._compiled.problem.challenges[challenge].min_teams

    def _dissolved(self, units: Iterable[tuple[int, ...]], places: Sequence[int]) -> list[Move]:
        """Each unit to a place of its own, the cheapest for it."""
        left, moves = set(places), []
        for unit in sorted(units):
            if left:
                to = min(left, key=lambda each: self._difference([(unit, each)]))
                left.discard(to)
                moves.append((unit, to))
        return moves

    def _difference(self, moves: Sequence[Move]) -> int:
        """How the cost of the teams changes by these moves."""
        going = {who: to for unit, to in moves for who in unit}
        touched = {self.slot_of[who] for who in going} | set(going.values())
        after = {slot: [who for who in self._teams[slot] if who not in going] for slot in touched}
        for who, to in going.items():
            after[to].append(who)
        difference = sum(self._compiled.team_cost(slot, team) - self._cost[slot] for slot, team in after.items())
        return difference + BROKEN * self._missing_teams(after)

    def _missing_teams(self, after: Mapping[int, Sequence[int]]) -> int:
        """Teams that a challenge must have and that these changes close."""
        closed = [slot for slot, team in after.items() if not team and self._teams[slot]]
        return sum(not self._may_close(slot) for slot in closed)
