"""A first call as a file for calendars (iCalendar, RFC 5545)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from matcher.introductions.threads import Call

PRODUCT: Final = "-//Passerelle//First call//EN"


def calendar_file(call: Call, *, uid: str, title: str, text: str, made_at: datetime) -> bytes:
    """The call for any calendar. ``uid`` is the same each time, so that a second download changes the first entry.

    The last line of ``text`` becomes the address of the event when it is one.
    """
    # Imported here: icalendar takes a tenth of a second that other pages need not pay.
    from icalendar import Calendar, Event  # noqa: PLC0415

    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", made_at)
    event.add("dtstart", call.starts_at)
    event.add("dtend", call.ends_at)
    event.add("summary", title)
    if text:
        event.add("description", text)
    _, link = call_parts(text)
    if link:
        event.add("url", link)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def call_parts(text: str) -> tuple[str, str]:
    """Note and address of a proposed call: the address stands on the last line of its text; either may be empty.

    >>> call_parts("À jeudi !\\nhttps://visio.example.org/passerelle")
    ('À jeudi !', 'https://visio.example.org/passerelle')
    >>> call_parts("À jeudi !")
    ('À jeudi !', '')
    """
    note, _, last = text.rpartition("\n")
    if last.startswith(("https://", "http://")) and " " not in last:
        return note, last
    return text, ""
