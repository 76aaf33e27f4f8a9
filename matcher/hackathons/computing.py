"""One run of a computation of teams, from its turn to its version, in the process that was started for it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from matcher.hackathons.impossible import explained, impossibility_text
from matcher.hackathons.locks import locks_from
from matcher.hackathons.run_life import Life, TakenOverError
from matcher.hackathons.versions import add_version, current, plan_of
from matcher.store import TeamPlanVersion, TeamRun
from matcher.teams.files import plan_from_text, problem_from_text
from matcher.teams.plan import Status, TeamPlan
from matcher.teams.problem import Assignment, Problem
from matcher.teams.repair import repair
from matcher.teams.solver import solve
from matcher.vocabulary import PlanOrigin, RunKind, RunStatus

ORIGINS: Final = {
    RunKind.FORM: PlanOrigin.SOLVED,
    RunKind.IMPROVE: PlanOrigin.IMPROVED,
    RunKind.REPAIR: PlanOrigin.REPAIRED,
}
#: Least seconds that a resumed run gets. Chosen.
LEAST_LEFT_S: Final = 5.0


def perform_run(
    sessions: sessionmaker[Session], run_id: int, *, workers: int = 1, iterations: int | None = None
) -> RunStatus | None:
    """Wait for the turn of a run, compute, check, add a version; how it ended, None when it was not ours to do.

    The version becomes the one that the organisers work on, unless they changed teams meanwhile: then it is one more to
    choose from. What people see never changes here.

    Parameters
    ----------
    workers, iterations
        See :func:`matcher.teams.solver.solve`. With one worker and `iterations`, a seed gives the same teams again.

    Any error of the computation is raised again after the run is marked as FAILED.
    """
    life = Life(sessions, run_id)
    if not life.wait_for_turn():
        return None
    try:
        with life:
            job = _job(sessions, run_id)
            life.about(job.problem)
            plan = _computed(job, life, workers, iterations)
            is_impossible = plan.cost is None and plan.status is not Status.STOPPED
            message = impossibility_text(explained(job.problem, seed=job.run.seed)) if is_impossible else ""
        return _finished(life, job, plan, message)
    except TakenOverError:
        return None
    except Exception:
        with suppress(TakenOverError, OperationalError), life.writing(status=RunStatus.FAILED):
            pass
        raise


@dataclass(frozen=True, slots=True)
class _Job:
    """What is to be done: the run as it was at its turn, its problem, the teams to begin with, those of its base."""

    run: TeamRun
    problem: Problem
    start: Assignment | None
    base: Assignment

    @property
    def seconds(self) -> float:
        """How long it may compute."""
        return max(LEAST_LEFT_S, self.run.time_limit_s - self.run.elapsed_s)


def _job(sessions: sessionmaker[Session], run_id: int) -> _Job:
    with sessions() as session:
        run = session.get_one(TeamRun, run_id)
        base = None if run.base_id is None else session.get(TeamPlanVersion, run.base_id)
        given = {} if base is None else plan_of(base).assignment
        begun = plan_from_text(run.best_plan).assignment if run.best_plan else None
        session.expunge_all()
    from_base = given if run.kind is RunKind.IMPROVE else None
    return _Job(run, problem_from_text(run.problem), begun or from_base, given)


def _computed(job: _Job, life: Life, workers: int, iterations: int | None) -> TeamPlan:
    run = job.run
    if run.kind is RunKind.REPAIR and job.problem.published is not None:
        known = job.problem.published.assignment
        people = {person.id for person in job.problem.participants}
        return repair(
            job.problem,
            job.base or known,
            declined=[who for who in job.base if who in people and who not in known],
            max_moves=run.max_moves,
            time_limit_s=job.seconds,
            iterations=iterations,
            seed=run.seed,
            on_progress=life.on_progress,
        )
    return solve(
        job.problem,
        time_limit_s=job.seconds,
        iterations=iterations,
        seed=run.seed,
        workers=workers,
        on_progress=life.on_progress,
        start=job.start,
        on_better=life.on_better,
    )


def _finished(life: Life, job: _Job, plan: TeamPlan, message: str) -> RunStatus:
    run = job.run
    status = RunStatus.STOPPED if plan.status is Status.STOPPED else RunStatus.DONE
    if message:
        status = RunStatus.IMPOSSIBLE
    numbers = {"best": plan.cost, "bound": plan.bound, "elapsed_s": run.elapsed_s + plan.elapsed_s}
    with life.writing(status=status, message=message, **numbers) as session:
        if plan.cost is not None:
            pointer = current(session, run.hackathon_id)
            version = add_version(
                session,
                run.hackathon_id,
                problem=job.problem,
                plan=plan,
                origin=ORIGINS[run.kind],
                author=run.author,
                locks=locks_from(run.locks),
                seed=run.seed,
                parent_id=run.base_id,
                becomes_current=pointer.plan_id == run.base_id,
            )
            session.get_one(TeamRun, run.id).result_id = version.id
    return status
