"""One case of the basket: what happened to the need, who could help, and what its holder does about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from matcher.clock import today, utc_now
from matcher.introductions.states import ActRefused
from matcher.oversight import cases as use_cases
from matcher.oversight.cases import CaseEntry, CaseRefusedError
from matcher.oversight.history import history_of
from matcher.oversight.suggesting import suggest_partner
from matcher.people import CaseResult
from matcher.store import Case
from matcher.vocabulary import PostingKind
from web.animator.area import bp, done, is_animator, me
from web.animator.basket import days_of
from web.animator.words import CASE_PROBLEMS, DONE, suggestion_problem
from web.i18n import current_language
from web.presenters import answer_of, card_of, facts, posting_text
from web.wiring import db, services

#: Offers of a search among all of them, and characters of its words.
FOUND_OFFERS: Final = 8
QUERY_CHARS: Final = 200


@bp.get("/panier/<number:number>")
def case(number: int) -> ResponseReturnValue:
    """The need, what happened to it, and who could help, with reasons."""
    return _page(_entry(number))


@bp.post("/panier/<number:number>/prendre")
def claim(number: int) -> ResponseReturnValue:
    """Look after it from now on."""
    account = me().id
    return _act(number, "claimed", lambda: use_cases.claim(db.session, number, account, now=utc_now()))


@bp.post("/panier/<number:number>/laisser")
def release(number: int) -> ResponseReturnValue:
    """Put it back; an animator may do so for a colleague."""
    account, anyones = me().id, is_animator()
    return _act(number, "released", lambda: use_cases.release(db.session, number, account, anyones=anyones))


@bp.post("/panier/<number:number>/note")
def note(number: int) -> ResponseReturnValue:
    """Keep a note, for animators and support bodies alone."""
    account, text = me().id, request.form.get("note", "")
    return _act(number, "noted", lambda: use_cases.write_note(db.session, number, account, text), note=text)


@bp.post("/panier/<number:number>/clore")
def close(number: int) -> ResponseReturnValue:
    """End it, with what came of it."""
    account = me().id
    try:
        result = CaseResult(request.form.get("result", ""))
    except ValueError:
        return _page(_entry(number), problem="result_missing"), 422
    return _act(number, "closed", lambda: use_cases.close_case(db.session, number, account, result, now=utc_now()))


@bp.post("/panier/<number:number>/proposer")
def suggest(number: int) -> ResponseReturnValue:
    """Suggest an offer to both sides; each still has to say yes."""
    entry, account = _entry(number), me().id
    if entry.case.claimed_by_id != account or entry.case.closed_at is not None:
        return _page(entry, problem=use_cases.CaseProblem.NOT_HELD), 409
    told = request.form.get("offer", "")
    if not (told.isascii() and told.isdecimal() and len(told) <= 15):
        abort(400)
    try:
        suggest_partner(db.session, entry.need, int(told), account_id=account, now=utc_now())
    except ActRefused as refused:
        return _page(_entry(number), refused=suggestion_problem(refused.code)), 409
    return done("case", "suggested", number=number)


def _entry(number: int) -> CaseEntry:
    found = use_cases.get_case(db.session, number)
    if found is None:
        abort(404)
    return found


def _act(number: int, what: str, act: Callable[[], Case], **typed: Any) -> ResponseReturnValue:
    _entry(number)
    try:
        act()
    except CaseRefusedError as refused:
        too_long = refused.problem is use_cases.CaseProblem.NOTE_TOO_LONG
        return _page(_entry(number), problem=refused.problem, **typed), 422 if too_long else 409
    return done("case", what, number=number)


def _page(entry: CaseEntry, *, problem: str | None = None, refused: Any = None, note: str | None = None) -> str:
    need, query = entry.need, request.args.get("q", "").strip()[:QUERY_CHARS]
    matcher = services().matcher
    found = None
    if query:
        kinds = (PostingKind.OFFER,)
        answers = matcher.search(db.session, query, current_language().value, kinds, FOUND_OFFERS)
        found = answer_of(answers[PostingKind.OFFER], today())
    return render_template(
        "animator/case.html",
        case=entry.case,
        holder=entry.holder,
        need=need,
        card=card_of(need, today()),
        text=posting_text(need),
        facts=facts(need),
        is_live=need.is_live(today()),
        days=days_of(entry.case.opened_at),
        is_mine=entry.case.claimed_by_id == me().id,
        may_release=is_animator(),
        history=history_of(db.session, need),
        answer=answer_of(matcher.proposals(db.session, need), today()),
        found=found,
        query=query,
        results=list(CaseResult),
        problem=problem,
        problem_text=refused or (CASE_PROBLEMS[problem] if problem else None),
        note=entry.case.note if note is None else note,
        limit=use_cases.NOTE.maximum,
        done=DONE.get(request.args.get("fait", "")),
    )
