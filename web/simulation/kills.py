"""Jobs whose process is killed at random moments: the same mails as without, each once.

Two copies of one site have the same work to do. On one of them nothing happens to the process; on the other one it is
ended by SIGKILL again and again, each time after a moment drawn from the seed.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from random import Random
from typing import Final

from sqlalchemy import delete, func, or_, select, update

from matcher.notifications.sending import SERVER, TAKEN_FOR, Carry, ServerAway
from matcher.notifications.working_days import Calendar
from matcher.people import MailFrequency, MailState
from matcher.simulation.population import Size
from matcher.simulation.year import Clock, Service, simulate
from matcher.store import JobMark, Mail, MailPreference, Proposal
from matcher.store.session import writing
from web.config import ROOT
from web.notifications.composing import compose
from web.simulation.site import Matching, simulated_site
from web.simulation.worker import READY
from web.wiring import db

#: Days that are lived before, in the last of which the mail server is away: yeses, reminders and messages are due then.
DAYS: Final = 16
AWAY_DAYS: Final = 4
#: Needs of each organisation in these days.
NEEDS_EACH: Final = 3
#: Longest time that a process works before it is killed, in seconds. Chosen: some mails.
LONGEST_S: Final = 3.0
#: Share of kills that come just after a mail was handed over, and how long after it at most, in seconds.
AMONG_MAILS: Final = 0.6
MAIL_S: Final = 0.03
#: Longest wait for a mail, in seconds: a process that has none to send ends by itself.
WAIT_S: Final = 20.0
#: Moments after the last kill in which the jobs may finish their work.
AFTERWARDS: Final = 12


@dataclass(frozen=True, slots=True)
class Left:
    """What is there in the end: who was written why (address and reason), what was proposed, and what is wrong."""

    mails: frozenset[tuple[str, str]]
    proposals: frozenset[tuple[int, int]]
    wrong: list[str]
    again: int


@dataclass(frozen=True, slots=True)
class Survival:
    """What ``kills`` kills did. ``again``: mails that a second process handed over under the same Message-ID."""

    kills: int
    killed_while_sending: int
    mails: int
    again: int
    checks: dict[str, list[str]]

    @property
    def kept(self) -> bool:
        """Whether nothing was lost and nothing left twice."""
        return not any(self.checks.values())


def survive(
    folder: Path, organisations: int, kills: int, seed: int, advance: Callable[[], object] = lambda: None
) -> Survival:
    """Kill the jobs ``kills`` times on a small site in ``folder``, an empty one. Cost: some seconds a kill."""
    moment = begin = _prepared(folder / "alone", organisations, seed)
    shutil.copytree(folder / "alone", folder / "killed")
    random, while_sending = Random(seed), 0  # noqa: S311 - repeatable, not secret
    _finish(folder / "alone", moment)
    for _ in range(kills):
        after_mail = random.random() < AMONG_MAILS
        longest = MAIL_S if after_mail else LONGEST_S
        _kill(folder / "killed", moment, random.uniform(0, longest), after_mail=after_mail)
        while_sending += _is_sending(folder / "killed")
        moment += TAKEN_FOR + timedelta(minutes=1)
        advance()
    _finish(folder / "killed", moment)
    alone, killed = _left(folder / "alone", begin), _left(folder / "killed", begin)
    checks = {
        "no mail is lost": [f"{who}: {why}" for who, why in sorted(alone.mails - killed.mails)],
        "no mail leaves without a reason": [f"{who}: {why}" for who, why in sorted(killed.mails - alone.mails)],
        "no proposal is lost": [str(pair) for pair in sorted(alone.proposals - killed.proposals)],
        "every mail is in the outbox once, under its own Message-ID": alone.wrong + killed.wrong,
    }
    return Survival(kills, while_sending, len(killed.mails), killed.again, checks)


def _prepared(folder: Path, organisations: int, seed: int) -> datetime:
    """A site with much to do, and the working morning on which it is to be done.

    Its days end now, because the jobs' matcher counts days by the real clock.
    """
    folder.mkdir(parents=True)
    with simulated_site(folder):
        start = datetime.now(UTC) - timedelta(days=DAYS)
        clock = Clock(start)
        away_from = start + timedelta(days=DAYS - AWAY_DAYS)
        service = Service(compose, lambda: _until(away_from, clock), Matching(clock), lambda _mail: None)
        simulate(db.session, Size(organisations, organisations * NEEDS_EACH, DAYS, seed), clock, service)
        calendar = Calendar()
        moment = calendar.morning(calendar.add_working_days(clock.today(), 1))
        _make_calm(moment)
    return moment


def _make_calm(moment: datetime) -> None:
    """Mails wait as if they had been written now, and nobody wants digests within the hour.

    Digests at once have the hour in their reason: it would differ between the two sites.
    """
    with writing(db.session):
        waiting = update(Mail).where(Mail.state == MailState.WAITING)
        db.session.execute(waiting.values(due_at=moment, attempts=0))
        db.session.execute(delete(JobMark).where(JobMark.name == SERVER))
        db.session.execute(update(MailPreference).values(frequency=MailFrequency.WEEKLY))


@contextmanager
def _until(moment: datetime, clock: Clock) -> Iterator[Carry]:
    """A mail server that is away from ``moment`` on."""
    if clock.now >= moment:
        raise ServerAway
    yield lambda _mail: None


def _kill(folder: Path, moment: datetime, after_s: float, *, after_mail: bool) -> None:
    """Start the jobs and kill their process ``after_s`` seconds after they began to work, or handed over a mail."""
    with _worker(folder, moment) as process:
        if process.stdout is None or process.stdout.readline().strip() != READY:
            raise RuntimeError("the process of the jobs did not start")
        if after_mail:
            _wait_for_mail(folder / "outbox", process)
        time.sleep(after_s)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for_mail(outbox: Path, process: subprocess.Popen[str]) -> None:
    """Until one more mail lies in ``outbox``, or the process has ended."""
    begin, end = _count(outbox), time.monotonic() + WAIT_S
    while _count(outbox) == begin and process.poll() is None and time.monotonic() < end:
        time.sleep(0.001)


def _count(outbox: Path) -> int:
    return sum(1 for _ in outbox.glob("*.eml"))


def _finish(folder: Path, moment: datetime) -> None:
    """Run the jobs undisturbed until they find nothing to do. Raises RuntimeError when they never end."""
    for number in range(AFTERWARDS):
        with _worker(folder, moment + number * (TAKEN_FOR + timedelta(minutes=1))) as process:
            told, _ = process.communicate()
        if told.split() == [READY, "0"]:
            return
    raise RuntimeError("the jobs do not come to an end")


def _worker(folder: Path, moment: datetime) -> subprocess.Popen[str]:
    command = (sys.executable, "-m", "web.simulation.worker", str(folder), moment.isoformat())
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def _is_sending(folder: Path) -> bool:
    """Whether the process died between taking a mail and noting that it was sent."""
    with simulated_site(folder):
        taken = select(func.count()).select_from(Mail).where(Mail.state == MailState.SENDING)
        return bool(db.session.scalar(taken))


def _left(folder: Path, begin: datetime) -> Left:
    """What the jobs left in ``folder`` since ``begin``."""
    files = {path.name: path for path in (folder / "outbox").glob("*.eml")}
    wrong, again = [], 0
    with simulated_site(folder):
        fresh = or_(Mail.sent_at.is_(None), Mail.sent_at >= begin)
        rows = db.session.scalars(select(Mail).where(fresh, Mail.state != MailState.CANCELLED)).all()
        for row in rows:
            again += max(0, row.attempts - 1)
            file = files.pop(f"mail-{row.id}.eml", None)
            if row.state is not MailState.SENT:
                wrong.append(f"mail {row.id} is {row.state.value}")
            elif file is None:
                wrong.append(f"mail {row.id} is not in the outbox")
            elif message_from_bytes(file.read_bytes())["Message-ID"] != row.message_id:
                wrong.append(f"mail {row.id} left under another Message-ID")
        mails = frozenset((row.address, row.key) for row in rows)
        proposals = frozenset(tuple(row) for row in db.session.execute(select(Proposal.need_id, Proposal.offer_id)))
    wrong += [f"{name} belongs to no mail" for name in files]
    return Left(mails, proposals, wrong, again)  # type: ignore[arg-type]
