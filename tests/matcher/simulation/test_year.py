"""Some weeks of a small territory: real use cases and database, words that stand in for those of the web."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matcher.notifications.letters import Letter, Recipient, Words
from matcher.notifications.sending import Carry
from matcher.pairs.service import Matcher
from matcher.pairs.weights import shipped_weights
from matcher.people import CaseReason, CaseResult, IntroductionState
from matcher.ports import VectorSearch
from matcher.simulation.endings import ending
from matcher.simulation.population import Size
from matcher.simulation.year import Clock, Outcome, Service, simulate, start_of
from matcher.store import Case, Introduction, Mail, Need, Offer
from matcher.vocabulary import ClosedReason, PostingKind
from tests import builders

pytestmark = pytest.mark.timeout(300)

SIZE = Size(organisations=30, needs=60, days=45, seed=3)


class _NoVectors:
    """No posting has vectors here: nobody asks."""


@contextmanager
def counted() -> Iterator[Carry]:
    """A way out into nothing."""
    yield lambda _mail: None


def words(session: Session, letter: Letter, recipient: Recipient, now: datetime) -> Words:
    """As few words as a mail can have."""
    assert session is not None
    assert recipient.address
    assert now.tzinfo is not None
    return Words(letter.kind.value, letter.reason, f"<p>{letter.reason}</p>")


def service(clock: Clock) -> Service:
    """The matcher by words alone, mails without a server, links that lead nowhere."""
    searches: dict[PostingKind, VectorSearch] = dict.fromkeys(PostingKind, _NoVectors())  # type: ignore[arg-type]
    matcher = Matcher(searches, lambda: None, lambda: None, shipped_weights(), clock.today)
    return Service(
        words,
        counted,
        lambda session, posting: matcher.record(session, posting, matcher.proposals(session, posting)),
        lambda _mail: None,
    )


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Outcome, Session]]:
    """The weeks, lived once for all tests."""
    engine = builders.new_database(tmp_path_factory.mktemp("year"))
    clock = Clock(start_of(2027))
    with Session(engine) as session:
        yield simulate(session, SIZE, clock, service(clock)), session
    engine.dispose()


def test_every_promise_is_kept(lived: tuple[Outcome, Session]) -> None:
    """The reason for which it is lived."""
    outcome, _ = lived
    assert {promise: broken for promise, broken in outcome.checks.items() if broken} == {}
    assert outcome.kept


def test_much_happened(lived: tuple[Outcome, Session]) -> None:
    """A promise that nothing put to the test would mean nothing."""
    outcome, session = lived
    assert session.scalar(select(func.count()).select_from(Need)) == SIZE.needs
    assert (session.scalar(select(func.count()).select_from(Offer)) or 0) > 10
    for deed in ("yes", "no", "see", "close"):
        assert outcome.figures["deeds"][deed]  # type: ignore[index]
    assert outcome.figures["mails"]["digest"]  # type: ignore[index]
    assert outcome.figures["jobs"]["server_away"]  # type: ignore[index]


def test_rows_bear_the_time_of_the_simulation(lived: tuple[Outcome, Session]) -> None:
    """And none that of the machine."""
    _, session = lived
    begin = start_of(2027)
    for column in (Need.created_at, Mail.created_at, Introduction.created_at):
        first, last = session.execute(select(func.min(column), func.max(column))).one()
        assert begin <= first <= last <= begin + timedelta(days=SIZE.days)


def test_the_same_seed_lives_the_same_weeks(tmp_path: Path) -> None:
    """Whoever finds a broken promise can look at it again."""
    figures = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        engine, clock = builders.new_database(tmp_path / name), Clock(start_of(2027))
        with Session(engine) as session:
            figures.append(simulate(session, Size(12, 15, 14, seed=5), clock, service(clock)).figures)
        engine.dispose()
    assert figures[0] == figures[1]


NOW = start_of(2027) + timedelta(days=100)


def need(**values: object) -> Need:
    """A need of the beginning, not in any database."""
    return Need(**({"title": "Site", "problem": "Un site", "created_at": start_of(2027)} | values))


@pytest.mark.parametrize(
    ("row", "case", "states", "told"),
    [
        (need(closed_reason=ClosedReason.MATCHED_HERE), None, [], "closed: matched_here"),
        (need(), None, [IntroductionState.INTRODUCED, IntroductionState.MET], "introduced: met"),
        (need(), None, [IntroductionState.ANSWERED], "answered: the other side has time to answer"),
        (need(), Case(reason=CaseReason.SILENCE), [], "in the basket: silence"),
        (need(), Case(reason=CaseReason.SILENCE, result=CaseResult.NO_SOLUTION), [], "case ended: no_solution"),
        (need(created_at=NOW), None, [], "waiting: something happened a short time ago"),
    ],
)
def test_needs_end_with_a_reason(row: Need, case: Case | None, states: list[IntroductionState], told: str) -> None:
    """The first that holds is told."""
    pairs = [Introduction(state=state, changed_at=start_of(2027)) for state in states]
    assert str(ending(row, case, pairs, None, NOW)) == told


def test_a_need_that_was_forgotten_has_no_ending() -> None:
    """This is what the simulation looks for."""
    declined = Introduction(state=IntroductionState.DECLINED, changed_at=start_of(2027))
    assert ending(need(), None, [declined], start_of(2027), NOW) is None
    assert ending(need(), None, [declined], NOW - timedelta(days=1), NOW) is not None
