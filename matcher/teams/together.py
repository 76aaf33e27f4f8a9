"""Several searches of one problem beside each other, in processes of their own; and how much each of them does."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Final

from matcher.teams.annealing import Schedule, schedule_for
from matcher.teams.costs import BROKEN
from matcher.teams.processes import (
    PRICING,
    Limit,
    Pool,
    annealed,
    neighbourhoods_searched,
    priced_and_annealed,
    proved,
    searched,
)
from matcher.teams.run import Effort, Run

#: Up to how many people everything is also given to CP-SAT, and large neighbourhoods are searched.
SMALL, MIDDLE = 80, 400
#: Share of the time for annealing where neighbourhoods are searched after it. Chosen: at 200 people, ten times the
#: moves (16 s instead of 1.7 s of one processor) still took 6 % of the cost away.
ANNEALING: Final = 0.4
#: Moves of annealing and rounds in neighbourhoods, per person, of one search of a small problem. Chosen.
MOVES_EACH, ROUNDS_EACH = 4000, 1
#: Seconds, and rounds when they are counted, between two exchanges of workers that share neighbourhoods. Chosen.
EXCHANGE_S, EXCHANGE_ROUNDS = 3.0, 20
#: Exchanges of workers that share challenges: at least, and at most. Chosen.
EXCHANGES: Final = (4, 40)


def solve_together(run: Run, effort: Effort, workers: int) -> None:
    """Improve the plan of a run, which keeps all hard rules, with that many processes."""
    people = len(run.compiled.people)
    with Pool(run, workers) as pool:
        if people <= SMALL:
            _search_and_prove(run, effort, pool)
        elif people <= MIDDLE:
            _anneal_each(run, effort, pool)
            _share_neighbourhoods(run, effort, pool)
        else:
            _share_challenges(run, effort, pool)


def _search_and_prove(run: Run, effort: Effort, pool: Pool) -> None:
    """CP-SAT in one process until it is done; in the others one annealing and its neighbourhoods after the other."""
    people = len(run.compiled.people)
    proof = pool.submit(proved, effort.seed(), run.left_s, effort.iterations)

    def begin() -> Future[list[int]]:
        moves = Limit(effort.moves(MOVES_EACH * people), run.left_s * ANNEALING)
        rounds = Limit(effort.rounds(ROUNDS_EACH * people), run.left_s)
        return pool.submit(searched, run.slot_of, effort.seed(), moves, rounds)

    searches = {begin() for _ in range(pool.workers - 1)}
    while searches and not proof.done() and pool.wait_for([*searches, proof], every=False):
        for done in [each for each in searches if each.done()]:
            searches.remove(done)
            run.offer(done.result())
            if effort.iterations is None:
                searches.add(begin())
    if proof.done():
        run.take(proof.result())
    pool.wait_for([*searches, proof])
    for search in searches:
        run.offer(search.result())
    run.take(proof.result())


def _anneal_each(run: Run, effort: Effort, pool: Pool) -> None:
    """An annealing in each process, after the bound by prices in one of them; the best annealing counts."""
    schedule = schedule_for(len(run.compiled.people))
    limit = Limit(effort.moves(), run.left_s * (ANNEALING if effort.iterations is None else 1.0))
    each = [
        pool.submit(priced_and_annealed, run.slot_of, effort.seed(), limit, schedule, run.left_s * PRICING),
        *(pool.submit(annealed, run.slot_of, effort.seed(), limit, schedule) for _ in range(pool.workers - 1)),
    ]
    pool.wait_for(each)
    for done in each:
        run.offer(done.result()[1])


def _share_neighbourhoods(run: Run, effort: Effort, pool: Pool) -> None:
    """Each process improves teams of its own, drawn anew after every exchange."""
    rounds = effort.rounds() // pool.workers
    while rounds > 0 and run.goes_on():
        limit = Limit(min(rounds, EXCHANGE_ROUNDS) if effort.iterations is not None else rounds, _seconds(run, effort))
        rounds -= limit.work if effort.iterations is not None else 0
        parts = _parts(range(len(run.compiled.slots)), pool.workers, effort)
        tasks = [pool.submit(neighbourhoods_searched, run.slot_of, effort.seed(), limit, part) for part in parts]
        pool.wait_for(tasks)
        _merge(run, [task.result() for task in tasks], [set(part) for part in parts])


def _seconds(run: Run, effort: Effort) -> float:
    return min(run.left_s, EXCHANGE_S) if effort.iterations is None else run.left_s


def _merge(run: Run, found: Sequence[Sequence[int]], parts: Sequence[set[int]]) -> None:
    """Offer what each search made of its part, all together and each alone."""
    run.offer(_merged(run.slot_of, found, parts))
    for each in found:
        run.offer(each)


def _merged(slot_of: Sequence[int], found: Sequence[Sequence[int]], parts: Sequence[set[int]]) -> list[int]:
    merged = list(slot_of)
    for each, part in zip(found, parts, strict=True):
        for who, slot in enumerate(each):
            if slot_of[who] in part:
                merged[who] = slot
    return merged


def _share_challenges(run: Run, effort: Effort, pool: Pool) -> None:
    """One annealing, in which each process has challenges of its own, drawn anew after every exchange.

    Its temperature falls from exchange to exchange. Teams of different challenges cost independently of each
    other, so that what the processes do adds up; only a greatest number of moves does not, and is checked.
    """
    compiled = run.compiled
    plan, began, total = schedule_for(len(compiled.people)), run.elapsed_s, run.left_s
    current: Sequence[int] = run.slot_of
    exchanges = min(EXCHANGES[1], max(EXCHANGES[0], int(total / EXCHANGE_S)))
    for exchange in range(exchanges):
        share = exchange / exchanges if effort.iterations is not None else (run.elapsed_s - began) / total
        after = (exchange + 1) / exchanges
        schedule = Schedule(plan.temperature(share), plan.temperature(max(after, share)), plan.aimed)
        seconds = total if effort.iterations is not None else max(0.0, total * after - (run.elapsed_s - began))
        limit = Limit(effort.moves() // (exchanges * pool.workers), seconds)
        parts = _parts(range(len(compiled.slots_of)), pool.workers, effort)
        tasks = [pool.submit(annealed, current, effort.seed(), limit, schedule, part) for part in parts]
        on = pool.wait_for(tasks)
        slots = [{slot for challenge in part for slot in compiled.slots_of[challenge]} for part in parts]
        run.offer(_merged(current, [task.result()[1] for task in tasks], slots))
        last = _merged(current, [task.result()[0] for task in tasks], slots)
        current = last if compiled.total(last) < BROKEN else run.slot_of
        if not on:
            break


def _parts(every: Sequence[int], count: int, effort: Effort) -> list[list[int]]:
    """Everything shared out at random, about equally; no part is empty."""
    drawn = effort.random.sample(every, len(every))
    return [sorted(part) for at in range(count) if (part := drawn[at::count])]
