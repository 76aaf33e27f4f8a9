"""A simulated year on a site of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from matcher.notifications.sending import Carry
from matcher.simulation.population import Size
from matcher.simulation.year import Clock, Outcome, Service, simulate, start_of
from matcher.store import Mail
from web.notifications.carrying import carrier, message_of
from web.notifications.composing import compose
from web.simulation.scanner import Scanner
from web.simulation.site import Matching, simulated_site
from web.wiring import db

#: The year that is lived: its summer time and holidays are real ones.
YEAR: Final = 2027


def live(
    size: Size, folder: Path, *, files: bool = False, advance: Callable[[str], object] = lambda _: None
) -> Outcome:
    """Live ``size.days`` days from 1 January :data:`YEAR` in ``folder``, an empty one.

    Mails get their real words; with ``files`` they are written into the outbox, else made and counted. ``advance`` is
    called with "organisation" or "day" for each that is done.
    """
    start = time.perf_counter()
    with simulated_site(folder) as site:
        clock, scanner = Clock(start_of(YEAR)), Scanner(site)
        service = Service(compose, carrier if files else _counted, Matching(clock), scanner)
        outcome = simulate(db.session, size, clock, service, advance)
    figures = {**outcome.figures, "links_opened": scanner.opened, "seconds": round(time.perf_counter() - start, 1)}
    return replace(outcome, scanner=scanner.found, figures=figures)


@contextmanager
def _counted() -> Iterator[Carry]:
    """A way out that makes every message and writes none."""

    def carry(mail: Mail) -> None:
        message_of(mail)

    yield carry
