"""The watch over every mail: what people said is noted here, and each mail is held against it.

Pure, and on purpose another reading of the rules than the service's own: it knows deeds and mails alone, no state
and no query of the service. A mail that should not have left is a :class:`Breach`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from matcher.clock import local_day
from matcher.people import MailFrequency, MailKind
from matcher.simulation.actors import Pair
from matcher.vocabulary import PostingKind

#: Hours and days between two digests, as the settings promise.
GAPS: Final = {MailFrequency.WEEKLY: timedelta(days=7), MailFrequency.AT_ONCE: timedelta(hours=1)}
#: Bounces in a row after which an address is left alone.
BOUNCES: Final = 3
#: Mails that one yes may bring to the other side: the question, and one reminder.
_ASKING: Final = frozenset({MailKind.ANSWER_WANTED, MailKind.REMINDER})
_AGREED: Final = frozenset({MailKind.INTRODUCED, MailKind.MESSAGE})
_ABOUT_PROPOSALS: Final = frozenset({MailKind.DIGEST, MailKind.NEAR_MISS})


class Rule(StrEnum):
    """What is promised to whoever gets mails."""

    ONE_DIGEST = "more digests than the settings allow"
    ONE_REMINDER = "more than one question and one reminder for one yes"
    TWICE = "the same mail twice to one address"
    AFTER_REFUSAL = "a mail about a pair that was refused"
    AFTER_CLOSURE = "a mail about a posting that was closed"
    IN_PAUSE = "a mail during a pause"
    AFTER_STOP = "a mail after mails were stopped"
    NOT_WANTED = "new proposals to who never wants any"
    TOO_EARLY = "a mail about a pair before the day that was asked for"
    DEAD_ADDRESS = "a mail to an address that bounced three times since its organisation last chose its mails"
    WITHOUT_TWO_YESES = "an introduction without two yeses"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A mail that left: when, to whom, and the pair or the posting that it is about. ``key`` is its reason."""

    at: datetime
    kind: MailKind
    organisation_id: int
    address: str
    key: str
    pair: Pair | None = None
    side: PostingKind | None = None
    posting: tuple[PostingKind, int] | None = None


@dataclass(frozen=True, slots=True)
class Breach:
    """A promise that was not kept, by numbers alone."""

    rule: Rule
    at: datetime
    kind: MailKind
    organisation_id: int
    key: str

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}: {self.kind.value} to organisation {self.organisation_id} ({self.key})"


@dataclass(slots=True)
class _Wishes:
    """What one organisation asked for."""

    frequency: MailFrequency = MailFrequency.WEEKLY
    paused_until: date | None = None
    stopped: bool = False
    digests: dict[str, datetime] = field(default_factory=dict)  # last one by address
    bounced: set[str] = field(default_factory=set)


class Ledger:
    """What was said, and what was sent. Days are those of :data:`ZONE`."""

    def __init__(self) -> None:
        self.sent: Counter[MailKind] = Counter()
        self.breaches: list[Breach] = []
        self._wishes: dict[int, _Wishes] = {}
        self._refused: set[Pair] = set()
        self._yes: set[tuple[PostingKind, Pair]] = set()
        self._later: dict[tuple[PostingKind, Pair], date] = {}
        self._closed: set[tuple[PostingKind, int]] = set()
        self._keys: set[tuple[str, str]] = set()
        self._asked: Counter[tuple[str, PostingKind, Pair, MailKind]] = Counter()
        self._allowed: Counter[tuple[PostingKind, Pair]] = Counter()
        self._bounced: Counter[str] = Counter()
        self._unreachable: set[int] = set()

    def wants(self, organisation_id: int, frequency: MailFrequency, paused_until: date | None = None) -> None:
        """An organisation chose how often it wants mails, which also ends a stop; bounces are counted anew."""
        wishes = self._of(organisation_id)
        for address in wishes.bounced:
            del self._bounced[address]
        wishes.bounced.clear()
        wishes.frequency, wishes.paused_until, wishes.stopped = frequency, paused_until, False

    def stops(self, organisation_id: int) -> None:
        """An organisation wants no more mails."""
        self._of(organisation_id).stopped = True

    def says_yes(self, side: PostingKind, pair: Pair) -> None:
        """``side`` said yes: the other may be asked, and reminded once."""
        self._yes.add((side, pair))
        self._allowed[(side.other, pair)] += 1

    def takes_back(self, side: PostingKind, pair: Pair) -> None:
        """``side`` took its yes back, which ends the pair."""
        self._yes.discard((side, pair))
        self._refused.add(pair)

    def refuses(self, pair: Pair) -> None:
        """One side said no: nobody is written about the pair any more."""
        self._refused.add(pair)

    def waits(self, side: PostingKind, pair: Pair, until: date) -> None:
        """``side`` does not want to hear of the pair before ``until``."""
        self._later[(side, pair)] = until

    def closes(self, kind: PostingKind, posting_id: int) -> None:
        """A posting was closed by its author."""
        self._closed.add((kind, posting_id))

    def bounces(self, organisation_id: int, address: str) -> None:
        """A mail to ``address`` of an organisation came back."""
        self._bounced[address] += 1
        self._of(organisation_id).bounced.add(address)
        if self._bounced[address] >= BOUNCES:
            self._unreachable.add(organisation_id)

    def sees(self, mail: Delivery) -> None:
        """A mail left: note it, and every promise that it breaks."""
        self.sent[mail.kind] += 1
        for rule in self._broken(mail):
            self.breaches.append(Breach(rule, mail.at, mail.kind, mail.organisation_id, mail.key))

    def reads_digest(
        self, organisation_id: int, key: str, proposed: Iterable[tuple[PostingKind, Pair]], now: datetime
    ) -> None:
        """A digest was written with these proposals. What it says is held against the moment in which it is written."""
        today = local_day(now)
        for side, pair in proposed:
            tests = {
                Rule.AFTER_REFUSAL: pair in self._refused,
                Rule.AFTER_CLOSURE: self._one_is_closed(pair),
                Rule.TOO_EARLY: self._later.get((side, pair), today) > today,
            }
            self.breaches += [
                Breach(rule, now, MailKind.DIGEST, organisation_id, key) for rule, broken in tests.items() if broken
            ]

    @property
    def silent(self) -> set[int]:
        """Organisations that want no mails at all, or cannot get any."""
        return {number for number, wishes in self._wishes.items() if wishes.stopped} | self._unreachable

    def _broken(self, mail: Delivery) -> Iterable[Rule]:
        wishes, today = self._of(mail.organisation_id), local_day(mail.at)
        paused = wishes.paused_until is not None and wishes.paused_until > today
        tests = {
            Rule.TWICE: (mail.address, mail.key) in self._keys,
            Rule.AFTER_STOP: wishes.stopped,
            Rule.IN_PAUSE: paused and mail.kind not in _AGREED,
            Rule.NOT_WANTED: wishes.frequency is MailFrequency.NEVER and mail.kind in _ABOUT_PROPOSALS,
            Rule.ONE_DIGEST: mail.kind is MailKind.DIGEST and self._too_soon(wishes, mail),
            Rule.ONE_REMINDER: mail.kind in _ASKING and self._too_often(mail),
            Rule.AFTER_REFUSAL: self._is_refused(mail),
            Rule.AFTER_CLOSURE: self._is_closed(mail),
            Rule.TOO_EARLY: self._is_early(mail, today),
            Rule.DEAD_ADDRESS: self._bounced[mail.address] >= BOUNCES,
            Rule.WITHOUT_TWO_YESES: mail.kind is MailKind.INTRODUCED and self._lacks_a_yes(mail.pair),
        }
        self._keys.add((mail.address, mail.key))
        return [rule for rule, broken in tests.items() if broken]

    def _too_soon(self, wishes: _Wishes, mail: Delivery) -> bool:
        """Weekly digests: seven days apart, counted in days; at once: an hour apart."""
        last, wishes.digests[mail.address] = wishes.digests.get(mail.address), mail.at
        gap = GAPS.get(wishes.frequency)
        if last is None or gap is None:
            return False
        if wishes.frequency is MailFrequency.WEEKLY:
            return local_day(mail.at) - local_day(last) < gap
        return mail.at - last < gap

    def _too_often(self, mail: Delivery) -> bool:
        if mail.pair is None or mail.side is None:
            return True
        asked = (mail.address, mail.side, mail.pair, mail.kind)
        self._asked[asked] += 1
        return self._asked[asked] > self._allowed[(mail.side, mail.pair)]

    def _is_refused(self, mail: Delivery) -> bool:
        return mail.pair in self._refused and mail.kind is not MailKind.SOLVED_ELSEWHERE

    def _is_closed(self, mail: Delivery) -> bool:
        asks = mail.pair is not None and mail.kind in _ASKING
        return mail.posting in self._closed or (asks and self._one_is_closed(mail.pair))

    def _one_is_closed(self, pair: Pair | None) -> bool:
        return pair is not None and not self._closed.isdisjoint(
            {(PostingKind.NEED, pair.need_id), (PostingKind.OFFER, pair.offer_id)}
        )

    def _is_early(self, mail: Delivery, today: date) -> bool:
        if mail.pair is None or mail.side is None or mail.kind not in _ASKING:
            return False
        return self._later.get((mail.side, mail.pair), today) > today

    def _lacks_a_yes(self, pair: Pair | None) -> bool:
        return pair is None or any((side, pair) not in self._yes for side in PostingKind)

    def _of(self, organisation_id: int) -> _Wishes:
        return self._wishes.setdefault(organisation_id, _Wishes())
