"""The watch over mails: each promise, kept and broken."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from matcher.people import MailFrequency, MailKind
from matcher.simulation.actors import Pair
from matcher.simulation.ledger import BOUNCES, Delivery, Ledger, Rule
from matcher.vocabulary import PostingKind

NOW = datetime(2027, 3, 1, 8, tzinfo=UTC)
PAIR = Pair(1, 2)
DIGEST = Delivery(NOW, MailKind.DIGEST, 7, "a@example.org", "digest:7:2027-03-01/0")
ASKED = Delivery(NOW, MailKind.ANSWER_WANTED, 7, "a@example.org", "answer_wanted:1/0", PAIR, PostingKind.OFFER)
INTRODUCED = Delivery(NOW, MailKind.INTRODUCED, 7, "a@example.org", "introduced:1/0", PAIR, PostingKind.OFFER)


@pytest.fixture
def ledger() -> Ledger:
    """An organisation that wants weekly mails, and a need that said yes to an offer of it."""
    made = Ledger()
    made.wants(7, MailFrequency.WEEKLY)
    made.says_yes(PostingKind.NEED, PAIR)
    return made


def broken(ledger: Ledger, *mails: Delivery) -> list[Rule]:
    """Promises that these mails break."""
    for mail in mails:
        ledger.sees(mail)
    return [breach.rule for breach in ledger.breaches]


def later(mail: Delivery, after: timedelta) -> Delivery:
    """The same sort of mail, another one, later."""
    return replace(mail, at=mail.at + after, key=f"{mail.key}+{after}")


def test_what_was_promised_breaks_nothing(ledger: Ledger) -> None:
    """A digest, the question, and a week later the next digest."""
    assert broken(ledger, DIGEST, ASKED, later(DIGEST, timedelta(days=7))) == []


@pytest.mark.parametrize("days", [1, 6])
def test_two_digests_in_a_week_are_too_many(ledger: Ledger, days: int) -> None:
    """Whatever they say."""
    assert broken(ledger, DIGEST, later(DIGEST, timedelta(days=days))) == [Rule.ONE_DIGEST]


def test_digests_at_once_are_an_hour_apart(ledger: Ledger) -> None:
    """Who wants to hear at once hears at once, and not every minute."""
    ledger.wants(7, MailFrequency.AT_ONCE)
    assert broken(ledger, DIGEST, later(DIGEST, timedelta(hours=1))) == []
    assert broken(ledger, later(DIGEST, timedelta(minutes=70))) == [Rule.ONE_DIGEST]


def test_who_never_wants_proposals_gets_answers_alone(ledger: Ledger) -> None:
    """The yes of somebody else is told in any case."""
    ledger.wants(7, MailFrequency.NEVER)
    assert broken(ledger, ASKED) == []
    assert broken(ledger, DIGEST) == [Rule.NOT_WANTED]


def test_one_question_for_one_yes(ledger: Ledger) -> None:
    """And one reminder; a second question needs a second yes."""
    again = later(ASKED, timedelta(days=4))
    assert broken(ledger, ASKED, replace(again, kind=MailKind.REMINDER)) == []
    assert broken(ledger, replace(again, key="answer_wanted:2/0")) == [Rule.ONE_REMINDER]


def test_the_same_mail_comes_once(ledger: Ledger) -> None:
    """To one address; a colleague has one as well."""
    assert broken(ledger, DIGEST, replace(DIGEST, address="b@example.org")) == []
    assert Rule.TWICE in broken(ledger, DIGEST)


def test_nothing_comes_in_a_pause_but_what_both_agreed_on(ledger: Ledger) -> None:
    """And on its last day everything comes again."""
    ledger.says_yes(PostingKind.OFFER, PAIR)
    ledger.wants(7, MailFrequency.WEEKLY, date(2027, 3, 2))
    assert broken(ledger, INTRODUCED) == []
    assert broken(ledger, DIGEST) == [Rule.IN_PAUSE]
    ledger.breaches.clear()
    assert broken(ledger, later(ASKED, timedelta(days=1))) == []


@pytest.mark.parametrize("mail", [DIGEST, ASKED])
def test_nothing_comes_after_a_stop(ledger: Ledger, mail: Delivery) -> None:
    """Until somebody chooses mails again."""
    ledger.stops(7)
    assert broken(ledger, mail) == [Rule.AFTER_STOP]
    assert ledger.silent == {7}


def test_nothing_comes_after_a_refusal(ledger: Ledger) -> None:
    """Neither the question, nor the pair in a digest."""
    ledger.refuses(PAIR)
    assert broken(ledger, ASKED) == [Rule.AFTER_REFUSAL]
    ledger.reads_digest(7, "digest", [(PostingKind.OFFER, PAIR)], NOW)
    assert [breach.rule for breach in ledger.breaches] == [Rule.AFTER_REFUSAL] * 2


def test_nothing_asks_about_a_closed_posting(ledger: Ledger) -> None:
    """Whoever waited is told so, which is another mail."""
    ledger.closes(PostingKind.NEED, PAIR.need_id)
    assert broken(ledger, ASKED) == [Rule.AFTER_CLOSURE]
    expiring = replace(DIGEST, kind=MailKind.EXPIRES_SOON, posting=(PostingKind.NEED, PAIR.need_id))
    assert broken(ledger, expiring) == [Rule.AFTER_CLOSURE] * 2
    told = replace(ASKED, kind=MailKind.SOLVED_ELSEWHERE, key="solved/0", side=PostingKind.OFFER)
    assert broken(ledger, told) == [Rule.AFTER_CLOSURE] * 2


def test_not_now_is_respected(ledger: Ledger) -> None:
    """Until the day that was asked for."""
    ledger.waits(PostingKind.OFFER, PAIR, date(2027, 3, 2))
    assert broken(ledger, ASKED) == [Rule.TOO_EARLY]
    ledger.breaches.clear()
    ledger.reads_digest(7, "digest", [(PostingKind.OFFER, PAIR)], NOW + timedelta(days=1))
    assert ledger.breaches == []


def test_a_dead_address_is_left_alone(ledger: Ledger) -> None:
    """After three bounces."""
    for _ in range(BOUNCES):
        assert broken(ledger) == []
        ledger.bounces(7, "a@example.org")
    assert broken(ledger, DIGEST) == [Rule.DEAD_ADDRESS]


def test_who_chooses_its_mails_again_is_written_to_again(ledger: Ledger) -> None:
    """Whoever opens that page reads mails of the site: bounces are counted anew, as the service does."""
    for _ in range(BOUNCES):
        ledger.bounces(7, "a@example.org")
    ledger.wants(7, MailFrequency.WEEKLY)
    assert broken(ledger, DIGEST) == []


def test_an_introduction_needs_two_yeses(ledger: Ledger) -> None:
    """One is not enough."""
    assert broken(ledger, INTRODUCED) == [Rule.WITHOUT_TWO_YESES]
    ledger.says_yes(PostingKind.OFFER, PAIR)
    assert broken(ledger, replace(INTRODUCED, address="b@example.org")) == [Rule.WITHOUT_TWO_YESES]
