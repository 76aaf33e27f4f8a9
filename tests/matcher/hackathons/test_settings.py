"""Rules and weights of an event: stored as what differs, and moved by sliders."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from matcher.hackathons.events import ChangedMeanwhile
from matcher.hackathons.settings import SLIDERS, Slider, Step, rules_of, save_settings, steps_of, weights_at, weights_of
from matcher.teams.problem import AvoidRule, Rules, Weights
from tests.hackathons import make_hackathon


def test_a_new_event_counts_as_usual(session: Session) -> None:
    """Its sizes are its own, everything else is the default, and every slider stands in the middle."""
    hackathon = make_hackathon(session, size_min=2, size_target=3, size_max=4)
    assert rules_of(hackathon) == Rules(size_min=2, size_target=3, size_max=4)
    assert weights_of(hackathon) == Weights()
    assert set(steps_of(weights_of(hackathon)).values()) == {Step.USUAL}


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("slider", Slider)
def test_a_slider_stands_where_it_was_put(session: Session, slider: Slider, step: Step) -> None:
    """Every position of every slider is stored and found again, and moves no other."""
    hackathon = make_hackathon(session)
    save_settings(session, hackathon, rules=rules_of(hackathon), weights=weights_at({slider: step}))
    found = steps_of(weights_of(hackathon))
    assert found.pop(slider) is step
    assert set(found.values()) == {Step.USUAL}


def test_a_slider_scales_the_usual_weights() -> None:
    """Nothing, half (rounded up), usual, double, four times."""
    at = {step: weights_at({Slider.EXPERIENCE: step, Slider.WISHES: step}) for step in Step}
    assert [weights.no_senior for weights in at.values()] == [0, 8, 15, 30, 60]
    assert at[Step.DOUBLE].rank_costs == (0, 4, 10, 18, 28)
    assert weights_at({Slider.ROLES: Step.NOTHING}).role_deficit == dict.fromkeys(Weights().role_deficit, 0)


def test_weights_set_one_by_one_fit_no_position() -> None:
    """The slider then says so, and moving another one leaves them."""
    own = Weights(skill_deficit=11)
    assert steps_of(own)[Slider.SKILLS] is None
    assert weights_at({Slider.FRIENDS: Step.DOUBLE}, own).skill_deficit == 11


def test_no_weight_is_moved_by_two_sliders() -> None:
    """Or one would undo what the other did."""
    names = [name for group in SLIDERS.values() for name in group]
    assert len(names) == len(set(names))


def test_rules_and_weights_are_kept_as_what_differs(session: Session) -> None:
    """So that a default that is mended later holds for old events too."""
    hackathon = make_hackathon(session)
    rules = Rules(size_min=9, size_target=9, size_max=9, avoid=AvoidRule.ALL, common_half_days=1)
    save_settings(session, hackathon, rules=rules, weights=Weights(rank_costs=(0, 1, 2, 3, 4)))
    assert hackathon.rules == {"avoid": "all", "common_half_days": 1}
    assert hackathon.weights == {"rank_costs": [0, 1, 2, 3, 4]}
    assert rules_of(hackathon) == Rules(size_min=3, size_target=5, size_max=6, avoid=AvoidRule.ALL, common_half_days=1)
    assert weights_of(hackathon).rank_costs == (0, 1, 2, 3, 4)


def test_the_slower_of_two_organisers_is_told(session: Session) -> None:
    """Somebody saved the event since the page was opened."""
    hackathon = make_hackathon(session)
    seen = hackathon.revision
    save_settings(session, hackathon, rules=Rules(), weights=Weights(), seen_revision=seen)
    with pytest.raises(ChangedMeanwhile):
        save_settings(session, hackathon, rules=Rules(), weights=Weights(), seen_revision=seen)
