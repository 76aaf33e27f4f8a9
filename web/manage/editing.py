"""Edit a posting or its organisation: the form of its publication, with care for two people who edit at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask import render_template, request
from flask.typing import ResponseReturnValue

from matcher.postings.drafts import DraftProblems
from matcher.store import Need, Offer
from web.manage.forms import OrganisationPageForm
from web.posting.coaching import coach_form
from web.posting.forms import PostingForm
from web.posting.sides import form_values, organisation_values, side_of
from web.posting.submission import ChangedMeanwhileError, fingerprint, revise, revise_organisation
from web.posting.terms import offer_terms
from web.posting.views import CHECK_BUTTON, SENT_TOO_LATE, csrf_refused


class Difference(NamedTuple):
    """One field of which somebody saved another value while this form was open."""

    field: Any
    saved: str
    typed: str


def edit_page(posting: Need | Offer, token: str) -> str:
    """The form with what is stored."""
    values = form_values(posting)
    form = side_of(posting).form(formdata=None, data=values)
    form.seen_at.data = fingerprint(values)
    return _page(posting, token, form)


def edited(posting: Need | Offer, token: str) -> ResponseReturnValue | None:
    """Save the form at hand; None when it is saved, else the page that says why not."""
    side = side_of(posting)
    form = side.form()
    if csrf_refused():
        return _page(posting, token, form, notice=SENT_TOO_LATE), 400
    if CHECK_BUTTON in request.form:
        return _page(posting, token, form, coaching=coach_form(side, form, posting.id))
    try:
        revise(posting, form)
    except DraftProblems as error:
        form.attach(error.problems)
        return _page(posting, token, form), 422
    except ChangedMeanwhileError:
        saved = form_values(posting)
        form.seen_at.data = fingerprint(saved)  # what is sent next replaces it: its author has seen both
        return _page(posting, token, form, differences=differences(saved, form)), 409
    return None


def organisation_page(posting: Need | Offer, token: str) -> str:
    """The organisation's form with what is stored."""
    values = organisation_values(posting.organisation)
    form = OrganisationPageForm(formdata=None, data={"organisation": values})
    form.seen_at.data = fingerprint(values)
    return _organisation_page(posting, token, form)


def organisation_edited(posting: Need | Offer, token: str) -> ResponseReturnValue | None:
    """Save the organisation's form at hand; None when it is saved, else the page that says why not."""
    form = OrganisationPageForm()
    if csrf_refused():
        return _organisation_page(posting, token, form, notice=SENT_TOO_LATE), 400
    try:
        revise_organisation(posting.organisation, form)
    except DraftProblems as error:
        form.attach(error.problems)
        return _organisation_page(posting, token, form), 422
    except ChangedMeanwhileError:
        saved = organisation_values(posting.organisation)
        form.seen_at.data = fingerprint(saved)
        found = differences(saved, form.organisation.form)
        return _organisation_page(posting, token, form, differences=found), 409
    return None


def differences(saved: Mapping[str, Any], form: Any) -> list[Difference]:
    """Fields whose saved value is not what the form holds."""
    typed = form.values()
    return [
        Difference(form[name], _shown(form[name], value), _shown(form[name], typed[name]))
        for name, value in saved.items()
        if name in typed and _plain(value) != _plain(typed[name])
    ]


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else str(value).replace("\r\n", "\n").strip()


def _shown(field: Any, value: Any) -> str:
    """A value in the words of the page."""
    words = {choice.value: choice.label for choice in getattr(field, "choices", None) or ()}
    if isinstance(value, list):
        return ", ".join(str(words.get(item, item)) for item in value)
    return str(words.get(value, value))


def _page(posting: Need | Offer, token: str, form: PostingForm, **more: Any) -> str:
    side = side_of(posting)
    return render_template(
        f"posting/{side.kind.value}.html",
        posting=posting,
        token=token,
        form=form,
        side=side,
        terms=offer_terms(form),
        problems=form.problem_list(),
        **{"coaching": None, "notice": None, "differences": None, **more},
    )


def _organisation_page(posting: Need | Offer, token: str, form: OrganisationPageForm, **more: Any) -> str:
    return render_template(
        "manage/organisation.html",
        posting=posting,
        token=token,
        form=form,
        problems=form.problem_list(),
        **{"notice": None, "differences": None, **more},
    )
