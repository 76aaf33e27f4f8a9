"""From proposal to outcome: a picture, the table beside it, and the same by theme and by month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from matcher.clock import today
from matcher.oversight.funnel import STAGES, Path, Stage, Stop, breakdown, funnel
from matcher.oversight.funnel_paths import load_paths
from matcher.postings.references import References
from web.animator import arguments
from web.animator.area import bp
from web.animator.drawing import piers_of
from web.animator.words import STAGE_MEANINGS, STAGE_NAMES, STOP_NAMES
from web.browsing.files import file_answer
from web.filters import term_label
from web.wiring import db

#: Months that are shown unless asked otherwise.
MONTHS: Final = 12
EXPORT_HEADERS: Final = ("by", "key", *STAGES)
_FILTERS: Final = ("since", "until", "theme")


@bp.get("/parcours")
def show_funnel() -> ResponseReturnValue:
    """How far pairs come, where they stop, and how long each step takes."""
    since, until = _period()
    themes = References(db.session).themes
    paths = _paths(since, until)
    steps = funnel(paths)
    return render_template(
        "animator/funnel.html",
        since=since,
        until=until,
        theme=request.args.get("theme", ""),
        themes=sorted(((code, term_label(row)) for code, row in themes.items()), key=lambda item: item[1]),
        steps=steps,
        picture=piers_of(steps, paths),
        stops=Stop,
        stages=Stage,
        by_theme=[(term_label(themes[code]), counts) for code, counts in _by_theme(paths) if code in themes],
        by_month=_by_month(paths),
        stage_names=STAGE_NAMES,
        stage_meanings=STAGE_MEANINGS,
        stop_names=STOP_NAMES,
        exports=arguments.exports("export_funnel", _FILTERS),
        month_of=lambda month: date.fromisoformat(f"{month}-01"),
    )


@bp.get("/parcours/export.<any(csv, xlsx, json):fmt>")
def export_funnel(fmt: str) -> Response:
    """Counts of all pairs, by theme and by month, as a file."""
    paths = _paths(*_period())
    everything = breakdown(paths, lambda path: ("all",))
    views = (("all", everything), ("theme", _by_theme(paths)), ("month", _by_month(paths)))
    rows = [{"by": by, "key": key, **counts} for by, found in views for key, counts in found]
    return file_answer(rows, EXPORT_HEADERS, "funnel", fmt)


def _period() -> tuple[date, date]:
    """Days of the address, else the last twelve months, from the first of a month."""
    day = today()
    begin = date(day.year - 1, day.month, 1)
    return arguments.day("since") or begin, arguments.day("until") or day


def _paths(since: date, until: date) -> Sequence[Path]:
    theme = request.args.get("theme", "")
    found = load_paths(db.session, since, until, today())
    return [path for path in found if not theme or theme in path.themes]


def _by_theme(paths: Sequence[Path]) -> list[tuple[str, dict[Stage, int]]]:
    """The most proposed first."""
    return sorted(breakdown(paths, lambda path: path.themes), key=lambda row: (-row[1][STAGES[0]], row[0]))


def _by_month(paths: Sequence[Path]) -> list[tuple[str, dict[Stage, int]]]:
    """The newest first."""
    return sorted(breakdown(paths, lambda path: (path.month,)), reverse=True, key=_key)


def _key(row: tuple[str, Any]) -> str:
    return row[0]
