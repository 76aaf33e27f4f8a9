"""Between the service's mails and the people who get them: what each mail is about, told from its letter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from matcher.notifications.letters import (
    Compose,
    DigestLetter,
    Letter,
    PairLetter,
    PostingLetter,
    QuestionLetter,
    Recipient,
    Words,
)
from matcher.simulation.actors import Act, Opened, Pair, Person
from matcher.simulation.ledger import Delivery, Ledger
from matcher.store import Introduction, Mail, PostingQuestion
from matcher.vocabulary import PostingKind


class Now(Protocol):
    """Something that tells the time."""

    now: datetime


@dataclass(frozen=True, slots=True)
class _About:
    """What a mail is about, by numbers."""

    side: PostingKind | None = None
    pair: Pair | None = None
    posting: tuple[PostingKind, int] | None = None
    question_id: int | None = None
    proposed: tuple[tuple[PostingKind, Pair], ...] = ()


@dataclass(slots=True)
class Reader:
    """Remembers letters as they are composed, shows deliveries to the ledger, and collects what people do then."""

    session: Session
    clock: Now
    ledger: Ledger
    _abouts: dict[str, _About] = field(default_factory=dict)
    _opened: list[tuple[int, Opened]] = field(default_factory=list)

    def composing(self, compose: Compose) -> Compose:
        """``compose``, watched."""

        def watched(session: Session, letter: Letter, recipient: Recipient, now: datetime) -> Words | None:
            words = compose(session, letter, recipient, now)
            if words is not None:
                self._abouts[letter.reason] = about = self._about(letter)
                if isinstance(letter, DigestLetter):
                    self.ledger.reads_digest(letter.organisation_id, letter.reason, about.proposed, now)
            return words

        return watched

    def delivered(self, mail: Mail) -> None:
        """A mail reached its mailbox, or seemed to."""
        reason = mail.key.partition("/")[0]
        about = self._abouts.get(reason, _About())
        if mail.organisation_id is None:
            return
        self.ledger.sees(
            Delivery(self.clock.now, mail.kind, mail.organisation_id, mail.address, mail.key, about.pair, about.side,
                     about.posting)
        )  # fmt: skip
        opened = Opened(
            mail_id=mail.id,
            kind=mail.kind,
            side=about.side or (about.posting[0] if about.posting else None),
            pair=about.pair,
            posting_id=about.posting[1] if about.posting else None,
            question_id=about.question_id,
            proposed=about.proposed,
            stage=reason.rpartition(":")[2],
        )
        self._opened.append((mail.organisation_id, opened))

    def reactions(self, people: Mapping[int, Person]) -> Iterator[Act]:
        """What people do about what was delivered since the last call."""
        opened, self._opened = self._opened, []
        for organisation_id, mail in opened:
            yield from people[organisation_id].reads(mail)

    def _about(self, letter: Letter) -> _About:
        match letter:
            case PairLetter():
                row = self.session.get_one(Introduction, letter.introduction_id)
                return _About(letter.side, Pair(row.need_id, row.offer_id))
            case DigestLetter():
                return _About(proposed=tuple(_proposed(letter)))
            case PostingLetter():
                return _About(posting=(letter.posting_kind, letter.posting_id))
            case QuestionLetter():
                question = self.session.get_one(PostingQuestion, letter.question_id)
                return _About(posting=(PostingKind.NEED, question.need_id), question_id=question.id)
            case _:
                return _About()


def _proposed(letter: DigestLetter) -> Iterator[tuple[PostingKind, Pair]]:
    for group in letter.groups:
        for other_id in group.other_ids:
            of_need = group.kind is PostingKind.NEED
            yield group.kind, Pair(group.posting_id, other_id) if of_need else Pair(other_id, group.posting_id)
