"""What the service does by itself: match again, end what silence ends, write and send mails.

Every step is derived from stored state and may be run twice, by two processes, or not at all for a day: it then does
what was left. Huey (https://huey.readthedocs.io) calls them every minute and every hour, and at once when a page asks
for it; its queue is ``var/jobs.db``. A site without a process for jobs serves every page, and its mails wait.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from matcher.introductions.expiry import expire_due
from matcher.notifications.following import follow_changes
from matcher.notifications.marks import mark_run, was_run_since
from matcher.notifications.planning import plan_mails
from matcher.notifications.sending import send_due
from matcher.notifications.working_days import Calendar
from matcher.oversight.stuck import open_due_cases, settle_cases
from matcher.store import Need, Offer
from matcher.store.base import utc_now
from web.clock import TERRITORY_ZONE
from web.config import ConfigurationError, Settings
from web.logs import log
from web.notifications.carrying import carrier, sending_domain
from web.notifications.composing import compose
from web.privacy.nightly import forget_what_is_old
from web.wiring import db, services

if TYPE_CHECKING:
    from huey import SqliteHuey

#: File of the queue, in the folder of everything that the service writes.
QUEUE: Final = "jobs.db"
#: Where the site is served when no public address is set: in development.
HERE: Final = "http://127.0.0.1:5000"
#: Without a sign for so long, nobody runs the jobs. Chosen: some minutes of a busy machine.
SILENT: Final = timedelta(minutes=5)
_EXTENSION: Final = "passerelle.jobs"

#: A step: what it does at a moment, and how many things it did.
Step = Callable[[Session, datetime], int]


def calendar() -> Calendar:
    """The calendar of the territory."""
    settings: Settings = current_app.config["SETTINGS"]
    return Calendar(TERRITORY_ZONE, settings.local_law_holidays)


def _rematch(session: Session, posting: Need | Offer) -> int:
    matcher = services().matcher
    return matcher.record(session, posting, matcher.proposals(session, posting))


def _encode(_session: Session, _now: datetime) -> int:
    """Postings that a web process saved before its encoder was there."""
    if services().loader.ready() is not None:
        services().encode_waiting()
    return 0


def _follow(session: Session, now: datetime) -> int:
    return follow_changes(session, now, _rematch, calendar=calendar())


def _plan(session: Session, now: datetime) -> int:
    return plan_mails(session, now, compose, calendar())


def _send(session: Session, now: datetime) -> int:
    return send_due(session, now, carrier, domain=sending_domain(), calendar=calendar()).sent


def _cases(session: Session, now: datetime) -> int:
    return settle_cases(session, now) + open_due_cases(session, now, calendar())


#: What is done every minute and at once, in this order; before it, once an hour; and before that, once a day.
MINUTELY: Final[Mapping[str, Step]] = {"encoded": _encode, "proposed": _follow, "planned": _plan, "sent": _send}
HOURLY: Final[Mapping[str, Step]] = {"expired": expire_due, "cases": _cases}
DAILY: Final[Mapping[str, Step]] = {"forgotten": forget_what_is_old}
#: Rounds in their order: the mark of each, how long it rests, its steps.
ROUNDS: Final = (
    ("jobs-daily", timedelta(days=1), DAILY),
    ("jobs-hourly", timedelta(hours=1), HOURLY),
    ("jobs", timedelta(0), MINUTELY),
)


def run_due(app: Flask, now: datetime | None = None) -> dict[str, int]:
    """Do everything that is due; what each step did. A step that fails is logged, and keeps no other from its turn.

    Raises ConfigurationError in production without a public address: links in mails would lead nowhere.
    """
    settings: Settings = app.config["SETTINGS"]
    if settings.in_production and not settings.base_url:
        raise ConfigurationError(
            "PASSERELLE_BASE_URL must hold the public address of the site: mails carry links to it."
        )
    now = now or utc_now()
    done: dict[str, int] = {}
    with app.test_request_context(base_url=settings.base_url or HERE):
        for mark, every, steps in ROUNDS:
            if was_run_since(db.session, mark, now, every):
                continue
            for name, step in steps.items():
                done[name] = _done(name, step, now)
            mark_run(db.session, mark, now)
    return done


def _done(name: str, step: Step, now: datetime) -> int:
    try:
        count = step(db.session, now)
    except Exception as error:  # noqa: BLE001 - one step must not keep the others from their turn
        db.session.rollback()
        if isinstance(error, SQLAlchemyError):
            error.hide_parameters = True  # type: ignore[attr-defined]  # values may be personal: not for the log
        log.error("job failed", job=name, error=type(error).__name__)
        return 0
    if count:
        log.info("job", job=name, count=count)
    return count


def anybody_runs_them(session: Session, now: datetime) -> bool:
    """Whether a process for jobs gave a sign of life in the last minutes."""
    return was_run_since(session, "jobs", now, SILENT)


def soon() -> None:
    """Ask for the jobs at once, after the commit of what they should see. Never fails: they come every minute."""
    try:
        queue = queue_of(current_app._get_current_object())  # type: ignore[attr-defined]
        if not queue.pending_count():
            queue.passerelle_due()
    except (OSError, sqlite3.Error) as error:
        log.warning("jobs not called", error=type(error).__name__)


def queue_of(app: Flask) -> Any:
    """The queue of ``app`` with its tasks, one for its process."""
    if _EXTENSION not in app.extensions:
        app.extensions[_EXTENSION] = _queue(app)
    return app.extensions[_EXTENSION]


def _queue(app: Flask) -> SqliteHuey:
    from huey import SqliteHuey, crontab  # noqa: PLC0415 - the first page needs none of it

    settings: Settings = app.config["SETTINGS"]
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    queue = SqliteHuey("passerelle", filename=str(settings.var_dir / QUEUE), results=False)

    @queue.task(name="due")  # type: ignore[untyped-decorator]
    def due() -> None:
        run_due(app)

    queue.periodic_task(crontab(minute="*"), name="every-minute")(due.func)
    queue.passerelle_due = due
    return queue
