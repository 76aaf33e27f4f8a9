"""Does the service keep what it promises people, over a year of a territory?

Invented organisations post needs and offers and answer mails for a simulated year: real use cases, real database, real
words of mails, the clock passed in. Then the process of the jobs is killed again and again on a small site. Proposals
come from words alone: encoding the texts of a year would take hours on one processor.

Shares and delays of behaviours are chosen, not measured: the figures of mails and answers say nothing about real
people. What counts is that every promise was kept.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.report import Figures, Target
from matcher.simulation.population import Size
from web.simulation.kills import survive
from web.simulation.year import live

QUESTION = "Promises to people over a simulated year, and with jobs killed at random moments"

#: Organisations, needs and days of the year; organisations and kills of the small site.
LARGE = (Size(2000, 3000, 365, seed=1), 60, 25)
SMALL = (Size(30, 40, 45, seed=1), 12, 2)


def run(small: bool, folder: Path) -> Figures:
    """Live the year, then kill."""
    size, organisations, kills = SMALL if small else LARGE
    for name in ("year", "kills"):
        (folder / name).mkdir()
    outcome = live(size, folder / "year")
    survival = survive(folder / "kills", organisations, kills, size.seed)
    checks = {**outcome.checks, **survival.checks}
    kept = sum(not broken for broken in checks.values())
    measured = {
        **outcome.figures,
        "broken": {
            promise: {"times": len(broken), "first": broken[:3]} for promise, broken in checks.items() if broken
        },
        "kept": [promise for promise, broken in checks.items() if not broken],
        "kills": {
            "kills": survival.kills,
            "killed_while_sending": survival.killed_while_sending,
            "mails": survival.mails,
            "handed_over_again_with_same_message_id": survival.again,
        },
    }
    sizes = {"organisations": size.organisations, "needs": size.needs, "days": size.days, "seed": size.seed}
    return Figures(QUESTION, sizes, measured, [Target("promises kept", kept, "promises", least=len(checks))])
