"""Searches in processes of their own, because Python's threads would share one processor.

Processes are spawned, not forked: a fork would copy whatever locks other threads hold. Each gets the compiled
problem once; tasks and results are small. A process ends itself when the one that started it is gone.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from multiprocessing.context import SpawnContext
from multiprocessing.sharedctypes import Synchronized, SynchronizedArray
from multiprocessing.synchronize import Event
from types import TracebackType
from typing import Any, Final, TypeVar

from matcher.teams.annealing import Annealing, Schedule, anneal, schedule_for
from matcher.teams.columns import column_bound
from matcher.teams.costs import CompiledProblem
from matcher.teams.cpsat import solve_cpsat
from matcher.teams.entities import Assignment
from matcher.teams.neighbourhoods import improve_by_neighbourhoods
from matcher.teams.plan import TeamPlan
from matcher.teams.run import TICK_S, Run

Result = TypeVar("Result")

#: Share of the time for the bound by prices, which seldom takes it all. Chosen: some 25 s settle it for 200 people.
PRICING: Final = 0.25
#: Up to how many people CP-SAT proves everything at once, so that prices are not worth their time. Chosen.
TINY: Final = 30


@dataclass(frozen=True, slots=True)
class Limit:
    """When a task ends: after that many moves or rounds, or seconds."""

    work: int
    seconds: float


class Best:
    """The best of all processes: its total, and the slot of each person, as far as processes tell it."""

    def __init__(self, context: SpawnContext, run: Run) -> None:
        self._total: Synchronized[int] = context.Value("q", run.total)
        self._slot_of: SynchronizedArray[int] = context.Array("i", list(run.slot_of))
        self._told: Synchronized[int] = context.Value("q", run.total)  # the total of that assignment

    def offer(self, total: int, slot_of: Sequence[int] = ()) -> None:
        """Keep what is better."""
        with self._total.get_lock():
            self._total.value = min(self._total.value, total)
            if slot_of and total < self._told.value:
                self._told.value, self._slot_of[:] = total, list(slot_of)

    def take(self) -> tuple[int, list[int]]:
        """The best total, and the best assignment that was told."""
        with self._total.get_lock():
            return self._total.value, self._slot_of[:]


class _Worker:
    """What a process holds between tasks: the problem, and what it shares with the one that started it."""

    compiled: CompiledProblem
    stop: Event
    best: Best
    bound: Synchronized[int]

    @classmethod
    def begin(cls, compiled: CompiledProblem, stop: Event, best: Best, bound: Synchronized[int]) -> None:
        """Called once in each process."""
        cls.compiled, cls.stop, cls.best, cls.bound = compiled, stop, best, bound
        threading.Thread(target=_end_with_parent, daemon=True).start()

    @classmethod
    def proves(cls, bound: int) -> bool:
        """Tells a bound; whether to go on."""
        with cls.bound.get_lock():
            cls.bound.value = max(cls.bound.value, bound)
        return not cls.stop.is_set()

    @classmethod
    def goes_on(cls, total: int, slot_of: Sequence[int] = ()) -> bool:
        """Whether to go on; tells the best total so far of a search, and its assignment where there is one."""
        cls.best.offer(total, slot_of)
        return not cls.stop.is_set()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def annealed(
    slot_of: Sequence[int], seed: int, limit: Limit, schedule: Schedule, challenges: Sequence[int] | None = None
) -> tuple[list[int], list[int]]:
    """In a process: the last and the best assignment of one annealing."""
    began = time.monotonic()

    def share_used(state: Annealing) -> float:
        on = _Worker.goes_on(state.best, state.best_slot_of)
        return (time.monotonic() - began) / max(limit.seconds, TICK_S) if on else 1.0

    state = anneal(
        _Worker.compiled,
        slot_of,
        seed=seed,
        iterations=limit.work,
        schedule=schedule,
        challenges=challenges,
        share_used=share_used,
    )
    return state.slot_of, state.best_slot_of


def neighbourhoods_searched(
    slot_of: Sequence[int], seed: int, limit: Limit, slots: Sequence[int] | None = None
) -> list[int]:
    """In a process: the assignment after rounds in neighbourhoods of these slots (None: all)."""
    ends = time.monotonic() + limit.seconds

    def seconds_left(total: int) -> float:
        return ends - time.monotonic() if _Worker.goes_on(total) else 0.0

    def on_better(better: Sequence[int]) -> None:
        _Worker.best.offer(_Worker.compiled.total(better), better)

    return improve_by_neighbourhoods(
        _Worker.compiled,
        slot_of,
        seed=seed,
        rounds=limit.work,
        slots=slots,
        seconds_left=seconds_left,
        on_better=on_better,
    )


def searched(slot_of: Sequence[int], seed: int, moves: Limit, rounds: Limit) -> list[int]:
    """In a process: the best assignment of an annealing and of neighbourhoods after it."""
    _, best = annealed(slot_of, seed, moves, schedule_for(len(slot_of)))
    return neighbourhoods_searched(best, seed, rounds)


def priced(seconds: float) -> int:
    """In a process: the bound by prices for people, as far as it comes; it is shared while it rises."""
    ends = time.monotonic() + seconds
    return column_bound(_Worker.compiled, lambda bound: _Worker.proves(bound) and time.monotonic() < ends)


def priced_and_annealed(
    slot_of: Sequence[int], seed: int, limit: Limit, schedule: Schedule, pricing_s: float
) -> tuple[list[int], list[int]]:
    """In a process: the bound, then an annealing in the time that is left."""
    began = time.monotonic()
    priced(pricing_s)
    left = Limit(limit.work, limit.seconds - (time.monotonic() - began))
    return annealed(slot_of, seed, left, schedule)


def proved(seed: int, seconds: float, iterations: int | None) -> TeamPlan:
    """In a process: the bound by prices for people, then CP-SAT on everything; bounds are shared while they rise."""
    began = time.monotonic()
    if len(_Worker.compiled.people) > TINY:
        priced(seconds * PRICING)
    seconds -= time.monotonic() - began

    def on_progress(_: int | None, bound: int, __: float) -> bool:
        return _Worker.proves(bound)

    def on_better(assignment: Assignment) -> None:
        slot_of = _Worker.compiled.indexes(assignment)
        _Worker.best.offer(_Worker.compiled.total(slot_of), slot_of)

    return solve_cpsat(
        _Worker.compiled.problem,
        time_limit_s=seconds,
        iterations=iterations,
        seed=seed,
        on_progress=on_progress,
        on_better=on_better,
    )


class Pool:
    """Some processes for one run; to be used in a ``with`` statement, which ends them."""

    def __init__(self, run: Run, workers: int) -> None:
        context: SpawnContext = multiprocessing.get_context("spawn")
        self.workers = workers
        self._run = run
        self._stop = context.Event()
        self._best = Best(context, run)
        self._bound: Synchronized[int] = context.Value("q", 0)
        shared = (run.compiled, self._stop, self._best, self._bound)
        self._executor = ProcessPoolExecutor(workers, context, initializer=_Worker.begin, initargs=shared)

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._executor.shutdown(wait=True, cancel_futures=True)

    def submit(self, task: Callable[..., Result], *arguments: object) -> Future[Result]:
        """Give a task to the next idle process."""
        return self._executor.submit(task, *arguments)

    def wait_for(self, futures: Collection[Future[Any]], *, every: bool = True) -> bool:
        """Wait until all are done, or without `every` the first; whether the run goes on.

        When it does not, all processes are told to stop, and all of these futures are done soon after.
        """
        while True:
            done = wait(futures, timeout=TICK_S, return_when=ALL_COMPLETED if every else FIRST_COMPLETED).done
            self._run.raise_bound(self._bound.value)
            if not self._run.goes_on(*self._best.take()):
                self._stop.set()
                wait(futures)
                return False
            if len(done) >= (len(futures) if every else 1):
                return True
