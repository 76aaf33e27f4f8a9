"""What explanations say, as data: a key for the sentence and the values in it. Words are the site's affair.

Keys say nothing about who reads; :mod:`matcher.teams.explanations` decides what each reader may get. No key exists
for a wish to avoid somebody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from matcher.teams.problem import Slot

#: Names in values that hold the id of a participant. No other value does.
PEOPLE: Final = frozenset({"friend", "mate", "other"})


class Key(StrEnum):
    """Every sentence, with the values that it has.

    ``team.`` is how a team is, ``change.`` what would be so after a change: both have `challenge` and `number` of the
    team besides what is named here.
    """

    # A team as it is.
    HAS_ROLE = "team.has_role"  # role, members
    HAS_SKILL = "team.has_skill"  # skill, level
    LACKS_ROLE = "team.lacks_role"  # role, missing, members; verdict
    LACKS_SKILL = "team.lacks_skill"  # skill, level; verdict
    LACKS_SENIOR = "team.lacks_senior"  # verdict
    LACKS_OWNER = "team.lacks_owner"  # organisation; verdict
    UNEVEN_EXPERIENCE = "team.uneven_experience"  # points
    ALL_NEWCOMERS = "team.all_newcomers"
    LONE_NEWCOMER = "team.lone_newcomer"
    SAME_ORGANISATION = "team.same_organisation"  # organisation, members
    FEW_HALF_DAYS = "team.few_half_days"  # missing, common
    LONE_OF_GROUP = "team.lone_of_group"  # groups; organisers only
    REPEATED_TEAMMATES = "team.repeated_teammates"  # pairs
    OFF_SIZE = "team.off_size"  # members, target
    NO_LANGUAGE = "team.no_language"

    # The same after a change.
    WOULD_LOSE_LAST_ROLE = "change.loses_last_role"  # role
    WOULD_LACK_ROLE = "change.lacks_role"  # role, missing, members
    WOULD_LACK_SKILL = "change.lacks_skill"  # skill, level
    WOULD_LACK_SENIOR = "change.lacks_senior"
    WOULD_LACK_OWNER = "change.lacks_owner"  # organisation
    WOULD_BE_UNEVEN = "change.uneven_experience"  # points
    WOULD_BE_ALL_NEWCOMERS = "change.all_newcomers"
    WOULD_HAVE_LONE_NEWCOMER = "change.lone_newcomer"
    WOULD_HAVE_SAME_ORGANISATION = "change.same_organisation"  # organisation, members
    WOULD_HAVE_FEW_HALF_DAYS = "change.few_half_days"  # missing, common
    WOULD_HAVE_LONE_OF_GROUP = "change.lone_of_group"  # groups; organisers only
    WOULD_REPEAT_TEAMMATES = "change.repeated_teammates"  # pairs
    WOULD_BE_OFF_SIZE = "change.off_size"  # members, target
    WOULD_HAVE_NO_LANGUAGE = "change.no_language"
    # And of the change itself, without a team.
    WOULD_COST_A_WISH = "change.worse_wish"  # somebody gets a challenge that they like less
    WOULD_PART_FRIENDS = "change.friends_apart"
    WOULD_END_CHALLENGE = "change.challenge_without_team"  # challenge
    WOULD_MOVE_PUBLISHED = "change.published_moves"  # people

    # The counterfactual: challenge and rank of it.
    CHANGE_COSTS = "change.costs"  # cost
    CHANGE_IS_FREE = "change.is_free"
    NO_CHANGE = "change.none"  # no change keeps all rules at a cost that others can be asked to bear
    CHANGE_IS_SWAP = "change.swap_with"  # other, challenge, number; organisers only
    CHANGE_IS_MOVE = "change.move_to"  # challenge, number; organisers only

    # The whole plan.
    SHORT_OF_ROLE = "plan.short_of_role"  # role; all: teams, of_teams, missing, wanted, available, unavoidable, verdict
    SHORT_OF_SKILL = "plan.short_of_skill"  # skill, level
    SHORT_OF_SENIORS = "plan.short_of_seniors"
    SHORT_OF_OWNER = "plan.short_of_owner"

    # A person.
    GOT_RANK = "person.got_rank"  # rank, of, challenge
    GOT_UNRANKED = "person.got_unranked"  # challenge
    RANKED_NOTHING = "person.ranked_nothing"  # challenge
    WITH_FRIEND = "person.with_friend"  # friend
    WITHOUT_FRIEND = "person.without_friend"  # friend
    FILLS_ROLE = "person.fills_role"  # role
    FILLS_ROLE_ALONE = "person.fills_role_alone"  # role: the team would lack it without the person
    FILLS_SKILL_ALONE = "person.fills_skill_alone"  # skill
    WITH_MATE = "person.with_mate"  # mate


class Verdict(StrEnum):
    """Whether something that is missing could be there."""

    UNAVOIDABLE = "unavoidable"  # in any plan
    WITH_THESE_TEAMS = "with_these_teams"  # with as many teams of these challenges
    OPEN = "open"  # counting shows neither


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence: its key and the values in it, by the names that :class:`Key` gives."""

    key: Key
    values: Mapping[str, str | int] = field(default_factory=dict)


def of_team(slot: Slot) -> dict[str, str | int]:
    """The values that name a team."""
    return {"challenge": slot.challenge, "number": slot.number}
