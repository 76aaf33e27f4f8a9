"""What the head of the board tells of a version: who made it, who sees it, how near it is to the best possible."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from flask_babel import gettext

from matcher.hackathons.plans import Standing, problem_of
from matcher.store import TeamPlanVersion
from matcher.teams.problem import Problem
from matcher.vocabulary import PlanOrigin
from web.teams.board_cards import Board
from web.teams.pages import Opened, moment


@dataclass(frozen=True, slots=True)
class State:
    """The head of the board; `published_number` is the version that people see, None before publication."""

    number: int
    origin: PlanOrigin
    author: str
    note: str
    moment: str
    is_published: bool
    published_number: int | None
    may_undo: bool
    gap_words: str


def state_of(at: Opened, version: TeamPlanVersion, standing: Standing, board: Board) -> State:
    """What is told of the version that the organisers work on."""
    return State(
        number=version.number,
        origin=version.origin,
        author=version.author,
        note=version.note,
        moment=moment(version),
        is_published=at.published is not None and at.published.id == version.id,
        published_number=at.published.number if at.published else None,
        may_undo=version.parent_id is not None,
        gap_words=_gap_words(version, standing, board),
    )


def gap_words(cost: int, bound: int) -> str:
    """How far teams of this cost can be from the best possible ones, when no teams cost less than the bound.

    The share is rounded up: what is said is proven.
    """
    if cost == 0:
        return gettext("Nothing is left to wish for.")
    if cost <= bound:
        return gettext("Proven: no other teams are better.")
    percent = math.ceil(100 * (cost - bound) / cost)
    return gettext("Proven: the best possible teams have at most %(percent)s %% fewer points.", percent=percent)


def _gap_words(version: TeamPlanVersion, standing: Standing, board: Board) -> str:
    """The proof of the version holds as long as nothing changed since; otherwise what counting proves today."""
    if not standing.needs_repair and _bare(problem_of(version)) == _bare(standing.problem):
        return gap_words(version.cost, version.bound)
    return gap_words(board.cost, board.floor)


def _bare(problem: Problem) -> Problem:
    """Without locks and published places, which say nothing about other teams."""
    return replace(problem, locks=(), published=None)
