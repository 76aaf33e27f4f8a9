"""Everything that a person told and what became of it, for that person: readable, by people and by programs.

What the organisers noted is not in it: a note may speak of somebody else.
"""

from __future__ import annotations

import json
from typing import Any, Final

from matcher.hackathons.registration_filling import registration_data
from matcher.store import Registration
from web.posting.sides import as_typed

#: Columns beside those of the form.
LIFE: Final = (
    "status",
    "attendance",
    "source",
    "checkin_code",
    "consent_version",
    "consented_at",
    "created_at",
    "updated_at",
)


def export_of(registration: Registration) -> str:
    """JSON of the registration, of its life and of its event."""
    told = {name: as_typed(value) for name, value in registration_data(registration).items()}
    content: dict[str, Any] = {
        "format": "passerelle-registration",
        "version": 1,
        "hackathon": {"id": registration.hackathon_id, "title": registration.hackathon.title},
        "challenges": {str(challenge.id): challenge.title for challenge in registration.hackathon.challenges},
        "registration": told,
        "life": {name: as_typed(getattr(registration, name)) for name in LIFE},
    }
    return json.dumps(content, ensure_ascii=False, indent=2)
