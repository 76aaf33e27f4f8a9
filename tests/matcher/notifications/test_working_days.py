"""Working days: what is told on which morning."""

from __future__ import annotations

import doctest
from datetime import UTC, date, datetime

import pytest

from matcher.notifications import bounces, sending, working_days
from matcher.notifications.working_days import Calendar, easter, public_holidays


@pytest.mark.parametrize("module", [bounces, sending, working_days])
def test_examples_hold(module: object) -> None:
    """What the documentation shows is what happens."""
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("year", "day"),
    [(1818, "03-22"), (1886, "04-25"), (1954, "04-18"), (2019, "04-21"), (2025, "04-20"), (2285, "03-22")],
)
def test_easter_of_known_years(year: int, day: str) -> None:
    """The earliest and the latest that there can be, and the years that simpler rules get wrong."""
    assert easter(year).isoformat() == f"{year}-{day}"


def test_france_has_eleven_holidays_and_alsace_moselle_thirteen() -> None:
    """All different in 2026; in 2008 Ascension Day fell on 1 May."""
    assert len(public_holidays(2026)) == 11
    assert len(public_holidays(2026, local_law=True)) == 13
    assert len(public_holidays(2008)) == 10


def test_a_wait_over_christmas_counts_neither_holidays_nor_week_ends() -> None:
    """From Wednesday 23 December 2026, three working days end on 29 December; in Moselle too: 26 is a Saturday."""
    assert Calendar().add_working_days(date(2026, 12, 23), 3) == date(2026, 12, 29)
    assert Calendar(local_law=True).add_working_days(date(2025, 12, 24), 1) == date(2025, 12, 29)
    assert Calendar().add_working_days(date(2025, 12, 24), 1) == date(2025, 12, 26)


def test_no_day_is_added_for_none() -> None:
    """And nobody asks for the past."""
    assert Calendar().add_working_days(date(2026, 5, 9), 0) == date(2026, 5, 9)
    with pytest.raises(ValueError, match="-1"):
        Calendar().add_working_days(date(2026, 5, 9), -1)


def test_the_day_is_that_of_the_territory() -> None:
    """Half past eleven at night in UTC is the next day in Nancy."""
    assert Calendar().day_of(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == date(2026, 7, 2)


@pytest.mark.parametrize(("day", "hour"), [("2026-03-27", 7), ("2026-03-30", 6), ("2026-10-23", 6), ("2026-10-26", 7)])
def test_mornings_follow_the_clock_change(day: str, hour: int) -> None:
    """Eight o'clock in Nancy, before and after the two nights on which clocks change."""
    assert Calendar().morning(date.fromisoformat(day)) == datetime.fromisoformat(f"{day}T{hour:02}:00:00+00:00")
