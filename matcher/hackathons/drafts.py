"""Drafts of events and challenges: the one validation of forms and of the API. Pure.

Whether a place or a skill exists is asked by :mod:`matcher.hackathons.events` and ``challenges``, which raise
the same :class:`DraftProblems`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Final, Self

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from matcher.hackathons import fields as own_fields
from matcher.hackathons import limits
from matcher.hackathons.fields import DayHalf, SkillLevel
from matcher.hackathons.limits import CHALLENGE_TEXTS, HACKATHON_TEXTS
from matcher.postings import fields
from matcher.postings.drafts import Draft, PlaceRef, parse_draft
from matcher.postings.fields import Email, OptionalPlace, YesNo, refuse
from matcher.postings.problems import ProblemCode
from matcher.text import guess_language
from matcher.vocabulary import Family, Language, TeamRole

#: Level of a skill that somebody wants without saying how well it should be known.
WANTED_LEVEL: Final = 2

_Day = fields.day(latest=limits.LATEST_DAYS, earliest=limits.EARLIEST_DAYS)
_Languages = Annotated[tuple[str, ...], own_fields.languages(limits.MAX_LANGUAGES)]
_TeamSize = fields.whole(limits.TEAM_SIZE)
_TeamCount = fields.whole(limits.TEAMS_OF_CHALLENGE)


class HackathonDraft(Draft):
    """An event as its organisers tell it.

    ``half_days`` None: nothing was said, so every day has a morning and an afternoon.
    """

    title: Annotated[str, fields.line(HACKATHON_TEXTS["title"])]
    description: Annotated[str, fields.paragraphs(HACKATHON_TEXTS["description"])]
    organiser: Annotated[str, fields.line(HACKATHON_TEXTS["organiser"])]
    contact_email: Email
    language: Annotated[Language, fields.choice(Language)]
    is_online: YesNo = False
    place: Annotated[OptionalPlace, Field(validate_default=True)] = None
    venue: Annotated[str, fields.line(HACKATHON_TEXTS["venue"])] = ""
    starts_on: Annotated[date, _Day]
    ends_on: Annotated[date | None, _Day] = None
    registration_ends_on: Annotated[date | None, _Day] = None
    half_days: Annotated[tuple[DayHalf, ...] | None, own_fields.half_days()] = None
    languages: _Languages = ()
    size_min: Annotated[int, _TeamSize] = 3
    size_target: Annotated[int, _TeamSize, Field(validate_default=True)] = 5
    size_max: Annotated[int, _TeamSize, Field(validate_default=True)] = 6
    capacity: Annotated[int | None, fields.whole(limits.CAPACITY)] = None
    questions: Annotated[tuple[str, ...], fields.texts(limits.MAX_QUESTIONS, limits.QUESTION_TEXT)] = ()
    code_of_conduct: Annotated[str, fields.paragraphs(HACKATHON_TEXTS["code_of_conduct"])] = ""
    criteria: Annotated[tuple[str, ...], fields.texts(limits.MAX_CRITERIA, limits.CRITERION_TEXT)] = ()

    @field_validator("place")
    @classmethod
    def _somewhere(cls, place: PlaceRef | None, info: ValidationInfo) -> PlaceRef | None:
        if place is None and not info.data.get("is_online", False):
            refuse(ProblemCode.REQUIRED)
        return place

    @field_validator("ends_on")
    @classmethod
    def _ends_after_start(cls, ends_on: date | None, info: ValidationInfo) -> date | None:
        starts_on = info.data.get("starts_on")
        if ends_on is None or starts_on is None:
            return ends_on
        if ends_on < starts_on:
            refuse(ProblemCode.DATES_ORDER, value=ends_on.isoformat(), other=starts_on.isoformat())
        latest = starts_on + timedelta(days=limits.MAX_DAYS - 1)
        if ends_on > latest:
            refuse(ProblemCode.DATE_TOO_FAR, value=ends_on.isoformat(), latest=latest.isoformat())
        return ends_on

    @field_validator("registration_ends_on")
    @classmethod
    def _registration_ends_before_event(cls, day: date | None, info: ValidationInfo) -> date | None:
        last = info.data.get("ends_on") or info.data.get("starts_on")
        if day is not None and last is not None and day > last:
            refuse(ProblemCode.DATES_ORDER, value=day.isoformat(), other=last.isoformat())
        return day

    @field_validator("size_target")
    @classmethod
    def _target_in_range(cls, target: int, info: ValidationInfo) -> int:
        _check_order(info.data.get("size_min"), target)
        return target

    @field_validator("size_max")
    @classmethod
    def _sizes_in_order(cls, largest: int, info: ValidationInfo) -> int:
        _check_order(info.data.get("size_target"), largest)
        return largest

    @model_validator(mode="after")
    def _last_day(self) -> Self:
        """An event without a last day lasts one day."""
        return self if self.ends_on else self.model_copy(update={"ends_on": self.starts_on})

    @property
    def last_day(self) -> date:
        """The last day of the event."""
        return self.ends_on or self.starts_on


def _role_counts(value: object) -> dict[TeamRole, int]:
    """Wanted members by role; a role that nobody is wanted for is left out."""
    if not isinstance(value, Mapping):
        refuse(ProblemCode.BAD_TEXT, value=type(value).__name__)
    counts: dict[TeamRole, int] = {}
    for name, told in value.items():
        role = fields.member(name, TeamRole)
        count = 0 if told is None or told == "" else fields.whole_number(told, limits.ROLE_COUNT)
        if count:
            counts[role] = count
    return counts


class ChallengeDraft(Draft):
    """What teams may work on, and whom each of them should have. ``max_teams`` None: as many as come."""

    title: Annotated[str, fields.line(CHALLENGE_TEXTS["title"])]
    statement: Annotated[str, fields.paragraphs(CHALLENGE_TEXTS["statement"])]
    roles: Annotated[dict[TeamRole, int], BeforeValidator(_role_counts)] = Field(default_factory=dict)
    skills: Annotated[tuple[SkillLevel, ...], own_fields.skill_levels(limits.MAX_CHALLENGE_SKILLS, WANTED_LEVEL)] = ()
    min_teams: Annotated[int, _TeamCount] = 0
    max_teams: Annotated[int | None, _TeamCount] = None
    partner: Annotated[str, fields.line(CHALLENGE_TEXTS["partner"])] = ""
    prize: Annotated[str, fields.line(CHALLENGE_TEXTS["prize"])] = ""
    eligibility: Annotated[str, fields.line(CHALLENGE_TEXTS["eligibility"])] = ""
    families: Annotated[frozenset[Family], fields.choices(Family)] = frozenset()
    languages: _Languages = ()
    wants_owner: YesNo = False

    @field_validator("max_teams")
    @classmethod
    def _teams_in_order(cls, most: int | None, info: ValidationInfo) -> int | None:
        _check_order(info.data.get("min_teams"), most)
        return most


def parse_hackathon(data: Mapping[str, object], today: date, *, kept: Collection[date] = ()) -> HackathonDraft:
    """Read an event from form fields or JSON.

    Parameters
    ----------
    data
        Values by field name, as :func:`matcher.postings.drafts.parse_need` takes them. ``half_days`` are texts
        such as "2027-03-12:morning". A missing language is guessed from title and description.
    kept
        Dates that the stored event already has: they are not questioned again.

    Raises
    ------
    DraftProblems
        With every problem found, in the order of the fields.
    """
    return parse_draft(HackathonDraft, _with_language(data), today, kept)


def parse_challenge(data: Mapping[str, object]) -> ChallengeDraft:
    """Read a challenge: ``roles`` maps a role to how many, ``skills`` are items such as "web_development:3".

    Raises DraftProblems.
    """
    return parse_draft(ChallengeDraft, data, date.min)  # no field of it is a day


def _with_language(data: Mapping[str, object]) -> Mapping[str, Any]:
    if str(data.get("language") or "").strip():
        return data
    said = [value for value in (data.get("title"), data.get("description")) if isinstance(value, str)]
    return {**data, "language": guess_language(". ".join(said))}


def _check_order(smallest: int | None, largest: int | None) -> None:
    if smallest is not None and largest is not None and smallest > largest:
        refuse(ProblemCode.NUMBERS_ORDER, minimum=smallest, maximum=largest)
