"""What people send from the pages of a pair: the one validation of forms and of mails. Pure.

Every ``parse`` raises :class:`~matcher.postings.problems.DraftProblems` with all that has to be mended.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Annotated, Final

from pydantic import BeforeValidator

from matcher.introductions.answering import DECLINE_CHARS
from matcher.introductions.delays import CALENDAR, LATEST_NOT_NOW_DAYS
from matcher.introductions.progress import OUTCOME_CHARS
from matcher.introductions.questions import ANSWER_CHARS, QUESTION_CHARS
from matcher.introductions.threads import LATEST_CALL_DAYS, MESSAGE_CHARS
from matcher.people import Counterfactual, DeclineReason, Outcome
from matcher.postings import fields
from matcher.postings.drafts import Draft, DraftProblems, FieldProblem, parse_draft
from matcher.postings.fields import Url, check_text, refuse
from matcher.postings.limits import TextLimit
from matcher.postings.problems import ProblemCode, quoted
from matcher.vocabulary import ContactMode

#: Longest phone number with its blanks, and fewest figures of one.
PHONE: Final = TextLimit(40)
PHONE_FIGURES: Final = 6
#: Longest word beside a proposed call.
NOTE: Final = TextLimit(500)
#: Longest text typed on a page of a pair.
DECLINE, OUTCOME = TextLimit(DECLINE_CHARS), TextLimit(OUTCOME_CHARS)
MESSAGE, QUESTION, ANSWER = TextLimit(MESSAGE_CHARS, 1), TextLimit(QUESTION_CHARS, 10), TextLimit(ANSWER_CHARS, 1)

#: Times of day that the form offers for a call: every half-hour of a long day.
TIMES: Final = tuple(time(hour, minute) for hour in range(7, 21) for minute in (0, 30))

_NOT_PHONE: Final = re.compile(r"[^0-9+().\s/-]")


def _phone(value: object) -> str:
    text = check_text(value, PHONE, lines=False) if value else ""
    figures = sum(sign.isdigit() for sign in text)
    if text and (figures < PHONE_FIGURES or _NOT_PHONE.search(text)):
        refuse(ProblemCode.BAD_TEXT, value=quoted(text))
    return text


def _time(value: object) -> time:
    known = {f"{known:%H:%M}": known for known in TIMES}
    if not isinstance(value, str) or value not in known:
        refuse(ProblemCode.UNKNOWN_CHOICE, value=quoted(value))
    return known[value]


class YesDraft(Draft):
    """A yes, and how its side wants to be reached."""

    mode: Annotated[ContactMode, fields.choice(ContactMode)]
    phone: Annotated[str, BeforeValidator(_phone)] = ""
    link: Url = ""

    @property
    def detail(self) -> str:
        """What the other side needs for the chosen mode; what was typed for another one is left out."""
        return {ContactMode.PHONE: self.phone, ContactMode.LINK: self.link}.get(self.mode, "")


class NotNowDraft(Draft):
    """The day on which to be asked again."""

    until: Annotated[date, fields.day(latest=LATEST_NOT_NOW_DAYS, earliest=0)]


class NoDraft(Draft):
    """A no with its reason."""

    reason: Annotated[DeclineReason, fields.choice(DeclineReason)]
    reason_text: Annotated[str, fields.paragraphs(DECLINE)] = ""


class MessageDraft(Draft):
    """A message of the thread."""

    message: Annotated[str, fields.paragraphs(MESSAGE)]


class CallDraft(Draft):
    """A call at a day and a time of the territory."""

    day: Annotated[date, fields.day(latest=LATEST_CALL_DAYS)]
    time: Annotated[time, BeforeValidator(_time)]
    call_link: Url = ""
    note: Annotated[str, fields.paragraphs(NOTE)] = ""

    @property
    def starts_at(self) -> datetime:
        """When it begins, UTC."""
        return datetime.combine(self.day, self.time, CALENDAR.zone).astimezone(UTC)

    @property
    def text(self) -> str:
        """What the thread shows beside the time: the note, and the link on a line of its own."""
        return "\n".join(part for part in (self.note, self.call_link) if part)


class OutcomeDraft(Draft):
    """What came of it, and whether they would have met anyway."""

    outcome: Annotated[Outcome, fields.choice(Outcome)]
    counterfactual: Annotated[Counterfactual, fields.choice(Counterfactual)]
    outcome_text: Annotated[str, fields.paragraphs(OUTCOME)] = ""


class QuestionDraft(Draft):
    """A question about a need."""

    question: Annotated[str, fields.line(QUESTION)]


class AnswerDraft(Draft):
    """Its answer, for everybody."""

    answer: Annotated[str, fields.paragraphs(ANSWER)]


def parse_yes(data: Mapping[str, object], today: date) -> YesDraft:
    """Read a yes; a phone call needs a number, and a link its address."""
    draft = parse_draft(YesDraft, data, today)
    wanted = {ContactMode.PHONE: "phone", ContactMode.LINK: "link"}.get(draft.mode)
    if wanted and not draft.detail:
        raise DraftProblems([FieldProblem(wanted, ProblemCode.REQUIRED)])
    return draft


def parse_not_now(data: Mapping[str, object], today: date) -> NotNowDraft:
    """Read a "not now"; its day is tomorrow at the earliest."""
    draft = parse_draft(NotNowDraft, data, today)
    if draft.until <= today:
        raise DraftProblems([FieldProblem("until", ProblemCode.DATE_IN_PAST, {"value": draft.until.isoformat()})])
    return draft
