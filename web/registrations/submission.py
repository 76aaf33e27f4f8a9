"""From a sent form to a stored registration: every problem at once, each on its field."""

from __future__ import annotations

from typing import Any, Final

from flask import request, session

from matcher.hackathons.registering import register, revise_registration
from matcher.hackathons.registration_drafts import RegistrationDraft, parse_registration
from matcher.hackathons.registration_filling import registration_data
from matcher.postings.drafts import DraftProblems
from matcher.store import Hackathon, Registration
from matcher.store.session import writing
from web.clock import today
from web.posting.sides import as_typed
from web.posting.submission import CONSENT_VERSION, ChangedMeanwhileError, fingerprint
from web.registrations.forms import RegistrationForm
from web.security import OPENED_FIELD
from web.wiring import db

#: Sources of registrations that are typed on this site: by the person, or by an organiser for them.
SITE: Final = "site"
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


def store(hackathon: Hackathon, form: RegistrationForm, draft: RegistrationDraft, *, source: str) -> Registration:
    """Register what ``form`` told; sent twice, it is one registration. Raises DraftProblems."""
    opened = [session.get("csrf_token", ""), request.form.get(OPENED_FIELD, "")]
    return register(
        db.session,
        hackathon,
        draft,
        source=source,
        external_key=fingerprint({"opened": opened, "told": form.draft_values()}),
        consent_version=CONSENT_VERSION,
        beyond_capacity=source == DESK,
    )


def revise(registration: Registration, form: RegistrationForm) -> None:
    """Store the changes of ``form``. Raises DraftProblems or ChangedMeanwhileError; nothing is stored then."""
    draft = parse_registration(
        {**form.draft_values(), "language": registration.language}, registration.hackathon, today()
    )
    with writing(db.session):
        if form.seen_at.data != fingerprint(form_values(registration)):
            raise ChangedMeanwhileError
        revise_registration(db.session, registration, draft)


def form_values(registration: Registration) -> dict[str, Any]:
    """What the form shows for a stored registration: texts, lists of codes, true and false."""
    values = {name: as_typed(value) for name, value in registration_data(registration).items()}
    del values["language"]
    return values | {name: "\n".join(values[name]) for name in ("friends", "avoid")}
