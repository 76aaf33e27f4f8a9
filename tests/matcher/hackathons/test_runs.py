"""Computations of teams: what they add, what they never touch, how they wait, stop, fail and are taken up again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from matcher.clock import utc_now
from matcher.hackathons import plans, runs
from matcher.hackathons.computing import perform_run
from matcher.hackathons.locks import Locks, team_key
from matcher.hackathons.plans import NoPlanError
from matcher.hackathons.run_life import Life, TakenOverError
from matcher.hackathons.runs import AlreadyRunningError, NoRunError, TooManyRunsError
from matcher.store import TeamPlace, TeamRun
from matcher.teams.problem import Assignment
from matcher.vocabulary import Attendance, PlaceAnswer, PlanOrigin, RunKind, RunStatus
from tests.hackathons import make_registration
from tests.matcher.hackathons.events import Event, formed, make_event, seen

#: Iterations of a solve that is to be quick and repeatable.
FEW = 20


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    """As a process of its own has them."""
    return sessionmaker(engine)


@pytest.fixture
def made(session: Session) -> Event:
    """Twelve people and three challenges, no teams yet."""
    return make_event(session)


def computed(
    session: Session, sessions: sessionmaker[Session], event: Event, kind: RunKind = RunKind.FORM, **asked: object
) -> TeamRun:
    """A run that was asked for and done, read anew."""
    session.rollback()
    run = runs.ask_run(session, event.hackathon, kind, **{"time_limit_s": 60, **asked})
    perform_run(sessions, run.id, iterations=FEW)
    session.rollback()
    return run


def places(session: Session, event: Event) -> Assignment:
    """Where everybody is in the version that the organisers work on."""
    session.rollback()
    return plans.plan_of(plans.current_version(session, event.hackathon.id)).assignment


def test_a_run_adds_a_version_that_says_how_it_came_about(
    session: Session, sessions: sessionmaker[Session], made: Event
) -> None:
    """Everybody has a team; author, seed and origin are those of the run, and the row holds the end result."""
    run = computed(session, sessions, made, author="Ada", seed=7)
    version = plans.current_version(session, made.hackathon.id)
    assert (run.status, run.result_id, run.best, run.bound) == (RunStatus.DONE, version.id, version.cost, version.bound)
    assert (version.origin, version.author, version.seed) == (PlanOrigin.SOLVED, "Ada", 7)
    assert plans.standing(session, made.hackathon, version).broken == ()
    assert runs.latest(session, made.hackathon.id) is run
    assert runs.progress(session, run.id, utc_now()).result == version.number


def test_a_seed_gives_the_same_teams_again(session: Session, sessions: sessionmaker[Session], made: Event) -> None:
    """With one worker and iterations instead of seconds."""
    found = []
    for _ in range(2):
        computed(session, sessions, made, seed=5)
        found.append(places(session, made))
    assert found[0] == found[1]


def test_improving_begins_with_the_teams_at_hand(
    session: Session, sessions: sessionmaker[Session], made: Event
) -> None:
    """The result is never worse, costs nothing for moving people, and can be undone to what it was made from."""
    before = formed(session, made)
    run = computed(session, sessions, made, RunKind.IMPROVE)
    version = plans.current_version(session, made.hackathon.id)
    assert version.cost < before.cost
    assert (version.parent_id, version.origin) == (before.id, PlanOrigin.IMPROVED)
    assert plans.problem_of(version).published is None
    best = computed(session, sessions, made, RunKind.IMPROVE).best
    assert best is not None
    assert run.best is not None
    assert best <= run.best


@pytest.mark.parametrize("kind", [RunKind.FORM, RunKind.IMPROVE])
def test_what_is_held_stays(session: Session, sessions: sessionmaker[Session], made: Event, kind: RunKind) -> None:
    """A person and a whole team are where they were, whatever that costs, and are still held afterwards."""
    formed(session, made)
    locks = Locks(frozenset({made.who(0)}), frozenset({team_key(made.slot(1))}))
    plans.set_locks(session, made.hackathon.id, locks, author="", seen_revision=seen(session, made))
    computed(session, sessions, made, kind)
    after = places(session, made)
    assert all(after[made.who(at)] == made.in_order(4)[made.who(at)] for at in (0, 4, 5, 6, 7))
    assert plans.locks_of(plans.current_version(session, made.hackathon.id)) == locks


def test_who_changed_the_teams_meanwhile_loses_nothing(
    session: Session, sessions: sessionmaker[Session], made: Event
) -> None:
    """The result of the run is one more version; the organisers go on with what they changed by hand."""
    formed(session, made)
    run = runs.ask_run(session, made.hackathon, RunKind.IMPROVE, time_limit_s=60)
    by_hand = plans.move_person(
        session, made.hackathon.id, made.who(0), made.slot(1), author="", seen_revision=seen(session, made)
    )
    session.rollback()
    assert perform_run(sessions, run.id, iterations=FEW) is RunStatus.DONE
    session.rollback()
    assert plans.current_version(session, made.hackathon.id) == by_hand
    assert runs.progress(session, run.id, utc_now()).result == 3


def test_a_repair_moves_few_and_places_all(session: Session, sessions: sessionmaker[Session], made: Event) -> None:
    """One does not come, one declines, one comes late: at most two others change team."""
    formed(session, made)
    plans.publish(session, made.hackathon.id, seen_revision=seen(session, made))
    session.get_one(TeamPlace, made.people[5].id).answer = PlaceAnswer.DECLINED
    made.people[0].attendance = Attendance.NO_SHOW
    session.commit()
    late = str(make_registration(session, made.hackathon).id)
    run = computed(session, sessions, made, RunKind.REPAIR, max_moves=2)
    after = places(session, made)
    assert (run.status, run.max_moves) == (RunStatus.DONE, 2)
    assert made.who(0) not in after
    assert late in after
    assert after[made.who(5)].challenge != made.slot(1).challenge
    others = set(made.in_order(4)) - {made.who(0), made.who(5)}
    assert sum(after[who] != made.in_order(4)[who] for who in others) <= 2


def test_a_stopped_run_keeps_its_best_teams(session: Session, sessions: sessionmaker[Session], made: Event) -> None:
    """The button is seen within some seconds, and there is a version."""
    large = make_event(session, people=90, challenges=6)
    run = runs.ask_run(session, large.hackathon, RunKind.FORM, time_limit_s=300)
    process = threading.Thread(target=perform_run, args=(sessions, run.id))
    process.start()
    wait_for(session, lambda: runs.progress(session, run.id, utc_now()).best is not None)
    runs.ask_stop(session, run)
    process.join(60)
    session.rollback()
    assert run.status is RunStatus.STOPPED
    assert plans.current_version(session, large.hackathon.id).id == run.result_id


def test_one_run_an_event_and_a_few_a_site(session: Session) -> None:
    """Whoever asks again is led to the run under way; when too many wait, nobody is made to wait for nothing."""
    events = [make_event(session, people=6, challenges=2) for _ in range(runs.MOST_WAITING + 1)]
    asked = [runs.ask_run(session, event.hackathon, RunKind.FORM, time_limit_s=5) for event in events[:-1]]
    with pytest.raises(AlreadyRunningError) as already:
        runs.ask_run(session, events[0].hackathon, RunKind.FORM, time_limit_s=5)
    assert already.value.run == asked[0]
    with pytest.raises(TooManyRunsError):
        runs.ask_run(session, events[-1].hackathon, RunKind.FORM, time_limit_s=5)
    _die(session, asked[0])
    runs.ask_run(session, events[-1].hackathon, RunKind.FORM, time_limit_s=5)


def test_a_third_run_waits_for_its_turn(session: Session, sessions: sessionmaker[Session]) -> None:
    """It begins when one of the two ends, or when its process has died."""
    first, second, third = (
        runs.ask_run(session, make_event(session, people=6, challenges=2).hackathon, RunKind.FORM, time_limit_s=5)
        for _ in range(3)
    )
    for run in (first, second):
        assert Life(sessions, run.id).wait_for_turn()
    process = threading.Thread(target=perform_run, args=(sessions, third.id), kwargs={"iterations": FEW})
    process.start()
    time.sleep(1.5)
    session.rollback()
    assert (first.status, second.status, third.status) == (RunStatus.RUNNING, RunStatus.RUNNING, RunStatus.WAITING)
    _die(session, first)
    process.join(60)
    session.rollback()
    assert third.status is RunStatus.DONE


def test_a_process_that_was_replaced_writes_nothing_more(
    session: Session, sessions: sessionmaker[Session], made: Event
) -> None:
    """It had only been suspended: when it wakes up, another one is at work, and its result counts."""
    run = runs.ask_run(session, made.hackathon, RunKind.FORM, time_limit_s=5)
    asleep = Life(sessions, run.id)
    assert asleep.wait_for_turn()
    session.rollback()
    _die(session, run)
    runs.resume(session, run)
    with pytest.raises(TakenOverError), asleep.writing(status=RunStatus.DONE):
        pass
    assert perform_run(sessions, run.id, iterations=FEW) is RunStatus.DONE
    assert perform_run(sessions, run.id, iterations=FEW) is None
    session.rollback()
    assert len(plans.versions(session, made.hackathon.id)) == 1


def test_only_an_interrupted_run_is_taken_up_again(session: Session, made: Event) -> None:
    """A run counts as interrupted after some time without a sign of life, not before."""
    run = runs.ask_run(session, made.hackathon, RunKind.FORM, time_limit_s=5)
    with pytest.raises(NoRunError):
        runs.resume(session, run)
    session.rollback()
    late = utc_now() + timedelta(seconds=runs.DEAD_S + 1)
    assert runs.state(run, utc_now()) is RunStatus.WAITING
    assert runs.state(run, late) is RunStatus.INTERRUPTED
    assert runs.progress(session, run.id, late).status is RunStatus.INTERRUPTED


def test_an_error_leaves_everything_as_it_was(session: Session, sessions: sessionmaker[Session], made: Event) -> None:
    """The run says that it failed, the error reaches the caller, and no teams change."""
    before = formed(session, made)
    run = runs.ask_run(session, made.hackathon, RunKind.FORM, time_limit_s=5)
    run.problem = "{}"
    session.commit()
    with pytest.raises(ValueError, match="format"):
        perform_run(sessions, run.id)
    session.rollback()
    assert (run.status, run.message, run.result_id) == (RunStatus.FAILED, "", None)
    assert plans.current_version(session, made.hackathon.id) == before


def test_what_cannot_be_asked_for_is_refused(session: Session, made: Event) -> None:
    """Nothing to improve or repair before the first teams, and no run of an hour."""
    for kind in (RunKind.IMPROVE, RunKind.REPAIR):
        with pytest.raises(NoPlanError):
            runs.ask_run(session, made.hackathon, kind, time_limit_s=5)
    for seconds in (runs.LEAST_S - 1, runs.MOST_S + 1):
        with pytest.raises(ValueError, match="seconds"):
            runs.ask_run(session, made.hackathon, RunKind.FORM, time_limit_s=seconds)
    with pytest.raises(NoRunError):
        runs.run_of(session, made.hackathon.id, 99)


def wait_for(session: Session, condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Look again and again, at what is stored now."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.05)
        session.rollback()


def _die(session: Session, run: TeamRun) -> None:
    """As if its process had died some time ago."""
    session.rollback()
    run.beat_at = utc_now() - timedelta(seconds=runs.DEAD_S + 1)
    session.commit()
