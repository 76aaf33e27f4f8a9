"""From a draft of a registration to its row and back: which field is which column. No commit here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from matcher.hackathons.fields import SkillLevel
from matcher.hackathons.names import name_key
from matcher.hackathons.registration_drafts import RegistrationDraft
from matcher.store import Registration, RegistrationChoice, RegistrationSkill, Skill, Wish
from matcher.vocabulary import WishKind

# Fields of a draft that are not a column of the same name.
_ELSEWHERE: Final = frozenset({"skills", "half_days", "choices", "friends", "avoid"})


def fill_registration(
    session: Session, row: Registration, draft: RegistrationDraft, skills: Mapping[str, Skill]
) -> None:
    """Give ``row`` what ``draft`` tells; ``skills`` are the known ones by code.

    A wish whose name is still there keeps what organisers settled about it.
    """
    for name in RegistrationDraft.model_fields:
        if name not in _ELSEWHERE:
            value = getattr(draft, name)
            setattr(row, name, list(value) if isinstance(value, tuple) else value)
    row.away = _away(row, draft.half_days)
    _set_skills(row, draft.skills, skills)
    _set_choices(session, row, draft.choices)
    kept = [_wish(row, WishKind.WITH, name) for name in draft.friends]
    row.wishes = kept + [_wish(row, WishKind.AVOID, name) for name in draft.avoid]


def registration_data(row: Registration) -> dict[str, Any]:
    """What :func:`fill_registration` wrote, as field values that a draft reads back.

    A choice of a challenge that was withdrawn is left out: it cannot be chosen any more.
    """
    told = {name: getattr(row, name) for name in RegistrationDraft.model_fields if name not in _ELSEWHERE}
    open_ids = {challenge.id for challenge in row.hackathon.open_challenges}
    return told | {
        "skills": [f"{link.skill.code}:{link.level}" for link in sorted_skills(row)],
        "half_days": sorted(half_days_there(row), key=int),
        "choices": [str(choice.challenge_id) for choice in row.choices if choice.challenge_id in open_ids],
        "friends": typed_names(row, WishKind.WITH),
        "avoid": typed_names(row, WishKind.AVOID),
    }


def sorted_skills(row: Registration) -> list[RegistrationSkill]:
    """Skills of a person, the best known first."""
    return sorted(row.skills, key=lambda link: (-link.level, link.skill.code))


def half_days_there(row: Registration) -> list[str]:
    """Numbers of the half-days at which a person is there, in the order of the event."""
    return [str(day.number) for day in row.hackathon.half_days if str(day.number) not in row.away]


def typed_names(row: Registration, kind: WishKind) -> list[str]:
    """Names of one kind of wishes, as they were typed. Those to avoid are for organisers and the person alone."""
    return [wish.typed for wish in row.wishes if wish.kind is kind]


def _away(row: Registration, there: frozenset[str] | None) -> list[str]:
    if there is None:
        return []
    return [str(day.number) for day in row.hackathon.half_days if str(day.number) not in there]


def _set_skills(row: Registration, told: Iterable[SkillLevel], known: Mapping[str, Skill]) -> None:
    levels = {known[code].id: (known[code], level) for code, level in told}
    kept = {link.skill_id: link for link in row.skills if link.skill_id in levels}
    row.skills = [
        kept.get(skill_id) or RegistrationSkill(skill_id=skill_id, skill=skill)
        for skill_id, (skill, _) in levels.items()
    ]
    for link in row.skills:
        link.level = levels[link.skill_id][1]


def _set_choices(session: Session, row: Registration, ranked: tuple[int, ...]) -> None:
    if [choice.challenge_id for choice in row.choices] == list(ranked):
        return
    if row.choices:
        # Two challenges that change places would be the same challenge twice for a moment.
        row.choices = []
        session.flush()
    row.choices = [RegistrationChoice(rank=rank, challenge_id=number) for rank, number in enumerate(ranked, start=1)]


def _wish(row: Registration, kind: WishKind, typed: str) -> Wish:
    """The wish that is there under this name, else a new one that waits to be settled."""
    key = name_key(typed)
    known = next((wish for wish in row.wishes if wish.kind is kind and name_key(wish.typed) == key), None)
    if known is None:
        return Wish(kind=kind, typed=typed)
    known.typed = typed
    return known
