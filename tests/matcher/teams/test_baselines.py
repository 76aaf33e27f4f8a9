"""The simple solvers do what their names say, keep the hard rules, and admit when they do not find a plan."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.teams.generator import Kind, Recipe, generate
from matcher.teams import baselines
from matcher.teams.checker import check
from matcher.teams.problem import (
    Assignment,
    AvoidPair,
    Challenge,
    Lock,
    Participant,
    Problem,
    Published,
    Rules,
    Slot,
    Solver,
    Status,
    TeamPlan,
    Term,
)
from tests.matcher.teams.problems import planted

SOLVERS: dict[str, Solver] = {
    "random_teams": baselines.random_teams,
    "greedy_teams": baselines.greedy_teams,
    "snake_draft": baselines.snake_draft,
    "assignment": baselines.assignment,
    "harmonic": baselines.harmonic,
}
EACH = pytest.mark.parametrize("name", SOLVERS)

THREES = Rules(size_min=3, size_target=3, size_max=3, common_language=False)
WATER_AND_AIR = (Challenge("water", max_teams=1), Challenge("air", max_teams=1))


def solved(name: str, problem: Problem, iterations: int = 8, seed: int = 0) -> TeamPlan:
    """The plan of a solver, which has all the time that it needs."""
    return SOLVERS[name](problem, time_limit_s=1e6, iterations=iterations, seed=seed)


def assert_right(problem: Problem, plan: TeamPlan) -> None:
    """The checker agrees with a plan, or the plan is empty and says so."""
    if plan.assignment:
        found = check(problem, plan.assignment)
        assert not found.broken, list(map(str, found.broken))
        assert (plan.cost, dict(plan.costs)) == (found.cost, dict(found.costs))
        assert plan.bound <= found.cost
    else:
        assert (plan.cost, plan.teams) == (None, ())
        assert plan.status in {Status.INFEASIBLE, Status.STOPPED}


def people(wishes: str, experience: str = "") -> tuple[Participant, ...]:
    """Participants a, b, c... who each rank one challenge: "w" water, "a" air."""
    first = {"w": "water", "a": "air"}
    return tuple(
        Participant("abcdefghijkl"[at], ranked=(first[wish],), experience=int(experience[at]) if experience else 0)
        for at, wish in enumerate(wishes)
    )


@EACH
@pytest.mark.parametrize("kind", Kind)
def test_a_hackathon_of_twenty_gets_a_valid_plan(name: str, kind: Kind) -> None:
    """Everybody has a team, no hard rule is broken, and the cost is what the checker says."""
    problem = generate(Recipe(20, kind, 3))
    plan = solved(name, problem)
    assert plan.assignment
    assert_right(problem, plan)
    assert plan.solver == name


@EACH
def test_a_seed_gives_the_same_plan_again(name: str) -> None:
    """Iterations, not seconds, bound the work: nothing depends on the clock."""
    problem = generate(Recipe(24, Kind.MANY_FRIENDS, 1))
    first, again = (solved(name, problem, iterations=3, seed=5) for _ in range(2))
    assert first.assignment == again.assignment


@EACH
@settings(max_examples=25, deadline=None)
@given(planted(most=10), st.integers(0, 3))
def test_a_plan_is_valid_or_there_is_none(name: str, made: tuple[Problem, Assignment], seed: int) -> None:
    """Whatever the problem: no plan with a broken rule is ever given back."""
    problem, _ = made
    assert_right(problem, solved(name, problem, iterations=1, seed=seed))


@EACH
def test_bound_people_are_seated_first(name: str) -> None:
    """A block stays together, a lock holds, and who must be apart is apart."""
    problem = Problem(
        people("wwwaaa"),
        WATER_AND_AIR,
        rules=THREES,
        blocks=(frozenset("ad"),),
        locks=(Lock("b", "air", 1),),
        avoid=(AvoidPair("b", "c", confirmed=True), AvoidPair("b", "a", confirmed=True)),
    )
    plan = solved(name, problem)
    assert_right(problem, plan)
    assert {who for who, slot in plan.assignment.items() if slot == Slot("air", 1)} == {"b", "e", "f"}


@EACH
def test_contradictory_rules_give_an_empty_plan(name: str) -> None:
    """Three people, one team, and two of them must be apart: not found, and said."""
    problem = Problem(
        people("www"), (Challenge("water", max_teams=1),), rules=THREES, avoid=(AvoidPair("a", "b", confirmed=True),)
    )
    plan = solved(name, problem, iterations=1)
    assert_right(problem, plan)
    assert plan.status is Status.INFEASIBLE


@EACH
def test_no_team_may_exist(name: str) -> None:
    """Every challenge is closed: an empty plan, no error."""
    plan = solved(name, Problem(people("www"), (Challenge("water", max_teams=0), Challenge("air", max_teams=0))))
    assert (plan.status, plan.assignment) == (Status.INFEASIBLE, {})


@EACH
def test_the_greatest_number_of_moves_is_not_looked_at_but_respected(name: str) -> None:
    """None of them can improve a published plan: where people may not move, it finds that plan or none."""
    published = {who: Slot("air" if who in "abc" else "water", 1) for who in "abcdef"}
    problem = Problem(people("wwwaaa"), WATER_AND_AIR, rules=THREES, published=Published(published, max_moves=0))
    plan = solved(name, problem, iterations=2)
    assert_right(problem, plan)
    assert plan.assignment in ({}, published)


@EACH
def test_the_caller_can_stop(name: str) -> None:
    """Progress is told, and a refusal ends the work with the best plan so far."""
    told: list[int] = []

    def on_progress(_: int | None, bound: int, __: float) -> bool:
        told.append(bound)
        return False

    problem = generate(Recipe(20, Kind.EASY, 1))
    plan = SOLVERS[name](problem, time_limit_s=1e6, on_progress=on_progress)
    assert told
    assert plan.status is Status.STOPPED
    assert_right(problem, plan)


def test_random_teams_differ_by_seed() -> None:
    """Chance decides, nothing else."""
    problem = generate(Recipe(20, Kind.EASY, 1))
    plans = [solved("random_teams", problem, iterations=1, seed=seed) for seed in range(4)]
    assert len({tuple(sorted(plan.assignment.items())) for plan in plans}) == 4


def test_more_draws_never_cost_more() -> None:
    """The cheapest of all plans made is given back."""
    problem = generate(Recipe(20, Kind.EASY, 1))
    for name in ("random_teams", "greedy_teams", "snake_draft", "assignment"):
        costs = [solved(name, problem, iterations=count).cost or 0 for count in (1, 4, 16)]
        assert costs == sorted(costs, reverse=True)


def test_greedy_spreads_a_scarce_role() -> None:
    """Two designers, two teams that want one each: one in each."""
    members = tuple(
        replace(person, roles=frozenset({"design" if person.id in "af" else "tech"})) for person in people("wwwwww")
    )
    problem = Problem(members, (Challenge("water", roles={"design": 1}, max_teams=2),), rules=THREES)
    plan = solved("greedy_teams", problem, iterations=1)
    assert plan.assignment["a"] != plan.assignment["f"]
    assert plan.costs[Term.ROLES] == 0


def test_a_snake_draft_shares_experience_out() -> None:
    """Picks go 3 | 3, 2 | 2, 1 | 1: both teams have the same sum."""
    problem = Problem(people("wwwwww", "332211"), (Challenge("water", max_teams=2),), rules=THREES)
    plan = solved("snake_draft", problem, iterations=1)
    experience = {person.id: person.experience for person in problem.participants}
    sums = [sum(experience[who] for who in team.members) for team in plan.teams]
    assert sums == [6, 6]


@pytest.mark.parametrize("name", ["snake_draft", "assignment", "harmonic"])
def test_wishes_that_do_not_conflict_are_all_met(name: str) -> None:
    """Three people for each of two challenges with one team: the first choice of everybody."""
    problem = Problem(people("wawawa"), WATER_AND_AIR, rules=THREES)
    assert solved(name, problem, iterations=30).costs[Term.PREFERENCE] == 0


def test_an_assignment_looks_at_ranks_alone() -> None:
    """It gives everybody a first choice although the teams would be much better otherwise."""
    wanted = tuple(replace(each, roles={"design": 1}) for each in WATER_AND_AIR)
    designers = [replace(each, roles=frozenset({"design"})) if each.id in "abc" else each for each in people("wwwaaa")]
    plan = solved("assignment", Problem(tuple(designers), wanted, rules=THREES), iterations=1)
    assert (plan.costs[Term.PREFERENCE], plan.costs[Term.ROLES]) == (0, 12)


def test_the_genetic_search_gets_better_with_generations() -> None:
    """Its first plans are random; after forty generations the plan is much cheaper."""
    problem = generate(Recipe(20, Kind.EASY, 1))
    before, after = (solved("harmonic", problem, iterations=count).cost for count in (0, 40))
    assert before is not None
    assert after is not None
    assert after < 0.8 * before
