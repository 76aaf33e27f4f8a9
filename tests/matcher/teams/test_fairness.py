"""Fairness figures are those that one counts by hand, and private wishes are in none of the costs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from matcher.teams.checker import Checker, check
from matcher.teams.fairness import Envy, Fairness, Group, Standing, fairness, gini, price_of_fairness
from matcher.teams.problem import (
    Assignment,
    AvoidPair,
    Challenge,
    Lock,
    Participant,
    Problem,
    Rules,
    Slot,
    Term,
    Weights,
    teams_of,
)
from tests.matcher.teams.problems import planted

WATER, FOREST = Slot("water", 1), Slot("forest", 1)


def person(name: str, *ranked: str, **values: Any) -> Participant:
    return Participant(name, ranked=ranked, languages=frozenset({"fr"}), **({"experience": 2} | values))


def pairs(*people: Participant, **values: Any) -> Problem:
    """Teams of two for two challenges; wishes alone cost something."""
    return Problem(people, (Challenge("water"), Challenge("forest")), **({"rules": Rules(2, 2, 2)} | values))


def two_unlucky(**values: Any) -> tuple[Problem, Assignment]:
    """Ann and Dan each got what the other wants; Bob and Eve got what they want."""
    people = (
        person("ann", "water", "forest"),
        person("bob", "forest"),
        person("dan", "forest", "water"),
        person("eve", "water"),
    )
    return pairs(*people, **values), {"ann": FOREST, "bob": FOREST, "dan": WATER, "eve": WATER}


def test_two_people_who_want_each_others_place_are_one_swap_that_should_be_made() -> None:
    """Ann envies Dan and Eve, Dan envies Ann and Bob: of 4 pairs only Ann and Dan (twice) may swap for nothing."""
    problem, plan = two_unlucky()
    assert fairness(problem, plan).envy == Envy(
        people=2, pairs=4, share=4 / 12, justified_people=2, justified_pairs=2, mutual_swaps=1
    )


def test_a_tolerance_justifies_more_envy_but_makes_no_swap_mutual() -> None:
    """Ann for Eve costs 30 - 2: justified from 28 on, yet Eve minds."""
    problem, plan = two_unlucky()
    assert fairness(problem, plan, tolerance=27).envy.justified_pairs == 2
    envy = fairness(problem, plan, tolerance=28).envy
    assert (envy.justified_pairs, envy.mutual_swaps) == (4, 1)


def test_envy_that_a_rule_stands_against_is_not_justified() -> None:
    """Dan is locked where he is: the wish remains, the swap does not."""
    problem, plan = two_unlucky(locks=(Lock("dan", "water"),))
    envy = fairness(problem, plan).envy
    assert (envy.pairs, envy.justified_pairs, envy.mutual_swaps) == (4, 0, 0)


def test_a_plan_in_which_nobody_would_swap_is_stable() -> None:
    """After the swap everybody has their first choice."""
    problem, _ = two_unlucky()
    found = fairness(problem, {"ann": WATER, "eve": WATER, "dan": FOREST, "bob": FOREST})
    assert found.envy == Envy(0, 0, 0.0, 0, 0, 0)
    assert (found.profile, found.unranked, found.ranked_nothing) == ((4, 0, 0, 0, 0), 0, 0)


def test_the_profile_counts_ranks_and_leaves_those_without_a_wish_apart() -> None:
    """One first choice, one second, one who got nothing of what they ranked, one who ranked nothing."""
    people = (person("ann", "forest"), person("bob", "water", "forest"), person("dan", "forest"), person("eve"))
    found = fairness(pairs(*people), {"ann": FOREST, "bob": FOREST, "dan": WATER, "eve": WATER})
    assert (found.profile, found.unranked, found.ranked_nothing) == ((1, 1, 0, 0, 0), 1, 1)


def test_the_worst_team_is_the_dearest_and_the_spread_its_lead() -> None:
    """Forest costs 0 + 2, water 30 + 30: worst 60, spread 58, and Gini 29 / 62."""
    people = (person("ann", "forest"), person("bob", "water", "forest"), person("dan", "forest"), person("eve"))
    found = fairness(pairs(*people), {"ann": FOREST, "bob": FOREST, "dan": WATER, "eve": WATER})
    assert (found.teams, found.worst, found.worst_cost, found.spread) == ({FOREST: 2, WATER: 60}, WATER, 60, 58)
    assert found.gini == pytest.approx(29 / 62)


@pytest.mark.parametrize(
    ("costs", "expected"), [([7], 0.0), ([3, 3, 3], 0.0), ([0, 0], 0.0), ([0, 1], 0.5), ([1, 2, 3], 2 / 9)]
)
def test_gini_of_known_costs(costs: list[int], expected: float) -> None:
    """All equal: 0; one has everything of n: 1 - 1/n."""
    assert gini(costs) == pytest.approx(expected)


def test_groups_are_compared_by_ranks_and_team_costs() -> None:
    """The newcomer and the small organisation got what they did not want; Eve has no organisation and no wish."""
    people = (
        person("ann", "water", organisation="lab"),
        person("bob", "water", organisation="lab"),
        person("cid", "water", organisation="lab"),
        person("dan", "water", "forest", organisation="shop", newcomer=True),
        person("eve"),
        person("fay", "water", organisation="shop"),
    )
    problem = pairs(*people, rules=Rules(3, 3, 3))
    plan = {
        who: WATER if who in {"ann", "bob", "cid"} else FOREST for who in ("ann", "bob", "cid", "dan", "eve", "fay")
    }
    found = fairness(problem, plan)
    # Water: the third of one organisation, 5. Forest: 2 + 30 + 30, and Dan alone among seniors, 10.
    assert found.teams == {FOREST: 72, WATER: 5}
    assert found.groups == {
        Group.NEWCOMERS: Standing(1, 2.0, 72.0),
        Group.REGULARS: Standing(5, (1 + 1 + 1 + 2) / 4, (3 * 5 + 2 * 72) / 5),
        Group.SMALL_ORGANISATIONS: Standing(2, 2.0, 72.0),
        Group.LARGE_ORGANISATIONS: Standing(3, 1.0, 5.0),
        Group.NO_ORGANISATION: Standing(1, None, 72.0),
    }


def test_the_price_of_fairness_is_what_the_fair_plan_costs_more() -> None:
    """Second choices for two cost 4 more than everybody's first choice, here without any gain of the worst team."""
    problem, plan = two_unlucky()
    best = fairness(problem, {"ann": WATER, "eve": WATER, "dan": FOREST, "bob": FOREST})
    other = fairness(problem, plan)
    price = price_of_fairness(best, other)
    assert (price.cost, price.share, price.worst_team) == (4, None, -2)
    assert price_of_fairness(other, best).share == -1.0


def counted(problem: Problem, plan: Assignment) -> tuple[int, int]:
    """Envious pairs, and those whose swap the checker finds valid, no dearer and joining no pair of a wish."""
    people = {each.id: each for each in problem.participants}
    checker, before = Checker(problem), check(problem, plan)
    envy = justified = 0
    for who, own in plan.items():
        ranked = people[who].ranked
        better = ranked[: ranked.index(own.challenge)] if own.challenge in ranked else ranked
        for other, slot in plan.items():
            if slot.challenge not in better:
                continue
            envy += 1
            then = {**plan, who: slot, other: own}
            after = checker.check(then)
            joined = any(
                then[pair.first] == then[pair.second] and plan[pair.first] != plan[pair.second]
                for pair in problem.avoid
            )
            rise = after.cost - after.costs[Term.AVOID] - before.cost + before.costs[Term.AVOID]
            justified += after.valid and not joined and rise <= 0
    return envy, justified


@settings(max_examples=30, deadline=None)
@given(planted(most=10))
def test_envy_and_costs_are_those_of_the_checker(case: tuple[Problem, Assignment]) -> None:
    """Each pair is looked at again with the checker, and each team's cost added up from its terms."""
    problem, plan = case
    found = fairness(problem, plan)
    assert (found.envy.pairs, found.envy.justified_pairs) == counted(problem, plan)
    assert found.envy.mutual_swaps <= found.envy.justified_pairs <= found.envy.pairs
    checker, people = Checker(problem), {each.id: each for each in problem.participants}
    challenges = {each.id: each for each in problem.challenges}
    for team in teams_of(plan):
        costs = checker.team_costs(challenges[team.slot.challenge], [people[who] for who in team.members])
        assert found.teams[team.slot] == sum(
            cost for term, cost in costs.items() if term not in {Term.AVOID, Term.FRIENDS}
        )
    assert sum(found.profile) + found.unranked + found.ranked_nothing == len(plan)
    assert 0.0 <= found.gini < 1.0


@settings(max_examples=30, deadline=None)
@given(planted(most=10))
def test_private_wishes_are_in_no_cost(case: tuple[Problem, Assignment]) -> None:
    """Only the count of swaps that keep the rules may fall by them."""
    problem, plan = case
    with_wishes, without = fairness(problem, plan), fairness(replace(problem, avoid=()), plan)

    def shown(found: Fairness) -> Fairness:
        return replace(found, envy=replace(found.envy, justified_people=0, justified_pairs=0, mutual_swaps=0))

    assert shown(with_wishes) == shown(without)
    assert with_wishes.envy.justified_pairs <= without.envy.justified_pairs


def test_an_unconfirmed_wish_keeps_two_apart_in_the_counts_too() -> None:
    """Ann and Dan would both gain, but Ann would come to Eve, whom she wishes to avoid."""
    problem, plan = two_unlucky(avoid=(AvoidPair("ann", "eve"),), weights=Weights(avoid=0))
    envy = fairness(problem, plan).envy
    assert (envy.pairs, envy.justified_pairs) == (4, 0)
