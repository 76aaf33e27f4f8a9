"""Is this assignment allowed, and what does it cost? Computed again from the definitions, for every plan.

Independent of the solvers and of :mod:`matcher.teams.costs`, whose numbers it is there to doubt: it reads the
problem and the assignment, one definition of :mod:`matcher.teams.problem` after the other, and takes the time
that this needs (some 50 ms for 2000 people).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import reduce
from typing import Any, Final

from matcher.teams.entities import filled
from matcher.teams.problem import SENIOR, Assignment, Challenge, Participant, Problem, Slot, Team, Term, slots, teams_of


class Rule(StrEnum):
    """The hard rules by name."""

    PLACE = "place"  # everybody is somewhere
    SLOT = "slot"  # and that is a team which may exist
    STRANGER = "stranger"  # and nobody else is
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    AVOID = "avoid"
    LOCK = "lock"
    NEVER = "never"
    ELIGIBLE = "eligible"
    REQUIRED_LANGUAGE = "required_language"
    COMMON_LANGUAGE = "common_language"
    FEWER_TEAMS = "fewer_teams"
    MORE_TEAMS = "more_teams"
    BLOCK = "block"
    MOVES = "moves"


#: What a broken rule says, for the parameters of :class:`Broken`.
SENTENCES: Final[Mapping[Rule, str]] = {
    Rule.PLACE: "%(participant)s has no team.",
    Rule.SLOT: "Team %(number)s of challenge %(challenge)s does not exist.",
    Rule.STRANGER: "%(participant)s has a team but is not registered.",
    Rule.TOO_SMALL: "Team %(number)s of challenge %(challenge)s has fewer than %(least)s members: %(size)s.",
    Rule.TOO_LARGE: "Team %(number)s of challenge %(challenge)s has more than %(most)s members: %(size)s.",
    Rule.AVOID: "A rule that only the organiser may see is broken.",
    Rule.LOCK: "%(participant)s is not in the team that the organiser fixed.",
    Rule.NEVER: "%(participant)s must not work on challenge %(challenge)s.",
    Rule.ELIGIBLE: "%(participant)s may not take part in challenge %(challenge)s.",
    Rule.REQUIRED_LANGUAGE: "%(participant)s does not speak %(languages)s, which challenge %(challenge)s requires.",
    Rule.COMMON_LANGUAGE: "Team %(number)s of challenge %(challenge)s has no common language.",
    Rule.FEWER_TEAMS: "Challenge %(challenge)s has fewer than %(least)s teams: %(teams)s.",
    Rule.MORE_TEAMS: "Challenge %(challenge)s has more than %(most)s teams: %(teams)s.",
    Rule.BLOCK: "%(participants)s must be in one team.",
    Rule.MOVES: "People who change team: %(moves)s; allowed: %(most)s.",
}


@dataclass(frozen=True, slots=True)
class Broken:
    """One hard rule that an assignment breaks.

    `params` may be shown to anybody who may see the plan. `private` is for the organiser alone (who avoids
    whom, and where) and is in no text of this object.
    """

    rule: Rule
    params: Mapping[str, Any] = field(default_factory=dict)
    private: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        return filled(SENTENCES[self.rule], self.params)


@dataclass(frozen=True, slots=True)
class Check:
    """What the checker found: broken rules, and the cost of each term (all are there)."""

    broken: tuple[Broken, ...]
    costs: Mapping[Term, int]

    @property
    def valid(self) -> bool:
        """No hard rule is broken."""
        return not self.broken

    @property
    def cost(self) -> int:
        """All terms together; means little when rules are broken."""
        return sum(self.costs.values())


class Checker:
    """The checks of one problem, to be used on many assignments.

    >>> alone = Problem((Participant("ada", ranked=("water",), languages=frozenset({"fr"})),), (Challenge("water"),))
    >>> print(*Checker(alone).check({"ada": Slot("water", 1)}).broken)
    Team 1 of challenge water has fewer than 3 members: 1.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._people = {person.id: person for person in problem.participants}
        self._challenges = {challenge.id: challenge for challenge in problem.challenges}
        self._slots = frozenset(slots(problem))
        self._half_days = {challenge.id: problem.half_days_of(challenge) for challenge in problem.challenges}
        experience = [person.experience for person in problem.participants]
        self._mean_experience = Fraction(sum(experience), len(experience))
        self._teammates = _partners(problem.history)
        self._unwanted = _partners(
            (pair.first, pair.second) for pair in problem.avoid if not problem.rules.is_hard(pair)
        )

    def check(self, assignment: Assignment) -> Check:
        """Recompute everything. Who has no slot, and slots that do not exist, are left out of the costs."""
        counted = {who: slot for who, slot in assignment.items() if who in self._people and slot in self._slots}
        broken = [
            *_places(self.problem, assignment, self._slots),
            *_people_rules(self.problem, counted),
            *_plan_rules(self.problem, counted),
        ]
        totals = _plan_costs(self.problem, counted)
        for team in teams_of(counted):
            members = [self._people[who] for who in team.members]
            broken += _team_rules(self.problem, team, members)
            for term, cost in self.team_costs(self._challenges[team.slot.challenge], members).items():
                totals[term] += cost
        return Check(tuple(broken), totals)

    def team_costs(self, challenge: Challenge, members: Sequence[Participant]) -> dict[Term, int]:
        """Cost of one team, at least one member, by term, for the terms of a team (see the table of the problem)."""
        weights, rules = self.problem.weights, self.problem.rules
        organisations = Counter(person.organisation for person in members if person.organisation is not None)
        groups = Counter(group for person in members for group in person.groups)
        mute = not rules.common_language and not _common_languages(members)
        no_owner = challenge.wants_owner and challenge.owner not in organisations
        points = {
            Term.SENIORS: weights.no_senior * all(person.experience < SENIOR for person in members),
            Term.EXPERIENCE: weights.experience_balance * self._off_balance(members),
            Term.NEWCOMERS: weights.newcomer_mix * _is_badly_mixed(members),
            Term.ORGANISATIONS: weights.same_organisation * sum(max(0, n - 2) for n in organisations.values()),
            Term.OWNER: weights.owner_absent * no_owner,
            Term.HALF_DAYS: weights.missing_half_day * self._missing_half_days(challenge, members),
            Term.GROUPS: weights.lone_group_member * sum(count == 1 for count in groups.values()),
            Term.HISTORY: weights.repeated_teammate * _pairs_within(self._teammates, members),
            Term.SIZE: weights.off_target_size * abs(len(members) - rules.size_target),
            Term.AVOID: weights.avoid * _pairs_within(self._unwanted, members),
            Term.LANGUAGE: weights.no_common_language * mute,
        }
        return _wishes(self.problem, challenge, members) | points

    def _off_balance(self, members: Sequence[Participant]) -> int:
        expected = len(members) * self._mean_experience
        return math.floor(abs(sum(person.experience for person in members) - expected))

    def _missing_half_days(self, challenge: Challenge, members: Iterable[Participant]) -> int:
        common, needed = self._half_days[challenge.id]
        for person in members:
            if person.availability is not None:
                common &= person.availability
        return max(0, needed - len(common))


def check(problem: Problem, assignment: Assignment) -> Check:
    """:meth:`Checker.check` of one assignment."""
    return Checker(problem).check(assignment)


def _wishes(problem: Problem, challenge: Challenge, members: Sequence[Participant]) -> dict[Term, int]:
    """What the members and the challenge want of each other."""
    weights = problem.weights
    missing = {
        role: max(0, wanted - sum(role in person.roles for person in members))
        for role, wanted in challenge.roles.items()
    }
    unmet = [
        skill
        for skill, level in challenge.skills.items()
        if all(person.skills.get(skill, 0) < level for person in members)
    ]
    return {
        Term.PREFERENCE: sum(_preference(problem, person, challenge) for person in members),
        Term.ROLES: sum(weights.of_role(role) * count for role, count in missing.items()),
        Term.SKILLS: weights.skill_deficit * len(unmet),
    }


def _preference(problem: Problem, person: Participant, challenge: Challenge) -> int:
    weights = problem.weights
    if challenge.id in person.ranked:
        return weights.preference * weights.rank_costs[person.ranked.index(challenge.id)]
    rebate = math.floor(weights.similar * person.similarity.get(challenge.id, 0.0) + 0.5)
    return weights.preference * (weights.unranked - rebate)


def _is_badly_mixed(members: Sequence[Participant]) -> bool:
    newcomers = [person for person in members if person.newcomer]
    others = [person for person in members if not person.newcomer]
    if not others:
        return True
    return len(newcomers) == 1 and all(person.experience >= SENIOR for person in others)


def _partners(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    partners: defaultdict[str, set[str]] = defaultdict(set)
    for first, second in pairs:
        partners[first].add(second)
        partners[second].add(first)
    return dict(partners)


def _pairs_within(partners: Mapping[str, set[str]], members: Sequence[Participant]) -> int:
    together = {person.id for person in members}
    return sum(len(together & partners.get(who, set())) for who in together) // 2


def _common_languages(members: Iterable[Participant]) -> frozenset[str]:
    return reduce(frozenset.intersection, (person.languages for person in members))


def _plan_costs(problem: Problem, assignment: Assignment) -> dict[Term, int]:
    """All terms, those of single teams at 0."""
    weights, totals = problem.weights, dict.fromkeys(Term, 0)
    for pair in problem.friends:
        if pair.first not in assignment or assignment[pair.first] != assignment.get(pair.second):
            totals[Term.FRIENDS] += weights.of_friends(pair)
    totals[Term.STABILITY] = weights.move * _moves(problem, assignment)
    served = {slot.challenge for slot in assignment.values()}
    unserved = [each for each in problem.challenges if each.max_teams != 0 and each.id not in served]
    totals[Term.CHALLENGES] = weights.challenge_without_team * len(unserved)
    return totals


def _moves(problem: Problem, assignment: Assignment) -> int:
    published = problem.published.assignment if problem.published else {}
    return sum(assignment.get(who) != slot for who, slot in published.items())


def _places(problem: Problem, assignment: Assignment, existing: Set[Slot]) -> Iterator[Broken]:
    known = {person.id for person in problem.participants}
    for person in problem.participants:
        if person.id not in assignment:
            yield Broken(Rule.PLACE, {"participant": person.id})
    for who in sorted(assignment.keys() - known):
        yield Broken(Rule.STRANGER, {"participant": who})
    for slot in sorted(set(assignment.values()) - existing):
        yield Broken(Rule.SLOT, {"challenge": slot.challenge, "number": slot.number})


def _people_rules(problem: Problem, assignment: Assignment) -> Iterator[Broken]:
    """Rules about one person and where they are."""
    people = {person.id: person for person in problem.participants}
    challenges = {challenge.id: challenge for challenge in problem.challenges}
    for lock in problem.locks:
        place = assignment.get(lock.participant)
        if place is not None and not lock.allows(place):
            yield Broken(
                Rule.LOCK, {"participant": lock.participant, "challenge": lock.challenge, "number": lock.number}
            )
    for who, slot in assignment.items():
        challenge, person = challenges[slot.challenge], people[who]
        params = {"participant": who, "challenge": challenge.id}
        if (who, challenge.id) in problem.never:
            yield Broken(Rule.NEVER, params)
        if challenge.eligible is not None and who not in challenge.eligible:
            yield Broken(Rule.ELIGIBLE, params)
        if lacking := challenge.languages - person.languages:
            yield Broken(Rule.REQUIRED_LANGUAGE, {**params, "languages": tuple(sorted(lacking))})


def _team_rules(problem: Problem, team: Team, members: Sequence[Participant]) -> Iterator[Broken]:
    rules, size = problem.rules, len(team.members)
    place = {"challenge": team.slot.challenge, "number": team.slot.number}
    if size < rules.size_min:
        yield Broken(Rule.TOO_SMALL, {**place, "size": size, "least": rules.size_min})
    if size > rules.size_max:
        yield Broken(Rule.TOO_LARGE, {**place, "size": size, "most": rules.size_max})
    if rules.common_language and not _common_languages(members):
        yield Broken(Rule.COMMON_LANGUAGE, place)


def _plan_rules(problem: Problem, assignment: Assignment) -> Iterator[Broken]:
    teams: defaultdict[str, set[int]] = defaultdict(set)
    for place in assignment.values():
        teams[place.challenge].add(place.number)
    for each in problem.challenges:
        params = {"challenge": each.id, "teams": len(teams[each.id])}
        if len(teams[each.id]) < each.min_teams:
            yield Broken(Rule.FEWER_TEAMS, {**params, "least": each.min_teams})
        if each.max_teams is not None and len(teams[each.id]) > each.max_teams:
            yield Broken(Rule.MORE_TEAMS, {**params, "most": each.max_teams})
    for block in problem.blocks:
        if len({assignment.get(who) for who in block}) > 1:
            yield Broken(Rule.BLOCK, {"participants": tuple(sorted(block))})
    for pair in problem.avoid_hard:
        slot = assignment.get(pair.first)
        if slot is not None and slot == assignment.get(pair.second):
            private = {"first": pair.first, "second": pair.second, "slot": slot}
            yield Broken(Rule.AVOID, private=private)
    most = problem.published.max_moves if problem.published else None
    if most is not None and (moves := _moves(problem, assignment)) > most:
        yield Broken(Rule.MOVES, {"moves": moves, "most": most})
