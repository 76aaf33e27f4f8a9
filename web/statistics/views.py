"""The public figures: a page with drawings and tables, and the same as files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any, Final, NamedTuple

from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from matcher.clock import utc_now
from matcher.insights.facts import SETTLING_DAYS, mark_of
from matcher.insights.figures import SMALLEST, Cell, Figures, public_figures
from matcher.people import Counterfactual, DeclineReason, Outcome
from web.browsing.files import file_answer
from web.labels import label
from web.statistics.charts import BAR_HEIGHT, COLUMNS_HEIGHT, WIDTH, bars, columns
from web.statistics.words import DEFINITIONS
from web.wiring import db

bp = Blueprint("statistics", __name__, url_prefix="/chiffres")

_EXTENSION: Final = "passerelle.figures"


class Kept(NamedTuple):
    """Figures that this process counted last, and the mark of what they were counted from."""

    mark: str
    figures: Figures


HEADERS: Final = ("figure", "detail", "value", "unit", "held_back", "definition")

#: Figures that are lists of cells, and what their codes are.
_LISTS: Final[dict[str, type[StrEnum]]] = {
    "declined": DeclineReason,
    "outcomes": Outcome,
    "counterfactual": Counterfactual,
}
#: The way of a pair, from proposal to project.
_STEPS: Final = ("proposals", "answered", "introduced", "met", "started")
_UNITS: Final = {"answered_share": "share", "never_proposed_share": "share", "median_days": "days"}


@bp.get("")
def index() -> ResponseReturnValue:
    """What comes of the service, in figures that name nobody."""
    figures = _figures()
    lists = {name: _named(getattr(figures, name), codes) for name, codes in _LISTS.items()}
    steps = [(str(DEFINITIONS[name].name), getattr(figures, name)) for name in _STEPS]
    page = render_template(
        "statistics/index.html",
        figures=figures,
        steps=steps,
        lists=lists,
        drawings={name: bars(rows) for name, rows in {**lists, "steps": steps}.items()},
        years=columns(figures.years),
        definitions=DEFINITIONS,
        smallest=SMALLEST,
        settling_days=SETTLING_DAYS,
        sizes={"width": WIDTH, "bar": BAR_HEIGHT, "columns": COLUMNS_HEIGHT},
    )
    response = current_app.make_response(page)
    response.add_etag()
    return response.make_conditional(request)


@bp.get("/export.<any(csv, xlsx, json):fmt>")
def export(fmt: str) -> ResponseReturnValue:
    """Every figure of the page, one a row, with its definition."""
    if fmt not in {"csv", "xlsx", "json"}:
        abort(404)
    rows = list(_rows(_figures()))
    return file_answer(rows, HEADERS, "figures", fmt)


def _figures() -> Figures:
    """The public figures as they are now; counted again only when something that they count has changed."""
    now, known = utc_now(), current_app.extensions
    mark = mark_of(db.session, now)
    kept: Kept | None = known.get(_EXTENSION)
    if kept is None or kept.mark != mark:
        known[_EXTENSION] = kept = Kept(mark, public_figures(db.session, now))
    return kept.figures


def _named(cells: Sequence[Cell], codes: type[StrEnum]) -> list[tuple[str, int | None]]:
    return [(str(label(codes(cell.code))), cell.value) for cell in cells]


def _rows(figures: Figures) -> Iterator[dict[str, Any]]:
    for name in DEFINITIONS:
        if name in _LISTS:
            for cell in getattr(figures, name):
                yield _row(name, cell.code, cell.value)
        elif name == "years":
            for row in figures.years:
                for detail in ("needs", "offers", "introduced"):
                    yield _row("years", f"{row.year} {detail}", getattr(row, detail))
        else:
            yield _row(name, "", getattr(figures, name))


def _row(figure: str, detail: str, value: float | None) -> dict[str, Any]:
    return {
        "figure": figure,
        "detail": detail,
        "value": round(value, 4) if isinstance(value, float) else value,
        "unit": _UNITS.get(figure, "count"),
        "held_back": value is None,
        "definition": str(DEFINITIONS[figure].meaning),
    }
