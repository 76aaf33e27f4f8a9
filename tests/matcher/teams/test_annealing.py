"""Annealing: costs stay true, rules stay kept, and the result is what exhaustive search finds."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings

from matcher.teams.annealing import Annealing, Schedule, anneal, schedule_for
from matcher.teams.costs import BROKEN, compile_problem
from matcher.teams.problem import (
    Assignment,
    Challenge,
    FriendPair,
    Lock,
    Participant,
    Problem,
    Published,
    Rules,
    Slot,
    Weights,
)
from matcher.teams.start import start
from tests.matcher.teams.events import event, valid
from tests.matcher.teams.problems import assigned, planted


@settings(max_examples=60, deadline=None, derandomize=True)
@given(assigned())
def test_its_cost_is_that_of_the_assignment_after_any_moves(made: tuple[Problem, Assignment]) -> None:
    """What is added up move by move is what costing everything again gives, broken rules included."""
    problem, assignment = made
    compiled = compile_problem(problem)
    state = Annealing(compiled, compiled.indexes(assignment), seed=1, aimed=0.4)
    for temperature in (100.0, 10.0, 1.0):
        state.sweep(100, temperature)
        assert state.total == compiled.total(state.slot_of)
    state.sweep(50, 5.0, state.troubled())
    assert state.total == compiled.total(state.slot_of)
    assert state.best == compiled.total(state.best_slot_of)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(planted())
def test_a_kept_rule_is_never_broken(made: tuple[Problem, Assignment]) -> None:
    """From an assignment that keeps all hard rules, however hot, no other kind is reached."""
    problem, assignment = made
    compiled = compile_problem(problem)
    state = Annealing(compiled, compiled.indexes(assignment), seed=2, aimed=0.4)
    for _ in range(5):
        state.sweep(60, 1000.0)
        assert valid(problem, compiled.assignment(state.slot_of))


def test_it_finds_the_best_of_all_assignments() -> None:
    """For seven people every assignment is costed; annealing ends at the cheapest."""
    problem = replace(event(7), rules=Rules(2, 3, 4))
    problem = replace(problem, challenges=tuple(replace(each, max_teams=1) for each in problem.challenges))
    problem = replace(problem, challenges=(*problem.challenges, Challenge("more", max_teams=1)))
    compiled = compile_problem(problem)
    best = min(compiled.total(each) for each in product(range(len(compiled.slots)), repeat=7))
    found = anneal(compiled, start(compiled), seed=1, iterations=4000)
    assert found.best == best
    assert best < BROKEN


def test_a_seed_gives_the_same_result_again_and_another_seed_another_way() -> None:
    """Moves are counted, not seconds."""
    compiled = compile_problem(event(30))
    first = start(compiled)
    runs = [anneal(compiled, first, seed=seed, iterations=3000).slot_of for seed in (5, 5, 6)]
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_more_moves_are_better_than_the_start() -> None:
    """A quarter of the cost goes in twenty thousand moves for forty people."""
    compiled = compile_problem(event(40))
    first = start(compiled)
    assert anneal(compiled, first, seed=1, iterations=20_000).best < 0.75 * compiled.total(first)


def test_friends_come_together_by_aimed_moves() -> None:
    """Two mutual friends in different teams of one challenge end in one."""
    people = tuple(Participant(f"p{index}", languages=frozenset({"fr"})) for index in range(8))
    problem = Problem(people, (Challenge("water"),), friends=(FriendPair("p0", "p1"),), rules=Rules(4, 4, 4))
    compiled = compile_problem(problem)
    assignment = {person.id: Slot("water", 1 + index % 2) for index, person in enumerate(people)}
    found = compiled.assignment(anneal(compiled, compiled.indexes(assignment), seed=1, iterations=500).best_slot_of)
    assert found["p0"] == found["p1"]


def test_whole_teams_change_challenges() -> None:
    """Two teams that each want the other's challenge change it, though every single exchange on the way is dearer."""
    people = tuple(
        Participant(f"p{index}", roles=frozenset({"abcd"[index % 4]}), ranked=(("trees", "water")[index // 4],))
        for index in range(8)
    )
    wanted = dict.fromkeys("abcd", 1)
    problem = Problem(
        people,
        (Challenge("water", wanted, max_teams=1), Challenge("trees", wanted, max_teams=1)),
        rules=Rules(4, 4, 4, common_language=False),
    )
    compiled = compile_problem(problem)
    assignment = {person.id: Slot(("water", "trees")[index // 4], 1) for index, person in enumerate(people)}
    found = anneal(
        compiled, compiled.indexes(assignment), seed=1, iterations=3000, schedule=Schedule(0.2, 0.1, aimed=0.0)
    )
    assert compiled.terms(found.best_slot_of)["preference"] == 0


def test_teams_are_opened_and_closed() -> None:
    """Twelve people in two teams of six become three of four when the target says so, and back."""
    people = tuple(Participant(f"p{index:02}", experience=2, languages=frozenset({"fr"})) for index in range(12))
    for target, teams in ((4, 3), (6, 2)):
        problem = Problem(people, (Challenge("water"),), rules=Rules(3, target, 6))
        compiled = compile_problem(problem)
        before = 2 if target == 4 else 3
        found = anneal(compiled, [index % before for index in range(12)], seed=1, iterations=6000)
        assert len(set(found.best_slot_of)) == teams


def test_only_the_given_challenges_change() -> None:
    """Teams of other challenges stay as they are."""
    compiled = compile_problem(event(40))
    first = start(compiled)
    found = anneal(compiled, first, seed=1, iterations=4000, challenges=[0, 2]).best_slot_of
    changed = {
        compiled.challenge_of[slot] for old, new in zip(first, found, strict=True) if old != new for slot in (old, new)
    }
    assert changed
    assert changed <= {0, 2}


def test_locked_people_stay_and_blocks_move_as_one() -> None:
    """After many hot moves the locked one is where the lock says and the three of a block are in one team."""
    problem = replace(
        event(24), avoid=(), locks=(Lock("p0000", "c1", 1),), blocks=(frozenset({"p0001", "p0002", "p0003"}),)
    )
    compiled = compile_problem(problem)
    state = Annealing(compiled, start(compiled), seed=1, aimed=0.3)
    seen = set()
    for _ in range(30):
        state.sweep(100, 50.0)
        assert valid(problem, compiled.assignment(state.slot_of))
        seen.add(state.slot_of[1])
    assert len(seen) > 1


def test_no_more_than_the_allowed_moves_against_the_published_plan() -> None:
    """With two moves allowed that cost nothing, one or two published people are elsewhere at the end."""
    problem = replace(event(24), weights=Weights(move=0))
    compiled = compile_problem(problem)
    published = compiled.assignment(start(compiled, seed=4))
    again = compile_problem(replace(problem, published=Published(published, max_moves=2)))
    found = again.assignment(anneal(again, start(again), seed=1, iterations=5000).best_slot_of)
    assert valid(again.problem, found)
    assert 0 < sum(found[who] != slot for who, slot in published.items()) <= 2


def test_the_caller_can_end_it() -> None:
    """No sweep is begun once the share of the caller's budget is used."""
    compiled = compile_problem(event(20))
    first, calls = start(compiled), []
    anneal(compiled, first, seed=1, iterations=1 << 40, share_used=lambda state: calls.append(state.best) or 1.0)  # type: ignore[func-returns-value]
    assert len(calls) == 1


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0, 2.0])
def test_the_temperature_falls_from_hot_to_cold(share: float) -> None:
    """Geometrically, and no further than cold."""
    assert Schedule(8.0, 0.5, 0.2).temperature(share) == pytest.approx({0.0: 8.0, 0.5: 2.0}.get(share, 0.5))


def test_the_more_people_the_more_moves_are_aimed() -> None:
    """From half of the moves for few to nearly all of them for thousands."""
    shares = [schedule_for(people).aimed for people in (20, 200, 2000)]
    assert shares == sorted(shares)
    assert shares[0] == pytest.approx(0.5, abs=0.01)
    assert 0.9 < shares[-1] < 1.0
