"""From proposal to outcome: how many pairs come how far, where they stop, and how long each step takes. Pure.

Every figure counts pairs of one need and one offer. What each step means is written at :class:`Stage`, and the page
shows the same words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from statistics import median
from typing import Final

from matcher.vocabulary import PostingKind


class Stage(StrEnum):
    """How far a pair came. Each step includes everybody who came further."""

    PROPOSED = "proposed"  # by the matcher, a side or the animator
    SEEN = "seen"  # one of the two sides opened it
    ONE_YES = "one_yes"
    TWO_YESES = "two_yeses"
    MET = "met"
    STARTED = "started"  # they work on something together
    OUTCOME = "outcome"  # something came of it: paid work, a partnership, help


class Stop(StrEnum):
    """Why a pair came no further."""

    WAITING = "waiting"  # it still may
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"  # the other side did not answer
    CLOSED = "closed"  # one of the postings ended first
    NOTHING = "nothing"  # the sides said that nothing came of it


STAGES: Final = tuple(Stage)
_DAY: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Path:
    """What happened to one pair. ``reached`` holds when it came to each stage, None where nobody knows when.

    ``month`` is that of the proposal, as in "2026-11"; ``themes`` are codes of the need's themes; ``first_yes`` is the
    side that said it first.
    """

    month: str
    themes: tuple[str, ...]
    reached: Mapping[Stage, datetime | None]
    stop: Stop
    first_yes: PostingKind | None = None

    @property
    def furthest(self) -> Stage:
        """The last stage that the pair came to."""
        return max(self.reached, key=STAGES.index)


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of a funnel.

    ``share``: of those of the stage before, 0 to 1, None for the first and where nobody was before. ``days``: median
    since the stage before, of ``timed`` pairs of which both instants are known. ``stops``: those who came no further.
    """

    stage: Stage
    count: int
    share: float | None
    days: float | None
    timed: int
    stops: Mapping[Stop, int]


def funnel(paths: Sequence[Path]) -> list[Step]:
    """The stages in their order, with their figures."""
    ends = Counter((path.furthest, path.stop) for path in paths)
    steps: list[Step] = []
    for position, stage in enumerate(STAGES):
        count = sum(number for (furthest, _), number in ends.items() if STAGES.index(furthest) >= position)
        before = steps[-1].count if steps else 0
        waits = _days(paths, STAGES[position - 1], stage) if position else []
        stops = {stop: ends[stage, stop] for stop in Stop if ends[stage, stop]}
        share = count / before if before else None
        steps.append(Step(stage, count, share, median(waits) if waits else None, len(waits), stops))
    return steps


def breakdown(paths: Iterable[Path], keys: Callable[[Path], Iterable[str]]) -> list[tuple[str, dict[Stage, int]]]:
    """How many pairs came to each stage, by key (a theme, a month); a pair with two themes counts in both."""
    counts: dict[str, Counter[Stage]] = {}
    for path in paths:
        passed = STAGES[: STAGES.index(path.furthest) + 1]
        for key in keys(path):
            counts.setdefault(key, Counter()).update(passed)
    return [(key, {stage: found[stage] for stage in STAGES}) for key, found in counts.items()]


def _days(paths: Sequence[Path], before: Stage, stage: Stage) -> list[float]:
    """Days between two stages, of the pairs of which both instants are known and in their order."""
    known = [(path.reached.get(before), path.reached.get(stage)) for path in paths]
    return [(late - early).total_seconds() / _DAY for early, late in known if early and late and late >= early]
