"""Repair of a published plan: who left is made up for, who came has a place, and few others move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import pytest

from matcher.teams.annealing import anneal
from matcher.teams.costs import compile_problem
from matcher.teams.problem import (
    Assignment,
    Challenge,
    Lock,
    Participant,
    Problem,
    ProblemError,
    Rules,
    Slot,
    Status,
    Term,
    without,
)
from matcher.teams.repair import repair, repair_problem
from matcher.teams.start import start
from tests.matcher.teams.events import assert_right, event

LONG_S = 600.0


@cache
def _published(people: int, late: int = 0) -> tuple[Problem, Mapping[str, Slot]]:
    """An event, and a plan for all but the last few."""
    problem = event(people)
    early = without(problem, [person.id for person in problem.participants[people - late :]])
    compiled = compile_problem(early)
    return problem, compiled.assignment(anneal(compiled, start(compiled), seed=1, iterations=6000).best_slot_of)


def _moved(published: Assignment, now: Assignment) -> int:
    return sum(now[who] != slot for who, slot in published.items() if who in now)


@pytest.mark.parametrize("most", [0, 2, None])
def test_a_no_show_is_made_up_for_with_the_allowed_moves(most: int | None) -> None:
    """The plan is for those who are left, keeps every rule, and moves no more people than allowed."""
    problem, published = _published(40)
    gone = ["p0007"]
    plan = repair(problem, published, gone=gone, max_moves=most, time_limit_s=LONG_S, iterations=2)
    assert_right(repair_problem(problem, published, gone=gone, max_moves=most), plan)
    assert plan.assignment.keys() == published.keys() - set(gone)
    assert most is None or _moved(published, plan.assignment) <= most


def test_more_moves_are_never_dearer() -> None:
    """What two moves reach costs at most what none costs, and at least what any number does."""
    problem, published = _published(40)
    costs = [
        repair(problem, published, gone=["p0003", "p0011"], max_moves=most, time_limit_s=LONG_S, iterations=2).cost
        for most in (0, 2, None)
    ]
    assert None not in costs
    assert costs == sorted(costs, reverse=True)  # type: ignore[type-var]


def test_late_arrivals_get_places_and_nobody_moves() -> None:
    """Two more people join teams that exist."""
    problem, published = _published(40, late=2)
    plan = repair(problem, published, max_moves=0, time_limit_s=LONG_S, iterations=2)
    assert_right(repair_problem(problem, published, max_moves=0), plan)
    assert _moved(published, plan.assignment) == 0
    assert plan.costs[Term.STABILITY] == 0
    assert len(plan.assignment) == 40


def test_a_declined_place_is_another_challenge_and_no_move() -> None:
    """Who refused their place gets a team of another challenge, though nobody else may move."""
    problem, published = _published(40)
    who = next(who for who, slot in sorted(published.items()) if sum(slot == each for each in published.values()) > 3)
    plan = repair(problem, published, declined=[who], max_moves=0, time_limit_s=LONG_S, iterations=2)
    assert_right(repair_problem(problem, published, declined=[who], max_moves=0), plan)
    assert plan.assignment[who].challenge != published[who].challenge
    assert _moved({name: slot for name, slot in published.items() if name != who}, plan.assignment) == 0


def _six(experience: int = 2) -> tuple[Participant, ...]:
    return tuple(
        Participant(f"p{index}", experience=experience, languages=frozenset({"fr"}), ranked=("water",))
        for index in range(8)
    )


def test_a_team_that_became_too_small_gets_a_member_of_another() -> None:
    """Of a team of three one is gone; one of the team of five comes over: one move is enough, none is not."""
    problem = Problem(_six(), (Challenge("water"),), rules=Rules(3, 4, 5))
    published = {f"p{index}": Slot("water", 1 if index < 3 else 2) for index in range(8)}
    none = repair(problem, published, gone=["p0"], max_moves=0, time_limit_s=LONG_S)
    assert (none.status, none.assignment) == (Status.INFEASIBLE, {})
    one = repair(problem, published, gone=["p0"], max_moves=1, time_limit_s=LONG_S)
    assert_right(repair_problem(problem, published, gone=["p0"], max_moves=1), one)
    assert _moved(published, one.assignment) == 1


def test_late_arrivals_who_fit_nowhere_make_a_team() -> None:
    """Two teams are full; three who come late are a team of their own, and nobody moves."""
    late = tuple(Participant(f"q{index}", experience=2, languages=frozenset({"fr"})) for index in range(3))
    problem = Problem((*_six(), *late), (Challenge("water"),), rules=Rules(3, 4, 4))
    published = {f"p{index}": Slot("water", 1 + index % 2) for index in range(8)}
    plan = repair(problem, published, max_moves=0, time_limit_s=LONG_S)
    assert_right(repair_problem(problem, published, max_moves=0), plan)
    assert len({plan.assignment[person.id] for person in late}) == 1


def test_people_of_a_withdrawn_challenge_are_placed_again() -> None:
    """Their slots exist no more; all three find room, and the others stay."""
    people = _six()
    published = {f"p{index}": Slot("water" if index < 5 else "roads", 1) for index in range(8)}
    problem = Problem(people, (Challenge("water"), Challenge("trees")), rules=Rules(3, 4, 5))
    plan = repair(problem, published, time_limit_s=LONG_S)
    assert_right(repair_problem(problem, published), plan)
    assert plan.costs[Term.STABILITY] >= 3 * problem.weights.move
    assert _moved({who: published[who] for who in list(published)[:5]}, plan.assignment) <= 2


def test_a_lock_made_after_publication_is_followed() -> None:
    """The organiser fixes somebody in another team: they go there."""
    problem, published = _published(40)
    target = next(slot for slot in sorted(set(published.values())) if slot != published["p0001"])
    locked = replace(problem, avoid=(), locks=(Lock("p0001", target.challenge, target.number),))
    plan = repair(locked, published, max_moves=2, time_limit_s=LONG_S, iterations=2)
    assert_right(repair_problem(locked, published, max_moves=2), plan)
    assert plan.assignment["p0001"] == target


def test_nothing_changed_gives_the_published_plan() -> None:
    """A repair without a change with no moves allowed is the same plan."""
    problem, published = _published(40)
    plan = repair(problem, published, max_moves=0, time_limit_s=LONG_S)
    assert plan.assignment == published


def test_the_same_seed_repairs_the_same_way() -> None:
    """Models are counted, not seconds."""
    problem, published = _published(40)
    first, again = (
        repair(problem, published, gone=["p0009"], time_limit_s=LONG_S, iterations=2, seed=4) for _ in range(2)
    )
    assert first.assignment == again.assignment


def test_unknown_people_are_refused() -> None:
    """A misspelt no-show is an error, not nobody."""
    problem, published = _published(40)
    with pytest.raises(ProblemError, match="is no participant"):
        repair(problem, published, gone=["nobody"])
