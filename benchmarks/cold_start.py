"""How long does the first page of a cold process take, before the model is loaded?

From the start of gunicorn (one worker, no preload) to the last byte of the home page. The first
run, which reads the files of the libraries from disk, is told apart.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from benchmarks.report import ROOT, Figures, Target, percentiles
from benchmarks.server import demo, environment, get, served

QUESTION = "Time from the start of the process to its first complete page"
LIMIT_S = 1.0

#: The same without a server: what importing and building the application take by themselves.
CLIENT = "from web import create_app; assert create_app().test_client().get('/').status_code == 200"


def run(small: bool, folder: Path) -> Figures:
    """Start the site again and again."""
    times = 2 if small else 10
    var = demo(folder)
    took, alone = [], []
    for _ in range(times):
        with served(var) as (address, start):
            assert b"</html>" in get(address + "/")
            took.append(time.perf_counter() - start)
        start = time.perf_counter()
        subprocess.run(
            (sys.executable, "-c", CLIENT), cwd=ROOT, env=environment(var), check=True, stdout=subprocess.DEVNULL
        )
        alone.append(time.perf_counter() - start)
    warm = percentiles(took[1:])
    measured = {"first_s": round(took[0], 3), "gunicorn_s": warm, "test_client_s": percentiles(alone)}
    return Figures(QUESTION, {"starts": times}, measured, [Target("first page, p50", warm["p50"], "s", most=LIMIT_S)])
