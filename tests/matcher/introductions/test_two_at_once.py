"""Two people of one side press different buttons in the same instant, on every database: one of them wins."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from matcher.introductions.answering import say_no, say_yes
from matcher.introductions.states import ActRefused, Refusal
from matcher.people import DeclineReason, IntroductionState
from matcher.people import IntroductionEventKind as Kind
from matcher.store import Introduction, Offer
from matcher.vocabulary import ContactMode, PostingKind
from tests.databases import DATABASES, migrated
from tests.matcher.introductions.pairs import NEED, NOW, OFFER, Ids, proposed

#: Longest wait for a thread. Reached only when a rule is broken.
PATIENCE_S = 30.0
ROUNDS = 6


@pytest.fixture(params=DATABASES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A migrated database of each kind."""
    made = migrated(request, tmp_path)
    yield made
    made.dispose()


def at_once(engine: Engine, *acts: Callable[[Session], object]) -> list[object]:
    """What each act returned or raised, all of them begun in the same instant, each in a thread of its own."""
    told: list[object] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(number: int) -> None:
        with Session(engine) as session:
            session.scalar(select(Introduction.id))  # each has read before anybody writes
            start.wait(PATIENCE_S)
            try:
                acts[number](session)
            except Exception as error:  # noqa: BLE001 - told to the test
                told[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
        assert not thread.is_alive()
    return told


def yes(ids: Ids, side: PostingKind) -> Callable[[Session], object]:
    """The button "yes"."""
    return lambda session: say_yes(session, *ids, side, ContactMode.MAIL, now=NOW)


def no(ids: Ids, side: PostingKind) -> Callable[[Session], object]:
    """The button "no"."""
    return lambda session: say_no(session, *ids, side, DeclineReason.TIMING, now=NOW)


def stored(engine: Engine, ids: Ids) -> tuple[IntroductionState | None, list[Kind]]:
    """State and events of the pair."""
    with Session(engine) as session:
        row = session.scalars(select(Introduction).filter_by(need_id=ids.need, offer_id=ids.offer)).one()
        return row.state, [event.kind for event in row.events]


def pair(engine: Engine) -> Ids:
    """A proposed pair that nobody has spoken about."""
    with Session(engine) as session:
        return proposed(session)


def test_of_a_yes_and_a_no_one_wins_and_the_other_is_told(engine: Engine) -> None:
    """Exactly one of the two is stored; the other gets a refusal that says what stands, no database error."""
    for _ in range(ROUNDS):
        ids = pair(engine)
        told = at_once(engine, yes(ids, NEED), no(ids, NEED))
        state, events = stored(engine, ids)
        refused = [error for error in told if error is not None]
        assert len(refused) == 1
        assert isinstance(refused[0], ActRefused)
        won = (IntroductionState.ANSWERED, Refusal.YOU_SAID_YES) if told[0] is None else (
            IntroductionState.DECLINED,
            Refusal.YOU_SAID_NO,
        )  # fmt: skip
        assert (state, refused[0].code) == won
        assert len(events) == 1


def test_the_same_yes_four_times_at_once_is_one(engine: Engine) -> None:
    """An impatient finger is no second answer."""
    ids = pair(engine)
    assert at_once(engine, *[yes(ids, OFFER)] * 4) == [None] * 4
    assert stored(engine, ids) == (IntroductionState.ANSWERED, [Kind.INTERESTED])


def test_both_sides_say_yes_at_once_and_are_introduced_once(engine: Engine) -> None:
    """One introduction, one request taken on."""
    for _ in range(ROUNDS):
        ids = pair(engine)
        assert at_once(engine, yes(ids, NEED), yes(ids, OFFER), yes(ids, NEED), yes(ids, OFFER)) == [None] * 4
        state, events = stored(engine, ids)
        assert (state, events.count(Kind.INTRODUCED)) == (IntroductionState.INTRODUCED, 1)
        with Session(engine) as session:
            assert session.get_one(Offer, ids.offer).taken_this_month == 1


def test_a_yes_and_the_other_sides_no_never_introduce(engine: Engine) -> None:
    """Whichever comes first, the pair is declined or the yes is refused."""
    for _ in range(ROUNDS):
        ids = pair(engine)
        at_once(engine, yes(ids, NEED), no(ids, OFFER))
        state, events = stored(engine, ids)
        assert state is IntroductionState.DECLINED
        assert Kind.INTRODUCED not in events
