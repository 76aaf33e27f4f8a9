"""What a mail is about, before it has words. The web gives it words (:class:`Compose`), the planner writes the row.

Letters hold numbers of rows, never rows: they outlive the transaction in which they were found.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Protocol, TypeAlias

from sqlalchemy.orm import Session

from matcher.people import MailKind
from matcher.vocabulary import Language, PostingKind


class Recipient(NamedTuple):
    """Whom a mail goes to; ``account_id`` is None for the contact address of an organisation without members."""

    address: str
    language: Language
    account_id: int | None


class Words(NamedTuple):
    """A mail in words: one line of subject, the same in text and HTML, and an .ics file or nothing."""

    subject: str
    text: str
    html: str
    calendar: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairLetter:
    """About one pair, to one of its sides. ``message_id`` is that of a thread message."""

    kind: MailKind
    reason: str
    organisation_id: int
    introduction_id: int
    side: PostingKind
    message_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """New proposals of one posting, numbers of the other side, best first; ``more`` are not told one by one."""

    kind: PostingKind
    posting_id: int
    other_ids: tuple[int, ...]
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestLetter:
    """New proposals of all postings of an organisation, and what became of its answers (introductions)."""

    reason: str
    organisation_id: int
    groups: tuple[Group, ...]
    news: tuple[tuple[int, PostingKind], ...] = ()
    kind: MailKind = MailKind.DIGEST


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingLetter:
    """About one posting, to its author: near misses, its end, or what the animator said of it."""

    kind: MailKind
    reason: str
    organisation_id: int
    posting_kind: PostingKind
    posting_id: int
    ends_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionLetter:
    """A question to the author of a need, or its answer to who asked."""

    kind: MailKind
    reason: str
    organisation_id: int
    question_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchLetter:
    """Postings that answer a saved search and came after ``since``. One of the two owners is set."""

    reason: str
    organisation_id: int | None
    account_id: int | None
    search_id: int
    since: datetime
    kind: MailKind = MailKind.SAVED_SEARCH


Letter: TypeAlias = PairLetter | DigestLetter | PostingLetter | QuestionLetter | SearchLetter


class Compose(Protocol):
    """Gives a letter its words in the recipient's language; None when there is nothing to tell after all."""

    def __call__(self, session: Session, letter: Letter, recipient: Recipient, now: datetime) -> Words | None:
        """Words of one mail. Reads, and writes nothing."""
