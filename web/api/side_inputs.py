"""What programs of a side may send: answers to a pair, what came of it, messages, questions, mail preferences.

Fields have the names and bounds of the forms on the pages of a pair; the same drafts read them.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from pydantic import ConfigDict, Field

from matcher.introductions import drafts
from matcher.introductions.queries import Group
from matcher.people import Counterfactual, DeclineReason, MailFrequency, MailState, Outcome
from matcher.postings.limits import OFFER_TEXTS, TextLimit
from matcher.vocabulary import ContactMode
from web.api.inputs import Body
from web.api.queries import PagesQuery
from web.api.words import N_

#: A web address may be as long as that of an offer.
_LINK: Final = OFFER_TEXTS["link"]


def _text(limit: TextLimit, description: str) -> Any:
    return Field(description=description, min_length=limit.minimum, max_length=limit.maximum)


def _more(limit: TextLimit, description: str) -> Any:
    return Field("", description=description, max_length=limit.maximum)


class YesIn(Body):
    """Yes, and how this side wants to be reached. Shown to the other side once both said yes, never before."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"mode": "phone", "phone": "03 53 01 00 01"}]})

    mode: ContactMode = Field(description=N_("How this side wants to be reached"))
    phone: str = _more(drafts.PHONE, N_("Phone number; needed for the mode “phone”, else left unused"))
    link: str = _more(_LINK, N_("Address of a page; needed for the mode “link”, else left unused"))


class NotNowIn(Body):
    """A day on which to be asked again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"until": "2027-01-11"}]})

    until: date = Field(description=N_("Tomorrow at the earliest, in six months at the latest"))


class NoIn(Body):
    """No, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "no_room"}]})

    reason: DeclineReason = Field(description=N_("The other side learns it, and nothing else"))
    reason_text: str = _more(drafts.DECLINE, N_("For the animator of the territory alone"))


class OutcomeIn(Body):
    """What came of an introduction, as this side tells it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"outcome": "partnership", "counterfactual": "no"}]})

    outcome: Outcome = Field(description=N_("What came of it"))
    counterfactual: Counterfactual = Field(
        description=N_("Would they have met without this service? The other side does not see it")
    )
    outcome_text: str = _more(drafts.OUTCOME, N_("For the statistics, without names; the other side does not see it"))


class MessageIn(Body):
    """A message to the other side."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"message": "Bonjour, parlons-nous jeudi ?"}]})

    message: str = _text(drafts.MESSAGE, N_("Text without markup"))


class CallIn(Body):
    """A time for a first call."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"day": "2027-01-11", "time": "10:30", "call_link": "https://visio.example.org/nancy"}]
        }
    )

    day: date = Field(description=N_("In six months at the latest"))
    time: str = Field(
        description=N_("Hour and minute in the zone of the territory: every half-hour from 07:00 to 20:30"),
        pattern=r"^(0[7-9]|1[0-9]|20):(00|30)$",
    )
    call_link: str = _more(_LINK, N_("Address of a video call"))
    note: str = _more(drafts.NOTE, N_("A word with it"))


class QuestionIn(Body):
    """Something that a producer asks about a need."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"question": "Qui mettra le site à jour ensuite ?"}]})

    question: str = _text(drafts.QUESTION, N_("Shown with its answer on the page of the need, without who asked"))


class AnswerIn(Body):
    """The answer to a question, for everybody."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"answer": "Deux bénévoles, une heure par semaine."}]})

    answer: str = _text(drafts.ANSWER, N_("Shown on the page of the need; it replaces an earlier one"))


class MailPreferencesIn(Body):
    """How often the organisation wants to hear of proposals. Mails that were stopped begin again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"frequency": "weekly", "paused_until": "2027-01-11"}]})

    frequency: MailFrequency = Field(description=N_("A yes of the other side is told at once in any case"))
    paused_until: date | None = Field(
        None, description=N_("No mail before this day but what both sides agreed on; within a year. Null: no pause")
    )


class PairsQuery(PagesQuery):
    """Which pairs of the side."""

    group: list[Group] = Field([], description=N_("Where the pair stands for this side"), max_length=len(Group))


class MailsQuery(PagesQuery):
    """Which mails of the organisation."""

    state: list[MailState] = Field([], description=N_("Where the mail stands"), max_length=len(MailState))
