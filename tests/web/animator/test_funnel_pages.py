"""The funnel on its page and in its file: the same figures, with their definitions; and what home counts."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from matcher.oversight.funnel import Path, Stage, Stop, funnel
from matcher.people import AccountRole, IntroductionState
from matcher.store import Introduction, Proposal
from matcher.store.session import writing
from matcher.vocabulary import Engine, Level, PostingKind
from tests.web.animator.working import case_opened, look_wanted, signed_in
from tests.web.html import read
from tests.web.territory import Territory
from web.animator.drawing import GROUND, TALLEST, piers_of
from web.assets import Site
from web.wiring import db

NOW = datetime.now(UTC)


@pytest.fixture
def pairs(app: Site, territory: Territory) -> None:
    """Three proposals of today; in one of them both sides said yes, the offer's first."""
    with app.app_context(), writing(db.session):
        for position, need in enumerate(("website", "stock", "rounds"), start=1):
            db.session.add(
                Proposal(
                    need_id=territory.needs[need], offer_id=territory.offers["planning"], position=position, score=0.5,
                    level=Level.GOOD, engine=Engine.LEXICAL, shown_at=NOW - timedelta(days=3),
                )
            )  # fmt: skip
        db.session.add(
            Introduction(
                need_id=territory.needs["rounds"], offer_id=territory.offers["planning"],
                state=IntroductionState.INTRODUCED, need_seen_at=NOW - timedelta(days=2),
                offer_yes_at=NOW - timedelta(days=2), need_yes_at=NOW,
            )
        )  # fmt: skip


def test_page_and_file_tell_the_same(app: Site, pairs: None) -> None:
    """3 proposed, 1 seen, 1 with one yes, 1 with two; by theme and month too."""
    client, _ = signed_in(app, AccountRole.ANIMATOR)
    rows = client.get("/animation/parcours/export.json").json["items"]
    everything = next(row for row in rows if row["by"] == "all")
    assert [everything[stage.value] for stage in Stage] == [3, 1, 1, 1, 0, 0, 0]
    assert next(row for row in rows if row["key"] == "home_help")["two_yeses"] == 1
    assert sum(row["proposed"] for row in rows if row["by"] == "month") == 3
    page = read(client.get("/en/animation/parcours").text)
    cells = [cell.text for cell in page.all("td", class_="number")][:12]
    assert cells == ["3", "–", "–", "1", "33 %", "1", "1", "100 %", "0", "1", "100 %", "2"]


def test_the_picture_carries_no_inline_style(app: Site, pairs: None) -> None:
    """The content security policy of the site holds on this page too."""
    answer = signed_in(app, AccountRole.ANIMATOR)[0].get("/animation/parcours")
    assert "<svg" in answer.text
    assert not re.search(r"<[^>]+\sstyle=", answer.text)
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]


def test_other_days_or_another_theme_leave_other_pairs(app: Site, pairs: None) -> None:
    """Filters hold for the page and for the file."""
    client, _ = signed_in(app, AccountRole.ANIMATOR)
    assert "33 %" not in client.get("/animation/parcours?until=2020-01-01").text
    rows = client.get("/animation/parcours/export.json?theme=food_aid").json["items"]
    assert next(row for row in rows if row["by"] == "all")["proposed"] == 2


@pytest.mark.parametrize("query", ["since=hier", "until=2026-13-01"])
def test_days_that_are_none_are_not_found(app: Site, query: str) -> None:
    """404, never an error of ours."""
    assert signed_in(app, AccountRole.ANIMATOR)[0].get(f"/animation/parcours?{query}").status_code == 404


def test_piers_are_as_high_as_their_counts() -> None:
    """The first is the tallest, one pair of a thousand can still be seen, and nobody has no pier."""
    seen = Path("2026-11", (), {Stage.PROPOSED: NOW, Stage.SEEN: NOW}, Stop.WAITING)
    paths = [Path("2026-11", (), {Stage.PROPOSED: NOW}, Stop.WAITING)] * 999 + [seen]
    picture = piers_of(funnel(paths), paths)
    assert [pier.height for pier in picture.piers][:3] == [TALLEST, 3, 0]
    assert all(pier.y + pier.height == GROUND for pier in picture.piers)


def test_the_pier_of_one_yes_is_shared_by_whose_yes_came_first() -> None:
    """Two of the need's side and one of the offer's: two thirds are the need's."""
    reached = {Stage.PROPOSED: NOW, Stage.SEEN: NOW, Stage.ONE_YES: NOW}
    sides = [PostingKind.NEED, PostingKind.NEED, PostingKind.OFFER]
    paths = [Path("2026-11", (), reached, Stop.WAITING, side) for side in sides]
    pier = piers_of(funnel(paths), paths).piers[2]
    assert (pier.height, pier.need_height) == (TALLEST, round(TALLEST * 2 / 3))


def test_home_counts_what_waits(app: Site, territory: Territory) -> None:
    """One posting to look at, two cases, nobody twice, seven organisations to verify."""
    look_wanted(app, territory.needs["website"])
    for key in ("stock", "rounds"):
        case_opened(app, territory.needs[key])
    page = read(signed_in(app, AccountRole.ANIMATOR)[0].get("/animation").text)
    assert [count.text for count in page.all("p", class_="task__count")] == ["1", "2", "0", "7"]
