"""Computations of teams, each in a process of its own: asked for, stopped, resumed, and how far they are.

A run is a row. Whoever asks for it starts a process that calls :func:`matcher.hackathons.computing.perform_run`; it
waits there for its turn, writes every second that it is alive and what it has found, and adds a version at the end.
When it dies, the row says so by itself (:func:`state`), and :func:`resume` lets another process go on from the best
teams so far. What people see is changed by publication alone, never by a run.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.clock import utc_now
from matcher.hackathons.forming import Similarity, build_problem, keeping_teams, similarity_in
from matcher.hackathons.locks import locks_data, locks_for
from matcher.hackathons.versions import NoPlanError, current, locks_of, plan_of, problem_of
from matcher.store import Hackathon, TeamPlanVersion, TeamRun
from matcher.store.session import writing
from matcher.teams.entities import Assignment
from matcher.teams.files import problem_from_text, problem_text
from matcher.teams.problem import Problem
from matcher.vocabulary import RunKind, RunStatus

if TYPE_CHECKING:
    from matcher.hackathons.impossible import Impossibility

#: Seconds that may be asked for. Chosen: the site shows progress, but nobody should wait for longer.
LEAST_S, MOST_S = 5, 600
#: Seconds without a sign of life after which a run counts as interrupted.
DEAD_S: Final = 15
#: Runs of the whole site that compute at once, and that wait for their turn; more are refused. Chosen.
MOST_AT_ONCE, MOST_WAITING = 2, 4
#: A run that a process is, or is about to be, at work on.
ACTIVE: Final = frozenset({RunStatus.WAITING, RunStatus.RUNNING})


class NoRunError(LookupError):
    """There is no such run, or it is not in a state for what was asked."""


class AlreadyRunningError(RuntimeError):
    """A run of this event is under way: `run`."""

    def __init__(self, run: TeamRun) -> None:
        super().__init__("A run of this event is under way.")
        self.run = run


class TooManyRunsError(RuntimeError):
    """Too many runs of the site wait for their turn."""


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far a run is, for a page that asks again and again.

    Attributes
    ----------
    status
        As :func:`state` sees it.
    best, bound
        Cost of the best teams so far (None: none yet), and what no teams can cost less than.
    elapsed_s, time_limit_s
        Seconds of computing, and how many were asked for.
    result
        Number of the version that it made, if it did.
    stop_asked
        Somebody pressed the stop button.
    """

    id: int
    status: RunStatus
    best: int | None
    bound: int
    elapsed_s: float
    time_limit_s: int
    result: int | None
    stop_asked: bool

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.status not in ACTIVE


def ask_run(
    session: Session,
    hackathon: Hackathon,
    kind: RunKind,
    *,
    time_limit_s: int,
    seed: int = 0,
    max_moves: int | None = None,
    author: str = "",
    similarity: Similarity | None = None,
) -> TeamRun:
    """A run that waits for its process. The problem is frozen as it is now.

    Parameters
    ----------
    kind
        FORM from nothing but what is held fast; IMPROVE from the teams that the organisers work on; REPAIR them, so
        that few people change team.
    time_limit_s
        LEAST_S to MOST_S; raises ValueError otherwise.
    max_moves
        For REPAIR: how many people may change team; None: any.
    similarity
        None: what the last version knew.

    Raises
    ------
    ProblemError
        When there is nobody or no challenge yet, or a setting is out of range.
    NoPlanError
        When there is nothing to improve or repair.
    AlreadyRunningError, TooManyRunsError
        When a run of this event is under way, or too many wait.
    """
    version = current(session, hackathon.id).plan
    if version is None and kind is not RunKind.FORM:
        raise NoPlanError
    problem = _problem_for(session, hackathon, kind, version, similarity, max_moves)
    return _asked(
        session,
        TeamRun(
            hackathon_id=hackathon.id,
            kind=kind,
            author=author,
            base_id=version and version.id,
            problem=problem_text(problem),
            time_limit_s=time_limit_s,
            seed=seed,
            max_moves=max_moves if kind is RunKind.REPAIR else None,
            locks=locks_data(locks_of(version)),
        ),
    )


def ask_relaxed(session: Session, run: TeamRun, way: str, *, author: str = "") -> TeamRun:
    """The same run again with one rule given up: a key of :meth:`Impossibility.ways`.

    The settings of the event stay as they are. Raises NoRunError when the run was not impossible or has no such way
    out, and as :func:`ask_run`.
    """
    from matcher.hackathons.impossible import relaxed_by  # noqa: PLC0415 - with the solver, which most pages never need

    told = impossibility_of(run)
    if told is None or way not in told.ways():
        raise NoRunError
    problem = relaxed_by(problem_from_text(run.problem), told, way)
    published = problem.published
    return _asked(
        session,
        TeamRun(
            hackathon_id=run.hackathon_id,
            kind=run.kind,
            author=author,
            base_id=run.base_id,
            problem=problem_text(problem),
            time_limit_s=run.time_limit_s,
            seed=run.seed,
            max_moves=published.max_moves if published else None,
            locks=run.locks,
        ),
    )


def ask_stop(session: Session, run: TeamRun) -> None:
    """Tell its process to stop and keep the best teams so far; nothing when it is over. It takes a second or two."""
    with writing(session):
        if run.status in ACTIVE:
            run.stop_asked = True


def resume(session: Session, run: TeamRun) -> TeamRun:
    """Make an interrupted run wait for a process again; it goes on from the best teams so far.

    Raises NoRunError when it is not interrupted, AlreadyRunningError and TooManyRunsError as :func:`ask_run`.
    """
    with writing(session):
        if not interrupted(run, utc_now()):
            raise NoRunError
        _check_room(session, run.hackathon_id)
        run.status = RunStatus.WAITING
        run.stop_asked = False
        run.beat_at = utc_now()
    return run


def interrupted(run: TeamRun, now: datetime) -> bool:
    """Whether its process has given no sign of life for :data:`DEAD_S` seconds."""
    return run.status in ACTIVE and not _is_alive(run.beat_at or run.created_at, now)


def state(run: TeamRun, now: datetime) -> RunStatus:
    """Its status; INTERRUPTED when its process has died."""
    return RunStatus.INTERRUPTED if interrupted(run, now) else run.status


def latest(session: Session, hackathon_id: int) -> TeamRun | None:
    """The newest run of an event."""
    return session.scalar(select(TeamRun).filter_by(hackathon_id=hackathon_id).order_by(TeamRun.id.desc()).limit(1))


def run_of(session: Session, hackathon_id: int, run_id: int) -> TeamRun:
    """A run of this event. Raises NoRunError."""
    run = session.get(TeamRun, run_id)
    if run is None or run.hackathon_id != hackathon_id:
        raise NoRunError
    return run


def progress(session: Session, run_id: int, now: datetime) -> RunProgress:
    """How far a run is, read anew; raises NoRunError. Cost: one query of one row, without the problem."""
    columns = (
        TeamRun.id, TeamRun.status, TeamRun.best, TeamRun.bound, TeamRun.elapsed_s, TeamRun.time_limit_s,
        TeamPlanVersion.number, TeamRun.stop_asked, TeamRun.beat_at, TeamRun.created_at,
    )  # fmt: skip
    query = select(*columns).outerjoin(TeamPlanVersion, TeamPlanVersion.id == TeamRun.result_id)
    row = session.execute(query.where(TeamRun.id == run_id)).one_or_none()
    session.rollback()  # the next question is to see what was written meanwhile
    if row is None:
        raise NoRunError
    *values, beat_at, created_at = row
    found = RunProgress(*values)
    died = found.status in ACTIVE and not _is_alive(beat_at or created_at, now)
    return replace(found, status=RunStatus.INTERRUPTED) if died else found


def impossibility_of(run: TeamRun) -> Impossibility | None:
    """Why no teams keep all the rules, for a run that ended so. For organisers only."""
    if run.status is not RunStatus.IMPOSSIBLE:
        return None
    from matcher.hackathons.impossible import impossibility_from  # noqa: PLC0415 - as above

    return impossibility_from(run.message, problem_from_text(run.problem))


def _asked(session: Session, run: TeamRun) -> TeamRun:
    if not LEAST_S <= run.time_limit_s <= MOST_S:
        raise ValueError(f"A run takes {LEAST_S} to {MOST_S} seconds.")
    with writing(session):
        _check_room(session, run.hackathon_id)
        run.beat_at = utc_now()
        session.add(run)
    return run


def _check_room(session: Session, hackathon_id: int) -> None:
    active = session.scalars(select(TeamRun).where(TeamRun.status.in_(ACTIVE)).order_by(TeamRun.id)).all()
    alive = [run for run in active if not interrupted(run, utc_now())]
    own = next((run for run in alive if run.hackathon_id == hackathon_id), None)
    if own is not None:
        raise AlreadyRunningError(own)
    if sum(run.status is RunStatus.WAITING for run in alive) >= MOST_WAITING:
        raise TooManyRunsError


def _problem_for(
    session: Session,
    hackathon: Hackathon,
    kind: RunKind,
    version: TeamPlanVersion | None,
    similarity: Similarity | None,
    max_moves: int | None,
) -> Problem:
    given: Assignment = {}
    if version is not None:
        given = plan_of(version).assignment
        similarity = similarity_in(problem_of(version)) if similarity is None else similarity
    held = locks_for(given, locks_of(version))
    problem = build_problem(session, hackathon, similarity=similarity, locks=held)
    if kind is RunKind.IMPROVE:
        return keeping_teams(problem, given)
    if kind is RunKind.REPAIR:
        from matcher.teams.repair import repair_problem  # noqa: PLC0415 - as above

        people = {person.id for person in problem.participants}
        declined = [who for who, slot in given.items() if who in people and (who, slot.challenge) in problem.never]
        return repair_problem(problem, given, declined=declined, max_moves=max_moves)
    return problem


def _is_alive(beat_at: datetime, now: datetime) -> bool:
    return now - beat_at < timedelta(seconds=DEAD_S)
