"""Public figures of the service: counts, shares and one median, none of which can tell about somebody.

A count of one to four is not told as a number (:data:`SMALLEST`). Where a total stands beside its parts, a single
part that is held back would follow from the others: a second one is held back with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from matcher.insights.facts import Counts, What, counts_of_pairs
from matcher.people import Counterfactual, DeclineReason, Outcome

#: Smallest count that is told. Chosen: the threshold that many statistical offices use for tables of people.
SMALLEST: Final = 5


class Cell(NamedTuple):
    """A count by its code; ``value`` is None for one that is held back: it is between 1 and 4, or would tell one."""

    code: str
    value: int | None


class YearRow(NamedTuple):
    """What happened in one year. Needs and offers are public pages: their counts hide nothing."""

    year: int
    needs: int
    offers: int
    introduced: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything of the page. Counts are None when they are held back, shares (0 to 1) and the median when too few
    rows are behind them."""

    needs: int
    offers: int
    proposals: int | None
    answered: int | None
    answered_share: float | None
    median_days: float | None
    never_proposed: int | None
    never_proposed_share: float | None
    settled: int
    introduced: int | None
    met: int | None
    started: int | None
    declined: tuple[Cell, ...]
    outcomes: tuple[Cell, ...]
    counterfactual: tuple[Cell, ...]
    years: tuple[YearRow, ...]

    @property
    def is_young(self) -> bool:
        """Whether nothing has happened yet between two sides."""
        return self.answered == 0


def public_figures(session: Session, now: datetime) -> Figures:
    """Figures as of ``now``. Cost: that of :func:`matcher.insights.facts.counts_of_pairs`."""
    return figures_of(counts_of_pairs(session, now))


def figures_of(counts: Counts) -> Figures:
    """The figures that ``counts`` allow."""
    total = {what: sum(_by_detail(counts, what).values()) for what in What}
    return Figures(
        needs=total[What.NEED],
        offers=total[What.OFFER],
        proposals=told(total[What.PROPOSAL]),
        answered=told(total[What.ANSWERED]),
        answered_share=share(total[What.ANSWERED], total[What.PROPOSAL]),
        median_days=_median(_by_detail(counts, What.ANSWER_DAYS)),
        never_proposed=told(total[What.NEVER_PROPOSED]),
        never_proposed_share=share(total[What.NEVER_PROPOSED], total[What.NEED_SETTLED]),
        settled=total[What.NEED_SETTLED],
        introduced=told(total[What.INTRODUCED]),
        met=told(total[What.MET]),
        started=told(total[What.STARTED]),
        declined=_cells(counts, What.DECLINED, DeclineReason),
        outcomes=_cells(counts, What.OUTCOME, Outcome),
        counterfactual=_cells(counts, What.COUNTERFACTUAL, Counterfactual),
        years=_years(counts),
    )


def told(count: int) -> int | None:
    """A count, or None when it is too small to be told.

    >>> [told(count) for count in (0, 1, 4, 5)]
    [0, None, None, 5]
    """
    return None if 0 < count < SMALLEST else count


def share(part: int, whole: int) -> float | None:
    """Part of a whole, 0 to 1; None when it would tell a count that is held back, or rests on too little.

    >>> share(10, 40), share(2, 40), share(0, 40), share(3, 4), share(0, 0)
    (0.25, None, 0.0, None, None)
    """
    too_small = whole < SMALLEST or told(part) is None or told(whole - part) is None
    return None if too_small else part / whole


def guarded(parts: Sequence[int]) -> list[int | None]:
    """Parts that stand beside their total: one that is held back takes the smallest other one along.

    >>> guarded([7, 3, 12]), guarded([7, 0, 12]), guarded([2, 3, 12])
    ([None, None, 12], [7, 0, 12], [None, None, 12])
    """
    shown = [told(part) for part in parts]
    if shown.count(None) == 1:
        others = [place for place, part in enumerate(shown) if part]
        if others:
            shown[min(others, key=lambda place: parts[place])] = None
    return shown


def _by_detail(counts: Counts, what: What) -> dict[str, int]:
    found: dict[str, int] = {}
    for fact, count in counts.items():
        if fact.what == what.value:
            found[fact.detail] = found.get(fact.detail, 0) + count
    return found


def _cells(counts: Counts, what: What, codes: type[StrEnum]) -> tuple[Cell, ...]:
    """One cell a code, in the order of the list, empty ones included."""
    found = _by_detail(counts, what)
    return tuple(Cell(code.value, told(found.get(code.value, 0))) for code in codes)


def _median(days: Mapping[str, int]) -> float | None:
    """Median of whole days, weighted by how often each came; None for fewer than :data:`SMALLEST`."""
    ordered = [day for day, count in sorted((int(day), count) for day, count in days.items()) for _ in range(count)]
    if len(ordered) < SMALLEST:
        return None
    middle = len(ordered) // 2
    return float(ordered[middle]) if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _years(counts: Counts) -> tuple[YearRow, ...]:
    """Every year from the first to the last one of which there is anything."""
    of_note = {fact.year for fact in counts if fact.what in {What.NEED, What.OFFER, What.INTRODUCED}}
    years = range(min(of_note), max(of_note) + 1) if of_note else range(0)

    def of(what: What) -> list[int]:
        return [sum(count for fact, count in counts.items() if fact[:2] == (year, what.value)) for year in years]

    columns = zip(years, of(What.NEED), of(What.OFFER), guarded(of(What.INTRODUCED)), strict=True)
    return tuple(YearRow(*row) for row in columns)
