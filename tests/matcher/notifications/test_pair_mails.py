"""Mails about one pair: who is told what, when, and what ends them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from matcher.introductions.answering import say_no, say_not_now, withdraw
from matcher.introductions.closing import close_posting
from matcher.introductions.expiry import expire_due
from matcher.introductions.progress import record_met, record_outcome
from matcher.notifications.preferences import save_preference
from matcher.people import Counterfactual, DeclineReason, MailKind, MailState, Outcome
from matcher.store import PostingQuestion, ThreadMessage
from matcher.vocabulary import ClosedReason, PostingKind
from tests.matcher.notifications.world import AT_ONCE, NEVER, TUESDAY, WEEKLY, World, at

NEED, OFFER = PostingKind.NEED, PostingKind.OFFER


@pytest.fixture
def asked(world: World) -> World:
    """The offer's side said yes on a Tuesday at ten, and the need's side was told."""
    world.propose(TUESDAY - timedelta(days=30))
    world.yes(OFFER, TUESDAY + timedelta(hours=1))
    world.work(TUESDAY + timedelta(hours=1))
    return world


def test_a_yes_is_told_at_once_to_the_other_side_alone(world: World) -> None:
    """On a Saturday night too: somebody waits."""
    saturday = at("2026-03-07", "23:30")
    world.propose(saturday)
    world.yes(OFFER, saturday)
    world.work(saturday)
    (mail,) = world.mails(MailKind.ANSWER_WANTED)
    assert (mail.address, mail.state) == ("asso@example.org", MailState.SENT)


@pytest.mark.parametrize("frequency", [NEVER, WEEKLY, AT_ONCE])
def test_a_yes_is_told_whatever_was_chosen_for_proposals(world: World, frequency: str) -> None:
    """Also to who never wants to hear of proposals."""
    world.prefer(world.asker, frequency=frequency)
    world.propose(TUESDAY)
    world.yes(OFFER, TUESDAY)
    world.work(TUESDAY)
    assert len(world.mails(MailKind.ANSWER_WANTED)) == 1


def test_one_reminder_after_three_working_days_and_never_again(asked: World) -> None:
    """Told on Tuesday: reminded on Friday at eight, not a minute before, and once in the three weeks that follow."""
    asked.work(at("2026-03-06", "07:59"))
    assert asked.mails(MailKind.REMINDER) == []
    asked.work(at("2026-03-06", "08:00"))
    assert len(asked.mails(MailKind.REMINDER, MailState.SENT)) == 1
    for day in range(4, 20):
        asked.work(TUESDAY + timedelta(days=day))
    assert len(asked.mails(MailKind.REMINDER)) == 1
    assert len(asked.mails(MailKind.ANSWER_WANTED)) == 1


def test_a_reminder_waits_for_a_week_end_and_a_holiday(world: World) -> None:
    """Told on Wednesday 6 May 2026: Thursday, then Monday after the 8th, then Tuesday 12."""
    wednesday = at("2026-05-06", "15:00")
    world.propose(wednesday)
    world.yes(OFFER, wednesday)
    for day in range(6):
        world.work(wednesday + timedelta(days=day))
    assert world.mails(MailKind.REMINDER) == []
    world.work(at("2026-05-12", "08:00"))
    assert len(world.mails(MailKind.REMINDER)) == 1


def test_a_reminder_counts_from_the_day_on_which_the_first_mail_left(world: World) -> None:
    """Nobody is reminded of what they never got."""
    world.propose(TUESDAY)
    world.yes(OFFER, TUESDAY)
    world.plan(TUESDAY)  # the server is away: nothing is sent
    world.plan(TUESDAY + timedelta(days=6))
    assert world.mails(MailKind.REMINDER) == []
    world.send(TUESDAY + timedelta(days=6))
    world.plan(TUESDAY + timedelta(days=8))
    assert world.mails(MailKind.REMINDER) == []
    world.plan(TUESDAY + timedelta(days=9))
    assert len(world.mails(MailKind.REMINDER)) == 1


@pytest.mark.parametrize("what", ["refused", "taken back", "closed by the author", "closed by the other", "expired"])
def test_nothing_after_an_end(asked: World, what: str) -> None:
    """No reminder once the pair ended, however it ended; what was written and not sent is cancelled."""
    asked.plan(at("2026-03-06", "08:00"))
    now = at("2026-03-06", "08:01")
    pair = (asked.session, asked.need.id, asked.offer.id)
    if what == "refused":
        say_no(*pair, NEED, DeclineReason.TIMING, now=now)
    elif what == "taken back":
        withdraw(*pair, OFFER, now=now)
    elif what == "closed by the author":
        close_posting(asked.session, asked.need, ClosedReason.ABANDONED, now)
    elif what == "closed by the other":
        close_posting(asked.session, asked.offer, ClosedReason.ABANDONED, now)
    else:
        asked.need.expires_on = date(2026, 3, 5)
        asked.session.commit()
        expire_due(asked.session, now)
    report = asked.send(now)
    assert (report.sent, report.cancelled) == (0, 1)
    before = len(asked.mails(MailKind.REMINDER)) + len(asked.mails(MailKind.ANSWER_WANTED))
    for day in range(1, 30):
        asked.work(now + timedelta(days=day))
    assert len(asked.mails(MailKind.REMINDER)) + len(asked.mails(MailKind.ANSWER_WANTED)) == before


def test_a_refusal_in_the_minute_of_sending_still_counts(asked: World) -> None:
    """The mail is looked at again when it is taken, without any planning in between."""
    asked.plan(at("2026-03-06", "08:00"))
    say_no(asked.session, asked.need.id, asked.offer.id, NEED, DeclineReason.OTHER, now=at("2026-03-06", "08:00"))
    assert asked.send(at("2026-03-06", "08:00")).sent == 0


def test_not_now_moves_the_reminder_to_its_day(asked: World) -> None:
    """Asked again on the day that was chosen, once."""
    say_not_now(asked.session, asked.need.id, asked.offer.id, NEED, date(2026, 3, 20), now=TUESDAY + timedelta(hours=3))
    for day in range(1, 17):
        asked.work(TUESDAY + timedelta(days=day))
    assert asked.mails(MailKind.REMINDER) == []
    asked.work(TUESDAY + timedelta(days=17))
    assert len(asked.mails(MailKind.REMINDER, MailState.SENT)) == 1


def test_a_pause_holds_what_is_asked_and_lets_pass_what_both_agreed_on(asked: World) -> None:
    """A yes that came before the pause waits for its end; an introduction is told during it."""
    save_preference(asked.session, asked.asker, WEEKLY, date(2026, 3, 16), today=date(2026, 3, 3))
    for day in range(13):
        asked.work(TUESDAY + timedelta(days=day))
    assert asked.mails(MailKind.REMINDER) == []
    asked.yes(NEED, at("2026-03-15"))
    asked.work(at("2026-03-15"))
    told = {mail.organisation_id for mail in asked.mails(MailKind.INTRODUCED, MailState.SENT)}
    assert told == {asked.asker, asked.maker}


def test_a_paused_posting_holds_the_mail_that_waits(world: World) -> None:
    """It is not lost: it leaves after the pause."""
    world.propose(TUESDAY)
    world.yes(OFFER, TUESDAY)
    world.plan(TUESDAY)
    world.need.paused_until = date(2026, 3, 6)
    world.session.commit()
    assert world.send(TUESDAY).sent == 0
    for day in range(1, 5):
        world.work(TUESDAY + timedelta(days=day))
    (mail,) = world.mails(MailKind.ANSWER_WANTED)
    assert mail.state is MailState.SENT
    assert mail.sent_at is not None
    assert mail.sent_at >= at("2026-03-06", "08:00")


def test_both_are_told_of_the_introduction_once(asked: World) -> None:
    """At once, in a mail each."""
    asked.yes(NEED, TUESDAY + timedelta(hours=2))
    for hour in range(2, 40):
        asked.work(TUESDAY + timedelta(hours=hour))
    assert {mail.address for mail in asked.mails(MailKind.INTRODUCED)} == {"asso@example.org", "studio@example.org"}
    assert len(asked.mails(MailKind.INTRODUCED)) == 2


def test_they_are_asked_whether_they_met_and_then_what_came_of_it(asked: World) -> None:
    """Ten working days after, and 45 days after; who told already is not asked."""
    asked.yes(NEED, TUESDAY + timedelta(hours=2))
    for day in range(14):
        asked.work(TUESDAY + timedelta(days=day, hours=2))
    assert asked.mails(MailKind.FOLLOW_UP) == []
    asked.work(TUESDAY + timedelta(days=14, hours=2))
    assert len(asked.mails(MailKind.FOLLOW_UP)) == 2
    record_met(asked.session, asked.need.id, asked.offer.id, NEED, now=TUESDAY + timedelta(days=15))
    pair = (asked.session, asked.need.id, asked.offer.id)
    record_outcome(*pair, NEED, Outcome.GOING_ON, Counterfactual.NO, now=TUESDAY + timedelta(days=20))
    for day in range(16, 60):
        asked.work(TUESDAY + timedelta(days=day, hours=2))
    later = asked.mails(MailKind.FOLLOW_UP)[2:]
    assert [mail.organisation_id for mail in later] == [asked.maker]


@pytest.mark.parametrize("reason", list(ClosedReason))
def test_who_waited_is_told_that_the_need_was_closed(asked: World, reason: ClosedReason) -> None:
    """Once, whatever the reason; the author, who closed it, is told nothing."""
    close_posting(asked.session, asked.need, reason, TUESDAY + timedelta(days=1))
    for day in range(1, 10):
        asked.work(TUESDAY + timedelta(days=day))
    (mail,) = asked.mails(MailKind.SOLVED_ELSEWHERE)
    assert (mail.organisation_id, mail.state) == (asked.maker, MailState.SENT)


def test_a_question_and_its_answer_go_to_the_two_who_need_them(world: World) -> None:
    """The author once, then who asked once; a hidden question goes to nobody."""
    hidden = PostingQuestion(need_id=world.need.id, question="?", asked_at=TUESDAY, hidden_at=TUESDAY)
    question = PostingQuestion(need_id=world.need.id, offer_id=world.offer.id, question="Quand ?", asked_at=TUESDAY)
    world.session.add_all([hidden, question])
    world.session.commit()
    world.work(TUESDAY)
    assert [mail.organisation_id for mail in world.mails(MailKind.QUESTION)] == [world.asker]
    question.answer, question.answered_at = "En mai.", TUESDAY + timedelta(hours=1)
    world.session.commit()
    world.work(TUESDAY + timedelta(hours=2))
    assert [mail.organisation_id for mail in world.mails(MailKind.ANSWER)] == [world.maker]
    assert len(world.mails()) == 2


@pytest.mark.parametrize("closed", ["need", "offer"])
def test_an_answer_that_waits_is_dropped_when_either_posting_is_closed(world: World, closed: str) -> None:
    """Nobody is written about something that is over."""
    moment = TUESDAY + timedelta(hours=1)
    told = {"asked_at": TUESDAY, "answered_at": moment, "answer": "En mai."}
    world.session.add(PostingQuestion(need_id=world.need.id, offer_id=world.offer.id, question="Quand ?", **told))
    world.session.commit()
    world.plan(moment)
    close_posting(world.session, getattr(world, closed), ClosedReason.ABANDONED, moment)
    world.work(moment + timedelta(minutes=5))
    (mail,) = world.mails(MailKind.ANSWER)
    assert mail.state is MailState.CANCELLED


def test_a_message_goes_to_the_other_side_unless_it_was_read(asked: World) -> None:
    """Once each; what was read on the site needs no mail."""
    pair = asked.yes(NEED, TUESDAY + timedelta(hours=2))
    moment = TUESDAY + timedelta(hours=3)
    read = ThreadMessage(introduction_id=pair.id, side=NEED, text="Lu", sent_at=moment, read_at=moment)
    new = ThreadMessage(introduction_id=pair.id, side=NEED, text="Bonjour", sent_at=moment)
    asked.session.add_all([read, new])
    asked.session.commit()
    asked.work(moment)
    asked.work(moment + timedelta(minutes=1))
    (mail,) = asked.mails(MailKind.MESSAGE)
    assert mail.organisation_id == asked.maker
