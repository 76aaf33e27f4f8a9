"""Types of fields that only hackathons have: skills with levels, languages spoken, half-days of named days."""

from __future__ import annotations

import re
from datetime import date
from typing import Final, NamedTuple

from pydantic import BeforeValidator

from matcher.postings import fields
from matcher.postings.cleaning import parse_date, split_list
from matcher.postings.fields import refuse
from matcher.postings.limits import CODE_TEXT
from matcher.postings.problems import ProblemCode, quoted
from matcher.vocabulary import DayPart

#: Levels of a skill: begun, used to it, could teach it.
LEVELS: Final = (1, 2, 3)

_LANGUAGE = re.compile(r"[a-z]{2}")


class SkillLevel(NamedTuple):
    """A skill by its code, and its level, 1 to 3."""

    code: str
    level: int


class DayHalf(NamedTuple):
    """A half-day by its day."""

    day: date
    part: DayPart

    def __str__(self) -> str:
        """As forms send it.

        >>> str(DayHalf(date(2027, 3, 12), DayPart.EVENING))
        '2027-03-12:evening'
        """
        return f"{self.day.isoformat()}:{self.part.value}"

    @property
    def order(self) -> tuple[date, int]:
        """Key that sorts half-days as they follow each other."""
        return self.day, list(DayPart).index(self.part)


def skill_levels(maximum: int, usual: int) -> BeforeValidator:
    """Items such as "web_development:3", of level ``usual`` when none is told; the last level of a skill counts."""

    def check(value: object) -> tuple[SkillLevel, ...]:
        levels: dict[str, int] = {}
        for item in listed(value):
            code, _, level = (part.strip() for part in item.partition(":"))
            if level and level not in map(str, LEVELS):
                refuse(ProblemCode.OUT_OF_RANGE, minimum=LEVELS[0], maximum=LEVELS[-1], value=quoted(level))
            levels[fields.check_text(code, CODE_TEXT, lines=False)] = int(level or usual)
        if len(levels) > maximum:
            refuse(ProblemCode.TOO_MANY, maximum=maximum, count=len(levels))
        return tuple(SkillLevel(*told) for told in levels.items())

    return BeforeValidator(check)


def languages(maximum: int) -> BeforeValidator:
    """Different ISO 639-1 codes, in their order."""

    def check(value: object) -> tuple[str, ...]:
        codes = [code.lower() for code in listed(value.replace(",", ";") if isinstance(value, str) else value)]
        for code in codes:
            if not _LANGUAGE.fullmatch(code):
                refuse(ProblemCode.UNKNOWN_CHOICE, value=quoted(code))
        if len(codes) > maximum:
            refuse(ProblemCode.TOO_MANY, maximum=maximum, count=len(codes))
        return tuple(codes)

    return BeforeValidator(check)


def half_days() -> BeforeValidator:
    """Half-days as :class:`DayHalf` writes itself, in the order of the days; None stays None: nothing was said."""

    def check(value: object) -> tuple[DayHalf, ...] | None:
        if value is None:
            return None
        return tuple(sorted(map(_half_day, listed(value)), key=lambda half: half.order))

    return BeforeValidator(check)


def _half_day(text: str) -> DayHalf:
    day, _, part = text.partition(":")
    read = parse_date(day)
    if read is None or part not in {member.value for member in DayPart}:
        refuse(ProblemCode.UNKNOWN_CHOICE, value=quoted(text))
    return DayHalf(read, DayPart(part))


def listed(value: object) -> list[str]:
    """Items of a text or a list; refuses anything else."""
    items = split_list(value)
    if items is None:
        refuse(ProblemCode.BAD_TEXT, value=quoted(value))
    return items
