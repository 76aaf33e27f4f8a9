"""As much of a mail server as the service needs: it takes mails, and refuses some when it is told to."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage


class MailServer(socketserver.ThreadingTCPServer):
    """Mails to addresses of ``refused.example`` are refused for good, to ``later.example`` for now."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int = 0) -> None:
        self.raw: list[bytes] = []
        super().__init__(("127.0.0.1", port), _Session)

    @property
    def mails(self) -> list[EmailMessage]:
        """What it took, read."""
        return [_read(raw) for raw in self.raw]

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._say("220 ready")
        while line := self.rfile.readline():
            command = line.strip().upper()
            if command.startswith(b"DATA"):
                self._say("354 go on")
                self.server.raw.append(self._body())  # type: ignore[attr-defined]
                self._say("250 taken")
            elif command.startswith(b"QUIT"):
                self._say("221 bye")
                return
            else:
                self._say(_answer(command))

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def _body(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        return b"".join(lines)


def _read(raw: bytes) -> EmailMessage:
    found = message_from_bytes(raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def _answer(command: bytes) -> str:
    if b"REFUSED.EXAMPLE" in command:
        return "550 no such person"
    return "451 come back later" if b"LATER.EXAMPLE" in command else "250 fine"


@contextmanager
def serving(port: int = 0) -> Iterator[MailServer]:
    """A mail server on this machine."""
    with MailServer(port) as made:
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        try:
            yield made
        finally:
            made.shutdown()
            thread.join()
