"""A process that computes teams is killed at any moment: what people see stays, and another process goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from matcher.clock import utc_now
from matcher.hackathons import plans, runs
from matcher.hackathons.computing import perform_run
from matcher.store import TeamPlace
from matcher.teams.checker import check
from matcher.teams.files import plan_from_text, problem_from_text
from matcher.vocabulary import RunKind, RunStatus
from tests.matcher.hackathons.events import formed, make_event, seen
from tests.matcher.hackathons.test_runs import wait_for

ROOT = Path(__file__).parents[3]
PROCESS = """
import sys
from sqlalchemy.orm import sessionmaker
from matcher.hackathons.computing import perform_run
from matcher.store.session import open_engine
perform_run(sessionmaker(open_engine(sys.argv[1])), int(sys.argv[2]), workers=int(sys.argv[3]))
"""


@pytest.mark.parametrize(("after_s", "workers"), [(0.0, 1), (0.4, 1), (1.7, 2), (3.1, 1)])
def test_killed_at_any_moment(session: Session, engine: Engine, after_s: float, workers: int) -> None:
    """Published teams and answers are untouched, what was found is kept, and the run is done by the next process."""
    event = make_event(session, people=48, challenges=6)
    formed(session, event, {event.who(at): event.slot(at // 8, 1 + at % 8 // 4) for at in range(48)})
    published = plans.publish(session, event.hackathon.id, seen_revision=seen(session, event))
    before = [(place.registration_id, place.challenge_id, place.team_number) for place in _places(session)]
    run = runs.ask_run(session, event.hackathon, RunKind.IMPROVE, time_limit_s=60)
    url = engine.url.render_as_string()
    process = subprocess.Popen(
        [sys.executable, "-c", PROCESS, url, str(run.id), str(workers)], cwd=ROOT, start_new_session=True
    )
    try:
        wait_for(session, lambda: runs.progress(session, run.id, utc_now()).status is RunStatus.RUNNING)
        time.sleep(after_s)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    session.rollback()
    assert plans.current(session, event.hackathon.id).published_id == published.id
    assert plans.current_version(session, event.hackathon.id) == published
    assert [(place.registration_id, place.challenge_id, place.team_number) for place in _places(session)] == before
    kept = plan_from_text(run.best_plan) if run.best_plan else None
    if kept is not None:
        assert check(problem_from_text(run.problem), kept.assignment).cost == kept.cost

    assert runs.state(run, utc_now() + timedelta(seconds=runs.DEAD_S)) is RunStatus.INTERRUPTED
    run.beat_at = utc_now() - timedelta(seconds=runs.DEAD_S)
    session.commit()
    runs.resume(session, run)
    session.rollback()
    assert perform_run(sessionmaker(engine), run.id, iterations=10) is RunStatus.DONE
    session.rollback()
    found = plans.current_version(session, event.hackathon.id)
    assert found.id == run.result_id
    assert found.cost <= min(published.cost, kept.cost if kept and kept.cost is not None else published.cost)
    assert plans.current(session, event.hackathon.id).published_id == published.id


def test_what_was_found_is_stored_while_it_is_looked_for(session: Session, engine: Engine) -> None:
    """A run that is killed after some seconds leaves teams that keep all the rules, to go on from."""
    event = make_event(session, people=60, challenges=6)
    run = runs.ask_run(session, event.hackathon, RunKind.FORM, time_limit_s=60)
    url = engine.url.render_as_string()
    process = subprocess.Popen([sys.executable, "-c", PROCESS, url, str(run.id), "1"], cwd=ROOT, start_new_session=True)
    try:
        wait_for(session, lambda: bool(run.best_plan))
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert check(problem_from_text(run.problem), plan_from_text(run.best_plan).assignment).valid


def _places(session: Session) -> list[TeamPlace]:
    return list(session.scalars(select(TeamPlace).order_by(TeamPlace.registration_id)))
