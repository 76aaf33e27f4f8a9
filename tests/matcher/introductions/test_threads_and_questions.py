"""Threads, calls and questions: who may write when, and what is stored once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import text
from sqlalchemy.orm import Session

from matcher.introductions import questions, threads
from matcher.introductions.answering import say_yes
from matcher.introductions.calls import calendar_file
from matcher.introductions.drafts import CallDraft, parse_not_now, parse_yes
from matcher.introductions.questions import QuestionProblem, QuestionRefused
from matcher.introductions.states import ActRefused, Refusal
from matcher.introductions.threads import Call, MessageProblem, MessageRefused
from matcher.postings.drafts import DraftProblems, parse_draft
from matcher.store import Need
from matcher.vocabulary import ContactMode
from tests.matcher.introductions.pairs import NEED, NOW, OFFER, TODAY, Ids, proposed

LATER = NOW + timedelta(days=3)


def introduced(session: Session) -> Ids:
    """A pair of two yeses."""
    ids = proposed(session)
    for side in (NEED, OFFER):
        say_yes(session, *ids, side, ContactMode.MAIL, now=NOW)
    return ids


def test_nobody_writes_before_both_said_yes(session: Session) -> None:
    """One yes opens no thread."""
    ids = proposed(session)
    row = say_yes(session, *ids, NEED, ContactMode.MAIL, now=NOW)
    with pytest.raises(ActRefused) as refused:
        threads.write(session, *ids, NEED, "Bonjour", now=NOW)
    assert refused.value.code is Refusal.NOT_INTRODUCED
    assert not threads.messages_of(session, row.id)


def test_a_message_is_read_once_and_by_the_other_side(session: Session) -> None:
    """Unread counts for the other side alone, and opening the thread ends it; texts are not readable in the file."""
    ids = introduced(session)
    message = threads.write(session, *ids, NEED, "  Bonjour\r\nà vous ", now=NOW, form_key="a")
    assert threads.write(session, *ids, NEED, "Bonjour encore", now=NOW, form_key="a").id == message.id
    threads.write(session, *ids, OFFER, "Bonjour", now=NOW, form_key="a")
    number = message.introduction_id
    assert [each.text for each in threads.messages_of(session, number)] == ["Bonjour\nà vous", "Bonjour"]
    assert threads.unread(session, [number], OFFER) == {number: 1}
    assert threads.mark_read(session, *ids, OFFER, now=NOW) == 1
    assert threads.unread(session, [number], OFFER) == {}
    assert threads.unread(session, [number], NEED) == {number: 1}
    raw = session.execute(text("SELECT text FROM thread_message")).scalars().all()
    assert not any("Bonjour" in each for each in raw)


@pytest.mark.parametrize(
    ("words", "starts_at", "problem"),
    [
        (" ", None, MessageProblem.EMPTY),
        ("x" * 5001, None, MessageProblem.TOO_LONG),
        ("", NOW - timedelta(minutes=1), MessageProblem.CALL_IN_PAST),
        ("", NOW + timedelta(days=181), MessageProblem.CALL_TOO_FAR),
    ],
)
def test_what_cannot_be_sent(session: Session, words: str, starts_at: datetime | None, problem: MessageProblem) -> None:
    """Empty or endless messages, and calls of yesterday or of next year."""
    ids = introduced(session)
    with pytest.raises(MessageRefused) as refused:
        threads.write(session, *ids, NEED, words, now=NOW, call_starts_at=starts_at)
    assert refused.value.code is problem


def test_a_call_stays_within_its_thread(session: Session) -> None:
    """Its number opens it in its own thread alone."""
    ids, other = introduced(session), introduced(session)
    message = threads.write(session, *ids, NEED, "", now=NOW, call_starts_at=LATER)
    plain = threads.write(session, *other, NEED, "Bonjour", now=NOW)
    found = threads.call_of(session, message.introduction_id, message.id)
    assert found is not None
    assert found[1].starts_at == LATER
    assert threads.call_of(session, plain.introduction_id, message.id) is None
    assert threads.call_of(session, plain.introduction_id, plain.id) is None


@pytest.mark.parametrize(("day", "hour"), [(date(2026, 3, 27), 13), (date(2026, 3, 30), 12)])
def test_a_call_keeps_its_hour_when_the_clock_changes(day: date, hour: int) -> None:
    """Two in the afternoon of Nancy is 13:00 UTC in winter and 12:00 in summer; the file says the same moment."""
    draft = parse_draft(CallDraft, {"day": day.isoformat(), "time": "14:00", "note": "À bientôt"}, TODAY)
    assert draft.starts_at == datetime.combine(day, datetime.min.time(), UTC).replace(hour=hour)
    content = calendar_file(Call(draft.starts_at), uid="x@y", title="Appel, premier", text=draft.text, made_at=NOW)
    event = Calendar.from_ical(content).walk("VEVENT")[0]
    assert event.decoded("dtstart") == draft.starts_at
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=30)
    assert str(event["summary"]) == "Appel, premier"


def test_what_a_mode_needs_is_asked_for_it_alone() -> None:
    """A phone call needs a number, a page its address; what was typed for another mode goes nowhere."""
    for mode, field in (("phone", "phone"), ("link", "link")):
        with pytest.raises(DraftProblems) as refused:
            parse_yes({"mode": mode}, TODAY)
        assert [problem.field for problem in refused.value.problems] == [field]
    draft = parse_yes({"mode": "mail", "phone": "03 53 01 00 01", "link": "https://example.org"}, TODAY)
    assert draft.detail == ""
    with pytest.raises(DraftProblems):
        parse_yes({"mode": "phone", "phone": "<b>03 53 01</b>"}, TODAY)
    with pytest.raises(DraftProblems):
        parse_not_now({"until": TODAY.isoformat()}, TODAY)


def test_a_question_is_public_once_it_is_answered(session: Session) -> None:
    """Asked twice it is one; hidden it is gone; the number of another need opens nothing."""
    ids, other = proposed(session), proposed(session)
    row = questions.ask(session, *ids, "Combien de pages ?", now=NOW)
    assert questions.ask(session, *ids, " Combien de pages ? ", now=NOW).id == row.id
    assert questions.unanswered(session, ids.need) == 1
    assert not questions.public_questions(session, ids.need)
    with pytest.raises(QuestionRefused) as refused:
        questions.answer(session, other.need, row.id, "Trois", now=NOW)
    assert refused.value.code is QuestionProblem.UNKNOWN
    questions.answer(session, ids.need, row.id, "Trois", now=NOW)
    questions.answer(session, ids.need, row.id, "Quatre", now=LATER)
    (public,) = questions.public_questions(session, ids.need)
    assert (public.answer, public.answered_at, questions.unanswered(session, ids.need)) == ("Quatre", NOW, 0)
    questions.hide(session, ids.need, row.id, now=LATER)
    assert not questions.public_questions(session, ids.need)
    questions.show_again(session, ids.need, row.id)
    assert questions.public_questions(session, ids.need)


def test_questions_wait_their_turn(session: Session) -> None:
    """Three of one offer wait at most; none about a need that is closed or of the own organisation."""
    ids = proposed(session)
    for number in range(3):
        questions.ask(session, *ids, f"Question {number} ?", now=NOW)
    with pytest.raises(QuestionRefused) as refused:
        questions.ask(session, *ids, "Encore une ?", now=NOW)
    assert refused.value.code is QuestionProblem.TOO_MANY
    over = proposed(session, need={"expires_on": TODAY - timedelta(days=1)})
    with pytest.raises(ActRefused) as ended:
        questions.ask(session, *over, "Est-ce encore vrai ?", now=NOW)
    assert ended.value.code is Refusal.NOT_LIVE
    assert session.get_one(Need, over.need).title
