"""``python -m benchmarks.teams [--small]``: every solver on the thirty fixed problems, same time, same checker.

The whole takes some five hours; ``--solvers`` and ``--instances`` measure a part of it and keep what was measured
before. A solver's cost is that of one run with one seed: differences of a few per cent between two runs mean nothing.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from benchmarks import report
from benchmarks.teams.instances import INSTANCES, Instance, index
from benchmarks.teams.measuring import Budget, run_one
from benchmarks.teams.results import Runs, best_known, keep, targets
from benchmarks.teams.solvers import OURS, SOLVERS

NAME: Final = "teams"
QUESTION: Final = "Cost, worst team and proven bound of every solver, same time, on thirty fixed hackathons"
#: Seconds for every solver, by number of people.
SECONDS: Final = {20: 5.0, 60: 60.0, 200: 120.0, 2000: 60.0}
#: More times for the service's own solver, for what was asked of it at these.
FURTHER: Final = {20: (), 60: (300.0,), 200: (300.0,), 2000: (10.0, 120.0)}
#: Of a small run: iterations of each solver, and problems.
SMALL_ITERATIONS: Final = 2
SMALL_INSTANCES: Final = ("0020-easy-1", "0020-hostile-webs-1")
LIBRARIES: Final = ("numpy", "ortools", "scipy")


def main() -> None:
    """Run what is told, print it, keep it."""
    told = _arguments()
    folder = told.results or (None if told.small else report.RESULTS)
    before = _kept(folder)
    runs: Runs = before["runs"]
    found: dict[str, Any] = {}
    for instance, name, run in _run_all(told):
        keep(runs, instance, name, run)
        print(_line(instance, name, run), flush=True)
        found = _document(runs, before["best_known"], small=told.small)
        if folder is not None:
            report.write(found, folder)
    best = found["measured"]["best_known"]
    report.show(
        found | {"measured": {name: f"cost {each['cost']}, bound {each['bound']}" for name, each in best.items()}}
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.teams", description=__doc__)
    parser.add_argument("--small", action="store_true", help="two tiny problems, two iterations: measures nothing")
    parser.add_argument("--results", type=Path, help="folder to write to; with --small nothing is written without it")
    parser.add_argument("--solvers", default=",".join(SOLVERS), help="names with commas between; all unless told")
    parser.add_argument("--instances", default="", help="beginnings of names with commas between; all unless told")
    parser.add_argument("--seconds", type=float, help="for every run, instead of what belongs to its size")
    parser.add_argument("--workers", type=int, default=2, help="processes of a solver that can use more than one")
    parser.add_argument("--seed", type=int, default=0)
    told = parser.parse_args()
    if unknown := set(told.solvers.split(",")) - set(SOLVERS):
        parser.error(f"no such solver: {', '.join(sorted(unknown))}; there are {', '.join(SOLVERS)}")
    if not _chosen(told):
        parser.error(f"no instance begins with {told.instances}")
    return told


def _chosen(told: argparse.Namespace) -> list[Instance]:
    if told.small:
        return [each for each in INSTANCES if each.name in SMALL_INSTANCES]
    return [each for each in INSTANCES if each.name.startswith(tuple(told.instances.split(",")))]


def _run_all(told: argparse.Namespace) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each run in a process of its own, one after the other."""
    now = report.document(NAME, report.Figures(QUESTION, {}, {}, []), small=told.small)
    origin = {"date": now["date"], "commit": now["environment"]["commit"], "command": _command()}
    # A fresh process for each run, so that memory is that of the run; a small run measures none.
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn, max_tasks_per_child=None if told.small else 1) as pool:
        for instance in _chosen(told):
            for name in told.solvers.split(","):
                for budget in _budgets(told, instance, name):
                    run = pool.submit(run_one, SOLVERS[name], instance, budget).result()
                    run |= {"seconds": budget.seconds, "workers": budget.workers, "seed": budget.seed}
                    yield instance.name, name, run | origin


def _budgets(told: argparse.Namespace, instance: Instance, name: str) -> Sequence[Budget]:
    """What a solver gets on an instance: nothing when it is not for so many people."""
    people, most = instance.recipe.people, SOLVERS[name].most_people
    if most is not None and people > most:
        return ()
    if told.small:
        return (Budget(10.0, 1, told.seed, SMALL_ITERATIONS),)
    times = (told.seconds,) if told.seconds else (SECONDS[people], *(FURTHER[people] if name == OURS else ()))
    return tuple(Budget(seconds, told.workers, told.seed) for seconds in times)


def _document(runs: Runs, before: Mapping[str, Any], *, small: bool) -> dict[str, Any]:
    best = best_known(runs, before)
    known = index()
    sizes = {name: each["people"] for name, each in known.items()}
    solvers = sorted({name for each in runs.values() for name in each})
    figures = report.Figures(
        QUESTION,
        {"instances": len(runs), "people": sorted({sizes[name] for name in runs}), "solvers": solvers},
        {"problems": {name: known[name]["sha256"] for name in sorted(best)}, "best_known": best, "runs": runs},
        targets(runs, best, sizes),
    )
    found = report.document(NAME, figures, small=small)
    found["environment"]["libraries"] = {name: version(name) for name in LIBRARIES}
    return found | {"command": _command()}


def _kept(folder: Path | None) -> dict[str, Any]:
    """What was measured before on the same problems: runs and best known."""
    nothing: dict[str, Any] = {"runs": {}, "best_known": {}}
    path = None if folder is None else folder / f"{NAME}.json"
    if path is None or not path.exists():
        return nothing
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))["measured"]
    known = index()
    same = {name for name, sha256 in found["problems"].items() if name in known and known[name]["sha256"] == sha256}
    return {part: {name: each for name, each in found[part].items() if name in same} for part in nothing}


def _command() -> str:
    return shlex.join(["python", "-m", "benchmarks.teams", *sys.argv[1:]])


def _line(instance: str, name: str, run: Mapping[str, Any]) -> str:
    return (
        f"{instance} {name} {run['seconds']:g} s: cost {run['cost']}, worst team {run['worst_team']}, "
        f"bound {run['bound']}, {run['status']} after {run['elapsed_s']} s, {run['peak_mb']} MB"
    )


if __name__ == "__main__":
    # Read by OpenMP when it is imported: every process computes with one thread.
    os.environ["OMP_NUM_THREADS"] = "1"
    main()
