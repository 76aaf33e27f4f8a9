"""What mails are built of. Text and HTML of a mail are two drawings of the same blocks: they cannot say two things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from flask import render_template

from matcher.notifications.letters import Words

#: Longest subject: what the list of a mail program shows of it, and some more. Chosen.
SUBJECT_CHARS: Final = 140


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``small`` for what is said in passing."""

    text: str
    small: bool = False
    kind: str = "paragraph"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; ``side`` gives it the colour of needs or offers."""

    text: str
    language: str = ""
    side: str = ""
    kind: str = "heading"


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that somebody else wrote."""

    text: str
    language: str = ""
    kind: str = "quote"


@dataclass(frozen=True, slots=True)
class Link:
    """Somewhere to go; ``main`` is the one thing that the mail is for."""

    words: str
    url: str
    main: bool = False


@dataclass(frozen=True, slots=True)
class Links:
    """Links in a row, in the text one a line."""

    links: Sequence[Link]
    kind: str = "links"


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values, such as how to reach somebody."""

    rows: Sequence[tuple[str, str]]
    kind: str = "facts"


@dataclass(frozen=True, slots=True)
class Card:
    """A need or an offer: what it is, where, why it fits, what does not, what to do."""

    side: str
    label: str
    title: str
    url: str
    language: str
    who: str
    read: str
    excerpt: str = ""
    met: Sequence[str] = ()
    unmet: Sequence[str] = ()
    links: Sequence[Link] = ()
    kind: str = "card"


Block: TypeAlias = Paragraph | Heading | Quote | Links | Facts | Card


@dataclass(frozen=True, slots=True)
class Body:
    """A mail before it is drawn: one line of subject, blocks, and an .ics file or nothing."""

    subject: str
    blocks: Sequence[Block]
    calendar: str = ""


@dataclass(frozen=True, slots=True)
class Foot:
    """The end of every mail: who writes, to whom and why, and how to have it otherwise."""

    signature: Sequence[str]
    why: str
    preferences: Link | None = None


def drawn(body: Body, foot: Foot) -> Words:
    """The mail as text and as HTML, in the language that is set."""
    subject = one_line(body.subject)
    values = {"subject": subject, "blocks": body.blocks, "foot": foot}
    text = render_template("mail/letter.txt", **values)
    return Words(subject, text.strip() + "\n", render_template("mail/letter.html", **values), body.calendar)


def one_line(text: str) -> str:
    """``text`` as a subject: one line, not too long, whatever a title may hold."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= SUBJECT_CHARS else line[: SUBJECT_CHARS - 1].rstrip() + "…"
