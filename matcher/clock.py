"""The time it is, and the day it is in the territory: the only place that knows its time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

#: Expiry, the month of an exposure budget and every day on a page change at midnight of the territory, not of UTC.
TERRITORY_ZONE: Final = ZoneInfo("Europe/Paris")


def utc_now() -> datetime:
    """Current time, aware, in UTC."""
    return datetime.now(UTC)


def local_day(moment: datetime) -> date:
    """Day of an aware ``moment`` in the territory.

    >>> local_day(datetime(2026, 11, 23, 23, 30, tzinfo=UTC)).isoformat()
    '2026-11-24'
    """
    return moment.astimezone(TERRITORY_ZONE).date()


def start_of_day(day: date) -> datetime:
    """The first moment of ``day`` in the territory, aware, in UTC; summer time respected.

    >>> [start_of_day(date(2026, month, 1)).isoformat() for month in (3, 7)]
    ['2026-02-28T23:00:00+00:00', '2026-06-30T22:00:00+00:00']
    """
    return datetime.combine(day, time(), TERRITORY_ZONE).astimezone(UTC)


def today() -> date:
    """The day it is in the territory."""
    return local_day(utc_now())
