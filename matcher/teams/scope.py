"""What a solver decides at a time: all teams, or a few of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations

from matcher.teams.costs import CompiledProblem


@dataclass(frozen=True, slots=True)
class Scope:
    """What is to be decided: the teams of these slots, from these units.

    Attributes
    ----------
    units
        People who go together, at least one each; nobody is in two.
    slots
        Slots that the units share; nobody else is there.
    allowed
        By unit, the slots of the scope where it may be.
    elsewhere
        Number of teams by challenge outside the scope.
    moves
        How many people of the scope may leave their published slot; None: any number.
    ordered
        Challenges whose slots are all in the scope and used by rising number.
    """

    units: tuple[tuple[int, ...], ...]
    slots: tuple[int, ...]
    allowed: tuple[tuple[int, ...], ...]
    elsewhere: Mapping[int, int] = field(default_factory=dict)
    moves: int | None = None
    ordered: frozenset[int] = frozenset()


def whole_scope(compiled: CompiledProblem) -> Scope:
    """Everybody and all slots."""
    together = set(chain.from_iterable(compiled.blocks))
    alone = ((who,) for who in range(len(compiled.people)) if who not in together)
    units = tuple(sorted((*compiled.blocks, *alone)))
    everywhere = tuple(range(len(compiled.slots)))
    published = compiled.problem.published
    told_apart = {compiled.challenge_of[slot] for slot in (*compiled.home, *compiled.locked) if slot >= 0}
    return Scope(
        units=units,
        slots=everywhere,
        allowed=tuple(allowed_slots(compiled, unit, everywhere) for unit in units),
        moves=None if published is None else published.max_moves,
        ordered=frozenset(range(len(compiled.slots_of))) - told_apart,
    )


def part_scope(compiled: CompiledProblem, slot_of: Sequence[int], people: Iterable[int], slots: Iterable[int]) -> Scope:
    """Only these people move, among these slots and those where they are; -1 in `slot_of` is no place yet.

    Whoever else is in those slots stays there, as one unit per slot, with the free members of their blocks.
    """
    free = frozenset(people)
    inside = sorted({*slots, *(slot_of[who] for who in free if slot_of[who] >= 0)})
    staying: dict[int, list[int]] = {slot: [] for slot in inside}
    outside: dict[int, int] = {}
    for who, slot in enumerate(slot_of):
        if who not in free and slot in staying:
            staying[slot].append(who)
        elif who not in free:
            outside[who] = slot
    moving: list[tuple[tuple[int, ...], tuple[int, ...]]] = []
    in_blocks = set(chain.from_iterable(compiled.blocks))
    for block in (*compiled.blocks, *((who,) for who in sorted(free - in_blocks))):
        goers = tuple(who for who in block if who in free)
        held = {slot_of[who] for who in block if who not in free}
        if goers and not held:
            moving.append((goers, allowed_slots(compiled, goers, inside)))
        elif goers and len(held) == 1 and held <= staying.keys():
            staying[held.pop()].extend(goers)
        elif goers:
            moving.append((goers, ()))
    units = (*moving, *((tuple(sorted(who)), (slot,)) for slot, who in staying.items() if who))
    published = compiled.problem.published
    most = None if published is None else published.max_moves
    moved = sum(compiled.home[who] not in {-1, slot} for who, slot in outside.items())
    return Scope(
        units=tuple(unit for unit, _ in units),
        slots=tuple(inside),
        allowed=tuple(allowed for _, allowed in units),
        elsewhere=Counter(compiled.challenge_of[slot] for slot in set(outside.values())),
        moves=None if most is None else most - moved,
    )


def allowed_slots(compiled: CompiledProblem, unit: Sequence[int], slots: Iterable[int]) -> tuple[int, ...]:
    """Those of the slots where locks, exclusions, eligibility and required languages let everybody of the unit be."""
    if any(second in compiled.apart[first] for first, second in combinations(unit, 2)):
        return ()
    return tuple(
        slot
        for slot in slots
        if all(
            compiled.allowed[who, compiled.challenge_of[slot]] and compiled.locked[who] in {-1, slot} for who in unit
        )
    )
