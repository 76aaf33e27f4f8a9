"""Mail: a message in two forms, and where it goes: through the SMTP server of the settings, or into files to look at.

Addresses and texts are in no log line and no error of this module: an answer of a server may repeat an address.
"""

from __future__ import annotations

import secrets
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from pathlib import Path
from typing import Final

from flask import current_app, render_template

from web.config import Settings

#: Seconds to wait for the server. Chosen: a page waits for it.
TIMEOUT_S: Final = 15.0
#: Who writes when no sender is set; only files are written then.
NOBODY: Final = "Passerelle <no-reply@localhost>"


class MailError(OSError):
    """The mail could not be handed over; nothing of it is in the text of this error."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message; ``mimetype`` such as ``text/calendar``."""

    name: str
    content: bytes = field(repr=False)
    mimetype: str


@dataclass(frozen=True, slots=True, repr=False)
class Message:
    """One mail to one address, as text and as HTML of the same words."""

    to: str
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()

    def as_email(self, sender: str) -> EmailMessage:
        """What is sent. Raises ValueError for a subject or address that holds a line break."""
        email = EmailMessage()
        email["From"] = sender
        email["To"] = self.to
        email["Subject"] = self.subject
        email["Date"] = formatdate(localtime=False)
        email["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].rpartition("@")[2] or "localhost")
        # Nobody's holiday note should answer a machine.
        email["Auto-Submitted"] = "auto-generated"
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
            _write_new(folder, content)
        except OSError as error:
            raise MailError("The folder of outgoing mail cannot be written.") from error

    yield write


def _write_new(folder: Path, content: bytes) -> None:
    name = secrets.token_hex(8)
    aside = folder / f"{name}.part"
    aside.touch(mode=0o600)
    aside.write_bytes(content)
    aside.replace(folder / f"{name}.eml")


@contextmanager
def _through_server(settings: Settings) -> Iterator[Send]:
    try:
        server = _connected(settings)
    except (OSError, smtplib.SMTPException):
        raise MailError("The mail server cannot be reached, or refuses the sender.") from None

    def send(message: Message) -> None:
        try:
            server.send_message(message.as_email(settings.mail_sender))
        except (OSError, smtplib.SMTPException):
            raise MailError("The mail server did not take the message.") from None

    try:
        yield send
    finally:
        with suppress(OSError, smtplib.SMTPException):
            server.quit()


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
