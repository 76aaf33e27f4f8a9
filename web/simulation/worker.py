"""``python -m web.simulation.worker FOLDER MOMENT``: the jobs of one moment, in a process that may be killed."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from web.jobs import run_due
from web.simulation.site import simulated_site
from web.wiring import services

#: What the process says when it begins to work, and with how much it did at the end.
READY = "ready"


def main(folder: str, moment: str) -> None:
    """Run what is due at ``moment`` (ISO 8601) on the site in ``folder``; prints the sum of what was done."""
    with simulated_site(Path(folder)) as site:
        services()
        click.echo(READY)
        click.echo(sum(run_due(site, datetime.fromisoformat(moment)).values()))


if __name__ == "__main__":
    main(*sys.argv[1:])
