"""The cheapest team of a challenge, exactly, when everybody who joins brings a price; for :mod:`matcher.teams.columns`.

What is minimised is a *relaxed* cost, never above the true one: preference, wanted roles and skills, seniors, owner
and size count in full, and so do friends, history and avoid pairs inside a group of people who belong together; all
other terms count for nothing, and of friends in two groups each brings half of what the pair would save.

A dynamic program adds one group after the other to what a team has so far: how many members, how many of each
wanted role, which wanted skills, a senior, somebody of the owner. There are some hundred to some thousand such states.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.teams.costs import BROKEN, CompiledProblem
from matcher.teams.problem import SENIOR, Challenge, Participant

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
#: Members of one team, by rising index.
Members = tuple[int, ...]

#: Most people of a group of friends; a group of n has 2**n - 1 subsets to look at. Chosen: teams have some five.
MOST_TOGETHER: Final = 5
#: Most states; wanted skills beyond it are left out of the cost, those that most people have first. Chosen: 0.1 ms.
MOST_STATES: Final = 6000
#: Differences of costs that are no differences: prices are not whole numbers.
TINY: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Groups:
    """People whose being together has a price, in groups; everybody is in one.

    ``given`` is what each person brings, negative, for friends who are in other groups: half of the pair's saving.
    """

    members: tuple[Members, ...]
    given: Floats


def groups_of(compiled: CompiledProblem) -> Groups:
    """Blocks first, then friends, dearest pairs first, as long as a group has at most :data:`MOST_TOGETHER`."""
    group = {who: {who} for who in range(len(compiled.people))}
    for block in compiled.blocks:
        for other in block[1:]:
            _join(group, block[0], other)
    savings = sorted(
        (cost, low, high) for low, near in enumerate(compiled.pair_costs) for high, cost in near.items() if cost < 0
    )
    for _, low, high in savings:
        if group[low] is not group[high] and len(group[low]) + len(group[high]) <= MOST_TOGETHER:
            _join(group, low, high)
    given = np.zeros(len(compiled.people))
    for cost, low, high in savings:
        if group[low] is not group[high]:
            given[[low, high]] += cost / 2
    different = {id(members): tuple(sorted(members)) for members in group.values()}
    return Groups(tuple(sorted(different.values())), given)


def _join(group: dict[int, set[int]], first: int, second: int) -> None:
    if group[first] is not group[second]:
        joined = group[first] | group[second]
        group.update(dict.fromkeys(joined, joined))


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """Where adding one kind of person leads: the states that it can be added to, in runs with the same result."""

    sources: Ints
    results: Ints
    firsts: Ints

    def after(self, costs: Floats) -> Floats:
        """Least cost of each state after the step, infinite where it does not lead; shape (states,)."""
        moved = np.full(len(costs), np.inf)
        moved[self.results] = np.minimum.reduceat(costs[self.sources], self.firsts)
        return moved

    def before(self, costs: Floats, state: int) -> int:
        """The cheapest state that the step leads from to this one."""
        at = int(np.searchsorted(self.results, state))
        run = self.sources[self.firsts[at] : self.firsts[at + 1] if at + 1 < len(self.firsts) else None]
        return int(run[costs[run].argmin()])


#: What one person adds to a state: itself, each wanted role, each wanted skill, a senior, the owner; 0 or 1 each.
Kind = tuple[int, ...]
#: Some of a group, and what their being together costs.
Part = tuple[Members, int]


class TeamPricing:
    """The teams of one challenge. ``states`` are numbered; 0 is the empty team."""

    def __init__(self, compiled: CompiledProblem, challenge: int, groups: Groups) -> None:
        problem, asked = compiled.problem, compiled.problem.challenges[challenge]
        people, self._most = problem.participants, min(problem.rules.size_max, len(compiled.people))
        skills = _told_skills(people, asked, self._most)
        self._kinds = [_kind(person, asked, skills) for person in people]
        self._shape = _shape(asked, skills, self._most)
        self._states = np.stack(np.unravel_index(np.arange(np.prod(self._shape)), self._shape), axis=1)
        self._steps = {kind: self._step(kind) for kind in set(self._kinds)}
        self._ends = _ends(compiled, asked, skills, self._states)
        self._joining = compiled.preference[:, challenge] + groups.given
        for who, home in enumerate(compiled.home):
            if home >= 0 and compiled.challenge_of[home] == challenge:
                self._joining[who] -= problem.weights.move
        self._pair_costs = compiled.pair_costs
        self._group_of = {who: at for at, group in enumerate(groups.members) for who in group}
        self._parts = [_parts_of(compiled, challenge, groups, able, self._most) for able in _understanding(compiled)]

    def cost(self, team: Members) -> float:
        """The relaxed cost of a team, infinite where it has too few members."""
        state = np.minimum(np.sum([self._kinds[who] for who in team], axis=0), np.array(self._shape) - 1)
        pairs = sum(
            self._pair_costs[low].get(high, 0)
            for low, high in combinations(team, 2)
            if self._group_of[low] == self._group_of[high]
        )
        end = self._ends[np.ravel_multi_index(tuple(state), self._shape)]
        return float(self._joining[list(team)].sum() + pairs + end)

    def cheapest(self, prices: Floats, count: int) -> list[tuple[float, Members]]:
        """At most `count` different teams with the least relaxed cost less prices, least first.

        No team at all has less than the first. Empty when the rules leave no team.
        Cost: O(people x states) and 2**n for each group of n friends; 10 ms for 200 people and 900 states.
        """
        found: dict[Members, float] = {}
        for parts in self._parts:
            found |= self._cheapest_of(parts, self._joining - prices, count)
        return sorted((cost, team) for team, cost in found.items())[:count]

    def _cheapest_of(self, parts: Sequence[Sequence[Part]], joining: Floats, count: int) -> dict[Members, float]:
        costs = np.full(len(self._states), np.inf)
        costs[0] = 0.0
        layers = []
        for options in self._worth_a_look(parts, joining):
            choice, after = self._with_one_of(options, costs, joining)
            layers.append((options, choice, costs))
            costs = after
        total = costs + self._ends
        found: dict[Members, float] = {}
        # Several states may stand for one team only when skills or roles are met twice: look at some more.
        for state in np.argsort(total, kind="stable")[: 4 * count]:
            if np.isfinite(total[state]) and len(found) < count:
                found.setdefault(self._team(int(state), layers), float(total[state]))
        return found

    def _worth_a_look(self, parts: Sequence[Sequence[Part]], joining: Floats) -> Iterator[Sequence[Part]]:
        """All groups; of single people of one kind only the cheapest, as many as a team can hold."""
        alike: defaultdict[Kind, list[tuple[float, int]]] = defaultdict(list)
        for options in parts:
            if len(options) == 1 and len(options[0][0]) == 1:
                (who,) = options[0][0]
                alike[self._kinds[who]].append((joining[who], who))
            else:
                yield options
        for each in alike.values():
            yield from ((((who,), 0),) for _, who in sorted(each)[: self._most])

    def _with_one_of(self, options: Sequence[Part], costs: Floats, joining: Floats) -> tuple[NDArray[np.int16], Floats]:
        """The chosen option of each state, -1 for none of the group, and the costs with it."""
        best, choice = costs.copy(), np.full(len(costs), -1, np.int16)
        reached: dict[Members, Floats] = {(): costs}
        for at, (part, together) in enumerate(options):
            with_part = self._reach(part, reached) + (joining[list(part)].sum() + together)
            better = with_part < best - TINY
            best[better], choice[better] = with_part[better], at
        return choice, best

    def _reach(self, part: Members, reached: dict[Members, Floats]) -> Floats:
        """Costs after the steps of these people, kept for larger parts that begin with them."""
        if part not in reached:
            reached[part] = self._steps[self._kinds[part[-1]]].after(self._reach(part[:-1], reached))
        return reached[part]

    def _team(self, state: int, layers: Sequence[tuple[Sequence[Part], NDArray[np.int16], Floats]]) -> Members:
        """Who is in the team of a state: the choices, from the last group back to the first."""
        team: list[int] = []
        for options, choice, costs in reversed(layers):
            if choice[state] >= 0:
                part = options[choice[state]][0]
                team += part
                reached: dict[Members, Floats] = {(): costs}
                for length in range(len(part), 0, -1):
                    earlier = self._reach(part[: length - 1], reached)
                    state = self._steps[self._kinds[part[length - 1]]].before(earlier, state)
        return tuple(sorted(team))

    def _step(self, kind: Kind) -> Step:
        sources = np.flatnonzero(self._states[:, 0] < self._most)
        added = np.minimum(self._states[sources] + kind, np.array(self._shape) - 1)
        results = np.ravel_multi_index(tuple(added.T), self._shape)
        order = np.argsort(results, kind="stable")
        different, firsts = np.unique(results[order], return_index=True)
        return Step(sources[order], different, firsts)


def _shape(asked: Challenge, skills: Sequence[str], most: int) -> tuple[int, ...]:
    return (most + 1, *(asked.roles[role] + 1 for role in sorted(asked.roles)), *(2 for _ in skills), 2, 2)


def _told_skills(people: Sequence[Participant], asked: Challenge, most: int) -> tuple[str, ...]:
    """The wanted skills, rarest first, as many as the states have room for."""

    def holders(skill: str) -> int:
        return sum(person.skills.get(skill, 0) >= asked.skills[skill] for person in people)

    skills = sorted(asked.skills, key=lambda skill: (holders(skill), skill))
    while skills and np.prod(_shape(asked, skills, most)) > MOST_STATES:
        skills.pop()
    return tuple(skills)


def _kind(person: Participant, asked: Challenge, skills: Sequence[str]) -> Kind:
    return (
        1,
        *(int(role in person.roles) for role in sorted(asked.roles)),
        *(int(person.skills.get(skill, 0) >= asked.skills[skill]) for skill in skills),
        int(person.experience >= SENIOR),
        int(asked.owner is not None and person.organisation == asked.owner),
    )


def _ends(compiled: CompiledProblem, asked: Challenge, skills: Sequence[str], states: Ints) -> Floats:
    """What each state costs as a whole team, infinite where it is too small; shape (states,)."""
    weights, rules = compiled.problem.weights, compiled.problem.rules
    size, senior, owner = states[:, 0], states[:, -2], states[:, -1]
    ends = np.zeros(len(states))
    for at, role in enumerate(sorted(asked.roles), 1):
        ends += weights.of_role(role) * (asked.roles[role] - states[:, at])
    first = 1 + len(asked.roles)
    ends += weights.skill_deficit * (1 - states[:, first : first + len(skills)]).sum(axis=1)
    ends += weights.no_senior * (1 - senior) + weights.owner_absent * asked.wants_owner * (1 - owner)
    ends += weights.off_target_size * abs(size - rules.size_target)
    ends[(size < rules.size_min) | (size == 0)] = np.inf
    return ends


def _understanding(compiled: CompiledProblem) -> list[frozenset[int]]:
    """People who could be one team as far as languages go: for each language its speakers, if others are not more."""
    people, everybody = compiled.problem.participants, frozenset(range(len(compiled.people)))
    if not compiled.problem.rules.common_language:
        return [everybody]
    speakers: defaultdict[str, set[int]] = defaultdict(set)
    for who, person in enumerate(people):
        for language in person.languages:
            speakers[language].add(who)
    different = sorted({frozenset(each) for each in speakers.values()}, key=sorted)
    return [each for each in different if not any(each < other for other in different)]


def _parts_of(
    compiled: CompiledProblem, challenge: int, groups: Groups, able: frozenset[int], most: int
) -> list[tuple[Part, ...]]:
    """Of each group, the parts that one team can hold: allowed there, nobody apart, no block torn."""
    allowed = compiled.allowed[:, challenge]
    block_of = {who: frozenset(block) for block in compiled.blocks for who in block}
    found = []
    for group in groups.members:
        there = [who for who in group if who in able and allowed[who]]
        parts = (part for size in range(1, min(len(there), most) + 1) for part in combinations(there, size))
        whole = (part for part in parts if all(block_of.get(who, frozenset()) <= set(part) for who in part))
        priced = [(part, _together(compiled.pair_costs, part)) for part in whole]
        if options := tuple((part, cost) for part, cost in priced if cost < BROKEN // 2):
            found.append(options)
    return found


def _together(pair_costs: Sequence[Mapping[int, int]], part: Members) -> int:
    return sum(pair_costs[low].get(high, 0) for low, high in combinations(part, 2))
