"""The state machine of a pair, without any database.

What happened is a list of events that only grows. :func:`fold` adds them up to a :class:`Standing`; :func:`decide`
tells which events an act adds to it, or why it may not be done. :data:`TABLE` is the whole of the rules.

Nobody is introduced before both sides said yes: INTRODUCED is no act, it follows the second yes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from matcher.introductions.delays import CALENDAR, answer_due_on, follow_up_on, outcome_asked_on
from matcher.notifications.working_days import Calendar
from matcher.people import Actor, DeclineReason, IntroductionEventKind, IntroductionState, Outcome
from matcher.vocabulary import PostingKind

Kind = IntroductionEventKind
State = IntroductionState


class Act(StrEnum):
    """Everything that can be done about a pair once it is proposed."""

    SEE = "see"
    YES = "yes"
    NOT_NOW = "not_now"
    NO = "no"
    WITHDRAW = "withdraw"
    MEET = "meet"
    START = "start"
    TELL = "tell"  # what came of it
    EXPIRE = "expire"
    CLOSE = "close"


class Who(StrEnum):
    """Whose act it is in a state."""

    EITHER = "either"
    ASKER = "asker"  # the side that said yes and waits
    ASKED = "asked"  # the side that has not answered
    SERVICE = "service"  # the jobs, and whoever closes a posting


class Refusal(StrEnum):
    """Why an act may not be done."""

    YOU_SAID_YES = "you_said_yes"  # a yes is taken back by withdrawing, while the other has not answered
    YOU_SAID_NO = "you_said_no"
    OTHER_SAID_NO = "other_said_no"
    WITHDRAWN = "withdrawn"
    INTRODUCED = "introduced"  # both said yes already
    EXPIRED = "expired"
    CLOSED = "closed"
    NOT_INTRODUCED = "not_introduced"  # both must say yes first
    ALREADY_TOLD = "already_told"  # what came of it
    NOTHING_TO_WITHDRAW = "nothing_to_withdraw"
    UNKNOWN_PAIR = "unknown_pair"
    SAME_ORGANISATION = "same_organisation"
    NOT_WANTED = "not_wanted"  # one side excludes the other's family
    NOT_LIVE = "not_live"  # one of the postings is closed, expired or held back
    TOO_MANY = "too_many"  # pairs that the side found itself and that wait for an answer
    DAY_OUT_OF_RANGE = "day_out_of_range"


class ActRefused(Exception):
    """The state of the pair does not allow the act; ``code`` says why."""

    def __init__(self, code: Refusal) -> None:
        super().__init__(code.value)
        self.code = code


#: Which act is whose in which state; what is not here may not be done. None: proposed, nobody has answered.
TABLE: Final[Mapping[State | None, Mapping[Act, Who]]] = {
    None: {
        Act.SEE: Who.EITHER,
        Act.YES: Who.EITHER,
        Act.NOT_NOW: Who.EITHER,
        Act.NO: Who.EITHER,
        Act.CLOSE: Who.SERVICE,
    },
    State.ANSWERED: {
        Act.SEE: Who.ASKED,
        Act.YES: Who.ASKED,
        Act.NOT_NOW: Who.ASKED,
        Act.NO: Who.ASKED,
        Act.WITHDRAW: Who.ASKER,
        Act.EXPIRE: Who.SERVICE,
        Act.CLOSE: Who.SERVICE,
    },
    State.INTRODUCED: {Act.MEET: Who.EITHER, Act.START: Who.EITHER, Act.TELL: Who.EITHER},
    State.MET: {Act.START: Who.EITHER, Act.TELL: Who.EITHER},
    State.STARTED: {Act.MEET: Who.EITHER, Act.TELL: Who.EITHER},
    State.ENDED: {Act.TELL: Who.EITHER},  # the side that has not told yet
    State.DECLINED: {},
    State.WITHDRAWN: {},
    State.EXPIRED: {},
    State.CLOSED: {},
}

#: What an act is told as.
_TOLD_AS: Final = {
    Act.SEE: Kind.SEEN,
    Act.YES: Kind.INTERESTED,
    Act.NOT_NOW: Kind.NOT_NOW,
    Act.NO: Kind.DECLINED,
    Act.WITHDRAW: Kind.WITHDRAWN,
    Act.MEET: Kind.MET,
    Act.START: Kind.STARTED,
    Act.TELL: Kind.OUTCOME,
    Act.EXPIRE: Kind.EXPIRED,
    Act.CLOSE: Kind.CLOSED,
}

#: States in which both said yes: contacts are exchanged and stay so.
EXCHANGED: Final = frozenset({State.INTRODUCED, State.MET, State.STARTED, State.ENDED})

#: State after an event; others leave it as it is.
_LEADS_TO: Final = {
    Kind.INTERESTED: State.ANSWERED,
    Kind.DECLINED: State.DECLINED,
    Kind.WITHDRAWN: State.WITHDRAWN,
    Kind.INTRODUCED: State.INTRODUCED,
    Kind.MET: State.MET,
    Kind.STARTED: State.STARTED,
    Kind.OUTCOME: State.ENDED,
    Kind.EXPIRED: State.EXPIRED,
    Kind.CLOSED: State.CLOSED,
}
#: What a side's own event changes of its standing, and what of the event it is.
_TOLD_BY_SIDE: Final = {
    Kind.SEEN: ("seen_at", "at"),
    Kind.INTERESTED: ("yes_at", "at"),
    Kind.NOT_NOW: ("not_before", "until"),
    Kind.OUTCOME: ("outcome", "outcome"),
}
#: Times of the pair as a whole.
_WHEN: Final = {Kind.INTRODUCED: "introduced_at", Kind.MET: "met_at", Kind.STARTED: "started_at"}

#: Why nothing more can be done in a state that is over.
_OVER: Final = {State.WITHDRAWN: Refusal.WITHDRAWN, State.EXPIRED: Refusal.EXPIRED, State.CLOSED: Refusal.CLOSED}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; ``until`` belongs to "not now", ``reason`` to a no, ``outcome`` to its telling."""

    kind: Kind
    actor: Actor
    at: datetime
    reason: DeclineReason | None = None
    outcome: Outcome | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class SideStanding:
    """What one side did. ``outcome`` is the last that it told."""

    seen_at: datetime | None = None
    yes_at: datetime | None = None
    not_before: date | None = None
    outcome: Outcome | None = None

    @property
    def has_told(self) -> bool:
        """Whether it told what came of it, and not only that it goes on."""
        return self.outcome is not None and self.outcome is not Outcome.GOING_ON


@dataclass(frozen=True, slots=True)
class Standing:
    """What the events of a pair add up to."""

    state: State | None = None
    proposed_by: Actor = Actor.SYSTEM
    need: SideStanding = field(default_factory=SideStanding)
    offer: SideStanding = field(default_factory=SideStanding)
    declined_by: Actor | None = None
    decline_reason: DeclineReason | None = None
    introduced_at: datetime | None = None
    met_at: datetime | None = None
    started_at: datetime | None = None
    changed_at: datetime | None = None

    def of(self, side: PostingKind) -> SideStanding:
        """What ``side`` did."""
        return self.need if side is PostingKind.NEED else self.offer

    @property
    def both_said_yes(self) -> bool:
        """Whether the two yeses are there."""
        return self.need.yes_at is not None and self.offer.yes_at is not None

    @property
    def contacts_are_shown(self) -> bool:
        """Whether each side may see how to reach the other."""
        return self.state in EXCHANGED and self.both_said_yes

    def due_on(self, calendar: Calendar = CALENDAR) -> date | None:
        """When silence ends the pair (one yes), or when to ask next how it goes; None when nothing is due."""
        if self.state is State.ANSWERED:
            asker, asked = (self.need, self.offer) if self.need.yes_at else (self.offer, self.need)
            return answer_due_on(asker.yes_at, asked.not_before, calendar) if asker.yes_at else None
        if self.introduced_at is None or self.state not in EXCHANGED or self.state is State.ENDED:
            return None
        if self.state is State.INTRODUCED:
            return follow_up_on(self.introduced_at, calendar)
        return outcome_asked_on(self.introduced_at)


def actor_of(side: PostingKind) -> Actor:
    """``side`` as the one who does something."""
    return Actor(side.value)


def fold(events: Iterable[Event]) -> Standing:
    """What ``events``, oldest first, add up to.

    Raises ValueError for an introduction without two yeses: no act leads there, so somebody wrote it by hand.
    """
    standing = Standing()
    for event in events:
        standing = replace(_after(standing, event), changed_at=event.at)
    return standing


def decide(
    standing: Standing,
    act: Act,
    actor: Actor,
    at: datetime,
    *,
    reason: DeclineReason | None = None,
    outcome: Outcome | None = None,
    until: date | None = None,
) -> tuple[Event, ...]:
    """Events that ``act`` adds, oldest first; none when it is what stands already (a button pressed twice).

    Raises ActRefused when the state does not allow it.
    """
    event = Event(_TOLD_AS[act], actor, at, reason, outcome, until)
    if _stands_already(standing, event):
        return ()
    if not _may(standing, act, actor):
        raise ActRefused(_refusal(standing, act, actor))
    if act is Act.YES and _after(standing, event).both_said_yes:
        return (event, Event(Kind.INTRODUCED, Actor.SYSTEM, at))
    return (event,)


def allowed(standing: Standing, side: PostingKind) -> frozenset[Act]:
    """What ``side`` may do now."""
    acts = TABLE[standing.state].items()
    return frozenset(act for act, who in acts if who is not Who.SERVICE and _may(standing, act, actor_of(side)))


def why_over(standing: Standing, actor: Actor) -> Refusal | None:
    """Why nothing more can be done about the pair, as ``actor`` is told; None while something can."""
    if standing.state is State.DECLINED:
        return Refusal.YOU_SAID_NO if standing.declined_by is actor else Refusal.OTHER_SAID_NO
    return _OVER.get(standing.state) if standing.state else None


def _may(standing: Standing, act: Act, actor: Actor) -> bool:
    who = TABLE[standing.state].get(act)
    if who is None or who is Who.SERVICE:
        return who is not None
    if actor not in (Actor.NEED, Actor.OFFER):
        return False  # nobody answers for a side
    own = standing.of(PostingKind(actor.value))
    if act is Act.TELL:
        return not own.has_told
    return who is Who.EITHER or (own.yes_at is not None) == (who is Who.ASKER)


def _stands_already(standing: Standing, event: Event) -> bool:
    state = standing.state
    if event.kind in (Kind.EXPIRED, Kind.CLOSED):
        return state is not None and state.value == event.kind.value
    if event.actor not in (Actor.NEED, Actor.OFFER):
        return False
    own = standing.of(PostingKind(event.actor.value))
    no_answer_yet = state in (None, State.ANSWERED) and own.yes_at is None
    stands = {
        Kind.SEEN: own.seen_at is not None,
        Kind.INTERESTED: own.yes_at is not None and (state is State.ANSWERED or standing.contacts_are_shown),
        Kind.NOT_NOW: no_answer_yet and own.not_before == event.until,
        Kind.DECLINED: standing.declined_by is event.actor,
        Kind.WITHDRAWN: state is State.WITHDRAWN and own.yes_at is not None,
        Kind.MET: standing.met_at is not None,
        Kind.STARTED: standing.started_at is not None,
        Kind.OUTCOME: own.outcome is event.outcome,
    }
    return stands.get(event.kind, False)


def _refusal(standing: Standing, act: Act, actor: Actor) -> Refusal:
    over = why_over(standing, actor)
    if over is not None:
        return over
    if act in (Act.MEET, Act.START, Act.TELL):
        return Refusal.ALREADY_TOLD if standing.contacts_are_shown else Refusal.NOT_INTRODUCED
    if standing.contacts_are_shown:
        return Refusal.INTRODUCED
    return Refusal.NOTHING_TO_WITHDRAW if act is Act.WITHDRAW else Refusal.YOU_SAID_YES


def _after(standing: Standing, event: Event) -> Standing:
    if event.kind is Kind.INTRODUCED and not standing.both_said_yes:
        raise ValueError("an introduction without two yeses")
    changes: dict[str, Any] = {"state": _state_after(standing, event)}
    if event.kind is Kind.PROPOSED:
        changes["proposed_by"] = event.actor
    elif event.kind is Kind.DECLINED:
        changes |= {"declined_by": event.actor, "decline_reason": event.reason}
    elif event.kind in _WHEN:
        changes[_WHEN[event.kind]] = event.at
    elif event.kind in _TOLD_BY_SIDE:
        own, value = _TOLD_BY_SIDE[event.kind]
        side = PostingKind(event.actor.value)
        changes[side.value] = replace(standing.of(side), **{own: getattr(event, value)})
    return replace(standing, **changes)


def _state_after(standing: Standing, event: Event) -> State | None:
    if event.kind is Kind.MET and standing.state is not State.INTRODUCED:
        return standing.state  # they work together already, and tell afterwards that they met
    if event.kind is Kind.OUTCOME and event.outcome is Outcome.GOING_ON:
        return standing.state
    return _LEADS_TO.get(event.kind, standing.state)
