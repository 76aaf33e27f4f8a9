"""The hard rules one by one, each with a name, as rows that a solver can take or leave.

Challenges whose number of teams is limited have more slots here than :func:`~matcher.teams.problem.slots` gives,
so that the limit is a rule like the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Final

from matcher.teams.checker import Rule
from matcher.teams.linear import Linear, LinearModel
from matcher.teams.problem import Problem, Slot, slots

#: What a rule asks for, for the parameters of :class:`NamedRule`.
ASKED: Final[Mapping[Rule, str]] = {
    Rule.TOO_SMALL: "A team has at least %(least)s members.",
    Rule.TOO_LARGE: "A team has at most %(most)s members.",
    Rule.AVOID: "There is a private wish.",
    Rule.LOCK: "The organiser fixed %(participant)s to challenge %(challenge)s.",
    Rule.NEVER: "%(participant)s must not work on challenge %(challenge)s.",
    Rule.ELIGIBLE: "Only some people may take part in challenge %(challenge)s.",
    Rule.REQUIRED_LANGUAGE: "Challenge %(challenge)s requires %(languages)s.",
    Rule.COMMON_LANGUAGE: "The members of a team have a common language.",
    Rule.FEWER_TEAMS: "Challenge %(challenge)s has at least %(least)s teams.",
    Rule.MORE_TEAMS: "Challenge %(challenge)s has at most %(most)s teams.",
    Rule.BLOCK: "%(participants)s must be in one team.",
    Rule.MOVES: "At most %(most)s people change team.",
}


@dataclass(frozen=True, slots=True)
class NamedRule:
    """One hard rule of a problem.

    `params` may be shown to anybody who may see the plan; `private` (who avoids whom) is for the organiser
    alone and is in no text of this object.
    """

    rule: Rule
    params: Mapping[str, Any] = field(default_factory=dict)
    private: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        shown = {name: ", ".join(value) if isinstance(value, tuple) else value for name, value in self.params.items()}
        return ASKED[self.rule] % shown


@dataclass(slots=True)
class HardRules:
    """A model without costs whose rows carry the index of their rule; by name, `rules` says which.

    Rules about single people come first, those about all teams last.
    """

    model: LinearModel = field(default_factory=LinearModel)
    rules: list[NamedRule] = field(default_factory=list)

    def add(self, rule: Rule, params: Mapping[str, Any], private: Mapping[str, Any] | None = None) -> int:
        """A new rule; its index is for the rows."""
        self.rules.append(NamedRule(rule, params, private or {}))
        return len(self.rules) - 1


def hard_rules(problem: Problem) -> HardRules:
    """All hard rules of a problem; those that can never matter may be left out. Cost: as the whole model of a plan."""
    writer = _Writer(problem)
    writer.structure()
    writer.single_people()
    writer.groups_of_people()
    writer.numbers_of_teams()
    writer.all_teams()
    return writer.made


def _sum(variables: Iterable[int]) -> Linear:
    return Linear(tuple((variable, 1) for variable in variables))


class _Writer:
    """Writes the hard rules of one problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.made = HardRules()
        self.model = self.made.model
        self.given = Counter(slot.challenge for slot in slots(problem))
        uncapped = replace(problem, challenges=tuple(replace(each, max_teams=None) for each in problem.challenges))
        limited = {each.id for each in problem.challenges if each.max_teams == self.given[each.id]}
        more = Counter(slot.challenge for slot in slots(uncapped) if slot.challenge in limited)
        self.slots = [Slot(name, at + 1) for name, count in (self.given | more).items() for at in range(count)]
        self.used = {slot: self.model.variable() for slot in self.slots}
        self.place = {
            (person.id, slot): self.model.variable() for person in problem.participants for slot in self.slots
        }

    def there(self, slot: Slot) -> list[int]:
        """The variable of everybody for that slot."""
        return [self.place[person.id, slot] for person in self.problem.participants]

    def of_challenge(self, challenge: str) -> list[Slot]:
        """Its slots by rising number."""
        return [slot for slot in self.slots if slot.challenge == challenge]

    def structure(self) -> None:
        """Everybody is in one slot; a team is where somebody is; slots that are alike are used in order."""
        people = self.problem.participants
        for person in people:
            self.model.equal(_sum(self.place[person.id, slot] for slot in self.slots), 1)
        for slot, used in self.used.items():
            size = _sum(self.there(slot))
            self.model.at_least(size.plus((used, -1)), 0)
            self.model.at_most(size.plus((used, -len(people))), 0)
        published = self.problem.published.assignment.values() if self.problem.published else ()
        told_apart = {slot.challenge for slot in published}
        told_apart |= {lock.challenge for lock in self.problem.locks if lock.number is not None}
        for earlier, later in pairwise(self.slots):
            if earlier.challenge == later.challenge and earlier.challenge not in told_apart:
                self.model.at_least(Linear(((self.used[earlier], 1), (self.used[later], -1))), 0)

    def single_people(self) -> None:
        """Private wishes, exclusions, locks."""
        for pair in self.problem.avoid_hard:
            rule = self.made.add(Rule.AVOID, {}, {"first": pair.first, "second": pair.second})
            for slot in self.slots:
                both = (self.place[pair.first, slot], self.place[pair.second, slot])
                self.model.at_most(_sum(both), 1, rule)
        for who, challenge in sorted(self.problem.never):
            rule = self.made.add(Rule.NEVER, {"participant": who, "challenge": challenge})
            self.model.at_most(_sum(self.place[who, slot] for slot in self.of_challenge(challenge)), 0, rule)
        for lock in self.problem.locks:
            params = {"participant": lock.participant, "challenge": lock.challenge, "number": lock.number}
            fixed = (self.place[lock.participant, slot] for slot in self.slots if lock.allows(slot))
            self.model.at_least(_sum(fixed), 1, self.made.add(Rule.LOCK, params))

    def groups_of_people(self) -> None:
        """Eligibility, required languages, blocks, moves."""
        people = self.problem.participants
        for each in self.problem.challenges:
            if each.eligible is not None:
                others = [person.id for person in people if person.id not in each.eligible]
                self._keep_out(others, each.id, self.made.add(Rule.ELIGIBLE, {"challenge": each.id}))
            if each.languages:
                params = {"challenge": each.id, "languages": tuple(sorted(each.languages))}
                others = [person.id for person in people if not each.languages <= person.languages]
                self._keep_out(others, each.id, self.made.add(Rule.REQUIRED_LANGUAGE, params))
        for block in self.problem.blocks:
            rule = self.made.add(Rule.BLOCK, {"participants": tuple(sorted(block))})
            for one, other in pairwise(sorted(block)):
                for slot in self.slots:
                    same = Linear(((self.place[one, slot], 1), (self.place[other, slot], -1)))
                    self.model.equal(same, 0, rule)
        published = self.problem.published
        if published is not None and published.max_moves is not None:
            stays = [self.place[home] for home in published.assignment.items() if home in self.place]
            rule = self.made.add(Rule.MOVES, {"most": published.max_moves})
            self.model.at_least(_sum(stays), len(published.assignment) - published.max_moves, rule)

    def _keep_out(self, people: Iterable[str], challenge: str, rule: int) -> None:
        kept_out = (self.place[who, slot] for who in people for slot in self.of_challenge(challenge))
        self.model.at_most(_sum(kept_out), 0, rule)

    def numbers_of_teams(self) -> None:
        """Least and greatest number of teams of each challenge."""
        for each in self.problem.challenges:
            every = self.of_challenge(each.id)
            if each.min_teams:
                rule = self.made.add(Rule.FEWER_TEAMS, {"challenge": each.id, "least": each.min_teams})
                self.model.at_least(_sum(self.used[slot] for slot in every), each.min_teams, rule)
            given = self.given[each.id]
            if len(every) > given:
                rule = self.made.add(Rule.MORE_TEAMS, {"challenge": each.id, "most": given})
                self.model.at_most(_sum(self.used[slot] for slot in every[given:]), 0, rule)

    def all_teams(self) -> None:
        """Common language and sizes, with what the sizes mean for the number of teams."""
        if self.problem.rules.common_language:
            self._common_language(self.made.add(Rule.COMMON_LANGUAGE, {}))
        rules, people = self.problem.rules, len(self.problem.participants)
        small = self.made.add(Rule.TOO_SMALL, {"least": rules.size_min})
        large = self.made.add(Rule.TOO_LARGE, {"most": rules.size_max})
        teams = _sum(self.used.values())
        self.model.at_most(teams, people // rules.size_min, small)
        self.model.at_least(teams, -(-people // rules.size_max), large)
        for slot, used in self.used.items():
            size = _sum(self.there(slot))
            self.model.at_least(size.plus((used, -rules.size_min)), 0, small)
            self.model.at_most(size.plus((used, -rules.size_max)), 0, large)

    def _common_language(self, rule: int) -> None:
        people = self.problem.participants
        if frozenset.intersection(*(person.languages for person in people)):
            return
        languages = sorted(frozenset().union(*(person.languages for person in people)))
        for slot, used in self.used.items():
            shared = [self.model.variable() for _ in languages]
            for language, variable in zip(languages, shared, strict=True):
                for person in people:
                    if language not in person.languages:
                        self.model.at_most(_sum((self.place[person.id, slot], variable)), 1)
            self.model.at_least(_sum(shared).plus((used, -1)), 0, rule)
