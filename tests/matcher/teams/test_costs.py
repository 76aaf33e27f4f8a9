"""Costs on numbers: they agree with the checker, and a move changes the total by what its teams change."""

from __future__ import annotations

import pickle
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.teams import cost_parts
from matcher.teams.checker import Checker, check
from matcher.teams.costs import BROKEN, CompiledProblem, compile_problem
from matcher.teams.problem import (
    Assignment,
    AvoidPair,
    Challenge,
    Lock,
    Participant,
    Problem,
    Published,
    Rules,
    Slot,
    Term,
)
from tests.matcher.teams.problems import assigned, planted, problem


def six(**fields: object) -> Problem:
    """Six people, two challenges, teams of two or three."""
    people = tuple(Participant(f"p{index}", languages=frozenset({"fr"})) for index in range(6))
    return Problem(people, (Challenge("a"), Challenge("b")), rules=Rules(2, 3, 3), **fields)  # type: ignore[arg-type]


def broken(made: Problem, places: str) -> int:
    """How much an assignment breaks, given as one letter of slot per person: a, b first, A, B second teams."""
    compiled = compile_problem(made)
    at = {"a": Slot("a", 1), "A": Slot("a", 2), "b": Slot("b", 1), "B": Slot("b", 2)}
    return compiled.total([compiled.slots.index(at[place]) for place in places]) // BROKEN


@settings(deadline=None)
@given(assigned())
def test_costs_agree_with_the_checker(case: tuple[Problem, Assignment]) -> None:
    """Every term, the total, and whether any rule is broken, for assignments that may break all of them."""
    compiled, found = compile_problem(case[0]), check(*case)
    slot_of = compiled.indexes(case[1])
    amount, cost = divmod(compiled.total(slot_of), BROKEN)
    assert compiled.terms(slot_of) == found.costs
    assert cost == found.cost
    assert (amount == 0) == found.valid


@settings(deadline=None)
@given(planted())
def test_an_assignment_that_keeps_the_rules_is_costed_without_breaks(case: tuple[Problem, Assignment]) -> None:
    """Its total is its cost."""
    compiled = compile_problem(case[0])
    assert compiled.total(compiled.indexes(case[1])) == check(*case).cost


@settings(deadline=None)
@given(assigned(), st.integers(0, 2**32))
def test_a_swap_changes_the_total_by_what_its_two_teams_change(case: tuple[Problem, Assignment], seed: int) -> None:
    """Costing two teams again is enough: challenges keep their number of teams. Moves and blocks are the plan's."""
    compiled, rng = compile_problem(case[0]), Random(seed)
    before = compiled.indexes(case[1])
    after = before.copy()
    one, other = rng.randrange(len(before)), rng.randrange(len(before))
    after[one], after[other] = before[other], before[one]
    touched = {before[one], before[other]}

    def local(slot_of: list[int]) -> int:
        teams = compiled.members(slot_of)
        return sum(compiled.team_cost(slot, teams[slot]) for slot in touched) + compiled.plan_cost(slot_of)

    assert compiled.total(after) - compiled.total(before) == local(after) - local(before)


@settings(deadline=None)
@given(assigned())
def test_the_order_of_members_does_not_matter(case: tuple[Problem, Assignment]) -> None:
    """Solvers keep their teams in any order."""
    compiled = compile_problem(case[0])
    for slot, team in enumerate(compiled.members(compiled.indexes(case[1]))):
        assert compiled.team_cost(slot, team) == compiled.team_cost(slot, team[::-1])


def test_an_empty_team_costs_nothing() -> None:
    """It has no size, no seniors and no language."""
    compiled = compile_problem(six())
    assert compiled.team_cost(0, []) == 0
    assert set(compiled.team_terms(0, []).values()) == {0}


@pytest.mark.parametrize(
    ("made", "places", "amount"),
    [
        (six(), "aaabbb", 0),
        (six(), "aaaabb", 1),  # a team of four
        (six(), "aaaaab", 3),  # five: two too many; one: one too few
        (six(never=frozenset({("p0", "a"), ("p1", "a"), ("p5", "a")})), "aaabbb", 2),
        (six(locks=(Lock("p0", "b"), Lock("p3", "b"))), "aaabbb", 1),
        (six(locks=(Lock("p0", "a", 2), Lock("p1", "a", 1))), "aaabbb", 1),
        (six(avoid=(AvoidPair("p0", "p1", confirmed=True), AvoidPair("p0", "p3", confirmed=True))), "aaabbb", 1),
        (six(blocks=(frozenset({"p0", "p3"}), frozenset({"p3", "p4"}))), "aaabbb", 1),
        (six(published=Published({f"p{index}": Slot("a", 1) for index in range(6)}, max_moves=1)), "aaabbb", 2),
        (replace(six(), challenges=(Challenge("a", min_teams=2), Challenge("b"))), "aaabbb", 1),
        (replace(six(), challenges=(Challenge("a", eligible=frozenset({"p0"})), Challenge("b"))), "aaabbb", 2),
        (replace(six(), challenges=(Challenge("a", languages=frozenset({"de"})), Challenge("b"))), "aaabbb", 3),
    ],
)
def test_what_is_broken_is_counted_by_person_pair_or_team(made: Problem, places: str, amount: int) -> None:
    """So that a local search sees when it breaks less."""
    assert broken(made, places) == amount


def test_preferences_and_places_are_given_as_arrays() -> None:
    """For solvers that start from a transportation problem."""
    made = replace(six(), challenges=(Challenge("a", eligible=frozenset({"p0"})), Challenge("b")))
    made = replace(made, participants=(replace(made.participants[0], ranked=("b", "a")), *made.participants[1:]))
    compiled = compile_problem(made)
    assert compiled.preference[:2].tolist() == [[2, 0], [30, 30]]
    assert compiled.allowed[:, 0].tolist() == [True, False, False, False, False, False]
    assert compiled.allowed[:, 1].all()
    assert compiled.preference.dtype == np.int64


def test_blocks_with_a_member_in_common_are_one() -> None:
    """p0 with p1 and p1 with p4 are three people in one team."""
    compiled = compile_problem(six(blocks=(frozenset({"p0", "p1"}), frozenset({"p2", "p3"}), frozenset({"p1", "p4"}))))
    assert compiled.blocks == ((0, 1, 4), (2, 3))


def test_names_and_indexes_are_two_ways_to_say_the_same() -> None:
    """There and back."""
    compiled = compile_problem(six())
    slot_of = [0, 1, 2, 0, 1, 2]
    assert compiled.indexes(compiled.assignment(slot_of)) == slot_of


def test_a_full_cache_changes_no_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Partial costs that were thrown away are computed again."""
    monkeypatch.setattr(cost_parts, "MOST_CACHED", 2)
    rng = Random(3)
    made = problem(rng, 12)
    compiled, checker = compile_problem(made), Checker(made)
    for _ in range(50):
        slot_of = [rng.randrange(len(compiled.slots)) for _ in compiled.people]
        assert compiled.total(slot_of) % BROKEN == checker.check(compiled.assignment(slot_of)).cost


def test_a_compiled_problem_travels_to_other_processes() -> None:
    """Pickled with warm caches, it costs the same."""
    compiled = compile_problem(six())
    total = compiled.total([0] * 6)
    back: CompiledProblem = pickle.loads(pickle.dumps(compiled))  # noqa: S301
    assert back.total([0] * 6) == total


def test_printing_a_compiled_problem_does_not_tell_who_avoids_whom() -> None:
    """Two problems that differ in their avoid pairs alone are printed alike."""
    one = compile_problem(six(avoid=(AvoidPair("p0", "p1", confirmed=True),)))
    other = compile_problem(six(avoid=(AvoidPair("p2", "p3"),)))
    assert repr(one) == repr(other)


def test_terms_of_a_team_say_what_it_saves_of_the_plan() -> None:
    """A published person at home gives back the price of a move."""
    compiled = compile_problem(six(published=Published({"p0": Slot("a", 1)})))
    assert compiled.team_terms(0, [0, 1])[Term.STABILITY] == -8
