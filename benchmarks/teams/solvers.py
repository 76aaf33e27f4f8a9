"""Every solver that is compared, by name."""

from __future__ import annotations

import time
from dataclasses import dataclass
from importlib import import_module
from typing import Final, cast

from matcher.teams.problem import Problem, Progress, Solver, TeamPlan


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a solver is, and of how many people at most it is asked."""

    module: str
    function: str
    most_people: int | None = None

    def load(self) -> Solver:
        """The solver; its module is imported now."""
        return cast("Solver", getattr(import_module(self.module), self.function))


BASELINES: Final = {
    name: Entry("matcher.teams.baselines", name)
    for name in ("random_teams", "greedy_teams", "snake_draft", "assignment", "harmonic")
}
#: The parts of the service's solver, each alone.
PARTS: Final = {
    "annealing": Entry("benchmarks.teams.solvers", "annealing"),
    # 1.3 million variables at 2000 people.
    "cpsat": Entry("matcher.teams.cpsat", "solve_cpsat", most_people=200),
}
#: What the service uses.
OURS: Final = "solve"
SOLVERS: Final = {**BASELINES, **PARTS, OURS: Entry("matcher.teams.solver", "solve")}

#: No number of moves, only the time.
ENDLESS: Final = 1 << 50


def annealing(
    problem: Problem,
    *,
    time_limit_s: float,
    iterations: int | None = None,
    seed: int = 0,
    workers: int = 1,
    on_progress: Progress | None = None,
) -> TeamPlan:
    """Annealing alone, from the service's start; one process, whatever `workers`. An iteration is a move."""
    from matcher.teams.annealing import Annealing, anneal  # noqa: PLC0415 - see Entry.load
    from matcher.teams.costs import compile_problem  # noqa: PLC0415
    from matcher.teams.run import Run  # noqa: PLC0415
    from matcher.teams.start import start  # noqa: PLC0415

    began = time.monotonic()
    run = Run(compile_problem(problem), time_limit_s, seed, on_progress, began)
    run.prove_by_counting()
    run.offer(start(run.compiled, seed=seed))

    def share_used(state: Annealing) -> float:
        going_on = run.goes_on(state.best)
        return 1.0 if not going_on else 0.0 if iterations is not None else run.elapsed_s / time_limit_s

    moves = iterations if iterations is not None else ENDLESS
    state = anneal(run.compiled, run.slot_of or (), seed=seed, iterations=moves, share_used=share_used)
    run.offer(state.best_slot_of)
    return run.plan("annealing")
