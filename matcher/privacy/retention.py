"""The end of keeping: what is older than its rule allows goes, and accounts are warned before.

Rules are data (:data:`RULES`): the page and the register of processing name the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, cast

from sqlalchemy import ColumnElement, Delete, Update, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from matcher.accounts.roles import LastAdministratorError
from matcher.clock import local_day
from matcher.notifications.letters import Recipient, Words
from matcher.notifications.queueing import queue_mail
from matcher.people import MailKind, MailState
from matcher.privacy.deleting import delete_everything, delete_posting
from matcher.store import Account, Base, Introduction, Invitation, Mail, Need, Offer, ThreadMessage
from matcher.store.session import writing
from matcher.vocabulary import PostingStatus


class Kind(StrEnum):
    """What a rule is about."""

    POSTINGS = "postings"
    THREADS = "threads"
    MAILS = "mails"
    WARNINGS = "warnings"
    ACCOUNTS = "accounts"
    INVITATIONS = "invitations"


@dataclass(frozen=True, slots=True)
class Rule:
    """What is kept no longer than ``months`` after something last happened to it."""

    kind: Kind
    what: str
    months: int


@dataclass(frozen=True, slots=True)
class Line:
    """How many rows a rule was applied to, or would be."""

    rule: Rule
    count: int


@dataclass(frozen=True, slots=True)
class Report:
    """What one run did, or would do, in the order of :data:`RULES`."""

    lines: tuple[Line, ...]

    @property
    def counts(self) -> dict[Kind, int]:
        """Rows by kind."""
        return {line.rule.kind: line.count for line in self.lines}


#: Months: those of the project's promise. An invitation ends by its own date, and is kept a month more.
POSTING_MONTHS: Final = 12
THREAD_MONTHS: Final = 6
MAIL_MONTHS: Final = 6
ACCOUNT_MONTHS: Final = 36
INVITATION_MONTHS: Final = 1
#: Days between the warning and the end of an account that stays unused.
WARNING_DAYS: Final = 30

RULES: Final = (
    Rule(Kind.POSTINGS, "needs and offers that are over, deleted", POSTING_MONTHS),
    Rule(Kind.THREADS, "messages of silent threads, deleted", THREAD_MONTHS),
    Rule(Kind.MAILS, "texts and addresses of mails, emptied", MAIL_MONTHS),
    Rule(Kind.INVITATIONS, "invitations that ended, deleted", INVITATION_MONTHS),
    Rule(Kind.WARNINGS, f"unused accounts, warned {WARNING_DAYS} days before", ACCOUNT_MONTHS),
    Rule(Kind.ACCOUNTS, "unused accounts, deleted", ACCOUNT_MONTHS),
)

#: Words of the warning, for an account and the day on which it ends.
Warn = Callable[[Account, date], Words]

_OVER: Final = (MailState.SENT, MailState.CANCELLED, MailState.FAILED, MailState.BOUNCED, MailState.EXPIRED)


def run_retention(session: Session, now: datetime, *, warn: Warn | None = None, dry_run: bool = False) -> Report:
    """Apply every rule as of ``now``; each row is a transaction of its own, or one for all of its kind.

    Without ``warn`` nobody is warned; an account that was not warned :data:`WARNING_DAYS` before is never deleted.
    Safe to run again, and to be killed: what is left is done the next time.
    """
    counts = {
        Kind.POSTINGS: _postings(session, now, dry_run),
        Kind.THREADS: _threads(session, now, dry_run),
        Kind.MAILS: _mails(session, now, dry_run),
        Kind.INVITATIONS: _invitations(session, now, dry_run),
        Kind.WARNINGS: _warnings(session, now, warn, dry_run),
        Kind.ACCOUNTS: _accounts(session, now, dry_run),
    }
    return Report(tuple(Line(rule, counts[rule.kind]) for rule in RULES))


def months_before(now: datetime, months: int) -> datetime:
    """The same time of day, ``months`` earlier; the last day of a month that is shorter.

    >>> from datetime import UTC
    >>> months_before(datetime(2026, 8, 31, 12, tzinfo=UTC), 6).isoformat()
    '2026-02-28T12:00:00+00:00'
    """
    number = now.year * 12 + now.month - 1 - months
    year, month = divmod(number, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return now.replace(year=year, month=month + 1, day=min(now.day, (first_of_next - timedelta(days=1)).day))


def _postings(session: Session, now: datetime, dry_run: bool) -> int:
    needs = session.scalars(select(Need.id).where(_is_forgotten(Need, Introduction.need_id, now))).all()
    offers = session.scalars(select(Offer.id).where(_is_forgotten(Offer, Introduction.offer_id, now))).all()
    if not dry_run:
        for model, ids in ((Need, needs), (Offer, offers)):
            _delete_postings(session, model, sorted(ids), now)
    return len(needs) + len(offers)


def _delete_postings(session: Session, model: type[Need] | type[Offer], ids: Sequence[int], now: datetime) -> None:
    for number in ids:
        row = cast("Need | Offer | None", session.get(model, number))
        if row is not None:
            delete_posting(session, row, now=now)


def _is_forgotten(
    model: type[Need] | type[Offer], own: InstrumentedAttribute[int], now: datetime
) -> ColumnElement[bool]:
    """Over, unchanged, and without a pair of which anything was heard, for the months of the rule."""
    limit = months_before(now, POSTING_MONTHS)
    is_over = or_(model.status != PostingStatus.OPEN, model.expires_on < local_day(now))
    alive = exists().where(own == model.id, Introduction.changed_at >= limit)
    return (model.updated_at < limit) & is_over & ~alive


def _threads(session: Session, now: datetime, dry_run: bool) -> int:
    """A thread ends as a whole: half of a conversation helps nobody."""
    silent = (
        select(ThreadMessage.introduction_id)
        .group_by(ThreadMessage.introduction_id)
        .having(func.max(ThreadMessage.sent_at) < months_before(now, THREAD_MONTHS))
    )
    chosen = ThreadMessage.introduction_id.in_(silent)
    return _all(session, ThreadMessage, chosen, delete(ThreadMessage).where(chosen), dry_run)


def _mails(session: Session, now: datetime, dry_run: bool) -> int:
    """The row stays: its key says that this reason was served, and figures count it."""
    limit = months_before(now, MAIL_MONTHS)
    chosen = Mail.state.in_(_OVER) & (func.coalesce(Mail.sent_at, Mail.created_at) < limit) & (Mail.address_index != "")
    emptied = dict.fromkeys(("address", "address_index", "subject", "text", "html", "calendar"), "")
    return _all(session, Mail, chosen, update(Mail).where(chosen).values(emptied), dry_run)


def _invitations(session: Session, now: datetime, dry_run: bool) -> int:
    chosen = Invitation.expires_at < months_before(now, INVITATION_MONTHS)
    return _all(session, Invitation, chosen, delete(Invitation).where(chosen), dry_run)


def _all(session: Session, model: type[Base], chosen: ColumnElement[bool], act: Delete | Update, dry_run: bool) -> int:
    """Count, then do it in the same transaction."""
    query = select(func.count()).select_from(model).where(chosen)
    if dry_run:
        return session.scalar(query) or 0
    with writing(session):
        count = session.scalar(query) or 0
        if count:
            session.execute(act.execution_options(synchronize_session=False))
    return count


def _warnings(session: Session, now: datetime, warn: Warn | None, dry_run: bool) -> int:
    """Accounts that nobody used until the warning is due, and that were not warned since they last were."""
    soon = months_before(now + timedelta(days=WARNING_DAYS), ACCOUNT_MONTHS)
    unwarned = or_(Account.warned_at.is_(None), Account.warned_at < Account.last_active_at)
    rows = session.scalars(select(Account).where(Account.last_active_at < soon, unwarned).order_by(Account.id)).all()
    if dry_run or warn is None:
        return len(rows) if dry_run else 0
    for account in rows:
        _warn(session, account, warn, now)
    return len(rows)


def _warn(session: Session, account: Account, warn: Warn, now: datetime) -> None:
    words = warn(account, local_day(now + timedelta(days=WARNING_DAYS)))
    with writing(session):
        account.warned_at = now
        recipient = Recipient(account.email, account.language, account.id)
        key = f"retention:account:{account.id}:{now:%Y-%m-%d}"
        queue_mail(session, key, MailKind.RETENTION, recipient, words, now=now)


def _accounts(session: Session, now: datetime, dry_run: bool) -> int:
    """Accounts that were warned in time and not used since; the last administrator stays.

    While a mail server is away the warning has reached nobody: it does not count until it has left.
    """
    on_its_way = exists().where(
        Mail.account_id == Account.id,
        Mail.kind == MailKind.RETENTION,
        Mail.state.in_((MailState.WAITING, MailState.SENDING)),
    )
    warned = and_(Account.warned_at <= now - timedelta(days=WARNING_DAYS), ~on_its_way)
    unused = Account.last_active_at < months_before(now, ACCOUNT_MONTHS)
    wanted = select(Account).where(unused, warned, Account.warned_at >= Account.last_active_at).order_by(Account.id)
    rows = session.scalars(wanted).all()
    return len(rows) if dry_run else sum(_delete(session, account, now) for account in rows)


def _delete(session: Session, account: Account, now: datetime) -> bool:
    try:
        delete_everything(session, account, with_organisations=False, now=now)
    except LastAdministratorError:
        return False
    return True
