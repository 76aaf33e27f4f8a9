"""What programs of a side are answered: its pairs, threads, questions and mails.

Before both sides said yes, the other side is what anybody may read of its posting. Who is behind it and how to reach
them is ``contact``, filled in by the use case that knows both yeses. What a side wrote for the animator or for the
statistics goes back to that side alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from pydantic import Field

from matcher.introductions import queries
from matcher.introductions.queries import Group, Pair
from matcher.introductions.states import Act
from matcher.people import (
    Actor,
    DeclineReason,
    IntroductionEventKind,
    IntroductionState,
    MailFrequency,
    MailKind,
    MailState,
    Outcome,
)
from matcher.store import Mail, MailPreference, Need, Offer, PostingQuestion, ThreadMessage
from matcher.vocabulary import ContactMode, Language, Level, PostingKind
from web.api.matches import ReasonOut, SentencesOut, reason_out
from web.api.outputs import NeedOut, OfferOut, posting_out
from web.api.shapes import Out, PageOut
from web.api.words import N_
from web.introductions.presenters import Talks, may
from web.introductions.wording import next_step, told

if TYPE_CHECKING:
    from matcher.introductions.explaining import Explanation


class PairCountsOut(Out):
    """How many pairs stand where, for this side."""

    to_answer: int
    waiting: int = Field(description=N_("This side said yes, the other has not answered"))
    later: int = Field(description=N_("This side asked to be asked again on a day"))
    introduced: int
    over: int


class SideOut(Out):
    """The posting that the token opens, as its own side sees it."""

    kind: PostingKind
    posting: NeedOut | OfferOut
    held: bool = Field(description=N_("Out of lists and searches until the animator has looked at it"))
    pairs: PairCountsOut
    open_questions: int = Field(description=N_("Questions about a need that wait for an answer"))


class ContactOfOtherOut(Out):
    """How to reach the other side, in the way that it chose."""

    name: str = Field(description=N_("Name of its organisation"))
    person: str = Field(description=N_("Who to talk to; may be empty"))
    mode: ContactMode
    detail: str = Field(description=N_("Phone number or address of a page, for the modes that take one"))


class PairOut(Out):
    """A need and an offer, as one of the two sides sees them."""

    kind: PostingKind = Field(description=N_("Which side the other posting is on"))
    posting: NeedOut | OfferOut = Field(description=N_("The other posting; its number names the pair"))
    group: Group
    state: IntroductionState | None = Field(description=N_("Null: nobody has answered"))
    level: Level | None = Field(description=N_("Null: people brought it up, not the matcher"))
    proposed_by: Actor
    own_yes: bool
    other_yes: bool
    not_before: date | None = Field(description=N_("Day on which this side wants to be asked again"))
    due_on: date | None = Field(description=N_("When silence ends it, or when the service asks how it goes"))
    changed_at: datetime | None
    unread: int = Field(description=N_("Messages of the other side that are not marked as read"))
    next_step: str = Field(description=N_("What comes next, in the language of the answer"))


class PairPage(PageOut[PairOut]):
    """One page of pairs: those to answer first, the most urgent on top."""

    counts: PairCountsOut


class StepOut(Out):
    """Something that happened; both sides read the same, but for texts, which stay with who wrote them."""

    at: datetime
    actor: Actor
    kind: IntroductionEventKind
    sentence: str = Field(description=N_("In the language of the answer"))
    reason: DeclineReason | None = Field(description=N_("Of a no"))
    outcome: Outcome | None = Field(description=N_("What came of it, as that side told it"))
    until: date | None = Field(description=N_("Of a “not now”"))
    text: str = Field(description=N_("What this side wrote with it"))


class PairStoryOut(PairOut):
    """A pair with its reasons, its timeline, and what this side may do."""

    may: list[Act] = Field(description=N_("What this side may do now"))
    distance_km: float
    sentences: SentencesOut | None = Field(description=N_("The two sentences that met, this side’s first"))
    met: list[ReasonOut]
    unmet: list[ReasonOut]
    timeline: list[StepOut]
    contact: ContactOfOtherOut | None = Field(description=N_("Null before both sides said yes"))


class MessageOut(Out):
    """A message of the thread."""

    id: int
    side: PostingKind = Field(description=N_("Who wrote it"))
    own: bool
    text: str
    call_starts_at: datetime | None = Field(description=N_("It proposes a call then"))
    sent_at: datetime
    unread: bool = Field(description=N_("Of the other side, and not marked as read"))


class MessagePage(PageOut[MessageOut]):
    """One page of a thread, oldest first."""


class QuestionOut(Out):
    """A question about a need; who asked is shown to nobody."""

    id: int
    question: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None
    hidden: bool = Field(description=N_("Off the page of the need"))


class QuestionPage(PageOut[QuestionOut]):
    """One page of questions about the need: those that wait for an answer first, hidden ones last."""


class QuestionList(Out):
    """What this offer asked about the need, oldest first."""

    items: list[QuestionOut]


class MailOut(Out):
    """A mail that was or will be sent to the organisation; its text and address are not told."""

    id: int
    kind: MailKind
    state: MailState
    subject: str
    language: Language
    created_at: datetime
    due_at: datetime = Field(description=N_("Not sent before"))
    sent_at: datetime | None


class MailPage(PageOut[MailOut]):
    """One page of mails, the newest first."""


class MailPreferencesOut(Out):
    """How often the organisation wants to hear of proposals."""

    frequency: MailFrequency
    paused_until: date | None
    stopped: bool = Field(description=N_("No mails at all but those about accounts and the law"))


def counts_out(pairs: Sequence[Pair]) -> PairCountsOut:
    """How many pairs stand where."""
    counted = queries.counts(pairs)
    return PairCountsOut(**{group.value: counted[group] for group in Group})


def side_out(posting: Need | Offer, pairs: Sequence[Pair], open_questions: int, today: date) -> SideOut:
    """The posting of a token."""
    return SideOut(
        kind=posting.posting_kind,
        posting=posting_out(posting, today),
        held=posting.held_at is not None,
        pairs=counts_out(pairs),
        open_questions=open_questions,
    )


def pair_out(pair: Pair, talks: Talks, today: date) -> PairOut:
    """A pair in a list."""
    return PairOut.model_validate(_told(pair, talks, today))


def story_out(pair: Pair, talks: Talks, why: Explanation, today: date) -> PairStoryOut:
    """A pair with all that its side may know."""
    contact = queries.contact_of_other(pair)
    both = why.sentences
    more = {
        "may": sorted(may(pair)),
        "distance_km": round(why.distance_km, 1),
        "sentences": SentencesOut(asked=both.query, answered=both.own) if both else None,
        "met": [reason_out(reason) for reason in why.met],
        "unmet": [reason_out(reason) for reason in why.unmet],
        "timeline": _timeline(pair),
        "contact": contact
        and ContactOfOtherOut(name=contact.name, person=contact.person, mode=contact.mode, detail=contact.detail),
    }
    return PairStoryOut.model_validate(_told(pair, talks, today) | more)


def message_out(row: ThreadMessage, side: PostingKind) -> MessageOut:
    """A message as ``side`` reads it."""
    own = row.side is side
    return MessageOut(
        id=row.id,
        side=row.side,
        own=own,
        text=row.text,
        call_starts_at=row.call_starts_at,
        sent_at=row.sent_at,
        unread=not own and row.read_at is None,
    )


def question_out(row: PostingQuestion) -> QuestionOut:
    """A question without who asked it."""
    told = {name: getattr(row, name) for name in QuestionOut.model_fields if hasattr(row, name)}
    return QuestionOut.model_validate(told | {"hidden": row.hidden_at is not None})


def mail_out(row: Mail) -> MailOut:
    """A mail without its text."""
    return MailOut.model_validate({name: getattr(row, name) for name in MailOut.model_fields})


def preferences_out(row: MailPreference, today: date) -> MailPreferencesOut:
    """Preferences as they hold today; a pause that is over is none."""
    paused = row.paused_until if row.paused_until and row.paused_until > today else None
    frequency = row.frequency or MailFrequency.WEEKLY  # a preference that was never stored has no column filled in
    return MailPreferencesOut(frequency=frequency, paused_until=paused, stopped=row.stopped_at is not None)


def _told(pair: Pair, talks: Talks, today: date) -> dict[str, object]:
    standing, row = pair.standing, pair.introduction
    own = standing.of(pair.side)
    return {
        "kind": pair.side.other,
        "posting": posting_out(pair.other, today),
        "group": pair.group,
        "state": standing.state,
        "level": pair.level,
        "proposed_by": standing.proposed_by,
        "own_yes": own.yes_at is not None,
        "other_yes": pair.other_said_yes,
        "not_before": own.not_before,
        "due_on": pair.due_on,
        "changed_at": standing.changed_at,
        "unread": talks.unread.get(row.id, 0) if row else 0,
        "next_step": next_step(pair, have_talked=row is not None and row.id in talks.begun),
    }


def _timeline(pair: Pair) -> list[StepOut]:
    return [
        StepOut(
            at=event.at,
            actor=event.actor,
            kind=event.kind,
            sentence=told(event, pair.side),
            reason=event.reason,
            outcome=event.outcome,
            until=event.until,
            text=queries.readable_text(row, pair.side),
        )
        for row, event in queries.timeline(pair)
    ]
