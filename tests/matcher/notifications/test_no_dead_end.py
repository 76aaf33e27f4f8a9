"""A need that nobody answers: its author is told, then the animator."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from matcher.introductions.answering import say_no
from matcher.notifications.following import follow_changes
from matcher.oversight.stuck import open_due_cases
from matcher.people import CaseReason, DeclineReason, MailKind, MailState
from matcher.postings.publish import pause_posting, set_taken
from matcher.store import Case, Need, Offer
from matcher.store.session import writing
from matcher.vocabulary import PostingKind
from tests import builders
from tests.matcher.notifications.world import CALENDAR, TUESDAY, World, at

NEED, OFFER = PostingKind.NEED, PostingKind.OFFER


def cases(world: World) -> list[CaseReason]:
    """Why needs lie in the basket."""
    return list(world.session.scalars(select(Case.reason)))


def test_near_misses_after_ten_working_days_once(world: World) -> None:
    """Posted on Monday 2 March: on Monday 16 at eight."""
    for day in range(30):
        world.work(at("2026-03-03", "08:00") + timedelta(days=day))
    (mail,) = world.mails(MailKind.NEAR_MISS)
    assert (mail.sent_at, mail.organisation_id) == (at("2026-03-16", "08:00"), world.asker)


def test_no_near_misses_for_a_need_that_somebody_answered(world: World) -> None:
    """A yes of either side is a way on; one that came before the mail left cancels it."""
    world.propose(TUESDAY)
    world.plan(at("2026-03-16", "08:00"))
    world.yes(OFFER, at("2026-03-16", "08:01"))
    world.send(at("2026-03-16", "08:02"))
    assert [mail.state for mail in world.mails(MailKind.NEAR_MISS)] == [MailState.CANCELLED]


def test_the_basket_after_fifteen_working_days_once(world: World) -> None:
    """Without any proposal; and it is opened once however often one looks."""
    assert open_due_cases(world.session, at("2026-03-22"), CALENDAR) == 0
    assert open_due_cases(world.session, at("2026-03-23", "08:00"), CALENDAR) == 1
    assert open_due_cases(world.session, at("2026-05-04"), CALENDAR) == 0
    assert cases(world) == [CaseReason.NO_PROPOSAL]


def test_silence_is_another_reason_than_no_proposal(world: World) -> None:
    """Somebody was proposed on Tuesday 3 March, nobody answered: fifteen working days from then."""
    world.propose(TUESDAY)
    assert open_due_cases(world.session, at("2026-03-24", "07:59"), CALENDAR) == 0
    open_due_cases(world.session, at("2026-03-24", "08:00"), CALENDAR)
    assert cases(world) == [CaseReason.SILENCE]


def test_a_need_that_everybody_declined_goes_to_the_basket_at_once(world: World) -> None:
    """The very day on which the last one said no."""
    second = builders.offer(world.session, "Une autre")
    world.session.flush()
    world.propose(TUESDAY)
    world.propose(TUESDAY, offer=second)
    pair = (world.session, world.need.id)
    say_no(*pair, world.offer.id, OFFER, DeclineReason.NO_ROOM, now=TUESDAY)
    assert open_due_cases(world.session, TUESDAY, CALENDAR) == 0
    say_no(*pair, second.id, OFFER, DeclineReason.NO_ROOM, now=TUESDAY)
    assert open_due_cases(world.session, TUESDAY, CALENDAR) == 1
    assert cases(world) == [CaseReason.ALL_DECLINED]


@pytest.mark.parametrize("name", ["paused_until", "held_at"])
def test_no_case_for_a_need_that_is_out_of_the_searches(world: World, name: str) -> None:
    """Paused by its author, or not looked at yet."""
    setattr(world.need, name, date(2027, 1, 1) if name == "paused_until" else TUESDAY)
    world.session.commit()
    assert open_due_cases(world.session, at("2026-03-23"), CALENDAR) == 0


class Rematched:
    """What was matched again, in order."""

    def __init__(self) -> None:
        self.ids: list[tuple[str, int]] = []

    def __call__(self, _session: object, posting: Need | Offer) -> int:
        """Note the posting."""
        self.ids.append((posting.posting_kind.value, posting.id))
        return 1

    def taken(self) -> list[tuple[str, int]]:
        """What came since the last call."""
        ids, self.ids = self.ids, []
        return ids


def test_what_appears_changes_or_is_freed_is_matched_again_once(world: World) -> None:
    """Each in the next call, and not in the one after."""
    rematched = Rematched()
    session = world.session

    def follow(now: object = TUESDAY) -> list[tuple[str, int]]:
        follow_changes(session, now, rematched, calendar=CALENDAR)  # type: ignore[arg-type]
        return rematched.taken()

    assert set(follow()) == {("need", world.need.id), ("offer", world.offer.id)}
    assert follow() == []
    with writing(session):
        world.offer.description = "Des sites simples, et comment s’en servir."
    assert follow() == [("offer", world.offer.id)]
    set_taken(session, world.offer, 1, TUESDAY.date())
    assert follow() == [("offer", world.offer.id)]
    with writing(session):
        new = builders.offer(session, "Un nouveau venu")
    assert follow() == [("offer", new.id)]


def test_the_end_of_a_pause_and_a_new_month_bring_back(world: World) -> None:
    """No change tells of them: the day does."""
    rematched = Rematched()
    session = world.session
    set_taken(session, world.offer, 2, TUESDAY.date())
    pause_posting(session, world.need, date(2026, 3, 10), today=TUESDAY.date())
    for day in range(7):
        follow_changes(session, TUESDAY + timedelta(days=day), rematched, calendar=CALENDAR)
    rematched.taken()
    follow_changes(session, TUESDAY + timedelta(days=7), rematched, calendar=CALENDAR)
    assert rematched.taken() == [("need", world.need.id)]
    follow_changes(session, at("2026-04-01"), rematched, calendar=CALENDAR)
    assert rematched.taken() == [("offer", world.offer.id)]
    follow_changes(session, at("2026-04-02"), rematched, calendar=CALENDAR)
    assert rematched.taken() == []


def test_a_job_that_dies_skips_nothing(world: World) -> None:
    """The one at which it died is matched by the next."""
    done: list[int] = []

    def dies(_session: object, posting: Need | Offer) -> int:
        if not done:
            done.append(posting.id)
            raise KeyboardInterrupt
        return 1

    with pytest.raises(KeyboardInterrupt):
        follow_changes(world.session, TUESDAY, dies, calendar=CALENDAR)
    rematched = Rematched()
    follow_changes(world.session, TUESDAY, rematched, calendar=CALENDAR)
    assert len(rematched.taken()) == 2


def test_a_long_log_is_followed_in_parts(world: World) -> None:
    """As many as one call may do; the next goes on."""
    rematched = Rematched()
    for number in range(5):
        builders.need(world.session, f"Besoin {number}")
    world.session.commit()
    counts = []
    for _ in range(4):
        follow_changes(world.session, TUESDAY, rematched, calendar=CALENDAR, limit=3)
        counts.append(len(rematched.taken()))
    assert counts == [3, 3, 1, 0]
