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
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event
from types import TracebackType
from typing import Any, TypeVar

from matcher.teams.annealing import Annealing, Schedule, anneal, schedule_for
from matcher.teams.costs import CompiledProblem
from matcher.teams.cpsat import solve_cpsat
from matcher.teams.neighbourhoods import improve_by_neighbourhoods
from matcher.teams.plan import TeamPlan
from matcher.teams.run import TICK_S, Run

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Limit:
    """When a task ends: after that many moves or rounds, or seconds."""

    work: int
    seconds: float


class _Worker:
    """What a process holds between tasks: the problem, and what it shares with the one that started it."""

    compiled: CompiledProblem
    stop: Event
    best: Synchronized[int]
    bound: Synchronized[int]

    @classmethod
    def begin(cls, compiled: CompiledProblem, stop: Event, best: Synchronized[int], bound: Synchronized[int]) -> None:
        """Called once in each process."""
        cls.compiled, cls.stop, cls.best, cls.bound = compiled, stop, best, bound
        threading.Thread(target=_end_with_parent, daemon=True).start()

    @classmethod
    def goes_on(cls, total: int) -> bool:
        """Whether to go on; tells the best total so far of a search of the whole problem."""
        with cls.best.get_lock():
            cls.best.value = min(cls.best.value, total)
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
        on = _Worker.goes_on(state.best)
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

    return improve_by_neighbourhoods(
        _Worker.compiled, slot_of, seed=seed, rounds=limit.work, slots=slots, seconds_left=seconds_left
    )


def searched(slot_of: Sequence[int], seed: int, moves: Limit, rounds: Limit) -> list[int]:
    """In a process: the best assignment of an annealing and of neighbourhoods after it."""
    _, best = annealed(slot_of, seed, moves, schedule_for(len(slot_of)))
    return neighbourhoods_searched(best, seed, rounds)


def proved(seed: int, seconds: float, iterations: int | None) -> TeamPlan:
    """In a process: CP-SAT on everything; its bound is shared while it rises."""

    def on_progress(_: int | None, bound: int, __: float) -> bool:
        _Worker.bound.value = max(_Worker.bound.value, bound)
        return not _Worker.stop.is_set()

    return solve_cpsat(
        _Worker.compiled.problem,
        time_limit_s=seconds,
        iterations=iterations,
        seed=seed,
        on_progress=on_progress,
    )


class Pool:
    """Some processes for one run; to be used in a ``with`` statement, which ends them."""

    def __init__(self, run: Run, workers: int) -> None:
        context: SpawnContext = multiprocessing.get_context("spawn")
        self.workers = workers
        self._run = run
        self._stop = context.Event()
        self._best: Synchronized[int] = context.Value("q", run.total)
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
            if not self._run.goes_on(self._best.value):
                self._stop.set()
                wait(futures)
                return False
            if len(done) >= (len(futures) if every else 1):
                return True
