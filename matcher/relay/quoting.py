"""What somebody wrote this time: without the mail that is answered, and without the signature.

Conservative: what is not surely history stays, because a line too many does no harm and a line too few is lost.
Quotes between the lines of an answer stay as well: they say what is answered.
"""

from __future__ import annotations

import re
from typing import Final

#: Lines that are looked at. Chosen: longer mails are refused anyway, and patterns are tried on each line.
MAX_LINES: Final = 4_000
#: Longest line that can be the beginning of history.
MAX_MARK_CHARS: Final = 300

#: "On … wrote:" in the languages of the region; the name may have pushed the end onto a second line.
_WROTE: Final = re.compile(
    r"(le|on|am|el|il|op)\b.{4,280}(a écrit|a écrit|wrote|schrieb|escribió|ha scritto|schreef)\b.{0,80}:$",
    re.IGNORECASE,
)
_DIVIDER: Final = re.compile(
    r"[-_\s]{2,}(message d['’]origine|message transféré|original message|forwarded message|ursprüngliche nachricht"
    r"|weitergeleitete nachricht)[-_\s]{2,}",
    re.IGNORECASE,
)
_FROM: Final = re.compile(r"\*?(de|from|von)\s?:\*?\s.+", re.IGNORECASE)
_SENT: Final = re.compile(r"\*?(envoyé|sent|date|gesendet|datum)\s?:\*?\s.+", re.IGNORECASE)
_TO: Final = re.compile(r"\*?(à|to|an|objet|subject|betreff)\s?:\*?\s.*", re.IGNORECASE)
_DEVICE: Final = re.compile(
    r"(envoyé (de|depuis)|sent (from|via)|von meinem|gesendet (von|mit)|get outlook|obtenir outlook"
    r"|télécharger outlook).{0,80}",
    re.IGNORECASE,
)
#: The delimiter of signatures (RFC 3676, 4.3); programs lose its blank.
_SIGNATURE: Final = frozenset({"-- ", "--"})


def own_words(text: str) -> str:
    """``text`` (lines ended by LF) without history and signature; empty when nothing else is in it."""
    lines = text.split("\n")[:MAX_LINES]
    lines = _without_leading_quote(_without_trailing_quote(_before_forwarded(lines)))
    return "\n".join(_without_device(_without_signature(lines))).strip()


def _before_forwarded(lines: list[str]) -> list[str]:
    """Lines before a divider or a block of headers: everything below is another mail."""
    for number, line in enumerate(lines):
        if len(line) <= MAX_MARK_CHARS and (_DIVIDER.fullmatch(line.strip()) or _is_header_block(lines, number)):
            before = lines[:number]
            while before and set(before[-1].strip()) <= {"_", "-"}:
                before.pop()
            return before
    return lines


def _is_header_block(lines: list[str], number: int) -> bool:
    """Whether "From: …, Sent: …, To: …" begins here, as Outlook writes above the mail that is answered."""
    if not _FROM.fullmatch(lines[number].strip()):
        return False
    below = [line.strip() for line in lines[number + 1 : number + 5]]
    return any(map(_SENT.fullmatch, below)) and any(map(_TO.fullmatch, below))


def _without_trailing_quote(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and _is_quoted_or_blank(lines[end - 1]):
        end -= 1
    quotes = any(line.strip() for line in lines[end:])
    return lines[: _before_wrote(lines, end)] if quotes or _ends_with_wrote(lines, end) else lines


def _without_leading_quote(lines: list[str]) -> list[str]:
    """An answer below the whole mail: its quote goes when text of one's own follows."""
    start = _after_wrote(lines)
    end = start
    while end < len(lines) and _is_quoted_or_blank(lines[end]):
        end += 1
    quoted = any(line.startswith(">") for line in lines[start:end])
    return lines[end:] if quoted and end < len(lines) else lines


def _ends_with_wrote(lines: list[str], end: int) -> bool:
    return _before_wrote(lines, end) < end


def _before_wrote(lines: list[str], end: int) -> int:
    """Where the "On … wrote:" begins that ends at ``end``; ``end`` itself when there is none."""
    for count in (1, 2, 3):
        if end >= count and _is_wrote(lines[end - count : end]):
            return end - count
    return end


def _after_wrote(lines: list[str]) -> int:
    """Where the quote begins at the top of a mail, below its "On … wrote:"."""
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    for count in (1, 2, 3):
        if _is_wrote(lines[first : first + count]):
            return first + count
    return first


def _is_wrote(lines: list[str]) -> bool:
    told = " ".join(line.strip() for line in lines)
    return len(told) <= MAX_MARK_CHARS and _WROTE.fullmatch(told) is not None


def _is_quoted_or_blank(line: str) -> bool:
    return line.startswith(">") or not line.strip()


def _without_signature(lines: list[str]) -> list[str]:
    for number, line in enumerate(lines):
        if line in _SIGNATURE and any(before.strip() for before in lines[:number]):
            return lines[:number]
    return lines


def _without_device(lines: list[str]) -> list[str]:
    """Without a last line such as "Sent from my phone", if anything stands before it."""
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines[:-1] if lines and _DEVICE.fullmatch(lines[-1].strip()) else lines
