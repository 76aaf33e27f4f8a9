"""Today, where the territory is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

#: Expiry and the month of an exposure budget change at midnight of the territory, not of UTC.
TERRITORY_ZONE: Final = ZoneInfo("Europe/Paris")


def today() -> date:
    """The day it is in the territory."""
    return datetime.now(UTC).astimezone(TERRITORY_ZONE).date()
