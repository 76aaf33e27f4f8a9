"""Does the service keep what it promises people, over a year of a territory?

Invented organisations post needs and offers and answer mails for a simulated year: real use cases, real database, real
words of mails, the clock passed in. Proposals come from words alone: encoding the texts of a year would take hours on
one processor.

Shares and delays of behaviours are chosen, not measured: the figures of mails and answers say nothing about real
people. What counts is that every promise was kept. ``benchmarks.kills`` asks what becomes of jobs that are killed.

``idle_run_ms`` is what each step of the jobs costs on that territory, at noon of the last day, when nothing is left to
do: the second of two runs, in milliseconds of processor.
"""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

from benchmarks.report import Figures, Target
from matcher.simulation.population import Size
from matcher.simulation.year import start_of
from web.jobs import DAILY, HOURLY, MINUTELY
from web.simulation.site import simulated_site
from web.simulation.year import YEAR, live
from web.wiring import db

QUESTION = "Promises to people over a simulated year"

#: Organisations, needs and days.
LARGE = Size(2000, 3000, 365, seed=1)
SMALL = Size(30, 40, 45, seed=1)


def run(small: bool, folder: Path) -> Figures:
    """Live the year."""
    size = SMALL if small else LARGE
    (folder / "year").mkdir()
    outcome = live(size, folder / "year")
    broken = {promise: lines for promise, lines in outcome.checks.items() if lines}
    measured = {
        **outcome.figures,
        "broken": {promise: {"times": len(lines), "first": lines[:3]} for promise, lines in broken.items()},
        "kept": [promise for promise in outcome.checks if promise not in broken],
        "idle_run_ms": _idle_run_ms(folder / "year", size.days),
    }
    sizes = {"organisations": size.organisations, "needs": size.needs, "days": size.days, "seed": size.seed}
    kept = len(outcome.checks) - len(broken)
    return Figures(QUESTION, sizes, measured, [Target("promises kept", kept, "promises", least=len(outcome.checks))])


def _idle_run_ms(folder: Path, days: int) -> dict[str, float]:
    """Processor time of each step of the jobs when nothing is left to do, by its name."""
    noon = start_of(YEAR) + timedelta(days=days - 1, hours=12)
    took: dict[str, float] = {}
    with simulated_site(folder):
        for minute in range(2):
            for name, step in {**DAILY, **HOURLY, **MINUTELY}.items():
                start = time.process_time()
                step(db.session, noon + timedelta(minutes=minute))
                took[name] = round((time.process_time() - start) * 1000, 1)
                db.session.rollback()
    return took
