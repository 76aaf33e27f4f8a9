"""Public figures: each is right, and none tells about somebody."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from matcher.insights.facts import Fact, What, all_counts
from matcher.insights.figures import SMALLEST, Figures, figures_of, guarded, public_figures, share, told
from matcher.introductions.answering import say_no, say_not_now, say_yes
from matcher.introductions.progress import mark_seen, record_met, record_outcome, record_started
from matcher.people import Counterfactual, DeclineReason, Outcome
from matcher.store import PastCount, Proposal
from matcher.store.session import writing
from matcher.vocabulary import ContactMode, Engine, Level
from tests import builders
from tests.matcher.privacy.people import NEED, NOW, OFFER

DAY = timedelta(days=1)
LATER = NOW + 200 * DAY


def pairs(session: Session, number: int) -> list[tuple[int, int]]:
    """So many needs, each proposed to an offer of its own at NOW."""
    found = []
    with writing(session):
        for position in range(1, number + 1):
            need = builders.need(session, created_at=NOW)
            offer = builders.offer(session, created_at=NOW)
            session.flush()
            session.add(
                Proposal(
                    need_id=need.id, offer_id=offer.id, position=position, score=0.5, level=Level.GOOD,
                    engine=Engine.LEXICAL, shown_at=NOW,
                )
            )  # fmt: skip
            found.append((need.id, offer.id))
    return found


def introduce(session: Session, pair: tuple[int, int], days: int) -> None:
    """Both say yes: the need's side after ``days``, the other a day later."""
    say_yes(session, *pair, NEED, ContactMode.MAIL, now=NOW + days * DAY)
    say_yes(session, *pair, OFFER, ContactMode.MAIL, now=NOW + (days + 1) * DAY)


def test_the_way_from_proposal_to_project_is_counted_by_pair(session: Session) -> None:
    """Twelve pairs: two stay silent, ten are answered, seven introduced, six met, five started."""
    rows = pairs(session, 12)
    for place, pair in enumerate(rows[:7]):
        introduce(session, pair, place)
    for pair in rows[7:10]:
        say_no(session, *pair, OFFER, DeclineReason.TOO_FAR, now=NOW + 2 * DAY)
    mark_seen(session, *rows[10], OFFER, now=NOW)
    for pair in rows[:6]:
        record_met(session, *pair, NEED, now=NOW + 20 * DAY)
    for pair in rows[:5]:
        record_started(session, *pair, OFFER, now=NOW + 30 * DAY)
    found = public_figures(session, LATER)
    assert (found.proposals, found.answered, found.introduced, found.met, found.started) == (12, 10, 7, 6, 5)
    assert found.answered_share is None  # two silent pairs are too few to be told
    # First answers after 0 1 2 3 4 5 6 days, and three times 2: the middle of 0 1 2 2 2 2 3 4 5 6 is 2.
    assert found.median_days == 2.0
    assert [cell for cell in found.declined if cell.code == "too_far"] == [("too_far", None)]
    assert not found.is_young


def test_refusals_are_told_by_reason(session: Session) -> None:
    """Six times the budget is told, once the time is not, never is nought."""
    rows = pairs(session, 7)
    for pair in rows[:6]:
        say_no(session, *pair, OFFER, DeclineReason.BUDGET, now=NOW)
    say_no(session, *rows[6], NEED, DeclineReason.TIMING, now=NOW)
    counts = dict(public_figures(session, LATER).declined)
    assert (counts["budget"], counts["timing"], counts["other"]) == (6, None, 0)
    assert set(counts) == {reason.value for reason in DeclineReason}


def test_not_now_is_an_answer_and_reading_is_none(session: Session) -> None:
    """An answer is what lets the other side plan."""
    rows = pairs(session, 10)
    for pair in rows[:5]:
        say_not_now(session, *pair, OFFER, (NOW + 40 * DAY).date(), now=NOW + 3 * DAY)
    for pair in rows[5:]:
        mark_seen(session, *pair, OFFER, now=NOW)
    found = public_figures(session, LATER)
    assert (found.answered, found.answered_share, found.median_days) == (5, 0.5, 3.0)


def test_the_last_word_of_each_side_counts(session: Session) -> None:
    """“It goes on” gives way to the contract that came of it; two sides are two answers."""
    for pair in pairs(session, 5):
        introduce(session, pair, 1)
        going_on = (Outcome.GOING_ON, Counterfactual.NOT_KNOWN)
        record_outcome(session, *pair, NEED, *going_on, now=NOW + 60 * DAY)
        record_outcome(session, *pair, NEED, Outcome.CONTRACT, Counterfactual.NO, now=NOW + 90 * DAY)
        record_outcome(session, *pair, OFFER, Outcome.CONTRACT, Counterfactual.NO, now=NOW + 91 * DAY)
    found = public_figures(session, LATER)
    assert dict(found.outcomes)["contract"] == 10
    assert dict(found.outcomes)["going_on"] == 0
    assert dict(found.counterfactual) == {"yes": 0, "later": 0, "no": 10, "not_known": 0}


def test_a_need_counts_as_never_proposed_after_a_week_alone(session: Session) -> None:
    """Six old needs without a proposal of sixteen; a young one is not asked about."""
    pairs(session, 10)
    with writing(session):
        for _ in range(6):
            builders.need(session, created_at=NOW)
        builders.need(session, created_at=LATER - 6 * DAY)
    found = public_figures(session, LATER)
    assert (found.needs, found.settled, found.never_proposed) == (17, 16, 6)
    assert found.never_proposed_share == 6 / 16


def test_what_was_deleted_is_added(session: Session) -> None:
    """Kept counts of the same year and kind join those of today's rows."""
    pairs(session, 3)
    with writing(session):
        session.add(PastCount(year=2025, what=What.NEED, count=4))
        session.add(PastCount(year=2026, what=What.NEED, count=2))
    found = public_figures(session, LATER)
    assert found.needs == 9
    assert [(row.year, row.needs) for row in found.years] == [(2025, 4), (2026, 5)]


def test_a_young_territory_has_figures_too(session: Session) -> None:
    """Nought, and no share or median."""
    found = public_figures(session, NOW)
    assert (found.needs, found.answered, found.median_days, found.never_proposed_share) == (0, 0, None, None)
    assert found.is_young
    assert found.years == ()


# -- nobody is told about -------------------------------------------------------------------------


counts_of = st.dictionaries(
    st.builds(
        lambda year, what, detail: Fact(year, what.value, detail(what)),
        st.integers(2024, 2027),
        st.sampled_from(What),
        st.sampled_from((lambda what: _detail(what, 0), lambda what: _detail(what, 1))),
    ),
    st.integers(1, 40),
    max_size=30,
)


def _detail(what: What, place: int) -> str:
    codes = {
        What.DECLINED: list(DeclineReason),
        What.OUTCOME: list(Outcome),
        What.COUNTERFACTUAL: list(Counterfactual),
        What.ANSWER_DAYS: ["0", "3"],
    }
    return str(codes[what][place]) if what in codes else ""


def _numbers(found: Figures) -> list[int]:
    cells = [cell.value for cells in (found.declined, found.outcomes, found.counterfactual) for cell in cells]
    cells += [row.introduced for row in found.years]
    cells += [found.proposals, found.answered, found.never_proposed, found.introduced, found.met, found.started]
    return [count for count in cells if count is not None]


@given(counts_of)
def test_no_count_of_one_to_four_is_ever_told(counts: dict[Fact, int]) -> None:
    """Whatever happened: not as a number, and not as a share that it follows from."""
    found = figures_of(Counter(counts))
    assert all(count == 0 or count >= SMALLEST for count in _numbers(found))
    if found.never_proposed is None:
        assert found.never_proposed_share is None
    if found.answered is None:
        assert found.answered_share is None


@given(st.lists(st.integers(0, 30), max_size=8))
def test_what_is_held_back_does_not_follow_from_the_total(parts: list[int]) -> None:
    """Beside a total either nothing is held back, or two parts, or everything that is not nought."""
    shown = guarded(parts)
    held = [part for part, count in zip(parts, shown, strict=True) if count is None]
    assert len(held) != 1 or sum(part > 0 for part in parts) == 1
    assert all(count is None or count == part for part, count in zip(parts, shown, strict=True))
    assert all(part > 0 for part in held)


@pytest.mark.parametrize(("part", "whole"), [(1, 100), (97, 100), (4, 8), (3, 4), (0, 4)])
def test_a_share_of_too_few_is_not_told(part: int, whole: int) -> None:
    """On either side of it."""
    assert share(part, whole) is None


def test_counts_grow_with_what_is_told() -> None:
    """From five on a count is itself."""
    assert [told(count) for count in range(7)] == [0, None, None, None, None, 5, 6]
    assert all(first <= second for first, second in pairwise(told(count) or 0 for count in range(20)))


def test_counts_hold_no_number_of_a_row(session: Session) -> None:
    """Year, kind and detail alone: the details are codes of closed lists, or days."""
    rows = pairs(session, 2)
    introduce(session, rows[0], 1)
    say_no(session, *rows[1], OFFER, DeclineReason.BUDGET, now=NOW)
    details = {fact.detail for fact in all_counts(session, LATER)}
    assert details == {"", "0", "1", "budget"}
