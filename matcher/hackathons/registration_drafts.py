"""Drafts of registrations: the one validation of the public form, the desk and imports. Pure.

Whether a skill exists, and whether somebody is registered with the same address, is asked by
:mod:`matcher.hackathons.registering`, which raises the same :class:`DraftProblems`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from matcher.hackathons import fields as own_fields
from matcher.hackathons.fields import SkillLevel, listed, skill_levels
from matcher.hackathons.names import name_key
from matcher.postings import fields
from matcher.postings.cleaning import clean_text
from matcher.postings.drafts import Draft, parse_draft
from matcher.postings.fields import Email, YesNo, refuse
from matcher.postings.limits import TextLimit
from matcher.postings.problems import ProblemCode, quoted
from matcher.store import Hackathon
from matcher.vocabulary import Experience, Family, Language, TeamRole, TeamStatus

#: Characters of each text. The columns of the store are as wide; the rest is chosen, not measured.
REGISTRATION_TEXTS: Final[dict[str, TextLimit]] = {
    "name": TextLimit(120, 2),
    "email": TextLimit(254),
    "organisation": TextLimit(160),
    "about": TextLimit(2000),
    "team_name": TextLimit(80, 2),
    "friends": TextLimit(120, 2),
    "avoid": TextLimit(120, 2),
    "answers": TextLimit(500),
    "access_needs": TextLimit(500),
    "diet": TextLimit(300),
}

#: Challenges that can be ranked: as many as the store keeps.
MAX_CHOICES: Final = 5
#: Skills of a person, names to avoid, languages spoken. Chosen, not measured.
MAX_SKILLS: Final = 10
MAX_AVOIDED: Final = 10
MAX_LANGUAGES: Final = 10
#: Level of a skill that is meant where none is told: used to it.
USUAL_LEVEL: Final = 2

_NAMES_END = re.compile(r"[;,|\n]|\s+(?:et|and|&)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Event:
    """What the validators have to know of the hackathon."""

    half_days: frozenset[str]
    challenges: Mapping[int, str]
    most_friends: int
    questions: int


def split_names(text: str) -> list[str]:
    """Names that somebody typed into one box, cut at commas, semicolons, line ends, "et" and "and".

    >>> split_names("Léa Roy, Paul Weber et Inès Da Silva")
    ['Léa Roy', 'Paul Weber', 'Inès Da Silva']
    """
    names = (clean_text(name, lines=False) for name in _NAMES_END.split(text))
    return [name for name in names if name]


def _event(info: ValidationInfo) -> _Event:
    context: Mapping[str, Any] = info.context or {}
    event: _Event = context["event"]
    return event


def _half_days(value: object, info: ValidationInfo) -> frozenset[str] | None:
    if value is None:
        return None
    numbers = frozenset(listed(value))
    known = _event(info).half_days
    if stray := numbers - known:
        refuse(ProblemCode.UNKNOWN_CHOICE, value=quoted(min(stray)))
    if known and not numbers:
        refuse(ProblemCode.REQUIRED)
    return numbers


def _choices(value: object, info: ValidationInfo) -> tuple[int, ...]:
    """Numbers of challenges, the first choice first. Blank ones between them close up."""
    told = value if isinstance(value, list | tuple) else listed(value)
    given = [text for text in (str(item).strip() for item in told) if text]
    known = _event(info).challenges
    ranked: list[int] = []
    for text in given:
        number = int(text) if re.fullmatch("[0-9]{1,15}", text) else None
        if number is None or number not in known:
            refuse(ProblemCode.UNKNOWN_CHOICE, value=quoted(text))
        if number in ranked:
            refuse(ProblemCode.RANKED_TWICE, value=quoted(known[number]))
        ranked.append(number)
    if len(ranked) > MAX_CHOICES:
        refuse(ProblemCode.TOO_MANY, maximum=MAX_CHOICES, count=len(ranked))
    return tuple(ranked)


def _names(limit: TextLimit) -> BeforeValidator:
    """Names in a text or a list, each once whatever its spelling."""

    def check(value: object) -> tuple[str, ...]:
        told = split_names(value) if isinstance(value, str) else listed(value)
        different: dict[str, str] = {}
        for name in told:
            different.setdefault(name_key(name), name)
        return tuple(fields.check_text(name, limit, lines=False) for name in different.values())

    return BeforeValidator(check)


def _answers(value: object, info: ValidationInfo) -> tuple[str, ...]:
    """One text a question, in their order; empty where nothing was answered."""
    told = [value] if isinstance(value, str) else value
    if not isinstance(told, list | tuple):
        refuse(ProblemCode.BAD_TEXT, value=quoted(value))
    if len(told) > _event(info).questions:
        refuse(ProblemCode.TOO_MANY, maximum=_event(info).questions, count=len(told))
    return tuple(fields.check_text(answer, REGISTRATION_TEXTS["answers"], lines=True) for answer in told)


def _text(name: str) -> BeforeValidator:
    return fields.line(REGISTRATION_TEXTS[name])


def _paragraphs(name: str) -> BeforeValidator:
    return fields.paragraphs(REGISTRATION_TEXTS[name])


class RegistrationDraft(Draft):
    """Somebody who wants to come, as they or an import tell it.

    ``half_days`` are numbers of half-days at which the person is there; None is all of them. ``choices`` are
    numbers of challenges, the first choice first. ``answers`` go with the questions of the event. What is
    private is not in the representation, which an error may print.
    """

    name: Annotated[str, _text("name")]
    email: Annotated[Email, AfterValidator(str.lower)] = Field("", repr=False)
    language: Annotated[Language, fields.choice(Language)] = Language.FR
    organisation: Annotated[str, _text("organisation")] = ""
    family: Annotated[Family | None, fields.choice(Family)] = None
    about: Annotated[str, _paragraphs("about")] = ""
    roles: Annotated[frozenset[TeamRole], fields.choices(TeamRole)] = frozenset()
    skills: Annotated[tuple[SkillLevel, ...], skill_levels(MAX_SKILLS, USUAL_LEVEL)] = ()
    experience: Annotated[Experience, fields.choice(Experience)] = Experience.NONE
    is_newcomer: YesNo = False
    languages: Annotated[tuple[str, ...], own_fields.languages(MAX_LANGUAGES)] = ()
    half_days: Annotated[frozenset[str] | None, BeforeValidator(_half_days)] = None
    choices: Annotated[tuple[int, ...], BeforeValidator(_choices)] = ()
    team_status: Annotated[TeamStatus, fields.choice(TeamStatus)] = TeamStatus.ALONE
    team_name: Annotated[str, Field(validate_default=True)] = ""
    friends: Annotated[tuple[str, ...], _names(REGISTRATION_TEXTS["friends"])] = Field((), repr=False)
    avoid: Annotated[tuple[str, ...], _names(REGISTRATION_TEXTS["avoid"])] = Field((), repr=False)
    answers: Annotated[tuple[str, ...], BeforeValidator(_answers)] = ()
    access_needs: Annotated[str, _paragraphs("access_needs")] = Field("", repr=False)
    diet: Annotated[str, _paragraphs("diet")] = Field("", repr=False)
    directory_consent: YesNo = False

    @field_validator("team_name", mode="before")
    @classmethod
    def _team_has_a_name(cls, value: object, info: ValidationInfo) -> str:
        """Only a whole team has a name, and it needs one: its people are found by it."""
        if info.data.get("team_status") is not TeamStatus.TEAM:
            return ""
        if not value:
            refuse(ProblemCode.REQUIRED)
        return fields.check_text(value, REGISTRATION_TEXTS["team_name"], lines=False)

    @field_validator("friends")
    @classmethod
    def _friends_fit_a_team(cls, friends: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        _not_oneself(friends, info)
        most = _event(info).most_friends
        if len(friends) > most:
            refuse(ProblemCode.TOO_MANY_FRIENDS, maximum=most, count=len(friends))
        return friends

    @field_validator("avoid")
    @classmethod
    def _not_also_a_friend(cls, avoid: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        _not_oneself(avoid, info)
        if len(avoid) > MAX_AVOIDED:
            refuse(ProblemCode.TOO_MANY, maximum=MAX_AVOIDED, count=len(avoid))
        friends = set(map(name_key, info.data.get("friends", ())))
        for name in avoid:
            if name_key(name) in friends:
                refuse(ProblemCode.FRIEND_AND_AVOIDED, value=quoted(name))
        return avoid


def _not_oneself(names: tuple[str, ...], info: ValidationInfo) -> None:
    own = name_key(info.data.get("name", ""))
    for name in names:
        if name_key(name) == own:
            refuse(ProblemCode.OWN_NAME, value=quoted(name))


def parse_registration(data: Mapping[str, object], hackathon: Hackathon, today: date) -> RegistrationDraft:
    """Read a registration from form fields, cells of a table or JSON.

    Parameters
    ----------
    data
        Values by field name, as :func:`matcher.postings.drafts.parse_need` takes them. ``skills`` are items such
        as "web_development:3", ``languages`` ISO 639-1 codes, ``friends`` and ``avoid`` names in one text or a list.
    hackathon
        Its open challenges, half-days, questions and sizes of teams bound what can be told.

    Raises
    ------
    DraftProblems
        With every problem found, in the order of the fields.
    """
    event = _Event(
        half_days=frozenset(str(half_day.number) for half_day in hackathon.half_days),
        challenges={challenge.id: challenge.title for challenge in hackathon.open_challenges},
        most_friends=hackathon.size_max - 1,
        questions=len(hackathon.questions),
    )
    return parse_draft(RegistrationDraft, data, today, context={"event": event})
