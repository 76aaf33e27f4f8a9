"""What counts, and how much, when teams of an event are computed: the sliders of the organisers' page."""

from __future__ import annotations

from typing import Final

from pydantic import ConfigDict, Field

from matcher.hackathons.settings import Slider, Step, rules_of, save_settings, steps_of, weights_at, weights_of
from matcher.store import Hackathon
from matcher.teams.weights import Weights
from web.api.blueprint import bp
from web.api.hackathon_inputs import Revision
from web.api.hackathons import CHANGED
from web.api.inputs import Body
from web.api.organising import organised
from web.api.shapes import Out
from web.api.words import N_
from web.wiring import db

_WEIGHTS: Final = "/hackathons/<number:number>/weights"


class SliderIn(Body):
    """Where a slider is to stand."""

    slider: Slider
    step: Step


class WeightsChange(Body):
    """Where sliders are to stand, and the revision of the event that was read before."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"revision": 3, "sliders": [{"slider": "friends", "step": "double"}]}]}
    )

    revision: Revision
    sliders: list[SliderIn] = Field(description=N_("Those left out stay where they are"), max_length=len(Slider))
    usual: bool = Field(False, description=N_("Begin from the usual weights, and not from those of the event"))


class SliderOut(Out):
    """Where a slider stands."""

    slider: Slider
    step: Step | None = Field(description=N_("Null: its weights were set one by one"))


class WeightsOut(Out):
    """What counts, and how much."""

    revision: int = Field(description=N_("To be sent with a change of the event or of a challenge"))
    usual: bool = Field(description=N_("Everything counts as usual"))
    sliders: list[SliderOut]


@bp.get(_WEIGHTS)
@bp.output(WeightsOut)
@bp.doc(
    operation_id="getWeights",
    tags=["Teams"],
    summary=N_("What counts, and how much, when teams are computed"),
    security="managementToken",
)
def weights(number: int) -> WeightsOut:
    """The sliders as they are kept."""
    return _out(organised(number))


@bp.put(_WEIGHTS)
@bp.input(WeightsChange)
@bp.output(WeightsOut)
@bp.doc(
    operation_id="changeWeights",
    tags=["Teams"],
    summary=N_("Change what counts, and how much"),
    description=N_("Teams stay as they are; later computations follow."),
    security="managementToken",
    responses={409: CHANGED},
)
def change_weights(number: int, json_data: WeightsChange) -> WeightsOut:
    """Keep the sliders."""
    hackathon = organised(number)
    base = Weights() if json_data.usual else weights_of(hackathon)
    wanted = weights_at({item.slider: item.step for item in json_data.sliders}, base)
    save_settings(db.session, hackathon, rules=rules_of(hackathon), weights=wanted, seen_revision=json_data.revision)
    return _out(hackathon)


def _out(hackathon: Hackathon) -> WeightsOut:
    held = weights_of(hackathon)
    sliders = [SliderOut(slider=slider, step=step) for slider, step in steps_of(held).items()]
    return WeightsOut(revision=hackathon.revision, usual=held == Weights(), sliders=sliders)
