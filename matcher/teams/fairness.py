"""How evenly a plan treats teams and people: the worst team, ranks obtained, envy, newcomers, small organisations.

The cost of a team is of the terms that a team has alone: not friends (they lie between teams), stability and
challenges (the whole plan), and not ``avoid``, which is private. Two plans of one problem can be compared by
:func:`price_of_fairness`. Numbers only, nobody is named: but a figure about two people can tell of them, so that this
is a page for organisers.

Envy is about ranked challenges only: somebody envies a person whose challenge they ranked above their own. It is
*justified* when these two could swap: that keeps all rules, and the plan does not cost more than a tolerance more
(TEAMS model D10). A swap is *mutual* when, besides, the other one does not mind: then it should be made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from matcher.teams.exchanges import Exchanges, exchanges
from matcher.teams.problem import MOST_RANKED, Assignment, Participant, Problem, Slot, Term

#: Terms that are not of one team alone, or private.
_NOT_OF_A_TEAM: Final = (Term.FRIENDS, Term.STABILITY, Term.CHALLENGES, Term.AVOID)
#: Participants of an organisation up to which it counts as small. Chosen: they cannot fill a team.
SMALL: Final = 2


class Group(StrEnum):
    """Who should fare equally well."""

    NEWCOMERS = "newcomers"
    REGULARS = "regulars"
    SMALL_ORGANISATIONS = "small_organisations"
    LARGE_ORGANISATIONS = "large_organisations"
    NO_ORGANISATION = "no_organisation"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a group fares: how many they are, and means; None where there is nobody to take it of.

    `rank` is of those who ranked something; a challenge that they did not rank counts as one after their last.
    """

    people: int
    rank: float | None
    team_cost: float | None


@dataclass(frozen=True, slots=True)
class Envy:
    """Envy among people.

    Attributes
    ----------
    people
        Who envy somebody.
    pairs, share
        (envious, envied); share of all ordered pairs of people, [0, 1].
    justified_people, justified_pairs
        Those whose swap would keep all rules and cost at most the tolerance.
    mutual_swaps
        Of the latter, those where the other one gets nothing that they like less; 0: the plan is swap-stable.
    """

    people: int
    pairs: int
    share: float
    justified_people: int
    justified_pairs: int
    mutual_swaps: int


@dataclass(frozen=True, slots=True)
class Fairness:
    """How evenly a plan treats teams and people.

    Attributes
    ----------
    cost
        Of the plan, without the term ``avoid``.
    teams
        Cost by slot.
    worst
        The dearest team, the first by slot of equal ones.
    spread, gini
        Greatest less least cost of a team; Gini coefficient of the costs, [0, 1), 0 when all are equal.
    profile
        How many got their first, second... fifth choice.
    unranked, ranked_nothing
        How many got a challenge that they did not rank, and how many ranked none.
    """

    cost: int
    teams: Mapping[Slot, int]
    worst: Slot
    spread: int
    gini: float
    profile: tuple[int, ...]
    unranked: int
    ranked_nothing: int
    envy: Envy
    groups: Mapping[Group, Standing]

    @property
    def worst_cost(self) -> int:
        """Cost of the dearest team."""
        return self.teams[self.worst]


@dataclass(frozen=True, slots=True)
class Price:
    """What a fairer plan costs.

    `cost` is how much dearer it is, `share` that over the cost of the usual plan (None where that is 0),
    `worst_team` by how much its dearest team is cheaper.
    """

    cost: int
    share: float | None
    worst_team: int


def fairness(problem: Problem, assignment: Assignment, *, tolerance: int = 0) -> Fairness:
    """Measure a plan.

    Raises :class:`~matcher.teams.problem.ProblemError` when somebody has no team or one that does not exist.
    Cost: some 10 µs per pair of people of which one envies the other, besides
    :func:`~matcher.teams.costs.compile_problem`.
    """
    plan = exchanges(problem, assignment)
    compiled, people = plan.compiled, problem.participants
    costs = {compiled.slots[slot]: _team_cost(plan, slot) for slot, team in enumerate(plan.teams) if team}
    ranks = [person.rank_of(compiled.slots[slot].challenge) for person, slot in zip(people, plan.slot_of, strict=True)]
    obtained = Counter(rank for rank in ranks if rank is not None)
    nothing = sum(not person.ranked for person in people)
    return Fairness(
        cost=sum(compiled.terms(plan.slot_of).values()),
        teams=dict(sorted(costs.items())),
        worst=min(costs, key=lambda slot: (-costs[slot], slot)),
        spread=max(costs.values()) - min(costs.values()),
        gini=gini(costs.values()),
        profile=tuple(obtained[rank] for rank in range(1, MOST_RANKED + 1)),
        unranked=len(people) - obtained.total() - nothing,
        ranked_nothing=nothing,
        envy=_envy(plan, tolerance),
        groups=_standings(plan, ranks, costs),
    )


def price_of_fairness(usual: Fairness, fair: Fairness) -> Price:
    """What the fair plan costs more than the usual one of the same problem, and what the worst team gains."""
    more = fair.cost - usual.cost
    return Price(more, more / usual.cost if usual.cost > 0 else None, usual.worst_cost - fair.worst_cost)


def gini(costs: Iterable[int]) -> float:
    """Mean difference of two of them over twice their mean; 0 where all are 0. Costs are >= 0, at least one.

    >>> gini([5, 5]), gini([0, 0, 0, 8])
    (0.0, 0.75)
    """
    rising = sorted(costs)
    total, count = sum(rising), len(rising)
    if total == 0:
        return 0.0
    weighted = sum((2 * place - count - 1) * cost for place, cost in enumerate(rising, start=1))
    return weighted / (count * total)


def _team_cost(plan: Exchanges, slot: int) -> int:
    terms = plan.compiled.team_terms(slot, plan.teams[slot])
    return sum(cost for term, cost in terms.items() if term not in _NOT_OF_A_TEAM)


def _envied(plan: Exchanges, who: int) -> Iterator[int]:
    """Everybody in a challenge that the person ranked above their own."""
    person, compiled = plan.compiled.problem.participants[who], plan.compiled
    rank = person.rank_of(compiled.slots[plan.slot_of[who]].challenge)
    better = frozenset(person.ranked if rank is None else person.ranked[: rank - 1])
    for slot, team in zip(compiled.slots, plan.teams, strict=True):
        if slot.challenge in better:
            yield from team


def _envy(plan: Exchanges, tolerance: int) -> Envy:
    people = len(plan.slot_of)
    pairs = [(who, other) for who in range(people) for other in _envied(plan, who)]
    justified = [pair for pair in pairs if (swap := plan.swap(*pair)) is not None and swap.cost <= tolerance]
    mutual = {frozenset((who, other)) for who, other in justified if _agrees(plan, other, who)}
    return Envy(
        people=len({who for who, _ in pairs}),
        pairs=len(pairs),
        share=len(pairs) / (people * (people - 1)) if people > 1 else 0.0,
        justified_people=len({who for who, _ in justified}),
        justified_pairs=len(justified),
        mutual_swaps=len(mutual),
    )


def _agrees(plan: Exchanges, who: int, other: int) -> bool:
    """Whether the other's challenge costs the person no more than their own."""
    preference, challenge_of = plan.compiled.preference[who], plan.compiled.challenge_of
    return bool(preference[challenge_of[plan.slot_of[other]]] <= preference[challenge_of[plan.slot_of[who]]])


def _groups(people: Sequence[Participant]) -> Mapping[Group, list[int]]:
    sizes = Counter(person.organisation for person in people if person.organisation is not None)

    def belong(person: Participant) -> tuple[Group, Group]:
        by_habit = Group.NEWCOMERS if person.newcomer else Group.REGULARS
        if person.organisation is None:
            return by_habit, Group.NO_ORGANISATION
        small = sizes[person.organisation] <= SMALL
        return by_habit, Group.SMALL_ORGANISATIONS if small else Group.LARGE_ORGANISATIONS

    groups: dict[Group, list[int]] = {group: [] for group in Group}
    for index, person in enumerate(people):
        for group in belong(person):
            groups[group].append(index)
    return groups


def _standings(plan: Exchanges, ranks: Sequence[int | None], costs: Mapping[Slot, int]) -> Mapping[Group, Standing]:
    people, slots = plan.compiled.problem.participants, plan.compiled.slots

    def standing(members: Sequence[int]) -> Standing:
        ranked = [ranks[who] or len(people[who].ranked) + 1 for who in members if people[who].ranked]
        return Standing(len(members), _mean(ranked), _mean([costs[slots[plan.slot_of[who]]] for who in members]))

    return {group: standing(members) for group, members in _groups(people).items()}


def _mean(numbers: Sequence[int]) -> float | None:
    return sum(numbers) / len(numbers) if numbers else None
