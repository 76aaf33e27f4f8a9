"""The parts of the cost, what each shortfall costs, and which rules are hard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Final

from matcher.teams.entities import MOST_RANKED, AvoidPair, FriendPair, require, whole

#: Highest weight: greater ones drown every other term.
MOST_WEIGHT: Final = 10_000


class Term(StrEnum):
    """The parts of the cost, see the table of :mod:`matcher.teams.problem`."""

    PREFERENCE = "preference"
    ROLES = "roles"
    SKILLS = "skills"
    SENIORS = "seniors"
    EXPERIENCE = "experience"
    NEWCOMERS = "newcomers"
    ORGANISATIONS = "organisations"
    OWNER = "owner"
    FRIENDS = "friends"
    HALF_DAYS = "half_days"
    GROUPS = "groups"
    HISTORY = "history"
    SIZE = "size"
    STABILITY = "stability"
    CHALLENGES = "challenges"
    AVOID = "avoid"
    LANGUAGE = "language"


class AvoidRule(StrEnum):
    """Which avoid pairs must not be in one team; the others cost ``Weights.avoid``."""

    CONFIRMED = "confirmed"  # those that a moderator confirmed
    ALL = "all"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Rules:
    """Size of the teams, in people, and which rules are hard.

    `common_half_days` is how many half-days a team should share (fewer when the challenge has fewer).
    """

    size_min: int = 3
    size_target: int = 5
    size_max: int = 6
    avoid: AvoidRule = AvoidRule.CONFIRMED
    common_language: bool = True
    common_half_days: int = 3

    def __post_init__(self) -> None:
        sizes = (self.size_min, self.size_target, self.size_max)
        require(
            all(whole(size, 1) for size in sizes) and sorted(sizes) == list(sizes),
            "Team sizes must be whole numbers of at least 1, the least no greater than the target, "
            "the target no greater than the greatest.",
        )
        require(whole(self.common_half_days, 0), "The number of common half-days must be at least 0.")

    def is_hard(self, pair: AvoidPair) -> bool:
        """Whether that pair must not be in one team."""
        return self.avoid is AvoidRule.ALL or (self.avoid is AvoidRule.CONFIRMED and pair.confirmed)


def _role_weights() -> dict[str, int]:
    return {"tech": 20, "design": 12, "facilitation": 12, "domain": 8}


@dataclass(frozen=True, slots=True)
class Weights:
    """What each shortfall costs, 0 to 10 000. The defaults are those of the model, chosen, not measured.

    Attributes
    ----------
    preference, rank_costs, unranked, similar
        Factor of the whole term; cost of the first, second... choice, and of a challenge that the person
        did not rank; what a similarity of 1 takes off the latter.
    role_deficit, other_role_deficit
        Per missing member of a wanted role (S2), of a role that `role_deficit` does not name.
    skill_deficit, no_senior, experience_balance, newcomer_mix
        Terms S3, S4, S5 (per full point), S6.
    same_organisation, owner_absent
        Term S7: third and each further member; no member of the owner's organisation.
    friends_apart, one_way_friends_apart
        Term S8.
    missing_half_day, lone_group_member, repeated_teammate, off_target_size, move, challenge_without_team
        Terms S9 to S14.
    avoid, no_common_language
        An avoid pair together, a team without a common language, where the rules do not forbid it.
    """

    preference: int = 1
    rank_costs: tuple[int, ...] = (0, 2, 5, 9, 14)
    unranked: int = 30
    similar: int = 12
    role_deficit: Mapping[str, int] = field(default_factory=_role_weights)
    other_role_deficit: int = 8
    skill_deficit: int = 10
    no_senior: int = 15
    experience_balance: int = 1
    newcomer_mix: int = 10
    same_organisation: int = 5
    owner_absent: int = 3
    friends_apart: int = 15
    one_way_friends_apart: int = 7
    missing_half_day: int = 4
    lone_group_member: int = 12
    repeated_teammate: int = 6
    off_target_size: int = 2
    move: int = 8
    challenge_without_team: int = 10
    avoid: int = 200
    no_common_language: int = 60

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            single = [value] if isinstance(value, int) else value.values() if isinstance(value, Mapping) else value
            require(
                all(whole(number, 0, MOST_WEIGHT) for number in single),
                f"Weight {each.name} must be a whole number between 0 and {MOST_WEIGHT}.",
            )
        require(len(self.rank_costs) == MOST_RANKED, f"Weight rank_costs needs {MOST_RANKED} numbers.")
        require(self.similar <= self.unranked, "Weight similar must not be greater than weight unranked.")

    def of_role(self, role: str) -> int:
        """Cost of one missing member of that role."""
        return self.role_deficit.get(role, self.other_role_deficit)

    def of_friends(self, pair: FriendPair) -> int:
        """Cost of that pair being apart."""
        return self.friends_apart if pair.mutual else self.one_way_friends_apart
