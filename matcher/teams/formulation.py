"""The costs and hard rules of :mod:`matcher.teams.problem` as a linear model, for all teams or for a few of them.

Variables: a *unit* (people who must be together, made one) is in a team or not; a team exists or not; what a team
lacks is measured by variables bounded from below, so that no product of variables is needed: a slot belongs to one
challenge. Everything is in the indexes of :class:`~matcher.teams.costs.CompiledProblem`.

Rows that follow from others but help a proof: sums over the teams of what is lacking, together with the bounds of
the number of teams. Slots of a challenge that nobody has a reason to tell apart are used in the order of their
numbers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from math import gcd

from matcher.teams.costs import CompiledProblem
from matcher.teams.linear import Linear, LinearModel
from matcher.teams.problem import MOST, SENIOR, Challenge, Participant
from matcher.teams.scope import Scope


@dataclass(frozen=True, slots=True)
class Formulation:
    """A linear model, the variable of each unit (by its index) in each of its slots, and of each slot."""

    scope: Scope
    model: LinearModel
    places: tuple[Mapping[int, int], ...]
    used: Mapping[int, int]

    def solution(self, slot_of: Sequence[int]) -> list[int] | None:
        """Value of every variable for given places, by person; None when a unit is where it may not be."""
        decided: dict[int, int] = {}
        for unit, places in zip(self.scope.units, self.places, strict=True):
            homes = {slot_of[who] for who in unit}
            if len(homes) != 1 or not homes <= places.keys():
                return None
            slot = homes.pop()
            decided[places[slot]] = decided[self.used[slot]] = 1
        return self.model.completed(decided)


def formulate(compiled: CompiledProblem, scope: Scope) -> Formulation:
    """The model of a scope. For the whole problem its cost is the cost of the plan.

    Memory and time grow with units x slots: some 0.1 ms for each place of a unit (measured).
    """
    model = LinearModel(offset=compiled.constant)
    used = {slot: model.variable() for slot in scope.slots}
    places = tuple(
        _unit_places(compiled, model, unit, slots) for unit, slots in zip(scope.units, scope.allowed, strict=True)
    )
    formulation = Formulation(scope, model, places, used)
    _Writer(compiled, formulation).write()
    return formulation


def _unit_places(
    compiled: CompiledProblem, model: LinearModel, unit: Sequence[int], slots: Iterable[int]
) -> dict[int, int]:
    """A variable per slot where the unit may be, with its preferences and what staying at home saves; one is 1."""
    move = compiled.problem.weights.move
    places = {}
    for slot in slots:
        challenge = compiled.challenge_of[slot]
        wishes = sum(int(compiled.preference[who, challenge]) for who in unit)
        stays = sum(compiled.home[who] == slot for who in unit)
        places[slot] = model.variable(1, wishes - move * stays)
    model.equal(Linear(tuple((variable, 1) for variable in places.values())), 1)
    return places


class _Writer:
    """Writes the rows and measures of a formulation."""

    def __init__(self, compiled: CompiledProblem, formulation: Formulation) -> None:
        self.compiled = compiled
        self.problem = compiled.problem
        self.scope = formulation.scope
        self.model = formulation.model
        self.places = formulation.places
        self.used = formulation.used
        self.members = [[self.problem.participants[who] for who in unit] for unit in self.scope.units]
        self.people = list(chain.from_iterable(self.members))
        self.unit_of = {who: at for at, unit in enumerate(self.scope.units) for who in unit}
        self.inside: dict[int, list[tuple[int, int]]] = {slot: [] for slot in self.scope.slots}
        for at, places in enumerate(self.places):
            for slot, variable in places.items():
                self.inside[slot].append((at, variable))

    def write(self) -> None:
        """All of it."""
        pairs = self._pair_costs()
        spoken = self._languages()
        for slot in self.scope.slots:
            challenge = self.problem.challenges[self.compiled.challenge_of[slot]]
            self._size(slot)
            self._experience(slot)
            self._newcomers(slot)
            self._groups(slot)
            self._half_days(slot, challenge)
            self._common_language(slot, spoken)
            self._pairs(slot, pairs)
        self._lacking()
        self._organisations()
        self._teams()
        self._moves()

    def count(self, slot: int, of: Callable[[Participant], int]) -> Linear:
        """Sum over the members of a slot of a whole number by person."""
        by_unit = [sum(map(of, members)) for members in self.members]
        return Linear(tuple((variable, by_unit[at]) for at, variable in self.inside[slot] if by_unit[at]))

    def _size(self, slot: int) -> None:
        rules, used = self.problem.rules, self.used[slot]
        size = self.count(slot, lambda _: 1)
        self.model.at_least(size.plus((used, -rules.size_min)), 0)
        self.model.at_most(size.plus((used, -rules.size_max)), 0)
        off = size.plus((used, -rules.size_target))
        most = max(rules.size_max - rules.size_target, rules.size_target - rules.size_min)
        if (weight := self.problem.weights.off_target_size) and most:
            self.model.shortfall((off, off.minus()), most, weight)

    def _experience(self, slot: int) -> None:
        """Off the expected sum by |n E - S| / n, rounded down, which is (|n E - S| - n + 1) / n rounded up."""
        if not (weight := self.problem.weights.experience_balance):
            return
        everybody = self.problem.participants
        total = sum(person.experience for person in everybody)
        common = gcd(total, len(everybody))
        per, mean = len(everybody) // common, total // common
        off = self.count(slot, lambda person: per * person.experience - mean)
        slack = 1 - per
        bounds = (off.plus(constant=slack), off.minus().plus(constant=slack))
        self.model.shortfall(bounds, MOST * self.problem.rules.size_max, weight, per)

    def _newcomers(self, slot: int) -> None:
        """1 where all are newcomers, or where one is and all others are seniors."""
        weight = self.problem.weights.newcomer_mix
        if not weight or not any(person.newcomer for person in self.people):
            return
        newcomers = self.count(slot, lambda person: int(person.newcomer))
        others = self.count(slot, lambda person: int(not person.newcomer))
        learners = self.count(slot, lambda person: int(not person.newcomer and person.experience < SENIOR))
        two, learner = self.model.flag((newcomers,), per=2), self.model.flag((learners,))
        eased = dict(learners.terms)
        lone = (
            Linear(((variable, 1), (two, -1), (learner, -1)))
            for variable, count in newcomers.terms
            if count == 1 and variable not in eased
        )
        bounds = (others.minus().plus((self.used[slot], 1)), *lone)
        self.model.shortfall(bounds, 1, weight)

    def _groups(self, slot: int) -> None:
        """1 where a group has exactly one member."""
        if not (weight := self.problem.weights.lone_group_member):
            return
        for group in sorted({group for person in self.people for group in person.groups}):
            members = self.count(slot, lambda person, group=group: int(group in person.groups))  # type: ignore[misc]
            two = self.model.flag((members,), per=2)
            alone = [Linear(((variable, 1), (two, -1))) for variable, count in members.terms if count == 1]
            if alone:
                self.model.shortfall(alone, 1, weight)

    def _half_days(self, slot: int, challenge: Challenge) -> None:
        times, needed = self.problem.half_days_of(challenge)
        weight, held = self.problem.weights.missing_half_day, []
        for time in sorted(times) if weight and needed else ():
            absent = [variable for at, variable in self.inside[slot] if not self._all_there(at, time)]
            if absent:
                held.append(self.model.flag(Linear(((variable, -1),), 1) for variable in absent))
            else:
                needed -= 1
        if weight and needed > 0:
            bound = Linear(((self.used[slot], needed), *((variable, -1) for variable in held)))
            self.model.shortfall((bound,), needed, weight)

    def _all_there(self, unit: int, time: int) -> bool:
        return all(each.availability is None or time in each.availability for each in self.members[unit])

    def _languages(self) -> list[frozenset[str]]:
        """By unit, what all of its members speak."""
        return [frozenset.intersection(*(person.languages for person in members)) for members in self.members]

    def _common_language(self, slot: int, spoken: Sequence[frozenset[str]]) -> None:
        hard, weight = self.problem.rules.common_language, self.problem.weights.no_common_language
        present = [spoken[at] for at, _ in self.inside[slot]]
        if not present or frozenset.intersection(*present) or not (hard or weight):
            return
        shared = [
            self.model.flag(
                Linear(((variable, -1),), 1) for at, variable in self.inside[slot] if language not in spoken[at]
            )
            for language in sorted(frozenset().union(*present))
        ]
        lacking = Linear(((self.used[slot], 1), *((variable, -1) for variable in shared)))
        if hard:
            self.model.at_most(lacking, 0)
        else:
            self.model.shortfall((lacking,), 1, weight)

    def _pair_costs(self) -> dict[tuple[int, int], int | None]:
        """By pair of units, what being together costs (negative: saves); None: it is forbidden.

        What the people of one unit cost each other is certain.
        """
        problem, weights = self.problem, self.problem.weights
        at = {person.id: self.unit_of.get(who) for who, person in enumerate(problem.participants)}
        costs: defaultdict[tuple[int, int], int] = defaultdict(int)
        every = chain(
            ((pair.first, pair.second, -weights.of_friends(pair)) for pair in problem.friends),
            ((*pair, weights.repeated_teammate) for pair in problem.history),
            ((each.first, each.second, weights.avoid) for each in problem.avoid if not problem.rules.is_hard(each)),
        )
        for one, other, cost in every:
            first, second = at[one], at[other]
            if first is None or second is None:
                continue
            if first == second:
                self.model.offset += cost
            else:
                costs[min(first, second), max(first, second)] += cost
        kept_apart = (
            sorted((self.unit_of[who], self.unit_of[other]))
            for who in self.unit_of
            for other in self.compiled.apart[who]
            if other in self.unit_of
        )
        forbidden = {(first, second): None for first, second in kept_apart if first != second}
        return {**costs, **forbidden}

    def _pairs(self, slot: int, pairs: Mapping[tuple[int, int], int | None]) -> None:
        for (first, second), cost in pairs.items():
            if slot not in self.places[first] or slot not in self.places[second]:
                continue
            both = (self.places[first][slot], self.places[second][slot])
            if cost is None:
                self.model.at_most(Linear(((both[0], 1), (both[1], 1))), 1)
            elif cost < 0:
                self.model.flag((Linear(((variable, 1),)) for variable in both), cost=cost)
            elif cost > 0:
                self.model.shortfall((Linear(((both[0], 1), (both[1], 1)), -1),), 1, cost)

    def _lacking(self) -> None:
        """Members that a team should have and has not; and over all teams: at least what there are too few of."""
        weights, challenges = self.problem.weights, self.problem.challenges
        roles = sorted({role for each in challenges for role in each.roles})
        skills = sorted({code for each in challenges for code in each.skills})
        for role in roles:
            self._lack(weights.of_role(role), *_role(role))
        for code in skills:
            self._lack(weights.skill_deficit, *_skill(code))
        self._lack(weights.no_senior, lambda _: 1, lambda person, _: person.experience >= SENIOR)
        self._lack(
            weights.owner_absent,
            lambda challenge: int(challenge.wants_owner),
            lambda person, challenge: person.organisation == challenge.owner,
        )

    def _lack(
        self, weight: int, wanted: Callable[[Challenge], int], has: Callable[[Participant, Challenge], bool]
    ) -> None:
        if not weight:
            return
        in_all: list[tuple[int, int]] = []
        able: set[int] = set()
        for slot in self.scope.slots:
            challenge = self.problem.challenges[self.compiled.challenge_of[slot]]
            if not (number := wanted(challenge)):
                continue
            there = self.count(slot, lambda person, challenge=challenge: int(has(person, challenge)))  # type: ignore[misc]
            bound = there.minus().plus((self.used[slot], number))
            in_all += [(self.model.shortfall((bound,), number, weight), 1), (self.used[slot], -number)]
            able.update(at for at, person in enumerate(self.people) if has(person, challenge))
        if in_all:
            self.model.at_least(Linear(tuple(in_all)), -len(able))

    def _organisations(self) -> None:
        """The third and each further member, by team; and over all teams: who does not fit in at two a team."""
        weight = self.problem.weights.same_organisation
        sizes = Counter(person.organisation for person in self.people if person.organisation is not None)
        for organisation in sorted(name for name, size in sizes.items() if size > 2 and weight):
            most = min(sizes[organisation], self.problem.rules.size_max) - 2
            in_all = []
            for slot in self.scope.slots if most > 0 else ():
                members = self.count(slot, lambda person, name=organisation: int(person.organisation == name))  # type: ignore[misc]
                in_all.append((self.model.shortfall((members.plus(constant=-2),), most, weight), 1))
                in_all.append((self.used[slot], 2))
            if in_all:
                self.model.at_least(Linear(tuple(in_all)), sizes[organisation])

    def _teams(self) -> None:
        """How many teams there are: in all, and of each challenge."""
        rules, weight = self.problem.rules, self.problem.weights.challenge_without_team
        teams = Linear(tuple((variable, 1) for variable in self.used.values()))
        self.model.at_least(teams, -(-len(self.people) // rules.size_max))
        self.model.at_most(teams, len(self.people) // rules.size_min)
        by_challenge: defaultdict[int, list[int]] = defaultdict(list)
        for slot, variable in self.used.items():
            by_challenge[self.compiled.challenge_of[slot]].append(variable)
        for challenge, asked in enumerate(self.problem.challenges):
            there, outside = by_challenge[challenge], self.scope.elsewhere.get(challenge, 0)
            of_it = Linear(tuple((variable, 1) for variable in there), outside)
            if asked.min_teams > outside:
                self.model.at_least(of_it, asked.min_teams)
            if weight and there and not outside:
                self.model.shortfall((of_it.minus().plus(constant=1),), 1, weight)
            if challenge in self.scope.ordered:
                for earlier, later in pairwise(there):
                    self.model.at_least(Linear(((earlier, 1), (later, -1))), 0)

    def _moves(self) -> None:
        if self.scope.moves is None:
            return
        home = self.compiled.home
        away = (
            (variable, sum(home[who] not in {-1, slot} for who in unit))
            for unit, places in zip(self.scope.units, self.places, strict=True)
            for slot, variable in places.items()
        )
        self.model.at_most(Linear(tuple(term for term in away if term[1])), self.scope.moves)


def _role(role: str) -> tuple[Callable[[Challenge], int], Callable[[Participant, Challenge], bool]]:
    return (lambda challenge: challenge.roles.get(role, 0)), (lambda person, _: role in person.roles)


def _skill(code: str) -> tuple[Callable[[Challenge], int], Callable[[Participant, Challenge], bool]]:
    return (
        lambda challenge: int(code in challenge.skills),
        lambda person, challenge: person.skills.get(code, 0) >= challenge.skills[code],
    )
