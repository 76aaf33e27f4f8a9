"""What two sides write to each other: the thread, calls, and questions that are answered for everybody."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matcher.clock import today, utc_now
from matcher.introductions import questions, threads
from matcher.introductions.calls import calendar_file
from matcher.introductions.drafts import AnswerDraft, CallDraft, MessageDraft, QuestionDraft
from matcher.introductions.questions import QuestionRefused
from matcher.introductions.states import ActRefused
from matcher.introductions.threads import MessageRefused
from matcher.postings.drafts import DraftProblems, parse_draft
from matcher.store import Need, PostingQuestion
from matcher.vocabulary import PostingKind
from web.i18n import public_root
from web.introductions.area import bp, done, ids_of, page, pair_at, refused
from web.introductions.forms import AnswerForm, CallForm, MessageForm, QuestionForm
from web.introductions.presenters import other_card
from web.introductions.wording import DONE, MESSAGE_PROBLEMS, QUESTION_PROBLEMS
from web.jobs import soon
from web.manage.links import posting_of
from web.wiring import db


@bp.post("/<number:other_id>/message")
def write(token: str, other_id: int) -> ResponseReturnValue:
    """A message to the other side."""
    pair, form = pair_at(token, other_id), MessageForm()
    key = form.form_key.data or ""
    try:
        draft = parse_draft(MessageDraft, {"message": form.message.data}, today())
        threads.write(db.session, *ids_of(pair), pair.side, draft.message, now=utc_now(), form_key=key)
    except DraftProblems as error:
        form.attach(error.problems)
        return page(token, pair, message=form), 422
    except MessageRefused as error:
        form.message.errors = [MESSAGE_PROBLEMS[error.code]]
        return page(token, pair, message=form), 422
    except ActRefused as error:
        return refused(token, pair, error)
    return done(token, pair, "message")


@bp.post("/<number:other_id>/appel")
def propose_call(token: str, other_id: int) -> ResponseReturnValue:
    """A time for a first call."""
    pair, form = pair_at(token, other_id), CallForm()
    values = {name: value for name, value in form.draft_values().items() if name != "call_key"}
    try:
        draft = parse_draft(CallDraft, values, today())
        threads.write(
            db.session,
            *ids_of(pair),
            pair.side,
            draft.text,
            now=utc_now(),
            form_key=form.call_key.data or "",
            call_starts_at=draft.starts_at,
        )
    except DraftProblems as error:
        form.attach(error.problems)
        return page(token, pair, call=form), 422
    except MessageRefused as error:
        form.time.errors = [MESSAGE_PROBLEMS[error.code]]
        return page(token, pair, call=form), 422
    except ActRefused as error:
        return refused(token, pair, error)
    return done(token, pair, "appel")


@bp.get("/<number:other_id>/appel-<number:message_id>.ics")
def call_file(token: str, other_id: int, message_id: int) -> ResponseReturnValue:
    """A proposed call for the calendar of the reader."""
    pair = pair_at(token, other_id)
    found = threads.call_of(db.session, pair.introduction.id, message_id) if pair.introduction else None
    if found is None:
        abort(404)
    message, call = found
    content = calendar_file(
        call,
        uid=f"call-{message.id}@{urlsplit(public_root()).hostname}",
        title=gettext("First call with %(name)s", name=other_card(pair, today()).author.name),
        text=message.text,
        made_at=message.sent_at,
    )
    headers = {"Content-Disposition": f'attachment; filename="passerelle-{message.id}.ics"'}
    return Response(content, mimetype="text/calendar", headers=headers)


@bp.post("/<number:other_id>/question")
def ask(token: str, other_id: int) -> ResponseReturnValue:
    """Something that a producer asks about the need, for everybody to read with its answer."""
    pair, form = pair_at(token, other_id), QuestionForm()
    if pair.side is PostingKind.NEED:
        abort(404)
    try:
        draft = parse_draft(QuestionDraft, form.draft_values(), today())
        questions.ask(db.session, *ids_of(pair), draft.question, now=utc_now())
    except DraftProblems as error:
        form.attach(error.problems)
        return page(token, pair, question=form), 422
    except QuestionRefused as error:
        form.question.errors = [QUESTION_PROBLEMS[error.code]]
        return page(token, pair, question=form), 422
    except ActRefused as error:
        return refused(token, pair, error)
    return done(token, pair, "question")


@bp.get("/questions")
def asked(token: str) -> ResponseReturnValue:
    """Questions about a need, for its author."""
    return _questions_page(token, _need_of(token))


@bp.post("/questions/<number:question_id>")
def answer(token: str, question_id: int) -> ResponseReturnValue:
    """Answer one, for everybody."""
    need, form = _need_of(token), AnswerForm()
    try:
        draft = parse_draft(AnswerDraft, form.draft_values(), today())
        questions.answer(db.session, need.id, question_id, draft.answer, now=utc_now())
    except DraftProblems as error:
        form.attach(error.problems)
        return _questions_page(token, need, question_id, form), 422
    except QuestionRefused:
        abort(404)
    return _answered(token, "reponse")


@bp.post("/questions/<number:question_id>/masquer")
def hide(token: str, question_id: int) -> ResponseReturnValue:
    """Take a question off the public page."""
    need = _need_of(token)
    try:
        questions.hide(db.session, need.id, question_id, now=utc_now())
    except QuestionRefused:
        abort(404)
    return _answered(token, "masque")


@bp.post("/questions/<number:question_id>/montrer")
def show_again(token: str, question_id: int) -> ResponseReturnValue:
    """Put a question back on the public page."""
    need = _need_of(token)
    try:
        questions.show_again(db.session, need.id, question_id)
    except QuestionRefused:
        abort(404)
    return _answered(token, "montre")


def _need_of(token: str) -> Need:
    posting = posting_of(token)
    if not isinstance(posting, Need):
        abort(404)
    return posting


def _answer_form(row: PostingQuestion) -> AnswerForm:
    return AnswerForm(formdata=None, data={"answer": row.answer})


def _answered(token: str, what: str) -> ResponseReturnValue:
    soon()
    return redirect(url_for("introductions.asked", token=token, fait=what), 303)


def _questions_page(token: str, need: Need, sent: int | None = None, form: AnswerForm | None = None) -> str:
    """The questions; ``sent`` names the one whose ``form`` has to be mended."""
    rows = questions.questions_to_author(db.session, need.id)
    forms = {row.id: form if form and row.id == sent else _answer_form(row) for row in rows}
    for number, own in forms.items():
        own.answer.id = f"answer-{number}"  # several of them stand on the page
    return render_template(
        "introductions/questions.html",
        token=token,
        posting=need,
        questions=rows,
        forms=forms,
        problems=form.problem_list() if form else [],
        done=DONE.get(request.args.get("fait", "")),
    )
