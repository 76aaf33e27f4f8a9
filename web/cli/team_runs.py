"""``flask teams run``: one computation of teams, in the process that :mod:`web.teams.processes` starts for it."""

from __future__ import annotations

import os
import traceback

import click
from sqlalchemy.orm import sessionmaker

from matcher.hackathons.computing import perform_run
from web.logs import log
from web.wiring import db


def workers() -> int:
    """Processes of one run: half of the processors, so that two runs leave the site its share."""
    return max(1, (os.cpu_count() or 1) // 2)


@click.command("run", hidden=True)
@click.argument("run_id", type=click.IntRange(1))
@click.option("--iterations", type=click.IntRange(1), help="Work instead of time, with one process: to be repeatable.")
def run_command(run_id: int, iterations: int | None) -> None:
    """Do the computation of teams RUN_ID, and add its version."""
    try:
        ended = perform_run(
            sessionmaker(db.engine), run_id, workers=1 if iterations else workers(), iterations=iterations
        )
    except Exception as error:  # noqa: BLE001 - the last frame of the process: the run says FAILED, the log says where
        # Neither message nor values: they could hold what people wrote.
        trace = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
        log.error("team run failed", run=run_id, error=type(error).__name__, trace=trace)
        raise SystemExit(1) from None
    click.echo(f"Run {run_id}: {ended.value if ended else 'not to be done here'}")
