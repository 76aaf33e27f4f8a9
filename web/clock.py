"""Today, and working days, where the territory is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from flask import current_app

from matcher.notifications.working_days import Calendar

if TYPE_CHECKING:
    from web.config import Settings

#: Expiry and the month of an exposure budget change at midnight of the territory, not of UTC.
TERRITORY_ZONE: Final = ZoneInfo("Europe/Paris")


def today() -> date:
    """The day it is in the territory."""
    return datetime.now(UTC).astimezone(TERRITORY_ZONE).date()


def calendar() -> Calendar:
    """The calendar of the territory, with the holidays of its settings."""
    settings: Settings = current_app.config["SETTINGS"]
    return Calendar(TERRITORY_ZONE, settings.local_law_holidays)
