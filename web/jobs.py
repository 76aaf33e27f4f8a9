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

from flask import Flask, Response, after_this_request, current_app
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from matcher.clock import utc_now
from matcher.introductions.expiry import expire_due
from matcher.notifications.following import follow_changes
from matcher.notifications.marks import mark_run, was_run_since
from matcher.notifications.planning import EACH_HOUR, EACH_MINUTE, plan_mails
from matcher.notifications.sending import send_due
from matcher.oversight.stuck import open_due_cases, settle_cases
from matcher.people import MailKind
from matcher.store import Need, Offer
from web.clock import calendar
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
#: Mails that answer what somebody has just done on a page, and how many of them leave right after it. Chosen.
ANSWERS: Final = frozenset({MailKind.ACCOUNT, MailKind.HACKATHON})
MOST_ANSWERS: Final = 25
_EXTENSION: Final = "passerelle.jobs"

#: A step: what it does at a moment, and how many things it did.
Step = Callable[[Session, datetime], int]


def _rematch(session: Session, posting: Need | Offer) -> int:
    return services().matcher.propose(session, posting)


def _encode(_session: Session, _now: datetime) -> int:
    """Postings that a web process saved before its encoder was there."""
    if services().loader.ready() is not None:
        services().encode_waiting()
    return 0


def _follow(session: Session, now: datetime) -> int:
    return follow_changes(session, now, _rematch, calendar=calendar())


def _plan(session: Session, now: datetime) -> int:
    return plan_mails(session, now, compose, calendar(), EACH_MINUTE)


def _digests(session: Session, now: datetime) -> int:
    return plan_mails(session, now, compose, calendar(), EACH_HOUR)


def _send(session: Session, now: datetime) -> int:
    return send_due(session, now, carrier, domain=sending_domain(), calendar=calendar()).sent


def _send_answers(session: Session, now: datetime) -> int:
    return send_due(session, now, carrier, domain=sending_domain(), kinds=ANSWERS, limit=MOST_ANSWERS).sent


def _cases(session: Session, now: datetime) -> int:
    return settle_cases(session, now) + open_due_cases(session, now, calendar())


#: What is done every minute and at once, in this order; before it, once an hour; and before that, once a day.
MINUTELY: Final[Mapping[str, Step]] = {"encoded": _encode, "proposed": _follow, "planned": _plan, "sent": _send}
HOURLY: Final[Mapping[str, Step]] = {"expired": expire_due, "cases": _cases, "digests": _digests}
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


def send_after_answer() -> None:
    """Send the mails that answer what was done on the page at hand (:data:`ANSWERS`) once it has been answered.

    For whoever waits for a link to sign in: it leaves by the process that wrote it, whether or not another one runs
    the jobs, and however long that one is at other work. A mail that does not get away waits for the jobs, or for the
    next of its kind. Call it after the commit of what is to be sent; nobody waits for it in the answer.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def hand_over() -> None:
        with app.app_context():
            _done("sent", _send_answers, utc_now())

    @after_this_request
    def _later(response: Response) -> Response:
        response.call_on_close(hand_over)
        return response


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
