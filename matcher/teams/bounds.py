"""What no plan can avoid: lower bounds of each term and of the total, by counting and by one flow.

Valid for every assignment that keeps the hard rules. No solver is needed and any number of people is answered
at once (some 0.3 s for 2000), so that a page can say "3 teams without a designer: 9 designers for 12 teams".

=====================  ======================================================================================
term                   why it cannot be avoided
=====================  ======================================================================================
``preference``         the cheapest way to put people where they may be, in the room that the teams have
``roles``              `T` teams want so many in all, however they are chosen, and only so many have the role
``skills, owner``      each team that wants one needs another person who has it
``seniors``            each team needs one
``newcomers``          each team needs somebody who is no newcomer
``organisations``      `T` teams have room for two of each organisation
``friends``            forced apart, or more than a team has room for (:mod:`matcher.teams.friend_bounds`)
``half_days``          who is there too little brings that into a team, which holds `size_max` of them at most
``language``           so does who speaks nothing
``groups``             the only one of a group is alone everywhere
``history``, ``avoid`` pairs within a block
``size``               people over teams leave a remainder
``stability``          published places that are gone or not allowed any more
``challenges``         more challenges than teams, or too few who may be there
=====================  ======================================================================================

The number of teams `T` is between ``ceil(N / size_max)`` and ``floor(N / size_min)``. The bound of a term holds
for whichever `T` suits it best; the total takes one `T` for all, and is therefore often more than their sum.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import ceil

import numpy as np

from matcher.teams.costs import CompiledProblem
from matcher.teams.friend_bounds import friends_apart
from matcher.teams.problem import MOST, SENIOR, Challenge, Problem, Term, Weights
from matcher.teams.transport import cheapest_places
from matcher.teams.units import Unit, forced_moves, units_of

#: How much of something is missing at least, by number of teams.
ByTeams = Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Lower bounds of every plan that keeps the hard rules.

    Attributes
    ----------
    total
        Of the cost; at least the sum of `terms`.
    terms
        Of each term's cost; 0 where nothing is proven.
    counts
        What the bound of a term counts (teams without a senior, people off the target size...), for the terms
        that are a count times one weight.
    roles, skills
        Least number of missing members by wanted role, and of teams without the wanted level by wanted skill.
    teams
        Least and greatest number of teams.
    """

    total: int
    terms: Mapping[Term, int]
    counts: Mapping[Term, int]
    roles: Mapping[str, int]
    skills: Mapping[str, int]
    teams: tuple[int, int]


def lower_bounds(compiled: CompiledProblem) -> Bounds:
    """Compute all bounds. Where the hard rules contradict each other, any number is one."""
    problem, weights, units = compiled.problem, compiled.problem.weights, units_of(compiled)
    room = _Room.of(compiled)
    roles = {role: _members(room, problem, role) for role in _names(each.roles for each in problem.challenges)}
    skills = {skill: _level(room, problem, skill) for skill in _names(each.skills for each in problem.challenges)}
    by_teams = _by_teams(room, problem)
    always = _always(compiled, units)
    prices = _prices(weights)
    everywhere = range(room.least, room.most + 1)

    def cost(teams: int) -> int:
        return (
            sum(weights.of_role(role) * missing(teams) for role, missing in roles.items())
            + sum(weights.skill_deficit * missing(teams) for missing in skills.values())
            + sum(prices[term] * missing(teams) for term, missing in by_teams.items())
        )

    counts = always | {term: min(map(missing, everywhere)) for term, missing in by_teams.items()}
    least_roles = {role: min(map(missing, everywhere)) for role, missing in roles.items()}
    least_skills = {skill: min(map(missing, everywhere)) for skill, missing in skills.items()}
    whole = {Term.PREFERENCE: _preference(compiled, units), Term.FRIENDS: friends_apart(compiled, units)}
    terms = dict.fromkeys(Term, 0) | whole | {term: prices[term] * count for term, count in counts.items()}
    terms[Term.ROLES] = sum(weights.of_role(role) * missing for role, missing in least_roles.items())
    terms[Term.SKILLS] = weights.skill_deficit * sum(least_skills.values())
    fixed = sum(whole.values()) + sum(prices[term] * count for term, count in always.items())
    return Bounds(
        total=fixed + min(map(cost, everywhere)),
        terms=terms,
        counts=counts,
        roles=least_roles,
        skills=least_skills,
        teams=(room.least, room.most),
    )


def _prices(weights: Weights) -> dict[Term, int]:
    return {
        Term.SENIORS: weights.no_senior,
        Term.NEWCOMERS: weights.newcomer_mix,
        Term.ORGANISATIONS: weights.same_organisation,
        Term.OWNER: weights.owner_absent,
        Term.HALF_DAYS: weights.missing_half_day,
        Term.GROUPS: weights.lone_group_member,
        Term.HISTORY: weights.repeated_teammate,
        Term.SIZE: weights.off_target_size,
        Term.STABILITY: weights.move,
        Term.CHALLENGES: weights.challenge_without_team,
        Term.AVOID: weights.avoid,
        Term.LANGUAGE: weights.no_common_language,
    }


def _names(wanted: Iterable[Mapping[str, int]]) -> list[str]:
    return sorted(set(chain.from_iterable(wanted)))


@dataclass(frozen=True, slots=True)
class _Room:
    """How many teams there can be. Sequences are by challenge."""

    challenges: Sequence[Challenge]
    usable: Sequence[int]  # slots that the people who may be there can fill
    forced: Sequence[int]  # of which this many must be
    open: int  # challenges that should have a team
    least: int
    most: int

    @classmethod
    def of(cls, compiled: CompiledProblem) -> _Room:
        challenges, rules = compiled.problem.challenges, compiled.problem.rules
        people = len(compiled.people)
        fitting = compiled.allowed.sum(axis=0).tolist()
        usable = [min(len(own), n // rules.size_min) for own, n in zip(compiled.slots_of, fitting, strict=True)]
        forced = [min(each.min_teams, n) for each, n in zip(challenges, usable, strict=True)]
        least = max(ceil(people / rules.size_max), sum(forced))
        most = min(people // rules.size_min, sum(usable))
        return cls(challenges, usable, forced, sum(each.max_teams != 0 for each in challenges), least, max(least, most))

    def unserved(self, teams: int) -> int:
        """Challenges without a team, when there are so many teams."""
        return self.open - min(teams, sum(slots > 0 for slots in self.usable))

    def wanted(self, by_challenge: Sequence[int]) -> ByTeams:
        """Least sum of a number of the challenge over the teams, when there are so many teams."""
        forced = sum(number * teams for number, teams in zip(by_challenge, self.forced, strict=True))
        others = sorted(
            chain.from_iterable(
                [number] * (usable - due)
                for number, usable, due in zip(by_challenge, self.usable, self.forced, strict=True)
            )
        )
        sums = [0, *np.cumsum(others, dtype=np.int64).tolist()]
        due = sum(self.forced)
        return lambda teams: forced + sums[min(max(0, teams - due), len(others))]


def _short(wanted: ByTeams, there: int) -> ByTeams:
    return lambda teams: max(0, wanted(teams) - there)


def _members(room: _Room, problem: Problem, role: str) -> ByTeams:
    wanted = room.wanted([each.roles.get(role, 0) for each in room.challenges])
    return _short(wanted, sum(role in person.roles for person in problem.participants))


def _level(room: _Room, problem: Problem, skill: str) -> ByTeams:
    """The worst of all levels: who has a high one serves a team that wants a lower one as well."""
    levels = [person.skills.get(skill, 0) for person in problem.participants]
    short = [
        _short(
            room.wanted([int(each.skills.get(skill, 0) >= level) for each in room.challenges]),
            sum(own >= level for own in levels),
        )
        for level in range(1, MOST + 1)
    ]
    return lambda teams: max(missing(teams) for missing in short)


def _by_teams(room: _Room, problem: Problem) -> dict[Term, ByTeams]:
    people, target = problem.participants, problem.rules.size_target
    seniors = sum(person.experience >= SENIOR for person in people)
    regulars = sum(not person.newcomer for person in people)
    organisations = Counter(person.organisation for person in people if person.organisation is not None)
    owners = {each.owner for each in problem.challenges if each.wants_owner and each.owner is not None}
    return {
        Term.SENIORS: lambda teams: max(0, teams - seniors),
        Term.NEWCOMERS: lambda teams: max(0, teams - regulars),
        Term.ORGANISATIONS: lambda teams: sum(max(0, members - 2 * teams) for members in organisations.values()),
        Term.OWNER: _short(
            room.wanted([int(each.wants_owner) for each in room.challenges]),
            sum(organisations[owner] for owner in owners),
        ),
        Term.SIZE: lambda teams: abs(len(people) - teams * target),
        Term.CHALLENGES: room.unserved,
    }


def _always(compiled: CompiledProblem, units: Sequence[Unit]) -> dict[Term, int]:
    """Counts that do not depend on the number of teams."""
    problem = compiled.problem
    index = {who: at for at, who in enumerate(compiled.people)}
    unit_at = {who: at for at, unit in enumerate(units) for who in unit.members}
    groups = Counter(group for person in problem.participants for group in person.groups)

    def within(pairs: Iterable[tuple[str, str]]) -> int:
        return sum(unit_at[index[first]] == unit_at[index[second]] for first, second in pairs)

    soft = ((pair.first, pair.second) for pair in problem.avoid if not problem.rules.is_hard(pair))
    mute = sum(len(unit.members) for unit in units if not unit.languages)
    return {
        Term.HALF_DAYS: _absences(compiled, units),
        Term.GROUPS: sum(members == 1 for members in groups.values()),
        Term.HISTORY: within(problem.history),
        Term.AVOID: within(soft),
        Term.STABILITY: sum(forced_moves(compiled, unit) for unit in units),
        Term.LANGUAGE: 0 if problem.rules.common_language else ceil(mute / problem.rules.size_max),
    }


def _absences(compiled: CompiledProblem, units: Sequence[Unit]) -> int:
    """Missing common half-days: a team misses at least as many as each of its members does."""
    problem, days = compiled.problem, [compiled.problem.half_days_of(each) for each in compiled.problem.challenges]
    people: Counter[int] = Counter()
    for unit in units:
        missing = [
            max(0, needed - len(times if unit.half_days is None else times & unit.half_days))
            for (times, needed), allowed in zip(days, unit.allowed, strict=True)
            if allowed
        ]
        people[min(missing, default=0)] += len(unit.members)
    return sum(
        ceil(sum(count for missing, count in people.items() if missing >= level) / problem.rules.size_max)
        for level in range(1, problem.rules.common_half_days + 1)
    )


def _preference(compiled: CompiledProblem, units: Sequence[Unit]) -> int:
    """Least sum of preference costs; a block pays through its first member, the others go along for nothing."""
    costs, allowed = compiled.preference.copy(), compiled.allowed.copy()
    for unit in units:
        members = list(unit.members)
        allowed[members] = unit.allowed
        costs[members[0]] = compiled.preference[members].sum(axis=0)
        costs[members[1:]] = 0
    room = np.array([len(own) for own in compiled.slots_of]) * compiled.problem.rules.size_max
    at = cheapest_places(costs, allowed, room)
    if at is None:
        return 0
    return int(costs[np.arange(len(at)), at].sum())
