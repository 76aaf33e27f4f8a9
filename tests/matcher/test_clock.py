"""Days begin and end at midnight of the territory, not of UTC: between the two lie one or two hours of every night."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy.orm import Session

from matcher.clock import local_day, start_of_day
from matcher.exchange.exports import export_rows
from matcher.introductions.answering import say_yes
from matcher.introductions.states import ActRefused
from matcher.notifications.working_days import Calendar
from matcher.oversight.funnel_paths import load_paths
from matcher.pairs.exposure import count_exposures
from matcher.vocabulary import ContactMode, PostingKind
from tests import builders
from tests.matcher.oversight.rows import proposed

#: Half past midnight on 1 December in Nancy, while UTC still writes November.
NIGHT = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
FIRST = date(2026, 12, 1)


def test_a_day_lasts_from_midnight_to_midnight_of_the_territory() -> None:
    """The moment at which it begins is of the day, the one before is not; the calendar of mails counts the same."""
    assert local_day(NIGHT) == Calendar().day_of(NIGHT) == FIRST
    for day in (FIRST, date(2026, 3, 29), date(2026, 10, 25)):  # summer time begins and ends on the other two
        start = start_of_day(day)
        assert local_day(start) == day
        assert local_day(datetime.fromtimestamp(start.timestamp() - 1, UTC)) < day


def test_what_is_proposed_after_midnight_counts_for_the_new_month(session: Session) -> None:
    """In the budget of the offer and in the animator's funnel alike."""
    offer = builders.offer(session)
    proposed(session, builders.need(session), offer, NIGHT)
    ids = np.array([offer.id])
    assert count_exposures(session, PostingKind.OFFER, ids, FIRST).this_month.tolist() == [1]
    assert [path.month for path in load_paths(session, FIRST, FIRST, FIRST)] == ["2026-12"]
    assert load_paths(session, date(2026, 11, 1), date(2026, 11, 30), FIRST) == []


def test_a_posting_takes_answers_on_its_whole_last_day(session: Session) -> None:
    """Its last day is that of the territory, as its page says; so is the day on which an export says it was posted."""
    need = builders.need(session, expires_on=FIRST, created_at=NIGHT)
    offer = builders.offer(session)
    proposed(session, need, offer, NIGHT)
    session.commit()
    last = datetime(2026, 12, 1, 22, 59, tzinfo=UTC)
    assert export_rows([need])[0]["created_on"] == "2026-12-01"
    with pytest.raises(ActRefused, match="not_live"):
        say_yes(session, need.id, offer.id, PostingKind.OFFER, ContactMode.MAIL, now=last + timedelta(minutes=1))
    assert say_yes(session, need.id, offer.id, PostingKind.OFFER, ContactMode.MAIL, now=last).need_id == need.id
