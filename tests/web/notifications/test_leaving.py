"""Mails as they leave: headers, a server that is away for a day, processes that are killed."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from matcher.notifications.sending import Report, outlook, send_due
from matcher.people import MailKind, MailState
from matcher.store import Mail, Organisation
from matcher.store.encryption import blind_index
from matcher.store.session import writing
from matcher.vocabulary import Language
from tests.web.mail_server import serving
from web.assets import Site
from web.config import Settings
from web.notifications.carrying import carrier
from web.wiring import db

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)


def write(app: Site, count: int, address: str = "", subject: str = "Trois propositions") -> None:
    """Mails that wait, each to an address of its own unless one is given."""
    with app.app_context(), writing(db.session):
        organisation = Organisation(
            name=f"À {time.monotonic_ns()}", source="site", external_key=str(time.monotonic_ns()),
            family="user_sector", organisation_type="association", place_id=1, contact_email=address,
        )  # fmt: skip
        db.session.add(organisation)
        db.session.flush()
        for number in range(count):
            to = address or f"p{number}@example.org"
            db.session.add(
                Mail(
                    key=f"retention:{organisation.id}:{number}/0" if not address else f"digest:{organisation.id}:x/0",
                    kind=MailKind.DIGEST if address else MailKind.RETENTION, organisation_id=organisation.id,
                    address=to, address_index=blind_index(to), language=Language.FR, subject=subject,
                    text="Bonjour,\nvoilà.\n", html="<p>Bonjour,<br>voilà.</p>", due_at=NOW, created_at=NOW,
                )
            )  # fmt: skip


def send(app: Site, now: datetime = NOW) -> Report:
    """Send what is due."""
    with app.test_request_context(base_url="https://passerelle.example.org"):
        return send_due(db.session, now, carrier, domain="example.org")


def states(app: Site) -> list[MailState]:
    """Where the mails stand."""
    with app.app_context():
        return [mail.state for mail in db.session.query(Mail).order_by(Mail.id)]


def test_a_mail_can_be_stopped_by_the_program_that_shows_it(mailing: tuple[Site, int]) -> None:
    """RFC 8058 and RFC 3834: whole addresses in the headers, and no answer of machines to machines."""
    app, port = mailing
    write(app, 1, "asso@example.org")
    with serving(port) as server:
        assert send(app).sent == 1
    (mail,) = server.mails
    assert re.fullmatch(r"<https://passerelle\.example\.org/courriels/[\w.-]+/stop>", mail["List-Unsubscribe"])
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"].endswith("@example.org>")
    assert mail.get_content_type() == "multipart/alternative"


def test_headers_that_programs_read_are_not_encoded(mailing: tuple[Site, int]) -> None:
    """A long address stays one word: folded or encoded, no program would find it."""
    app, _ = mailing
    write(app, 1, "asso@example.org")
    with app.test_request_context(base_url="https://a-rather-long-name.of-a-site.example.org"):
        from web.notifications.carrying import message_of  # noqa: PLC0415

        raw = message_of(db.session.query(Mail).one()).as_email("a@example.org").as_bytes()
    assert re.search(rb"^List-Unsubscribe: <https://[^\s?]+/stop>\r?$", raw, re.MULTILINE)


@pytest.mark.parametrize("subject", ["Bonjour\nBcc: tous@example.org", "Bonjour\r\n\r\nUn autre corps"])
def test_no_line_break_of_a_subject_becomes_a_header(mailing: tuple[Site, int], subject: str) -> None:
    """Such a mail is given up, and the next one leaves."""
    app, port = mailing
    write(app, 1, "asso@example.org", subject)
    write(app, 1, "studio@example.org")
    with serving(port) as server:
        report = send(app)
    assert (report.sent, report.failed) == (1, 1)
    assert [mail["To"] for mail in server.mails] == ["studio@example.org"]


def test_refused_for_good_and_for_now_are_told_apart(mailing: tuple[Site, int]) -> None:
    """550 ends a mail, 451 lets it wait; neither keeps the others."""
    app, port = mailing
    for address in ("a@refused.example", "b@later.example", "c@example.org"):
        write(app, 1, address)
    with serving(port) as server:
        send(app)
    assert states(app) == [MailState.FAILED, MailState.WAITING, MailState.SENT]
    assert len(server.mails) == 1


def test_a_server_that_is_down_for_a_day_loses_nothing(mailing: tuple[Site, int]) -> None:
    """Mails wait; it is asked again after an hour at most; when it is back, each leaves once."""
    app, port = mailing
    write(app, 8)
    for minutes in range(0, 24 * 60, 10):
        assert send(app, NOW + timedelta(minutes=minutes)).sent == 0
    later = NOW + timedelta(days=1, hours=1)
    with app.app_context():
        assert outlook(db.session, later).waiting == 8
    with serving(port) as server:
        assert send(app, later).sent == 8
        assert send(app, later).sent == 0
    assert sorted(mail["To"] for mail in server.mails) == [f"p{number}@example.org" for number in range(8)]


#: A process that sends what is due and says when it begins; it is killed before it can say more.
SENDER = """
import sys
from datetime import datetime
from web import create_app
from web.config import Settings
from web.notifications.carrying import carrier
from web.wiring import db
from matcher.notifications.sending import send_due
app = create_app(Settings(encoder_warmup=False))
with app.test_request_context(base_url="https://passerelle.example.org"):
    print("ready", flush=True)
    send_due(db.session, datetime.fromisoformat(sys.argv[1]), carrier, domain="example.org")
"""


def wait_for_more(folder: Path) -> None:
    """Until one more file lies in the outbox: the process is in the middle of its work."""
    before, end = len(list(folder.glob("*.eml"))), time.monotonic() + 30
    while len(list(folder.glob("*.eml"))) <= before and time.monotonic() < end:
        time.sleep(0.002)


def test_processes_that_are_killed_at_random_moments_lose_and_repeat_nothing(app: Site, settings: Settings) -> None:
    """kill -9 between taking, writing and noting: in the end each mail is one whole file of the outbox."""
    count = 120
    write(app, count)
    environment = {
        **os.environ,
        "PASSERELLE_VAR_DIR": str(settings.var_dir),
        "PASSERELLE_SECRET_KEY": settings.secret_key,
        "PASSERELLE_ENVIRONMENT": "testing",
    }
    moments = random.Random(5)
    moment, killed = NOW, 0
    for _ in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", SENDER, moment.isoformat()], cwd=ROOT, env=environment,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        wait_for_more(settings.var_dir / "outbox")
        time.sleep(moments.uniform(0, 0.1))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        moment += timedelta(minutes=11)
    assert killed, "every process was faster than its end"
    assert MailState.SENDING in states(app) or MailState.WAITING in states(app), "nothing was left to take up"
    assert MailState.SENT in states(app), "they sent nothing"
    while any(state is not MailState.SENT for state in states(app)):
        send(app, moment)
        moment += timedelta(minutes=11)
    files = sorted((settings.var_dir / "outbox").glob("*.eml"))
    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]
    assert sorted(mail["To"] for mail in mails) == sorted(f"p{number}@example.org" for number in range(count))
    assert len({mail["Message-ID"] for mail in mails}) == count
    assert all("voilà" in mail.get_body(("plain",)).get_content() for mail in mails)  # type: ignore[union-attr]
    with app.app_context():
        kept = {row.message_id for row in db.session.query(Mail)}
    assert kept == {mail["Message-ID"] for mail in mails}
