"""The life of one run inside its process: its turn, a sign of life every second, and the word to stop.

The time of the last sign is also what tells two processes of one run apart, should the first only have been
suspended when the second was started: every write asks for the sign that this process gave last, and whoever does
not find it has been replaced and must write nothing more (:class:`TakenOverError`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Event, Thread
from types import TracebackType
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from matcher.clock import utc_now
from matcher.hackathons.runs import ACTIVE, MOST_AT_ONCE, interrupted
from matcher.store import TeamRun
from matcher.store.session import writing
from matcher.teams.checker import Checker
from matcher.teams.entities import Assignment
from matcher.teams.files import plan_text
from matcher.teams.plan import Status, TeamPlan, teams_of
from matcher.teams.problem import Problem
from matcher.vocabulary import RunStatus

#: Seconds between two signs of life, and between two questions whether it is this run's turn.
BEAT_S: Final = 1.0


class TakenOverError(RuntimeError):
    """Another process is at work on the run, or it was deleted."""


class Life:
    """To be used in a ``with`` statement while the run computes; a thread of its own gives the signs."""

    def __init__(self, sessions: sessionmaker[Session], run_id: int) -> None:
        self.run_id = run_id
        self._sessions = sessions
        self._signed: datetime | None = None
        self._stop, self._over = Event(), Event()
        self._thread = Thread(target=self._keep_signing, name="signs of life", daemon=True)
        self._numbers: dict[str, Any] = {}
        self._before_s = 0.0
        self._checker: Checker | None = None
        self._best: Assignment | None = None
        self._stored: Assignment | None = None

    def wait_for_turn(self) -> bool:
        """Wait until few enough others compute; False: it is over already, stopped, or another process has it."""
        while True:
            with self._sessions() as session, writing(session):
                run = session.get(TeamRun, self.run_id)
                if run is None or run.status is not RunStatus.WAITING or self._signed not in {None, run.beat_at}:
                    return False
                run.beat_at = self._signed = utc_now()
                if run.stop_asked:
                    run.status = RunStatus.STOPPED
                    return False
                if _is_its_turn(session, run):
                    run.status = RunStatus.RUNNING
                    self._before_s = run.elapsed_s
                    return True
            time.sleep(BEAT_S)

    def about(self, problem: Problem) -> None:
        """Tell which problem :meth:`on_better` is about."""
        self._checker = Checker(problem)

    def on_progress(self, best: int | None, bound: int, elapsed_s: float) -> bool:
        """What a solver calls; False when the run is to stop."""
        self._numbers = {"best": best, "bound": bound, "elapsed_s": self._before_s + elapsed_s}
        return not self._stop.is_set()

    def on_better(self, assignment: Assignment) -> None:
        """What a solver calls with the best teams so far; they are stored with the next sign."""
        self._best = assignment

    def __enter__(self) -> Life:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    @contextmanager
    def writing(self, **values: Any) -> Iterator[Session]:
        """A transaction that also sets these columns of the run; raises TakenOverError and writes nothing then."""
        now = utc_now()
        with self._sessions() as session:
            with writing(session):
                own = (TeamRun.id == self.run_id, TeamRun.beat_at == self._signed)
                done = session.execute(update(TeamRun).where(*own).values(beat_at=now, **values))
                if done.rowcount != 1:  # type: ignore[attr-defined]  # of a cursor, which an update gives
                    raise TakenOverError
                yield session
            self._signed = now

    def _keep_signing(self) -> None:
        while not self._over.wait(BEAT_S):
            try:
                self._sign()
            except TakenOverError:
                self._stop.set()
                return
            except OperationalError:
                continue  # somebody else writes for long: the next sign is due in a second

    def _sign(self) -> None:
        best = self._best
        values = dict(self._numbers)
        if best is not None and best is not self._stored and self._checker is not None:
            values["best_plan"] = plan_text(_kept(best, self._checker))
        with self.writing(**values) as session:
            stop = session.scalar(select(TeamRun.stop_asked).where(TeamRun.id == self.run_id))
        self._stored = best
        if stop:
            self._stop.set()


def _is_its_turn(session: Session, run: TeamRun) -> bool:
    """Fewer others than may compute at once do, or wait for longer."""
    active = session.scalars(select(TeamRun).where(TeamRun.status.in_(ACTIVE), TeamRun.id != run.id)).all()
    alive = (each for each in active if not interrupted(each, utc_now()))
    before = [each for each in alive if each.status is RunStatus.RUNNING or each.id < run.id]
    return len(before) < MOST_AT_ONCE


def _kept(assignment: Assignment, checker: Checker) -> TeamPlan:
    """Teams to go on from, with what they cost; nothing is said of bounds."""
    costs = checker.check(assignment).costs
    return TeamPlan(
        status=Status.STOPPED,
        assignment=assignment,
        teams=teams_of(assignment),
        cost=sum(costs.values()),
        costs=costs,
        bound=0,
        bounds={},
        elapsed_s=0.0,
        seed=0,
        solver="",
    )
