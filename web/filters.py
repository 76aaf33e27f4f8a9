"""What templates may call beyond Jinja: labels, dates, amounts, texts in paragraphs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from babel.units import format_unit
from flask import Flask, current_app
from flask_babel import format_date, format_decimal, gettext
from markupsafe import Markup, escape

from web.i18n import current_language
from web.labels import label
from web.problems import sentence

NO_BREAK_SPACE: Final = "\N{NO-BREAK SPACE}"


def init_app(app: Flask) -> None:
    """Register filters and globals."""
    app.add_template_filter(label_of, "label")
    app.add_template_filter(sentence, "sentence")
    app.add_template_filter(day, "day")
    app.add_template_filter(days, "days")
    app.add_template_filter(paragraphs, "paragraphs")
    app.add_template_filter(number, "number")
    app.add_template_filter(term_label, "term")
    app.add_template_filter(labels_of, "labels")
    app.add_template_global(euros, "euros")
    app.context_processor(_site)


def _site() -> dict[str, Any]:
    settings = current_app.config["SETTINGS"]
    return {"territory_name": settings.territory_name, "settings": settings}


def label_of(member: StrEnum | None) -> str:
    """Words for a value of a closed list; nothing for None."""
    return "" if member is None else str(label(member))


def labels_of(members: Iterable[StrEnum]) -> list[str]:
    """Words for several values, in the order of their list."""
    given = set(members)
    order = [member for kind in {type(member) for member in given} for member in kind]
    return [label_of(member) for member in order if member in given]


def term_label(term: Any) -> str:
    """Label of a theme or skill in the language of the page."""
    return str(term.label(current_language().value))


def days(value: float) -> str:
    """A number of days with its unit, in the language of the page: half a day is singular in French, not in English."""
    return format_unit(value, "duration-day", "long", locale=current_language().value)


def day(value: date | datetime | None, form: str = "long") -> str:
    """A day in the language of the page; nothing for None."""
    return "" if value is None else str(format_date(value, form))


def number(value: float | None) -> str:
    """A number in the language of the page; nothing for None."""
    return "" if value is None else str(format_decimal(value))


def euros(low: int | None, high: int | None) -> str:
    """An amount or a range of whole euros; nothing when both are None."""
    if low is None and high is None:
        return ""
    if low is not None and high is not None and low != high:
        return gettext("%(low)s to %(high)s", low=_amount(low), high=_amount(high))
    if low is None and high is not None:
        return gettext("up to %(high)s", high=_amount(high))
    if high is None and low is not None:
        return gettext("from %(low)s", low=_amount(low))
    return _amount(low or 0)


def _amount(value: int) -> str:
    from_right = format_decimal(value)
    return f"€{from_right}" if current_language() == "en" else f"{from_right}{NO_BREAK_SPACE}€"


def paragraphs(text: str) -> Markup:
    """Paragraphs and line breaks of a plain text, escaped."""
    blocks = [block.strip() for block in text.split("\n\n") if block.strip()]
    return Markup("\n").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(escape(line) for line in block.split("\n"))) for block in blocks
    )
