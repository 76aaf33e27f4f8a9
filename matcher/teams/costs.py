"""The cost of teams, on numbers instead of names, fast enough for a local search.

:func:`compile_problem` gives everybody, every challenge and every slot an index (their order in the problem and
in :func:`matcher.teams.problem.slots`). A move is judged by costing again the teams that it changes:

    total = ``constant`` + sum of ``team_cost`` over slots + sum of ``challenge_cost`` over challenges
            + ``plan_cost``

``constant`` holds the price of every friend pair apart and of every published person moved; teams give back, as
negative costs, what they keep. Broken hard rules add :data:`BROKEN` each, so that comparing totals compares broken
rules first: ``divmod(total, BROKEN)`` is (how much is broken, cost).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations
from math import floor
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from matcher.teams.cost_parts import BROKEN, Asked, Cached, Company, Fields, Filled, Lone, Mets, Shareds
from matcher.teams.problem import (
    Assignment,
    Challenge,
    Lock,
    Participant,
    Problem,
    Slot,
    Term,
    possible_challenges,
    slots,
)

Key = TypeVar("Key", str, int)

__all__ = ["BROKEN", "CompiledProblem", "compile_problem"]


@dataclass(frozen=True, slots=True, eq=False)
class CompiledProblem:
    """A problem in numbers. People, challenges and slots are indexes; do not change what it holds.

    Attributes
    ----------
    people, slots
        Id and slot by index.
    challenge_of, slots_of
        Challenge of each slot; slots of each challenge, by rising number.
    preference
        (people, challenges), int64: term ``preference`` of one person.
    allowed
        (people, challenges), bool: no lock, exclusion, eligibility or required language speaks against it.
    locked, home
        Slot by person: locked to that very slot, published there; -1: none; -2: one that does not exist.
    blocks
        People who must be in one team, blocks with a member in common made one; rising indexes.
    apart
        By person, those who must not be in the same team. Private.
    constant
        Cost of all friends apart and everybody moved.
    pair_costs
        At the person of lower index: what being in one team with the other costs, :data:`BROKEN` for who must not be;
        negative: saves. Private.
    """

    problem: Problem
    people: tuple[str, ...]
    slots: tuple[Slot, ...]
    challenge_of: tuple[int, ...]
    slots_of: tuple[tuple[int, ...], ...]
    preference: NDArray[np.int64]
    allowed: NDArray[np.bool_]
    locked: tuple[int, ...]
    home: tuple[int, ...]
    blocks: tuple[tuple[int, ...], ...]
    apart: tuple[frozenset[int], ...] = field(repr=False)
    constant: int
    pair_costs: tuple[dict[int, int], ...] = field(repr=False)
    _asked: tuple[Asked, ...] = field(repr=False)
    _fields: Fields = field(repr=False)
    _packed: tuple[int, ...] = field(repr=False)  # by person, see Fields
    _lone: Cached = field(repr=False)
    _company: Cached = field(repr=False)
    _organisation: tuple[int, ...] = field(repr=False)
    _pair_terms: tuple[dict[int, dict[Term, int]], ...] = field(repr=False)  # the same by term, without broken rules
    _special: tuple[dict[int, int], ...] = field(repr=False)  # by slot: -move of who is at home, BROKEN of locks

    def team_cost(self, slot: int, members: Sequence[int]) -> int:
        """Cost of one team, less what it gives back, plus :data:`BROKEN` per broken rule; 0 when nobody is in it.

        Cost: some 3 µs for five members.
        """
        size = len(members)
        if size == 0:
            return 0
        asked = self._asked[self.challenge_of[slot]]
        row, met, shared, packed, pairs = asked.row, asked.met, asked.shared, self._packed, self.pair_costs
        total = counts = got = 0
        common = -1
        for who in members:
            total += row[who]
            counts += packed[who]
            got |= met[who]
            common &= shared[who]
            if near := pairs[who]:
                for other in members:
                    if other in near:
                        total += near[other]
        if size > 2:
            total += self._organisation_cost(members)
        if special := self._special[slot]:
            total += sum(special[who] for who in members if who in special)
        total += asked.mets[got] + asked.shareds[common]
        roles, groups, company = self._fields.split(counts)
        return total + asked.filled[roles] + self._lone[groups] + self._company[company]

    def team_terms(self, slot: int, members: Sequence[int]) -> dict[Term, int]:
        """The same by term, without broken rules; the terms that concern the whole plan are what the team saves."""
        terms = dict.fromkeys(Term, 0)
        if not members:
            return terms
        challenge = self.challenge_of[slot]
        asked = self._asked[challenge]
        terms[Term.PREFERENCE] = sum(int(self.preference[who, challenge]) for who in members)
        terms[Term.ORGANISATIONS] = self._organisation_cost(members)
        terms[Term.STABILITY] = -self.problem.weights.move * sum(self.home[who] == slot for who in members)
        masks = (asked.met[members[0]], asked.shared[members[0]])
        for who in members:
            masks = (masks[0] | asked.met[who], masks[1] & asked.shared[who])
        caches = (asked.mets, asked.shareds, asked.filled, self._lone, self._company)
        counts = self._fields.split(sum(self._packed[who] for who in members))
        for cache, key in zip(caches, (*masks, *counts), strict=True):
            terms.update(cache.parts(key)[0])
        for first, second in combinations(sorted(members), 2):
            for term, cost in self._pair_terms[first].get(second, {}).items():
                terms[term] += cost
        return terms

    def _organisation_cost(self, members: Sequence[int]) -> int:
        organisations = [self._organisation[who] for who in members]
        if len(members) - len(set(organisations)) < 2:
            return 0
        further = sum(max(0, count - 2) for count in Counter(organisations).values())
        return self.problem.weights.same_organisation * further

    def challenge_cost(self, challenge: int, teams: int) -> int:
        """Cost of a challenge having that many teams, plus :data:`BROKEN` per team that it lacks."""
        asked = self.problem.challenges[challenge]
        unserved = asked.max_teams != 0 and teams == 0
        return self.problem.weights.challenge_without_team * unserved + BROKEN * max(0, asked.min_teams - teams)

    def plan_cost(self, slot_of: Sequence[int]) -> int:
        """:data:`BROKEN` per further team over which a block is spread, and per move beyond the greatest number."""
        spread = sum(len({slot_of[who] for who in block}) - 1 for block in self.blocks)
        published = self.problem.published
        if published is None or published.max_moves is None:
            return BROKEN * spread
        moves = sum(home not in {-1, slot} for home, slot in zip(self.home, slot_of, strict=True))
        return BROKEN * (spread + max(0, moves - published.max_moves))

    def members(self, slot_of: Sequence[int]) -> list[list[int]]:
        """Who is in each slot, from the slot of each person."""
        teams: list[list[int]] = [[] for _ in self.slots]
        for who, slot in enumerate(slot_of):
            teams[slot].append(who)
        return teams

    def total(self, slot_of: Sequence[int]) -> int:
        """Cost of a whole assignment plus :data:`BROKEN` per broken rule; `slot_of` is the slot of each person."""
        teams = self.members(slot_of)
        active = Counter(self.challenge_of[slot] for slot, team in enumerate(teams) if team)
        return (
            self.constant
            + sum(self.team_cost(slot, team) for slot, team in enumerate(teams))
            + sum(self.challenge_cost(challenge, active[challenge]) for challenge in range(len(self.slots_of)))
            + self.plan_cost(slot_of)
        )

    def terms(self, slot_of: Sequence[int]) -> dict[Term, int]:
        """Cost of a whole assignment by term, without broken rules."""
        problem, teams = self.problem, self.members(slot_of)
        active = Counter(self.challenge_of[slot] for slot, team in enumerate(teams) if team)
        totals = dict.fromkeys(Term, 0)
        for slot, team in enumerate(teams):
            for term, cost in self.team_terms(slot, team).items():
                totals[term] += cost
        totals[Term.FRIENDS] += sum(problem.weights.of_friends(pair) for pair in problem.friends)
        totals[Term.STABILITY] += problem.weights.move * sum(home != -1 for home in self.home)
        totals[Term.CHALLENGES] = sum(
            self.challenge_cost(challenge, active[challenge]) % BROKEN for challenge in range(len(self.slots_of))
        )
        return totals

    def in_order(self, slot_of: Sequence[int]) -> list[int]:
        """The same teams, numbered from 1 in each challenge where no number means something to anybody.

        Slots of one challenge differ by number alone, unless somebody is locked to one or was published in one.
        """
        new: dict[int, int] = {}
        taken = set(slot_of)
        for places in self.slots_of:
            if not any(self._special[slot] for slot in places):
                new |= dict(zip((slot for slot in places if slot in taken), places, strict=False))
        return [new.get(slot, slot) for slot in slot_of]

    def assignment(self, slot_of: Sequence[int]) -> Assignment:
        """By names, what is given by indexes."""
        return {who: self.slots[slot] for who, slot in zip(self.people, slot_of, strict=True)}

    def indexes(self, assignment: Assignment) -> list[int]:
        """Slot of each person; raises KeyError where somebody has none or one that does not exist."""
        at = {slot: index for index, slot in enumerate(self.slots)}
        return [at[assignment[who]] for who in self.people]


def compile_problem(problem: Problem) -> CompiledProblem:
    """Number a problem. Cost: O(people x challenges), about a second for 2000 people and 100 challenges."""
    places, weights, fields = slots(problem), problem.weights, Fields.of(problem)
    people = {person.id: index for index, person in enumerate(problem.participants)}
    challenges = {challenge.id: index for index, challenge in enumerate(problem.challenges)}
    at = {slot: index for index, slot in enumerate(places)}
    preference, allowed = _preferences(problem), _allowed(problem)
    locked = {people[lock.participant]: lock for lock in problem.locks if lock.number is not None}
    published = problem.published.assignment if problem.published else {}
    home = tuple(at.get(published[who], -2) if who in published else -1 for who in people)
    apart, pair_terms = _apart(problem, people), _pair_terms(problem, people)
    return CompiledProblem(
        problem=problem,
        people=tuple(people),
        slots=places,
        challenge_of=tuple(challenges[slot.challenge] for slot in places),
        slots_of=tuple(tuple(at[slot] for slot in places if slot.challenge == each) for each in challenges),
        preference=preference,
        allowed=allowed,
        locked=tuple(
            at.get(Slot(locked[who].challenge, locked[who].number or 0), -2) if who in locked else -1
            for who in range(len(people))
        ),
        home=home,
        blocks=_merged(sorted(people[who] for who in block) for block in problem.blocks),
        apart=apart,
        constant=sum(map(weights.of_friends, problem.friends)) + weights.move * sum(slot != -1 for slot in home),
        pair_costs=_pairs(apart, pair_terms),
        _asked=_all_asked(problem, fields, preference, allowed),
        _fields=fields,
        _packed=tuple(map(fields.pack, problem.participants)),
        _lone=Cached(Lone(problem, fields)),
        _company=Cached(Company(problem, fields, sum(person.experience for person in problem.participants))),
        _organisation=_organisations(problem.participants),
        _pair_terms=pair_terms,
        _special=_special(problem, home, locked, places),
    )


def _special(
    problem: Problem, home: Sequence[int], locked: Mapping[int, Lock], places: Sequence[Slot]
) -> tuple[dict[int, int], ...]:
    special: list[dict[int, int]] = [{} for _ in places]
    for who, slot in enumerate(home):
        if slot >= 0:
            special[slot][who] = -problem.weights.move
    for who, lock in locked.items():
        for index, place in enumerate(places):
            if place.challenge == lock.challenge and not lock.allows(place):
                special[index][who] = special[index].get(who, 0) + BROKEN
    return tuple(special)


def _preferences(problem: Problem) -> NDArray[np.int64]:
    weights = problem.weights
    costs = np.empty((len(problem.participants), len(problem.challenges)), np.int64)
    for row, person in zip(costs, problem.participants, strict=True):
        ranked = dict(zip(person.ranked, weights.rank_costs, strict=False))
        for column, challenge in enumerate(problem.challenges):
            if challenge.id in ranked:
                row[column] = ranked[challenge.id]
            else:
                row[column] = weights.unranked - floor(weights.similar * person.similarity.get(challenge.id, 0.0) + 0.5)
    return weights.preference * costs


def _allowed(problem: Problem) -> NDArray[np.bool_]:
    possible = possible_challenges(problem)
    rows = [[each.id in possible[person.id] for each in problem.challenges] for person in problem.participants]
    return np.array(rows, np.bool_)


def _all_asked(
    problem: Problem, fields: Fields, preference: NDArray[np.int64], allowed: NDArray[np.bool_]
) -> tuple[Asked, ...]:
    languages = _bits(language for person in problem.participants for language in person.languages)
    rows = preference + np.where(allowed, 0, BROKEN)
    return tuple(
        _asked(problem, challenge, rows[:, column].tolist(), fields, languages)
        for column, challenge in enumerate(problem.challenges)
    )


def _asked(
    problem: Problem, challenge: Challenge, row: list[int], fields: Fields, languages: Mapping[str, int]
) -> Asked:
    people = problem.participants
    times, needed = problem.half_days_of(challenge)
    bit = _bits(times)
    everywhere = sum(bit.values())

    def met(person: Participant) -> int:
        enough = (person.skills.get(code, 0) >= level for code, level in challenge.skills.items())
        of_owner = challenge.owner is not None and person.organisation == challenge.owner
        return sum(yes << at for at, yes in enumerate(chain(enough, [of_owner])))

    def shared(person: Participant) -> int:
        days = person.availability
        there = everywhere if days is None else sum(bit[day] for day in days & times)
        return there | sum(languages[each] for each in person.languages) << len(times)

    return Asked(
        row=row,
        met=list(map(met, people)),
        shared=list(map(shared, people)),
        filled=Cached(Filled(problem, challenge, fields)),
        mets=Cached(Mets(problem, challenge)),
        shareds=Cached(Shareds(problem, len(times), needed)),
    )


def _bits(values: Iterable[Key]) -> dict[Key, int]:
    """A power of two for each different value."""
    return {value: 1 << at for at, value in enumerate(dict.fromkeys(values))}


def _organisations(people: Sequence[Participant]) -> tuple[int, ...]:
    """A number per organisation; whoever has none has a number of their own."""
    last = {person.organisation: index for index, person in enumerate(people)}
    return tuple(index if each.organisation is None else last[each.organisation] for index, each in enumerate(people))


def _merged(blocks: Iterable[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    """Blocks with a member in common made one, each in rising order.

    >>> _merged([[3, 4], [0, 1], [1, 3]])
    ((0, 1, 3, 4),)
    """
    merged: list[set[int]] = []
    for block in blocks:
        touching = [each for each in merged if not each.isdisjoint(block)]
        merged = [each for each in merged if each.isdisjoint(block)]
        merged.append(set(block).union(*touching))
    return tuple(sorted(tuple(sorted(block)) for block in merged))


def _apart(problem: Problem, people: Mapping[str, int]) -> tuple[frozenset[int], ...]:
    others: list[set[int]] = [set() for _ in people]
    for pair in problem.avoid_hard:
        first, second = people[pair.first], people[pair.second]
        others[first].add(second)
        others[second].add(first)
    return tuple(map(frozenset, others))


def _pair_terms(problem: Problem, people: Mapping[str, int]) -> tuple[dict[int, dict[Term, int]], ...]:
    """At the person of lower index: what being in one team with the other costs, by term; negative: saves."""
    weights = problem.weights
    together: list[dict[int, dict[Term, int]]] = [{} for _ in people]
    every = chain(
        ((pair.first, pair.second, Term.FRIENDS, -weights.of_friends(pair)) for pair in problem.friends),
        ((first, second, Term.HISTORY, weights.repeated_teammate) for first, second in problem.history),
        (
            (pair.first, pair.second, Term.AVOID, weights.avoid)
            for pair in problem.avoid
            if not problem.rules.is_hard(pair)
        ),
    )
    for first, second, term, cost in every:
        low, high = sorted((people[first], people[second]))
        together[low].setdefault(high, {})[term] = cost
    return tuple(together)


def _pairs(
    apart: Sequence[frozenset[int]], pair_terms: Sequence[Mapping[int, Mapping[Term, int]]]
) -> tuple[dict[int, int], ...]:
    pairs: list[dict[int, int]] = []
    for who, near in enumerate(pair_terms):
        costs = {other: sum(terms.values()) for other, terms in near.items()}
        for other in apart[who]:
            if other > who:
                costs[other] = costs.get(other, 0) + BROKEN
        pairs.append(costs)
    return tuple(pairs)
