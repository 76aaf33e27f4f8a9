"""The text of a mail: its plain part, or its HTML read as text; and how many files came with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from html.parser import HTMLParser
from typing import Final

#: Characters of a body that are read: a page of text among quoted history. Chosen, not measured.
MAX_BODY_CHARS: Final = 200_000
#: Parts of a mail that are looked at.
MAX_PARTS: Final = 100

#: What programs add by themselves, and nobody means to send.
_NOT_FILES: Final = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
)
#: Unicode categories of control characters, surrogates, private and unassigned signs.
_UNSEEN: Final = frozenset({"Cc", "Cs", "Co", "Cn"})
_SKIPPED: Final = frozenset({"head", "script", "style", "title", "template"})
_BLOCKS: Final = frozenset(
    {"address", "article", "blockquote", "br", "div", "dd", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol",
     "p", "pre", "section", "table", "tr", "ul"}
)  # fmt: skip


@dataclass(frozen=True, slots=True, repr=False)
class Body:
    """``text`` with quoted history, and how many files came along."""

    text: str
    attachments: int


def read_body(mail: Message) -> Body:
    """The text of ``mail``: every plain part that is no file, or else the first one in HTML."""
    plain_parts, html_parts, files = [], [], 0
    for part in _leaves(mail):
        kind = part.get_content_type()
        if _is_file(part, kind):
            files += 0 if _is_decoration(part, kind) else 1
        elif kind == "text/plain":
            plain_parts.append(part)
        else:
            html_parts.append(part)
    text = "\n".join(filter(str.strip, map(_decoded, plain_parts)))
    return Body(text if text.strip() or not html_parts else html_text(_decoded(html_parts[0])), files)


def plain(text: str) -> str:
    """``text`` in one form: LF, composed accents; no control characters, blanks at line ends, empty lines in a row."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    text = "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in _UNSEEN)
    lines = (line.rstrip() for line in text.replace("\t", " ").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def html_text(html: str) -> str:
    """What a reader of ``html`` sees; quoted blocks have a ``>`` before each line, as in plain mails."""
    reader = _Reader()
    # The parser raises AssertionError for some broken declarations: what was read until then counts.
    with suppress(AssertionError):
        reader.feed(html)
        reader.close()
    return reader.text()


def _leaves(mail: Message) -> Iterator[Message]:
    """Parts that hold something, in order; a mail within the mail is one part."""
    waiting, seen = [mail], 0
    while waiting and seen < MAX_PARTS:
        part, seen = waiting.pop(0), seen + 1
        payload = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(payload, list):
            waiting[:0] = [each for each in payload if isinstance(each, Message)]
        else:
            yield part


def _is_file(part: Message, kind: str) -> bool:
    return part.get_content_disposition() == "attachment" or kind not in {"text/plain", "text/html"}


def _is_decoration(part: Message, kind: str) -> bool:
    """Signatures of programs, and pictures that the HTML shows, such as the logo below a signature."""
    shown = kind.startswith("image/") and part.get_content_disposition() != "attachment"
    return kind in _NOT_FILES or (shown and part.get("Content-ID") is not None) or kind.startswith("multipart/")


def _decoded(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        text = content.decode(str(part.get_content_charset("utf-8")), "replace")
    except (LookupError, ValueError):  # no charset, or a codec that makes no text
        text = content.decode("utf-8", "replace")
    return text[:MAX_BODY_CHARS]


class _Reader(HTMLParser):
    """Collects lines of text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[tuple[int, str]] = []
        self._line: list[str] = []
        self._quoted = 0
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self._end_line()
        if tag == "p":
            self._lines.append((self._quoted, ""))
        elif tag == "li":
            self._line.append("- ")
        self._quoted += tag == "blockquote"
        self._hidden += tag in _SKIPPED

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end_line()
        if tag == "blockquote":
            self._quoted = max(0, self._quoted - 1)
        if tag in _SKIPPED:
            self._hidden = max(0, self._hidden - 1)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._line.append(re.sub(r"\s+", " ", data))

    def text(self) -> str:
        """The lines so far."""
        self._end_line()
        return "\n".join(f"> {line}" if quoted else line for quoted, line in self._lines).strip("\n")

    def _end_line(self) -> None:
        line = re.sub(r" {2,}", " ", "".join(self._line)).strip()
        if line:
            self._lines.append((self._quoted, line))
        self._line.clear()
