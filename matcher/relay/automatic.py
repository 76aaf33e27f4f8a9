"""Mails that no person wrote, and what servers say about mails: pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message
from typing import Final

#: Headers whose presence says that a machine or a list writes.
_TELLING_HEADERS: Final = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply-From", "List-Id", "List-Unsubscribe", "X-Loop")
_BULK: Final = frozenset({"bulk", "junk", "list", "auto_reply"})
_RESULT: Final = re.compile(r"\b(dmarc|dkim|spf)\s*=\s*([a-z]+)", re.IGNORECASE)
_STATUS: Final = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_MESSAGE_ID: Final = re.compile(r"<[^<>\s]{1,250}>")


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail of this site that was not delivered: its Message-ID, and the enhanced status code (RFC 3463)."""

    message_id: str
    code: str


def header(mail: Message, name: str) -> str:
    """The first header of that name as it was written, its folded lines joined; empty when missing."""
    found = mail.get(name)
    return "" if found is None else " ".join(str(found).split())


def is_automatic(mail: Message) -> bool:
    """Whether a machine sent it: RFC 3834, and what machines did before it and still do."""
    submitted = header(mail, "Auto-Submitted").partition(";")[0].strip().lower()
    if submitted not in {"", "no"} or header(mail, "Precedence").lower() in _BULK:
        return True
    if mail.get("Return-Path") is not None and header(mail, "Return-Path") in {"", "<>"}:
        return True
    return mail.get_content_type() == "multipart/report" or any(mail.get(name) is not None for name in _TELLING_HEADERS)


def is_not_authentic(mail: Message, trusted_server: str) -> bool:
    """Whether ``trusted_server`` wrote that the sender's domain did not send the mail (RFC 8601).

    Other servers' headers are not read, and a good result adds no right: whoever writes such a header wins nothing.
    """
    if not trusted_server:
        return False
    results: dict[str, set[str]] = {}
    for told in mail.get_all("Authentication-Results", []):
        server, _, rest = " ".join(str(told).split()).partition(";")
        if server.split(" ")[0].lower() == trusted_server.lower():
            for method, result in _RESULT.findall(re.sub(r"\([^()]*\)", "", rest)):
                results.setdefault(method.lower(), set()).add(result.lower())
    if "dmarc" in results:
        return "fail" in results["dmarc"]
    return "fail" in results.get("spf", set()) and "pass" not in results.get("dkim", set())


def bounce(mail: Message) -> Bounce | None:
    """Which mail could not be delivered, when this is the report of a failure (RFC 3464)."""
    if mail.get_content_type() != "multipart/report" or not mail.is_multipart():
        return None
    codes, message_id = [], ""
    for part in mail.get_payload():
        if not isinstance(part, Message):
            continue
        if part.get_content_type() == "message/delivery-status":
            codes += _failures(part)
        elif part.get_content_type() in {"message/rfc822", "text/rfc822-headers"}:
            message_id = message_id or _returned_id(part)
    return Bounce(message_id, codes[0]) if codes and message_id else None


def _failures(status: Message) -> list[str]:
    """Codes of the recipients whose mail failed; one that is only late is not among them."""
    groups = status.get_payload() if status.is_multipart() else []
    failed = [group for group in groups if isinstance(group, Message) and header(group, "Action").lower() == "failed"]
    return [found[1] if (found := _STATUS.search(header(group, "Status"))) else "5.0.0" for group in failed]


def _returned_id(part: Message) -> str:
    inner = part.get_payload()
    if isinstance(inner, list):
        return header(inner[0], "Message-ID") if inner and isinstance(inner[0], Message) else ""
    told = re.search(r"^Message-ID:\s*(.+)$", str(inner), re.IGNORECASE | re.MULTILINE)
    found = _MESSAGE_ID.search(told[1]) if told else None
    return found[0] if found else ""
