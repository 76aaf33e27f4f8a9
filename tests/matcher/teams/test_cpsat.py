"""CP-SAT finds the cheapest teams, says so only when it is true, and moves only who may move."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings

from matcher.teams.checker import Checker, check
from matcher.teams.costs import CompiledProblem, compile_problem
from matcher.teams.cpsat import Budget, improve, improved, solve_cpsat
from matcher.teams.formulation import formulate
from matcher.teams.problem import (
    Assignment,
    AvoidPair,
    AvoidRule,
    Challenge,
    FriendPair,
    Lock,
    Participant,
    Problem,
    ProblemError,
    Published,
    Rules,
    Slot,
    Solver,
    Status,
    Term,
    Weights,
    slots,
)
from matcher.teams.scope import part_scope, whole_scope
from tests.matcher.teams.problems import planted

FR = frozenset({"fr"})
A1, A2, B1 = Slot("a", 1), Slot("a", 2), Slot("b", 1)
#: Enough work to prove every problem of this size.
WORK = 2000


def some(rng: Random, values: Iterable[Any], chance: float = 0.5) -> frozenset[Any]:
    return frozenset(value for value in values if rng.random() < chance)


def somebody(rng: Random, name: str) -> Participant:
    return Participant(
        name,
        organisation=rng.choice([None, "o1", "o1", "o2"]),
        roles=some(rng, ("tech", "design", "cook"), 0.4),
        skills={"maps": rng.randint(0, 3), "law": rng.randint(0, 3)},
        experience=rng.randint(0, 3),
        languages=some(rng, ("fr", "en"), 0.85),
        availability=rng.choice([None, some(rng, range(4), 0.7)]),
        ranked=tuple(rng.sample(("a", "b"), rng.randint(0, 2))),
        similarity={"a": rng.random()},
        newcomer=rng.random() < 0.4,
        groups=some(rng, ("g",), 0.4),
    )


def tiny(seed: int) -> Problem:
    """Four to six people, three or four slots, every kind of data; its hard rules often contradict each other."""
    rng = Random(seed)
    size = rng.randint(4, 6)
    names = [f"p{index}" for index in range(size)]
    pairs = rng.sample([(one, other) for one in names for other in names if one < other], 5)
    smallest = rng.randint(1, 2)
    known = {name: rng.choice([A1, B1, Slot("gone", 1)]) for name in sorted(some(rng, names))}
    return Problem(
        tuple(somebody(rng, name) for name in names),
        (
            Challenge("a", {"tech": 2, "design": 1}, {"maps": 2}, 0, 2, half_days=frozenset({0, 1, 2})),
            Challenge("b", {"cook": 1}, {"maps": 1, "law": 3}, rng.randint(0, 1), rng.randint(1, 2), "o2", True),
        ),
        friends=(FriendPair(*pairs[0]), FriendPair(*pairs[1], mutual=False)),
        avoid=(AvoidPair(*pairs[2], confirmed=True), AvoidPair(*pairs[3])),
        history=(pairs[4], pairs[0]),
        locks=(Lock(names[0], "a", rng.choice([None, 2])),) if rng.random() < 0.3 else (),
        never=frozenset({(names[1], "b")}) if rng.random() < 0.3 else frozenset(),
        blocks=(frozenset(pairs[1]), frozenset(pairs[4])) if rng.random() < 0.3 else (),
        published=Published(known, rng.choice([None, 2])) if rng.random() < 0.5 else None,
        rules=Rules(smallest, smallest + 1, 4, rng.choice(list(AvoidRule)), rng.random() < 0.5, 2),
        weights=Weights(experience_balance=rng.randint(0, 3)),
    )


def every_plan(made: Problem) -> Iterator[tuple[Assignment, int]]:
    """All valid plans with their costs, by trying every slot for everybody."""
    names, checker = [each.id for each in made.participants], Checker(made)
    for chosen in product(slots(made), repeat=len(names)):
        assignment = dict(zip(names, chosen, strict=True))
        checked = checker.check(assignment)
        if checked.valid:
            yield assignment, checked.cost


def least(made: Problem) -> int | None:
    """The cost of the best plan; None when no plan keeps the rules."""
    return min((cost for _, cost in every_plan(made)), default=None)


def solved(made: Problem, **options: Any) -> Any:
    return solve_cpsat(made, **{"time_limit_s": 60.0, "iterations": WORK, **options})


def team(*names: str, **data: Any) -> tuple[Participant, ...]:
    return tuple(Participant(name, languages=FR, **data) for name in names)


def eight() -> Problem:
    """Eight people for two challenges, of teams of three to five; p0 to p3 prefer the first."""
    people = (*team(*"0123", ranked=("a", "b")), *team(*"4567", ranked=("b", "a")))
    return Problem(
        people,
        (Challenge("a", {"tech": 1}), Challenge("b", {"design": 1})),
        friends=(FriendPair("0", "1"), FriendPair("0", "4"), FriendPair("5", "6", mutual=False)),
        rules=Rules(3, 4, 5),
    )


@pytest.mark.parametrize("seed", range(40))
def test_the_optimum_is_the_one_of_trying_everything(seed: int) -> None:
    """On tiny random problems with every kind of data, the plan is as cheap as the best of all plans, and proven."""
    made = tiny(seed)
    plan, best = solved(made), least(made)
    assert plan.cost == best
    if best is None:
        assert (plan.status, plan.assignment, plan.teams) == (Status.INFEASIBLE, {}, ())
    else:
        assert (plan.status, plan.bound) == (Status.OPTIMAL, best)
        assert check(made, plan.assignment).valid
        assert plan.costs == check(made, plan.assignment).costs


def test_the_random_problems_have_every_term() -> None:
    """The tiny problems that the optimum is compared on make every term matter, or the comparison would say little."""
    paid = set()
    for seed in range(40):
        made = tiny(seed)
        for plan, _ in list(every_plan(made))[::17]:
            paid |= {term for term, cost in check(made, plan).costs.items() if cost}
    assert paid == set(Term)


@settings(max_examples=60, deadline=None)
@given(planted())
def test_the_model_says_of_a_valid_plan_what_the_checker_says(made: tuple[Problem, Assignment]) -> None:
    """A valid plan, put into the model, keeps all of its rows, and the model's cost of it is the checker's."""
    made_problem, assignment = made
    compiled = compile_problem(made_problem)
    scope = replace(whole_scope(compiled), ordered=frozenset())  # the plan may use any slots
    formulation = formulate(compiled, scope)
    values = formulation.solution(compiled.indexes(assignment))
    assert values is not None
    assert formulation.model.broken(values) == []
    assert formulation.model.cost(values) == check(made_problem, assignment).cost


@settings(max_examples=15, deadline=None)
@given(planted(most=10))
def test_a_plan_to_begin_with_is_never_made_worse(made: tuple[Problem, Assignment]) -> None:
    """With hardly any work allowed, the result is valid and costs no more than the valid plan it began with."""
    made_problem, assignment = made
    plan = solved(made_problem, start=assignment, iterations=1)
    assert check(made_problem, plan.assignment).valid
    assert plan.cost is not None
    assert plan.bound <= plan.cost <= check(made_problem, assignment).cost


def test_no_work_at_all_gives_back_the_plan_to_begin_with() -> None:
    """Without time, the plan to begin with comes back, its teams numbered in order, and nothing is claimed of it."""
    start = {name: Slot("b", 2) if name in "0123" else A2 for name in "01234567"}
    plan = solved(eight(), start=start, iterations=0)
    assert plan.assignment == {name: B1 if name in "0123" else A1 for name in "01234567"}
    assert plan.status is Status.FEASIBLE


def test_a_plan_that_breaks_a_rule_is_no_beginning() -> None:
    """A start with a team that is too small, or without somebody's place, does not end up in the result."""
    broken = dict.fromkeys("0123456", A1) | {"7": B1}
    assert solved(eight(), start=broken).cost == solved(eight()).cost
    assert solved(eight(), start={"0": A1}).cost == solved(eight()).cost


def test_a_seed_gives_the_same_plan_again() -> None:
    """One worker and a number of iterations: the same plan and the same bound twice, before the proof is done."""
    made = tiny(3)
    first, again = (solved(made, iterations=5, seed=7) for _ in range(2))
    assert (first.assignment, first.bound, first.seed) == (again.assignment, again.bound, 7)


def test_progress_is_reported_and_ends_with_the_plan() -> None:
    """Bounds rise, costs fall, and the last report is the plan that comes back."""
    reports: list[tuple[int | None, int]] = []

    def note(cost: int | None, bound: int, _elapsed_s: float) -> bool:
        reports.append((cost, bound))
        return True

    plan = solved(eight(), on_progress=note)
    assert reports[-1] == (plan.cost, plan.bound)
    assert [bound for _, bound in reports] == sorted(bound for _, bound in reports)


def test_told_to_stop_it_stops_with_the_best_plan_so_far() -> None:
    """A search that would go on for an hour ends when the report says so, and keeps the plan it began with."""
    rng = Random(5)
    people = [f"p{index}" for index in range(40)]
    made = Problem(
        tuple(replace(somebody(rng, name), languages=FR) for name in people),
        tuple(Challenge(name, {"tech": 2, "cook": 2}, {"maps": 3}) for name in "abcd"),
        rules=Rules(3, 5, 6),
    )
    start = {name: Slot("abcd"[at % 4], at // 20 + 1) for at, name in enumerate(people)}
    assert check(made, start).valid
    plan = solve_cpsat(made, time_limit_s=3600, start=start, on_progress=lambda *_: False)
    assert plan.status is Status.STOPPED
    assert check(made, plan.assignment).valid
    assert plan.cost is not None
    assert plan.cost <= check(made, start).cost


def test_an_error_in_the_report_ends_the_search() -> None:
    """What the caller's function raises reaches the caller."""

    def fail(*_: object) -> bool:
        raise KeyError("page closed")

    with pytest.raises(KeyError, match="page closed"):
        solved(eight(), on_progress=fail)


def test_it_is_a_solver() -> None:
    """The function has the form that every solver has."""
    solver: Solver = solve_cpsat
    assert solver(eight(), time_limit_s=60, iterations=WORK).solver == "cp-sat"


def test_no_slot_at_all_is_infeasible() -> None:
    """Challenges that may have no team leave nobody a place."""
    plan = solved(Problem(team("0", "1", "2"), (Challenge("a", max_teams=0),)))
    assert (plan.status, plan.cost) == (Status.INFEASIBLE, None)


def test_only_those_who_may_move_do() -> None:
    """Everybody begins where they want least; only two may move, and just these two get what they prefer."""
    start = {name: B1 if name in "0123" else A1 for name in "01234567"}
    made = replace(eight(), friends=())
    plan = improve(made, start, people={"0", "4"}, slots=(), time_limit_s=60, iterations=WORK)
    assert plan.assignment == start | {"0": A1, "4": B1}
    assert plan.cost == check(made, plan.assignment).cost
    assert (plan.status, plan.bound) == (Status.FEASIBLE, 0)


@settings(max_examples=25, deadline=None)
@given(planted(most=8))
def test_a_part_is_solved_to_the_best_that_the_part_allows(made: tuple[Problem, Assignment]) -> None:
    """Two people among three slots: the plan is the best of all valid plans that differ in nothing else."""
    made_problem, assignment = made
    compiled = compile_problem(made_problem)
    slot_of = compiled.indexes(assignment)
    free = [0, len(slot_of) - 1]
    inside = {0, len(compiled.slots) // 2, *(slot_of[who] for who in free)}
    better = improved(compiled, slot_of, free, inside, Budget(60, WORK))
    assert better is not None
    assert [who for who, slot in enumerate(better) if slot != slot_of[who] and who not in free] == []
    assert compiled.total(better) == min(compiled.total(each) for each in _moved(slot_of, free, inside))


def _moved(slot_of: list[int], free: list[int], inside: set[int]) -> Iterator[list[int]]:
    for chosen in product(inside, repeat=len(free)):
        new = list(slot_of)
        for who, slot in zip(free, chosen, strict=True):
            new[who] = slot
        yield new


def test_a_late_arrival_gets_a_place() -> None:
    """Who has no place yet gets the best one, and nobody else moves."""
    start = {name: A1 if name in "0123" else B1 for name in "0123456"}
    plan = improve(eight(), start, people={"7"}, slots=[A1, B1], time_limit_s=60, iterations=WORK)
    assert plan.assignment == start | {"7": B1}


def test_moves_are_capped_and_cost() -> None:
    """Of two swaps that pay, only one is made when two people may leave their published place; each move costs 8."""
    known = {name: B1 if name in "0145" else A1 for name in "01234567"}  # 0 and 1 want a, 6 and 7 want b
    made = replace(eight(), friends=(), rules=Rules(4, 4, 4), weights=Weights(rank_costs=(0, 20, 20, 20, 20)))
    for most, moved in ((0, 0), (1, 0), (2, 2), (3, 2), (None, 4)):
        capped = replace(made, published=Published(known, most))
        plan = improve(capped, known, people="01234567", slots=(), time_limit_s=60, iterations=WORK)
        assert sum(plan.assignment[name] != slot for name, slot in known.items()) == moved
        assert plan.costs[Term.STABILITY] == 8 * moved


def test_moves_of_others_count() -> None:
    """When others have used up the moves, who is free stays at home."""
    known = {name: A1 if name in "0167" else B1 for name in "01234567"}
    now = {name: A1 if name in "0145" else B1 for name in "01234567"}  # 4, 5, 6 and 7 have moved
    made = replace(eight(), friends=(), published=Published(known, 4), rules=Rules(4, 4, 4))
    plan = improve(made, now, people={"0", "2"}, slots=(), time_limit_s=60, iterations=WORK)
    assert plan.assignment == now


def test_the_others_may_make_it_impossible() -> None:
    """When those who stay break a rule, no plan comes back."""
    start = dict.fromkeys("012345", A1) | dict.fromkeys("67", B1)
    plan = improve(eight(), start, people={"6"}, slots=(), time_limit_s=60, iterations=WORK)
    assert (plan.status, plan.assignment) == (Status.INFEASIBLE, {})


def test_who_may_move_must_be_known() -> None:
    """Unknown people, unknown teams and people without a place are said in a sentence."""
    start = dict.fromkeys("0123", A1) | dict.fromkeys("456", B1)
    options: dict[str, Any] = {"time_limit_s": 60, "iterations": WORK}
    with pytest.raises(ProblemError, match="no participant"):
        improve(eight(), start, people={"nobody"}, slots=(), **options)
    with pytest.raises(ProblemError, match="does not exist"):
        improve(eight(), start, people={"7"}, slots=[Slot("a", 99)], **options)
    with pytest.raises(ProblemError, match="7 has no place"):
        improve(eight(), start, people={"6"}, slots=(), **options)


def test_a_block_stays_together_in_a_part() -> None:
    """Of a block with a member who stays, nobody leaves; a free block goes as one."""
    made = replace(eight(), friends=(), blocks=(frozenset("04"),))
    start = {name: B1 if name in "0456" else A1 for name in "01234567"}
    held = improve(made, start, people={"0", "7"}, slots=(), time_limit_s=60, iterations=WORK)
    assert held.assignment["0"] == B1
    moved = part_of(compile_problem(made), start, {"0", "4"})
    assert (0, 4) in moved


def part_of(compiled: CompiledProblem, start: Assignment, people: set[str]) -> tuple[tuple[int, ...], ...]:
    free = [compiled.people.index(name) for name in people]
    return part_scope(compiled, compiled.indexes(start), free, ()).units
