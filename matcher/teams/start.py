"""A first assignment, in a second or two for 2000 people, that keeps the hard rules wherever that is easy.

1. How many teams each challenge gets: everybody is sent to challenges at the least cost of preference (a
   transportation problem, with the room that all slots have), and teams go where people do.
2. Who goes to which challenge: the same again with the seats of those teams.
3. Dealing: within a challenge, whoever is hardest to place first, each to a team with fewest members where they
   cost least, so that rare roles and experience spread.
4. Mending: while a rule is broken, changes for those in the teams that break it are tried at random.

With a published plan, or other teams to begin with, everybody starts at their place there, and only steps 3 and 4 are
done for the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.teams.annealing import Annealing
from matcher.teams.costs import BROKEN, CompiledProblem
from matcher.teams.dealing import Dealing, open_slots
from matcher.teams.transport import cheapest_places
from matcher.teams.units import units_of

#: Cost of a place that a person must not have, in the transportation problem: above any preference.
FORBIDDEN: Final = 1 << 32
#: Moves of one round of mending, and how many rounds at most. Chosen: at most some two seconds in all.
MENDING: Final = (1000, 200)
#: Temperature of mending: changes that break as much as before are accepted rather freely. Chosen.
MENDING_TEMPERATURE: Final = 5.0


def start(compiled: CompiledProblem, *, seed: int = 0, places: Sequence[int] | None = None) -> list[int]:
    """Slot of each person. Rules may still be broken: see ``CompiledProblem.total``.

    `places` are those that people have already (-1: none), by default those of the published plan. Raises
    :class:`ValueError` when there is no slot at all. Cost: two transportation problems
    (:func:`~matcher.teams.transport.cheapest_places`) and O(people x teams of a challenge).
    """
    if not compiled.slots:
        raise ValueError("No challenge may have a team.")
    given = compiled.home if places is None else places
    placed = any(slot >= 0 for slot in given)
    return mended(compiled, _from_places(compiled, given, seed) if placed else _dealt(compiled, seed), seed=seed)


def mended(compiled: CompiledProblem, slot_of: Sequence[int], *, seed: int) -> list[int]:
    """The same assignment, or one that breaks less. Cost: nothing when no rule is broken."""
    if compiled.total(slot_of) < BROKEN:
        return list(slot_of)
    state = Annealing(compiled, slot_of, seed=seed, aimed=0.2)
    moves, rounds = MENDING
    for _ in range(rounds):
        state.sweep(moves, MENDING_TEMPERATURE, state.troubled())
        if state.best < BROKEN:
            break
    return state.best_slot_of


def _from_places(compiled: CompiledProblem, places: Sequence[int], seed: int) -> list[int]:
    """Everybody at the place that they have where that is still possible, the others where they add least."""
    size = compiled.problem.rules.size_max
    opened = dict.fromkeys(sorted({slot for slot in (*places, *compiled.locked) if slot >= 0}), size)
    dealing = Dealing(compiled, opened, Random(seed))  # noqa: S311 - to be repeatable, not secret
    for unit in (each.members for each in units_of(compiled)):
        homes = Counter(places[who] for who in unit if places[who] >= 0)
        locked = next((compiled.locked[who] for who in unit if compiled.locked[who] >= 0), None)
        slot = locked if locked is not None else homes.most_common(1)[0][0] if homes else None
        if slot is not None and compiled.allowed[list(unit), compiled.challenge_of[slot]].all():
            dealing.put(unit, slot)
    for who in sorted(dealing.unplaced(), key=_hardness(compiled).__getitem__):
        _deal(dealing, who, list(opened))
    dealing.place_rest()
    return dealing.slot_of


def _dealt(compiled: CompiledProblem, seed: int) -> list[int]:
    """Everybody dealt to the teams of the challenge that the transportation problem gives them."""
    costs = _costs_by_challenge(compiled)
    rules = compiled.problem.rules
    drawn = _transported(costs, [len(found) * rules.size_max for found in compiled.slots_of])
    demand = np.bincount(drawn, minlength=len(compiled.slots_of)).tolist()
    opened = open_slots(compiled, demand, rules.size_target)
    slots_of: list[list[int]] = [[] for _ in compiled.slots_of]
    for slot in opened:
        slots_of[compiled.challenge_of[slot]].append(slot)
    wanted = _transported(costs, [sum(opened[slot] for slot in found) for found in slots_of])
    dealing = Dealing(compiled, opened, Random(seed))  # noqa: S311 - to be repeatable, not secret
    dealing.place_bound()
    hardness = _hardness(compiled)
    for who in sorted(dealing.unplaced(), key=hardness.__getitem__):
        _deal(dealing, who, slots_of[wanted[who]])
    for who in sorted(dealing.unplaced(), key=hardness.__getitem__):
        _deal(dealing, who, list(opened))
    dealing.place_rest()
    return dealing.slot_of


def _deal(dealing: Dealing, who: int, slots: Sequence[int]) -> None:
    """Seat somebody in the slot with most room, of those the one where they add least, unless that breaks a rule."""
    prices = ((-dealing.room(slot), dealing.added_cost(who, slot), slot) for slot in slots if dealing.fits(who, slot))
    best = min((price for price in prices if price[1] < BROKEN // 2), default=None)
    if best is not None:
        dealing.put((who,), best[-1])


def _costs_by_challenge(compiled: CompiledProblem) -> NDArray[np.int64]:
    """(people, challenges): preference, :data:`FORBIDDEN` for who must not be there; blocks share their mean."""
    costs = np.where(compiled.allowed, compiled.preference, FORBIDDEN)
    for block in compiled.blocks:
        rows = list(block)
        costs[rows] = costs[rows].sum(axis=0) // len(rows)
    return costs


def _transported(costs: NDArray[np.int64], room: Sequence[int]) -> NDArray[np.int64]:
    """Challenge of each person at the least total cost when each challenge has that much room.

    When there is not enough room for all, everybody gets the challenge that they like best.
    """
    found = cheapest_places(costs, np.ones(costs.shape, np.bool_), np.asarray(room, np.int64))
    return costs.argmin(axis=1) if found is None else found


def _hardness(compiled: CompiledProblem) -> list[tuple[int, ...]]:
    """By person, sorts first who has fewest possible challenges, fewest people to talk to, the rarest role."""
    people = compiled.problem.participants
    languages = Counter(person.languages for person in people)
    roles = Counter(role for person in people for role in person.roles)
    heard = {spoken: sum(count for other, count in languages.items() if other & spoken) for spoken in languages}
    return [
        (
            int(compiled.allowed[who].sum()),
            heard[person.languages],
            min((roles[role] for role in person.roles), default=len(people)),
            -len(compiled.apart[who]),
            -person.experience,
            who,
        )
        for who, person in enumerate(people)
    ]
