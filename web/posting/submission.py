"""From a sent form to a stored posting: every problem at once, each on its field."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar

from flask import current_app, request, session

from matcher.accounts.membership import ManagedByOthersError, attach, memberships_of
from matcher.clock import today
from matcher.postings.drafts import DraftProblems, FieldProblem, OrganisationDraft, parse_organisation
from matcher.postings.filling import organisation_data
from matcher.postings.ownership import publish_once
from matcher.postings.publish import save_organisation
from matcher.postings.queries import get_organisation
from matcher.postings.references import References
from matcher.store import Need, Offer, Organisation
from matcher.store.session import writing
from web.accounts.session import current_account
from web.posting.forms import NEW_ORGANISATION, OrganisationPart, PostingForm
from web.posting.sides import Side, form_values, organisation_values, side_of
from web.publication import propose
from web.security import OPENED_FIELD
from web.wiring import db

D = TypeVar("D")

#: Version of the words that authors agree to (the label of ``consent`` and the page on personal data).
CONSENT_VERSION: Final = "2026-11"
#: Organisations remembered in one browser: a third place posts for its neighbours too.
MAX_KNOWN: Final = 12
_KNOWN_KEY: Final = "organisations"


def known_organisations() -> list[Organisation]:
    """Organisations of the account at hand, then those that were typed in this browser, the last used first."""
    account = current_account()
    own = [row.organisation for row in memberships_of(db.session, account.id)] if account else []
    ids = [number for number in session.get(_KNOWN_KEY, ()) if number not in {row.id for row in own}]
    typed = (get_organisation(db.session, number) for number in ids)
    return [*own, *(row for row in typed if row is not None)]


def remember(organisation: Organisation) -> None:
    """Let this browser post for ``organisation`` again without typing."""
    known = [number for number in session.get(_KNOWN_KEY, ()) if number != organisation.id]
    session[_KNOWN_KEY] = [organisation.id, *known][:MAX_KNOWN]
    session.permanent = True


@dataclass(frozen=True, slots=True)
class Ready:
    """A form without problems: the posting's draft and who posts it."""

    draft: Any
    organisation: Organisation | OrganisationDraft


def check(side: Side, form: PostingForm) -> Ready:
    """Read ``form``. Raises DraftProblems with everything that has to be mended, wherever it stands."""
    chosen = _chosen(form)
    problems = form.site_problems(new_organisation=chosen is None)
    draft = _collect(problems, lambda: side.parse(form.draft_values(), today()))
    told = chosen or _collect(
        problems, lambda: parse_organisation(form.organisation_values(), today()), "organisation."
    )
    problems += _unknown_references({"": draft, "organisation.": None if chosen else told})
    if problems or told is None:
        raise DraftProblems(_sensible(problems, form))
    return Ready(draft, told)


def publish(side: Side, form: PostingForm, ready: Ready) -> Need | Offer:
    """Store a checked form and record who it was proposed to.

    Raises DraftProblems when the identifiers of its organisation are another's; nothing is stored then.
    """
    key = _key_of(form)
    posting = publish_once(
        db.session,
        side.kind,
        key,
        lambda: side.publish(
            db.session,
            ready.draft,
            ready.organisation,
            external_key=key,
            today=today(),
            consent_version=CONSENT_VERSION,
            moderation=current_app.config["SETTINGS"].moderation,
        ),
    )
    remember(posting.organisation)
    _attach(posting.organisation)
    propose(posting)
    return posting


def _attach(organisation: Organisation) -> None:
    """Give the organisation to the account at hand, unless somebody manages it already."""
    account = current_account()
    if account is not None:
        with suppress(ManagedByOthersError):
            attach(db.session, account, organisation)


class ChangedMeanwhileError(RuntimeError):
    """Somebody saved the posting between the opening of the form and its sending."""


def revise(posting: Need | Offer, form: PostingForm) -> None:
    """Store the changes of ``form``. Raises DraftProblems or ChangedMeanwhileError; nothing is stored then."""
    side = side_of(posting)
    values = form.draft_values()
    if values["place"] == posting.place.label:
        values["place"] = {"place_id": posting.place_id}  # a label may name two villages; this is the right one
    problems: list[FieldProblem] = []
    draft = _collect(problems, lambda: side.parse(values, today(), kept=_dates_of(posting)))
    if problems:
        raise DraftProblems(_sensible(problems, form))
    with writing(db.session):
        if form.seen_at.data != fingerprint(form_values(posting)):
            raise ChangedMeanwhileError
        side.revise(db.session, posting, draft, moderation=current_app.config["SETTINGS"].moderation)
    propose(posting)


def revise_organisation(organisation: Organisation, form: OrganisationPart) -> None:
    """Store the changes of an organisation. Raises DraftProblems or ChangedMeanwhileError; nothing is stored then."""
    problems = form.organisation_problems()
    typed: dict[str, object] = form.organisation.form.values()
    if typed["place"] == organisation.place.label:
        typed["place"] = {"place_id": organisation.place_id}
    # What the page does not ask for stays as it is.
    values = {**organisation_data(organisation), **typed}
    draft = _collect(problems, lambda: parse_organisation(values, today()), "organisation.")
    if problems or draft is None:
        raise DraftProblems(problems)
    try:
        with writing(db.session):
            if form.seen_at.data != fingerprint(organisation_values(organisation)):
                raise ChangedMeanwhileError
            save_organisation(db.session, draft, organisation)
    except DraftProblems as error:
        raise DraftProblems(_prefixed(error.problems, "organisation.")) from None


def fingerprint(values: Mapping[str, Any]) -> str:
    """Changes with anything that a form can change, and with nothing else."""
    return _digest(values)


def _chosen(form: PostingForm) -> Organisation | None:
    """The known organisation that was picked; one that this browser does not know is never taken."""
    picked = form.organisation_id.data or NEW_ORGANISATION
    if picked == NEW_ORGANISATION:
        return None
    return next((row for row in known_organisations() if str(row.id) == picked), None)


def _collect(problems: list[FieldProblem], parse: Callable[[], D], prefix: str = "") -> D | None:
    try:
        return parse()
    except DraftProblems as error:
        problems += _prefixed(error.problems, prefix)
        return None


def _prefixed(problems: Iterable[FieldProblem], prefix: str) -> list[FieldProblem]:
    return [FieldProblem(f"{prefix}{item.field}", item.code, item.params) for item in problems]


def _unknown_references(drafts: Mapping[str, Any]) -> list[FieldProblem]:
    """Places, themes and skills that do not exist, of the drafts that could be read."""
    references = References(db.session)
    return [
        item
        for prefix, draft in drafts.items()
        if draft is not None
        for item in _prefixed(references.problems(draft), prefix)
    ]


def _sensible(problems: Iterable[FieldProblem], form: PostingForm) -> list[FieldProblem]:
    """Leave out what is wrong only because of something else: a title made from a text, a place given once."""
    found = list(problems)
    wrong = {item.field for item in found}
    implied = set()
    if form.text_field in wrong and not (form.title.data or "").strip():
        implied.add("title")
    if "place" in wrong and not (form.organisation.form.place.data or "").strip():
        implied.add("organisation.place")
    return [item for item in found if item.field not in implied]


def _dates_of(posting: Need | Offer) -> list[date]:
    return [value for value in side_of(posting).stored(posting).values() if isinstance(value, date)]


def _key_of(form: PostingForm) -> str:
    """Same browser, same opening of the form, same words: one posting, however often it is sent."""
    told = [form.draft_values(), form.organisation.form.values(), form.organisation_id.data]
    return _digest([session.get("csrf_token", ""), request.form.get(OPENED_FIELD, ""), told])


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:32]
