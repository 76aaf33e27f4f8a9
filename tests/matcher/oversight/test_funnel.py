"""From proposal to outcome: every count, share and median can be told by reading the rows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from matcher.oversight.funnel import STAGES, Path, Stage, Stop, breakdown, funnel
from matcher.oversight.funnel_paths import load_paths
from matcher.people import Actor, DeclineReason, IntroductionEventKind, IntroductionState, Outcome
from matcher.postings.publish import close_posting
from matcher.store import IntroductionEvent
from matcher.store.session import writing
from matcher.vocabulary import ClosedReason, PostingKind
from tests.builders import need, offer, theme
from tests.matcher.oversight.rows import NOW, TODAY, answered, proposed

DAY = timedelta(days=1)


def _path(stage: Stage, stop: Stop, month: str = "2026-11", themes: tuple[str, ...] = ("a",), step: int = 1) -> Path:
    """A pair that came to ``stage``, ``step`` days for each one before."""
    passed = STAGES[: STAGES.index(stage) + 1]
    return Path(month, themes, {each: NOW + at * step * DAY for at, each in enumerate(passed)}, stop)


def test_each_stage_includes_those_who_came_further() -> None:
    """Counts come down, shares are of the stage before, stops of those who came no further."""
    paths = [
        _path(Stage.PROPOSED, Stop.WAITING),
        _path(Stage.SEEN, Stop.DECLINED),
        _path(Stage.SEEN, Stop.WAITING),
        _path(Stage.OUTCOME, Stop.WAITING),
    ]
    steps = funnel(paths)
    assert [step.count for step in steps] == [4, 3, 1, 1, 1, 1, 1]
    assert steps[0].share is None
    assert steps[1].share == pytest.approx(3 / 4)
    assert steps[2].share == pytest.approx(1 / 3)
    assert steps[0].stops == {Stop.WAITING: 1}
    assert steps[1].stops == {Stop.DECLINED: 1, Stop.WAITING: 1}


def test_median_days_are_those_of_the_pairs_whose_days_are_known() -> None:
    """1, 2 and 9 days make 2; a pair without an instant does not count."""
    paths = [_path(Stage.SEEN, Stop.WAITING, step=days) for days in (1, 2, 9)]
    paths.append(Path("2026-11", (), {Stage.PROPOSED: NOW, Stage.SEEN: None}, Stop.DECLINED))
    step = funnel(paths)[1]
    assert (step.days, step.timed, step.count) == (2.0, 3, 4)


def test_an_empty_funnel_has_zeros_and_no_share() -> None:
    """Nobody was proposed: nothing is divided by nothing."""
    assert all((step.count, step.share, step.days) == (0, None, None) for step in funnel([]))


def test_a_pair_counts_in_each_of_its_themes() -> None:
    """By theme the sum may be more than the pairs; by month it never is."""
    paths = [_path(Stage.SEEN, Stop.WAITING, themes=("a", "b")), _path(Stage.PROPOSED, Stop.WAITING, "2026-10")]
    by_theme = dict(breakdown(paths, lambda path: path.themes))
    assert (by_theme["a"][Stage.PROPOSED], by_theme["a"][Stage.SEEN], by_theme["b"][Stage.PROPOSED]) == (2, 1, 1)
    by_month = dict(breakdown(paths, lambda path: (path.month,)))
    assert {month: counts[Stage.PROPOSED] for month, counts in by_month.items()} == {"2026-11": 1, "2026-10": 1}


def _loaded(session: Session) -> list[Path]:
    return load_paths(session, TODAY - timedelta(days=90), TODAY, TODAY)


def _event(kind: IntroductionEventKind, days: int, **values: Any) -> IntroductionEvent:
    return IntroductionEvent(actor=Actor.NEED, kind=kind, at=NOW + days * DAY, **values)


def test_a_proposal_without_an_answer_is_proposed_and_open(session: Session) -> None:
    """One that nobody answered before its need was closed is closed."""
    with writing(session):
        row, other, gone = need(session, themes=[theme(session, "web")]), offer(session), need(session)
        proposed(session, row, other)
        proposed(session, gone, other)
    close_posting(session, gone, ClosedReason.ABANDONED, NOW)
    found = {path.themes: path for path in _loaded(session)}
    assert (found["web",].furthest, found["web",].stop) == (Stage.PROPOSED, Stop.WAITING)
    assert (found[()].furthest, found[()].stop) == (Stage.PROPOSED, Stop.CLOSED)


def test_the_whole_way_of_a_pair(session: Session) -> None:
    """Each instant is that of its row or event, and the side of the first yes is known."""
    with writing(session):
        row, other = need(session), offer(session)
        proposed(session, row, other, NOW - 9 * DAY)
        pair = answered(
            session, row, other, IntroductionState.ENDED,
            need_seen_at=NOW - 8 * DAY, offer_seen_at=NOW - 7 * DAY,
            offer_yes_at=NOW - 5 * DAY, need_yes_at=NOW - 2 * DAY,
        )  # fmt: skip
        pair.events += [
            _event(IntroductionEventKind.MET, 1),
            _event(IntroductionEventKind.STARTED, 3),
            _event(IntroductionEventKind.OUTCOME, 40, outcome=Outcome.CONTRACT),
        ]
    path = _loaded(session)[0]
    expected = [-9, -8, -5, -2, 1, 3, 40]
    assert path.reached == {stage: NOW + days * DAY for stage, days in zip(STAGES, expected, strict=True)}
    assert path.first_yes is PostingKind.OFFER
    assert path.furthest is Stage.OUTCOME


def test_what_was_told_later_implies_what_came_before(session: Session) -> None:
    """Help without a word about a meeting: they met; the day of it is not known."""
    with writing(session):
        pair = answered(
            session, need(session), offer(session), IntroductionState.ENDED, need_yes_at=NOW, offer_yes_at=NOW
        )
        pair.events.append(_event(IntroductionEventKind.OUTCOME, 5, outcome=Outcome.HELP))
    path = _loaded(session)[0]
    assert path.furthest is Stage.OUTCOME
    assert path.reached[Stage.MET] is None


def test_nothing_came_of_it_is_no_outcome(session: Session) -> None:
    """The pair stops where it was, with its reason."""
    with writing(session):
        pair = answered(
            session, need(session), offer(session), IntroductionState.ENDED, need_yes_at=NOW, offer_yes_at=NOW
        )
        pair.events.append(_event(IntroductionEventKind.OUTCOME, 5, outcome=Outcome.NOTHING))
    path = _loaded(session)[0]
    assert (path.furthest, path.stop) == (Stage.TWO_YESES, Stop.NOTHING)


@pytest.mark.parametrize(
    ("state", "values", "stage", "stop"),
    [
        (
            IntroductionState.DECLINED,
            {"declined_by": Actor.OFFER, "decline_reason": DeclineReason.TOO_FAR},
            Stage.SEEN,
            Stop.DECLINED,
        ),
        (IntroductionState.EXPIRED, {"need_yes_at": NOW}, Stage.ONE_YES, Stop.EXPIRED),
        (IntroductionState.WITHDRAWN, {"need_yes_at": NOW}, Stage.ONE_YES, Stop.WITHDRAWN),
        (IntroductionState.ANSWERED, {"need_yes_at": NOW}, Stage.ONE_YES, Stop.WAITING),
        (IntroductionState.CLOSED, {}, Stage.PROPOSED, Stop.CLOSED),
        (None, {"offer_seen_at": NOW}, Stage.SEEN, Stop.WAITING),
    ],
)
def test_where_a_pair_stops_and_why(
    session: Session, state: IntroductionState | None, values: dict[str, Any], stage: Stage, stop: Stop
) -> None:
    """The state of the pair says why; what it came to says where."""
    with writing(session):
        answered(session, need(session), offer(session), state, **values)
    path = _loaded(session)[0]
    assert (path.furthest, path.stop) == (stage, stop)


def test_only_pairs_of_the_days_asked_for_count(session: Session) -> None:
    """Both days are included, in UTC."""
    with writing(session):
        row = need(session)
        for days in (0, 1, 2):
            proposed(session, row, offer(session), NOW - days * DAY)
    found = load_paths(session, TODAY - DAY, TODAY, TODAY)
    assert len(found) == 2
