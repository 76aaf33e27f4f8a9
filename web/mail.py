"""Mail: a message in two forms, and where it goes: through the SMTP server of the settings, or into files to look at.

Addresses and texts are in no log line and no error of this module: an answer of a server may repeat an address.
"""

from __future__ import annotations

import secrets
import smtplib
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy, default
from email.utils import formatdate, make_msgid, parseaddr
from pathlib import Path
from typing import Final

from flask import current_app, render_template

from matcher.notifications.letters import Words
from web.config import Settings

#: Seconds to wait for the server. Chosen: a page waits for it.
TIMEOUT_S: Final = 15.0
#: Who writes when no sender is set; only files are written then.
NOBODY: Final = "Passerelle <no-reply@localhost>"


class MailError(OSError):
    """The mail could not be handed over; nothing of it is in the text of this error."""


class ServerAwayError(MailError):
    """No mail at all can be handed over at present."""


class MailRefusedError(MailError):
    """This one mail will never be taken."""


class _AsItIs(UnstructuredHeader):
    """A header of addresses and identifiers: written on one line, because no program reads it once it is encoded."""

    name: str  # given by the registry

    def fold(self, *, policy: Policy) -> str:
        """The header as it stands."""
        return f"{self.name}: {self}{policy.linesep}"


def _policy() -> EmailPolicy[EmailMessage]:
    registry = HeaderRegistry()
    for name in ("list-unsubscribe", "references", "in-reply-to"):
        registry.map_to_type(name, _AsItIs)  # type: ignore[arg-type]  # any class will do, its base is added
    return default.clone(header_factory=registry)


_POLICY: Final = _policy()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message; ``mimetype`` such as ``text/calendar``."""

    name: str
    content: bytes = field(repr=False)
    mimetype: str


@dataclass(frozen=True, slots=True, repr=False)
class Message:
    """One mail to one address, as text and as HTML of the same words.

    ``name`` is that of its file in the outbox: a message with a name is written there once, however often it is sent.
    ``sender`` stands in for the site's own From; ``headers`` are added to it, or take the place of those made here.
    """

    to: str
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()
    name: str = ""
    message_id: str = ""
    sender: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def as_email(self, sender: str) -> EmailMessage:
        """What is sent. Raises ValueError for a subject or address that holds a line break."""
        email = EmailMessage(_POLICY)
        email["From"] = self.sender or sender
        email["To"] = self.to
        email["Subject"] = self.subject
        email["Date"] = formatdate(localtime=False)
        email["Message-ID"] = self.message_id or make_msgid(domain=domain_of(sender))
        # Nobody's holiday note should answer a machine.
        email["Auto-Submitted"] = "auto-generated"
        for name, value in self.headers.items():
            del email[name]
            email[name] = value
        email.set_content(self.text)
        email.add_alternative(self.html, subtype="html")
        for each in self.attachments:
            kind, _, subtype = each.mimetype.partition("/")
            email.add_attachment(each.content, maintype=kind, subtype=subtype, filename=each.name)
        return email


Send = Callable[[Message], None]


@contextmanager
def outbox() -> Iterator[Send]:
    """Where mail of the application at hand goes: call what is yielded for each message.

    One connection serves all. Raises MailError when the server cannot be reached or takes a message not.
    """
    settings: Settings = current_app.config["SETTINGS"]
    opened = _through_server(settings) if settings.smtp_host else _into_files(settings)
    with opened as send:
        yield send


def message(name: str, to: str, *, attachments: tuple[Attachment, ...] = (), **values: object) -> Message:
    """The mail of the templates ``mail/<name>.txt`` and ``.html``, in the language that is set.

    The first line of the text is the subject.
    """
    subject, _, text = render_template(f"mail/{name}.txt", **values).partition("\n")
    html = render_template(f"mail/{name}.html", subject=subject.strip(), **values)
    return Message(to, subject.strip(), text.strip() + "\n", html, attachments)


def words_of(made: Message) -> Words:
    """A message as the queue keeps it: its words, with the text of its file for calendars if it has one."""
    calendar = next(
        (each.content.decode() for each in made.attachments if each.mimetype.startswith("text/calendar")), ""
    )
    return Words(made.subject, made.text, made.html, calendar)


def domain_of(sender: str) -> str:
    """Domain of a sender, for Message-IDs."""
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"


def sends_for_real() -> bool:
    """Whether mail leaves this machine."""
    settings: Settings = current_app.config["SETTINGS"]
    return bool(settings.smtp_host)


@contextmanager
def _into_files(settings: Settings) -> Iterator[Send]:
    folder = settings.var_dir / "outbox"

    def write(message: Message) -> None:
        content = message.as_email(settings.mail_sender or NOBODY).as_bytes()
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_new(folder, content, message.name or secrets.token_hex(8))
        except OSError as error:
            raise ServerAwayError("The folder of outgoing mail cannot be written.") from error

    yield write


def _write_new(folder: Path, content: bytes, name: str) -> None:
    """Write a file whole or not at all; one that is there already stays as it is."""
    target = folder / f"{name}.eml"
    if target.exists():
        return
    aside = folder / f"{name}.{secrets.token_hex(4)}.part"
    aside.touch(mode=0o600)
    aside.write_bytes(content)
    aside.replace(target)


@contextmanager
def _through_server(settings: Settings) -> Iterator[Send]:
    try:
        server = _connected(settings)
    except (OSError, smtplib.SMTPException):
        raise ServerAwayError("The mail server cannot be reached, or refuses the sender.") from None

    def send(message: Message) -> None:
        try:
            server.send_message(message.as_email(settings.mail_sender))
        except (OSError, smtplib.SMTPException) as error:
            raise _told(error) from None

    try:
        yield send
    finally:
        with suppress(OSError, smtplib.SMTPException):
            server.quit()


def _told(error: Exception) -> MailError:
    """What a failure means for this mail and the next ones, without the words of the server, which repeat addresses."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        return _refusal(min(codes, default=550))
    if isinstance(error, smtplib.SMTPDataError):
        return _refusal(error.smtp_code)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return _refusal(550)
    return ServerAwayError("The mail server cannot be reached, or refuses the sender.")


def _refusal(code: int) -> MailError:
    """421: the server closes down; other 4xx: later; 5xx: never (RFC 5321, 4.2.1)."""
    if code == 421:
        return ServerAwayError("The mail server is closing down.")
    words = "The mail server did not take the message."
    return MailRefusedError(words) if code >= 500 else MailError(words)


def _connected(settings: Settings) -> smtplib.SMTP:
    server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_S)
    try:
        if settings.smtp_starttls:
            server.starttls(context=ssl.create_default_context())
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
    except BaseException:
        server.close()
        raise
    return server
