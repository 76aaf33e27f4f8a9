"""Below a posting's management page: what waits for its side, and its answers.

Reading changes nothing, not even "read": the page tells by a POST of its own that it was opened, so that a mail
scanner that follows links says nothing in anybody's name.
"""

from __future__ import annotations

from typing import Final

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.clock import today, utc_now
from matcher.introductions import answering, progress, threads
from matcher.introductions.drafts import NoDraft, OutcomeDraft, parse_not_now, parse_yes
from matcher.introductions.queries import Group, counts, pairs_of
from matcher.introductions.states import ActRefused
from matcher.postings.drafts import DraftProblems, parse_draft
from web.clock import calendar
from web.introductions import presenters
from web.introductions.area import bp, done, ids_of, page, pair_at, refused
from web.introductions.forms import NoForm, NotNowForm, OutcomeForm, YesForm
from web.introductions.wording import DONE
from web.manage.links import posting_of
from web.wiring import db

#: Cards of each group before "all of them" is asked for. Chosen: what a person reads in one go.
SHOWN: Final = 10
EVERYTHING: Final = 500


@bp.get("")
def index(token: str) -> ResponseReturnValue:
    """Everything that waits for this side, waits for others, is agreed on, or is over."""
    posting = posting_of(token)
    pairs = pairs_of(db.session, posting, today())
    whole = request.args.get("tout", "")
    shown = {group: EVERYTHING if whole == group.value else SHOWN for group in Group}
    to_answer = [pair for pair in pairs if pair.group is Group.TO_ANSWER][: shown[Group.TO_ANSWER]]
    rows = [pair.introduction.id for pair in pairs if pair.introduction]
    urls = {pair.other.id: url_for("introductions.show", token=token, other_id=pair.other.id) for pair in pairs}
    return render_template(
        "introductions/index.html",
        token=token,
        posting=posting,
        is_live=posting.is_live(today()),
        counts=counts(pairs),
        sections=presenters.sections(
            pairs,
            presenters.explained(posting, to_answer),
            shown,
            presenters.Talks(threads.unread(db.session, rows, posting.posting_kind), threads.talked(db.session, rows)),
            urls,
        ),
        done=DONE.get(request.args.get("fait", "")),
    )


@bp.get("/<number:other_id>")
def show(token: str, other_id: int) -> ResponseReturnValue:
    """One pair: why it fits, where it stands, and what this side may do."""
    return page(token, pair_at(token, other_id))


@bp.post("/<number:other_id>/vu")
def seen(token: str, other_id: int) -> ResponseReturnValue:
    """Sent by the page itself when a person opens it: the side has read the proposal and the thread."""
    pair = pair_at(token, other_id)
    if pair.introduction is not None or pair.proposal is not None:
        progress.mark_seen(db.session, *ids_of(pair), pair.side, now=utc_now(), calendar=calendar())
        threads.mark_read(db.session, *ids_of(pair), pair.side, now=utc_now())
    return Response(status=204)


@bp.post("/<number:other_id>/oui")
def yes(token: str, other_id: int) -> ResponseReturnValue:
    """This side wants to be put in touch."""
    pair, form = pair_at(token, other_id), YesForm()
    try:
        draft = parse_yes(form.draft_values(), today())
        answering.say_yes(
            db.session,
            *ids_of(pair),
            pair.side,
            draft.mode,
            now=utc_now(),
            detail=draft.detail,
            calendar=calendar(),
        )
    except DraftProblems as error:
        form.attach(error.problems)
        return page(token, pair, yes=form), 422
    except ActRefused as error:
        return refused(token, pair, error)
    return done(token, pair, "oui")


@bp.post("/<number:other_id>/plus-tard")
def not_now(token: str, other_id: int) -> ResponseReturnValue:
    """This side wants to be asked again on a day."""
    pair, form = pair_at(token, other_id), NotNowForm()
    try:
        draft = parse_not_now(form.draft_values(), today())
        answering.say_not_now(db.session, *ids_of(pair), pair.side, draft.until, now=utc_now(), calendar=calendar())
    except DraftProblems as error:
        form.attach(error.problems)
        return page(token, pair, not_now=form), 422
    except ActRefused as error:
        return refused(token, pair, error)
    return done(token, pair, "plus-tard")


@bp.post("/<number:other_id>/non")
def no(token: str, other_id: int) -> ResponseReturnValue:
    """This side does not want to, and says why."""
    pair, form = pair_at(token, other_id), NoForm()
    try:
        draft = parse_draft(NoDraft, form.draft_values(), today())
        answering.say_no(db.session, *ids_of(pair), pair.side, draft.reason, draft.reason_text, now=utc_now())
    except DraftProblems as error:
        form.attach(error.problems)
        return page(token, pair, no=form), 422
    except ActRefused as error:
        return refused(token, pair, error)
    return done(token, pair, "non")


@bp.post("/<number:other_id>/retirer")
def withdraw(token: str, other_id: int) -> ResponseReturnValue:
    """This side takes its yes back."""
    pair = pair_at(token, other_id)
    try:
        answering.withdraw(db.session, *ids_of(pair), pair.side, now=utc_now())
    except ActRefused as error:
        return refused(token, pair, error)
    return done(token, pair, "retire")


@bp.post("/<number:other_id>/rencontre")
def met(token: str, other_id: int) -> ResponseReturnValue:
    """They met or spoke to each other."""
    pair = pair_at(token, other_id)
    try:
        progress.record_met(db.session, *ids_of(pair), pair.side, now=utc_now())
    except ActRefused as error:
        return refused(token, pair, error)
    return done(token, pair, "rencontre")


@bp.post("/<number:other_id>/projet")
def started(token: str, other_id: int) -> ResponseReturnValue:
    """They work on something together."""
    pair = pair_at(token, other_id)
    try:
        progress.record_started(db.session, *ids_of(pair), pair.side, now=utc_now())
    except ActRefused as error:
        return refused(token, pair, error)
    return done(token, pair, "projet")


@bp.post("/<number:other_id>/suite")
def outcome(token: str, other_id: int) -> ResponseReturnValue:
    """What came of it."""
    pair, form = pair_at(token, other_id), OutcomeForm()
    try:
        draft = parse_draft(OutcomeDraft, form.draft_values(), today())
        progress.record_outcome(
            db.session,
            *ids_of(pair),
            pair.side,
            draft.outcome,
            draft.counterfactual,
            draft.outcome_text,
            now=utc_now(),
        )
    except DraftProblems as error:
        form.attach(error.problems)
        return page(token, pair, outcome=form), 422
    except ActRefused as error:
        return refused(token, pair, error)
    return done(token, pair, "suite")
