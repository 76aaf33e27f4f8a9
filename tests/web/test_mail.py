"""Mail: what is handed to a server, what lies in the outbox, and what errors never say."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from tests.web.mail_server import MailServer, serving
from web import create_app
from web.assets import Site
from web.config import ConfigurationError, Settings
from web.mail import Attachment, MailError, Message, outbox

MAIL = Message(
    "ada@example.org", "Équipe", "Bonjour", "<p>Bonjour</p>", (Attachment("a.ics", b"BEGIN", "text/calendar"),)
)


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server on this machine."""
    with serving() as made:
        yield made


def site(tmp_path: Path, **values: object) -> Site:
    """An application with these settings of mail."""
    return create_app(
        Settings(environment="testing", secret_key="x" * 40, var_dir=tmp_path, encoder_warmup=False, **values)
    )


def test_without_a_server_mails_lie_in_the_outbox(tmp_path: Path) -> None:
    """Readable by the service alone; nothing half written is left."""
    with site(tmp_path).app_context(), outbox() as send:
        send(MAIL)
    (kept,) = (tmp_path / "outbox").iterdir()
    assert kept.suffix == ".eml"
    assert kept.stat().st_mode & 0o077 == 0
    assert b"ada@example.org" in kept.read_bytes()


def test_a_server_gets_text_html_and_attachment(tmp_path: Path, server: MailServer) -> None:
    """One connection, two mails."""
    where = {"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_starttls": False}
    with site(tmp_path, **where, mail_sender="Passerelle <bonjour@example.org>").app_context(), outbox() as send:
        send(MAIL)
        send(MAIL)
    assert len(server.mails) == 2
    for part in (b"From: Passerelle <bonjour@example.org>", b"text/plain", b"text/html", b"text/calendar", b"a.ics"):
        assert part in server.raw[0]
    assert not (tmp_path / "outbox").exists()


def test_a_refused_address_is_an_error_that_names_nobody(tmp_path: Path, server: MailServer) -> None:
    """The next mail still leaves."""
    where = {"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_starttls": False}
    with site(tmp_path, **where, mail_sender="bonjour@example.org").app_context(), outbox() as send:
        with pytest.raises(MailError) as refused:
            send(Message("ada@refused.example", "Équipe", "Bonjour", "<p>Bonjour</p>"))
        assert "ada" not in repr(refused.value)
        assert refused.value.__cause__ is None
        send(MAIL)
    assert len(server.mails) == 1


def test_a_server_that_is_away_is_told(tmp_path: Path) -> None:
    """Before any mail is written."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    away = site(tmp_path, smtp_host="127.0.0.1", smtp_port=port, smtp_starttls=False, mail_sender="a@example.org")
    with away.app_context(), pytest.raises(MailError), outbox():
        pytest.fail("there is no server")


@pytest.mark.parametrize(
    "message", [Message("a@example.org\nBcc: b@example.org", "x", "x", "x"), Message("a@example.org", "x\ny", "x", "x")]
)
def test_no_line_break_becomes_a_header(message: Message) -> None:
    """Neither in an address nor in a subject."""
    with pytest.raises(ValueError, match="linefeed"):
        message.as_email("Passerelle <bonjour@example.org>")


def test_a_message_does_not_show_itself() -> None:
    """What logs would show of it holds no address and no text."""
    assert "ada" not in repr(MAIL)
    assert "Bonjour" not in repr(MAIL)


def test_a_server_needs_a_sender() -> None:
    """Said in one sentence when the service starts; the password is not shown."""
    with pytest.raises((ConfigurationError, ValidationError), match="MAIL_SENDER"):
        Settings(environment="testing", smtp_host="mail.example.org")
    assert "secret-word" not in repr(Settings(environment="testing", smtp_password="secret-word"))
