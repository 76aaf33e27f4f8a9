"""The relay as a mail server and a reader meet it: exit codes, headers, notices."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from matcher.introductions.answering import say_yes
from matcher.introductions.proposing import propose_pair
from matcher.people import Actor
from matcher.relay.addresses import Writer
from matcher.relay.receiving import NoticeCode
from matcher.store import Introduction, Mail, Need, Offer, ThreadMessage
from matcher.vocabulary import ContactMode, Language, PostingKind
from tests.matcher.relay.mails import mail
from tests.web.territory import Territory
from web import create_app
from web.assets import Site
from web.config import ROOT, Settings
from web.relay.addresses import from_writer, relay_rules, reply_address, thread_headers
from web.relay.notices import compose
from web.wiring import db

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A site with a relay."""
    return settings.model_copy(
        update={
            "relay_domain": "relay.example.org",
            "relay_mailbox": "relais",
            "mail_sender": "Le Pont <le@pont.example>",
        }
    )


def introduced(territory: Territory) -> Introduction:
    """A pair whose sides both said yes; addresses are those of invented people."""
    need = db.session.get_one(Need, territory.needs["stock"])
    offer = db.session.get_one(Offer, territory.offers["planning"])
    need.organisation.contact_email, offer.organisation.contact_email = "claire@asso.example", "paul@atelier.example"
    need.organisation.contact_name = "Claire Petit"
    db.session.commit()
    propose_pair(db.session, need.id, offer.id, Actor.ANIMATOR, now=NOW)
    say_yes(db.session, need.id, offer.id, PostingKind.NEED, ContactMode.MAIL, now=NOW)
    return say_yes(db.session, need.id, offer.id, PostingKind.OFFER, ContactMode.MAIL, now=NOW)


def received(app: Site, raw: bytes, *options: str) -> tuple[int, str]:
    """Exit code and words of ``flask mail receive``."""
    done = app.test_cli_runner().invoke(args=["mail", "receive", *options], input=raw)
    return done.exit_code, done.output


def test_an_answer_from_a_mail_program_reaches_the_thread(app: Site, territory: Territory) -> None:
    """With exit code 0, once or twice."""
    with app.app_context():
        address = reply_address(introduced(territory), PostingKind.NEED)
    assert address is not None
    raw = mail("Mardi 14 h ?", To=address).as_bytes()
    assert received(app, raw)[0] == 0
    assert received(app, raw)[0] == 0
    with app.app_context():
        assert [row.text for row in db.session.scalars(select(ThreadMessage))] == ["Mardi 14 h ?"]


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (mail(), 77),
        (mail(From="eve@else.example", To="theirs"), 77),
        (mail(To="theirs", Auto_Submitted="auto-replied"), 0),
        (mail("> nur Zitat", To="theirs"), 0),
    ],
)
def test_exit_codes_tell_the_mail_server_what_to_do(
    app: Site, territory: Territory, made: EmailMessage, code: int
) -> None:
    """77 where it may tell the sender; 0 where an answer would go to a machine, or goes out from here."""
    with app.app_context():
        address = reply_address(introduced(territory), PostingKind.NEED)
    options = ("--recipient", str(address)) if made["To"] == "theirs" else ()
    found, told = received(app, made.as_bytes(), *options)
    assert found == code
    assert bool(told.strip()) is (code != 0)
    assert "example" not in told


def test_what_is_no_mail_is_bad_data(app: Site) -> None:
    """Exit code 65; a mail that is too large as well."""
    assert received(app, b"\n\n")[0] == 65
    assert received(app, b"A: b\n\n" + b"x" * (10 * 1024 * 1024))[0] == 65


def test_a_mail_waits_while_the_site_cannot_take_it(tmp_path: Path) -> None:
    """Exit code 75, whether the database is not there or no relay is set up: nothing is lost."""
    values = {"environment": "testing", "secret_key": "x" * 40, "var_dir": tmp_path, "encoder_warmup": False}
    raw = mail(To="relais@relay.example.org", Auto_Submitted="").as_bytes()
    assert received(create_app(Settings(**values)), raw)[0] == 75  # type: ignore[arg-type]
    broken = create_app(Settings(**values, relay_domain="relay.example.org"))  # type: ignore[arg-type]
    with broken.app_context():
        rules = relay_rules()
        assert rules is not None
        address = rules.domain.address(Writer("a" * 32, PostingKind.NEED))
    assert received(broken, mail(To=address).as_bytes())[0] == 75


def test_a_real_pipe_works(settings: Settings, tmp_path: Path) -> None:
    """The program as a mail server starts it: bytes on standard input, an exit code."""
    environment = settings.environment_of_process() | {
        "PASSERELLE_RELAY_DOMAIN": "relay.example.org",
        "PASSERELLE_SECRET_KEY": "x" * 40,
        "PASSERELLE_ENCODER_WARMUP": "0",
    }
    command = (sys.executable, "-m", "flask", "--app", "wsgi", "mail", "receive")
    raw = b"From: a@b.example\nTo: nobody@relay.example.org\n\nCaf\xe9"
    done = subprocess.run(command, cwd=ROOT, env=environment, input=raw, capture_output=True, check=False, timeout=120)
    assert done.returncode == 77
    assert b"No exchange has this address." in done.stderr


def test_mails_of_a_thread_find_their_way_back(app: Site, territory: Territory) -> None:
    """Each side has its own Reply-To; References are the same for both, so that programs show one conversation."""
    with app.test_request_context():
        pair = introduced(territory)
        need, offer = (thread_headers(pair, side) for side in PostingKind)
        assert need["Reply-To"] != offer["Reply-To"]
        assert need["References"] == offer["References"] == need["In-Reply-To"]
        assert from_writer(pair.need.organisation) == "Claire via Le Pont <le@pont.example>"
        pair.need.organisation.contact_name = ""
        pair.need.organisation.name = "Les\r\nBcc: x@example.org"
        assert "\n" not in from_writer(pair.need.organisation)
        db.session.rollback()


def test_without_a_relay_there_is_no_reply_address(app: Site, territory: Territory) -> None:
    """Mails then say to answer on the site."""
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"relay_domain": ""})
    with app.test_request_context():
        pair = introduced(territory)
        assert reply_address(pair, PostingKind.NEED) is None
        assert thread_headers(pair, PostingKind.NEED) == {}
        assert relay_rules() is None


def test_before_two_yeses_there_is_no_reply_address(app: Site) -> None:
    """There is no thread yet."""
    with app.test_request_context():
        assert reply_address(Introduction(), PostingKind.OFFER) is None


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("code", list(NoticeCode))
def test_notices_say_what_happened_in_the_senders_language(app: Site, code: NoticeCode, language: Language) -> None:
    """A subject with the title, one sentence, the same in both forms, and nothing of the title is markup."""
    with app.test_request_context():
        words = compose(code, "Un <b>site</b>", language)
    assert "Un <b>site</b>" in words.subject
    assert "<b>site</b>" not in words.html
    assert words.text.strip()


def test_notices_wait_with_the_other_mails(app: Site, territory: Territory) -> None:
    """They are rows like every other mail: the organisation can see them, and a server that is down loses none."""
    with app.app_context():
        address = reply_address(introduced(territory), PostingKind.NEED)
    assert received(app, mail("> nur Zitat", To=str(address)).as_bytes())[0] == 0
    with app.app_context():
        assert [row.key.split(":")[:2] for row in db.session.scalars(select(Mail))] == [["relay", "refusal"]]


@pytest.mark.parametrize(
    "values",
    [{"relay_domain": "no domain"}, {"relay_mailbox": "a+b"}, {"relay_mailbox": "x" * 11}, {"relay_max_bytes": 1}],
)
def test_settings_that_cannot_work_are_refused(values: dict[str, object]) -> None:
    """At the start, and not with the first mail."""
    with pytest.raises(ValidationError):
        Settings(environment="testing", **values)  # type: ignore[arg-type]
