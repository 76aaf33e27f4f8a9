"""One mail into the queue, and what stays of it once it is over. Whoever writes a row of ``mail`` does it here."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.notifications.letters import Recipient, Words
from matcher.people import MailKind, MailState
from matcher.store import Mail
from matcher.store.encryption import blind_index
from matcher.store.session import writing

#: Mails that tell what the other side deleted: their text goes with it.
_FORGETS: Final = frozenset({MailKind.POSTING_DELETED})


def queue_mail(
    session: Session,
    key: str,
    kind: MailKind,
    recipient: Recipient,
    words: Words,
    *,
    now: datetime,
    link_ends_at: datetime | None = None,
    organisation_id: int | None = None,
) -> bool:
    """Write one mail to one address into the queue; True when it is new. The sending job does the rest.

    Joins a transaction of the caller when one is open, and commits one of its own otherwise.

    Parameters
    ----------
    key
        Why, to whom, about what, at most 200 characters, with no address and no name in it: the same key never makes a
        second mail.
    recipient
        Without an account (and without ``organisation_id``) it is a bare address: nothing of the mail but its key
        stays once it is over.
    now
        Aware UTC: the mail is due at once.
    link_ends_at
        From then on the links in it are dead, and it is not sent any more (``MailState.EXPIRED``). Whoever has such a
        link may do something with it: no page and no export shows the text, and it is emptied once the mail is over.
    organisation_id
        Whose mail it is, if it is an organisation's: it is on that organisation's page of mails.
    """
    with writing(session):
        if session.scalar(select(Mail.id).where(Mail.key == key)) is not None:
            return False
        mail = new_mail(key, kind, recipient, words, now)
        mail.organisation_id, mail.account_id = organisation_id, recipient.account_id
        mail.link_ends_at = link_ends_at
        session.add(mail)
    return True


def withdraw_mail(session: Session, key: str) -> bool:
    """Cancel the mail of ``key``, whose reason has ended; False when none of it waits any more."""
    with writing(session):
        mail = session.scalar(select(Mail).where(Mail.key == key, Mail.state == MailState.WAITING))
        if mail is None:
            return False
        finish(mail, MailState.CANCELLED)
    return True


def new_mail(key: str, kind: MailKind, recipient: Recipient, words: Words, now: datetime) -> Mail:
    """A row that waits, of nobody yet."""
    return Mail(
        key=key,
        kind=kind,
        state=MailState.WAITING,
        address=recipient.address,
        address_index=blind_index(recipient.address),
        language=recipient.language,
        subject=words.subject,
        text=words.text,
        html=words.html,
        calendar=words.calendar,
        due_at=now,
        created_at=now,
    )


def finish(mail: Mail, state: MailState, failure: str = "") -> None:
    """``mail`` is over, one way or another; part of a transaction of the caller.

    A link that lets its reader in goes with the text around it; of a mail to a bare address nothing stays but that
    its reason was served.
    """
    mail.state, mail.failure = state, failure
    is_bare = mail.organisation_id is None and mail.account_id is None
    if is_bare or mail.link_ends_at is not None or mail.kind in _FORGETS:
        mail.text = mail.html = mail.calendar = ""
    if is_bare:
        mail.address = mail.address_index = mail.subject = ""
