"""Order of proposals: relevance first, fair exposure among equals, a first look for newcomers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matcher.pairs.ranking import (
    EXPOSURES_PER_REQUEST,
    FIRST_LOOK_POSITION,
    FIRST_LOOKS,
    USEFULNESS_WEIGHT,
    Candidates,
    first_look,
    order,
    usefulness,
)


def candidates(size: int) -> Candidates:
    """Offers that differ in nothing but their id; all strong, seen before, within budget."""
    return Candidates(
        ids=np.arange(1, size + 1),
        relevance=np.full(size, 0.5),
        level=np.full(size, 3, dtype=np.int8),
        distance_km=np.zeros(size),
        remote=np.zeros(size, dtype=bool),
        wanted=np.full(size, 0.5),
        age_days=np.zeros(size),
        room=np.full(size, 2, dtype=np.int32),
        capacity=np.full(size, 2, dtype=np.int32),
        shown=np.full(size, 99),
        shown_this_month=np.zeros(size, dtype=np.int64),
    )


def test_equal_candidates_come_in_the_order_of_their_ids() -> None:
    """Two runs agree."""
    assert order(candidates(4)).tolist() == [0, 1, 2, 3]


def test_a_higher_level_always_comes_first() -> None:
    """No usefulness lifts a partial match above a strong one."""
    given = replace(
        candidates(2), level=np.array([1, 3], dtype=np.int8), distance_km=np.array([0.0, 900.0]),
        wanted=np.array([1.0, 0.0]), age_days=np.array([0.0, 900.0]),
    )  # fmt: skip
    assert order(given).tolist() == [1, 0]


def test_the_nearer_of_two_equally_relevant_comes_first() -> None:
    """Next door before 80 km away."""
    assert order(replace(candidates(2), distance_km=np.array([80.0, 1.0]))).tolist() == [1, 0]


def test_usefulness_cannot_beat_a_clear_difference_of_relevance() -> None:
    """More than its whole weight of relevance apart: usefulness does not matter."""
    relevance = np.array([0.5, 0.5 + USEFULNESS_WEIGHT + 0.01])
    given = replace(candidates(2), relevance=relevance, distance_km=np.array([0.0, 900.0]))
    assert order(given).tolist() == [1, 0]


def test_usefulness_stays_between_0_and_1() -> None:
    """Best of everything is 1; far, unwanted, old and full tends to 0; remote is never far."""
    best = replace(candidates(1), wanted=np.ones(1), room=np.array([9], dtype=np.int32))
    worst = replace(
        candidates(1), wanted=np.zeros(1), room=np.zeros(1, dtype=np.int32),
        age_days=np.array([1e6]), distance_km=np.array([1e4]),
    )  # fmt: skip
    assert usefulness(best)[0] == pytest.approx(1.0)
    assert usefulness(worst)[0] == pytest.approx(0.0, abs=1e-9)
    assert usefulness(replace(worst, remote=np.ones(1, dtype=bool)))[0] == pytest.approx(0.2)


def test_an_offer_over_its_budget_steps_behind_its_equals_only() -> None:
    """Proposed 20 times with room for 2 a month: behind the other strong one, before the partial one."""
    given = replace(
        candidates(3),
        level=np.array([3, 3, 1], dtype=np.int8),
        relevance=np.array([0.9, 0.6, 0.5]),
        shown_this_month=np.array([2 * EXPOSURES_PER_REQUEST, 0, 0]),
    )
    assert order(given).tolist() == [1, 0, 2]


def test_needs_have_no_exposure_budget() -> None:
    """From an offer's side, a need that many offers saw stays where its relevance puts it."""
    given = replace(candidates(2), relevance=np.array([0.9, 0.6]), shown_this_month=np.array([999, 0]), budgeted=False)
    assert order(given).tolist() == [0, 1]


def test_the_best_newcomer_takes_the_last_place_of_the_first_five() -> None:
    """Nine known offers, then two newcomers: the better one moves to place five, the others move down."""
    shown = np.full(11, 99)
    shown[[9, 10]] = FIRST_LOOKS - 1
    given = replace(candidates(11), relevance=np.linspace(0.9, 0.5, 11), shown=shown)
    positions, moved = first_look(order(given), given)
    assert positions.tolist() == [0, 1, 2, 3, 9, 4, 5, 6, 7, 8, 10]
    assert moved == 9
    assert FIRST_LOOK_POSITION == 5


def test_no_newcomer_is_moved_when_one_is_there_already_or_none_is_good_enough() -> None:
    """The guarantee is one first look, not a preference for the unknown, nor for what barely fits."""
    there = replace(candidates(8), shown=np.array([99, 0, 99, 99, 99, 99, 0, 99]))
    assert first_look(order(there), there) == (pytest.approx(order(there)), None)
    level = np.array([3, 3, 3, 3, 3, 3, 1], dtype=np.int8)
    weak = replace(candidates(7), level=level, shown=np.array([99] * 6 + [0]))
    assert first_look(order(weak), weak)[1] is None
