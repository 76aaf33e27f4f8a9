"""Lower bounds: never above any plan that keeps the rules, and on small cases exactly what cannot be avoided."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from matcher.teams.bounds import Bounds, lower_bounds
from matcher.teams.checker import check
from matcher.teams.costs import compile_problem
from matcher.teams.problem import (
    Assignment,
    AvoidPair,
    Challenge,
    FriendPair,
    Lock,
    Participant,
    Problem,
    Published,
    Rules,
    Slot,
    Term,
    Weights,
)
from matcher.teams.transport import cheapest_places
from tests.matcher.teams.problems import planted


def crowd(count: int, *changes: dict[str, Any], challenges: tuple[Challenge, ...] = (), **rest: Any) -> Problem:
    """People who speak French, want challenge a and are experienced; `changes[i]` to participant `i`.

    Any size is as good as the target, unless `weights` say otherwise.
    """
    usual: dict[str, Any] = {"languages": frozenset({"fr"}), "ranked": ("a",), "experience": 2}
    fields = [*changes, *[{}] * count][:count]
    people = tuple(Participant(f"p{index}", **{**usual, **own}) for index, own in enumerate(fields))
    return Problem(people, challenges or (Challenge("a"),), **{"weights": Weights(off_target_size=0), **rest})


def bounds_of(problem: Problem) -> Bounds:
    return lower_bounds(compile_problem(problem))


def above_zero(problem: Problem) -> dict[Term, int]:
    return {term: bound for term, bound in bounds_of(problem).terms.items() if bound}


@settings(deadline=None, max_examples=200)
@given(planted())
def test_no_plan_that_keeps_the_rules_costs_less(case: tuple[Problem, Assignment]) -> None:
    """Term by term and in total, and the total is no less than its terms."""
    found, bounds = check(*case), bounds_of(case[0])
    assert {term: bound for term, bound in bounds.terms.items() if bound > found.costs[term]} == {}
    assert sum(bounds.terms.values()) <= bounds.total <= found.cost


@settings(deadline=None, max_examples=30)
@given(planted(most=5))
def test_the_best_of_all_plans_is_not_below_the_bound(case: tuple[Problem, Assignment]) -> None:
    """Every assignment of a few people is tried."""
    compiled = compile_problem(case[0])
    assume(len(compiled.slots) ** len(compiled.people) <= 3000)
    best = min(map(compiled.total, product(range(len(compiled.slots)), repeat=len(compiled.people))))
    assert lower_bounds(compiled).total <= best <= check(*case).cost


def test_a_crowd_that_gets_what_it_wants_costs_nothing() -> None:
    """Ten people in two teams of five."""
    bounds = bounds_of(crowd(10))
    assert bounds.total == 0
    assert bounds.teams == (2, 3)


def test_teams_without_a_designer_cannot_be_avoided_when_designers_are_too_few() -> None:
    """24 people make at least 4 teams, which want two designers each; 5 designers leave 3 places empty."""
    made = crowd(24, *[{"roles": frozenset({"design"})}] * 5, challenges=(Challenge("a", roles={"design": 2}),))
    bounds = bounds_of(made)
    assert bounds.roles == {"design": 3}
    assert bounds.terms[Term.ROLES] == 3 * 12


def test_teams_may_choose_challenges_that_want_fewer() -> None:
    """Of four teams, two find room in the challenge that wants no designer; the other two lack theirs."""
    challenges = (Challenge("a", roles={"design": 1}), Challenge("b", max_teams=2))
    assert bounds_of(crowd(24, challenges=challenges)).roles == {"design": 2}


def test_challenges_that_must_have_teams_do_not_leave_that_choice() -> None:
    """Three teams are asked for where a designer is wanted."""
    challenges = (Challenge("a", roles={"design": 1}, min_teams=3), Challenge("b"))
    assert bounds_of(crowd(24, challenges=challenges)).roles == {"design": 3}


def test_a_high_level_serves_a_team_that_wants_a_lower_one() -> None:
    """Four teams want maps at level 2: one person has 3, one has 2, one has 1, so that two teams go without."""
    made = crowd(
        24, *[{"skills": {"maps": level}} for level in (3, 2, 1)], challenges=(Challenge("a", skills={"maps": 2}),)
    )
    bounds = bounds_of(made)
    assert bounds.skills == {"maps": 2}
    assert bounds.terms[Term.SKILLS] == 20


def test_teams_without_a_senior_or_of_newcomers_alone() -> None:
    """Four teams at least; one senior, who alone is no newcomer."""
    made = crowd(24, {}, *[{"experience": 0, "newcomer": True}] * 23)
    bounds = bounds_of(made)
    assert (bounds.counts[Term.SENIORS], bounds.counts[Term.NEWCOMERS]) == (3, 3)
    assert (bounds.terms[Term.SENIORS], bounds.terms[Term.NEWCOMERS]) == (45, 30)


def test_an_organisation_with_more_than_two_per_team() -> None:
    """24 people are at most 8 teams with room for 16 of one organisation: 3 of 19 are too many."""
    assert above_zero(crowd(24, *[{"organisation": "o"}] * 19)) == {Term.ORGANISATIONS: 15}


def test_owners_who_are_fewer_than_the_teams_that_want_them() -> None:
    """Four teams, one person of the owner."""
    made = crowd(24, {"organisation": "o"}, challenges=(Challenge("a", owner="o", wants_owner=True),))
    assert above_zero(made) == {Term.OWNER: 9}


def test_people_who_are_there_too_little_fill_teams_of_their_own() -> None:
    """Seven people with one half-day of three miss two each: two teams at least, as six fit into one."""
    made = crowd(24, *[{"availability": frozenset({0})}] * 7, {"availability": frozenset({0, 1, 2})})
    assert above_zero(made) == {Term.HALF_DAYS: 2 * 2 * 4}


def test_the_only_one_of_a_group_is_alone_everywhere() -> None:
    """Two of another group need not be."""
    made = crowd(10, {"groups": frozenset({"g"})}, *[{"groups": frozenset({"h"})}] * 2)
    assert above_zero(made) == {Term.GROUPS: 12}


def test_pairs_within_a_block_meet_again() -> None:
    """They were teammates, one avoids the other, and they must be together."""
    made = crowd(10, history=(("p0", "p1"),), avoid=(AvoidPair("p0", "p1"),), blocks=(frozenset({"p0", "p1"}),))
    assert above_zero(made) == {Term.HISTORY: 6, Term.AVOID: 200}


def test_a_remainder_is_off_the_target_size() -> None:
    """Eleven people are two teams of 5 and 6."""
    assert above_zero(crowd(11, weights=Weights())) == {Term.SIZE: 2}


def test_published_people_move_where_their_place_is_gone() -> None:
    """One place is of a withdrawn challenge, one is excluded now, one stays."""
    made = crowd(
        10,
        published=Published({"p0": Slot("gone", 1), "p1": Slot("a", 1), "p2": Slot("a", 1)}),
        never=frozenset({("p1", "a")}),
        challenges=(Challenge("a"), Challenge("b", max_teams=0)),
    )
    assert bounds_of(replace(made, never=frozenset())).counts[Term.STABILITY] == 1
    assert bounds_of(made).counts[Term.STABILITY] == 2


def test_more_challenges_than_teams() -> None:
    """Ten people are three teams at most; five challenges are open, of which one takes nobody."""
    challenges = (*map(Challenge, "abcd"), Challenge("e", eligible=frozenset()), Challenge("f", max_teams=0))
    assert bounds_of(crowd(10, challenges=challenges)).counts[Term.CHALLENGES] == 2


def test_people_who_speak_nothing_leave_teams_without_a_common_language() -> None:
    """Seven of them are in two teams at least, where the rules allow such teams."""
    made = crowd(24, *[{"languages": frozenset()}] * 7, rules=Rules(common_language=False))
    assert above_zero(made) == {Term.LANGUAGE: 120}


def test_a_wanted_challenge_has_room_for_some_only() -> None:
    """Ten people want a and then b; a has one team of six, so that four take their second choice."""
    made = crowd(10, *[{"ranked": ("a", "b")}] * 10, challenges=(Challenge("a", max_teams=1), Challenge("b")))
    assert above_zero(made) == {Term.PREFERENCE: 4 * 2}


def test_a_block_pays_for_all_its_members_in_one_place() -> None:
    """One wants a, one wants b, each has the other as second choice: one of them gets it."""
    made = crowd(
        10,
        {"ranked": ("a", "b")},
        {"ranked": ("b", "a")},
        challenges=(Challenge("a"), Challenge("b")),
        blocks=(frozenset({"p0", "p1"}),),
    )
    assert above_zero(made) == {Term.PREFERENCE: 2}


def clique(size: int) -> tuple[FriendPair, ...]:
    return tuple(FriendPair(f"p{one}", f"p{other}") for one, other in combinations(range(size), 2))


@pytest.mark.parametrize(
    ("friends", "cost"),
    [
        (clique(6), 0),  # fits into one team
        (clique(7), 6 * 15),  # six and one: six pairs apart
        (clique(12), 36 * 15),  # six and six
        (tuple(FriendPair("p0", f"p{other}") for other in range(1, 9)), 3 * 15),  # five of eight friends fit
        (tuple(FriendPair(f"p{one}", f"p{one + 1}", mutual=one > 0) for one in range(12)), 7 + 15),
    ],
    ids=["six", "seven", "twelve", "star", "chain"],
)
def test_more_friends_than_a_team_has_room_for(friends: tuple[FriendPair, ...], cost: int) -> None:
    """Circles, stars and chains: a chain of 13 falls into three pieces, apart at its cheapest two pairs."""
    assert above_zero(crowd(18, friends=friends)) == ({Term.FRIENDS: cost} if cost else {})


@pytest.mark.parametrize(
    "rules",
    [
        {"avoid": (AvoidPair("p0", "p1", confirmed=True),)},
        {"locks": (Lock("p0", "a", 1), Lock("p1", "a", 2))},
        {"locks": (Lock("p0", "a"),), "never": frozenset({("p1", "a")})},
    ],
    ids=["avoid", "locks", "places"],
)
def test_friends_whom_a_rule_separates_are_apart(rules: dict[str, Any]) -> None:
    """Their pair costs its full price, mutual or not."""
    made = crowd(
        12, challenges=(Challenge("a"), Challenge("b")), friends=(FriendPair("p0", "p1", mutual=False),), **rules
    )
    assert bounds_of(made).terms[Term.FRIENDS] == 7


def test_the_total_takes_one_number_of_teams_for_all_terms() -> None:
    """Few teams suit the seniors, many suit the organisation: either costs nothing alone, not both."""
    made = crowd(
        24,
        *[{"organisation": "o", "experience": 2}] * 4,
        *[{"organisation": "o", "experience": 0}] * 12,
        *[{"experience": 0}] * 8,
    )
    bounds = bounds_of(made)
    assert (bounds.terms[Term.SENIORS], bounds.terms[Term.ORGANISATIONS]) == (0, 0)
    # of one organisation, 16 - 2 T are too many, at 5 each; T - 4 teams have no senior, at 15 each: T is 4
    assert bounds.total == 40


@settings(deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 12), st.integers(1, 6))
def test_the_cheapest_places_are_those_of_the_assignment_problem(seed: int, people: int, places: int) -> None:
    """Same sum as an independent solver finds on one column per seat, or nobody can be placed in either."""
    rng = np.random.default_rng(seed)
    costs = rng.integers(-5, 31, (people, places))
    allowed, room = rng.random((people, places)) < 0.8, rng.integers(0, 5, places)
    seats = np.repeat(np.arange(places), room)
    at = cheapest_places(costs, allowed, room)
    forbidden = 10_000
    table = np.where(allowed, costs, forbidden)[:, seats]
    rows, columns = linear_sum_assignment(table)
    best = table[rows, columns].sum()
    if len(seats) < people or best > forbidden // 2:
        assert at is None
        return
    assert at is not None
    assert costs[np.arange(people), at].sum() == best
    assert allowed[np.arange(people), at].all()
    assert (np.bincount(at, minlength=places) <= room).all()
