"""Single changes of a plan: one person moves, or two swap places; what that costs, with no private wish showing.

What a change costs is told to participants and organisers, so no wish to avoid somebody may show in it:

- the costs here leave the term ``avoid`` out: "this swap costs 214" would tell that 200 of it is such a wish;
- a change that brings together two people of *any* such wish, hard or priced, is treated like one that breaks a
  hard rule: it is not offered, and nothing says why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from matcher.teams.costs import BROKEN, CompiledProblem, compile_problem
from matcher.teams.problem import Assignment, Problem, ProblemError

#: A cost of at least this has a broken rule in it: what teams give back never reaches it.
_BROKEN_FROM: Final = BROKEN // 2


@dataclass(frozen=True, slots=True)
class Exchange:
    """One person goes from `source` to `target`, and `other`, if there is one, the other way. All are indexes.

    `cost` is by how much the cost of the plan rises, without the term ``avoid``; negative: falls.
    """

    cost: int
    who: int
    source: int
    target: int
    other: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Exchanges:
    """A plan from which single changes are judged; made by :func:`exchanges`.

    Attributes
    ----------
    compiled
        The problem without wishes to avoid somebody, in numbers.
    slot_of, teams
        Slot of each person; people in each slot, rising.
    """

    compiled: CompiledProblem
    slot_of: tuple[int, ...]
    teams: tuple[tuple[int, ...], ...]
    _costs: tuple[int, ...] = field(repr=False)  # by slot, whatever rules the team breaks now
    _active: Counter[int] = field(repr=False)  # teams by challenge
    _shunned: tuple[frozenset[int], ...] = field(repr=False)  # private: by person, who must not join them
    _tied: frozenset[int] = field(repr=False)  # people of blocks, who cannot move alone
    _moved: int = field(repr=False)  # published people who are elsewhere now

    def swap(self, who: int, other: int) -> Exchange | None:
        """These two in each other's team; None when that breaks a rule. Cost: some 10 µs."""
        source, target = self.slot_of[who], self.slot_of[other]
        if source == target or self._is_tied(who, other):
            return None
        left, joined = self.after(source, who, other), self.after(target, other, who)
        if not (self._shunned[who].isdisjoint(joined) and self._shunned[other].isdisjoint(left)):
            return None
        if self._too_many_moves(self._further(who, source, target) + self._further(other, target, source)):
            return None
        cost = self._cost(source, left, target, joined)
        return None if cost is None else Exchange(cost, who, source, target, other)

    def move(self, who: int, target: int) -> Exchange | None:
        """This person in that slot, which may be empty; None when that breaks a rule. Cost: some 10 µs."""
        source = self.slot_of[who]
        if source == target or self._is_tied(who):
            return None
        left, joined = self.after(source, who, None), self.after(target, None, who)
        if not self._shunned[who].isdisjoint(joined) or self._too_many_moves(self._further(who, source, target)):
            return None
        counting = self._counting(source, target) if len(joined) == 1 or not left else 0
        cost = self._cost(source, left, target, joined)
        if cost is None or counting >= _BROKEN_FROM:
            return None
        return Exchange(cost + counting, who, source, target)

    def best_to(self, who: int, challenge: int) -> Exchange | None:
        """The cheapest change that brings a person to another challenge; a move before a swap, then by index.

        None when no change keeps all rules. Cost: some 10 µs per slot of the challenge and person in them.
        """
        if not self.compiled.allowed[who, challenge]:
            return None
        return min(self._ways_to(who, challenge), key=lambda each: each.cost, default=None)

    def ended(self, exchange: Exchange) -> str | None:
        """The challenge that would have no team any more, if there is one."""
        challenge = self.compiled.challenge_of[exchange.source]
        last = exchange.other is None and len(self.teams[exchange.source]) == 1 and self._active[challenge] == 1
        return self.compiled.slots[exchange.source].challenge if last else None

    def further_moves(self, exchange: Exchange) -> int:
        """By how much the number of published people rises who are elsewhere."""
        moves = self._further(exchange.who, exchange.source, exchange.target)
        if exchange.other is not None:
            moves += self._further(exchange.other, exchange.target, exchange.source)
        return moves

    def after(self, slot: int, gone: int | None, come: int | None) -> tuple[int, ...]:
        """The team of a slot without the one and with the other person."""
        stay = tuple(each for each in self.teams[slot] if each != gone)
        return stay if come is None else (*stay, come)

    def _ways_to(self, who: int, challenge: int) -> Iterator[Exchange]:
        targets = self.compiled.slots_of[challenge]
        for target in targets:
            if found := self.move(who, target):
                yield found
        for target in targets:
            for other in self.teams[target]:
                if found := self.swap(who, other):
                    yield found

    def _is_tied(self, *people: int) -> bool:
        return not self._tied.isdisjoint(people)

    def _cost(self, source: int, left: tuple[int, ...], target: int, joined: tuple[int, ...]) -> int | None:
        """By how much the costs of two teams rise; None when one of them breaks a rule then."""
        first = self.compiled.team_cost(source, left)
        if first >= _BROKEN_FROM:
            return None
        second = self.compiled.team_cost(target, joined)
        if second >= _BROKEN_FROM:
            return None
        return first + second - self._costs[source] - self._costs[target]

    def _counting(self, source: int, target: int) -> int:
        """What it costs that a team ends, begins, or both."""
        cost, challenge_of = self.compiled.challenge_cost, self.compiled.challenge_of
        then = self._active.copy()
        then[challenge_of[source]] -= len(self.teams[source]) == 1
        then[challenge_of[target]] += not self.teams[target]
        return sum(
            cost(each, then[each]) - cost(each, self._active[each])
            for each in {challenge_of[source], challenge_of[target]}
        )

    def _further(self, who: int, source: int, target: int) -> int:
        home = self.compiled.home[who]
        return (home not in {-1, target}) - (home not in {-1, source})

    def _too_many_moves(self, further: int) -> bool:
        published = self.compiled.problem.published
        return published is not None and published.max_moves is not None and self._moved + further > published.max_moves


def exchanges(problem: Problem, assignment: Assignment) -> Exchanges:
    """What single changes of this plan cost. The plan may break rules; changes are judged by the teams after them.

    Raises :class:`ProblemError` when somebody has no team or one that does not exist.
    Cost: that of :func:`~matcher.teams.costs.compile_problem`.
    """
    compiled = compile_problem(replace(problem, avoid=()))
    try:
        slot_of = compiled.indexes(assignment)
    except KeyError:
        raise ProblemError("The plan must give everybody a team that may exist.") from None
    teams = compiled.members(slot_of)
    index = {who: at for at, who in enumerate(compiled.people)}
    shunned: list[set[int]] = [set() for _ in compiled.people]
    for pair in problem.avoid:
        shunned[index[pair.first]].add(index[pair.second])
        shunned[index[pair.second]].add(index[pair.first])
    return Exchanges(
        compiled=compiled,
        slot_of=tuple(slot_of),
        teams=tuple(map(tuple, teams)),
        _costs=tuple(sum(compiled.team_terms(slot, team).values()) for slot, team in enumerate(teams)),
        _active=Counter(compiled.challenge_of[slot] for slot, team in enumerate(teams) if team),
        _shunned=tuple(map(frozenset, shunned)),
        _tied=frozenset(who for block in compiled.blocks for who in block),
        _moved=sum(home not in {-1, slot} for home, slot in zip(compiled.home, slot_of, strict=True)),
    )
