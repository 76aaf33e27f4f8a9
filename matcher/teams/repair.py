"""A published plan when reality changes: late arrivals, people who do not come, places that are declined.

Untouched teams stay as they are. Everybody is put back where the plan had them, whoever has no place where they
add least (:func:`matcher.teams.start.start`); then the teams in which something changed are solved again, exactly,
each few of them together with the teams nearest to them: those whose members could best help out, and those that
newcomers could best join. Every published person who changes slot costs ``Weights.move``, and at most `max_moves` do.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final

from matcher.teams.costs import BROKEN, CompiledProblem, compile_problem
from matcher.teams.cpsat import Budget, improved
from matcher.teams.entities import require
from matcher.teams.problem import Assignment, Problem, Progress, Published, TeamPlan, without
from matcher.teams.run import Run
from matcher.teams.start import start

#: Name of the solver in its plans.
NAME: Final = "repair"
#: Teams in which something changed, and further teams, that are solved together. Chosen: some 0.2 s.
CHANGED, NEAREST = 3, 5
#: People x slots up to which everything is solved where nothing else gives a plan. Chosen.
MOST_PLACES: Final = 50_000
#: Deterministic work of one such model, in iterations of CP-SAT.
WORK: Final = 100


def repair_problem(
    problem: Problem,
    published: Assignment,
    *,
    gone: Collection[str] = (),
    declined: Collection[str] = (),
    max_moves: int | None = None,
) -> Problem:
    """The problem that is to be solved now, to be checked against and explained.

    Parameters
    ----------
    published
        The plan that people know; may lack late arrivals, and whoever is in it and no participant has gone.
    gone
        Participants who do not come.
    declined
        Participants who come but refused their place: for them no team of that challenge, and another place is
        no move.
    max_moves
        How many of the others may change slot; None: any number.

    Raises :class:`~matcher.teams.entities.ProblemError` for unknown people, and when nobody is left.
    """
    known = {person.id for person in problem.participants}
    require(known.issuperset((*gone, *declined)), "Somebody who declined or does not come is no participant.")
    places = {who: slot for who, slot in published.items() if who in known and who not in declined}
    refused = {(who, published[who].challenge) for who in declined if who in published}
    challenges = {challenge.id for challenge in problem.challenges}
    never = problem.never | {(who, challenge) for who, challenge in refused if challenge in challenges}
    return without(replace(problem, published=Published(places, max_moves), never=never), gone)


def repair(
    problem: Problem,
    published: Assignment,
    *,
    gone: Collection[str] = (),
    declined: Collection[str] = (),
    max_moves: int | None = None,
    time_limit_s: float = 3.0,
    iterations: int | None = None,
    seed: int = 0,
    on_progress: Progress | None = None,
) -> TeamPlan:
    """A plan for those who are there now, near the published one; see :func:`repair_problem` for what may change.

    An iteration is one model of a few teams; None: all that the time allows. INFEASIBLE: no plan with so few moves
    was found, and none may exist. Raises :class:`~matcher.teams.plan.WrongPlanError` rather than return a plan that
    the independent checker refuses.
    """
    began = time.monotonic()
    compiled = compile_problem(repair_problem(problem, published, gone=gone, declined=declined, max_moves=max_moves))
    run = Run(compiled, time_limit_s, seed, on_progress, began)
    run.prove_by_counting()
    if compiled.slots:
        run.offer(start(compiled, seed=seed))
        there = {person.id for person in compiled.problem.participants} - set(declined)
        left = {slot for who, slot in published.items() if who not in there}
        emptied = {index for index, slot in enumerate(compiled.slots) if slot in left}
        _solve_changed(run, emptied, iterations)
    return run.plan(NAME)


def _solve_changed(run: Run, emptied: Collection[int], iterations: int | None) -> None:
    """Solve windows one after the other, first those with the nearest teams, until nothing or no time is left."""
    compiled = run.compiled
    if not run.valid:
        everything = frozenset(range(len(compiled.slots)))
        changed = frozenset().union(*_windows(compiled, run.slot_of, emptied, once=True))
        for window in (changed, everything) if _is_small(compiled) else (changed,):
            _solve_window(run, window)
            if run.valid:
                break
    for done, window in enumerate(_windows(compiled, run.slot_of, emptied)):
        if not run.goes_on() or done == iterations:
            return
        _solve_window(run, window)


def _is_small(compiled: CompiledProblem) -> bool:
    return len(compiled.people) * len(compiled.slots) <= MOST_PLACES


def _solve_window(run: Run, window: frozenset[int]) -> None:
    movable = [who for who, slot in enumerate(run.slot_of) if slot in window]
    budget = Budget(run.left_s, WORK, run.seed)
    found = improved(run.compiled, run.slot_of, movable, sorted(window), budget) if movable else None
    if found is not None:
        run.offer(found)


def _windows(
    compiled: CompiledProblem, slot_of: Sequence[int], emptied: Collection[int], *, once: bool = False
) -> Iterator[frozenset[int]]:
    """Slots to be solved together: some in which something changed, and some others, nearest first.

    With `once`, only the nearest.
    """
    teams = compiled.members(slot_of)
    costs = [compiled.team_cost(slot, team) for slot, team in enumerate(teams)]
    moved = [who for who, home in enumerate(compiled.home) if home != slot_of[who]]
    changed = {*emptied, *(slot_of[who] for who in moved), *(compiled.home[who] for who in moved)}
    changed |= {slot for slot, cost in enumerate(costs) if cost >= BROKEN // 2}
    hot = sorted((slot for slot in changed if slot >= 0), key=lambda slot: (-costs[slot], slot))
    groups = [hot[at : at + CHANGED] for at in range(0, len(hot), CHANGED)]
    nearest = [_nearest(compiled, teams, costs, group, moved) for group in groups]
    for at in range(0, NEAREST if once else max(map(len, nearest), default=0), NEAREST):
        for group, others in zip(groups, nearest, strict=True):
            if others[at : at + NEAREST] or at == 0:
                yield frozenset((*group, *others[at : at + NEAREST]))


def _nearest(
    compiled: CompiledProblem,
    teams: Sequence[Sequence[int]],
    costs: Sequence[int],
    group: Sequence[int],
    moved: Sequence[int],
) -> list[int]:
    """All other teams, and an empty slot of each challenge, cheapest help first.

    Help is a member who goes to one of the group, or room for somebody of the group who has no old place to keep.
    """
    looking = [who for slot in group for who in teams[slot] if who in set(moved)]

    def change(slot: int, team: Sequence[int]) -> int:
        return compiled.team_cost(slot, team) - costs[slot]

    def help_of(slot: int) -> int:
        gives = (
            change(slot, [each for each in teams[slot] if each != who]) + change(goal, [*teams[goal], who])
            for who in teams[slot]
            for goal in group
        )
        takes = (change(slot, [*teams[slot], who]) for who in looking)
        return min((*gives, *takes), default=0)

    others = [slot for slot, team in enumerate(teams) if team and slot not in group]
    empty = [next((slot for slot in slots if not teams[slot]), None) for slots in compiled.slots_of]
    ranked = sorted(others, key=lambda slot: (help_of(slot), slot))
    return [*ranked, *(slot for slot in empty if slot is not None and slot not in group)]
