"""What the organisers hold fast: people in their teams, and whole teams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matcher.teams.entities import Assignment, Lock, Slot


@dataclass(frozen=True, slots=True)
class Locks:
    """Who stays where they are in every later computation.

    `people` are ids of participants; `teams` are keys of teams (:func:`team_key`): whoever is there now stays, and
    others may still join.
    """

    people: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()

    def holds(self, who: str, slot: Slot) -> bool:
        """Whether that person, who is in that team, stays there."""
        return who in self.people or team_key(slot) in self.teams


def team_key(slot: Slot) -> str:
    """A team in one word, for forms and locks.

    >>> team_key(Slot("12", 1))
    '12:1'
    """
    return f"{slot.challenge}:{slot.number}"


def slot_of(key: str) -> Slot:
    """The team of such a word. Raises ValueError (ProblemError for a number that no team has).

    >>> slot_of("12:1")
    Slot(challenge='12', number=1)
    """
    challenge, separator, number = key.partition(":")
    if not (challenge and separator and number.isdecimal() and number.isascii()):
        raise ValueError("This is no key of a team.")
    return Slot(challenge, int(number))


def locks_for(assignment: Assignment, locks: Locks) -> tuple[Lock, ...]:
    """What the solver is told when people are where `assignment` says; those without a team are held nowhere."""
    held = sorted(who for who, slot in assignment.items() if locks.holds(who, slot))
    return tuple(Lock(who, assignment[who].challenge, assignment[who].number) for who in held)


def locks_data(locks: Locks) -> dict[str, Any]:
    """What is stored."""
    return {"people": sorted(locks.people), "teams": sorted(locks.teams)}


def locks_from(data: Mapping[str, Any]) -> Locks:
    """What was stored; nothing is held by an empty object."""
    return Locks(frozenset(data.get("people", ())), frozenset(data.get("teams", ())))
