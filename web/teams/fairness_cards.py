"""The fairness of a plan in figures that each say what they mean.

Everything is of the problem without wishes to avoid somebody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from flask_babel import format_decimal, gettext, ngettext
from flask_babel import lazy_gettext as _l

from matcher.teams.fairness import SMALL, Fairness, Group, Standing, fairness
from matcher.teams.problem import Assignment, Problem
from web.teams.board_cards import Event, anchor_of
from web.teams.naming import CHOICES
from web.teams.pages import place_words

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString

#: Height of the highest bar in the drawing, in its units.
HIGHEST: Final = 200

GROUPS: Final[Mapping[Group, LazyString]] = {
    Group.NEWCOMERS: _l("First hackathon"),
    Group.REGULARS: _l("Have been to one before"),
    Group.SMALL_ORGANISATIONS: _l("From small organisations"),
    Group.LARGE_ORGANISATIONS: _l("From larger organisations"),
    Group.NO_ORGANISATION: _l("Without an organisation"),
}


@dataclass(frozen=True, slots=True)
class ChoiceBar:
    """How many people got one of their choices; `short` stands under the bar."""

    short: str
    name: LazyString | str
    count: int
    percent: str
    height: int
    is_other: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: what it is called, the figure, and its definition."""

    name: str
    figure: str
    meaning: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class GroupRow:
    """How a group fares; figures are empty where there is nobody to take them of."""

    name: LazyString
    people: int
    rank: str
    team_cost: str


@dataclass(frozen=True, slots=True)
class FairnessPage:
    """Everything on the page."""

    bars: tuple[ChoiceBar, ...]
    satisfied: str
    measures: tuple[Measure, ...]
    groups: tuple[GroupRow, ...]
    small: int = SMALL


def fairness_page(problem: Problem, assignment: Assignment, event: Event) -> FairnessPage:
    """Measure a plan in which everybody of the problem has a place that may exist."""
    found = fairness(replace(problem, avoid=()), assignment)
    return FairnessPage(
        bars=tuple(_bars(found)),
        satisfied=_satisfied(found),
        measures=tuple(_measures(found, event)),
        groups=tuple(_group_row(group, standing) for group, standing in found.groups.items() if standing.people),
    )


def _bars(found: Fairness) -> Iterator[ChoiceBar]:
    counts = [*found.profile, found.unranked, found.ranked_nothing]
    everybody, most = sum(counts), max(1, *counts)
    shorts = [*(str(rank) for rank in CHOICES), gettext("other"), gettext("none")]
    names = [*CHOICES.values(), gettext("not among their choices"), gettext("made no choice")]
    for at, (short, name, count) in enumerate(zip(shorts, names, counts, strict=True)):
        percent = format_decimal(round(100 * count / everybody))
        yield ChoiceBar(short, name, count, percent, round(HIGHEST * count / most), is_other=at >= len(CHOICES))


def _satisfied(found: Fairness) -> str:
    """The one sentence that most people ask for."""
    first, three = found.profile[0], sum(found.profile[:3])
    asked = sum(found.profile) + found.unranked
    if not asked:
        return gettext("Nobody ranked any challenge.")
    return ngettext(
        "Of %(num)s person who ranked challenges, %(first)s got the first choice and %(three)s one of the first three.",
        "Of %(num)s people who ranked challenges, %(first)s got the first choice and %(three)s one of the first three.",
        asked,
        first=first,
        three=three,
    )


def _measures(found: Fairness, event: Event) -> Iterator[Measure]:
    yield Measure(
        gettext("The worst team"),
        ngettext("%(num)s point", "%(num)s points", found.worst_cost),
        gettext(
            "%(team)s. It lacks most of what counts. The best team has %(spread)s points less.",
            team=place_words(found.worst, event),
            spread=found.spread,
        ),
        anchor_of(f"{found.worst.challenge}:{found.worst.number}"),
    )
    yield Measure(
        gettext("How unlike the teams are"),
        gettext("%(percent)s %%", percent=format_decimal(round(100 * found.gini))),
        gettext("0 % when all teams lack as much, near 100 % when one team bears it all (Gini coefficient)."),
    )
    envy = found.envy
    yield Measure(
        gettext("People who would rather be elsewhere"),
        format_decimal(envy.people),
        gettext("They ranked the challenge of somebody else above their own. Some of it cannot be avoided."),
    )
    yield Measure(
        gettext("Of these, with a reason"),
        format_decimal(envy.justified_people),
        gettext("Changing places with the other person would keep all the rules and cost nothing."),
    )
    yield Measure(
        gettext("Swaps that both would welcome"),
        format_decimal(envy.mutual_swaps),
        gettext("Pairs who could change places without anybody losing. At 0 there is nothing left to give."),
    )


def _group_row(group: Group, standing: Standing) -> GroupRow:
    return GroupRow(GROUPS[group], standing.people, _mean(standing.rank), _mean(standing.team_cost))


def _mean(value: float | None) -> str:
    return "–" if value is None else str(format_decimal(round(value, 1)))
