"""The digest: one a week, for everything that is new, and for nothing else."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from matcher.introductions.answering import say_no, say_not_now
from matcher.introductions.progress import mark_seen
from matcher.introductions.proposing import propose_pair
from matcher.notifications.digest import find_digests, find_prompt_digests
from matcher.notifications.planning import EACH_HOUR, EACH_MINUTE, FINDERS
from matcher.notifications.preferences import save_preference, stop_mails
from matcher.people import Actor, DeclineReason, MailKind, MailState
from matcher.vocabulary import PostingKind
from tests import builders
from tests.matcher.notifications.world import AT_ONCE, CALENDAR, NEVER, TUESDAY, WEEKLY, World, at


def digests(world: World, organisation_id: int) -> list[str]:
    """Reasons of the digests of an organisation."""
    return [mail.text for mail in world.mails(MailKind.DIGEST) if mail.organisation_id == organisation_id]


def test_both_sides_hear_of_a_proposal(world: World) -> None:
    """One mail each, the first working morning after it was made."""
    world.propose(TUESDAY - timedelta(hours=12))
    assert world.plan(TUESDAY) == 2
    assert {mail.address for mail in world.mails(MailKind.DIGEST)} == {"asso@example.org", "studio@example.org"}


def test_planning_twice_changes_nothing(world: World) -> None:
    """Neither in the same minute nor later in the day."""
    world.propose(TUESDAY - timedelta(hours=12))
    world.plan(TUESDAY)
    assert world.plan(TUESDAY) == 0
    assert world.plan(TUESDAY + timedelta(hours=5)) == 0


def test_one_digest_a_week_whatever_comes(world: World) -> None:
    """A proposal a day for six weeks: six digests, at least seven days apart."""
    for number in range(42):
        moment = TUESDAY + timedelta(days=number)
        other = builders.offer(world.session, f"Offre {number}", created_at=moment)
        world.session.flush()
        world.propose(moment, offer=other)
        world.work(moment + timedelta(minutes=30))
    days = [date.fromisoformat(reason.rpartition(":")[2]) for reason in digests(world, world.asker)]
    assert len(days) == 6
    assert all((later - earlier).days >= 7 for earlier, later in pairwise(days))


def test_a_digest_waits_for_a_working_morning(world: World) -> None:
    """Nothing on a Sunday, on a holiday, or before eight; then it leaves."""
    world.propose(at("2026-05-07", "20:00"))
    for moment in (at("2026-05-08", "10:00"), at("2026-05-10", "10:00"), at("2026-05-11", "07:59")):
        assert world.plan(moment) == 0
    assert world.plan(at("2026-05-11", "08:00")) == 2


def test_each_minute_looks_for_whoever_wants_to_hear_at_once_alone(world: World) -> None:
    """The others' digest is found by the hour; the finders of a minute and of an hour leave nobody out together."""
    world.propose(TUESDAY)
    assert find_prompt_digests(world.session, TUESDAY, CALENDAR) == []
    world.prefer(world.maker, frequency=AT_ONCE)
    [prompt] = find_prompt_digests(world.session, TUESDAY, CALENDAR)
    assert prompt.organisation_id == world.maker
    everybody = [letter.organisation_id for letter in find_digests(world.session, TUESDAY, CALENDAR)]
    assert everybody == sorted({world.asker, world.maker})
    assert set(FINDERS) == {*EACH_MINUTE, *EACH_HOUR} - {find_prompt_digests}


def test_one_mail_for_all_postings_grouped_by_posting(world: World) -> None:
    """The posting with the best proposal comes first, its best proposal first."""
    second = builders.need(world.session, "Apprendre le tableur", organisation=world.need.organisation)
    others = [builders.offer(world.session, f"Cours {number}") for number in range(2)]
    world.session.flush()
    world.propose(TUESDAY, score=0.5)
    world.propose(TUESDAY, need=second, offer=others[0], score=0.6)
    world.propose(TUESDAY, need=second, offer=others[1], score=0.9)
    (letter,) = [each for each in find_digests(world.session, TUESDAY, CALENDAR) if each.organisation_id == world.asker]
    assert [group.posting_id for group in letter.groups] == [second.id, world.need.id]
    assert letter.groups[0].other_ids == (others[1].id, others[0].id)


def test_a_long_digest_shows_the_best_and_counts_the_rest(world: World) -> None:
    """Five of a posting one by one, the others as a number."""
    for number in range(9):
        other = builders.offer(world.session, f"Offre {number}")
        world.session.flush()
        world.propose(TUESDAY, offer=other, score=number / 10)
    letters = find_digests(world.session, TUESDAY, CALENDAR)
    (group,) = next(each for each in letters if each.organisation_id == world.asker).groups
    assert (len(group.other_ids), group.more) == (5, 4)


def test_what_was_told_is_not_told_again(world: World) -> None:
    """The next week's digest has the next week's proposals alone, and there is none without any."""
    world.propose(TUESDAY)
    world.work(TUESDAY)
    assert world.work(TUESDAY + timedelta(days=7)).sent == 0
    other = builders.offer(world.session, "Une autre")
    world.session.flush()
    world.propose(TUESDAY + timedelta(days=8), offer=other)
    (letter,) = [
        each
        for each in find_digests(world.session, TUESDAY + timedelta(days=9), CALENDAR)
        if each.organisation_id == world.asker
    ]
    assert [group.other_ids for group in letter.groups] == [(other.id,)]


def test_nothing_that_was_read_refused_or_ended_is_proposed(world: World) -> None:
    """Seen by one side: the other hears of it alone. Refused: nobody does."""
    world.propose(TUESDAY)
    mark_seen(world.session, world.need.id, world.offer.id, PostingKind.NEED, now=TUESDAY)
    assert [letter.organisation_id for letter in find_digests(world.session, TUESDAY, CALENDAR)] == [world.maker]
    say_no(world.session, world.need.id, world.offer.id, PostingKind.NEED, DeclineReason.TOO_FAR, now=TUESDAY)
    assert find_digests(world.session, TUESDAY, CALENDAR) == []


def test_no_proposal_of_a_posting_that_is_paused_held_or_over(world: World) -> None:
    """On either side."""
    world.propose(TUESDAY)
    for name, value in (
        ("paused_until", date(2026, 4, 1)), ("held_at", TUESDAY), ("expires_on", date(2026, 3, 2)),
    ):  # fmt: skip
        setattr(world.offer, name, value)
        world.session.commit()
        assert find_digests(world.session, TUESDAY, CALENDAR) == []
        setattr(world.offer, name, None)
    world.session.commit()
    assert len(find_digests(world.session, TUESDAY, CALENDAR)) == 2


def test_not_now_is_asked_again_on_its_day_and_not_before(world: World) -> None:
    """The other side is left in peace meanwhile as well."""
    world.propose(TUESDAY)
    world.work(TUESDAY)
    until = date(2026, 3, 25)
    say_not_now(world.session, world.need.id, world.offer.id, PostingKind.NEED, until, now=TUESDAY)
    for day in range(1, 22):
        world.plan(TUESDAY + timedelta(days=day))
    assert len(world.mails(MailKind.DIGEST)) == 2
    for day in range(22, 60):
        world.plan(TUESDAY + timedelta(days=day))
    assert [len(digests(world, each)) for each in (world.asker, world.maker)] == [2, 1]


def test_what_the_animator_suggests_is_in_the_digest(world: World) -> None:
    """Without any proposal of the matcher."""
    propose_pair(world.session, world.need.id, world.offer.id, Actor.ANIMATOR, now=TUESDAY)
    world.session.commit()
    letters = find_digests(world.session, TUESDAY + timedelta(minutes=1), CALENDAR)
    assert {letter.organisation_id for letter in letters} == {world.asker, world.maker}


def test_at_once_only_for_who_asked_for_it(world: World) -> None:
    """On a Sunday night too; the other side waits for its digest; an hour lies between two of them."""
    world.prefer(world.asker, frequency=AT_ONCE)
    sunday = at("2026-03-08", "23:00")
    world.propose(sunday)
    assert world.plan(sunday) == 1
    assert len(digests(world, world.asker)) == 1
    other = builders.offer(world.session, "Encore une")
    world.session.flush()
    world.propose(sunday + timedelta(minutes=10), offer=other)
    assert world.plan(sunday + timedelta(minutes=20)) == 0
    assert world.plan(sunday + timedelta(hours=1)) == 1


def test_never_means_never(world: World) -> None:
    """No digest, however many proposals."""
    world.prefer(world.asker, frequency=NEVER)
    world.propose(TUESDAY)
    world.work(TUESDAY)
    assert digests(world, world.asker) == []
    assert len(digests(world, world.maker)) == 1


def test_a_pause_keeps_proposals_for_its_end(world: World) -> None:
    """Nothing before the day; then one digest with what came meanwhile."""
    save_preference(world.session, world.asker, WEEKLY, date(2026, 3, 17), today=date(2026, 3, 3))
    world.propose(TUESDAY)
    for day in range(14):
        world.work(TUESDAY + timedelta(days=day))
    assert digests(world, world.asker) == []
    world.work(TUESDAY + timedelta(days=14))
    assert len(digests(world, world.asker)) == 1


def test_a_pause_cancels_the_digest_that_waits_and_loses_nothing(world: World) -> None:
    """It had been written and not sent; its proposals come in the first digest after the pause."""
    world.propose(TUESDAY)
    world.plan(TUESDAY)
    save_preference(world.session, world.asker, WEEKLY, date(2026, 3, 10), today=date(2026, 3, 3))
    assert world.send(TUESDAY).cancelled == 1
    world.work(TUESDAY + timedelta(days=7))
    states = [mail.state for mail in world.mails(MailKind.DIGEST) if mail.organisation_id == world.asker]
    assert states == [MailState.CANCELLED, MailState.SENT]


def test_stop_ends_everything_that_waits(world: World) -> None:
    """What was written before is cancelled, what comes after is not written."""
    world.propose(TUESDAY)
    world.plan(TUESDAY)
    stop_mails(world.session, world.asker, None, now=TUESDAY)
    world.work(TUESDAY + timedelta(minutes=1))
    world.yes(PostingKind.OFFER, TUESDAY + timedelta(hours=1))
    world.work(TUESDAY + timedelta(hours=2))
    own = [mail.state for mail in world.mails() if mail.organisation_id == world.asker]
    assert own == [MailState.CANCELLED]


def test_an_answer_that_came_to_nothing_is_told_once_in_the_digest(world: World) -> None:
    """Who said yes learns that the other side did not; no mail of its own for a refusal."""
    world.propose(TUESDAY)
    world.work(TUESDAY)
    world.yes(PostingKind.OFFER, TUESDAY + timedelta(hours=1))
    say_no(
        world.session, world.need.id, world.offer.id, PostingKind.NEED, DeclineReason.BUDGET,
        now=TUESDAY + timedelta(hours=2),
    )  # fmt: skip
    (letter,) = find_digests(world.session, TUESDAY + timedelta(days=7), CALENDAR)
    assert letter.organisation_id == world.maker
    assert letter.groups == ()
    assert [side for _, side in letter.news] == [PostingKind.OFFER]
    world.work(TUESDAY + timedelta(days=7))
    assert find_digests(world.session, TUESDAY + timedelta(days=14), CALENDAR) == []


def test_a_clock_that_goes_back_repeats_nothing_and_stops_nothing(world: World) -> None:
    """An hour back after a digest: no second one. A clock that had been years ahead: the next ones still come."""
    world.propose(TUESDAY)
    world.work(TUESDAY)
    assert world.plan(TUESDAY - timedelta(hours=1)) == 0
    world.prefer(world.asker, digest_at=at("2031-01-01"))
    world.work(TUESDAY + timedelta(days=6))
    other = builders.offer(world.session, "Plus tard")
    world.session.flush()
    world.propose(TUESDAY + timedelta(days=7), offer=other)
    world.work(TUESDAY + timedelta(days=13))
    assert len(digests(world, world.asker)) == 2
