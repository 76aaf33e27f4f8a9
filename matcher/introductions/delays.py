"""How long the service waits for people, in days. All chosen, not measured."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from matcher.clock import local_day
from matcher.notifications.working_days import Calendar

#: The calendar of most territories: the two holidays of Alsace-Moselle count as working days. Sites tell their own.
CALENDAR: Final = Calendar()

#: Working days for the other side to answer a yes: three weeks, holidays of most people included.
ANSWER_WORKING_DAYS: Final = 15
#: Working days after the introduction until both are asked whether they met.
FOLLOW_UP_WORKING_DAYS: Final = 10
#: Days after the introduction until both are asked what came of it.
OUTCOME_DAYS: Final = 45
#: Days ahead that "not now" may name: what is further away is a no.
LATEST_NOT_NOW_DAYS: Final = 180


def answer_due_on(yes_at: datetime, not_before: date | None, calendar: Calendar = CALENDAR) -> date:
    """Last day for the answer to a yes; it counts from the day that the other side asked to wait for, if later."""
    said = calendar.day_of(yes_at)
    return calendar.add_working_days(max(said, not_before) if not_before else said, ANSWER_WORKING_DAYS)


def follow_up_on(introduced_at: datetime, calendar: Calendar = CALENDAR) -> date:
    """Day on which both are asked whether they met."""
    return calendar.add_working_days(calendar.day_of(introduced_at), FOLLOW_UP_WORKING_DAYS)


def outcome_asked_on(introduced_at: datetime) -> date:
    """Day on which both are asked what came of it."""
    return local_day(introduced_at) + timedelta(days=OUTCOME_DAYS)
