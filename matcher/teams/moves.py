"""Who is elsewhere in another plan, and moves made, undone and made again. Nothing is costed here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from matcher.teams.entities import Assignment, Slot


@dataclass(frozen=True, slots=True)
class Move:
    """One person's place before and after; None: they were not, or are no longer, registered."""

    participant: str
    before: Slot | None
    after: Slot | None


@dataclass(frozen=True, slots=True)
class Applied:
    """An assignment after some moves, and the moves that no longer fit and were not made."""

    assignment: Assignment
    refused: tuple[Move, ...]


def moves(before: Assignment, after: Assignment) -> tuple[Move, ...]:
    """Who is elsewhere, by id.

    >>> moves({"a": Slot("water", 1), "b": Slot("water", 1)}, {"a": Slot("forest", 1), "b": Slot("water", 1)})
    (Move(participant='a', before=Slot(challenge='water', number=1), after=Slot(challenge='forest', number=1)),)
    """
    found = (Move(who, before.get(who), after.get(who)) for who in sorted(before.keys() | after.keys()))
    return tuple(move for move in found if move.before != move.after)


def inverse(made: Iterable[Move]) -> tuple[Move, ...]:
    """The moves that undo these."""
    return tuple(replace(move, before=move.after, after=move.before) for move in made)


def applied(assignment: Assignment, wanted: Iterable[Move]) -> Applied:
    """Make moves, for undo and redo, on a plan that may have changed since.

    Refused are moves of people who are not, or no longer, where the move starts (somebody else moved them), and
    those that would register or sign off somebody: no board does that. Rules are not checked.
    """
    then, refused = dict(assignment), []
    for move in wanted:
        if move.before is None or move.after is None or assignment.get(move.participant) != move.before:
            refused.append(move)
        else:
            then[move.participant] = move.after
    return Applied(then, tuple(refused))
