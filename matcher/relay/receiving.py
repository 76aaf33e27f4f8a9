"""A mail for a thread: whose it is, and storing it once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matcher.introductions.states import EXCHANGED
from matcher.introductions.threads import MESSAGE_CHARS
from matcher.notifications.letters import Recipient, Words
from matcher.notifications.queueing import new_mail
from matcher.people import MailKind
from matcher.relay.addresses import RelayDomain, Writer
from matcher.relay.parsing import Incoming, read_mail
from matcher.relay.refusals import MailRefused, RefusalCode
from matcher.store import Organisation
from matcher.store.accounts import Account, Membership
from matcher.store.encryption import blind_index
from matcher.store.introductions import Introduction, ThreadMessage
from matcher.store.mails import Mail
from matcher.store.session import writing
from matcher.vocabulary import Language, PostingKind

#: Mails of one side to one thread in an hour. Chosen: two programs that answer each other send more, people do not.
MAX_PER_HOUR: Final = 20


class NoticeCode(StrEnum):
    """What a known sender is told of the mail that was sent: why it stayed here, or that its files did."""

    OVER = "over"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    FILES_LEFT = "files_left"


#: Words a notice about the thread of a need with this title, in a language.
Compose = Callable[[NoticeCode, str, Language], Words]


@dataclass(frozen=True, slots=True)
class RelayRules:
    """``domain`` of the relay, longest mail in bytes, and the name of the server whose results are believed."""

    domain: RelayDomain
    max_bytes: int
    trusted_server: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """The message that is in the thread now. ``is_new`` is false when the same mail came before."""

    introduction_id: int
    message_id: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """The mail is not passed on. ``told`` : the sender is written why, which happens once a day at most."""

    code: RefusalCode
    told: bool = False


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A server told that a mail of this site did not arrive: its Message-ID, and the code (RFC 3463) of why."""

    message_id: str
    code: str


@dataclass(frozen=True, slots=True, repr=False)
class _Sender:
    """Somebody known: the side that they write for, and how to answer."""

    introduction: Introduction
    side: PostingKind
    organisation: Organisation
    address: str
    language: Language


def receive(
    session: Session, raw: bytes, rules: RelayRules, compose: Compose, *, now: datetime, recipient: str = ""
) -> Received | Refused | Undelivered:
    """Put a mail into its thread, or say why not; once, however often the same mail comes.

    Parameters
    ----------
    raw, recipient
        The mail, and for whom the mail server took it when it says so (:func:`matcher.relay.parsing.read_mail`).
    compose
        Words what the sender is told; called only when something is.
    now
        Aware UTC time of arrival.

    Telephone numbers and addresses that people write to each other stay: both said yes, and they are theirs to give.
    Cost: one parse and some indexed queries. One transaction.
    """
    try:
        mail = read_mail(raw, max_bytes=rules.max_bytes, recipient=recipient, trusted_server=rules.trusted_server)
    except MailRefused as refused:
        return Refused(refused.code)
    if mail.bounce is not None:
        return Undelivered(mail.bounce.message_id, mail.bounce.code)
    with writing(session):
        try:
            sender = _sender(session, mail, rules.domain)
            return _stored(session, mail, sender, rules.domain, compose, now)
        except _KnownRefusedError as refused:
            return Refused(refused.code, _told(session, refused.sender, NoticeCode(refused.code), compose, now))
        except MailRefused as refused:
            return Refused(refused.code)


class _KnownRefusedError(Exception):
    """A refusal that its sender is told."""

    def __init__(self, code: RefusalCode, sender: _Sender) -> None:
        super().__init__(code.value)
        self.code, self.sender = code, sender


def _sender(session: Session, mail: Incoming, domain: RelayDomain) -> _Sender:
    """Who writes: the signed address says for which side, and From must be of that side. Raises MailRefused."""
    if mail.is_automatic:
        raise MailRefused(RefusalCode.AUTOMATIC)
    writer = next(filter(None, map(domain.writer, mail.recipients)), None)
    introduction = None if writer is None else _thread(session, writer)
    if writer is None or introduction is None:
        raise MailRefused(RefusalCode.UNKNOWN_ADDRESS)
    if mail.not_authentic:
        raise MailRefused(RefusalCode.NOT_AUTHENTIC)
    if mail.message_id and session.scalar(select(Mail.id).where(Mail.message_id == mail.message_id)) is not None:
        raise MailRefused(RefusalCode.LOOP)
    organisation = (introduction.need if writer.side is PostingKind.NEED else introduction.offer).organisation
    known = _addresses(session, organisation)
    language = known.get(blind_index(mail.sender))
    if language is None:
        raise MailRefused(RefusalCode.OTHER_SENDER)
    return _Sender(introduction, writer.side, organisation, mail.sender, language)


def _stored(
    session: Session, mail: Incoming, sender: _Sender, domain: RelayDomain, compose: Compose, now: datetime
) -> Received:
    known = session.scalar(
        select(ThreadMessage.id).where(
            ThreadMessage.introduction_id == sender.introduction.id, ThreadMessage.message_key == mail.message_key
        )
    )
    if known is not None:
        return Received(sender.introduction.id, known, is_new=False)
    text = domain.without_addresses(mail.text).strip()
    _check(session, sender, text, now)
    message = ThreadMessage(
        introduction_id=sender.introduction.id,
        side=sender.side,
        text=text,
        by_mail=True,
        message_key=mail.message_key,
        sent_at=now,
    )
    session.add(message)
    sender.organisation.last_active_at = now
    session.flush()
    if mail.attachments:
        _told(session, sender, NoticeCode.FILES_LEFT, compose, now)
    return Received(sender.introduction.id, message.id, is_new=True)


def _check(session: Session, sender: _Sender, text: str, now: datetime) -> None:
    """Raises MailRefused or _KnownRefusedError when ``text`` may not go into the thread."""
    recent = (
        select(func.count())
        .select_from(ThreadMessage)
        .where(
            ThreadMessage.introduction_id == sender.introduction.id,
            ThreadMessage.side == sender.side,
            ThreadMessage.by_mail,
            ThreadMessage.sent_at > now - timedelta(hours=1),
        )
    )
    if (session.scalar(recent) or 0) >= MAX_PER_HOUR:
        raise MailRefused(RefusalCode.TOO_MANY)
    if sender.introduction.state not in EXCHANGED:
        raise _KnownRefusedError(RefusalCode.OVER, sender)
    if not text:
        raise _KnownRefusedError(RefusalCode.EMPTY, sender)
    if len(text) > MESSAGE_CHARS:
        raise _KnownRefusedError(RefusalCode.TOO_LONG, sender)


def _thread(session: Session, writer: Writer) -> Introduction | None:
    return session.scalar(select(Introduction).where(Introduction.relay_key == writer.key))


def _addresses(session: Session, organisation: Organisation) -> dict[str, Language]:
    """Blind index of each address that may write for ``organisation``, and its language."""
    members = session.execute(
        select(Account.email, Account.language)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.organisation_id == organisation.id, Account.active, Account.confirmed_at.is_not(None))
    )
    known = {organisation.contact_email: organisation.language} | {row.email: row.language for row in members}
    return {blind_index(address): language for address, language in known.items() if address}


def _told(session: Session, sender: _Sender, code: NoticeCode, compose: Compose, now: datetime) -> bool:
    """Write to ``sender``, unless a notice of the same sort was written today (UTC); whether it is written."""
    index = blind_index(sender.address)
    sort = "files" if code is NoticeCode.FILES_LEFT else "refusal"
    key = f"relay:{sort}:{index}:{now:%Y-%m-%d}"
    if session.scalar(select(Mail.id).where(Mail.key == key)) is not None:
        return False
    notice = compose(code, sender.introduction.need.title, sender.language)
    recipient = Recipient(sender.address, sender.language, None)
    mail = new_mail(key, MailKind.ACCOUNT, recipient, notice, now)  # about their own mail: no preference stops it
    mail.organisation_id, mail.introduction_id = sender.organisation.id, sender.introduction.id
    session.add(mail)
    return True
