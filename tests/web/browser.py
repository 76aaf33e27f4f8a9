"""A browser without JavaScript, as small as the tests need: it reads the form of a page and sends it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_VOID = {"input", "meta", "link", "br", "img", "hr"}


@dataclass
class Form:
    """What a browser would send: names and values in the order of the page."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    #: Every choice that the form offers, ticked or not.
    choices: list[tuple[str, str]] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        values = self.all(name)
        assert len(values) == 1, f"{name}: {values}"
        return values[0]

    def all(self, name: str) -> list[str]:
        """Values that would be sent under ``name``."""
        return [value for key, value in self.fields if key == name]

    def fill(self, **values: str | list[str]) -> Form:
        """Type or tick; ``organisation__name`` stands for the field "organisation-name"."""
        for key, value in values.items():
            name = key.replace("__", "-")
            at = next((index for index, (known, _) in enumerate(self.fields) if known == name), len(self.fields))
            self.fields = [item for item in self.fields if item[0] != name]
            told = [value] if isinstance(value, str) else value
            self.fields[at:at] = [(name, text) for text in told]
        return self

    def send(self, client: FlaskClient, **options: Any) -> TestResponse:
        """Send the form to the address that it names."""
        data: dict[str, list[str]] = {}
        for name, value in self.fields:
            data.setdefault(name, []).append(value)
        return client.post(self.action.partition("#")[0], data=data, **options)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.ids: list[str] = []
        self.title = ""
        self.links: list[str] = []
        self._form: Form | None = None
        self._select = ""
        self._options: list[tuple[str, bool]] = []
        self._textarea: str | None = None
        self._text = ""
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "title" and not self.title:
            self._in_title = True
        if tag == "form":
            self._form = Form(given.get("action", ""))
            self.forms.append(self._form)
        if self._form is not None:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        assert self._form is not None
        if tag == "input" and "name" in given:
            kind = given.get("type", "text")
            value = given.get("value", "on" if kind in {"checkbox", "radio"} else "")
            if kind in {"checkbox", "radio"}:
                self._form.choices.append((given["name"], value))
            if kind not in {"checkbox", "radio", "submit", "button"} or "checked" in given:
                self._form.fields.append((given["name"], value))
        elif tag == "select":
            self._select, self._options = given["name"], []
        elif tag == "option" and self._select:
            self._options.append((given.get("value", ""), "selected" in given))
            self._form.choices.append((self._select, given.get("value", "")))
        elif tag == "textarea":
            self._textarea, self._text = given["name"], ""

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        if self._textarea is not None:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        if tag == "form":
            self._form = None
        if self._form is None:
            return
        if tag == "select" and self._options:
            chosen = [value for value, selected in self._options if selected]
            self._form.fields.append((self._select, chosen[-1] if chosen else self._options[0][0]))
            self._select = ""
        if tag == "textarea" and self._textarea is not None:
            # A browser drops the line end right behind the opening tag.
            self._form.fields.append((self._textarea, self._text.removeprefix("\n")))
            self._textarea = None


class Page:
    """A page that was read: its title, identifiers, links and forms."""

    def __init__(self, response: TestResponse) -> None:
        reader = _Reader()
        reader.feed(response.text)
        self.status = response.status_code
        self.text = response.text
        self.title = " ".join(reader.title.split())
        self.ids, self.links, self.forms = reader.ids, reader.links, reader.forms
        for form in self.forms:
            form.action = form.action or response.request.path

    def form(self, action: str = "") -> Form:
        """The form whose address ends so."""
        found = [form for form in self.forms if form.action.partition("#")[0].endswith(action)]
        assert len(found) == 1, [form.action for form in self.forms]
        return found[0]


def visit(client: FlaskClient, address: str) -> Page:
    """Open a page that exists."""
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return Page(response)
