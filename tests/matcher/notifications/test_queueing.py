"""One mail to one address: written once, sent once, and what stays of it when it is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from matcher.notifications.bounces import record_bounce
from matcher.notifications.letters import Recipient, Words
from matcher.notifications.mailbox import masked, sendings_of
from matcher.notifications.queueing import queue_mail, withdraw_mail
from matcher.notifications.sending import Refused, ServerAway, send_due
from matcher.people import MailKind, MailState
from matcher.privacy.exporting import export_account
from matcher.store import Mail
from matcher.store.session import writing
from matcher.vocabulary import Language
from tests.matcher.notifications.test_recipients import member
from tests.matcher.notifications.test_sending import Failing
from tests.matcher.notifications.world import TUESDAY, Outbox, World

LINK = Words("Votre lien", "https://example.org/connexion/lien/secret", "<p>secret", "BEGIN:VCALENDAR")
HALF_AN_HOUR = timedelta(minutes=30)


def queued(world: World, key: str = "account:sign_in:1", account_id: int | None = None, **values: timedelta) -> Mail:
    """A mail with a link that lives for half an hour, unless told otherwise."""
    life = values.get("life", HALF_AN_HOUR)
    to = Recipient("ada@example.org", Language.FR, account_id)
    ends = TUESDAY + life if life else None
    assert queue_mail(world.session, key, MailKind.ACCOUNT, to, LINK, now=TUESDAY, link_ends_at=ends)
    return the(world, key)


def the(world: World, key: str) -> Mail:
    """The mail of a key, as it is stored."""
    wanted = select(Mail).where(Mail.key == key).execution_options(populate_existing=True)
    return world.session.scalars(wanted).one()


def words_left(mail: Mail) -> set[str]:
    """What can still be read of a mail."""
    return {mail.subject, mail.text, mail.html, mail.calendar, mail.address, mail.address_index} - {""}


def test_the_same_reason_makes_one_mail(world: World) -> None:
    """The second time nothing is written, whatever it would say."""
    queued(world)
    to = Recipient("bob@example.org", Language.EN, None)
    assert not queue_mail(world.session, "account:sign_in:1", MailKind.ACCOUNT, to, LINK, now=TUESDAY)
    assert [mail.address for mail in world.mails()] == ["ada@example.org"]


def test_it_comes_and_goes_with_the_transaction_of_its_cause(world: World) -> None:
    """A use case that fails after it had queued its mail leaves no mail behind."""
    to = Recipient("ada@example.org", Language.FR, None)

    def cause() -> None:
        with writing(world.session):
            queue_mail(world.session, "hackathon:1", MailKind.HACKATHON, to, LINK, now=TUESDAY)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cause()
    assert world.mails() == []


def test_nothing_stays_of_a_mail_to_a_bare_address(world: World) -> None:
    """Whose address is not of the site is known to it no longer than the mail is on its way; the key stays."""
    queued(world)
    assert world.send(TUESDAY).sent == 1
    sent = the(world, "account:sign_in:1")
    assert (sent.state, sent.sent_at) == (MailState.SENT, TUESDAY)
    assert words_left(sent) == set()


def test_a_link_goes_with_the_text_around_it_and_the_rest_stays(world: World) -> None:
    """Of a mail to an account: that it was sent, when, and what it was about."""
    account = member(world, "ada@example.org")
    queued(world, account_id=account.id)
    world.send(TUESDAY)
    sent = the(world, "account:sign_in:1")
    assert (sent.text, sent.html, sent.calendar) == ("", "", "")
    assert (sent.subject, sent.address) == ("Votre lien", "ada@example.org")
    queued(world, "account:role:2", account_id=account.id, life=timedelta(0))
    world.send(TUESDAY)
    assert the(world, "account:role:2").text == LINK.text


def test_a_mail_is_not_sent_with_a_dead_link(world: World) -> None:
    """The server was away for as long as the link lives: the state says so, and the text is gone."""
    queued(world)
    assert world.send(TUESDAY, Failing(ServerAway(), at_once=True)).server_away
    assert the(world, "account:sign_in:1").text == LINK.text
    way = Outbox()
    assert world.send(TUESDAY + HALF_AN_HOUR, way).cancelled == 1
    assert way.carried == []
    dropped = the(world, "account:sign_in:1")
    assert (dropped.state, dropped.sent_at) == (MailState.EXPIRED, None)
    assert words_left(dropped) == set()


def test_a_dead_link_is_not_kept_while_the_server_is_away(world: World) -> None:
    """Planning drops it, whether or not anything can be sent."""
    queued(world)
    world.plan(TUESDAY + HALF_AN_HOUR - timedelta(seconds=1))
    assert the(world, "account:sign_in:1").state is MailState.WAITING
    world.plan(TUESDAY + HALF_AN_HOUR)
    assert the(world, "account:sign_in:1").state is MailState.EXPIRED


def test_a_refused_mail_keeps_no_link(world: World) -> None:
    """The server will never take it."""
    queued(world)
    world.send(TUESDAY, Failing(Refused()))
    refused = the(world, "account:sign_in:1")
    assert (refused.state, refused.failure, words_left(refused)) == (MailState.FAILED, "refused", set())


def test_a_mail_whose_reason_ended_is_taken_back(world: World) -> None:
    """As long as it waits; what has left has left."""
    queued(world)
    assert withdraw_mail(world.session, "account:sign_in:1")
    assert (the(world, "account:sign_in:1").state, world.send(TUESDAY).sent) == (MailState.CANCELLED, 0)
    assert not withdraw_mail(world.session, "account:sign_in:1")
    assert not withdraw_mail(world.session, "nothing:2")


def test_kinds_can_be_sent_alone(world: World) -> None:
    """What somebody waits for on a page does not wait for everything else that is due."""
    world.propose(TUESDAY)
    world.plan(TUESDAY)
    queued(world)
    report = send_due(world.session, TUESDAY, lambda: Outbox(), kinds={MailKind.ACCOUNT})  # noqa: PLW0108
    assert report.sent == 1
    assert {mail.state for mail in world.mails(MailKind.DIGEST)} == {MailState.WAITING}


def test_a_link_is_on_no_page_and_in_no_file(world: World) -> None:
    """Not on the organisation's page of mails, not in the export of the account that it is for."""
    account = member(world, "ada@example.org")
    queued(world, account_id=account.id)
    with writing(world.session):
        the(world, "account:sign_in:1").organisation_id = world.asker
    assert sendings_of(world.session, world.asker) == []
    told = export_account(world.session, account)
    assert "secret" not in str(told)
    assert [mail["subject"] for mail in told["mails"]] == ["Votre lien"]


def test_a_bounce_of_a_forgotten_address_counts_for_nobody_else(world: World) -> None:
    """Mails that were emptied have no address in common."""
    for number in range(4):
        queued(world, f"account:sign_in:{number}")
    world.send(TUESDAY)
    counts = [record_bounce(world.session, str(mail.message_id)) for mail in world.mails(MailKind.ACCOUNT)]
    assert counts == [1, 1, 1, 1]


def test_a_digest_to_two_readers_is_one_thing_that_was_told(world: World) -> None:
    """Each reader by an address that is recognised and cannot be written to."""
    member(world, "ada@example.org")
    member(world, "bob@example.org", language=Language.EN)
    world.propose(TUESDAY)
    world.work(TUESDAY)
    (told,) = sendings_of(world.session, world.asker)
    assert [masked(mail.address) for mail in told.mails] == ["a…@example.org", "b…@example.org"]
    assert told.first.language is Language.FR
