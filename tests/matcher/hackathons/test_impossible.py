"""When no teams keep all the rules: which ones, and a way out with one click."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from matcher.hackathons import plans, runs
from matcher.hackathons.computing import perform_run
from matcher.hackathons.impossible import Impossibility, explained, impossibility_from, impossibility_text
from matcher.hackathons.runs import NoRunError
from matcher.store import TeamRun
from matcher.teams.checker import Rule
from matcher.teams.conflict_prices import PricedChange
from matcher.teams.contradictions import Conflict
from matcher.teams.problem import AvoidPair, Challenge, Participant, Problem, Rules
from matcher.teams.ways_out import Relaxation
from matcher.vocabulary import RunKind, RunStatus
from tests.matcher.hackathons.events import Event, make_event


def ended(session: Session, engine: Engine, run: TeamRun) -> TeamRun:
    """The run after its process."""
    perform_run(sessionmaker(engine), run.id, iterations=20)
    session.rollback()
    return run


@pytest.fixture
def impossible(session: Session, engine: Engine) -> tuple[Event, TeamRun]:
    """Seven people where teams have exactly six."""
    event = make_event(session, people=7, challenges=2)
    event.hackathon.size_min = event.hackathon.size_target = event.hackathon.size_max = 6
    session.commit()
    run = runs.ask_run(session, event.hackathon, RunKind.FORM, time_limit_s=5)
    return event, ended(session, engine, run)


def test_the_run_says_what_cannot_be_and_what_could(session: Session, impossible: tuple[Event, TeamRun]) -> None:
    """No version is made; the finding and its ways out can be read from the run."""
    event, run = impossible
    assert run.status is RunStatus.IMPOSSIBLE
    assert plans.versions(session, event.hackathon.id) == []
    told = runs.impossibility_of(run)
    assert told is not None
    assert told.proven
    assert [finding.conflict for finding in told.findings] == [Conflict.SIZES]
    assert all(isinstance(way, Relaxation) for way in told.ways().values())


def test_one_click_computes_with_the_rule_given_up(
    session: Session, engine: Engine, impossible: tuple[Event, TeamRun]
) -> None:
    """Each way out leads to teams; the settings of the event stay as they are."""
    event, run = impossible
    told = runs.impossibility_of(run)
    assert told is not None
    for way in told.ways():
        again = ended(session, engine, runs.ask_relaxed(session, run, way, author="Ada"))
        assert again.status is RunStatus.DONE
    assert event.hackathon.size_max == 6


def test_a_way_out_that_nobody_offered_is_refused(session: Session, impossible: tuple[Event, TeamRun]) -> None:
    """A form can send anything."""
    for way in ("", "finding-0-99", "change-0", "x"):
        with pytest.raises(NoRunError):
            runs.ask_relaxed(session, impossible[1], way)


def _web() -> Problem:
    """Four people of whom three are to be kept apart from each other, and teams of two: no count sees it at once."""
    people = tuple(Participant(str(number), languages=frozenset({"fr"})) for number in range(1, 5))
    pairs = tuple(AvoidPair(first, second, confirmed=True) for first, second in (("1", "2"), ("1", "3"), ("2", "3")))
    return Problem(people, (Challenge("7"),), avoid=pairs, rules=Rules(size_min=2, size_target=2, size_max=2))


def test_a_deeper_contradiction_is_told_by_its_fewest_rules() -> None:
    """They and what each change leads to survive being stored, and a change gives the problem with it."""
    problem = _web()
    told = explained(problem)
    assert told.findings == ()
    assert {rule.rule for rule in told.rules} <= {Rule.AVOID, Rule.TOO_SMALL, Rule.TOO_LARGE}
    assert told.minimal
    read = impossibility_from(impossibility_text(told), problem)
    assert read == told
    ways = read.ways()
    assert ways
    assert all(isinstance(way, PricedChange) and way.problem != problem for way in ways.values())


def test_nothing_found_in_time_is_not_called_impossible() -> None:
    """The page says that more time may help."""
    assert not Impossibility().proven
    assert Impossibility().ways() == {}


def test_texts_name_nobody_who_is_to_be_kept_apart() -> None:
    """Private parts are stored for the organiser, but are in no text of these objects."""
    told = explained(_web())
    assert "first" not in repr(told)
    assert all("1" not in str(rule) for rule in told.rules if rule.rule is Rule.AVOID)
