"""How much memory does a web worker take that has served pages and lists but has not encoded?

Measured on the demonstration and on a large generated territory, on the worker of a real gunicorn,
after its pages have been asked for several times. Resident memory counts shared pages fully.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.report import Figures, Target
from benchmarks.server import demo, get, memory_mb, served, workers
from benchmarks.territory import territory

QUESTION = "Resident memory of a web worker that has served pages and has not encoded"
LIMIT_MB = 150.0

#: Pages that answer without the encoder: home, lists with facets, one posting, an organisation, the map, exports.
PAGES = ("/", "/besoins", "/offres", "/organisations", "/offres?page=3", "/besoins/1", "/offres/1", "/organisations/1",
         "/carte", "/en/offres", "/offres.atom", "/api/offers")  # fmt: skip
ROUNDS = 3


def run(small: bool, folder: Path) -> Figures:
    """Serve both territories in turn."""
    made = territory(small, folder)
    measured = {"demo": _measured(demo(folder)), f"{made.offers}_offers": _measured(made.var)}
    targets = [
        Target(f"worker with {name.replace('_', ' ')}", found["worker"]["rss"], "MB", most=LIMIT_MB)
        for name, found in measured.items()
    ]
    return Figures(QUESTION, {"offers": made.offers, "pages": len(PAGES), "rounds": ROUNDS}, measured, targets)


def _measured(var: Path) -> dict[str, Any]:
    with served(var) as (address, _):
        get(address + "/")
        parent, worker = workers(int(address.rsplit(":", 1)[1]))
        fresh = memory_mb(worker)
        for _ in range(ROUNDS):
            for page in PAGES:
                get(address + page)
        return {"after_first_page": fresh, "worker": memory_mb(worker), "parent": memory_mb(parent)}
