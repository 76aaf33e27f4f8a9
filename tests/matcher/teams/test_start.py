"""The first assignment: it keeps the hard rules, and is better than chance."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings

from matcher.teams.costs import BROKEN, compile_problem
from matcher.teams.problem import AvoidPair, Challenge, Lock, Participant, Problem, Published, Rules, Slot
from matcher.teams.start import start
from tests.matcher.teams.events import event, valid
from tests.matcher.teams.problems import planted


def _people(count: int, *, ranked: tuple[str, ...] = ()) -> tuple[Participant, ...]:
    return tuple(Participant(f"p{index:02}", languages=frozenset({"fr"}), ranked=ranked) for index in range(count))


def _started(problem: Problem, seed: int = 0) -> dict[str, Slot]:
    compiled = compile_problem(problem)
    return dict(compiled.assignment(start(compiled, seed=seed)))


@pytest.mark.parametrize("people", [12, 33, 60, 150])
def test_it_keeps_all_hard_rules_of_an_event(people: int) -> None:
    """Avoid pairs, two languages and team sizes hold from the first assignment on."""
    problem = event(people)
    assert valid(problem, _started(problem))


def test_a_seed_gives_the_same_start_again() -> None:
    """Nothing but the seed is random."""
    problem = event(40)
    assert _started(problem, 3) == _started(problem, 3)


def test_everybody_gets_their_first_choice_when_the_teams_allow_it() -> None:
    """Ten people want each of two challenges, and two teams of five fit there."""
    problem = Problem(
        tuple(
            replace(person, id=f"{wish}-{person.id}", ranked=(wish,))
            for wish in ("water", "trees")
            for person in _people(10)
        ),
        (Challenge("water"), Challenge("trees"), Challenge("roads")),
    )
    started = _started(problem)
    assert all(slot.challenge == who.split("-")[0] for who, slot in started.items())
    assert sorted(Counter(started.values()).values()) == [5, 5, 5, 5]


def test_scarce_roles_are_spread() -> None:
    """Four designers among twenty people come to four different teams of the one challenge."""
    people = tuple(
        replace(person, roles=frozenset({"design"}) if index < 4 else frozenset())
        for index, person in enumerate(_people(20))
    )
    started = _started(Problem(people, (Challenge("water", {"design": 1}),)))
    assert len({started[person.id] for person in people[:4]}) == 4


def test_blocks_locks_and_exclusions_hold() -> None:
    """Three who came together stay so, the locked one is in that very team, the excluded one is not there."""
    problem = replace(
        event(30),
        blocks=(frozenset({"p0001", "p0002", "p0003"}),),
        locks=(Lock("p0004", "c1", 2), Lock("p0005", "c0")),
        never=frozenset({("p0006", "c0"), ("p0006", "c1")}),
    )
    problem = replace(problem, avoid=())
    started = _started(problem)
    assert valid(problem, started)
    assert started["p0004"] == Slot("c1", 2)


def test_a_web_of_people_who_avoid_one_another_is_taken_apart() -> None:
    """Four of twelve must be in four different teams, which there are."""
    web = [f"p{index:02}" for index in range(4)]
    pairs = tuple(AvoidPair(a, b, confirmed=True) for at, a in enumerate(web) for b in web[at + 1 :])
    problem = Problem(_people(12), (Challenge("water"),), avoid=pairs, rules=Rules(3, 3, 3))
    started = _started(problem)
    assert valid(problem, started)
    assert len({started[who] for who in web}) == 4


def test_two_languages_make_teams_of_their_own() -> None:
    """Six who speak only French and four who speak only English cannot be mixed, whatever they want."""
    people = tuple(
        Participant(f"p{index}", languages=frozenset({"fr" if index < 6 else "en"}), ranked=("water",))
        for index in range(10)
    )
    problem = Problem(people, (Challenge("water"), Challenge("trees")))
    assert valid(problem, _started(problem))


def test_with_a_published_plan_only_those_without_a_place_are_dealt() -> None:
    """One of ten comes late and joins a team of those that are published; nobody moves."""
    people = _people(10)
    published = {person.id: Slot("water", 1 + index % 2) for index, person in enumerate(people[:9])}
    problem = Problem(people, (Challenge("water"), Challenge("trees")), published=Published(published, max_moves=0))
    started = _started(problem)
    assert valid(problem, started)
    assert {who: started[who] for who in published} == published


def test_too_many_late_arrivals_for_the_teams_open_another() -> None:
    """Two full teams of six and three late arrivals need a third team, of people who may move."""
    people = _people(15)
    published = {person.id: Slot("water", 1 + index % 2) for index, person in enumerate(people[:12])}
    problem = Problem(people, (Challenge("water"),), published=Published(published))
    assert valid(problem, _started(problem))


def test_without_any_slot_it_says_so() -> None:
    """A challenge that may have no team is no place to start."""
    with pytest.raises(ValueError, match="No challenge may have a team"):
        start(compile_problem(Problem(_people(5), (Challenge("water", max_teams=0),))))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(planted())
def test_it_gives_everybody_an_existing_slot_and_mostly_breaks_nothing(made: tuple[Problem, object]) -> None:
    """Whatever the rules, everybody has a slot; what is broken is counted, never hidden."""
    problem, _ = made
    compiled = compile_problem(problem)
    slot_of = start(compiled)
    assert len(slot_of) == len(compiled.people)
    assert all(0 <= slot < len(compiled.slots) for slot in slot_of)
    assert (compiled.total(slot_of) < BROKEN) == valid(problem, compiled.assignment(slot_of))
