"""What a mail says: pure, from the bytes that a mail server hands over. Nothing here knows a thread or a person.

The mail is parsed by the standard library with its oldest policy, which decodes nothing by itself: the newer one
raises IndexError, ValueError and others from headers that somebody wrote to make it raise.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.header import Header
from email.message import Message
from email.utils import getaddresses
from typing import Final

from matcher.relay.automatic import Bounce, bounce, header, is_automatic, is_not_authentic
from matcher.relay.bodies import plain, read_body
from matcher.relay.quoting import own_words
from matcher.relay.refusals import MailRefused, RefusalCode

#: Parts within parts that are read. Chosen: real mails have fewer than ten; each costs the parser a pass.
MAX_BOUNDARIES: Final = 40
#: Bytes of headers that are read. Chosen: ten times what long chains of servers write.
MAX_HEADER_BYTES: Final = 128 * 1024
#: Headers that name who the mail was handed over for, the most trustworthy first.
_RECIPIENT_HEADERS: Final = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")


@dataclass(frozen=True, slots=True, repr=False)
class Incoming:
    """A mail as read. Addresses are in lower case.

    ``text`` is what its author wrote this time, without quoted history and signature, empty when there is nothing;
    ``attachments`` counts the files that came with it. ``message_key`` is the same for the same mail
    (64 hexadecimal digits), whatever way it came. ``not_authentic`` : the trusted server says that the sender's
    domain did not send it.
    """

    recipients: tuple[str, ...]
    sender: str
    message_id: str
    message_key: str
    text: str
    attachments: int
    is_automatic: bool
    not_authentic: bool
    bounce: Bounce | None


def read_mail(raw: bytes, *, max_bytes: int, recipient: str = "", trusted_server: str = "") -> Incoming:
    """Read one mail.

    Parameters
    ----------
    raw
        The mail with its headers, lines ended by LF or CRLF; an mbox "From " line before them is left out.
    max_bytes
        Longest mail that is read.
    recipient
        For whom the mail server took it, when it says so: it counts before every header.
    trusted_server
        Name under which the mail server writes ``Authentication-Results`` (RFC 8601); empty: none is believed.

    Raises
    ------
    MailRefused
        TOO_LARGE, UNREADABLE. Nothing else, whatever the bytes are.
    """
    raw = _bounded(raw, max_bytes)
    try:
        return _read(message_from_bytes(raw), raw, recipient, trusted_server)
    except (RecursionError, LookupError, ValueError, TypeError, AttributeError) as error:
        # The parser promises not to raise and breaks that promise for bytes made to break it.
        raise MailRefused(RefusalCode.UNREADABLE) from error


def _read(mail: Message, raw: bytes, recipient: str, trusted_server: str) -> Incoming:
    body, message_id = read_body(mail), header(mail, "Message-ID")
    return Incoming(
        recipients=_recipients(mail, recipient),
        sender=_only_address(header(mail, "From")),
        message_id=message_id,
        message_key=_key(message_id, raw),
        text=own_words(plain(body.text)),
        attachments=body.attachments,
        is_automatic=is_automatic(mail),
        not_authentic=is_not_authentic(mail, trusted_server),
        bounce=bounce(mail),
    )


def _bounded(raw: bytes, max_bytes: int) -> bytes:
    """``raw``, if the parser may be trusted with it. Raises MailRefused."""
    if len(raw) > max_bytes:
        raise MailRefused(RefusalCode.TOO_LARGE)
    if raw.startswith((b"From ", b">From ")):
        raw = raw.partition(b"\n")[2]
    end = re.search(rb"\r?\n\r?\n", raw)
    headers = raw[: end.start()] if end else raw
    if len(headers) > MAX_HEADER_BYTES or raw.lower().count(b"boundary") > MAX_BOUNDARIES:
        raise MailRefused(RefusalCode.UNREADABLE)
    if not headers.strip():
        raise MailRefused(RefusalCode.UNREADABLE)
    return raw


def _recipients(mail: Message, recipient: str) -> tuple[str, ...]:
    told = [str(value) if isinstance(value, Header) else value
            for name in _RECIPIENT_HEADERS for value in mail.get_all(name, [])]  # fmt: skip
    found = [recipient, *(address for _, address in getaddresses([" ".join(value.split()) for value in told]))]
    return tuple(dict.fromkeys(address.strip().lower() for address in found if "@" in address))


def _only_address(told: str) -> str:
    """The one address of a From header; empty when there is none, or several to choose from."""
    found = [address for _, address in getaddresses([told]) if "@" in address]
    return found[0].strip().lower() if len(found) == 1 else ""


def _key(message_id: str, raw: bytes) -> str:
    """Hash that recognises the mail when it comes again. Without a Message-ID its bytes are what it is."""
    return hashlib.sha256(message_id.encode("utf-8", "surrogateescape") or raw).hexdigest()
