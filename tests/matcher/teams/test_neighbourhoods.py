"""Large-neighbourhood search: never worse, better than annealing alone, only where it may."""

from __future__ import annotations

import pytest

from matcher.teams.annealing import anneal
from matcher.teams.costs import compile_problem
from matcher.teams.neighbourhoods import improve_by_neighbourhoods
from matcher.teams.problem import Challenge, Participant, Problem
from matcher.teams.start import start
from tests.matcher.teams.events import event, valid


def test_it_improves_a_start_and_keeps_all_rules() -> None:
    """A few rounds take a good part of the cost of a first assignment away."""
    problem = event(30)
    compiled = compile_problem(problem)
    first = start(compiled)
    found = improve_by_neighbourhoods(compiled, first, seed=1, rounds=8)
    assert valid(problem, compiled.assignment(found))
    assert compiled.total(found) < 0.9 * compiled.total(first)


def test_what_annealing_leaves_becomes_no_worse() -> None:
    """Every round gives back at most the cost that it was given."""
    compiled = compile_problem(event(24))
    best = anneal(compiled, start(compiled), seed=1, iterations=8000).best_slot_of
    totals: list[int] = []

    def seconds_left(total: int) -> float:
        totals.append(total)
        return 60.0

    found = improve_by_neighbourhoods(compiled, best, seed=2, rounds=6, seconds_left=seconds_left)
    assert totals == sorted(totals, reverse=True)
    assert totals[0] == compiled.total(best)
    assert compiled.total(found) <= totals[-1]


def test_a_seed_gives_the_same_result_again() -> None:
    """Rounds are counted, not seconds."""
    compiled = compile_problem(event(20))
    first = start(compiled)
    assert improve_by_neighbourhoods(compiled, first, seed=3, rounds=4) == improve_by_neighbourhoods(
        compiled, first, seed=3, rounds=4
    )


def test_only_the_given_slots_change() -> None:
    """Whoever is in another slot stays there."""
    compiled = compile_problem(event(30))
    first = start(compiled)
    own = sorted({slot for slot in first if slot % 2 == 0})
    found = improve_by_neighbourhoods(compiled, first, seed=1, rounds=4, slots=own)
    changed = {slot for old, new in zip(first, found, strict=True) if old != new for slot in (old, new)}
    assert changed <= set(own)


def test_an_empty_slot_of_a_wanted_challenge_is_opened() -> None:
    """Six people who all want a challenge that has no team yet get there."""
    people = tuple(Participant(f"p{index}", languages=frozenset({"fr"}), ranked=("trees",)) for index in range(6))
    compiled = compile_problem(Problem(people, (Challenge("water"), Challenge("trees"))))
    found = improve_by_neighbourhoods(compiled, [0] * 6, seed=1, rounds=1)
    assert {compiled.slots[slot].challenge for slot in found} == {"trees"}


def test_it_ends_when_the_caller_has_no_time_left() -> None:
    """Not even one round is begun."""
    compiled = compile_problem(event(12))
    first = start(compiled)
    assert improve_by_neighbourhoods(compiled, first, seed=1, rounds=5, seconds_left=lambda _: 0.0) == first


def test_an_assignment_that_breaks_a_rule_is_refused() -> None:
    """Everybody in one team is too large a team."""
    compiled = compile_problem(event(20))
    with pytest.raises(ValueError, match="breaks a hard rule"):
        improve_by_neighbourhoods(compiled, [0] * 20, seed=1, rounds=1)
