"""How long does the first page of a cold process take, before the model is loaded?

The page: in a process that has imported the application and answered nothing yet, from the request to
the last byte of the home page; mappers and statements are compiled in that time, and compiled templates
are read from ``var/cache``. The start: from the start of gunicorn (one worker, no preload, as the Makefile
starts it) to the last byte of its first page, imports included. The first start of an installation, which
compiles the templates and reads the files of the libraries from disk, is told apart. The floor: the same start of
the least site on the same libraries (``benchmarks.bare_site``), each time right after ours, since a machine is not
equally fast from one minute to the next; ``start_of_floor`` is how many times as long ours takes.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from benchmarks.report import ROOT, Figures, Target, percentiles
from benchmarks.server import demo, environment, get, served

QUESTION = "First page of a cold process, and how long the process takes to start"
LIMIT_S = 1.0

#: What a process does for its first page; it prints how long that took.
CLIENT = """
import time
from wsgi import app
client = app.test_client()
start = time.perf_counter()
page = client.get("/")
took = time.perf_counter() - start
assert page.status_code == 200 and b"</html>" in page.data
print(took)
"""


def run(small: bool, folder: Path) -> Figures:
    """Start the site again and again."""
    times = 2 if small else 10
    var = demo(folder)
    starts, floors, pages = [], [], []
    for _ in range(times):
        starts.append(_start(var, "wsgi:app"))
        floors.append(_start(var, "benchmarks.bare_site:app"))
        pages.append(_first_page(var))
    start, floor, page = percentiles(starts[1:]), percentiles(floors[1:]), percentiles(pages)
    measured = {
        "first_start_s": round(starts[0], 3),
        "start_to_page_s": start,
        "floor_to_page_s": floor,
        "start_of_floor": round(start["p50"] / floor["p50"], 2),
        "page_s": page,
    }
    targets = [
        Target("first page, p95", page["p95"], "s", most=LIMIT_S),
        Target("start of the process to its first page, p50", start["p50"], "s", most=LIMIT_S),
    ]
    return Figures(QUESTION, {"starts": times}, measured, targets)


def _start(var: Path, app: str) -> float:
    """Seconds from the start of gunicorn to the last byte of the first page."""
    with served(var, app) as (address, start):
        assert b"</html>" in get(address + "/")
        return time.perf_counter() - start


def _first_page(var: Path) -> float:
    """Seconds from request to last byte in a new process."""
    done = subprocess.run(
        (sys.executable, "-c", CLIENT), cwd=ROOT, env=environment(var), check=True, capture_output=True, text=True
    )
    return float(done.stdout.splitlines()[-1])
