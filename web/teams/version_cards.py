"""Versions as the list shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from matcher.hackathons.plans import plan_of
from matcher.store import TeamPlanVersion
from matcher.teams.weights import Term
from matcher.vocabulary import PlanOrigin
from web.teams.pages import Opened, moment
from web.teams.state import gap_words


@dataclass(frozen=True, slots=True)
class VersionCard:
    """One version; `cost` leaves wishes to avoid somebody out, as on the board."""

    number: int
    origin: PlanOrigin
    author: str
    moment: str
    note: str
    cost: int
    gap_words: str
    is_current: bool
    is_published: bool


def version_cards(rows: Iterable[TeamPlanVersion], at: Opened) -> list[VersionCard]:
    """Versions in the order given. Cost: their plans are read one by one, about a millisecond each."""
    return [
        VersionCard(
            number=row.number,
            origin=row.origin,
            author=row.author,
            moment=moment(row),
            note=row.note,
            cost=row.cost - plan_of(row).costs.get(Term.AVOID, 0),
            gap_words=gap_words(row.cost, row.bound),
            is_current=at.version is not None and at.version.id == row.id,
            is_published=at.published is not None and at.published.id == row.id,
        )
        for row in rows
    ]
