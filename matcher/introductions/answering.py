"""What a side answers to a proposal: yes, not now, no, or a yes taken back.

Every use case is one transaction, does nothing when the same thing was said already, and raises
:class:`~matcher.introductions.states.ActRefused` when the state of the pair does not allow it. Times are aware UTC.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from matcher.clock import local_day
from matcher.introductions.delays import CALENDAR, LATEST_NOT_NOW_DAYS
from matcher.introductions.proposing import brought_up
from matcher.introductions.recording import add_events, find, is_proposed, known_pair, standing_of, touch
from matcher.introductions.states import Act, ActRefused, Refusal, actor_of, decide
from matcher.notifications.working_days import Calendar
from matcher.people import DeclineReason
from matcher.store import Introduction, Offer
from matcher.store.session import writing
from matcher.vocabulary import ContactMode, PostingKind, PostingStatus

#: Random bytes of a thread's address: 32 hexadecimal digits, which survive mail servers that fold case.
RELAY_BYTES: Final = 16
#: Longest detail given with a yes: a phone number, or the address of a page.
DETAIL_CHARS: Final = 300
#: Longest word given with a no.
DECLINE_CHARS: Final = 1000


def say_yes(
    session: Session,
    need_id: int,
    offer_id: int,
    side: PostingKind,
    mode: ContactMode,
    *,
    now: datetime,
    detail: str = "",
    calendar: Calendar = CALENDAR,
) -> Introduction:
    """``side`` wants to meet the other; the second yes introduces them.

    A pair that nobody proposed counts as found by the side itself. ``mode`` is how the side wants to be reached and
    ``detail`` what that takes (a phone number, a page), shown to the other side once both said yes, never before.
    On the second yes the thread gets its address, and the offer has taken on one more request this month.
    ``calendar`` counts the working days that the other side has to answer.
    """
    with writing(session):
        row = find(session, need_id, offer_id)
        if row is None and not is_proposed(session, need_id, offer_id):
            row = brought_up(session, need_id, offer_id, actor_of(side), now)
        row = row or known_pair(session, need_id, offer_id)
        events = decide(standing_of(row), Act.YES, actor_of(side), now)
        if events:
            _refuse_dead_ends(row, now)
            _choose(row, side, mode)
            standing = add_events(row, events, text=detail.strip()[:DETAIL_CHARS], calendar=calendar)
            if standing.contacts_are_shown:
                row.relay_key = secrets.token_hex(RELAY_BYTES)
                take_on(row.offer, local_day(now))
            touch(row, side, now)
    return row


def say_no(
    session: Session,
    need_id: int,
    offer_id: int,
    side: PostingKind,
    reason: DeclineReason,
    text: str = "",
    *,
    now: datetime,
) -> Introduction:
    """``side`` does not want to. The other side learns the reason; ``text`` is for the animator alone."""
    with writing(session):
        row = known_pair(session, need_id, offer_id)
        events = decide(standing_of(row), Act.NO, actor_of(side), now, reason=reason)
        if events:
            add_events(row, events, text=text.strip()[:DECLINE_CHARS])
            touch(row, side, now)
    return row


def say_not_now(
    session: Session,
    need_id: int,
    offer_id: int,
    side: PostingKind,
    until: date,
    *,
    now: datetime,
    calendar: Calendar = CALENDAR,
) -> Introduction:
    """``side`` wants to be asked again on the day ``until``, tomorrow at the earliest.

    Raises ActRefused(DAY_OUT_OF_RANGE) for a day that is not ahead, or more than ``LATEST_NOT_NOW_DAYS`` ahead.
    """
    today = local_day(now)
    if not today < until <= today + timedelta(days=LATEST_NOT_NOW_DAYS):
        raise ActRefused(Refusal.DAY_OUT_OF_RANGE)
    with writing(session):
        row = known_pair(session, need_id, offer_id)
        events = decide(standing_of(row), Act.NOT_NOW, actor_of(side), now, until=until)
        if events:
            add_events(row, events, calendar=calendar)
            touch(row, side, now)
    return row


def withdraw(session: Session, need_id: int, offer_id: int, side: PostingKind, *, now: datetime) -> Introduction:
    """``side`` takes its yes back, as long as the other has not answered."""
    with writing(session):
        row = known_pair(session, need_id, offer_id)
        events = decide(standing_of(row), Act.WITHDRAW, actor_of(side), now)
        if events:
            add_events(row, events)
            touch(row, side, now)
    return row


def take_on(offer: Offer, today: date) -> None:
    """Count one more request taken on in the month of ``today``."""
    month = f"{today:%Y-%m}"
    taken = offer.taken_this_month if offer.taken_month == month else 0
    offer.taken_this_month, offer.taken_month = taken + 1, month


def _choose(row: Introduction, side: PostingKind, mode: ContactMode) -> None:
    if side is PostingKind.NEED:
        row.need_mode = mode
    else:
        row.offer_mode = mode


def _refuse_dead_ends(row: Introduction, now: datetime) -> None:
    """No yes to what is closed, over or held back; a pause stops no answer, it only stops new proposals."""
    today = local_day(now)
    for posting in (row.need, row.offer):
        ended = posting.expires_on is not None and posting.expires_on < today
        if posting.status is PostingStatus.CLOSED or posting.held_at is not None or ended:
            raise ActRefused(Refusal.NOT_LIVE)
