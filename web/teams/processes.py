"""Starting the process of a computation of teams: ``flask teams run``, outlived by nothing that the site does.

It is in a session of its own, so that it ends neither with the request nor with the web worker that started it.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

from web.config import ROOT, Settings

#: Where such processes tell what went wrong, in the folder of everything that the service writes.
LOG: Final = Path("log") / "team-runs.log"


def start_process(run_id: int, settings: Settings) -> int:
    """Start the process of a run that waits; its number. Raises OSError when the system has no room for it."""
    log = settings.var_dir / LOG
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "teams", "run", str(run_id)],
            cwd=ROOT,
            env=settings.environment_of_process(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    # Somebody has to take note of its end, or the system keeps it as a zombie.
    threading.Thread(target=process.wait, name=f"end of run {run_id}", daemon=True).start()
    return process.pid
