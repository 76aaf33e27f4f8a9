"""The days of an event as a calendar file (iCalendar, RFC 5545)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from matcher.clock import utc_now
from matcher.store import Hackathon
from web.hackathons.presenters import place_of
from web.i18n import public_root

MIMETYPE: Final = "text/calendar"


def event_ics(hackathon: Hackathon, url: str) -> bytes:
    """The event as whole days: half-days have no hours, so no time zone can shift them. ``url`` is its page."""
    # Imported here: icalendar takes a tenth of a second that other pages need not pay.
    from icalendar import Calendar, Event  # noqa: PLC0415

    event = Event()
    event.add("uid", f"hackathon-{hackathon.id}@{urlsplit(public_root()).hostname}")
    event.add("dtstamp", utc_now())
    event.add("sequence", hackathon.revision)
    event.add("dtstart", hackathon.starts_on)
    event.add("dtend", hackathon.ends_on + timedelta(days=1))  # the first day that is free again
    event.add("summary", hackathon.title)
    event.add("location", place_of(hackathon))
    event.add("description", url)
    event.add("url", url)
    calendar = Calendar()
    calendar.add("prodid", "-//Passerelle//Hackathons//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
