"""Simulated annealing over whole assignments: small changes, judged by costing again the teams that they touch.

Moves (names after :mod:`matcher.teams.problem`): two people change places; one person, or a block, goes to another
team; two whole teams change challenges; a team goes to a challenge's empty slot; a team is opened with one member
of several others, or closed and its members spread. A share of the moves is *aimed*: somebody goes to a team of a
challenge that they ranked better, or to a friend. The temperature falls geometrically with the share of the budget
that is used; with a budget of moves, a seed gives the same result again.

A broken rule costs :data:`~matcher.teams.costs.BROKEN`, far above any temperature: from an assignment that keeps all
rules, none that breaks one is ever entered.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Final

import numpy as np

from matcher.teams.costs import BROKEN, CompiledProblem

#: Moves between two looks at the temperature and the best assignment: at most, and as a share of all.
SWEEP, SWEEPS = 500, 200
#: Share of moves that concern whole teams, and of the moves of one person that fill a free place instead of changing
#: places. Both tried on one generated event of 200 and one of 2000 people, a few values each.
WHOLE_TEAM, RELOCATE = 0.06, 0.3
#: Share of exchanges with the member whose wishes speak least against it; the others with any. Tried
#: on the same events: 3 % cheaper than none at 200 people.
WILLING: Final = 0.5

#: What a move makes of some slots: (slot, its members then).
Changes = list[tuple[int, list[int]]]


@dataclass(frozen=True, slots=True)
class Schedule:
    """How an annealing goes: temperatures (in cost) at its start and end, and the share of aimed moves, [0, 1]."""

    hot: float
    cold: float
    aimed: float

    def temperature(self, share: float) -> float:
        """Temperature when that share of the budget, [0, 1], is used."""
        return self.hot * exp(log(self.cold / self.hot) * min(1.0, share))


def schedule_for(people: int) -> Schedule:
    """The schedule for a size: the more people, the fewer random moves lead anywhere, so the more are aimed.

    Thousands have too few moves each for a hot beginning. Tried as the shares of moves were.
    """
    return Schedule(hot=6.0 if people <= 400 else 3.0, cold=0.5, aimed=min(0.95, 0.5 + people / 4000))


class Annealing:
    """An assignment under change, with the cost of each team, and the best one met.

    Parameters
    ----------
    aimed
        Share of aimed moves, [0, 1].
    challenges
        Only teams of these challenges change; None: of all.

    Attributes
    ----------
    slot_of, total
        The assignment (slot of each person) and its cost, plus ``BROKEN`` per broken rule.
    best_slot_of, best
        The same of the best assignment at the end of any sweep.
    """

    def __init__(
        self,
        compiled: CompiledProblem,
        slot_of: Sequence[int],
        *,
        seed: int,
        aimed: float,
        challenges: Iterable[int] | None = None,
    ) -> None:
        self._compiled = compiled
        self._random = random.Random(seed)  # noqa: S311 - to be repeatable, not secret
        self._aimed = aimed
        self.slot_of = list(slot_of)
        self._teams = compiled.members(slot_of)
        self._costs = [compiled.team_cost(slot, team) for slot, team in enumerate(self._teams)]
        own = range(len(compiled.slots_of)) if challenges is None else sorted(challenges)
        self._challenges = [challenge for challenge in own if compiled.slots_of[challenge]]
        self._own = frozenset(slot for challenge in self._challenges for slot in compiled.slots_of[challenge])
        self._active = [sum(bool(self._teams[slot]) for slot in slots) for slots in compiled.slots_of]
        self._prepare_people()
        self._slack = [self._slack_of(slot) for slot in range(len(self._teams))]
        self._moved = sum(home not in {-1, slot} for home, slot in zip(compiled.home, slot_of, strict=True))
        self.total = compiled.total(self.slot_of)
        self.best, self.best_slot_of = self.total, list(self.slot_of)

    def _prepare_people(self) -> None:
        compiled, problem = self._compiled, self._compiled.problem
        index = {who: number for number, who in enumerate(compiled.people)}
        self._rows: list[list[int]] = (compiled.preference + BROKEN * ~compiled.allowed).T.tolist()
        self._block: list[tuple[int, ...] | None] = [None] * len(compiled.people)
        for block in compiled.blocks:
            for who in block:
                self._block[who] = block
        fixed = {who for who, slot in enumerate(compiled.locked) if slot != -1 and slot == self.slot_of[who]}
        fixed |= {mate for who in fixed for mate in self._block[who] or ()}
        fixed |= {who for block in compiled.blocks if len({self.slot_of[each] for each in block}) > 1 for who in block}
        self._movable = [who for who, slot in enumerate(self.slot_of) if slot in self._own and who not in fixed]
        # What a person can at most give back to a team: all friends in it, and being where they were.
        self._gift = [problem.weights.move * (home >= 0) for home in compiled.home]
        self._friends: list[list[int]] = [[] for _ in compiled.people]
        for pair in problem.friends:
            for who, other in ((index[pair.first], index[pair.second]), (index[pair.second], index[pair.first])):
                self._gift[who] += problem.weights.of_friends(pair)
                self._friends[who].append(other)
        own = np.asarray(self._challenges, dtype=np.intp)
        self._wished = [_wishes(compiled, who, own) for who in range(len(compiled.people))]
        published = problem.published
        self._most_moved = None if published is None else published.max_moves

    def _slack_of(self, slot: int) -> int:
        """What the costs of a team that are no preferences can at most fall by, when friends stay together."""
        row = self._rows[self._compiled.challenge_of[slot]]
        return self._costs[slot] + sum(self._gift[who] - row[who] for who in self._teams[slot])

    def troubled(self) -> list[int]:
        """Those who may move and are in a team that breaks a rule; everybody who may, when no team does."""
        found = [who for who in self._movable if self._costs[self.slot_of[who]] >= BROKEN // 2]
        return found or self._movable

    def sweep(self, moves: int, temperature: float, seekers: Sequence[int] | None = None) -> None:
        """Try that many moves. Cost: 2 to 10 µs each.

        `seekers`: those for whom a change is sought (with anybody); None: all who may move.
        """
        movable = self._movable
        self._seekers = seekers or movable
        if not movable:
            return
        draw, slot_of, seekers = self._random.random, self.slot_of, self._seekers
        people, sought = len(movable), len(self._seekers)
        aimed = WHOLE_TEAM + self._aimed * (1.0 - WHOLE_TEAM)
        for _ in range(moves):
            kind = draw()
            limit = -temperature * log(1.0 - draw())
            if kind < WHOLE_TEAM:
                self._try(self._whole_team_move(), limit)
                continue
            who = seekers[int(draw() * sought)]
            goal = self._aim(who) if kind < aimed else slot_of[movable[int(draw() * people)]]
            if goal == slot_of[who] or not self._teams[goal]:
                continue
            if self._block[who] is not None:
                self._try(self._block_move(who, goal), limit)
            elif draw() < RELOCATE:
                self._relocate(who, goal, limit)
            else:
                self._swap(who, goal, limit)
        if self.total < self.best:
            self.best, self.best_slot_of = self.total, list(self.slot_of)

    def _aim(self, who: int) -> int:
        """A team that this person would like better, or the one that they are in."""
        draw, friends, wished = self._random.random, self._friends[who], self._wished[who]
        at = int(draw() * (len(friends) + len(wished))) if friends or wished else 0
        if at < len(friends):
            goal = self.slot_of[friends[at]]
            return goal if goal in self._own else self.slot_of[who]
        if not wished:
            return self.slot_of[who]
        slots = self._compiled.slots_of[wished[at - len(friends)]]
        return slots[int(draw() * len(slots))]

    def _swap(self, who: int, goal: int, limit: float) -> None:
        """Two people change places if that costs at most `limit` more."""
        compiled, teams, slack, gift = self._compiled, self._teams, self._slack, self._gift
        team, source = teams[goal], self.slot_of[who]
        here, there = self._rows[compiled.challenge_of[source]], self._rows[compiled.challenge_of[goal]]
        other = team[int(self._random.random() * len(team))]
        if self._random.random() < WILLING:
            other = min(team, key=lambda each: here[each] - there[each])
        if self._block[other] is not None or compiled.locked[other] == goal:
            return
        least = there[other] - there[who] + slack[goal] + gift[who]  # what the goal's team can at most gain
        if here[other] - here[who] - slack[source] - gift[other] - least > limit:
            return
        left = teams[source].copy()
        left[left.index(who)] = other
        cost = compiled.team_cost(source, left)
        delta = cost - self._costs[source]
        if self._most_moved is not None:
            delta += self._cost_of_moves(((who, goal), (other, source)))
        if delta - least > limit:
            return
        joined = team.copy()
        joined[joined.index(other)] = who
        joined_cost = compiled.team_cost(goal, joined)
        delta += joined_cost - self._costs[goal]
        if delta <= limit:
            self._make([(source, left), (goal, joined)], [cost, joined_cost], delta)

    def _relocate(self, who: int, goal: int, limit: float) -> None:
        """One person goes to a team that has others, if that costs at most `limit` more."""
        compiled, rules = self._compiled, self._compiled.problem.rules
        source = self.slot_of[who]
        no_room = len(self._teams[goal]) >= rules.size_max or len(self._teams[source]) <= rules.size_min
        if no_room and max(self._costs[goal], self._costs[source]) < BROKEN // 2:
            return
        here, there = self._rows[compiled.challenge_of[source]], self._rows[compiled.challenge_of[goal]]
        if there[who] - here[who] - self._slack[source] - self._slack[goal] - self._gift[who] > limit:
            return
        left = [each for each in self._teams[source] if each != who]
        self._try([(source, left), (goal, [*self._teams[goal], who])], limit)

    def _block_move(self, who: int, goal: int) -> Changes:
        """Everybody of a block goes to another team, against as many others as its size asks for."""
        block = self._block[who] or (who,)
        source = self.slot_of[who]
        others = [each for each in self._teams[goal] if self._is_loose(each)]
        room = self._compiled.problem.rules.size_max - len(self._teams[goal])
        fewest = max(0, len(block) - room)
        back = self._random.sample(others, min(len(others), self._random.randint(fewest, max(fewest, len(block)))))
        moved, returned = set(block), set(back)
        return [
            (source, [each for each in self._teams[source] if each not in moved] + back),
            (goal, [each for each in self._teams[goal] if each not in returned] + list(block)),
        ]

    def _is_loose(self, who: int) -> bool:
        """Whether this person may move without others."""
        return self._block[who] is None and self._compiled.locked[who] in {-1, -2}

    def _whole_team_move(self) -> Changes:
        """One of the moves that concern a whole team; empty when there is nothing to do."""
        draw = self._random.random
        slot = self.slot_of[self._seekers[int(draw() * len(self._seekers))]]
        challenge = self._challenges[int(draw() * len(self._challenges))]
        slots = self._compiled.slots_of[challenge]
        goal = slots[int(draw() * len(slots))]
        if goal == slot:
            return self._close(slot)
        other_challenge = challenge != self._compiled.challenge_of[slot]
        if self._teams[goal]:
            return [(slot, self._teams[goal].copy()), (goal, self._teams[slot].copy())] if other_challenge else []
        if other_challenge and draw() < 0.5:
            return [(slot, []), (goal, self._teams[slot].copy())]
        return self._open(goal)

    def _open(self, goal: int) -> Changes:
        """A team in an empty slot: one member of each of several teams, preferably who would like to be there."""
        rules, row = self._compiled.problem.rules, self._rows[self._compiled.challenge_of[goal]]
        size = self._random.randint(rules.size_min, rules.size_target)
        drawn = self._random.choices(self._movable, k=6 * size) + self._random.choices(self._seekers, k=2 * size)
        left: dict[int, list[int]] = {}
        joined: list[int] = []
        too_large = {who for who in drawn if len(self._teams[self.slot_of[who]]) > rules.size_max}
        for who in sorted(set(drawn), key=lambda who: (who not in too_large, row[who], who)):
            slot = self.slot_of[who]
            team = left.get(slot, self._teams[slot])
            if self._is_loose(who) and len(team) > rules.size_min:
                left[slot] = [each for each in team if each != who]
                joined.append(who)
                if len(joined) == size:
                    return [*left.items(), (goal, joined)]
        return []

    def _close(self, slot: int) -> Changes:
        """A team's members spread over others that have room."""
        room = self._compiled.problem.rules.size_max
        joined: dict[int, list[int]] = {}
        for who in self._teams[slot]:
            if not self._is_loose(who):
                return []
            for _ in range(8):
                aimed = self._random.random() < 0.5
                goal = self._aim(who) if aimed else self.slot_of[self._random.choice(self._movable)]
                team = joined.get(goal, self._teams[goal])
                if goal != slot and 0 < len(team) < room:
                    joined[goal] = [*team, who]
                    break
            else:
                return []
        return [(slot, []), *joined.items()]

    def _cost_of_moves(self, places: Iterable[tuple[int, int]]) -> int:
        """What the greatest number of moves adds when people go to these places: (who, slot)."""
        most = self._most_moved or 0
        return BROKEN * (max(0, self._moved + self._more_moved(places) - most) - max(0, self._moved - most))

    def _more_moved(self, places: Iterable[tuple[int, int]]) -> int:
        home, slot_of = self._compiled.home, self.slot_of
        return sum((home[who] == slot_of[who]) - (home[who] == slot) for who, slot in places if home[who] != -1)

    def _try(self, changes: Changes, limit: float) -> None:
        """Make the changes if they cost at most `limit` more."""
        compiled = self._compiled
        delta, costs = 0, []
        for slot, team in changes:
            cost = compiled.team_cost(slot, team)
            costs.append(cost)
            delta += cost - self._costs[slot]
        opened: dict[int, int] = {}
        for slot, team in changes:
            if change := bool(team) - bool(self._teams[slot]):
                challenge = compiled.challenge_of[slot]
                opened[challenge] = opened.get(challenge, 0) + change
        for challenge, change in opened.items():
            teams = self._active[challenge]
            delta += compiled.challenge_cost(challenge, teams + change) - compiled.challenge_cost(challenge, teams)
        if self._most_moved is not None:
            delta += self._cost_of_moves((who, slot) for slot, team in changes for who in team)
        if not changes or delta > limit:
            return
        for challenge, change in opened.items():
            self._active[challenge] += change
        self._make(changes, costs, delta)

    def _make(self, changes: Changes, costs: Sequence[int], delta: int) -> None:
        if self._most_moved is not None:
            self._moved += self._more_moved((who, slot) for slot, team in changes for who in team)
        for (slot, team), cost in zip(changes, costs, strict=True):
            for who in team:
                self.slot_of[who] = slot
            self._teams[slot], self._costs[slot] = team, cost
            self._slack[slot] = self._slack_of(slot)
        self.total += delta


def _wishes(compiled: CompiledProblem, who: int, challenges: np.ndarray[tuple[int], np.dtype[np.intp]]) -> list[int]:
    """Challenges that this person would like best: at most five, of those that are allowed to them."""
    costs = np.where(compiled.allowed[who, challenges], compiled.preference[who, challenges], BROKEN)
    best = np.argsort(costs, kind="stable")[:5]
    return [int(challenges[at]) for at in best if costs[at] < BROKEN and costs[at] <= costs[best[0]] + 20]


def anneal(
    compiled: CompiledProblem,
    slot_of: Sequence[int],
    *,
    seed: int,
    iterations: int,
    schedule: Schedule | None = None,
    challenges: Iterable[int] | None = None,
    share_used: Callable[[Annealing], float] | None = None,
) -> Annealing:
    """Anneal once from hot to cold; the best assignment met, never worse than the given one, is in what comes back.

    Parameters
    ----------
    slot_of
        Slot of each person; blocks are together in it or do not move.
    iterations
        Greatest number of moves.
    schedule
        None: that of :func:`schedule_for`.
    challenges
        Only teams of these change; None: of all.
    share_used
        Called after every sweep: the share of the caller's own budget (its time) that is used; from 1.0 on, the
        annealing ends. The temperature follows the greater of it and the share of the moves.
    """
    plan = schedule or schedule_for(len(compiled.people))
    state = Annealing(compiled, slot_of, seed=seed, aimed=plan.aimed, challenges=challenges)
    done, share = 0, 0.0
    usual = min(SWEEP, 1 + iterations // SWEEPS)
    while done < iterations and share < 1.0:
        moves = min(usual, iterations - done)
        state.sweep(moves, plan.temperature(share))
        done += moves
        share = max(done / iterations, 0.0 if share_used is None else share_used(state))
    return state
