"""Large-neighbourhood search: a few teams at a time, solved as well as they can be together.

A round draws a team, the worse the likelier; takes those with which its members could best change places (teams of
challenges that they want, teams whose members want theirs, teams of their friends); adds an empty slot of one of
those challenges; and has :func:`matcher.teams.cpsat.improved` place all these people anew. What comes back is
taken unless it costs more, so that the search also walks on a plateau.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

from matcher.teams.costs import BROKEN, CompiledProblem
from matcher.teams.cpsat import Budget, improved

#: How many teams a round takes, the empty slot not counted: drawn from these. At 200 people, in processor time: 35 ms
#: for 3, 75 ms for 4, 520 ms for 6, which gain about as much in a round.
TEAMS: Final = (3, 3, 3, 4, 4, 5)
#: Deterministic work of a round, in iterations of CP-SAT (hundredths of a second of its own count). Chosen.
WORK: Final = 20
#: Seconds of a round when nobody limits them: so many that only the work counts.
UNLIMITED_S: Final = 3600.0
#: A preference is a wish when it costs at most this much more than the person's best. Chosen.
NEAR: Final = 12


@dataclass(eq=False)
class Neighbourhoods:
    """An assignment under improvement.

    Attributes
    ----------
    slot_of
        Slot of each person; keeps all hard rules.
    slots
        Only teams of these slots change; None: of all.
    total
        Its cost.
    """

    compiled: CompiledProblem
    slot_of: list[int]
    random: Random
    slots: Collection[int] | None = None
    total: int = field(init=False)
    _tried: dict[int, int] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.total = self.compiled.total(self.slot_of)
        own = range(len(self.compiled.slots)) if self.slots is None else self.slots
        self._own = sorted(own)
        self._wants = _wants(self.compiled)

    def round(self, time_limit_s: float = UNLIMITED_S) -> None:
        """Place the people of one neighbourhood anew; the assignment never becomes worse."""
        teams = self.compiled.members(self.slot_of)
        filled = [slot for slot in self._own if teams[slot]]
        if not filled:
            return
        costs = [self.compiled.team_cost(slot, teams[slot]) for slot in filled]
        weights = [max(1, cost) / (1 + self._tried.get(slot, 0)) for slot, cost in zip(filled, costs, strict=True)]
        seed = self.random.choices(filled, weights)[0]
        chosen = self._near(seed, teams, filled, self.random.choice(TEAMS))
        found = improved(
            self.compiled,
            self.slot_of,
            [who for slot in chosen for who in teams[slot]],
            [*chosen, *self._empty(chosen, teams)],
            Budget(time_limit_s, WORK, self.random.randrange(1 << 30)),
        )
        self._tried[seed] = self._tried.get(seed, 0) + 1
        if found is None:
            return
        total = self.compiled.total(found)
        if total < self.total:
            for slot in chosen:
                self._tried.pop(slot, None)
        if total <= self.total:
            self.slot_of, self.total = found, total

    def _near(self, seed: int, teams: Sequence[Sequence[int]], filled: Sequence[int], count: int) -> list[int]:
        """The seed and the teams with which it has most to do, with some chance."""
        challenge_of = self.compiled.challenge_of
        wanted = {challenge for who in teams[seed] for challenge in self._wants.challenges[who]}
        friends = {self.slot_of[friend] for who in teams[seed] for friend in self._wants.friends[who]}

        def bond(slot: int) -> float:
            wanting = sum(challenge_of[seed] in self._wants.challenges[who] for who in teams[slot])
            ties = 2 * (challenge_of[slot] in wanted) + wanting + 3 * (slot in friends)
            return (ties + 0.5) * self.random.random()

        others = sorted((slot for slot in filled if slot != seed), key=bond, reverse=True)
        return [seed, *others[: count - 1]]

    def _empty(self, chosen: Sequence[int], teams: Sequence[Sequence[int]]) -> list[int]:
        """An empty slot, if there is one, of a challenge that somebody in these teams wants."""
        wanted = [challenge for slot in chosen for who in teams[slot] for challenge in self._wants.challenges[who]]
        own = set(self._own)
        empty = {
            challenge: slot
            for challenge in dict.fromkeys(wanted)
            for slot in reversed(self.compiled.slots_of[challenge])
            if slot in own and not teams[slot]
        }
        likely = [challenge for challenge in wanted if challenge in empty]
        return [empty[self.random.choice(likely)]] if likely else []


@dataclass(frozen=True, slots=True)
class _Wants:
    """By person, the challenges that they would like (nearly) best of all, and their friends."""

    challenges: tuple[frozenset[int], ...]
    friends: tuple[tuple[int, ...], ...]


def _wants(compiled: CompiledProblem) -> _Wants:
    index = {name: who for who, name in enumerate(compiled.people)}
    friends: list[list[int]] = [[] for _ in compiled.people]
    for pair in compiled.problem.friends:
        friends[index[pair.first]].append(index[pair.second])
        friends[index[pair.second]].append(index[pair.first])
    best = compiled.preference.min(axis=1, keepdims=True)
    liked = (compiled.preference <= best + NEAR) & compiled.allowed
    challenges = tuple(frozenset(row.nonzero()[0].tolist()) for row in liked)
    return _Wants(challenges, tuple(map(tuple, friends)))


def improve_by_neighbourhoods(
    compiled: CompiledProblem,
    slot_of: Sequence[int],
    *,
    seed: int,
    rounds: int,
    slots: Collection[int] | None = None,
    seconds_left: Callable[[int], float] | None = None,
    on_better: Callable[[Sequence[int]], None] | None = None,
) -> list[int]:
    """Slot of each person after that many rounds; never worse than the given assignment.

    Parameters
    ----------
    slot_of
        Keeps all hard rules; raises :class:`ValueError` otherwise.
    slots
        Only the teams of these change; None: all.
    seconds_left
        Called before every round with the best total so far: how long the caller wants to go on; at 0 or less it
        is over. None: only the rounds count, and a seed gives the same result again.
    on_better
        Called after every round that lowered the total, with the slot of each person.
    """
    search = Neighbourhoods(compiled, list(slot_of), Random(seed), slots)  # noqa: S311 - to be repeatable, not secret
    if search.total >= BROKEN:
        raise ValueError("The assignment to be improved breaks a hard rule.")
    for _ in range(rounds):
        left = UNLIMITED_S if seconds_left is None else seconds_left(search.total)
        if left <= 0.0:
            break
        before = search.total
        search.round(left)
        if on_better is not None and search.total < before:
            on_better(search.slot_of)
    return search.slot_of
