"""Simple ways to form teams, behind the signature of every solver, to compare with.

======================  =============================================================================================
:func:`random_teams`    anybody anywhere where they are allowed
:func:`greedy_teams`    one person after the other, scarce roles first, to the team where they add least
:func:`snake_draft`     teams pick in the order 1, 2, ... n, n, ... 2, 1: best rank, then experience
:func:`assignment`      people to seats at least cost of preference (ranks and caps), nothing else looked at
:func:`harmonic`        genetic search on the harmonic mean of the scores of teams, as tools for student teams have it
======================  =============================================================================================

Rules kept by each: at the start blocks and locked people are seated, and at the end people are moved, at least
cost, until no hard rule is broken (:meth:`~matcher.teams.dealing.Dealing.mend`). None of them looks at the greatest
number of moves against a published plan. When a rule is still broken, the plan is empty and says ``INFEASIBLE``, which
then means "not found", never "proven". The first four begin again with another draw until the time or the
iterations (plans made) are used up, and give back the cheapest; an iteration of the last is a generation.

`workers` is ignored: each runs in one process. The first plan is made whatever the time limit.
Figures without a source are chosen, not measured.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

import numpy as np

from matcher.teams.costs import CompiledProblem, compile_problem
from matcher.teams.dealing import Dealing, broken_in, open_slots
from matcher.teams.problem import Problem, Progress, Solver, TeamPlan
from matcher.teams.run import Run

#: Steps to put broken rules right: so many, and one per person. Chosen.
MENDING: Final = 200
#: Plans in the genetic search, for up to 200 people and above. Chosen.
POPULATION: Final = (24, 8)
#: How many are drawn to be a parent, of which the best is taken. Chosen.
TOURNAMENT: Final = 3
#: Chance that a child has two people exchanged, then again, and that a team takes a free slot. Chosen.
MUTATION: Final = 0.5

#: Makes one plan, mended or not: the slot of each person. The number is that of the plan, from 0.
Way = Callable[[CompiledProblem, Random, int], list[int]]


def _repeated(name: str, way: Way) -> Solver:
    """A solver that makes plans one after the other and keeps the cheapest."""

    def solve(
        problem: Problem,
        *,
        time_limit_s: float,
        iterations: int | None = None,
        seed: int = 0,
        workers: int = 1,
        on_progress: Progress | None = None,
    ) -> TeamPlan:
        run = _begin(problem, time_limit_s, seed, on_progress)
        random = Random(seed)  # noqa: S311 - nothing secret
        most = sys.maxsize if iterations is None else iterations
        made = 0
        while run.compiled.slots and made < most and (made == 0 or run.goes_on()):
            run.offer(way(run.compiled, random, made))
            made += 1
        return run.plan(name)

    solve.__name__ = solve.__qualname__ = name
    return solve


def _begin(problem: Problem, time_limit_s: float, seed: int, on_progress: Progress | None) -> Run:
    began = time.monotonic()
    run = Run(compile_problem(problem), time_limit_s, seed, on_progress, began)
    run.prove_by_counting()
    return run


def _opened(compiled: CompiledProblem, random: Random, made: int, demand: Sequence[float]) -> Dealing:
    """Teams to fill, blocks and locked people in them: of target size in the first plan, then larger and smaller."""
    rules = compiled.problem.rules
    size = random.triangular(rules.size_min, rules.size_max, rules.size_target) if made else rules.size_target
    dealing = Dealing(compiled, open_slots(compiled, demand, size), random)
    dealing.place_bound()
    return dealing


def _random_way(compiled: CompiledProblem, random: Random, made: int) -> list[int]:
    dealing = _opened(compiled, random, made, [random.random() for _ in compiled.slots_of])
    _seat_at_random(dealing, random)
    return _finished(dealing)


def _greedy_way(compiled: CompiledProblem, random: Random, made: int) -> list[int]:
    dealing = _opened(compiled, random, made, _demand(compiled, random, made))
    # A team that nobody is in looks cheap for whom it suits badly: each gets one person who wants it first.
    for slot in dealing.seats:
        wanting = [who for who in dealing.unplaced() if dealing.fits(who, slot)]
        if wanting and dealing.room(slot) == dealing.seats[slot]:
            challenge = compiled.challenge_of[slot]
            dealing.put([min(wanting, key=lambda who: compiled.preference[who, challenge])], slot)
    for who in sorted(dealing.unplaced(), key=_scarcity(compiled, random, made)):
        free = [slot for slot in dealing.seats if dealing.fits(who, slot)]
        if free:
            dealing.put([who], min(free, key=lambda slot: dealing.added_cost(who, slot)))
    return _finished(dealing)


def _snake_way(compiled: CompiledProblem, random: Random, made: int) -> list[int]:
    dealing = _opened(compiled, random, made, _demand(compiled, random, made))
    # Best ranked first, then most experienced; the jitter below 1 only breaks ties.
    people = compiled.problem.participants
    order = np.array([3 - person.experience + (made and random.random() * 0.9) for person in people])
    wish = np.where(compiled.allowed, compiled.preference * 4.0, np.inf) + order[:, None]
    wish[[who for who, slot in enumerate(dealing.slot_of) if slot >= 0]] = np.inf
    turns = list(dealing.seats)
    random.shuffle(turns)
    for slot in _snake(turns, dealing):
        column = compiled.challenge_of[slot]
        for who in np.argsort(wish[:, column], kind="stable"):
            if not np.isfinite(wish[who, column]):
                break
            if dealing.fits(int(who), slot):
                dealing.put([int(who)], slot)
                wish[who] = np.inf
                break
    return _finished(dealing)


def _snake(turns: Sequence[int], dealing: Dealing) -> Iterable[int]:
    """Slots with a free seat, forth and back."""
    for turn in range(max(dealing.seats.values(), default=0)):
        yield from (slot for slot in (turns if turn % 2 == 0 else turns[::-1]) if dealing.room(slot) > 0)


def _assignment_way(compiled: CompiledProblem, random: Random, made: int) -> list[int]:
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - heavy, and the other solvers need none of it

    dealing = _opened(compiled, random, made, _demand(compiled, random, made))
    people = dealing.unplaced()
    seats = [slot for slot in dealing.seats for _ in range(max(0, dealing.room(slot)))]
    # The order of the rows decides between assignments that cost the same.
    random.shuffle(people)
    challenges = [compiled.challenge_of[slot] for slot in seats]
    forbidden = 1 + int(compiled.preference.max()) * len(compiled.people)
    costs = np.where(compiled.allowed, compiled.preference, forbidden)[np.ix_(people, challenges)]
    for row, column in zip(*linear_sum_assignment(costs), strict=True):
        dealing.put([people[row]], seats[column])
    return _finished(dealing)


def _demand(compiled: CompiledProblem, random: Random, made: int) -> list[float]:
    """How much people want each challenge: 1 for a first choice, 1/2 for a second... The first plan without chance."""
    wanted = {challenge.id: 0.0 for challenge in compiled.problem.challenges}
    for person in compiled.problem.participants:
        for rank, challenge in enumerate(person.ranked, 1):
            wanted[challenge] += 1 / rank
    return [value * (random.uniform(0.5, 1.5) if made else 1.0) + 0.01 for value in wanted.values()]


def _scarcity(compiled: CompiledProblem, random: Random, made: int) -> Callable[[int], tuple[float, float]]:
    """Sort key: who has a role that few have comes first, and then by chance, which alone decides now and then."""
    people = compiled.problem.participants
    have: dict[str, int] = {}
    for person in people:
        for role in person.roles:
            have[role] = have.get(role, 0) + 1
    ties = [random.random() for _ in people]
    ignored = made % 2 == 1

    def key(who: int) -> tuple[float, float]:
        rarest = min((have[role] for role in people[who].roles), default=len(people))
        return (0.0 if ignored else float(rarest), ties[who])

    return key


def _seat_at_random(dealing: Dealing, random: Random) -> None:
    people = dealing.unplaced()
    random.shuffle(people)
    for who in people:
        free = [slot for slot in dealing.seats if dealing.fits(who, slot)]
        if free:
            dealing.put([who], random.choice(free))


def _finished(dealing: Dealing) -> list[int]:
    dealing.place_rest()
    dealing.mend(MENDING + len(dealing.slot_of))
    return dealing.slot_of


@dataclass(frozen=True, slots=True)
class _Scores:
    """How good teams are, 1 to about 100, and plans: the harmonic mean, which one bad team pulls down."""

    compiled: CompiledProblem
    halves: list[float]  # of the cost of each person's friends: a friend apart costs both teams half of it
    reference: float  # cost at which a score would be 0

    @classmethod
    def of(cls, compiled: CompiledProblem) -> _Scores:
        """The reference is a team of target size who ranked nothing else and lack one of each role."""
        weights, at = compiled.problem.weights, {who: index for index, who in enumerate(compiled.people)}
        halves = [0.0] * len(at)
        for pair in compiled.problem.friends:
            for who in (pair.first, pair.second):
                halves[at[who]] += weights.of_friends(pair) / 2
        members = weights.preference * weights.unranked * compiled.problem.rules.size_target
        return cls(compiled, halves, max(1.0, members + sum(weights.role_deficit.values())))

    def plan(self, slot_of: Sequence[int]) -> tuple[int, float]:
        """Broken rules, and the negative harmonic mean: the lower the better."""
        if broken := broken_in(self.compiled.total(slot_of)):
            return broken, 0.0
        teams = [(slot, team) for slot, team in enumerate(self.compiled.members(slot_of)) if team]
        return 0, -len(teams) / sum(1 / self._team(slot, team) for slot, team in teams)

    def _team(self, slot: int, members: Sequence[int]) -> float:
        """By the cost of a member: small teams would have the better score by their size alone."""
        cost = self.compiled.team_cost(slot, members) + sum(self.halves[who] for who in members)
        target = self.compiled.problem.rules.size_target
        return max(1.0, 100.0 * (1.0 - cost * target / len(members) / self.reference))


def harmonic(
    problem: Problem,
    *,
    time_limit_s: float,
    iterations: int | None = None,
    seed: int = 0,
    workers: int = 1,
    on_progress: Progress | None = None,
) -> TeamPlan:
    """Genetic search: parents by tournament, a child takes whole teams of one and the places of the other.

    It follows the harmonic mean, and gives back the plan of the best mean, whose cost need not be the lowest seen.
    """
    run = _begin(problem, time_limit_s, seed, on_progress)
    if not run.compiled.slots:
        return run.plan("harmonic")
    random = Random(seed)  # noqa: S311 - nothing secret
    scores = _Scores.of(run.compiled)
    ranked: list[tuple[tuple[int, float], list[int]]] = []
    most = sys.maxsize if iterations is None else iterations
    generation = 0
    for number in range(POPULATION[len(run.compiled.people) > 200]):
        found = _random_way(run.compiled, random, number)
        ranked.append((scores.plan(found), found))
        if iterations is None and run.left_s < time_limit_s / 2:
            break
    ranked.sort(key=lambda each: each[0])
    while generation < most and run.goes_on(run.compiled.total(ranked[0][1])):
        # The two best live on, every other one makes room for a child.
        children = [_child(run.compiled, random, _parent(ranked, random), _parent(ranked, random)) for _ in ranked[2:]]
        ranked = ranked[:2] + [(scores.plan(child), child) for child in children]
        ranked.sort(key=lambda each: each[0])
        generation += 1
    run.offer(ranked[0][1])
    return run.plan("harmonic")


def _parent(ranked: Sequence[tuple[tuple[int, float], list[int]]], random: Random) -> list[int]:
    return ranked[min(random.randrange(len(ranked)) for _ in range(TOURNAMENT))][1]


def _child(compiled: CompiledProblem, random: Random, first: Sequence[int], second: Sequence[int]) -> list[int]:
    """Half of the teams of the first; everybody else where the second has them, if there is room."""
    kept = {slot for slot in set(first) if random.random() < 0.5}
    size = compiled.problem.rules.size_max
    dealing = Dealing(compiled, dict.fromkeys(sorted(kept | set(second)), size), random)
    for who, slot in enumerate(first):
        if slot in kept:
            dealing.put([who], slot)
    for who in dealing.unplaced():
        if second[who] not in kept and dealing.room(second[who]) > 0:
            dealing.put([who], second[who])
    dealing.close_empty()
    dealing.place_bound()
    _seat_at_random(dealing, random)
    _mutate(compiled, dealing, random)
    return _finished(dealing)


def _mutate(compiled: CompiledProblem, dealing: Dealing, random: Random) -> None:
    """Exchange people, and give a team's people another challenge."""
    in_blocks = {who for block in compiled.blocks for who in block}
    free = [who for who, slot in enumerate(dealing.slot_of) if slot >= 0 and who not in in_blocks]
    while len(free) >= 2 and random.random() < MUTATION:
        first, second = random.sample(free, 2)
        there, here = dealing.slot_of[first], dealing.slot_of[second]
        dealing.put([first], here)
        dealing.put([second], there)
    empty = [slot for slot in range(len(compiled.slots)) if slot not in dealing.seats]
    if empty and random.random() < MUTATION:
        left, taken = random.choice(list(dealing.seats)), random.choice(empty)
        dealing.move_team(left, taken)


random_teams: Final = _repeated("random_teams", _random_way)
greedy_teams: Final = _repeated("greedy_teams", _greedy_way)
snake_draft: Final = _repeated("snake_draft", _snake_way)
assignment: Final = _repeated("assignment", _assignment_way)
