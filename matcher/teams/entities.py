"""People, challenges, and what people wish of one another."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

#: Experience from which a member counts as experienced. Chosen: two of the four steps.
SENIOR: Final = 2
#: Highest level of a skill and of experience; 0 is none.
MOST: Final = 3
#: How many challenges a participant may rank.
MOST_RANKED: Final = 5
#: Highest number of a team, so that a slip of the hand does not fill the memory. Chosen.
MOST_NUMBER: Final = 10_000


class ProblemError(ValueError):
    """The data of a problem are wrong; the message is one sentence that says what to correct."""


def require(condition: bool, sentence: str) -> None:
    """Raise :class:`ProblemError` with the sentence unless the condition holds."""
    if not condition:
        raise ProblemError(sentence)


def whole(value: object, least: int, most: float = math.inf) -> bool:
    """Whether the value is an integer (no bool) in that range."""
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def filled(sentence: str, params: Mapping[str, Any]) -> str:
    """A sentence with its parameters, several names with commas.

    >>> filled("%(people)s are away.", {"people": ("Ada", "Bo")})
    'Ada, Bo are away.'
    """
    return sentence % {
        name: ", ".join(map(str, value)) if isinstance(value, tuple) else value for name, value in params.items()
    }


@dataclass(frozen=True, slots=True)
class Participant:
    """One person.

    Attributes
    ----------
    skills
        Level 0 to 3 by skill code; 0 and absence say the same.
    experience
        0 to 3.
    availability
        Numbers (>= 0) of the half-days at which the person is there; None: at all of them.
    ranked
        Ids of at most five challenges, best first.
    similarity
        Of the person's profile to the text of challenges that they did not rank, [0, 1], by challenge id.
    newcomer
        First hackathon.
    groups
        Minority groups that the person chose to declare, so as not to be the only one in a team.
    """

    id: str
    organisation: str | None = None
    roles: frozenset[str] = frozenset()
    skills: Mapping[str, int] = field(default_factory=dict)
    experience: int = 0
    languages: frozenset[str] = frozenset()
    availability: frozenset[int] | None = None
    ranked: tuple[str, ...] = ()
    similarity: Mapping[str, float] = field(default_factory=dict)
    newcomer: bool = False
    groups: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        require(bool(self.id), "Every participant needs an id.")
        for code, level in self.skills.items():
            require(whole(level, 0, MOST), f"Skill {code} of participant {self.id} needs a level of 0 to {MOST}.")
        require(whole(self.experience, 0, MOST), f"The experience of participant {self.id} must be 0 to {MOST}.")
        require(len(self.ranked) <= MOST_RANKED, f"Participant {self.id} ranks more than {MOST_RANKED} challenges.")
        require(len(set(self.ranked)) == len(self.ranked), f"Participant {self.id} ranks one challenge twice.")
        require(
            all(0.0 <= value <= 1.0 for value in self.similarity.values()),
            f"The similarities of participant {self.id} must be between 0 and 1.",
        )
        require(
            all(whole(number, 0) for number in self.availability or ()),
            f"The half-days of participant {self.id} must be whole numbers of at least 0.",
        )

    def rank_of(self, challenge: str) -> int | None:
        """From 1; None where the person did not rank the challenge."""
        return self.ranked.index(challenge) + 1 if challenge in self.ranked else None


@dataclass(frozen=True, slots=True)
class Challenge:
    """One challenge, which may get no team, one or several.

    Attributes
    ----------
    roles
        How many members of each wanted role a team should have, >= 1.
    skills
        Level, 1 to 3, that one member should have of each wanted skill.
    min_teams, max_teams
        Hard; `max_teams` None: as many as :func:`slots` gives.
    owner, wants_owner
        Organisation of the need's owner; whether each team should have one of its members.
    languages
        Each member must speak all of these.
    eligible
        Ids of those who may be in its teams; None: everybody.
    half_days
        When it takes place; None: at every half-day that the problem names.
    """

    id: str
    roles: Mapping[str, int] = field(default_factory=dict)
    skills: Mapping[str, int] = field(default_factory=dict)
    min_teams: int = 0
    max_teams: int | None = None
    owner: str | None = None
    wants_owner: bool = False
    languages: frozenset[str] = frozenset()
    eligible: frozenset[str] | None = None
    half_days: frozenset[int] | None = None

    def __post_init__(self) -> None:
        require(bool(self.id), "Every challenge needs an id.")
        for role, count in self.roles.items():
            require(
                whole(count, 1, MOST_NUMBER), f"Role {role} of challenge {self.id} needs a count of 1 to {MOST_NUMBER}."
            )
        for code, level in self.skills.items():
            require(whole(level, 1, MOST), f"Skill {code} of challenge {self.id} needs a level of 1 to {MOST}.")
        require(
            whole(self.min_teams, 0, MOST_NUMBER),
            f"The least number of teams of challenge {self.id} must be 0 to {MOST_NUMBER}.",
        )
        require(
            self.max_teams is None or whole(self.max_teams, self.min_teams),
            f"The greatest number of teams of challenge {self.id} must not be below its least number.",
        )
        require(
            self.owner is not None or not self.wants_owner,
            f"Challenge {self.id} wants its owner in each team but names no owner.",
        )
        require(
            all(whole(number, 0) for number in self.half_days or ()),
            f"The half-days of challenge {self.id} must be whole numbers of at least 0.",
        )


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A possible team: the `number`-th (from 1) of a challenge."""

    challenge: str
    number: int

    def __post_init__(self) -> None:
        require(
            whole(self.number, 1, MOST_NUMBER),
            f"Teams of challenge {self.challenge} are numbered from 1 to {MOST_NUMBER}.",
        )


@dataclass(frozen=True, slots=True)
class FriendPair:
    """Two people to be put together: both asked (mutual), or the first asked for the second."""

    first: str
    second: str
    mutual: bool = True


@dataclass(frozen=True, slots=True, repr=False)
class AvoidPair:
    """Two people to be kept apart. Private: only the organiser may know, so that no log shows who."""

    first: str
    second: str
    confirmed: bool = False

    def __repr__(self) -> str:
        return "AvoidPair(private)"


@dataclass(frozen=True, slots=True)
class Lock:
    """A person is in a team of this challenge; with a number, in that very team."""

    participant: str
    challenge: str
    number: int | None = None

    def allows(self, slot: Slot) -> bool:
        """Whether the person may be in that slot."""
        return slot.challenge == self.challenge and self.number in {None, slot.number}


#: Where everybody is: slot by participant id.
Assignment = Mapping[str, Slot]
