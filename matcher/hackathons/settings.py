"""Rules and weights of one event: what differs from the defaults, and weights as sliders in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from enum import StrEnum
from typing import Any, Final

from sqlalchemy.orm import Session

from matcher.hackathons.events import check_revision
from matcher.store import Hackathon
from matcher.store.session import writing
from matcher.teams.weights import MOST_WEIGHT, AvoidRule, Rules, Weights

#: Rules that an event sets beside the sizes of its teams, which are columns of their own.
OWN_RULES: Final = ("avoid", "common_language", "common_half_days")


class Slider(StrEnum):
    """What organisers may find more or less important; each is a group of weights (:data:`SLIDERS`)."""

    WISHES = "wishes"
    ROLES = "roles"
    SKILLS = "skills"
    EXPERIENCE = "experience"
    NEWCOMERS = "newcomers"
    FRIENDS = "friends"
    ORGANISATIONS = "organisations"
    HALF_DAYS = "half_days"
    SIZES = "sizes"
    CHALLENGES = "challenges"
    AVOID = "avoid"
    LANGUAGE = "language"
    STABILITY = "stability"


class Step(StrEnum):
    """The five positions of a slider; :data:`FACTORS` says what each does to the usual weights."""

    NOTHING = "nothing"
    HALF = "half"
    USUAL = "usual"
    DOUBLE = "double"
    FOURFOLD = "fourfold"


FACTORS: Final[Mapping[Step, float]] = {
    Step.NOTHING: 0,
    Step.HALF: 0.5,
    Step.USUAL: 1,
    Step.DOUBLE: 2,
    Step.FOURFOLD: 4,
}

#: The weights that each slider moves. AVOID and LANGUAGE matter where the rules do not make them hard.
SLIDERS: Final[Mapping[Slider, tuple[str, ...]]] = {
    Slider.WISHES: ("rank_costs", "unranked", "similar"),
    Slider.ROLES: ("role_deficit", "other_role_deficit"),
    Slider.SKILLS: ("skill_deficit",),
    Slider.EXPERIENCE: ("no_senior", "experience_balance"),
    Slider.NEWCOMERS: ("newcomer_mix",),
    Slider.FRIENDS: ("friends_apart", "one_way_friends_apart"),
    Slider.ORGANISATIONS: ("same_organisation", "owner_absent"),
    Slider.HALF_DAYS: ("missing_half_day",),
    Slider.SIZES: ("off_target_size",),
    Slider.CHALLENGES: ("challenge_without_team",),
    Slider.AVOID: ("avoid",),
    Slider.LANGUAGE: ("no_common_language",),
    Slider.STABILITY: ("move",),
}


def rules_of(hackathon: Hackathon) -> Rules:
    """Rules of the event. Raises ProblemError when what is stored is out of range."""
    own = {name: hackathon.rules[name] for name in OWN_RULES if name in hackathon.rules}
    if "avoid" in own:
        own["avoid"] = AvoidRule(own["avoid"])
    return Rules(size_min=hackathon.size_min, size_target=hackathon.size_target, size_max=hackathon.size_max, **own)


def weights_of(hackathon: Hackathon) -> Weights:
    """Weights of the event. Raises ProblemError when what is stored is out of range."""
    known = {each.name for each in fields(Weights)}
    own = {name: value for name, value in hackathon.weights.items() if name in known}
    if "rank_costs" in own:
        own["rank_costs"] = tuple(own["rank_costs"])
    return Weights(**own)


def rules_data(rules: Rules) -> dict[str, Any]:
    """What differs from the defaults, without the sizes, as it is stored."""
    return {name: getattr(rules, name) for name in OWN_RULES if getattr(rules, name) != getattr(Rules(), name)}


def weights_data(weights: Weights) -> dict[str, Any]:
    """What differs from the defaults, as it is stored."""
    usual = Weights()
    held = {each.name: getattr(weights, each.name) for each in fields(Weights)}
    return {name: value for name, value in held.items() if value != getattr(usual, name)}


def steps_of(weights: Weights) -> dict[Slider, Step | None]:
    """Where each slider stands; None: its weights were set one by one and fit no position."""
    return {slider: _step_of(weights, names) for slider, names in SLIDERS.items()}


def weights_at(steps: Mapping[Slider, Step], weights: Weights | None = None) -> Weights:
    """`weights` (None: the usual ones) with these sliders moved; halves are rounded up.

    >>> weights_at({Slider.SKILLS: Step.HALF}).skill_deficit
    5
    """
    moved = {name: _scaled(name, FACTORS[step]) for slider, step in steps.items() for name in SLIDERS[slider]}
    return replace(weights or Weights(), **moved)


def save_settings(
    session: Session, hackathon: Hackathon, *, rules: Rules, weights: Weights, seen_revision: int | None = None
) -> None:
    """Keep rules (all but the sizes, which belong to the form of the event) and weights of the event.

    Teams that stand are not touched: later computations follow the new settings. Raises ChangedMeanwhile when the event
    was changed after that revision; None: it may have been.
    """
    with writing(session):
        if seen_revision is not None:
            check_revision(hackathon, seen_revision)
        hackathon.rules = rules_data(rules)
        hackathon.weights = weights_data(weights)
        hackathon.revision += 1


def _step_of(weights: Weights, names: tuple[str, ...]) -> Step | None:
    # The usual position first: small weights are the same at several.
    order = sorted(Step, key=lambda step: step is not Step.USUAL)
    return next(
        (step for step in order if all(getattr(weights, name) == _scaled(name, FACTORS[step]) for name in names)),
        None,
    )


def _scaled(name: str, factor: float) -> Any:
    """The usual weight of that name (a number, several, or one for each role) times the factor."""
    usual = getattr(Weights(), name)
    if isinstance(usual, Mapping):
        return {key: _times(value, factor) for key, value in usual.items()}
    if isinstance(usual, tuple):
        return tuple(_times(value, factor) for value in usual)
    return _times(usual, factor)


def _times(value: int, factor: float) -> int:
    return min(MOST_WEIGHT, int(value * factor + 0.5))
