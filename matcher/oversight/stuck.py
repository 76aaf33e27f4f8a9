"""Which needs got nowhere, and why: what goes into the basket by itself, and what leaves it by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from matcher.notifications.working_days import Calendar
from matcher.oversight.cases import close_case, open_case, returns
from matcher.people import CaseReason, CaseResult, IntroductionState, Outcome
from matcher.postings.filters import is_live
from matcher.store import Case, Introduction, IntroductionEvent, Need, Proposal
from matcher.store.session import writing
from matcher.vocabulary import PostingStatus

#: Working days without a way on after which a need goes to the basket: three weeks, one after the mail about what
#: comes near. Chosen, not measured.
BASKET_DAYS: Final = 15

_MET: Final = frozenset({IntroductionState.INTRODUCED, IntroductionState.MET, IntroductionState.STARTED})


@dataclass(slots=True)
class Standing:
    """What happened to one need so far.

    ``proposed`` and ``answered`` hold the numbers of the offers that were proposed, and of those about which either
    side said something; ``first_shown`` and ``last_change`` are UTC.
    """

    since: datetime
    proposed: set[int] = field(default_factory=set)
    states: dict[int, IntroductionState | None] = field(default_factory=dict)
    came_to_something: bool = False
    first_shown: datetime | None = None
    last_change: datetime | None = None


def why_stuck(standing: Standing, now: datetime, calendar: Calendar) -> CaseReason | None:
    """Why a live need wants somebody's help; None while it is well, or still has time.

    All declined is told at once: nothing is left to wait for. Nothing proposed, and silence, after
    :data:`BASKET_DAYS` since the last thing that happened.
    """
    states = standing.states.values()
    if standing.came_to_something or any(state is not None and state.is_open for state in states):
        return None
    pairs = standing.proposed | set(standing.states)
    if not pairs:
        return CaseReason.NO_PROPOSAL if now >= calendar.after(standing.since, BASKET_DAYS) else None
    over = {offer for offer, state in standing.states.items() if state is not None}
    if over >= pairs:
        return CaseReason.ALL_DECLINED
    last = max(filter(None, (standing.first_shown, standing.last_change)), default=standing.since)
    return CaseReason.SILENCE if now >= calendar.after(last, BASKET_DAYS) else None


def open_due_cases(session: Session, now: datetime, calendar: Calendar | None = None) -> int:
    """Put every live need that got nowhere into the basket; the number of cases that this opened.

    Safe to call as often as one likes. Cost: five queries over live needs, while which everybody else may write, and
    some milliseconds for each case that is opened.
    """
    calendar = calendar or Calendar()
    standings = _standings(session, calendar.day_of(now))
    known = {case.need_id: case for case in session.scalars(select(Case))}
    due = []
    for number, standing in standings.items():
        reason, case = why_stuck(standing, now, calendar), known.get(number)
        if reason is not None and (case is None or returns(case, reason, now)):
            due.append((number, reason))
    opened = 0
    with writing(session):
        for number, reason in due:
            need = session.get(Need, number)
            if need is not None:  # else it was deleted meanwhile
                open_case(session, need, reason, now=now)
                opened += 1
    return opened


def settle_cases(session: Session, now: datetime) -> int:
    """Close the cases that came to an end elsewhere: both sides said yes, or the need was closed. Their number."""
    since = (Introduction.need_yes_at >= Case.opened_at) | (Introduction.offer_yes_at >= Case.opened_at)
    met = exists().where(Introduction.need_id == Case.need_id, Introduction.state.in_(_MET), since)
    open_cases = select(Case.id, Need.status, met).join(Need, Need.id == Case.need_id)
    with writing(session):
        found = session.execute(open_cases.where(Case.closed_at.is_(None))).all()
        results = [(number, _result(status, has_met)) for number, status, has_met in found]
        due = [(number, result) for number, result in results if result is not None]
        for number, result in due:
            close_case(session, number, None, result, now=now)
    return len(due)


def _result(status: PostingStatus, has_met: bool) -> CaseResult | None:
    if has_met:
        return CaseResult.PARTNER_FOUND
    return CaseResult.NEED_CLOSED if status is PostingStatus.CLOSED else None


def _standings(session: Session, today: date) -> dict[int, Standing]:
    """What happened to each live need."""
    live = select(Need.id, Need.created_at).where(is_live(Need, today))
    found = {number: Standing(created) for number, created in session.execute(live)}
    for need_id, offer_id, shown_at in session.execute(select(Proposal.need_id, Proposal.offer_id, Proposal.shown_at)):
        if need_id in found:
            standing = found[need_id]
            standing.proposed.add(offer_id)
            standing.first_shown = min(filter(None, (standing.first_shown, shown_at)))
    fruitful = _fruitful(session)
    told = Introduction
    rows = select(told.id, told.need_id, told.offer_id, told.state, told.changed_at)
    for number, need_id, offer_id, state, changed_at in session.execute(rows):
        if need_id in found:
            standing = found[need_id]
            standing.states[offer_id] = state
            standing.came_to_something |= number in fruitful
            standing.last_change = max(filter(None, (standing.last_change, changed_at)))
    return found


def _fruitful(session: Session) -> set[int]:
    """Introductions of which a side told that something came."""
    told = select(IntroductionEvent.introduction_id).where(
        IntroductionEvent.outcome.is_not(None), IntroductionEvent.outcome != Outcome.NOTHING
    )
    return set(session.scalars(told))
