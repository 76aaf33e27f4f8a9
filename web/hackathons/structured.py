"""An event for search engines (schema.org), without anything that its page would not show."""

from __future__ import annotations

from typing import Any

from flask import url_for

from matcher.store import Hackathon
from web.i18n import public_url
from web.presenters import SUMMARY_CHARS, excerpt


def event_json_ld(hackathon: Hackathon) -> dict[str, Any]:
    """``hackathon`` as a schema.org Event. The organisers' address is never part of it."""
    address = public_url(url_for("hackathons.show", id=hackathon))
    told = {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": address,
        "url": address,
        "name": hackathon.title,
        "description": excerpt(hackathon.description, SUMMARY_CHARS),
        "startDate": hackathon.starts_on.isoformat(),
        "endDate": hackathon.ends_on.isoformat(),
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": f"https://schema.org/{_mode(hackathon)}EventAttendanceMode",
        "location": _locations(hackathon, address),
        "organizer": {"@type": "Organization", "name": hackathon.organiser} if hackathon.organiser else None,
        "inLanguage": hackathon.languages,
        "maximumAttendeeCapacity": hackathon.capacity,
    }
    return {name: value for name, value in told.items() if value}


def _mode(hackathon: Hackathon) -> str:
    if not hackathon.is_online:
        return "Offline"
    return "Mixed" if hackathon.place is not None else "Online"


def _locations(hackathon: Hackathon, address: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if hackathon.place is not None:
        postal = {
            "@type": "PostalAddress",
            "addressLocality": hackathon.place.name,
            "addressCountry": hackathon.place.country,
        }
        if hackathon.venue:
            postal["streetAddress"] = hackathon.venue
        found.append({"@type": "Place", "name": hackathon.venue or hackathon.place.name, "address": postal})
    if hackathon.is_online:
        found.append({"@type": "VirtualLocation", "url": address})
    return found
