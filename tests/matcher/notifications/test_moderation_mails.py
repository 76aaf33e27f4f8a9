"""What an author is written about the animator's look: who waits is told, and nobody is told what no longer holds."""

from __future__ import annotations

from datetime import datetime, timedelta

from matcher.oversight import reviews
from matcher.oversight.reviews import Decision
from matcher.people import MailKind, MailState, Moderation
from matcher.store import Mail
from matcher.store.session import writing
from tests.matcher.notifications.test_recipients import member
from tests.matcher.notifications.world import TUESDAY, World
from tests.matcher.oversight.rows import account

HOUR = timedelta(hours=1)


def saved(world: World, moderation: Moderation, now: datetime = TUESDAY) -> None:
    """The author of the need publishes it, or changes its text."""
    with writing(world.session):
        world.need.problem += " Et encore."
        reviews.text_saved(world.session, world.need, moderation, now)


def decided(world: World, decision: Decision, now: datetime, remark: str = "À préciser.") -> None:
    """An animator decides about the need."""
    with writing(world.session):
        number = account(world.session).id
    review = reviews.review_of(world.session, world.need)
    assert review is not None
    seen = reviews.seen_mark(review)
    reviews.decide(world.session, world.need, decision, remark, account_id=number, seen=seen, now=now)


def told(world: World) -> list[str]:
    """What the mails say happened, oldest first."""
    return [mail.key.split(":")[3] for mail in letters(world)]


def letters(world: World) -> list[Mail]:
    """Mails about looks."""
    return world.mails(MailKind.MODERATION)


def test_a_posting_that_is_held_says_so_once(world: World) -> None:
    """However often its author changes it while it waits, and however often it is planned."""
    saved(world, Moderation.BEFORE)
    world.work(TUESDAY)
    saved(world, Moderation.BEFORE, TUESDAY + HOUR)
    world.work(TUESDAY + HOUR)
    assert told(world) == ["held"]
    assert letters(world)[0].organisation_id == world.asker


def test_a_posting_that_is_read_and_accepted_in_passing_brings_no_mail(world: World) -> None:
    """Published first: its author has never waited for anything."""
    saved(world, Moderation.AFTER)
    world.work(TUESDAY)
    decided(world, Decision.APPROVE, TUESDAY + HOUR, "")
    world.work(TUESDAY + HOUR)
    assert told(world) == []


def test_an_acceptance_is_told_to_who_waits_for_it(world: World) -> None:
    """It was held, also when nobody was told so because the jobs stood still."""
    saved(world, Moderation.BEFORE)
    decided(world, Decision.APPROVE, TUESDAY + HOUR, "")
    world.work(TUESDAY + HOUR)
    assert told(world) == ["approved"]


def test_each_decision_is_told_once(world: World) -> None:
    """Changes asked, changed, accepted: two mails; refused after that: a third."""
    saved(world, Moderation.AFTER)
    decided(world, Decision.ASK_CHANGES, TUESDAY)
    world.work(TUESDAY)
    saved(world, Moderation.AFTER, TUESDAY + HOUR)
    decided(world, Decision.APPROVE, TUESDAY + 2 * HOUR, "")
    world.work(TUESDAY + 2 * HOUR)
    world.work(TUESDAY + 3 * HOUR)
    decided(world, Decision.REFUSE, TUESDAY + 4 * HOUR)
    world.work(TUESDAY + 4 * HOUR)
    assert told(world) == ["changes_asked", "approved", "refused"]
    assert {mail.state for mail in letters(world)} == {MailState.SENT}


def test_what_no_longer_holds_is_not_sent(world: World) -> None:
    """ "We look at it" waits for the mail server; meanwhile it is accepted: only that is told."""
    saved(world, Moderation.BEFORE)
    world.plan(TUESDAY)
    decided(world, Decision.APPROVE, TUESDAY + HOUR, "")
    world.work(TUESDAY + HOUR)
    states = {mail.key.split(":")[3]: mail.state for mail in letters(world)}
    assert states == {"held": MailState.CANCELLED, "approved": MailState.SENT}


def test_no_preference_hides_a_decision(world: World) -> None:
    """Stopped mails, a pause, members who want no mails of pairs: a refusal is told all the same."""
    ada = member(world, "ada@example.org", receives_mail=False)
    world.prefer(world.asker, stopped_at=TUESDAY, paused_until=(TUESDAY + timedelta(days=9)).date())
    saved(world, Moderation.AFTER)
    decided(world, Decision.REFUSE, TUESDAY)
    world.work(TUESDAY)
    assert [(mail.address, mail.state) for mail in letters(world)] == [(ada.email, MailState.SENT)]
