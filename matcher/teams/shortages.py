"""What a whole plan is short of, and whether it could be otherwise: "3 teams without a designer: 9 for 12 teams".

Two counts say that a shortage cannot be avoided:

- with these teams: they want more members of a role than there are people who have it;
- in any plan: the bounds of :mod:`matcher.teams.bounds`, for whichever teams suit the role best.

What neither shows may be avoidable or not: it is said to be open, never to be a fault of the plan. Wishes to
avoid somebody are left out of the counts as of everything here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from matcher.teams.bounds import Bounds
from matcher.teams.messages import Key, Message, Verdict
from matcher.teams.problem import SENIOR, Challenge, Participant, Problem, Term
from matcher.teams.shortfalls import has_skill, holders

#: A team that exists: its challenge and its members.
Formed = tuple[Challenge, Sequence[Participant]]


@dataclass(frozen=True, slots=True)
class Shortage:
    """One role, skill or kind of person of which a plan has too few.

    Attributes
    ----------
    name, level
        The role or skill, else empty; the level at which the skill is scarcest, else 0.
    teams, of_teams
        Teams that lack it, of those that want it.
    missing
        Members missing in these teams, >= `teams`.
    wanted, available
        Members wanted in the formed teams (of a skill: at that level or above), and people who have it.
    unavoidable
        Members (of skills, seniors and owners: teams) missing in any plan, at least.
    """

    term: Term
    name: str
    level: int
    teams: int
    of_teams: int
    missing: int
    wanted: int
    available: int
    unavoidable: int

    @property
    def verdict(self) -> Verdict:
        """About all that is missing; about a part of it, compare `unavoidable` with `missing`."""
        if self.missing <= self.unavoidable:
            return Verdict.UNAVOIDABLE
        return Verdict.WITH_THESE_TEAMS if self.missing <= self.wanted - self.available else Verdict.OPEN

    @property
    def message(self) -> Message:
        """The sentence about it."""
        named: dict[str, str | int] = {}
        if self.term is Term.ROLES:
            named = {"role": self.name}
        elif self.term is Term.SKILLS:
            named = {"skill": self.name, "level": self.level}
        counts: dict[str, str | int] = {
            "teams": self.teams,
            "of_teams": self.of_teams,
            "missing": self.missing,
            "wanted": self.wanted,
            "available": self.available,
            "unavoidable": self.unavoidable,
            "verdict": str(self.verdict),
        }
        return Message(_KEYS[self.term], named | counts)


_KEYS: Final[Mapping[Term, Key]] = {
    Term.ROLES: Key.SHORT_OF_ROLE,
    Term.SKILLS: Key.SHORT_OF_SKILL,
    Term.SENIORS: Key.SHORT_OF_SENIORS,
    Term.OWNER: Key.SHORT_OF_OWNER,
}


def shortages(problem: Problem, formed: Sequence[Formed], bounds: Bounds) -> tuple[Shortage, ...]:
    """What the formed teams lack, in the order of the terms, then by name.

    `bounds` are those of the problem without wishes to avoid somebody.
    """
    people = problem.participants
    roles = sorted({role for challenge, _ in formed for role in challenge.roles})
    skills = sorted({skill for challenge, _ in formed for skill in challenge.skills})
    found = [
        *(_of_role(role, people, formed, bounds) for role in roles),
        *(_of_skill(skill, people, formed, bounds) for skill in skills),
        _of_seniors(people, formed, bounds),
        _of_owners(people, formed, bounds),
    ]
    return tuple(each for each in found if each.missing)


def _of_role(role: str, people: Sequence[Participant], formed: Sequence[Formed], bounds: Bounds) -> Shortage:
    wanting = [(challenge.roles[role], members) for challenge, members in formed if role in challenge.roles]
    missing = [max(0, wanted - holders(members, role)) for wanted, members in wanting]
    return Shortage(
        term=Term.ROLES,
        name=role,
        level=0,
        teams=sum(number > 0 for number in missing),
        of_teams=len(wanting),
        missing=sum(missing),
        wanted=sum(wanted for wanted, _ in wanting),
        available=holders(people, role),
        unavoidable=bounds.roles.get(role, 0),
    )


def _of_skill(skill: str, people: Sequence[Participant], formed: Sequence[Formed], bounds: Bounds) -> Shortage:
    wanting = [(challenge.skills[skill], members) for challenge, members in formed if skill in challenge.skills]
    missing = sum(not has_skill(members, skill, level) for level, members in wanting)

    def count(level: int) -> tuple[int, int]:
        return sum(wanted >= level for wanted, _ in wanting), sum(has_skill([each], skill, level) for each in people)

    def excess(level: int) -> int:
        wanted, available = count(level)
        return wanted - available

    level = max(sorted({wanted for wanted, _ in wanting}), key=excess)
    wanted, available = count(level)
    return Shortage(
        term=Term.SKILLS,
        name=skill,
        level=level,
        teams=missing,
        of_teams=len(wanting),
        missing=missing,
        wanted=wanted,
        available=available,
        unavoidable=bounds.skills.get(skill, 0),
    )


def _of_seniors(people: Sequence[Participant], formed: Sequence[Formed], bounds: Bounds) -> Shortage:
    missing = sum(all(person.experience < SENIOR for person in members) for _, members in formed)
    return _of_teams(Term.SENIORS, missing, len(formed), sum(person.experience >= SENIOR for person in people), bounds)


def _of_owners(people: Sequence[Participant], formed: Sequence[Formed], bounds: Bounds) -> Shortage:
    wanting = [(challenge.owner, members) for challenge, members in formed if challenge.wants_owner]
    owners = {owner for owner, _ in wanting}
    missing = sum(all(person.organisation != owner for person in members) for owner, members in wanting)
    return _of_teams(Term.OWNER, missing, len(wanting), sum(person.organisation in owners for person in people), bounds)


def _of_teams(term: Term, missing: int, teams: int, available: int, bounds: Bounds) -> Shortage:
    """Of what each team wants one."""
    return Shortage(term, "", 0, missing, teams, missing, teams, available, bounds.counts.get(term, 0))
