"""What a yes, a no and silence do to the stored pair and to its postings."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matcher.introductions import progress, queries
from matcher.introductions.answering import say_no, say_not_now, say_yes, withdraw
from matcher.introductions.closing import close_for_posting, close_posting
from matcher.introductions.expiry import expire_due
from matcher.introductions.progress import mark_seen, record_met, record_outcome, record_started
from matcher.introductions.proposing import MOST_WAITING, propose_pair
from matcher.introductions.recording import columns, standing_of
from matcher.introductions.states import ActRefused, Refusal
from matcher.notifications.working_days import Calendar
from matcher.people import Actor, Counterfactual, DeclineReason, IntroductionState, Outcome
from matcher.people import IntroductionEventKind as Kind
from matcher.store import Introduction
from matcher.store.session import writing
from matcher.vocabulary import ClosedReason, ContactMode, Family
from tests import builders
from tests.matcher.introductions.pairs import NEED, NOW, OFFER, TODAY, postings, proposed, unknown

MAIL, PHONE = ContactMode.MAIL, ContactMode.PHONE


def kinds(row: Introduction) -> list[Kind]:
    """What happened, oldest first."""
    return [event.kind for event in row.events]


def test_two_yeses_introduce_and_exchange_what_was_chosen(session: Session) -> None:
    """Both contacts are readable by the other side, the thread has its address, the offer took one request on."""
    ids = proposed(session)
    need, offer = postings(session, ids)
    with writing(session):
        need.organisation.contact_name = "Dominique"
    say_yes(session, *ids, NEED, PHONE, now=NOW, detail="03 83 00 00 00")
    row = say_yes(session, *ids, OFFER, MAIL, now=NOW + timedelta(days=1))
    assert kinds(row) == [Kind.INTERESTED, Kind.INTERESTED, Kind.INTRODUCED]
    assert row.relay_key is not None
    assert len(row.relay_key) == 32
    assert (row.offer.taken_this_month, row.offer.taken_month) == (1, "2026-03")
    seen = queries.pair_of(session, offer, need.id, TODAY)
    assert seen is not None
    contact = queries.contact_of_other(seen)
    assert contact is not None
    assert (contact.person, contact.mode, contact.detail) == ("Dominique", PHONE, "03 83 00 00 00")


def test_no_contact_is_told_after_one_yes(session: Session) -> None:
    """What came with the first yes waits for the second."""
    ids = proposed(session)
    need, offer = postings(session, ids)
    row = say_yes(session, *ids, NEED, PHONE, now=NOW, detail="03 83 00 00 00")
    assert (row.state, row.relay_key, row.offer.taken_this_month) == (IntroductionState.ANSWERED, None, 0)
    seen = queries.pair_of(session, offer, need.id, TODAY)
    assert seen is not None
    assert queries.contact_of_other(seen) is None


def test_the_month_of_the_offers_room_begins_anew(session: Session) -> None:
    """Requests of February do not count in March."""
    ids = proposed(session, offer={"taken_this_month": 2, "taken_month": "2026-02"})
    say_yes(session, *ids, NEED, MAIL, now=NOW)
    row = say_yes(session, *ids, OFFER, MAIL, now=NOW)
    assert (row.offer.taken_this_month, row.offer.taken_month) == (1, "2026-03")


def test_the_same_yes_again_changes_nothing(session: Session) -> None:
    """A second click neither adds an event nor another mode, nor takes a second request on."""
    ids = proposed(session)
    say_yes(session, *ids, NEED, MAIL, now=NOW)
    say_yes(session, *ids, OFFER, MAIL, now=NOW)
    row = say_yes(session, *ids, OFFER, PHONE, now=NOW + timedelta(hours=1))
    assert len(row.events) == 3
    assert (row.offer_mode, row.offer.taken_this_month) == (MAIL, 1)


def test_a_no_keeps_its_reason_and_its_word_is_for_the_animator(session: Session) -> None:
    """The reason is told to the other side, the text to nobody but who wrote it and the animator."""
    ids = proposed(session)
    row = say_no(session, *ids, OFFER, DeclineReason.TOO_FAR, "Trop loin pour nous.", now=NOW)
    assert (row.state, row.declined_by, row.decline_reason) == (
        IntroductionState.DECLINED,
        Actor.OFFER,
        DeclineReason.TOO_FAR,
    )
    told = row.events[0]
    assert queries.readable_text(told, OFFER) == "Trop loin pour nous."
    assert queries.readable_text(told, NEED) == ""
    with pytest.raises(ActRefused, match="other_said_no"):
        say_yes(session, *ids, NEED, MAIL, now=NOW)
    assert queries.declines_by_reason(session) == {DeclineReason.TOO_FAR: 1}
    assert queries.declines_by_reason(session, NOW + timedelta(days=1)) == {}


def test_not_now_waits_for_its_day(session: Session) -> None:
    """The pair leaves those to answer until the day, and silence counts from then on."""
    ids = proposed(session)
    until = TODAY + timedelta(days=30)
    say_yes(session, *ids, NEED, MAIL, now=NOW)
    row = say_not_now(session, *ids, OFFER, until, now=NOW)
    assert row.offer_not_before == until
    _, offer = postings(session, ids)
    groups = [queries.pairs_of(session, offer, day)[0].group for day in (TODAY, until)]
    assert groups == [queries.Group.LATER, queries.Group.TO_ANSWER]
    assert expire_due(session, NOW + timedelta(days=35)) == 0
    assert say_yes(session, *ids, OFFER, MAIL, now=NOW + timedelta(days=36)).state is IntroductionState.INTRODUCED


@pytest.mark.parametrize("days", [-1, 0, 181])
def test_not_now_names_a_day_that_comes(session: Session, days: int) -> None:
    """Neither today nor in a year."""
    ids = proposed(session)
    with pytest.raises(ActRefused) as refused:
        say_not_now(session, *ids, OFFER, TODAY + timedelta(days=days), now=NOW)
    assert refused.value.code is Refusal.DAY_OUT_OF_RANGE


def test_a_yes_can_be_taken_back_before_the_answer(session: Session) -> None:
    """Then the other side is told, and nothing more can be said."""
    ids = proposed(session)
    say_yes(session, *ids, NEED, MAIL, now=NOW)
    assert withdraw(session, *ids, NEED, now=NOW).state is IntroductionState.WITHDRAWN
    with pytest.raises(ActRefused) as refused:
        say_yes(session, *ids, OFFER, MAIL, now=NOW)
    assert refused.value.code is Refusal.WITHDRAWN


def test_the_local_law_s_holidays_give_a_day_more(session: Session) -> None:
    """Fifteen working days from 20 March 2026 go over Good Friday, which is one in Nancy and none in Metz."""
    march, day = datetime(2026, 3, 20, 10, tzinfo=UTC), timedelta(days=1)
    nancy = say_yes(session, *proposed(session), NEED, MAIL, now=march)
    ids = proposed(session)
    metz = say_yes(session, *ids, NEED, MAIL, now=march, calendar=Calendar(local_law=True))
    assert nancy.due_on == date(2026, 4, 13)
    assert metz.due_on == date(2026, 4, 14)
    seen = mark_seen(session, *ids, OFFER, now=march + day, calendar=Calendar(local_law=True))
    assert seen is not None
    assert seen.due_on == date(2026, 4, 14)


def test_silence_ends_a_yes_after_its_day(session: Session) -> None:
    """On the last day it still waits, the day after it is over; again the same night, nothing happens."""
    ids = proposed(session)
    row = say_yes(session, *ids, NEED, MAIL, now=NOW)
    last = row.due_on
    assert last is not None
    ahead = timedelta(days=(last - TODAY).days)
    assert expire_due(session, NOW + ahead) == 0
    assert expire_due(session, NOW + ahead + timedelta(days=1)) == 1
    assert expire_due(session, NOW + ahead + timedelta(days=1)) == 0
    assert row.state is IntroductionState.EXPIRED


def test_closing_a_posting_tells_those_who_waited(session: Session) -> None:
    """One yes ends with the posting, by its side; two yeses go on; a mere proposal makes no row."""
    need_of = builders.organisation(session)
    session.commit()
    waiting = proposed(session, need={"organisation": need_of})
    need, _ = postings(session, waiting)
    met = proposed(session)
    say_yes(session, *waiting, OFFER, MAIL, now=NOW)
    say_yes(session, *met, NEED, MAIL, now=NOW)
    say_yes(session, *met, OFFER, MAIL, now=NOW)
    close_posting(session, need, ClosedReason.MATCHED_ELSEWHERE, NOW)
    close_posting(session, postings(session, met)[0], ClosedReason.MATCHED_HERE, NOW)
    ended, kept = session.scalars(select(Introduction).order_by(Introduction.id)).all()
    assert (ended.state, kept.state) == (IntroductionState.CLOSED, IntroductionState.INTRODUCED)
    assert ended.events[-1].actor is Actor.NEED
    assert close_for_posting(session, need, now=NOW) == 0


def test_a_posting_that_is_over_ends_its_pairs(session: Session) -> None:
    """The nightly job finds what expired or was closed by another way; the event says whose posting it was."""
    ids = proposed(session, offer={"expires_on": TODAY})
    row = say_yes(session, *ids, NEED, MAIL, now=NOW)
    assert expire_due(session, NOW) == 0
    assert expire_due(session, NOW + timedelta(days=1)) == 1
    assert (row.state, row.events[-1].actor) == (IntroductionState.CLOSED, Actor.OFFER)


def test_no_yes_to_what_is_closed(session: Session) -> None:
    """Neither side can say yes any more."""
    ids = proposed(session)
    need, _ = postings(session, ids)
    close_posting(session, need, ClosedReason.ABANDONED, NOW)
    for side in (NEED, OFFER):
        with pytest.raises(ActRefused) as refused:
            say_yes(session, *ids, side, MAIL, now=NOW)
        assert refused.value.code is Refusal.NOT_LIVE


def test_a_side_may_find_the_other_itself(session: Session) -> None:
    """A yes to a pair that nobody proposed says who brought it up; a no to it says nothing."""
    ids = unknown(session)
    with pytest.raises(ActRefused) as refused:
        say_no(session, *ids, OFFER, DeclineReason.OTHER, now=NOW)
    assert refused.value.code is Refusal.UNKNOWN_PAIR
    row = say_yes(session, *ids, OFFER, MAIL, now=NOW)
    assert (row.proposed_by, kinds(row)) == (Actor.OFFER, [Kind.PROPOSED, Kind.INTERESTED])


def test_nobody_writes_to_a_whole_territory(session: Session) -> None:
    """One offer brings up so many needs itself; after that it waits for their answers."""
    ids = unknown(session)
    _, offer = postings(session, ids)
    with writing(session):
        needs = [builders.need(session, f"Besoin {number}") for number in range(MOST_WAITING)]
        session.flush()
        numbers = [need.id for need in needs]
    for number in numbers:
        propose_pair(session, number, offer.id, Actor.OFFER, now=NOW)
    with pytest.raises(ActRefused) as refused:
        say_yes(session, *ids, OFFER, MAIL, now=NOW)
    assert refused.value.code is Refusal.TOO_MANY
    assert propose_pair(session, *ids, Actor.ANIMATOR, now=NOW).proposed_by is Actor.ANIMATOR


def test_a_pair_is_brought_up_against_no_wish(session: Session) -> None:
    """Not within one organisation, not against an excluded family, not once it was declined."""
    ids = unknown(session, need={"families_excluded": frozenset({Family.COMPANY})})
    with pytest.raises(ActRefused, match="not_wanted"):
        propose_pair(session, *ids, Actor.ANIMATOR, now=NOW)
    with writing(session):
        own = builders.organisation(session)
        need, offer = builders.need(session, organisation=own), builders.offer(session, organisation=own)
        session.flush()
        inside = (need.id, offer.id)
    with pytest.raises(ActRefused, match="same_organisation"):
        propose_pair(session, *inside, Actor.ANIMATOR, now=NOW)
    declined = proposed(session)
    say_no(session, *declined, NEED, DeclineReason.BUDGET, now=NOW)
    with pytest.raises(ActRefused, match="other_said_no"):
        propose_pair(session, *declined, Actor.ANIMATOR, now=NOW)


def test_the_way_from_meeting_to_outcome(session: Session) -> None:
    """Each step has its event; what each side tells stays its own."""
    ids = proposed(session)
    assert mark_seen(session, *ids, NEED, now=NOW) is not None
    assert mark_seen(session, *ids, NEED, now=NOW) is None
    with pytest.raises(ActRefused, match="not_introduced"):
        record_met(session, *ids, NEED, now=NOW)
    say_yes(session, *ids, NEED, MAIL, now=NOW)
    say_yes(session, *ids, OFFER, MAIL, now=NOW)
    assert mark_seen(session, *ids, OFFER, now=NOW) is None, "an answer says more than having seen"
    record_met(session, *ids, OFFER, now=NOW)
    record_started(session, *ids, NEED, now=NOW)
    row = record_outcome(session, *ids, NEED, Outcome.CONTRACT, Counterfactual.NO, "Un site.", now=NOW)
    told = row.events[-1]
    assert (row.state, told.counterfactual, told.text) == (IntroductionState.ENDED, Counterfactual.NO, "Un site.")
    assert (queries.readable_text(told, NEED), queries.readable_text(told, OFFER)) == ("Un site.", "")


def test_the_database_itself_refuses_an_introduction_without_two_yeses(session: Session) -> None:
    """Even a row written by hand."""
    ids = proposed(session)
    row = say_yes(session, *ids, NEED, MAIL, now=NOW)
    with pytest.raises(IntegrityError), writing(session):
        row.state = IntroductionState.INTRODUCED


acts = st.lists(st.tuples(st.integers(0, 9), st.sampled_from([NEED, OFFER])), max_size=8)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts)
def test_folding_stored_events_gives_the_stored_columns(session: Session, chosen: list[tuple[int, Any]]) -> None:
    """After any way, refused acts included, the row says what its events add up to."""
    ids = proposed(session)
    for number, side in chosen:
        every = (
            lambda at, side: mark_seen(session, *ids, side, now=at),
            lambda at, side: say_yes(session, *ids, side, MAIL, now=at),
            lambda at, side: say_yes(session, *ids, side, MAIL, now=at),
            lambda at, side: say_not_now(session, *ids, side, TODAY + timedelta(days=40), now=at),
            lambda at, side: say_no(session, *ids, side, DeclineReason.BUDGET, now=at),
            lambda at, side: withdraw(session, *ids, side, now=at),
            lambda at, side: record_met(session, *ids, side, now=at),
            lambda at, side: record_started(session, *ids, side, now=at),
            lambda at, side: progress.record_outcome(session, *ids, side, Outcome.HELP, Counterfactual.LATER, now=at),
            lambda at, _side: expire_due(session, at + timedelta(days=30)),
        )
        try:
            every[number](NOW + timedelta(minutes=number), side)
        except ActRefused:
            continue
    row = session.scalar(select(Introduction).filter_by(need_id=ids.need, offer_id=ids.offer))
    if row is not None:
        session.expire_all()
        stored = columns(standing_of(row))
        assert {name: getattr(row, name) for name in stored} == stored
