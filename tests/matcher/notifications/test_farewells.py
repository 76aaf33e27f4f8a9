"""A posting is deleted: whoever counted on it is told, in the same transaction, and nothing of it stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from matcher.introductions.answering import say_no
from matcher.introductions.expiry import expire_due
from matcher.notifications.letters import Letter, Recipient, Words
from matcher.people import DeclineReason, MailKind, MailState
from matcher.privacy.deleting import delete_everything, delete_organisation, delete_posting
from matcher.store import Introduction, Mail, Need
from matcher.vocabulary import PostingKind
from tests.matcher.notifications.test_recipients import member
from tests.matcher.notifications.world import TUESDAY, World, words

NEED, OFFER = PostingKind.NEED, PostingKind.OFFER
DAY = timedelta(days=1)


def farewells(world: World) -> list[Mail]:
    """Mails about what was deleted."""
    return world.mails(MailKind.POSTING_DELETED)


def test_whoever_said_yes_is_told_that_it_was_deleted(world: World) -> None:
    """The mail is the waiting side's own and outlives the pair, which it does not name."""
    world.propose(TUESDAY)
    world.yes(OFFER, TUESDAY)
    world.work(TUESDAY)
    delete_posting(world.session, world.need, now=TUESDAY + DAY, compose=words)
    (told,) = farewells(world)
    assert (told.address, told.organisation_id, told.introduction_id) == ("studio@example.org", world.maker, None)
    assert world.work(TUESDAY + DAY).sent == 1
    (told,) = farewells(world)
    assert (told.state, told.text, told.html) == (MailState.SENT, "", "")


@pytest.mark.parametrize("gone", [NEED, OFFER])
def test_two_who_were_introduced_lose_each_other_with_a_word(world: World, gone: PostingKind) -> None:
    """The side that stays is told, the one that deletes is not."""
    world.propose(TUESDAY)
    for side in (OFFER, NEED):
        world.yes(side, TUESDAY)
    world.work(TUESDAY)
    posting = world.need if gone is NEED else world.offer
    stays = world.maker if gone is NEED else world.asker
    delete_posting(world.session, posting, now=TUESDAY + DAY, compose=words)
    assert [mail.organisation_id for mail in farewells(world)] == [stays]


def test_nobody_is_told_who_does_not_wait(world: World) -> None:
    """A mere proposal, one's own yes, a no of either side."""
    world.propose(TUESDAY)
    world.yes(NEED, TUESDAY)
    say_no(world.session, world.need.id, world.offer.id, OFFER, DeclineReason.NO_ROOM, now=TUESDAY)
    delete_posting(world.session, world.need, now=TUESDAY + DAY, compose=words)
    assert farewells(world) == []


def test_deleting_an_organisation_tells_those_who_wait_for_its_postings(world: World) -> None:
    """The path is another one, the rule is the same."""
    world.propose(TUESDAY)
    world.yes(OFFER, TUESDAY)
    delete_organisation(world.session, world.need.organisation, now=TUESDAY + DAY, compose=words)
    assert [mail.organisation_id for mail in farewells(world)] == [world.maker]


def test_an_account_that_goes_alone_closes_its_postings_and_those_who_wait_are_told(world: World) -> None:
    """They stay to be read: the hour's job ends their pairs, and the mail is that of a closure."""
    ada = member(world, "ada@example.org")
    world.propose(TUESDAY)
    world.yes(OFFER, TUESDAY)
    delete_everything(world.session, ada, with_organisations=False, now=TUESDAY + DAY, compose=words)
    expire_due(world.session, TUESDAY + DAY)
    world.work(TUESDAY + DAY)
    assert farewells(world) == []
    assert [mail.organisation_id for mail in world.mails(MailKind.SOLVED_ELSEWHERE)] == [world.maker]


def test_nobody_is_told_of_what_was_forgotten_for_half_a_year(world: World) -> None:
    """What ends by its age ends in silence: its threads are gone already."""
    world.propose(TUESDAY)
    for side in (OFFER, NEED):
        world.yes(side, TUESDAY)
    delete_posting(world.session, world.need, now=TUESDAY + 200 * DAY, compose=words)
    assert farewells(world) == []


def test_a_stop_is_respected_and_a_pause_waits(world: World) -> None:
    """As for every mail about pairs."""
    world.propose(TUESDAY)
    world.yes(OFFER, TUESDAY)
    world.prefer(world.maker, paused_until=(TUESDAY + 9 * DAY).date())
    delete_posting(world.session, world.need, now=TUESDAY + DAY, compose=words)
    assert world.send(TUESDAY + DAY).sent == 0
    assert [mail.state for mail in farewells(world)] == [MailState.WAITING]
    world.prefer(world.maker, stopped_at=TUESDAY)
    world.plan(TUESDAY + DAY)
    (told,) = farewells(world)
    assert (told.state, told.text) == (MailState.CANCELLED, "")


def test_a_deletion_that_fails_tells_nobody(world: World) -> None:
    """Mail and deletion are one transaction: neither happens without the other."""
    world.propose(TUESDAY)
    world.yes(OFFER, TUESDAY)

    def broken(_session: object, _letter: Letter, _recipient: Recipient, _now: object) -> Words | None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        delete_posting(world.session, world.need, now=TUESDAY + DAY, compose=broken)
    assert world.session.scalars(select(Need.id)).all()
    assert world.session.scalars(select(Introduction.id)).all()
    assert farewells(world) == []
