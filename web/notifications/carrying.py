"""How a stored mail leaves: as a message with the headers of its kind, through the mail of the site."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flask import current_app

from matcher.introductions.recording import posting_of
from matcher.notifications.preferences import OWED
from matcher.notifications.recipients import account_of
from matcher.notifications.sending import PutOff, Refused, ServerAway
from matcher.people import MailKind
from matcher.store import Introduction, Mail
from matcher.vocabulary import PostingKind
from web.mail import NOBODY, Attachment, MailError, MailRefusedError, Message, ServerAwayError, domain_of, outbox
from web.notifications.preference_links import stop_link
from web.relay.addresses import from_writer, thread_headers
from web.wiring import db

if TYPE_CHECKING:
    from web.config import Settings


@contextmanager
def carrier() -> Iterator[Callable[[Mail], None]]:
    """The way out, as :func:`matcher.notifications.sending.send_due` takes it."""
    try:
        with outbox() as send:

            def carry(mail: Mail) -> None:
                try:
                    send(message_of(mail))
                except ServerAwayError as error:
                    raise ServerAway from error
                except (MailRefusedError, ValueError) as error:  # ValueError: a line break in a header
                    raise Refused from error
                except MailError as error:
                    raise PutOff from error

            yield carry
    except ServerAwayError as error:
        raise ServerAway from error


def sending_domain() -> str:
    """Domain of the Message-IDs of this site."""
    settings: Settings = current_app.config["SETTINGS"]
    return domain_of(settings.mail_sender or NOBODY)


def message_of(mail: Mail) -> Message:
    """``mail`` as it leaves."""
    headers, sender = _thread(mail)
    if mail.organisation_id is not None and mail.kind not in OWED:
        link = stop_link(mail.organisation_id, account_of(db.session, mail), mail.language.value)
        headers |= {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    calendar = (Attachment("passerelle.ics", mail.calendar.encode(), "text/calendar"),) if mail.calendar else ()
    return Message(
        mail.address,
        mail.subject,
        mail.text,
        mail.html,
        calendar,
        name=f"mail-{mail.id}",
        message_id=mail.message_id or "",
        sender=sender,
        headers=headers,
    )


def _thread(mail: Mail) -> tuple[dict[str, str], str]:
    """Headers that lead an answer back into the thread, and who wrote."""
    if mail.kind not in {MailKind.INTRODUCED, MailKind.MESSAGE} or mail.introduction_id is None:
        return {}, ""
    pair = db.session.get(Introduction, mail.introduction_id)
    side = _side_of(mail, pair) if pair else None
    if pair is None or side is None:
        return {}, ""
    sender = from_writer(posting_of(pair, side.other).organisation) if mail.kind is MailKind.MESSAGE else ""
    return dict(thread_headers(pair, side)), sender


def _side_of(mail: Mail, pair: Introduction) -> PostingKind | None:
    owners = {pair.need.organisation_id: PostingKind.NEED, pair.offer.organisation_id: PostingKind.OFFER}
    return owners.get(mail.organisation_id) if mail.organisation_id is not None else None
