"""Edit an event or a challenge, with care for two organisers who edit at once: the second loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Final

from matcher.clock import today
from matcher.hackathons.challenges import add_challenge, revise_challenge
from matcher.hackathons.drafts import parse_challenge, parse_hackathon
from matcher.hackathons.events import ChangedMeanwhile, revise_hackathon
from matcher.hackathons.fields import DayHalf
from matcher.store import Challenge, Hackathon
from matcher.vocabulary import TeamRole
from web.manage.editing import Difference, differences
from web.organiser.forms import ChallengeForm, EventForm, SeenForm
from web.posting.submission import fingerprint
from web.wiring import db

#: Fields of the event's form that hold a column as it is.
_EVENT: Final = (
    "title",
    "description",
    "organiser",
    "contact_email",
    "language",
    "is_online",
    "venue",
    "starts_on",
    "ends_on",
    "registration_ends_on",
    "languages",
    "size_min",
    "size_target",
    "size_max",
    "capacity",
    "code_of_conduct",
)
_CHALLENGE: Final = (
    "title",
    "statement",
    "min_teams",
    "max_teams",
    "partner",
    "prize",
    "eligibility",
    "families",
    "languages",
    "wants_owner",
)


def event_values(hackathon: Hackathon) -> dict[str, Any]:
    """What the form shows for a stored event."""
    return {
        **_typed(hackathon, _EVENT),
        "place": hackathon.place.label if hackathon.place else "",
        "half_days": [str(DayHalf(row.day, row.part)) for row in hackathon.half_days],
        "questions": "\n".join(hackathon.questions),
        "criteria": "\n".join(hackathon.criteria),
    }


def challenge_values(challenge: Challenge) -> dict[str, Any]:
    """What the form shows for a stored challenge."""
    counts = {row.role: str(row.count) for row in challenge.roles}
    skills = sorted(challenge.skills, key=lambda row: (-row.level, row.skill_id))
    return {
        **_typed(challenge, _CHALLENGE),
        **{f"role_{role.value}": counts.get(role, "") for role in TeamRole},
        "skills": [f"{row.skill.code}:{row.level}" for row in skills],
    }


def event_form(hackathon: Hackathon) -> EventForm:
    """The form filled in with what is stored."""
    values = event_values(hackathon)
    form = EventForm(formdata=None, data=values)
    form.prepare(hackathon)
    _mark_as_seen(form, hackathon, values)
    return form


def challenge_form(hackathon: Hackathon, challenge: Challenge | None) -> ChallengeForm:
    """The form filled in with what is stored, or empty for a challenge that is being written."""
    values = challenge_values(challenge) if challenge else None
    form = ChallengeForm(formdata=None, data=values)
    form.prepare(challenge)
    _mark_as_seen(form, hackathon, values or {})
    return form


def save_event(hackathon: Hackathon, form: EventForm) -> list[Difference]:
    """Store the event's form. Answers what somebody else saved meanwhile; nothing is stored then.

    Raises DraftProblems; nothing is stored then either.
    """
    values = form.draft_values()
    if hackathon.place and values["place"] == hackathon.place.label:
        values["place"] = {"place_id": hackathon.place_id}  # a label may name two villages; this is the right one
    kept = [day for day in (hackathon.starts_on, hackathon.ends_on, hackathon.registration_ends_on) if day]
    draft = parse_hackathon(values, today(), kept=kept)
    return _saved(
        form,
        hackathon,
        lambda: event_values(hackathon),
        lambda revision: revise_hackathon(db.session, hackathon, draft, revision),
    )


def save_challenge(hackathon: Hackathon, challenge: Challenge | None, form: ChallengeForm) -> list[Difference]:
    """Store a challenge's form; see :func:`save_event`. A challenge that is new cannot have been changed."""
    draft = parse_challenge(form.draft_values())
    if challenge is None:
        add_challenge(db.session, hackathon, draft)
        return []
    return _saved(
        form,
        hackathon,
        lambda: challenge_values(challenge),
        lambda revision: revise_challenge(db.session, challenge, draft, revision),
    )


def _saved(
    form: SeenForm, hackathon: Hackathon, stored: Callable[[], dict[str, Any]], save: Callable[[int], object]
) -> list[Difference]:
    """Save under the revision that the form has seen.

    When another part of the event changed since, and not what this form holds, nobody has to be asked: it is
    saved under the newest revision.
    """
    try:
        save(_number(form.revision.data))
        return []
    except ChangedMeanwhile:
        values = stored()
    if fingerprint(values) == form.seen_at.data:
        form.revision.data = str(hackathon.revision)
        return _saved(form, hackathon, stored, save)
    _mark_as_seen(form, hackathon, values)  # what is sent next replaces it: its author has seen both
    return differences(values, form)


def _mark_as_seen(form: SeenForm, hackathon: Hackathon, values: Mapping[str, Any]) -> None:
    form.seen_at.data = fingerprint(values)
    form.revision.data = str(hackathon.revision)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


def _typed(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: _as_typed(getattr(row, name)) for name in names}


def _as_typed(value: Any) -> Any:
    """A stored value as a form field holds it."""
    if isinstance(value, list | frozenset):
        texts = [str(_as_typed(item)) for item in value]
        return texts if isinstance(value, list) else sorted(texts)
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, bool) else "" if value is None else str(value)
