"""Chances of posted needs: they rise with the score, and with how far it stands out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from matcher.evaluation.territory import Judged, calibrate, level_table
from matcher.pairs.calibration import Calibration, chance, standing_out
from matcher.pairs.weights import shipped_weights

USUAL = Calibration(-1.5, 0.5, 1.0, usual_mean=-5.0, usual_spread=1.0)


def test_the_same_score_is_worth_more_where_it_stands_out() -> None:
    """Alone above a hundred poor ones, against one of a hundred like it."""
    above = chance(np.array([-2.0] + [-6.0] * 100), USUAL)[0]
    among = chance(np.array([-2.0] + [-2.1] * 100), USUAL)[0]
    assert above > 0.8
    assert among < 0.5


def test_a_handful_of_candidates_is_held_to_the_usual() -> None:
    """One candidate has no spread of its own; its standing is measured against what is usual."""
    assert standing_out(np.array([-5.0]), USUAL)[0] == pytest.approx(0.0)
    assert 1.5 < standing_out(np.array([-3.0]), USUAL)[0] < 2.0


@given(arrays(np.float64, st.integers(1, 40), elements=st.floats(-20, 10)))
def test_within_one_need_the_order_never_changes(log_odds: np.ndarray) -> None:
    """A higher score never has a lower chance, whatever the numbers."""
    chances = chance(log_odds, shipped_weights().posted)
    order = np.argsort(log_odds, kind="stable")
    assert (np.diff(chances[order]) >= -1e-12).all()
    assert ((chances >= 0) & (chances <= 1)).all()


def test_a_falling_calibration_is_refused() -> None:
    """More evidence never counts against."""
    with pytest.raises(ValueError, match="never falls"):
        Calibration(0.0, -0.1, 1.0, 0.0, 1.0)


def test_calibrating_finds_the_chances_that_made_the_labels() -> None:
    """Labels drawn from known chances: the levels' precision comes out between their bounds."""
    rng = np.random.default_rng(5)
    log_odds = [rng.normal(-4 + rng.normal(), 1.2, 80) for _ in range(300)]
    truth = Calibration(-1.0, 0.5, 1.0, usual_mean=-4.0, usual_spread=1.2)
    grades = [(rng.random(80) < chance(values, truth)).astype(float) for values in log_odds]
    judged = Judged(log_odds, grades, [0] * 300)
    found = calibrate(judged)
    assert found.standing == pytest.approx(truth.standing, abs=0.2)
    assert found.log_odds == pytest.approx(truth.log_odds, abs=0.15)
    table = level_table(judged)
    assert 0.5 <= table["strong"]["precision"] <= 0.8
    assert 0.3 <= table["good"]["precision"] <= 0.5
    assert 0.1 <= table["partial"]["precision"] <= 0.3
