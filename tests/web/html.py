"""What a page says, read by Python's own parser: no expected answer depends on layout."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Element:
    """A tag with its attributes and the text inside it."""

    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class PageText:
    """Elements of a page in order, and everything a reader sees."""

    elements: list[Element] = field(default_factory=list)
    text: str = ""

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Elements of one tag with these attribute values (``class_`` asks for one class among others)."""
        return [
            element
            for element in self.elements
            if element.tag == tag and all(_has(element, name, value) for name, value in attributes.items())
        ]

    def links(self) -> dict[str, str]:
        """Address of each link by its text; the first one of a text counts."""
        found: dict[str, str] = {}
        for element in self.all("a"):
            found.setdefault(" ".join(element.text.split()), element.attributes.get("href", ""))
        return found

    def json_ld(self) -> list[Any]:
        """Structured data."""
        return [json.loads(element.text) for element in self.all("script", type="application/ld+json")]


def _has(element: Element, name: str, value: str) -> bool:
    given = element.attributes.get(name.rstrip("_"), "")
    return value in given.split() if name == "class_" else given == value


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = PageText()
        self.open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.page.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        for position in range(len(self.open) - 1, -1, -1):
            if self.open[position].tag == tag:
                del self.open[position:]
                return

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data
        if not any(element.tag in {"script", "style"} for element in self.open):
            self.page.text += data


def without_tokens(html: str) -> str:
    """A page less its one-time tokens, which carry the second they were made in: for comparing two pages.

    >>> without_tokens('<input name="csrf_token" type="hidden" value="Im.aw.Zy">')
    '<input name="csrf_token" type="hidden" value="">'
    """
    return re.sub(r'(name="csrf_token"[^>]* value=")[^"]*', r"\1", html)


def read(html: str) -> PageText:
    """Parse a page."""
    reader = _Reader()
    reader.feed(html)
    reader.page.text = " ".join(reader.page.text.split())
    return reader.page
