"""From a mail to a message of a thread: who may write, what is stored, and that it is stored once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.introductions.answering import say_yes
from matcher.introductions.proposing import propose_pair
from matcher.notifications.letters import Words
from matcher.people import Actor, MailKind, MailState
from matcher.relay.addresses import RelayDomain, Writer
from matcher.relay.receiving import (
    MAX_PER_HOUR,
    NoticeCode,
    Received,
    Refused,
    RelayRules,
    Undelivered,
    receive,
)
from matcher.relay.refusals import RefusalCode
from matcher.store import Account, Introduction, Mail, Membership, ThreadMessage
from matcher.store.encryption import blind_index
from matcher.vocabulary import ContactMode, Family, Language, PostingKind
from tests import builders
from tests.matcher.relay.mails import BOUNCE, mail

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
RULES = RelayRules(RelayDomain("relay.example.org", "relais", b"a secret of this test"), 100_000, "mx.example.org")


def words(code: NoticeCode, title: str, language: Language) -> Words:
    """Words that a test can compare."""
    return Words(f"{code.value} {title} {language.value}", "text", "<p>html</p>")


@pytest.fixture
def pair(session: Session) -> Introduction:
    """An association and a company that both said yes."""
    asker = builders.organisation(session, contact_email="Claire@asso.example")
    company = builders.organisation(session, family=Family.COMPANY, contact_email="paul@atelier.example")
    need, offer = builders.need(session, organisation=asker), builders.offer(session, organisation=company)
    session.commit()
    propose_pair(session, need.id, offer.id, Actor.ANIMATOR, now=NOW)
    say_yes(session, need.id, offer.id, PostingKind.NEED, ContactMode.MAIL, now=NOW)
    return say_yes(session, need.id, offer.id, PostingKind.OFFER, ContactMode.MAIL, now=NOW)


def address(pair: Introduction, side: PostingKind = PostingKind.NEED) -> str:
    """Where people of ``side`` write to."""
    assert pair.relay_key is not None
    return RULES.domain.address(Writer(pair.relay_key, side))


def arrive(session: Session, text: str = "Mardi 14 h ?", now: datetime = NOW, **headers: str) -> object:
    """What becomes of a mail."""
    return receive(session, mail(text, **headers).as_bytes(), RULES, words, now=now)


def thread(session: Session) -> list[tuple[PostingKind, str]]:
    """Who wrote what."""
    return [(row.side, row.text) for row in session.scalars(select(ThreadMessage).order_by(ThreadMessage.id))]


def test_a_mail_becomes_a_message_of_its_side(session: Session, pair: Introduction) -> None:
    """Numbers that people give each other stay: both said yes."""
    found = arrive(session, "Appelez-moi au 06 12 34 56 78.", To=address(pair))
    assert isinstance(found, Received)
    assert found.is_new
    row = session.get_one(ThreadMessage, found.message_id)
    assert (row.side, row.text, row.by_mail) == (PostingKind.NEED, "Appelez-moi au 06 12 34 56 78.", True)
    assert (row.introduction_id, row.sent_at) == (pair.id, NOW)


def test_the_same_mail_is_stored_once(session: Session, pair: Introduction) -> None:
    """Mail servers deliver again when they are not sure."""
    first = arrive(session, To=address(pair))
    again = arrive(session, To=address(pair), now=NOW + timedelta(days=1))
    assert isinstance(first, Received) and isinstance(again, Received)  # noqa: PT018 - one fact
    assert (first.message_id, again.is_new) == (again.message_id, False)
    assert len(thread(session)) == 1


def test_members_write_for_their_organisation(session: Session, pair: Introduction) -> None:
    """Once their account is confirmed, and no longer when it is closed."""
    account = Account(email="zoe@asso.example", session_name="x", language=Language.EN)
    session.add(Membership(account=account, organisation=pair.need.organisation))
    session.commit()
    refused = Refused(RefusalCode.OTHER_SENDER)
    assert arrive(session, To=address(pair), From="zoe@asso.example") == refused
    account.confirmed_at = NOW
    session.commit()
    assert isinstance(arrive(session, To=address(pair), From="zoe@asso.example"), Received)
    account.active = False
    session.commit()
    assert arrive(session, To=address(pair), From="zoe@asso.example", Message_ID="<2@a.example>") == refused


def test_a_forged_sender_is_worth_nothing(session: Session, pair: Introduction) -> None:
    """Neither without the signed address, nor with that of the other side, nor where the server saw the forgery."""
    forged = "claire@asso.example"
    unsigned = f"relais+{pair.relay_key}@relay.example.org"
    assert arrive(session, To=unsigned, From=forged) == Refused(RefusalCode.UNKNOWN_ADDRESS)
    assert arrive(session, To=address(pair, PostingKind.OFFER), From=forged) == Refused(RefusalCode.OTHER_SENDER)
    seen = "mx.example.org; dmarc=fail header.from=asso.example"
    found = arrive(session, To=address(pair), Authentication_Results=seen, From=forged)
    assert found == Refused(RefusalCode.NOT_AUTHENTIC)
    assert thread(session) == []
    assert session.scalars(select(Mail)).all() == []


def test_a_holder_of_the_address_with_another_sender_is_refused(session: Session, pair: Introduction) -> None:
    """A mail that was passed on gives nobody the right to write."""
    assert arrive(session, To=address(pair), From="eve@else.example") == Refused(RefusalCode.OTHER_SENDER)


@pytest.mark.parametrize("headers", [{"Auto_Submitted": "auto-replied"}, {"Precedence": "list"}, {"Return_Path": "<>"}])
def test_automatic_answers_end_in_silence(session: Session, pair: Introduction, headers: dict[str, str]) -> None:
    """Nobody is written, nothing is stored: there is no loop to begin."""
    raw = mail(**(headers | {"To": address(pair)})).as_bytes()
    assert receive(session, raw, RULES, words, now=NOW) == Refused(RefusalCode.AUTOMATIC)
    assert thread(session) == []
    assert session.scalars(select(Mail)).all() == []


def test_a_mail_of_this_site_that_comes_back_is_a_loop(session: Session, pair: Introduction) -> None:
    """Its Message-ID is ours."""
    told = "paul@atelier.example"
    session.add(
        Mail(key="k", kind=MailKind.MESSAGE, state=MailState.SENT, sent_at=NOW, message_id="<mail-12@example.org>",
             address=told, address_index=blind_index(told), language=Language.FR, subject="s", text="t", html="h")
    )  # fmt: skip
    session.commit()
    assert arrive(session, To=address(pair), Message_ID="<mail-12@example.org>") == Refused(RefusalCode.LOOP)


def test_too_many_mails_in_an_hour_are_a_loop(session: Session, pair: Introduction) -> None:
    """Two programs that answer each other; an hour later people may go on."""
    for number in range(MAX_PER_HOUR):
        assert isinstance(arrive(session, To=address(pair), Message_ID=f"<{number}@a.example>"), Received)
    assert arrive(session, To=address(pair)) == Refused(RefusalCode.TOO_MANY)
    other = arrive(
        session, To=address(pair, PostingKind.OFFER), From="paul@atelier.example", Message_ID="<o@a.example>"
    )
    assert isinstance(other, Received)
    assert isinstance(arrive(session, To=address(pair), now=NOW + timedelta(hours=1)), Received)


@pytest.mark.parametrize(
    ("text", "code"), [("> nur Zitat", RefusalCode.EMPTY), ("long " * 1_100, RefusalCode.TOO_LONG)]
)
def test_a_known_sender_is_told_once_a_day(session: Session, pair: Introduction, text: str, code: RefusalCode) -> None:
    """Why the mail was not passed on; the second time in silence, the next day again."""
    told = [
        arrive(session, text, To=address(pair), Message_ID=f"<{hours}@a.example>", now=NOW + timedelta(hours=hours))
        for hours in (0, 1, 24)
    ]
    assert told == [Refused(code, told=True), Refused(code), Refused(code, told=True)]
    mails = session.scalars(select(Mail).order_by(Mail.id)).all()
    assert [row.subject for row in mails] == [f"{code.value} {pair.need.title} fr"] * 2
    assert {row.address for row in mails} == {"claire@asso.example"}
    assert {row.organisation_id for row in mails} == {pair.need.organisation_id}


def test_files_stay_here_and_the_text_is_passed_on(session: Session, pair: Introduction) -> None:
    """The sender is told in one mail a day."""
    made = mail("Voici le devis.", To=address(pair))
    made.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="devis.pdf")
    found = receive(session, made.as_bytes(), RULES, words, now=NOW)
    assert isinstance(found, Received)
    assert thread(session) == [(PostingKind.NEED, "Voici le devis.")]
    assert [row.subject for row in session.scalars(select(Mail))] == [f"files_left {pair.need.title} fr"]


def test_a_reply_address_in_the_text_is_not_passed_on(session: Session, pair: Introduction) -> None:
    """It would let the other side write as this one."""
    arrive(session, f"On m'écrit à {address(pair)} ici.", To=address(pair))
    assert thread(session) == [(PostingKind.NEED, "On m'écrit à  ici.")]


def test_a_bounce_is_told_apart(session: Session) -> None:
    """Whoever counts bounces gets the mail's name and the code; nothing is stored here."""
    raw = BOUNCE % {b"action": b"failed"}
    assert receive(session, raw, RULES, words, now=NOW) == Undelivered("<mail-12@example.org>", "5.1.1")


def test_no_mail_at_all_is_refused(session: Session) -> None:
    """Before anything is looked up."""
    assert receive(session, b"", RULES, words, now=NOW) == Refused(RefusalCode.UNREADABLE)
    assert receive(session, b"A: b\n\n" + b"x" * 200_000, RULES, words, now=NOW) == Refused(RefusalCode.TOO_LARGE)
