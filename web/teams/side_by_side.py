"""Two or three versions side by side: costs by term, the worst team, choices obtained, and who is where.

Costs leave wishes to avoid somebody out. Each version is counted by the problem that it was made from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask_babel import format_decimal, gettext

from matcher.hackathons.plans import plan_of, problem_of
from matcher.store import TeamPlanVersion
from matcher.teams.comparison import SideBySide, Version, side_by_side
from matcher.teams.fairness import Fairness, fairness
from matcher.text import fold
from web.teams.board_cards import Event
from web.teams.naming import CHOICES
from web.teams.pages import place_words
from web.teams.placed import placed
from web.teams.term_words import TERMS

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what it is about, what it means, its figure in each version, and which of them are the best."""

    name: LazyString | str
    aim: LazyString | str
    figures: tuple[str, ...]
    best: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """Somebody who is not in the same team everywhere; `is_other`: elsewhere than in the first version."""

    name: str
    places: tuple[str, ...]
    is_other: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Sides:
    """Everything on the page."""

    whole: tuple[Row, ...]
    terms: tuple[Row, ...]
    choices: tuple[Row, ...]
    people: tuple[Placed, ...]


def sides_of(versions: Sequence[TeamPlanVersion], event: Event) -> Sides | None:
    """Compare versions, at least one; None where one of them has nobody in a team."""
    there = [placed(replace(problem_of(row), avoid=()), plan_of(row).assignment) for row in versions]
    made = [Version(*each) for each in there if each is not None]
    if len(made) < len(there):
        return None
    found = side_by_side(made)
    fair = [fairness(version.problem, version.assignment) for version in made]
    return Sides(
        whole=_whole(found, fair),
        terms=tuple(_row(TERMS[term].name, TERMS[term].aim, costs) for term, costs in found.terms.items()),
        choices=_choices(fair),
        people=_people(found, event),
    )


def _whole(found: SideBySide, fair: Sequence[Fairness]) -> tuple[Row, ...]:
    return (
        _row(gettext("Points in all"), gettext("Fewer is better."), found.costs),
        _row(gettext("The worst team"), gettext("Points of the team that lacks most."), [f.worst_cost for f in fair]),
        _row(
            gettext("People who would swap, both content"),
            gettext("Pairs who could change places at no cost, and neither would mind."),
            [each.envy.mutual_swaps for each in fair],
        ),
        _plain(gettext("Teams"), "", found.teams),
        _plain(gettext("People elsewhere"), gettext("Compared with the first of these versions."), found.moved),
    )


def _choices(fair: Sequence[Fairness]) -> tuple[Row, ...]:
    ranked = [
        _plain(CHOICES[rank], "", [each.profile[rank - 1] for each in fair])
        for rank in CHOICES
        if any(each.profile[rank - 1] for each in fair)
    ]
    return (
        *ranked,
        _plain(gettext("not among their choices"), "", [each.unranked for each in fair]),
        _plain(gettext("made no choice"), "", [each.ranked_nothing for each in fair]),
    )


def _people(found: SideBySide, event: Event) -> tuple[Placed, ...]:
    rows = [
        Placed(
            event.names.person(who),
            tuple(place_words(place, event) for place in places),
            tuple(place != places[0] for place in places),
        )
        for who, places in found.places.items()
    ]
    return tuple(sorted(rows, key=lambda row: fold(row.name)))


def _row(name: LazyString | str, aim: LazyString | str, figures: Sequence[int]) -> Row:
    """Fewer is better: the best are marked, unless all are alike."""
    least = min(figures)
    return Row(
        name, aim, tuple(map(format_decimal, figures)), tuple(len(set(figures)) > 1 and f == least for f in figures)
    )


def _plain(name: LazyString | str, aim: str, figures: Sequence[int]) -> Row:
    return Row(name, aim, tuple(map(format_decimal, figures)), tuple(False for _ in figures))
