"""Fields that only registrations have: ranked challenges, skills with their level, answers to the event's questions.

Like those of postings they only parse and show; ``matcher.hackathons.registration_drafts`` alone judges.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import Field
from wtforms.fields.choices import SelectChoice

from matcher.hackathons.registration_drafts import MAX_CHOICES


class _Several(Field):  # type: ignore[misc]
    """Texts sent under one name, in the order of the page; ``data`` is a list of them."""

    def __init__(self, text: Any, hint: Any = "", **more: Any) -> None:
        super().__init__(text, description=hint, **more)

    def process_data(self, value: Sequence[str] | None) -> None:
        """What is stored."""
        self.data = list(value or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        """What was sent."""
        self.data = list(valuelist)


class Ranks(_Several):
    """Challenges by rank: the first box is the first choice. Each box offers ``choices``."""

    choices: Sequence[SelectChoice] = ()

    @property
    def boxes(self) -> list[str]:
        """What each box holds, empty ones included; there are no more boxes than challenges."""
        return (self.data + [""] * MAX_CHOICES)[: min(MAX_CHOICES, len(self.choices))]


class SkillLevels(_Several):
    """Skills as "code:level", one box for each skill that there is; blank boxes are left out."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """What was sent."""
        self.data = [value for value in valuelist if value]

    @property
    def levels(self) -> dict[str, str]:
        """Level by code, as it was chosen."""
        return {code: level for code, _, level in (item.partition(":") for item in self.data)}

    def propose(self, codes: Sequence[str], level: int) -> None:
        """Add skills that are not there yet, before the others."""
        added = [f"{code}:{level}" for code in codes if code not in self.levels]
        self.data = added + self.data


class Answers(_Several):
    """One text for each question of the event. ``questions`` are shown as labels."""

    questions: Sequence[str] = ()

    @property
    def boxes(self) -> list[tuple[str, str]]:
        """Each question with what was answered."""
        given = self.data + [""] * len(self.questions)
        return list(zip(self.questions, given, strict=False))
