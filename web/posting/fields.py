"""Fields of posting forms: they parse and show; ``matcher.postings.drafts`` alone judges.

Numbers and dates stay texts here, so that whatever was typed comes back as it was typed. Each field
may carry an ``example``, shown below its hint, and a ``limit``, which feeds the counter of characters.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, Form, FormField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from matcher.postings.limits import TextLimit
from web.labels import label


def choices_of(enum: type[StrEnum], blank: Any = None) -> list[SelectChoice]:
    """Choices of a field whose answers are an enum; ``blank`` is the text of "no answer", if it has one."""
    members = [SelectChoice(member.value, label(member)) for member in enum]
    return members if blank is None else [SelectChoice("", blank), *members]


class Line(StringField):  # type: ignore[misc]
    """A text on one line."""

    def __init__(
        self, text: Any, hint: Any = "", *, example: Any = "", limit: TextLimit | None = None, **more: Any
    ) -> None:
        super().__init__(text, description=hint, **more)
        self.example = example
        self.limit = limit


class PlaceLine(Line):
    """A place by name or postcode. ``candidates`` are the places that it may mean, offered as choices.

    They are sent under the same name, before the typed text: the first answer that is not blank counts.
    """

    candidates: Sequence[str] = ()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the chosen candidate, else what was typed."""
        if valuelist:
            self.data = next((value for value in valuelist if value.strip()), "")


class Paragraph(TextAreaField):  # type: ignore[misc]
    """A text that may have some lines."""

    def __init__(
        self, text: Any, hint: Any = "", *, example: Any = "", limit: TextLimit | None = None, **more: Any
    ) -> None:
        super().__init__(text, description=hint, **more)
        self.example = example
        self.limit = limit


class Number(Line):
    """A number as people write it; ``unit`` is shown after the box."""

    def __init__(self, text: Any, hint: Any = "", *, unit: Any = "", **more: Any) -> None:
        super().__init__(text, hint, render_kw={"inputmode": "decimal", "autocomplete": "off"}, **more)
        self.unit = unit


class Day(Line):
    """A date: the browser's own picker, or any French or English way of writing one."""


class OneOf(SelectField):  # type: ignore[misc]
    """One answer of a list. An answer that is not in it is kept, for the draft to refuse."""

    def __init__(self, text: Any, choices: Sequence[SelectChoice], hint: Any = "", **more: Any) -> None:
        super().__init__(text, choices=list(choices), description=hint, validate_choice=False, **more)


class SomeOf(SelectMultipleField):  # type: ignore[misc]
    """Any number of answers of a list, as tick boxes; one that is sent twice counts once."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, text: Any, choices: Sequence[SelectChoice] = (), hint: Any = "", **more: Any) -> None:
        super().__init__(text, choices=list(choices), description=hint, validate_choice=False, **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep the first of equal answers."""
        self.data = list(dict.fromkeys(valuelist))


class Tick(BooleanField):  # type: ignore[misc]
    """Yes when ticked."""

    def __init__(self, text: Any, hint: Any = "", **more: Any) -> None:
        super().__init__(text, description=hint, **more)


class DraftValues:
    """What was typed, in the shape that ``matcher.postings.drafts`` reads."""

    #: Fields that are not of the draft.
    outside: frozenset[str] = frozenset({"csrf_token"})

    def values(self: Any) -> dict[str, object]:
        """Values by the draft's field names: texts as typed, lists of ticked codes, true and false."""
        return {
            name: field.data if field.data is not None else ""
            for name, field in self._fields.items()
            if name not in self.outside and not isinstance(field, FormField)
        }


class DraftForm(DraftValues, FlaskForm):  # type: ignore[misc]
    """A whole page's form, with its CSRF token."""


class DraftPart(DraftValues, Form):  # type: ignore[misc]
    """A block within a page's form."""
