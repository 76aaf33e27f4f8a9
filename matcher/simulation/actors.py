"""What invented people do with their mails: pure, drawn from a seed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from random import Random
from typing import Final, TypeVar

from matcher.people import Counterfactual, DeclineReason, MailFrequency, MailKind, Outcome
from matcher.vocabulary import ClosedReason, PostingKind

T = TypeVar("T")


class Behaviour(StrEnum):
    """How somebody deals with the service."""

    WEEKLY = "weekly"  # reads within days and answers some of it
    NEVER = "never"  # never reads
    LATE = "late"  # answers after one to five weeks
    REFUSER = "refuser"  # says no, with its reason
    ELSEWHERE = "elsewhere"  # closes what was solved elsewhere
    PAUSER = "pauser"
    UNSUBSCRIBER = "unsubscriber"
    SCANNER = "scanner"  # a machine opens every link before the reader does
    DEAD = "dead"  # the address does not exist any more


SHARES: Final[Mapping[Behaviour, int]] = {
    Behaviour.WEEKLY: 38,
    Behaviour.NEVER: 20,
    Behaviour.LATE: 13,
    Behaviour.REFUSER: 8,
    Behaviour.ELSEWHERE: 7,
    Behaviour.PAUSER: 5,
    Behaviour.UNSUBSCRIBER: 4,
    Behaviour.SCANNER: 3,
    Behaviour.DEAD: 2,
}
FREQUENCIES: Final[Mapping[MailFrequency, int]] = {
    MailFrequency.WEEKLY: 82,
    MailFrequency.AT_ONCE: 10,
    MailFrequency.NEVER: 8,
}

#: Least and most hours until somebody reads a mail.
_HOURS: Final = {Behaviour.LATE: (24 * 7, 24 * 35)}
_SOON: Final = (1, 24 * 4)


class Deed(StrEnum):
    """Something that somebody does on the site or with a button of a mail."""

    YES = "yes"
    NO = "no"
    NOT_NOW = "not_now"
    WITHDRAW = "withdraw"
    CLASH = "clash"  # this side says yes and the other no, in the same moment
    SEE = "see"
    WRITE = "write"
    READ = "read"
    MEET = "meet"
    START = "start"
    TELL = "tell"
    ASK = "ask"
    ANSWER = "answer"
    CLOSE = "close"
    RENEW = "renew"
    PAUSE_POSTING = "pause_posting"
    CHANGE_FREQUENCY = "change_frequency"
    PAUSE_MAILS = "pause_mails"
    STOP_MAILS = "stop_mails"
    BOUNCE = "bounce"
    OPEN_LINKS = "open_links"


#: What is done about a proposal, and about the yes of another side; None: nothing.
_TO_PROPOSAL: Final[Mapping[Deed | None, int]] = {
    Deed.YES: 13, Deed.NO: 18, Deed.NOT_NOW: 4, Deed.CLASH: 1, Deed.SEE: 20, Deed.ASK: 2, None: 42,
}  # fmt: skip
_TO_YES: Final[Mapping[Deed | None, int]] = {Deed.YES: 58, Deed.NO: 22, Deed.NOT_NOW: 8, None: 12}
_REFUSER_TO_PROPOSAL: Final[Mapping[Deed | None, int]] = {Deed.NO: 80, Deed.SEE: 20}
_REFUSER_TO_YES: Final[Mapping[Deed | None, int]] = {Deed.NO: 90, Deed.YES: 10}


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """A need and an offer, by their numbers."""

    need_id: int
    offer_id: int


@dataclass(frozen=True, slots=True)
class Act:
    """One deed of an organisation, ``after`` the mail that brought it about. What a deed does not need is None."""

    deed: Deed
    organisation_id: int
    after: timedelta = timedelta()
    side: PostingKind | None = None
    pair: Pair | None = None
    posting_id: int | None = None
    question_id: int | None = None
    mail_id: int | None = None
    days: int = 0
    reason: DeclineReason | None = None
    closed: ClosedReason | None = None
    outcome: Outcome | None = None
    counterfactual: Counterfactual | None = None
    frequency: MailFrequency | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A mail as its reader sees it: what it is about. ``stage`` tells the two questions of a follow-up apart."""

    mail_id: int
    kind: MailKind
    side: PostingKind | None = None
    pair: Pair | None = None
    posting_id: int | None = None
    question_id: int | None = None
    proposed: tuple[tuple[PostingKind, Pair], ...] = ()
    stage: str = ""


class Person:
    """Whoever reads the mails of one organisation. The same seed makes the same person."""

    def __init__(self, organisation_id: int, seed: int) -> None:
        self._random = Random(f"{seed}:{organisation_id}")  # noqa: S311 - repeatable, not secret
        self.organisation_id = organisation_id
        self.behaviour = _drawn(self._random, SHARES)
        self.frequency = _drawn(self._random, FREQUENCIES)
        #: Mails that an unsubscriber bears.
        self._patience = self._random.randint(1, 6)
        self._mails = 0

    def reads(self, mail: Opened) -> list[Act]:
        """What comes of one mail, in order of time."""
        self._mails += 1
        acts = (act if act.after else replace(act, after=self._delay()) for act in self._reactions(mail))
        return sorted(acts, key=lambda act: act.after)

    def moods(self) -> list[Act]:
        """What comes without a mail; asked once a month."""
        if self.behaviour is Behaviour.PAUSER and self._chance(0.5):
            return [self._act(Deed.PAUSE_MAILS, days=self._random.randint(3, 45), after=self._delay())]
        if self._chance(0.01):
            frequency = _drawn(self._random, FREQUENCIES)
            return [self._act(Deed.CHANGE_FREQUENCY, frequency=frequency, after=self._delay())]
        return []

    def closes_elsewhere(self) -> int | None:
        """Days after which a need of this organisation is solved elsewhere, or None."""
        likely = 0.7 if self.behaviour is Behaviour.ELSEWHERE else 0.05
        return self._random.randint(5, 90) if self._chance(likely) else None

    def _reactions(self, mail: Opened) -> Iterator[Act]:
        if self.behaviour is Behaviour.DEAD:
            yield self._act(Deed.BOUNCE, mail_id=mail.mail_id, after=timedelta(minutes=self._random.randint(1, 300)))
            return
        if self.behaviour is Behaviour.SCANNER:
            yield self._act(Deed.OPEN_LINKS, mail_id=mail.mail_id, after=timedelta(minutes=1))
        if self.behaviour is Behaviour.NEVER:
            return
        if self.behaviour is Behaviour.UNSUBSCRIBER and self._mails >= self._patience:
            yield self._act(Deed.STOP_MAILS, mail_id=mail.mail_id)
            return
        yield from self._of_kind(mail)

    def _of_kind(self, mail: Opened) -> Iterator[Act]:
        match mail.kind:
            case MailKind.DIGEST:
                for side, pair in mail.proposed:
                    yield from self._to_proposal(side, pair)
            case MailKind.ANSWER_WANTED | MailKind.REMINDER if mail.pair and mail.side:
                yield from self._to_yes(mail.side, mail.pair)
            case MailKind.INTRODUCED | MailKind.MESSAGE if mail.pair and mail.side:
                yield from self._to_message(mail)
            case MailKind.FOLLOW_UP if mail.pair and mail.side:
                yield from self._to_follow_up(mail.side, mail.pair, mail.stage)
            case MailKind.EXPIRES_SOON:
                yield from self._to_end(mail)
            case MailKind.QUESTION if self._chance(0.7):
                yield self._act(Deed.ANSWER, question_id=mail.question_id, posting_id=mail.posting_id)
            case MailKind.NEAR_MISS if self._chance(0.1):
                yield self._act(
                    Deed.CLOSE, side=PostingKind.NEED, posting_id=mail.posting_id, closed=ClosedReason.NO_ANSWER
                )

    def _to_proposal(self, side: PostingKind, pair: Pair) -> Iterator[Act]:
        refuses = self.behaviour is Behaviour.REFUSER
        deed = _drawn(self._random, _REFUSER_TO_PROPOSAL if refuses else _TO_PROPOSAL)
        if deed is not None:
            yield self._answer(deed, side, pair)
        if deed is Deed.YES and self._chance(0.05):
            yield self._act(Deed.WITHDRAW, side=side, pair=pair, after=self._delay() + timedelta(days=2))

    def _to_yes(self, side: PostingKind, pair: Pair) -> Iterator[Act]:
        refuses = self.behaviour is Behaviour.REFUSER
        deed = _drawn(self._random, _REFUSER_TO_YES if refuses else _TO_YES)
        if deed is not None:
            yield self._answer(deed, side, pair)

    def _to_message(self, mail: Opened) -> Iterator[Act]:
        yield self._act(Deed.READ, side=mail.side, pair=mail.pair)
        if self._chance(0.6 if mail.kind is MailKind.INTRODUCED else 0.35):
            yield self._act(Deed.WRITE, side=mail.side, pair=mail.pair, after=self._delay())

    def _to_follow_up(self, side: PostingKind, pair: Pair, stage: str) -> Iterator[Act]:
        if stage == "met":
            if self._chance(0.6):
                yield self._act(_drawn(self._random, {Deed.MEET: 70, Deed.START: 30}), side=side, pair=pair)
        elif self._chance(0.6):
            outcome = self._random.choice(list(Outcome))
            told = self._random.choice(list(Counterfactual))
            yield self._act(Deed.TELL, side=side, pair=pair, outcome=outcome, counterfactual=told)
            if side is PostingKind.NEED and outcome in {Outcome.CONTRACT, Outcome.PARTNERSHIP}:
                yield self._act(Deed.CLOSE, side=side, posting_id=pair.need_id, closed=ClosedReason.MATCHED_HERE,
                                after=timedelta(days=40))  # fmt: skip

    def _to_end(self, mail: Opened) -> Iterator[Act]:
        if self._chance(0.5):
            yield self._act(Deed.RENEW, side=mail.side, posting_id=mail.posting_id)
        elif self._chance(0.4):
            yield self._act(Deed.CLOSE, side=mail.side, posting_id=mail.posting_id, closed=ClosedReason.ABANDONED)

    def _answer(self, deed: Deed, side: PostingKind, pair: Pair) -> Act:
        reason = self._random.choice(list(DeclineReason)) if deed in {Deed.NO, Deed.CLASH} else None
        days = self._random.randint(3, 60) if deed is Deed.NOT_NOW else 0
        return self._act(deed, side=side, pair=pair, reason=reason, days=days)

    def _act(self, deed: Deed, **values: object) -> Act:
        return Act(deed, self.organisation_id, **values)  # type: ignore[arg-type]

    def _delay(self) -> timedelta:
        low, high = _HOURS.get(self.behaviour, _SOON)
        return timedelta(minutes=self._random.randint(low * 60, high * 60))

    def _chance(self, likely: float) -> bool:
        return self._random.random() < likely


def _drawn(random: Random, shares: Mapping[T, int]) -> T:
    return random.choices(list(shares), list(shares.values()))[0]
