"""The sliders of the weights in plain words: what is wanted, and the five steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from flask_babel import lazy_gettext as _l

from matcher.hackathons.settings import Slider, Step

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString


class SliderWords(NamedTuple):
    """The wish, and what it means in the computation."""

    wish: LazyString
    meaning: LazyString


SLIDER_WORDS: Final[Mapping[Slider, SliderWords]] = {
    Slider.WISHES: SliderWords(
        _l("Everybody gets a challenge they asked for"),
        _l("A fifth choice counts against the teams, a challenge that somebody did not choose counts more."),
    ),
    Slider.ROLES: SliderWords(
        _l("No team without the roles that its challenge wants"),
        _l("Technical people weigh most, then design and facilitation, then knowledge of the field."),
    ),
    Slider.SKILLS: SliderWords(
        _l("Somebody in each team has each skill that is wanted"), _l("At the level that the challenge asks for.")
    ),
    Slider.EXPERIENCE: SliderWords(
        _l("Experience is spread over the teams"),
        _l("No team without an experienced person, none with all of them."),
    ),
    Slider.NEWCOMERS: SliderWords(
        _l("Newcomers are well received"),
        _l("No team of newcomers only, and nobody the only newcomer among experienced people."),
    ),
    Slider.FRIENDS: SliderWords(
        _l("People who want to be together stay together"), _l("A wish of both counts twice as much as that of one.")
    ),
    Slider.ORGANISATIONS: SliderWords(
        _l("Organisations are mixed"),
        _l("At most two people of one organisation in a team; somebody from the organisation whose need it is."),
    ),
    Slider.HALF_DAYS: SliderWords(_l("Teams can meet"), _l("The members of a team are there at the same half-days.")),
    Slider.SIZES: SliderWords(
        _l("Teams are of the same size"), _l("As near as possible to the size that the event aims at.")
    ),
    Slider.CHALLENGES: SliderWords(_l("Each challenge has a team"), _l("Unless it takes none.")),
    Slider.LANGUAGE: SliderWords(
        _l("Each team has a language in common"),
        _l("Counts only where the event does not make it a rule."),
    ),
    Slider.AVOID: SliderWords(
        _l("Private wishes are respected"),
        _l("Counts for those that no organiser has confirmed; confirmed ones are a rule."),
    ),
    Slider.STABILITY: SliderWords(
        _l("People stay in the team that was announced to them"), _l("Counts in repairs, after a publication.")
    ),
}

STEP_WORDS: Final[Mapping[Step, LazyString]] = {
    Step.NOTHING: _l("not at all"),
    Step.HALF: _l("less"),
    Step.USUAL: _l("as usual"),
    Step.DOUBLE: _l("more"),
    Step.FOURFOLD: _l("above all"),
}
