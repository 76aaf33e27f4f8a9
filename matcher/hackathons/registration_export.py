"""Files for the organisers: the list of people, and what kitchen and venue have to know, without names.

Wishes to avoid somebody and the organisers' notes are in none of them. Diets and access needs are only in the
second kind, as counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, Final

from matcher.clock import local_day
from matcher.hackathons.registration_drafts import MAX_CHOICES
from matcher.hackathons.registration_filling import half_days_there, sorted_skills, typed_names
from matcher.store import Hackathon, Registration
from matcher.text import fold
from matcher.vocabulary import WishKind

_BEFORE_CHOICES: Final = (
    "external_id",
    "name",
    "email",
    "organisation",
    "family",
    "roles",
    "skills",
    "about",
    "experience",
    "newcomer",
    "languages",
    "availability",
)
_AFTER_CHOICES: Final = (
    "friends",
    "team_status",
    "team_name",
    "consent_directory",
    "status",
    "attendance",
    "registered_on",
)
_RANKED: Final = tuple(f"challenge_{rank}" for rank in range(1, MAX_CHOICES + 1))

NEEDS_HEADERS: Final = ("what", "people")


class Need(StrEnum):
    """What kitchen or venue have to know."""

    DIET = "diet"
    ACCESS = "access"


def people_headers(hackathon: Hackathon) -> list[str]:
    """Columns of :func:`people_rows`: fields of a registration, then one for each question of the event."""
    return [*_BEFORE_CHOICES, *_RANKED, *_AFTER_CHOICES, *_question_headers(hackathon)]


def people_rows(hackathon: Hackathon, registrations: Iterable[Registration]) -> list[dict[str, Any]]:
    """One row a person. Values are texts, booleans or lists of texts; challenges stand there by their title."""
    titles = {challenge.id: challenge.title for challenge in hackathon.challenges}
    return [_person(hackathon, row, titles) for row in registrations]


def needs_rows(registrations: Iterable[Registration], need: Need) -> list[dict[str, Any]]:
    """How many of the people who take part told each need, the most frequent first. No name is in it."""
    told = [row.diet if need is Need.DIET else row.access_needs for row in registrations if row.takes_part]
    given = [text for text in told if text]
    first = {fold(text): text for text in reversed(given)}
    counts = Counter(map(fold, given))
    return [{"what": first[key], "people": count} for key, count in sorted(counts.items(), key=_most_first)]


def _most_first(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def _person(hackathon: Hackathon, row: Registration, titles: dict[int, str]) -> dict[str, Any]:
    ranked = {f"challenge_{choice.rank}": titles[choice.challenge_id] for choice in row.choices}
    answers: Sequence[str] = [*row.answers, *[""] * len(hackathon.questions)]
    return {
        "external_id": f"{row.source}-{row.id}",
        "name": row.name,
        "email": row.email,
        "organisation": row.organisation,
        "family": row.family.value if row.family else "",
        "roles": sorted(role.value for role in row.roles),
        "skills": [f"{link.skill.code}:{link.level}" for link in sorted_skills(row)],
        "about": row.about,
        "experience": row.experience.value,
        "newcomer": row.is_newcomer,
        "languages": list(row.languages),
        "availability": half_days_there(row),
        **dict.fromkeys(_RANKED, ""),
        **ranked,
        "friends": typed_names(row, WishKind.WITH),
        "team_status": row.team_status.value,
        "team_name": row.team_name,
        "consent_directory": row.directory_consent,
        "status": row.status.value,
        "attendance": row.attendance.value,
        "registered_on": local_day(row.created_at).isoformat(),
        **dict(zip(_question_headers(hackathon), answers, strict=False)),
    }


def _question_headers(hackathon: Hackathon) -> list[str]:
    """The number keeps a question apart from the fields, whatever its words."""
    return [f"{number}. {question}" for number, question in enumerate(hackathon.questions, start=1)]
