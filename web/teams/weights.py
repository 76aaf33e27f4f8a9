"""What counts, and how much: sliders in plain words, kept for the event, followed by the next computation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matcher.hackathons import plans
from matcher.hackathons.settings import (
    SLIDERS,
    Slider,
    Step,
    rules_of,
    save_settings,
    steps_of,
    weights_at,
    weights_of,
)
from matcher.teams.problem import Weights
from web.teams.blueprint import bp
from web.teams.pages import Opened, back_to, opened, page
from web.teams.slider_words import SLIDER_WORDS, STEP_WORDS, SliderWords
from web.wiring import db


@dataclass(frozen=True, slots=True)
class SliderField:
    """One slider of the form. `step` is what is chosen, `before` what the present teams were made with."""

    name: str
    words: SliderWords
    step: Step | None
    before: Step | None
    saved: Step | None

    @property
    def is_error(self) -> bool:
        """Nothing that can be chosen was chosen."""
        return self.step is None


@bp.get("/poids")
def weights(token: str) -> ResponseReturnValue:
    """The sliders as they are saved."""
    at = opened(token)
    return _page(at, steps_of(weights_of(at.hackathon)))


@bp.post("/poids")
def save_weights(token: str) -> ResponseReturnValue:
    """Keep the sliders; those whose weights were set one by one and were not touched stay as they are."""
    at = opened(token)
    saved = weights_of(at.hackathon)
    wanted = {slider: _typed(slider) for slider in Slider}
    if request.form.get("event_revision") != str(at.hackathon.revision) and steps_of(saved) != _shown():
        return _page(at, wanted, changed=True), 409
    chosen = {slider: step for slider, step in wanted.items() if step is not None}
    if any(slider.value in request.form and slider not in chosen for slider in Slider):
        return _page(at, wanted, problem=gettext("Choose one of the five steps.")), 422
    save_settings(db.session, at.hackathon, rules=rules_of(at.hackathon), weights=weights_at(chosen, saved))
    return back_to("weights", token, fait="weights")


@bp.post("/poids/usuels")
def reset_weights(token: str) -> ResponseReturnValue:
    """Let everything count as usual again."""
    at = opened(token)
    save_settings(db.session, at.hackathon, rules=rules_of(at.hackathon), weights=Weights())
    return back_to("weights", token, fait="reset")


def _page(at: Opened, steps: Mapping[Slider, Step | None], *, changed: bool = False, problem: str = "") -> str:
    saved = steps_of(weights_of(at.hackathon))
    before = steps_of(plans.problem_of(at.version).weights) if at.version else saved
    fields = [
        SliderField(slider.value, SLIDER_WORDS[slider], steps[slider], before[slider], saved[slider])
        for slider in SLIDER_WORDS
    ]
    return page(
        "teams/weights.html",
        at,
        fields=fields,
        steps=STEP_WORDS,
        event_revision=at.hackathon.revision,
        shown=saved,
        changed=changed,
        problem=problem,
        differs=[field for field in fields if field.before != field.saved],
        is_usual=weights_of(at.hackathon) == Weights(),
    )


def _typed(slider: Slider) -> Step | None:
    value = request.form.get(slider.value, "")
    return Step(value) if value in set(Step) else None


def _shown() -> dict[Slider, Step | None]:
    """Where the sliders stood on the page that was sent."""
    typed = {slider: request.form.get(f"saw_{slider.value}", "") for slider in SLIDERS}
    return {slider: Step(value) if value in set(Step) else None for slider, value in typed.items()}
