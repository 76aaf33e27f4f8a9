"""One writer at a time, on every database: nothing is lost, nothing is seen too late, nobody hangs for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from matcher.store import Change, Need, Offer, Organisation
from matcher.store.encoding import (
    vector_head,
)
from matcher.store.session import writing
from tests.builders import need, offer, organisation, place

#: Longest wait for a thread. Reached only when a rule is broken.
PATIENCE_S = 30.0


def test_a_nested_use_case_is_committed_by_the_outer_one_alone(engine: Engine) -> None:
    """What the inner block wrote goes when the outer one fails."""
    with Session(engine) as session:
        with pytest.raises(RuntimeError, match="stop"), writing(session):
            _fail_after_an_inner_block(session)
        with writing(session), writing(session):
            need(session)
        assert session.scalar(select(func.count()).select_from(Need)) == 1


def test_a_second_writer_waits_and_then_sees_what_the_first_wrote(engine: Engine) -> None:
    """Read, then write what follows from it: two writers at once lose nothing."""
    with Session(engine) as session, writing(session):
        row_id = _saved(session, offer(session, monthly_capacity=0))
    entered, released = threading.Event(), threading.Event()

    def first() -> None:
        with Session(engine) as own, writing(own):
            row = own.get_one(Offer, row_id)
            entered.set()
            assert released.wait(PATIENCE_S)
            row.monthly_capacity += 1

    def second() -> None:
        with Session(engine) as own, writing(own):
            own.get_one(Offer, row_id).monthly_capacity += 1

    threads = _started(first)
    assert entered.wait(PATIENCE_S)
    threads += _started(second)
    threads[1].join(0.2)
    assert threads[1].is_alive()
    released.set()
    _join(threads)
    with Session(engine) as session:
        assert session.get_one(Offer, row_id).monthly_capacity == 2


def test_many_writers_at_once_all_succeed(engine: Engine) -> None:
    """Forty small transactions of four threads: forty needs, forty numbers in the change log."""
    with Session(engine) as session, writing(session):
        owner = _saved(session, organisation(session))
        before = vector_head(session)

    def write() -> None:
        with Session(engine) as own:
            for _ in range(10):
                with writing(own):
                    need(own, organisation=own.get_one(Organisation, owner))

    _join(_started(write, write, write, write))
    with Session(engine) as session:
        logged = session.scalars(select(Change.seq).where(Change.seq > before, Change.kind == "need")).all()
        assert len(set(logged)) == 40


def test_changes_become_visible_in_the_order_of_their_numbers(engine: Engine) -> None:
    """Whoever polls the highest number misses no change, in whatever order two transactions end.

    The first transaction has its number and is slow to commit. A second one that could commit a higher
    number before it would make every poller go past the first one's change, for ever.
    """
    with Session(engine) as session, writing(session):
        rows = [_saved(session, offer(session)) for _ in range(2)]
        seen = vector_head(session)
    numbered, released = threading.Event(), threading.Event()

    def slow() -> None:
        with Session(engine) as own, writing(own):
            own.get_one(Offer, rows[0]).monthly_capacity = 7
            own.flush()
            numbered.set()
            assert released.wait(PATIENCE_S)

    def quick() -> None:
        with Session(engine) as own, writing(own):
            own.get_one(Offer, rows[1]).monthly_capacity = 8

    threads = _started(slow)
    assert numbered.wait(PATIENCE_S)
    threads += _started(quick)
    followed: set[int] = set()
    for step in range(2):
        threads[1 - step].join(0.2 if step == 0 else PATIENCE_S)
        with Session(engine) as poller:
            followed |= set(poller.scalars(select(Change.object_id).where(Change.seq > seen)))
            seen = vector_head(poller)
        released.set()
    _join(threads)
    with Session(engine) as poller:
        followed |= set(poller.scalars(select(Change.object_id).where(Change.seq > seen)))
    assert followed == set(rows)


def test_a_writer_that_waits_too_long_fails_and_leaves_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stuck writer does not hang the site for ever: the others end with an error of the database."""
    with Session(engine) as session, writing(session):
        need(session)
        monkeypatch.setattr("matcher.store.session.BUSY_TIMEOUT_MS", 50)
        with Session(engine) as other, pytest.raises(DBAPIError), writing(other):
            need(other, "Une autre")
        monkeypatch.undo()
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(Need)) == 1


def _fail_after_an_inner_block(session: Session) -> None:
    with writing(session):
        place(session)
    raise RuntimeError("stop")


def _saved(session: Session, row: Need | Offer | Organisation) -> int:
    session.flush()
    return row.id


def _started(*works: Callable[[], None]) -> list[threading.Thread]:
    threads = [threading.Thread(target=work, daemon=True) for work in works]
    for thread in threads:
        thread.start()
    return threads


def _join(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.join(PATIENCE_S)
        assert not thread.is_alive()
