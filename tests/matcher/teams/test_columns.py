"""Bounds from prices for people: never above a plan that keeps the rules, and near the best one."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matcher.teams.bounds import lower_bounds
from matcher.teams.checker import check
from matcher.teams.columns import column_bound
from matcher.teams.costs import BROKEN, CompiledProblem, compile_problem
from matcher.teams.cpsat import solve_cpsat
from matcher.teams.pricing import MOST_TOGETHER, TeamPricing, groups_of
from matcher.teams.problem import (
    Assignment,
    AvoidPair,
    Challenge,
    FriendPair,
    Participant,
    Problem,
    Rules,
    Status,
    Weights,
)
from tests.matcher.teams.problems import planted, problem, seeds


def bound_of(problem: Problem) -> int:
    return column_bound(compile_problem(problem), lambda _: True)


@settings(deadline=None, max_examples=100)
@given(planted())
def test_no_plan_that_keeps_the_rules_costs_less(case: tuple[Problem, Assignment]) -> None:
    """Whatever the rules, wishes and published places are."""
    assert bound_of(case[0]) <= check(*case).cost


@settings(deadline=None, max_examples=30)
@given(planted(most=9))
def test_the_best_of_all_plans_is_not_below_the_bound(case: tuple[Problem, Assignment]) -> None:
    """The same against the proven best plan, which a bound that is a little too high would pass."""
    best = solve_cpsat(case[0], time_limit_s=20.0, iterations=200)
    assume(best.status is Status.OPTIMAL)
    assert best.cost is not None
    assert bound_of(case[0]) <= best.cost


def possible_teams(compiled: CompiledProblem, challenge: int) -> list[tuple[int, ...]]:
    """Every team of the challenge that keeps the rules of single teams, by trying all."""
    rules, slots = compiled.problem.rules, compiled.slots_of[challenge]
    sizes = range(rules.size_min, min(rules.size_max, len(compiled.people)) + 1)
    every = (team for size in sizes for team in combinations(range(len(compiled.people)), size))
    torn = [set(block) for block in compiled.blocks]
    return [
        team
        for team in every
        if all(block <= set(team) or block.isdisjoint(team) for block in torn)
        and any(compiled.team_cost(slot, team) < BROKEN // 2 for slot in slots)
    ]


@settings(deadline=None, max_examples=60)
@given(seeds, st.integers(3, 8))
def test_every_team_that_the_rules_allow_is_priced_at_no_more_than_it_costs(rng: object, people: int) -> None:
    """And the cheapest team found is at most as dear as each of them, at any prices."""
    compiled = compile_problem(problem(rng, people))  # type: ignore[arg-type]
    groups, prices = groups_of(compiled), np.random.default_rng(people).uniform(-20, 40, people)
    for challenge, slots in enumerate(compiled.slots_of):
        teams = possible_teams(compiled, challenge)
        pricing = TeamPricing(compiled, challenge, groups)
        found = pricing.cheapest(prices, 3)
        for team in teams:
            true = min(compiled.team_cost(slot, team) for slot in slots)
            assert pricing.cost(team) <= true + 1e-9
            assert found[0][0] <= pricing.cost(team) - prices[list(team)].sum() + 1e-9


@settings(deadline=None, max_examples=60)
@given(seeds, st.integers(3, 10))
def test_a_found_team_costs_what_is_said_of_it(rng: object, people: int) -> None:
    """Its cost less the prices of its members, with members in rising order, cheapest first, none twice."""
    compiled = compile_problem(problem(rng, people))  # type: ignore[arg-type]
    groups, prices = groups_of(compiled), np.random.default_rng(people).uniform(-20, 40, people)
    for challenge in range(len(compiled.slots_of)):
        pricing = TeamPricing(compiled, challenge, groups)
        found = pricing.cheapest(prices, 4)
        assert [cost for cost, _ in found] == sorted(cost for cost, _ in found)
        assert len({team for _, team in found}) == len(found)
        for cost, team in found:
            assert list(team) == sorted(set(team))
            assert cost == pytest.approx(pricing.cost(team) - prices[list(team)].sum(), abs=1e-6)


def person(name: str, *ranked: str, roles: tuple[str, ...] = (), **more: object) -> Participant:
    told = {"roles": frozenset(roles), "ranked": ranked, "experience": 2, "languages": frozenset({"fr"})} | more
    return Participant(name, **told)  # type: ignore[arg-type]


def test_it_proves_what_counting_cannot() -> None:
    """Two designers who are friends, two teams that want one: they are apart, or a team has none, or both wait.

    Counting sees designers enough and friends who could be together; the prices see that both at once cannot be.
    """
    people = tuple(person(f"p{at}", "a", roles=("design",) if at < 2 else ()) for at in range(6))
    case = Problem(
        people,
        (Challenge("a", roles={"design": 1}),),
        friends=(FriendPair("p0", "p1"),),
        rules=Rules(3, 3, 3),
        weights=Weights(newcomer_mix=0),
    )
    assert lower_bounds(compile_problem(case)).total == 0
    assert bound_of(case) == 12 == solve_cpsat(case, time_limit_s=10.0, iterations=200).cost


def test_friends_beyond_one_group_are_a_bound_still() -> None:
    """A chain of friends longer than a group: half of the pairs between groups is given away, no more."""
    people = tuple(person(f"p{at:02}", "a") for at in range(12))
    chain = tuple(FriendPair(f"p{at:02}", f"p{at + 1:02}") for at in range(11))
    case = Problem(people, (Challenge("a"),), friends=chain, rules=Rules(3, 3, 3), weights=Weights(newcomer_mix=0))
    groups = groups_of(compile_problem(case))
    assert max(map(len, groups.members)) == MOST_TOGETHER
    assert sorted(who for group in groups.members for who in group) == list(range(12))
    # Four teams of three keep eight of eleven pairs.
    assert solve_cpsat(case, time_limit_s=20.0, iterations=500).cost == 3 * 15
    assert 15 <= bound_of(case) <= 45


def test_people_who_must_not_meet_are_in_no_priced_team() -> None:
    """Friends whom a confirmed wish keeps apart save nothing."""
    people = tuple(person(f"p{at}", "a") for at in range(6))
    case = Problem(
        people,
        (Challenge("a"),),
        friends=(FriendPair("p0", "p1"), FriendPair("p1", "p2"), FriendPair("p0", "p2")),
        avoid=(AvoidPair("p0", "p1", confirmed=True),),
        rules=Rules(3, 3, 3),
        weights=Weights(newcomer_mix=0),
    )
    assert bound_of(case) == 30 == solve_cpsat(case, time_limit_s=10.0, iterations=200).cost


def test_a_challenge_that_must_have_teams_is_paid_for() -> None:
    """Nobody wants b, which must have a team of three: three people at the price of a challenge not ranked."""
    people = tuple(person(f"p{at}", "a") for at in range(6))
    case = Problem(
        people,
        (Challenge("a"), Challenge("b", min_teams=1)),
        rules=Rules(3, 3, 3),
        weights=Weights(newcomer_mix=0),
    )
    assert bound_of(case) == 90 == solve_cpsat(case, time_limit_s=10.0, iterations=200).cost


def test_it_stops_when_told_with_what_is_proven_by_then() -> None:
    """The caller hears the bound of each round, which never falls."""
    people = tuple(person(f"p{at}", "a" if at % 2 else "b") for at in range(12))
    compiled = compile_problem(Problem(people, (Challenge("a"), Challenge("b")), rules=Rules(3, 3, 4)))
    heard: list[int] = []
    proven = column_bound(compiled, lambda bound: heard.append(bound) or len(heard) < 3)
    assert len(heard) == 3
    assert heard == sorted(heard)
    assert proven == heard[-1]


def test_rules_that_leave_no_team_end_the_search_at_once() -> None:
    """Nobody speaks a language: there is nothing to price, and one round is enough."""
    people = tuple(person(f"p{at}", "a", languages=frozenset()) for at in range(4))
    compiled = compile_problem(Problem(people, (Challenge("a"),), rules=Rules(2, 2, 2)))
    rounds: list[int] = []
    column_bound(compiled, lambda bound: rounds.append(bound) or True)
    assert len(rounds) == 1
