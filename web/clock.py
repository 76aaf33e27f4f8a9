"""Working days where the territory is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app

from matcher.clock import TERRITORY_ZONE
from matcher.notifications.working_days import Calendar

if TYPE_CHECKING:
    from web.config import Settings


def calendar() -> Calendar:
    """The calendar of the territory, with the holidays of its settings."""
    settings: Settings = current_app.config["SETTINGS"]
    return Calendar(TERRITORY_ZONE, settings.local_law_holidays)
