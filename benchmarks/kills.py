"""Does a job that is killed at a random moment lose a mail, or send one twice?

Two copies of one small site have the same work to do. On one of them the process of the jobs, a real one, is ended by
SIGKILL again and again, most often just after it handed a mail over; in the end both must have written the same mails
and proposals (:mod:`web.simulation.kills`). The same as ``flask simulate kills``.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.report import Figures, Target
from web.simulation.kills import survive

QUESTION = "Mails lost or sent twice by jobs that are killed at random moments"

#: Organisations and kills; the seed of both.
LARGE = (60, 25)
SMALL = (12, 2)
SEED = 1


def run(small: bool, folder: Path) -> Figures:
    """Kill, let the jobs finish, compare."""
    organisations, kills = SMALL if small else LARGE
    (folder / "kills").mkdir()
    found = survive(folder / "kills", organisations, kills, SEED)
    broken = {promise: lines for promise, lines in found.checks.items() if lines}
    measured = {
        "killed_while_sending": found.killed_while_sending,
        "mails": found.mails,
        "handed_over_again_with_same_message_id": found.again,
        "broken": {promise: {"times": len(lines), "first": lines[:3]} for promise, lines in broken.items()},
        "kept": [promise for promise in found.checks if promise not in broken],
    }
    sizes = {"organisations": organisations, "kills": kills, "seed": SEED}
    kept = len(found.checks) - len(broken)
    return Figures(QUESTION, sizes, measured, [Target("promises kept", kept, "promises", least=len(found.checks))])
