"""Bounds of what organisers type. Lengths are characters; all chosen, not measured."""

from __future__ import annotations

from typing import Final

from matcher.postings.limits import Bounds, TextLimit

HACKATHON_TEXTS: Final[dict[str, TextLimit]] = {
    "title": TextLimit(120, 5),
    "description": TextLimit(4000, 20),
    "organiser": TextLimit(160, 2),
    "venue": TextLimit(200),
    "code_of_conduct": TextLimit(6000),
}

CHALLENGE_TEXTS: Final[dict[str, TextLimit]] = {
    "title": TextLimit(120, 5),
    "statement": TextLimit(4000, 20),
    "partner": TextLimit(200),
    "prize": TextLimit(200),
    "eligibility": TextLimit(300),
    "outcome_note": TextLimit(2000),
}

#: A question asked at registration, and how many.
QUESTION_TEXT: Final = TextLimit(300)
MAX_QUESTIONS: Final = 5
#: What the jury marks, and how many.
CRITERION_TEXT: Final = TextLimit(80)
MAX_CRITERIA: Final = 8

#: Days that an event may last: three half-days a day are still a table that a phone can show.
MAX_DAYS: Final = 10
#: An event that took place may be entered afterwards; before this many days it is a slip of the keyboard.
EARLIEST_DAYS: Final = 2 * 366
LATEST_DAYS: Final = 3 * 366

TEAM_SIZE: Final = Bounds(1, 20)
CAPACITY: Final = Bounds(2, 5000)
TEAMS_OF_CHALLENGE: Final = Bounds(0, 200)
ROLE_COUNT: Final = Bounds(0, 20)
MAX_CHALLENGES: Final = 60
MAX_CHALLENGE_SKILLS: Final = 12
MAX_LANGUAGES: Final = 8

#: Languages that forms offer (ISO 639-1): those of the territory and of its neighbours, then those most spoken
#: beside them. A person or an import may tell any other.
SPOKEN: Final = ("fr", "en", "de", "lb", "nl", "it", "es", "pt", "ar", "uk", "ru", "tr")
