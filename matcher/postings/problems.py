"""What can be wrong with what people send, as data: the web turns it into translated sentences."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

#: Characters of a refused value that a problem quotes.
QUOTED_CHARS: Final = 80


class ProblemCode(StrEnum):
    """Kinds of problems. The comment names the parameters that come with each.

    ``value`` is what was sent, cut to :data:`QUOTED_CHARS`; dates are ISO texts.
    """

    REQUIRED = "required"
    UNKNOWN_FIELD = "unknown_field"  # the field's name is FieldProblem.field
    TOO_SHORT = "too_short"  # minimum, length
    TOO_LONG = "too_long"  # maximum, length
    BAD_TEXT = "bad_text"  # value: no letter in it, or no text at all
    NOT_A_NUMBER = "not_a_number"  # value
    NOT_WHOLE = "not_whole"  # value: a number, but not a whole one
    OUT_OF_RANGE = "out_of_range"  # minimum, maximum, value
    BAD_DATE = "bad_date"  # value
    DATE_IN_PAST = "date_in_past"  # value
    DATE_TOO_OLD = "date_too_old"  # value, earliest
    DATE_TOO_FAR = "date_too_far"  # value, latest
    DATES_ORDER = "dates_order"  # value, other (the date that it has to come before or after)
    BUDGET_ORDER = "budget_order"  # minimum, maximum: the first is larger than the second
    RANGE_NEEDS_KM = "range_needs_km"
    UNKNOWN_CHOICE = "unknown_choice"  # value
    TOO_MANY = "too_many"  # maximum, count
    BOTH_WAYS = "both_ways"  # value: wanted and excluded at once
    UNKNOWN_PLACE = "unknown_place"  # value, candidates (labels joined by ", "; may be empty)
    AMBIGUOUS_PLACE = "ambiguous_place"  # value, candidates
    BAD_SIREN = "bad_siren"  # value
    BAD_SIRET = "bad_siret"  # value
    SIRET_OF_OTHER = "siret_of_other"  # value: the SIRET does not begin with the SIREN
    BAD_RNA = "bad_rna"  # value
    BAD_CODE = "bad_code"  # value: legal form or activity code
    BAD_EMAIL = "bad_email"  # value
    BAD_URL = "bad_url"  # value
    ALREADY_REGISTERED = "already_registered"  # value: another organisation has this number
    UNKNOWN_ORGANISATION = "unknown_organisation"  # value: key that no organisation has (imports)
    TOO_MANY_CELLS = "too_many_cells"  # count, maximum: a row has more cells than the header (imports)
    REPEATED_KEY = "repeated_key"  # value, line: first line of the file that has this key (imports)
    RANKED_TWICE = "ranked_twice"  # value: title of a challenge (registrations)
    TOO_MANY_FRIENDS = "too_many_friends"  # maximum, count: more than a team can hold (registrations)
    FRIEND_AND_AVOIDED = "friend_and_avoided"  # value: a name wished for and against (registrations)
    OWN_NAME = "own_name"  # value: somebody named themselves (registrations)
    EMAIL_TAKEN = "email_taken"  # an address that cannot be registered (again); tells nothing more (registrations)
    NUMBERS_ORDER = "numbers_order"  # minimum, maximum: the first is larger than the second (events)
    FILE_TOO_LARGE = "file_too_large"  # maximum: megabytes (projects)
    BAD_PICTURE = "bad_picture"  # no PNG, JPEG or WebP that can be read (projects)


@dataclasses.dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing to mend, and where."""

    field: str
    code: ProblemCode
    params: dict[str, int | str] = dataclasses.field(default_factory=dict)


class DraftProblems(ValueError):
    """What was sent cannot be taken; ``problems`` says everything that has to be mended."""

    def __init__(self, problems: Iterable[FieldProblem]) -> None:
        self.problems = list(problems)
        super().__init__(", ".join(f"{problem.field}: {problem.code}" for problem in self.problems))


def quoted(value: object) -> str:
    """What was sent, short enough for a message.

    >>> quoted("x" * 100)[-3:]
    'xx…'
    """
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= QUOTED_CHARS else text[: QUOTED_CHARS - 1] + "…"
