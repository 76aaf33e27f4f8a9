"""Runs kept by instance, solver and seconds; the best that is known; and what was asked for.

``runs[instance][solver][seconds]`` holds the figures of :mod:`benchmarks.teams.measuring`, and date, command, commit,
workers and seed of the run. A later run replaces the one of the same three names, so that the whole can be measured in
parts. ``best_known[instance]`` is the lowest cost of a plan that keeps every rule and the highest proven bound, each
with where it is from; a later run only makes them better.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from benchmarks.report import Target
from benchmarks.teams.solvers import BASELINES, OURS, PARTS

Run = dict[str, Any]
Runs = dict[str, dict[str, dict[str, Run]]]

#: What is kept of a run that gave a best cost or bound.
SOURCE: Final = ("seconds", "workers", "seed", "date", "commit", "command")


def keep(runs: Runs, instance: str, solver: str, run: Run) -> None:
    """Add a run in its place."""
    runs.setdefault(instance, {}).setdefault(solver, {})[f"{run['seconds']:g}"] = run


def best_known(runs: Runs, before: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The best cost and bound of each instance, from before and from these runs.

    Raises AssertionError when a bound is above a cost: one of the two is wrong.
    """
    best = {name: dict(found) for name, found in before.items()}
    for instance, solver, run in _all(runs):
        found = best.setdefault(instance, {"cost": None, "bound": None})
        source = {"solver": solver} | {key: run[key] for key in SOURCE}
        if _valid(run) and (found["cost"] is None or run["cost"] < found["cost"]):
            found |= {"cost": run["cost"], "cost_from": source}
        if found["bound"] is None or run["bound"] > found["bound"]:
            found |= {"bound": run["bound"], "bound_from": source}
    for name, found in best.items():
        assert found["cost"] is None or found["bound"] <= found["cost"], f"{name}: a bound is above a cost"
    return best


def targets(runs: Runs, best: Mapping[str, Mapping[str, Any]], sizes: Mapping[str, int]) -> list[Target]:
    """What the runs at hand can answer of what was asked for; `sizes` gives the people of each instance."""
    found = [Target("broken hard rules in all plans", sum(run["broken"] for *_, run in _all(runs)), "rules", most=0)]
    if ours := [run for _, solver, run in _all(runs) if solver == OURS]:
        found.append(
            Target("runs of the service's solver that gave a plan", sum(map(_valid, ours)), "plans", least=len(ours))
        )
    by_size = {size: [name for name in runs if sizes[name] == size] for size in sorted(set(sizes.values()))}
    found += _against_baselines(runs)
    found += _proven(runs, by_size.get(20, []))
    found += _near_best(runs, best, by_size.get(60, []))
    found += _gaps(runs, by_size)
    found += _against_parts(runs, by_size.get(200, []))
    found += _large(runs, by_size.get(2000, []))
    return found


def _all(runs: Runs) -> Iterator[tuple[str, str, Run]]:
    for instance, solvers in runs.items():
        for solver, by_seconds in solvers.items():
            for run in by_seconds.values():
                yield instance, solver, run


def _valid(run: Run) -> bool:
    return run["cost"] is not None and run["broken"] == 0


def _within(runs: Runs, instance: str, solver: str, seconds: float) -> Run | None:
    """The run of the most seconds, no more than these, that gave a valid plan."""
    tried = runs[instance].get(solver, {}).values()
    return max(
        (run for run in tried if run["seconds"] <= seconds and _valid(run)),
        key=lambda run: run["seconds"],
        default=None,
    )


def _same_time(
    runs: Runs, instance: str, others: Iterable[str], seconds: float = float("inf")
) -> tuple[Run, list[Run]] | None:
    """Our run and those of the others, of the most seconds that all had; None when one is missing.

    Others who were given the time and found no plan, or were not asked (too many people), are left out.
    """
    ours, tried = runs[instance].get(OURS, {}), [runs[instance].get(name) for name in others]
    asked = [each for each in tried if each is not None]
    shared = set(ours).intersection(*asked) if asked else set()
    usable = [key for key in shared if float(key) <= seconds and _valid(ours[key])]
    if not usable:
        return None
    key = max(usable, key=float)
    return ours[key], [each[key] for each in asked if _valid(each[key])]


def _against_baselines(runs: Runs) -> list[Target]:
    pairs = [pair for name in runs if (pair := _same_time(runs, name, BASELINES)) and pair[1]]
    if not pairs:
        return []
    dearer = sum(any(ours["cost"] > other["cost"] for other in others) for ours, others in pairs)
    better = sum(all(ours["worst_team"] < other["worst_team"] for other in others) for ours, others in pairs)
    return [
        Target("instances where a baseline costs less, same time", dearer, f"of {len(pairs)}", most=0),
        Target("worst team better than every baseline's", better, f"of {len(pairs)}", least=25 * len(pairs) / 30),
    ]


def _proven(runs: Runs, names: Iterable[str]) -> list[Target]:
    ended = [run for name in names if (run := _within(runs, name, OURS, 5))]
    proven = sum(run["status"] == "optimal" and run["elapsed_s"] <= 5.5 for run in ended)
    return [Target("20 people: optimum proven in 5 s", proven, "instances", least=len(ended))] if ended else []


def _near_best(runs: Runs, best: Mapping[str, Mapping[str, Any]], names: Iterable[str]) -> list[Target]:
    over = [100 * (run["cost"] / best[name]["cost"] - 1) for name in names if (run := _within(runs, name, OURS, 60))]
    return [Target("60 people, 60 s: above the best known cost, at most", max(over), "%", most=1)] if over else []


def _gaps(runs: Runs, by_size: Mapping[int, Iterable[str]]) -> list[Target]:
    found = []
    for size, most in ((60, 10), (200, 20)):
        gaps = [100 * run["gap"] for name in by_size.get(size, []) if (run := _within(runs, name, OURS, 300))]
        if gaps:
            found.append(Target(f"{size} people, 300 s: proven gap, at most", max(gaps), "%", most=most))
    return found


def _against_parts(runs: Runs, names: Iterable[str]) -> list[Target]:
    pairs = [pair for name in names if (pair := _same_time(runs, name, PARTS, 120)) and pair[1]]
    saved = [100 * (1 - ours["cost"] / min(each["cost"] for each in parts)) for ours, parts in pairs]
    if not saved:
        return []
    return [Target("200 people: below plain annealing and plain CP-SAT, at least", min(saved), "%", least=8)]


def _large(runs: Runs, names: Iterable[str]) -> list[Target]:
    known = [runs[name].get(OURS, {}) for name in names]
    found = []
    if quick := [by_seconds["10"] for by_seconds in known if "10" in by_seconds]:
        made = sum(_valid(run) for run in quick)
        found.append(Target("2000 people: a valid plan in 10 s", made, "instances", least=len(quick)))
        slowest = max(run["elapsed_s"] for run in quick)
        found.append(Target("2000 people: time taken of 10 s, at most", slowest, "s", most=10.5))
    over = [
        100 * (each["60"]["cost"] / each["120"]["cost"] - 1)
        for each in known
        if "60" in each and "120" in each and _valid(each["60"]) and _valid(each["120"])
    ]
    if over:
        found.append(Target("2000 people: cost after 60 s above that after 120 s, at most", max(over), "%", most=5))
    if memory := [run["peak_mb"] for each in known for run in each.values()]:
        found.append(Target("2000 people: memory, at most", max(memory), "MB", most=1500))
    return found
