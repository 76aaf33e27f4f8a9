"""The page of public figures: drawings, tables, definitions and files."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import datetime
from importlib import import_module
from itertools import pairwise

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.insights.figures import Figures, YearRow, public_figures
from matcher.people import DeclineReason
from matcher.store import Need, PastCount
from matcher.store.session import writing
from tests.web.browser import visit
from web.assets import Site
from web.statistics.charts import BAR_WIDTH, COLUMNS_HEIGHT, WIDTH, bars, columns
from web.statistics.words import DEFINITIONS
from web.wiring import db

#: What happened before, in counts that are easy to look for.
HAPPENED = {
    ("proposal", ""): 4111, ("answered", ""): 1222, ("answer_days", "3"): 1222, ("introduced", ""): 433,
    ("met", ""): 244, ("started", ""): 3, ("declined", "too_far"): 155, ("declined", "budget"): 2,
    ("outcome", "contract"): 66, ("counterfactual", "no"): 57,
}  # fmt: skip


@pytest.fixture
def busy(app: Site) -> None:
    """A territory in which a lot has happened."""
    with app.app_context(), writing(db.session):
        for (what, detail), count in HAPPENED.items():
            db.session.add(PastCount(year=2025, what=what, detail=detail, count=count))


def test_a_young_territory_is_told_so(client: FlaskClient) -> None:
    """Needs and offers, and what there will be; no drawing of nothing, no made-up share."""
    page = visit(client, "/en/chiffres")
    assert "Nobody has answered yet" in page.text
    assert "too few yet" in page.text
    assert "Why sides say no</h2>" not in page.text


@pytest.mark.usefixtures("busy")
def test_every_figure_has_a_definition_and_a_table(client: FlaskClient) -> None:
    """Each drawing is hidden from screen readers, and a table beside it says the same."""
    text = visit(client, "/en/chiffres").text
    for definition in DEFINITIONS.values():
        assert str(definition.meaning).split("’", maxsplit=1)[0][:40] in text
    drawings = re.findall(r'<svg class="bars"[^>]*>', text)
    assert len(drawings) == text.count("<table>") == 5
    assert all('aria-hidden="true"' in drawing for drawing in drawings)
    for told in ("4,111", "1,222", "433", "244", "155", "57"):
        assert text.count(f">{told}<") >= 2, told


@pytest.mark.usefixtures("busy")
def test_small_counts_are_told_as_fewer_than_five(client: FlaskClient) -> None:
    """In the table in words, in the drawing in short; the number itself is nowhere."""
    text = visit(client, "/en/chiffres").text
    assert text.count("fewer than 5") >= 2
    assert "&lt; 5</text>" in text
    assert ">3<" not in re.sub(r"<dd>3</dd>", "", text)


@pytest.mark.usefixtures("busy")
def test_files_hold_every_figure_with_its_definition(client: FlaskClient) -> None:
    """CSV and JSON say the same; what is held back has no value and says so."""
    table = list(
        csv.DictReader(io.StringIO(client.get("/en/chiffres/export.csv").data.decode("utf-8-sig")), delimiter=";")
    )
    told = json.loads(client.get("/en/chiffres/export.json").data)["items"]
    assert [row["figure"] for row in table] == [row["figure"] for row in told]
    by_name = {(row["figure"], row["detail"]): row for row in told}
    assert by_name["introduced", ""]["value"] == 433
    assert by_name["median_days", ""]["value"] == 3.0
    assert by_name["declined", "budget"] | {"definition": ""} == {
        "figure": "declined", "detail": "budget", "value": None, "unit": "count", "held_back": True, "definition": "",
    }  # fmt: skip
    assert {row["detail"] for row in told if row["figure"] == "declined"} == {reason.value for reason in DeclineReason}
    assert all(row["definition"] for row in told)
    assert by_name["years", "2025 introduced"]["value"] == 433


def test_the_page_is_reached_from_every_page(client: FlaskClient) -> None:
    """By the foot."""
    assert "/chiffres" in visit(client, "/").links
    assert "/en/chiffres" in visit(client, "/en/besoins").links


def test_unknown_files_do_not_exist(client: FlaskClient) -> None:
    """As everywhere."""
    assert client.get("/chiffres/export.exe").status_code == 404


# -- drawings -------------------------------------------------------------------------------------


def test_bars_are_as_long_as_their_counts() -> None:
    """The largest is whole, nought is nothing, one that is seen at all is seen, one held back is as long as five."""
    drawn = bars([("a", 1000), ("b", 500), ("c", 0), ("d", None), ("e", 5)])
    assert [bar.length for bar in drawn.bars] == [BAR_WIDTH, BAR_WIDTH / 2, 0.0, 3.0, 3.0]
    assert drawn.height > drawn.bars[-1].y


def test_nothing_is_drawn_of_nothing() -> None:
    """No division by nought."""
    assert [bar.length for bar in bars([("a", 0)]).bars] == [0.0]
    assert columns([]) == ()


@pytest.mark.parametrize("years", [1, 2, 3, 12])
def test_columns_stay_inside_the_drawing(years: int) -> None:
    """However many years: side by side, on the ground, none wider than its place."""
    drawn = columns([YearRow(2020 + place, 10 * place + 1, 7, None if place % 2 else 5) for place in range(years)])
    parts = [column for year in drawn for column in year.columns]
    assert all(column.x >= 0 and column.x + column.width <= WIDTH for column in parts)
    assert all(abs(column.y + column.height - COLUMNS_HEIGHT) < 0.11 for column in parts)
    assert all(first.x + first.width <= second.x for first, second in pairwise(parts))
    assert sum(column.kind == "met" for column in parts) == (years + 1) // 2


@pytest.mark.usefixtures("busy")
def test_what_has_not_changed_is_not_sent_again(client: FlaskClient) -> None:
    """The page has an ETag; a browser that has it is told so, until something that is counted changes."""
    first = client.get("/en/chiffres")
    again = client.get("/en/chiffres", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    with client.application.app_context(), writing(db.session):
        db.session.add(PastCount(year=2024, what="met", detail="", count=30))
    changed = client.get("/en/chiffres", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert ">274<" in changed.text


def test_figures_are_counted_again_only_when_something_changed(
    app: Site, client: FlaskClient, busy: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two visits of page and file count once; a posting that is deleted counts again."""
    counted = []

    def counting(session: Session, now: datetime) -> Figures:
        counted.append(now)
        return public_figures(session, now)

    monkeypatch.setattr(import_module("web.statistics.views"), "public_figures", counting)
    client.get("/en/chiffres")
    client.get("/en/chiffres/export.json")
    assert len(counted) == 1
    with app.app_context(), writing(db.session):
        db.session.delete(db.session.scalars(select(Need).limit(1)).one())
    client.get("/en/chiffres")
    assert len(counted) == 2
