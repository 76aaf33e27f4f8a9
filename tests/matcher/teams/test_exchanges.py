"""Single changes of a plan: the cost is the checker's, the rules are kept, and wishes to avoid somebody do not show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings

from matcher.teams.checker import check
from matcher.teams.exchanges import Exchange, Exchanges, exchanges
from matcher.teams.problem import (
    Assignment,
    AvoidPair,
    Challenge,
    Participant,
    Problem,
    ProblemError,
    Rules,
    Slot,
    Term,
)
from tests.matcher.teams.problems import planted


def every_change(plan: Exchanges) -> Iterator[tuple[Exchange | None, dict[int, int]]]:
    """Each single change as the code under test judges it, and who is in which other slot then."""
    people = range(len(plan.slot_of))
    for who in people:
        for target in range(len(plan.teams)):
            if target != plan.slot_of[who]:
                yield plan.move(who, target), {who: target}
        for other in range(who):
            if plan.slot_of[who] != plan.slot_of[other]:
                yield plan.swap(who, other), {who: plan.slot_of[other], other: plan.slot_of[who]}


def changed(plan: Exchanges, assignment: Assignment, places: dict[int, int]) -> Assignment:
    return {**assignment, **{plan.compiled.people[who]: plan.compiled.slots[slot] for who, slot in places.items()}}


def together(problem: Problem, assignment: Assignment) -> set[frozenset[str]]:
    """Pairs of wishes to avoid somebody, of any kind, who are in one team."""
    pairs = (frozenset((pair.first, pair.second)) for pair in problem.avoid)
    return {pair for pair in pairs if len({assignment[who] for who in pair}) == 1}


def public_cost(problem: Problem, assignment: Assignment) -> int:
    costs = check(problem, assignment).costs
    return sum(cost for term, cost in costs.items() if term is not Term.AVOID)


@settings(max_examples=40, deadline=None)
@given(planted(most=9))
def test_changes_cost_what_the_checker_says_and_exist_when_it_finds_no_broken_rule(
    case: tuple[Problem, Assignment],
) -> None:
    """A change is offered exactly when all rules hold after it and it brings nobody to whom they would avoid."""
    problem, assignment = case
    plan = exchanges(problem, assignment)
    before, already = public_cost(problem, assignment), together(problem, assignment)
    for exchange, places in every_change(plan):
        then = changed(plan, assignment, places)
        fine = check(problem, then).valid and together(problem, then) <= already
        assert (exchange is not None) == fine
        if exchange is not None:
            assert exchange.cost == public_cost(problem, then) - before


@settings(max_examples=25, deadline=None)
@given(planted(most=9))
def test_the_best_change_is_the_cheapest_of_all_to_that_challenge(case: tuple[Problem, Assignment]) -> None:
    """No other single change brings the person there for less, and none at all where the answer is None."""
    problem, assignment = case
    plan = exchanges(problem, assignment)
    for who in range(len(plan.slot_of)):
        for index, challenge in enumerate(problem.challenges):
            if challenge.id == assignment[plan.compiled.people[who]].challenge:
                continue
            costs = [
                exchange.cost
                for exchange, places in every_change(plan)
                if exchange and who in places and plan.compiled.slots[places[who]].challenge == challenge.id
            ]
            best = plan.best_to(who, index)
            assert (best.cost if best else None) == min(costs, default=None)


def two_teams() -> tuple[Problem, Assignment]:
    people = tuple(Participant(name, languages=frozenset({"fr"})) for name in "abcd")
    problem = Problem(people, (Challenge("water"), Challenge("forest")), rules=Rules(1, 2, 3))
    return problem, {who: Slot("water" if who in "ab" else "forest", 1) for who in "abcd"}


def test_a_plan_that_breaks_a_rule_can_still_be_asked() -> None:
    """On the board a team may be too large for a while: taking one out is a change, with its real cost."""
    problem, assignment = two_teams()
    crowded = {**assignment, "c": Slot("water", 1), "d": Slot("water", 1)}
    move = exchanges(problem, crowded).move(2, 2)
    assert not check(problem, crowded).valid
    assert move is not None
    after = {**crowded, "c": exchanges(problem, crowded).compiled.slots[2]}
    assert move.cost == check(problem, after).cost - check(problem, crowded).cost


def test_a_priced_wish_is_in_no_cost_and_its_pair_is_not_brought_together() -> None:
    """An unconfirmed wish costs 200: parting the pair does not get cheaper by it, and nothing joins the pair."""
    problem, assignment = two_teams()
    parting = replace(problem, avoid=(AvoidPair("a", "b"),))
    joining = replace(problem, avoid=(AvoidPair("a", "c"),))
    swap, plain = exchanges(parting, assignment).swap(0, 2), exchanges(problem, assignment).swap(0, 2)
    assert swap is not None
    assert swap == plain
    assert exchanges(joining, assignment).swap(0, 3) is None
    assert exchanges(joining, assignment).swap(1, 3) is not None


def test_who_has_no_team_is_an_error() -> None:
    """A plan with somebody left out has no changes to judge."""
    problem, assignment = two_teams()
    with pytest.raises(ProblemError, match="must give everybody a team"):
        exchanges(problem, {who: slot for who, slot in assignment.items() if who != "d"})
