"""What every page of a side's answers shares: the blueprint, the pair of the address, and the page of a pair."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, Final

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime

from matcher.accounts.membership import memberships_of, postings_of
from matcher.clock import today
from matcher.introductions import questions, threads
from matcher.introductions.calls import call_parts
from matcher.introductions.queries import Pair, contact_of_other, pair_of
from matcher.introductions.states import ActRefused
from matcher.store import Need, Offer
from matcher.vocabulary import ContactMode, PostingKind
from web.accounts.session import current_account
from web.hackathons.forms import ToldForm
from web.introductions import presenters
from web.introductions.forms import CallForm, MessageForm, NoForm, NotNowForm, OutcomeForm, QuestionForm, YesForm
from web.introductions.wording import DONE, REFUSALS, next_step
from web.jobs import soon
from web.manage.links import LinkRefusedError, posting_of, reference_of
from web.manage.refusal import refuse_link
from web.presenters import posting_text
from web.wiring import db

bp = Blueprint("introductions", __name__, url_prefix="/gerer/<token>/reponses")

#: Forms of the page by the name that templates know them by.
FORMS: Final[dict[str, type[ToldForm]]] = {
    "yes": YesForm,
    "not_now": NotNowForm,
    "no": NoForm,
    "message": MessageForm,
    "call": CallForm,
    "outcome": OutcomeForm,
    "question": QuestionForm,
}


bp.register_error_handler(LinkRefusedError, refuse_link)


@bp.app_template_filter("moment")
def moment(value: datetime) -> str:
    """Day and time in the language of the page and the zone of the territory."""
    return str(format_datetime(value, "d MMMM y, HH:mm"))


@bp.app_context_processor
def _for_templates() -> dict[str, Any]:
    """The public pages of postings ask for the questions about one, and for the ways to answer it."""
    return {
        "answered_questions": lambda need: questions.public_questions(db.session, need.id),
        "ways_to_answer": ways_to_answer,
    }


def ways_to_answer(posting: Need | Offer) -> list[tuple[str, str]]:
    """Address of the pair's page and title for each live posting of the reader that could answer ``posting``."""
    account = current_account()
    if account is None or not posting.is_live(today()):
        return []
    organisations = {row.organisation_id for row in memberships_of(db.session, account.id)} - {posting.organisation_id}
    own = [row for number in sorted(organisations) for row in postings_of(db.session, number)]
    return [
        (url_for("introductions.show", token=reference_of(row), other_id=posting.id), row.title)
        for row in own
        if row.posting_kind is posting.posting_kind.other and row.is_live(today())
    ]


def pair_at(token: str, other_id: int) -> Pair:
    """The pair of an address. Raises LinkRefusedError, and NotFound for a posting that is not there."""
    posting = posting_of(token)
    pair = pair_of(db.session, posting, other_id, today())
    if pair is None or pair.other.organisation_id == posting.organisation_id:
        abort(404)
    return pair


def ids_of(pair: Pair) -> tuple[int, int]:
    """Numbers of need and offer, as use cases take them."""
    return pair.need.id, pair.offer.id


def done(token: str, pair: Pair, what: str) -> ResponseReturnValue:
    """Tell the jobs, then send the browser to the page of the pair, so that a reload sends nothing twice."""
    soon()
    return redirect(url_for("introductions.show", token=token, other_id=pair.other.id, fait=what), 303)


def refused(token: str, pair: Pair, error: ActRefused) -> ResponseReturnValue:
    """The page of the pair as it stands now, and why the act was not done: 409."""
    fresh = pair_of(db.session, pair.own, pair.other.id, today()) or pair
    return page(token, fresh, refusal=REFUSALS[error.code]), 409


def page(token: str, pair: Pair, *, refusal: Any = None, **forms: ToldForm) -> str:
    """The page of a pair; ``forms`` holds the one that was sent and has to be mended, by its name."""
    mended = {name: forms.get(name) or _fresh(name, pair) for name in FORMS}
    why = presenters.explained(pair.own, [pair])
    url = url_for("introductions.show", token=token, other_id=pair.other.id)
    row = pair.introduction
    messages = threads.messages_of(db.session, row.id) if row and pair.standing.contacts_are_shown else ()
    return render_template(
        "introductions/pair.html",
        token=token,
        posting=pair.own,
        pair=pair,
        text=posting_text(pair.other),
        match=presenters.pair_card(pair, why.get(pair.other.id), presenters.Talks(), url),
        step=next_step(pair, have_talked=bool(messages)),
        steps=presenters.steps(pair),
        banks=presenters.banks(pair),
        shared=presenters.shared_with_yes(pair),
        contact=contact_of_other(pair),
        messages=messages,
        calls={message.id: call_parts(message.text) for message in messages if message.call_starts_at},
        asked=_asked(pair),
        may=presenters.may(pair),
        forms=mended,
        wrong=next(iter(forms), None),
        problems=[problem for form in forms.values() for problem in form.problem_list()],
        refusal=refusal,
        done=DONE.get(request.args.get("fait", "")),
    )


def usual_mode(posting: Need | Offer) -> ContactMode:
    """How this side said that it likes to be reached; in writing when it said nothing."""
    wished = posting.contact_modes if isinstance(posting, Need) else frozenset()
    wished = wished or posting.organisation.contact_modes
    return next((mode for mode in ContactMode if mode in wished), ContactMode.MAIL)


def _fresh(name: str, pair: Pair) -> ToldForm:
    given: dict[str, dict[str, str]] = {
        "yes": {"mode": usual_mode(pair.own).value, "link": pair.own.link if isinstance(pair.own, Offer) else ""},
        "message": {"form_key": secrets.token_hex(8)},
        "call": {"call_key": secrets.token_hex(8)},
    }
    return FORMS[name](formdata=None, data=given.get(name, {}))


def _asked(pair: Pair) -> Any:
    """Questions that this side asked about the need; None where it cannot ask."""
    if pair.side is PostingKind.NEED:
        return None
    return questions.questions_of(db.session, pair.need.id, pair.offer.id)
