"""What two sides write to each other: the thread and calls after both yeses, and questions that everybody may read."""

from __future__ import annotations

from typing import Final

from flask import url_for

from matcher.clock import today, utc_now
from matcher.introductions import questions, threads
from matcher.introductions.drafts import AnswerDraft, CallDraft, MessageDraft, QuestionDraft
from matcher.introductions.queries import Pair
from matcher.introductions.states import ActRefused, Refusal
from matcher.postings.drafts import parse_draft
from matcher.store import ThreadMessage
from web.api.blueprint import ApiAnswer, bp
from web.api.listing import page_of, page_out
from web.api.organising import CreationHeaders
from web.api.queries import PagesQuery
from web.api.side_inputs import AnswerIn, CallIn, MessageIn, QuestionIn
from web.api.side_outputs import (
    MessageOut,
    MessagePage,
    QuestionList,
    QuestionOut,
    QuestionPage,
    message_out,
    question_out,
)
from web.api.sides import REFUSED, asking, ids_of, side_need, side_pair
from web.api.words import N_
from web.jobs import soon
from web.wiring import db

_PAIR: Final = "/posting/pairs/<number:other>"
_QUESTION: Final = "/posting/questions/<number:question>"
_ONCE: Final = N_("With the header Idempotency-Key, the same key writes once, however often it is sent.")
_WRITTEN: Final = N_("In the thread, and on its way to the other side; the thread is at the address in Location")


@bp.get(f"{_PAIR}/messages")
@bp.input(PagesQuery, location="query")
@bp.output(MessagePage)
@bp.doc(
    operation_id="listMessages",
    tags=["Introductions"],
    summary=N_("The thread of a pair, oldest first"),
    description=N_("Only after both sides have said yes."),
    security="managementToken",
    responses={409: REFUSED},
)
def messages(other: int, query_data: PagesQuery) -> ApiAnswer:
    """The thread."""
    pair = side_pair(other)
    row = pair.introduction
    if row is None or not pair.standing.contacts_are_shown:
        raise ActRefused(Refusal.NOT_INTRODUCED)
    page = page_of(threads.messages_of(db.session, row.id), query_data)
    return page_out(MessagePage, page, query_data, lambda message: message_out(message, pair.side))


@bp.post(f"{_PAIR}/messages")
@bp.input(CreationHeaders, location="headers")
@bp.input(MessageIn)
@bp.output(MessageOut, status_code=201, description=_WRITTEN)
@bp.doc(
    operation_id="writeMessage",
    tags=["Introductions"],
    summary=N_("Write to the other side"),
    description=_ONCE,
    security="managementToken",
    responses={409: REFUSED},
)
def write_message(other: int, headers_data: CreationHeaders, json_data: MessageIn) -> ApiAnswer:
    """A message of the thread."""
    pair = side_pair(other)
    draft = parse_draft(MessageDraft, json_data.told(), today())
    key = headers_data.idempotency_key or ""
    row = threads.write(db.session, *ids_of(pair), pair.side, draft.message, now=utc_now(), form_key=key)
    return _written(pair, row)


@bp.post(f"{_PAIR}/calls")
@bp.input(CreationHeaders, location="headers")
@bp.input(CallIn)
@bp.output(MessageOut, status_code=201, description=_WRITTEN)
@bp.doc(
    operation_id="proposeCall",
    tags=["Introductions"],
    summary=N_("Propose a first call"),
    description=_ONCE,
    security="managementToken",
    responses={409: REFUSED},
)
def propose_call(other: int, headers_data: CreationHeaders, json_data: CallIn) -> ApiAnswer:
    """A message of the thread that proposes a time."""
    pair = side_pair(other)
    draft = parse_draft(CallDraft, json_data.told(), today())
    row = threads.write(
        db.session,
        *ids_of(pair),
        pair.side,
        draft.text,
        now=utc_now(),
        form_key=headers_data.idempotency_key or "",
        call_starts_at=draft.starts_at,
    )
    return _written(pair, row)


@bp.get(f"{_PAIR}/questions")
@bp.output(QuestionList)
@bp.doc(
    operation_id="listAskedQuestions",
    tags=["Introductions"],
    summary=N_("What this offer asked about a need, and the answers"),
    description=N_("For offers; there is nothing at this address with the token of a need."),
    security="managementToken",
)
def asked_questions(other: int) -> QuestionList:
    """Questions of one offer about one need."""
    rows = questions.questions_of(db.session, *ids_of(asking(other)))
    return QuestionList(items=[question_out(row) for row in rows])


@bp.post(f"{_PAIR}/questions")
@bp.input(QuestionIn)
@bp.output(QuestionOut, status_code=201, description=N_("On its way; the same question asked again is the same one"))
@bp.doc(
    operation_id="askQuestion",
    tags=["Introductions"],
    summary=N_("Ask something about a need, to be answered for everybody"),
    description=N_("For offers; there is nothing at this address with the token of a need."),
    security="managementToken",
    responses={409: REFUSED},
)
def ask_question(other: int, json_data: QuestionIn) -> ApiAnswer:
    """A question of an offer."""
    pair = asking(other)
    draft = parse_draft(QuestionDraft, json_data.told(), today())
    row = questions.ask(db.session, *ids_of(pair), draft.question, now=utc_now())
    soon()
    return question_out(row), 201, {"Location": url_for("api.asked_questions", other=other)}


@bp.get("/posting/questions")
@bp.input(PagesQuery, location="query")
@bp.output(QuestionPage)
@bp.doc(
    operation_id="listQuestions",
    tags=["Introductions"],
    summary=N_("Questions about this need, hidden ones too"),
    description=N_("For needs; there is nothing at this address with the token of an offer."),
    security="managementToken",
)
def own_questions(query_data: PagesQuery) -> ApiAnswer:
    """Questions for the author of a need."""
    rows = questions.questions_to_author(db.session, side_need().id)
    return page_out(QuestionPage, page_of(rows, query_data), query_data, question_out)


@bp.post(f"{_QUESTION}/answer")
@bp.input(AnswerIn)
@bp.output(QuestionOut)
@bp.doc(
    operation_id="answerQuestion",
    tags=["Introductions"],
    summary=N_("Answer a question, for everybody"),
    security="managementToken",
)
def answer_question(question: int, json_data: AnswerIn) -> QuestionOut:
    """The answer of a need's author."""
    need = side_need()
    draft = parse_draft(AnswerDraft, json_data.told(), today())
    row = questions.answer(db.session, need.id, question, draft.answer, now=utc_now())
    soon()
    return question_out(row)


@bp.post(f"{_QUESTION}/hide")
@bp.output(QuestionOut)
@bp.doc(
    operation_id="hideQuestion",
    tags=["Introductions"],
    summary=N_("Take a question off the page of the need"),
    security="managementToken",
)
def hide_question(question: int) -> QuestionOut:
    """Hide a question."""
    return question_out(questions.hide(db.session, side_need().id, question, now=utc_now()))


@bp.post(f"{_QUESTION}/show")
@bp.output(QuestionOut)
@bp.doc(
    operation_id="showQuestion",
    tags=["Introductions"],
    summary=N_("Put a hidden question back on the page of the need"),
    security="managementToken",
)
def show_question(question: int) -> QuestionOut:
    """Show a question again."""
    return question_out(questions.show_again(db.session, side_need().id, question))


def _written(pair: Pair, row: ThreadMessage) -> ApiAnswer:
    soon()
    return message_out(row, pair.side), 201, {"Location": url_for("api.messages", other=pair.other.id)}
