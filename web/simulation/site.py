"""A site of its own for the simulation: its database, its settings, its clock; nothing of the real one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from matcher.pairs.service import Matcher
from matcher.pairs.weights import shipped_weights
from matcher.simulation.year import Clock
from matcher.store import Need, Offer
from matcher.store.schema import upgrade
from web import create_app
from web.assets import Site
from web.config import Settings
from web.services import StoreSearch
from web.wiring import db, services

#: Where the pages of the simulated site are: nobody's address (RFC 2606).
ADDRESS: Final = "https://passerelle.example.org"


@contextmanager
def simulated_site(folder: Path) -> Iterator[Site]:
    """An application over a migrated database in ``folder``, inside a request as the jobs make one."""
    site = create_app(
        Settings(
            environment="testing",
            secret_key="simulation: this key protects nothing",  # noqa: S106 - as it says
            encryption_keys=("simulation: this key protects nothing",),
            var_dir=folder,
            database_url="",
            model=str(folder / "no model"),
            encoder_warmup=False,
            rate_limits_enabled=False,
            base_url=ADDRESS,
            mail_sender="Passerelle <bonjour@example.org>",
            relay_domain="relay.example.org",
            smtp_host="",
        )
    )
    with site.test_request_context(base_url=ADDRESS):
        upgrade(db.engine)
        try:
            yield site
        finally:
            db.session.close()
            db.engine.dispose()


class Matching:
    """The real matcher on the clock of the simulation, answering from words alone.

    Encoding the texts of a year would take hours on one processor; proposals by words come from the same filters,
    the same ranking and the same record.
    """

    def __init__(self, clock: Clock) -> None:
        searches = {kind: StoreSearch(store) for kind, store in services().stores.items()}
        self._matcher = Matcher(searches, lambda: None, lambda: None, shipped_weights(), clock.today)

    def __call__(self, session: Session, posting: Need | Offer) -> int:
        """Find and record the proposals of ``posting``; how many are new."""
        return self._matcher.propose(session, posting)
