"""A contradiction that is seen before solving, as data with a sentence; :mod:`~matcher.teams.feasibility` looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from matcher.teams.entities import filled
from matcher.teams.ways_out import Relaxation


class Conflict(StrEnum):
    """What cannot hold together."""

    NO_TEAMS = "no_teams"
    SIZES = "sizes"
    FORCED_TEAMS = "forced_teams"
    TOO_FEW_FOR_CHALLENGE = "too_few_for_challenge"
    NO_PLACE = "no_place"
    CROWDED = "crowded"
    LOCK_AGAINST_RULE = "lock_against_rule"
    LOCK_WITHOUT_TEAM = "lock_without_team"
    LOCKS_OVERFILL = "locks_overfill"
    LOCKS_AVOID = "locks_avoid"
    LOCKS_LANGUAGE = "locks_language"
    BLOCK_TOO_LARGE = "block_too_large"
    BLOCK_LOCKS = "block_locks"
    BLOCK_PLACES = "block_places"
    BLOCK_LANGUAGE = "block_language"
    BLOCK_AVOID = "block_avoid"
    LANGUAGE = "language"
    MOVES = "moves"
    # wishes that cannot be granted: not blocking
    FRIENDS_APART = "friends_apart"
    FRIENDS_AVOID = "friends_avoid"
    FRIENDS_TOO_MANY = "friends_too_many"


#: What each finding says, for the parameters of :class:`Finding`. Those about avoid wishes name nobody.
SENTENCES: Final[Mapping[Conflict, str]] = {
    Conflict.NO_TEAMS: "No challenge may have a team.",
    Conflict.SIZES: "%(people)s people cannot be split into teams of %(least)s to %(most)s.",
    Conflict.FORCED_TEAMS: (
        "The challenges ask for %(teams)s teams of at least %(least)s, but there are %(people)s people."
    ),
    Conflict.TOO_FEW_FOR_CHALLENGE: (
        "Too few people may join challenge %(challenge)s for the teams that it asks for: %(people)s for %(teams)s."
    ),
    Conflict.NO_PLACE: "%(participant)s may not join any challenge that can have a team.",
    Conflict.CROWDED: "%(people)s people may only join %(challenges)s, where there is room for %(room)s.",
    Conflict.LOCK_AGAINST_RULE: "%(participant)s is fixed to challenge %(challenge)s but may not join it.",
    Conflict.LOCK_WITHOUT_TEAM: (
        "%(participant)s is fixed to team %(number)s of challenge %(challenge)s, which cannot exist."
    ),
    Conflict.LOCKS_OVERFILL: (
        "%(people)s people are fixed to team %(number)s of challenge %(challenge)s, more than %(most)s."
    ),
    Conflict.LOCKS_AVOID: "Two people are fixed to one team against a rule that only the organiser may see.",
    Conflict.LOCKS_LANGUAGE: "The people fixed to team %(number)s of challenge %(challenge)s have no common language.",
    Conflict.BLOCK_TOO_LARGE: "%(participants)s must be in one team, which is more than %(most)s people.",
    Conflict.BLOCK_LOCKS: "%(participants)s must be in one team but are fixed to different ones.",
    Conflict.BLOCK_PLACES: "%(participants)s must be in one team, but there is no challenge that all may join.",
    Conflict.BLOCK_LANGUAGE: "%(participants)s must be in one team but have no common language.",
    Conflict.BLOCK_AVOID: "People must be in one team against a rule that only the organiser may see.",
    Conflict.LANGUAGE: "Too few people speak a language of %(participants)s for a team of %(least)s.",
    Conflict.MOVES: "People who must change team: at least %(moves)s; allowed: %(most)s.",
    Conflict.FRIENDS_APART: "%(first)s and %(second)s want to be together, which other rules do not allow.",
    Conflict.FRIENDS_AVOID: "Two people want to be together against a wish that only the organiser may see.",
    Conflict.FRIENDS_TOO_MANY: "%(participants)s want to be together but are more than %(most)s people.",
}
#: Wishes that cannot be granted; everything else is blocking.
WISHES: Final = frozenset({Conflict.FRIENDS_APART, Conflict.FRIENDS_AVOID, Conflict.FRIENDS_TOO_MANY})


@dataclass(frozen=True, slots=True)
class Finding:
    """One contradiction.

    `params` may be shown to anybody who may see the plan; `private` to the organiser alone, and is in no text.
    `relaxations` are ways out, cheapest first: each one alone removes this finding.
    """

    conflict: Conflict
    params: Mapping[str, Any] = field(default_factory=dict)
    relaxations: tuple[Relaxation, ...] = ()
    private: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def blocking(self) -> bool:
        """Whether no assignment can keep the hard rules, as opposed to a wish that cannot be granted."""
        return self.conflict not in WISHES

    def __str__(self) -> str:
        return filled(SENTENCES[self.conflict], self.params)
