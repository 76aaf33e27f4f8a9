"""From a sent form to a stored registration: every problem at once, each on its field."""

from __future__ import annotations

from typing import Any, Final

from flask import request, session

from matcher.clock import today
from matcher.hackathons.registering import register, register_or_remind, revise_registration
from matcher.hackathons.registration_drafts import RegistrationDraft, parse_registration
from matcher.hackathons.registration_filling import registration_data
from matcher.postings.drafts import DraftProblems
from matcher.store import Hackathon, Registration
from matcher.store.session import writing
from web.posting.sides import as_typed
from web.posting.submission import CONSENT_VERSION, ChangedMeanwhileError, fingerprint
from web.registrations.addresses import ask_to_confirm, tell_received
from web.registrations.forms import RegistrationForm
from web.security import OPENED_FIELD
from web.wiring import db

#: Source of registrations that an organiser typed for somebody.
DESK: Final = "desk"


def check(hackathon: Hackathon, form: RegistrationForm) -> RegistrationDraft:
    """Read ``form``. Raises DraftProblems with everything that has to be mended."""
    problems = form.site_problems(hackathon)
    try:
        draft = parse_registration(form.draft_values(), hackathon, today())
    except DraftProblems as error:
        problems += error.problems
    if problems:
        raise DraftProblems(problems)
    return draft


def store_at_desk(hackathon: Hackathon, form: RegistrationForm, draft: RegistrationDraft) -> Registration:
    """Register whom an organiser typed, even when the event is full; twice is once. Raises DraftProblems."""
    return register(
        db.session,
        hackathon,
        draft,
        source=DESK,
        external_key=_key_of(form),
        consent_version=CONSENT_VERSION,
        beyond_capacity=True,
    )


def store_from_site(hackathon: Hackathon, form: RegistrationForm, draft: RegistrationDraft) -> Registration:
    """Register whoever sent ``form`` and queue their mail; an address that is registered gets its link once more.

    Sent twice, it is one registration. Raises DraftProblems.
    """
    with writing(db.session):
        row, is_new = register_or_remind(
            db.session, hackathon, draft, external_key=_key_of(form), consent_version=CONSENT_VERSION
        )
        tell_received(row, is_new=is_new, language=draft.language)
    return row


def _key_of(form: RegistrationForm) -> str:
    opened = [session.get("csrf_token", ""), request.form.get(OPENED_FIELD, "")]
    return fingerprint({"opened": opened, "told": form.draft_values()})


def revise_own(registration: Registration, form: RegistrationForm) -> str:
    """Store what a person changed; answers a new address, which counts once its reader has confirmed it, or "".

    Raises as :func:`revise` does.
    """
    draft = parse_registration(
        {**form.draft_values(), "language": registration.language}, registration.hackathon, today()
    )
    if draft.email in {"", registration.email}:
        revise(registration, form)
        return ""
    with writing(db.session):
        revise(registration, form, email=registration.email)
        ask_to_confirm(registration, draft.email)
    return draft.email


def revise(registration: Registration, form: RegistrationForm, *, email: str | None = None) -> None:
    """Store the changes of ``form``; ``email`` stands in for the address that it has.

    Raises DraftProblems or ChangedMeanwhileError; nothing is stored then.
    """
    draft = parse_registration(
        {**form.draft_values(), "language": registration.language}, registration.hackathon, today()
    )
    if email is not None:
        draft = draft.model_copy(update={"email": email})
    with writing(db.session):
        if form.seen_at.data != fingerprint(form_values(registration)):
            raise ChangedMeanwhileError
        revise_registration(db.session, registration, draft)


def form_values(registration: Registration) -> dict[str, Any]:
    """What the form shows for a stored registration: texts, lists of codes, true and false."""
    values = {name: as_typed(value) for name, value in registration_data(registration).items()}
    del values["language"]
    return values | {name: "\n".join(values[name]) for name in ("friends", "avoid")}
