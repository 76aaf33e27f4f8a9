"""Working days in France: week-ends and public holidays left out.

Holidays are those of article L. 3133-1 of the Code du travail, and, where local law holds (Alsace and Moselle),
Good Friday and 26 December of article L. 3134-13. Easter is computed, never listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from matcher.clock import TERRITORY_ZONE

#: Month and day of the holidays that do not move.
_FIXED: Final = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
#: Days from Easter Sunday to Easter Monday, Ascension Day and Whit Monday.
_AFTER_EASTER: Final = (1, 39, 50)
#: When mails of a working day begin to leave, where the territory is. Chosen, not measured.
MORNING: Final = time(8)


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (computus of Meeus, Jones and Butcher), any year from 1583.

    >>> [easter(year).isoformat() for year in (1961, 2000, 2024, 2026, 2038)]
    ['1961-04-02', '2000-04-23', '2024-03-31', '2026-04-05', '2038-04-25']
    """
    golden = year % 19
    century, rest = divmod(year, 100)
    skipped, leap_century = divmod(century, 4)
    moon = (8 * century + 13) // 25
    epact = (19 * golden + century - skipped - moon + 15) % 30
    leaps, past_leap = divmod(rest, 4)
    to_sunday = (32 + 2 * leap_century + 2 * leaps - epact - past_leap) % 7
    late = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@lru_cache(maxsize=128)
def public_holidays(year: int, *, local_law: bool = False) -> frozenset[date]:
    """Public holidays of a year; ``local_law`` adds the two of Alsace and Moselle.

    >>> [day.isoformat() for day in sorted(public_holidays(2026))][1:5]
    ['2026-04-06', '2026-05-01', '2026-05-08', '2026-05-14']
    >>> sorted(day.isoformat() for day in public_holidays(2026, local_law=True) - public_holidays(2026))
    ['2026-04-03', '2026-12-26']
    """
    sunday = easter(year)
    days = {date(year, month, day) for month, day in _FIXED}
    days |= {sunday + timedelta(days=after) for after in _AFTER_EASTER}
    if local_law:
        days |= {sunday - timedelta(days=2), date(year, 12, 26)}
    return frozenset(days)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The calendar of a territory: its time zone, and whether the local law of Alsace-Moselle holds there."""

    zone: ZoneInfo = TERRITORY_ZONE
    local_law: bool = False

    def day_of(self, moment: datetime) -> date:
        """Day of an aware ``moment`` where the territory is."""
        return moment.astimezone(self.zone).date()

    def is_working_day(self, day: date) -> bool:
        """Monday to Friday, without public holidays.

        >>> [Calendar().is_working_day(date(2026, 5, day)) for day in (7, 8, 9, 11)]
        [True, False, False, True]
        >>> Calendar(local_law=True).is_working_day(date(2026, 4, 3)), Calendar().is_working_day(date(2026, 4, 3))
        (False, True)
        """
        return day.weekday() < 5 and day not in public_holidays(day.year, local_law=self.local_law)

    def add_working_days(self, day: date, count: int) -> date:
        """The working day that comes ``count`` of them after ``day``, which itself does not count.

        >>> Calendar().add_working_days(date(2026, 5, 6), 3).isoformat()  # Wednesday; Friday 8 May is a holiday
        '2026-05-12'
        >>> Calendar().add_working_days(date(2024, 12, 24), 1).isoformat()
        '2024-12-26'
        """
        if count < 0:
            raise ValueError(f"expected a number of days, got {count}")
        while count:
            day += timedelta(days=1)
            count -= self.is_working_day(day)
        return day

    def is_morning(self, moment: datetime) -> bool:
        """Whether mails that can wait may leave: on a working day, from :data:`MORNING` on."""
        here = moment.astimezone(self.zone)
        return self.is_working_day(here.date()) and here.time() >= MORNING

    def morning(self, day: date) -> datetime:
        """The moment in UTC at which the mails of ``day`` begin to leave, summer time respected.

        >>> Calendar().morning(date(2026, 3, 27)).hour, Calendar().morning(date(2026, 3, 30)).hour
        (7, 6)
        """
        return datetime.combine(day, MORNING, self.zone).astimezone(UTC)

    def after(self, moment: datetime, count: int) -> datetime:
        """The morning ``count`` working days after the day of ``moment``."""
        return self.morning(self.add_working_days(self.day_of(moment), count))
