"""From a sent body to a stored posting: every problem at once, each at its place in the body."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final, TypeVar

from flask import current_app

from matcher.clock import today
from matcher.postings import drafts, filling
from matcher.postings import publish as use_cases
from matcher.postings.drafts import DraftProblems, FieldProblem, OrganisationDraft, ProblemCode, parse_organisation
from matcher.postings.references import References
from matcher.store import Need, Offer, Organisation
from matcher.vocabulary import PostingKind
from web.api.inputs import Body, OrganisationIn
from web.api.problems import prefixed
from web.api.requests import bearer_posting
from web.posting.submission import CONSENT_VERSION
from web.publication import propose
from web.wiring import db

D = TypeVar("D")
_Use = Callable[..., Any]

_PARSE: Final[Mapping[PostingKind, _Use]] = {
    PostingKind.NEED: drafts.parse_need,
    PostingKind.OFFER: drafts.parse_offer,
}
_PUBLISH: Final[Mapping[PostingKind, _Use]] = {
    PostingKind.NEED: use_cases.publish_need,
    PostingKind.OFFER: use_cases.publish_offer,
}
_REVISE: Final[Mapping[PostingKind, _Use]] = {
    PostingKind.NEED: use_cases.revise_need,
    PostingKind.OFFER: use_cases.revise_offer,
}
_ORGANISATION: Final = "organisation."


def publish(kind: PostingKind, posting: Body, organisation: OrganisationIn | None) -> Need | Offer:
    """Store a posting and who posts it, and record who it was proposed to.

    Without ``organisation``, whoever owns the posting that the management token opens posts this one too.

    Raises
    ------
    DraftProblems
        With everything to mend, its fields placed as in the body; nothing is stored then.
    LinkRefusedError
        When there is a token and it opens nothing.
    """
    prefix = f"{kind.value}."
    problems: list[FieldProblem] = []
    draft = _collect(problems, prefix, lambda: _PARSE[kind](posting.told(), today()))
    author = _author(problems, organisation)
    references = References(db.session)
    for place, told in ((prefix, draft), (_ORGANISATION, author)):
        if told is not None and not isinstance(told, Organisation):
            problems += _placed(references.problems(told), place)
    if problems:
        raise DraftProblems(problems)
    with prefixed(prefix, type(posting).model_fields, _ORGANISATION):
        stored = _PUBLISH[kind](
            db.session,
            draft,
            author,
            today=today(),
            consent_version=CONSENT_VERSION,
            moderation=current_app.config["SETTINGS"].moderation,
        )
    propose(stored)
    return stored


def revise(posting: Need | Offer, body: Body) -> None:
    """Give ``posting`` what ``body`` tells. Raises DraftProblems; nothing is stored then."""
    kind = posting.posting_kind
    kept = [value for value in filling.data_of(posting).values() if isinstance(value, date)]
    moderation = current_app.config["SETTINGS"].moderation
    _REVISE[kind](db.session, posting, _PARSE[kind](body.told(), today(), kept=kept), moderation=moderation)
    propose(posting)


def _author(
    problems: list[FieldProblem], organisation: OrganisationIn | None
) -> Organisation | OrganisationDraft | None:
    if organisation is not None:
        return _collect(problems, _ORGANISATION, lambda: parse_organisation(organisation.told(), today()))
    known = bearer_posting()
    if known is None:
        problems.append(FieldProblem("organisation", ProblemCode.REQUIRED))
        return None
    return known.organisation


def _collect(problems: list[FieldProblem], prefix: str, parse: Callable[[], D]) -> D | None:
    try:
        return parse()
    except DraftProblems as error:
        problems += _placed(error.problems, prefix)
        return None


def _placed(problems: list[FieldProblem], prefix: str) -> list[FieldProblem]:
    return [FieldProblem(f"{prefix}{item.field}", item.code, item.params) for item in problems]
