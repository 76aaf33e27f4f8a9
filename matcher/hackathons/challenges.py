"""Use cases of organisers about challenges: from a need in one click, or written; revise, order, withdraw, conclude."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from matcher.hackathons import limits
from matcher.hackathons.drafts import ChallengeDraft
from matcher.hackathons.events import check_revision
from matcher.postings.problems import DraftProblems, FieldProblem, ProblemCode, quoted
from matcher.postings.references import References
from matcher.store import Challenge, ChallengeRole, ChallengeSkill, Hackathon, Need, Organisation
from matcher.store.session import writing
from matcher.vocabulary import ChallengeOutcome, SkillImportance, TeamRole

#: Level that a team should have of a skill which the need cannot do without, and of one that is welcome.
NEED_LEVELS: Final = {SkillImportance.MUST: 2, SkillImportance.NICE: 1}

#: Role that works with the skills of a group of ``matcher/data/skills.csv``; a group of a territory's own counts
#: as field knowledge. Chosen, not measured.
ROLE_OF_GROUP: Final = {
    "ai": TeamRole.TECH,
    "building": TeamRole.TECH,
    "data": TeamRole.TECH,
    "hardware": TeamRole.TECH,
    "safety": TeamRole.TECH,
    "communication": TeamRole.DESIGN,
    "design": TeamRole.DESIGN,
    "media": TeamRole.DESIGN,
    "funding": TeamRole.FACILITATION,
    "organisation": TeamRole.FACILITATION,
    "teaching": TeamRole.FACILITATION,
    "research": TeamRole.DOMAIN,
}

#: Columns that a draft fills under the same name.
_PLAIN: Final = (
    "title",
    "statement",
    "min_teams",
    "max_teams",
    "partner",
    "prize",
    "eligibility",
    "families",
    "wants_owner",
)


class NeedNotOpen(LookupError):
    """A need that is closed, expired or paused becomes no challenge."""


def add_challenge(session: Session, hackathon: Hackathon, draft: ChallengeDraft) -> Challenge:
    """Store a challenge that was written for the event, after the others.

    Raises DraftProblems for a skill that does not exist, or more challenges than :data:`limits.MAX_CHALLENGES`.
    """
    with writing(session):
        challenge = Challenge(title=draft.title)
        _fill(session, challenge, draft)
        _append(hackathon, challenge)
    return challenge


def add_from_need(session: Session, hackathon: Hackathon, need: Need, today: date) -> Challenge:
    """Make ``need`` a challenge: its title, its problem and result in its own words, its skills, roles to begin with.

    A need that is a challenge of the event already answers that one, brought back when it was withdrawn. Whose
    need it is stays out of the event when the need is anonymous.

    Raises NeedNotOpen, or DraftProblems when the event has as many challenges as it can.
    """
    with writing(session):
        known = next((row for row in hackathon.challenges if row.need_id == need.id), None)
        if known is not None:
            _restore(known)
            return known
        if not need.is_live(today):
            raise NeedNotOpen(f"need {need.id}")
        challenge = Challenge(
            need=need,
            title=need.title,
            statement="\n\n".join(text for text in (need.problem, need.outcome) if text),
            organisation=None if need.anonymous else need.organisation,
            skills=[
                ChallengeSkill(skill=link.skill, level=NEED_LEVELS[link.importance])
                for link in need.skills[: limits.MAX_CHALLENGE_SKILLS]
            ],
        )
        groups = [link.skill.group for link in need.skills]
        _set_roles(challenge, proposed_roles(groups, hackathon.size_target))
        _append(hackathon, challenge)
    return challenge


def revise_challenge(session: Session, challenge: Challenge, draft: ChallengeDraft, seen_revision: int) -> Challenge:
    """Give the challenge what ``draft`` tells.

    Raises ChangedMeanwhile when its event has another revision, DraftProblems for a skill that does not exist.
    """
    with writing(session):
        check_revision(challenge.hackathon, seen_revision)
        _fill(session, challenge, draft)
        challenge.hackathon.revision += 1
    return challenge


def withdraw_challenge(session: Session, challenge: Challenge, now: datetime) -> None:
    """Take a challenge off the event: no team is formed for it any more. What people ranked is kept."""
    with writing(session):
        challenge.withdrawn_at = challenge.withdrawn_at or now
        challenge.hackathon.revision += 1


def restore_challenge(session: Session, challenge: Challenge) -> None:
    """Bring a withdrawn challenge back, at its old place."""
    with writing(session):
        _restore(challenge)


def move_challenge(session: Session, challenge: Challenge, steps: int) -> None:
    """Move a challenge by ``steps`` among the open ones: below zero towards the first. Stops at both ends."""
    with writing(session):
        hackathon = challenge.hackathon
        order = hackathon.open_challenges
        if challenge not in order:
            return
        at = order.index(challenge)
        order.insert(max(0, min(at + steps, len(order) - 1)), order.pop(at))
        withdrawn = [row for row in hackathon.challenges if row.withdrawn_at is not None]
        for position, row in enumerate([*order, *withdrawn]):
            row.position = position
        hackathon.revision += 1


def record_outcome(session: Session, challenge: Challenge, outcome: ChallengeOutcome | None, note: str = "") -> None:
    """Say what became of a challenge after the event; ``note`` is a cleaned text for everybody to read."""
    with writing(session):
        challenge.outcome, challenge.outcome_note = outcome, note
        challenge.hackathon.revision += 1


def owner_of(challenge: Challenge) -> Organisation | None:
    """Whose need it is, as far as anybody may be told: nobody's while its need is anonymous."""
    if challenge.need is not None and challenge.need.anonymous:
        return None
    return challenge.organisation


def proposed_roles(groups: Iterable[str], size: int) -> dict[TeamRole, int]:
    """Roles for a team of ``size`` people that needs skills of these groups: one of each, the rest where skills are.

    Without skills the rest builds. A team smaller than the roles keeps those that its skills ask for first.

    >>> proposed_roles(["design", "design", "media"], 5)[TeamRole.DESIGN]
    2
    >>> proposed_roles([], 2)
    {<TeamRole.TECH: 'tech'>: 1, <TeamRole.DESIGN: 'design'>: 1}
    """
    asked = Counter(ROLE_OF_GROUP.get(group, TeamRole.DOMAIN) for group in groups)
    order = sorted(TeamRole, key=lambda role: -asked[role])  # stable: the usual order among equals
    wanted = dict.fromkeys(order[:size], 1)
    if size > len(order):
        wanted[order[0]] += 1  # one more where most of the work is; beyond that anybody is welcome
    return {role: wanted[role] for role in TeamRole if role in wanted}


def _append(hackathon: Hackathon, challenge: Challenge) -> None:
    most = limits.MAX_CHALLENGES
    if len(hackathon.open_challenges) >= most:
        raise DraftProblems([FieldProblem("title", ProblemCode.TOO_MANY, {"maximum": most, "count": most + 1})])
    challenge.position = 1 + max((row.position for row in hackathon.challenges), default=-1)
    hackathon.challenges.append(challenge)
    hackathon.revision += 1


def _restore(challenge: Challenge) -> None:
    if challenge.withdrawn_at is not None:
        challenge.withdrawn_at = None
        challenge.hackathon.revision += 1


def _fill(session: Session, challenge: Challenge, draft: ChallengeDraft) -> None:
    known = References(session).skills
    missing = [code for code, _ in draft.skills if code not in known]
    if missing:
        raise DraftProblems([FieldProblem("skills", ProblemCode.UNKNOWN_CHOICE, {"value": quoted(missing[0])})])
    for name in _PLAIN:
        setattr(challenge, name, getattr(draft, name))
    challenge.languages = list(draft.languages)
    _set_roles(challenge, draft.roles)
    _set_skills(challenge, {known[code].id: level for code, level in draft.skills})


def _set_roles(challenge: Challenge, wanted: dict[TeamRole, int]) -> None:
    """Change rows in place: a new row of the same key would meet the old one."""
    before = {row.role: row for row in challenge.roles}
    for role, count in wanted.items():
        row = before.pop(role, None)
        if row is None:
            challenge.roles.append(ChallengeRole(role=role, count=count))
        else:
            row.count = count
    for row in before.values():
        challenge.roles.remove(row)


def _set_skills(challenge: Challenge, wanted: dict[int, int]) -> None:
    before = {row.skill_id: row for row in challenge.skills}
    for skill_id, level in wanted.items():
        row = before.pop(skill_id, None)
        if row is None:
            challenge.skills.append(ChallengeSkill(skill_id=skill_id, level=level))
        else:
            row.level = level
    for row in before.values():
        challenge.skills.remove(row)
