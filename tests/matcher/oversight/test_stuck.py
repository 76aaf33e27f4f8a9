"""Which needs go into the basket by themselves, and which cases end by themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from matcher.notifications.working_days import Calendar
from matcher.oversight import cases
from matcher.oversight.stuck import BASKET_DAYS, open_due_cases, settle_cases
from matcher.people import (
    Actor,
    CaseReason,
    CaseResult,
    DeclineReason,
    IntroductionEventKind,
    IntroductionState,
    Outcome,
)
from matcher.postings.publish import close_posting
from matcher.store import IntroductionEvent, Need
from matcher.store.session import writing
from matcher.vocabulary import ClosedReason
from tests.builders import need, offer
from tests.matcher.oversight.rows import NOW, TODAY, answered, proposed

#: NOW is Friday 20 November 2026 at ten in Nancy. Fifteen working days before it, without Wednesday 11 November.
IN_TIME = datetime(2026, 10, 29, 23, 30, tzinfo=UTC)  # half past midnight on Friday 30 October: waits until Monday 23
LONG_AGO = IN_TIME - timedelta(hours=1)
YESTERDAY = NOW - timedelta(days=1)
DECLINED: dict[str, Any] = {"declined_by": Actor.OFFER, "decline_reason": DeclineReason.NO_ROOM}
BOTH_YES: dict[str, Any] = {"need_yes_at": NOW, "offer_yes_at": NOW}


def _reason(session: Session, row: Need) -> CaseReason | None:
    open_due_cases(session, NOW)
    case = cases.case_of(session, row)
    return None if case is None else case.reason


@pytest.mark.parametrize(("created", "expected"), [(LONG_AGO, CaseReason.NO_PROPOSAL), (IN_TIME, None)])
def test_nothing_proposed_for_three_weeks(session: Session, created: Any, expected: CaseReason | None) -> None:
    """A need without any proposal waits fifteen working days, counted where the territory is."""
    with writing(session):
        row = need(session, created_at=created)
    assert _reason(session, row) is expected


def test_everybody_declined_is_told_at_once(session: Session) -> None:
    """Nothing is left to wait for, be the need a day old."""
    with writing(session):
        row = need(session, created_at=YESTERDAY)
        for state in (IntroductionState.DECLINED, IntroductionState.EXPIRED):
            other = offer(session)
            proposed(session, row, other, YESTERDAY)
            answered(session, row, other, state, **(DECLINED if state is IntroductionState.DECLINED else {}))
    assert _reason(session, row) is CaseReason.ALL_DECLINED


def test_one_offer_that_has_not_answered_gets_its_time(session: Session) -> None:
    """Some declined, one was only proposed: silence counts from the last thing that happened."""
    with writing(session):
        row = need(session, created_at=LONG_AGO - timedelta(days=30))
        first, second = offer(session), offer(session)
        proposed(session, row, first, LONG_AGO)
        proposed(session, row, second, LONG_AGO)
        answered(session, row, first, IntroductionState.DECLINED, changed_at=YESTERDAY, **DECLINED)
    assert _reason(session, row) is None
    assert open_due_cases(session, Calendar().after(YESTERDAY, BASKET_DAYS) - timedelta(seconds=1)) == 0
    assert open_due_cases(session, Calendar().after(YESTERDAY, BASKET_DAYS)) == 1
    case = cases.case_of(session, row)
    assert case is not None
    assert case.reason is CaseReason.SILENCE


@pytest.mark.parametrize(
    ("state", "values"),
    [
        (IntroductionState.ANSWERED, {"need_yes_at": LONG_AGO}),
        (IntroductionState.INTRODUCED, BOTH_YES),
        (IntroductionState.MET, BOTH_YES),
        (IntroductionState.STARTED, BOTH_YES),
    ],
)
def test_a_need_on_its_way_is_left_alone(session: Session, state: IntroductionState, values: dict[str, Any]) -> None:
    """While one pair is open nobody has to help."""
    with writing(session):
        row = need(session, created_at=LONG_AGO)
        answered(session, row, offer(session), state, changed_at=LONG_AGO, **values)
    assert _reason(session, row) is None


@pytest.mark.parametrize(("outcome", "expected"), [(Outcome.HELP, None), (Outcome.NOTHING, CaseReason.ALL_DECLINED)])
def test_an_ended_pair_counts_by_what_came_of_it(
    session: Session, outcome: Outcome, expected: CaseReason | None
) -> None:
    """Help is a good end; nothing is none."""
    with writing(session):
        row = need(session, created_at=LONG_AGO)
        pair = answered(session, row, offer(session), IntroductionState.ENDED, **BOTH_YES)
        event = IntroductionEvent(actor=Actor.NEED, kind=IntroductionEventKind.OUTCOME, outcome=outcome, at=NOW)
        pair.events.append(event)
    assert _reason(session, row) is expected


@pytest.mark.parametrize("values", [{"held_at": LONG_AGO}, {"expires_on": TODAY - timedelta(days=1)}])
def test_only_live_needs_come_into_the_basket(session: Session, values: dict[str, Any]) -> None:
    """What is off the site or over waits for nobody."""
    with writing(session):
        row = need(session, created_at=LONG_AGO, **values)
    assert _reason(session, row) is None


def test_looking_again_opens_nothing_twice(session: Session) -> None:
    """The number told is that of new cases."""
    with writing(session):
        need(session, created_at=LONG_AGO)
    assert [open_due_cases(session, NOW) for _ in range(2)] == [1, 0]


def test_cases_end_by_themselves_when_both_say_yes_or_the_need_is_closed(session: Session) -> None:
    """A pair of before the case does not end it: its trouble came later."""
    with writing(session):
        found, closed, waits = (need(session) for _ in range(3))
        session.flush()
        for row in (found, closed, waits):
            cases.open_case(session, row, CaseReason.SILENCE, now=YESTERDAY)
        answered(session, found, offer(session), IntroductionState.INTRODUCED, **BOTH_YES)
        before = {"need_yes_at": LONG_AGO, "offer_yes_at": LONG_AGO}
        answered(session, waits, offer(session), IntroductionState.MET, **before)
    close_posting(session, closed, ClosedReason.ABANDONED, NOW)
    assert settle_cases(session, NOW) == 2
    results = [cases.case_of(session, row) for row in (found, closed, waits)]
    assert [case and case.result for case in results] == [CaseResult.PARTNER_FOUND, CaseResult.NEED_CLOSED, None]
    assert settle_cases(session, NOW) == 0
