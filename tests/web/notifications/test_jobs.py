"""The jobs: what one run does, what keeps it from nothing, and who calls it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select

from matcher.people import MailKind, MailState
from matcher.store import Mail, Offer, Proposal, ThreadMessage
from matcher.vocabulary import PostingKind
from tests.web.html import read
from tests.web.notifications.conftest import Pair
from web import create_app, jobs
from web.assets import Site
from web.config import ConfigurationError, Settings
from web.wiring import db


def count(app: Site, model: type[Mail] | type[Proposal]) -> int:
    """Rows of a table."""
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_one_run_matches_writes_and_sends(pair: Pair) -> None:
    """And a second one finds nothing to do."""
    pair.say_yes(PostingKind.OFFER)
    first = jobs.run_due(pair.app)
    assert first["proposed"] > 0
    assert first["sent"] >= 1
    proposals, mails = count(pair.app, Proposal), count(pair.app, Mail)
    second = jobs.run_due(pair.app)
    assert not any(second.values())
    assert (count(pair.app, Proposal), count(pair.app, Mail)) == (proposals, mails)


def test_a_step_that_fails_keeps_no_other_from_its_turn(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """Matching is broken: mails still leave, and the log names neither people nor texts."""
    pair.say_yes(PostingKind.OFFER)

    def broken(_session: object, _now: datetime) -> int:
        raise RuntimeError("asso@example.org")

    monkeypatch.setitem(jobs.MINUTELY, "proposed", broken)  # type: ignore[arg-type]
    done = jobs.run_due(pair.app)
    assert done["proposed"] == 0
    assert done["sent"] >= 1


def test_the_texts_of_a_mail_say_the_same(pair: Pair) -> None:
    """Every line of words in the text is in the HTML: both are drawn from the same blocks."""
    pair.say_yes(PostingKind.OFFER)
    jobs.run_due(pair.app)
    with pair.app.app_context():
        mail = db.session.scalars(select(Mail).where(Mail.kind == MailKind.ANSWER_WANTED)).one()
        shown, links = read(mail.html), [element.attributes["href"] for element in read(mail.html).all("a")]
        for line in mail.text.splitlines():
            words, _, address = line.strip("*+-> ").partition("http")
            assert f"http{address}" in links if address else " ".join(words.split()) in shown.text


def test_a_side_is_told_no_name_before_two_yeses(pair: Pair) -> None:
    """Neither the organisation nor its contact nor its address; after two yeses both have a mail."""
    pair.say_yes(PostingKind.OFFER)
    jobs.run_due(pair.app)
    with pair.app.app_context():
        mail = db.session.scalars(select(Mail).where(Mail.kind == MailKind.ANSWER_WANTED)).one()
        organisation = db.session.get_one(Offer, pair.offer_id).organisation
        for private in (organisation.contact_email, organisation.contact_name):
            assert not private or private not in mail.text + mail.html
    pair.say_yes(PostingKind.NEED)
    jobs.run_due(pair.app)
    with pair.app.app_context():
        told = db.session.scalars(select(Mail).where(Mail.kind == MailKind.INTRODUCED)).all()
        assert {mail.state for mail in told} == {MailState.SENT}
        assert len(told) == 2
        assert all("asso@example.org" not in mail.text + mail.html for mail in told)


def test_subjects_tell_mails_apart(pair: Pair) -> None:
    """No two kinds of mail about one pair look alike in a list."""
    pair.say_yes(PostingKind.OFFER)
    jobs.run_due(pair.app)
    pair.say_yes(PostingKind.NEED)
    jobs.run_due(pair.app)
    with pair.app.app_context():
        own = db.session.execute(select(Mail.organisation_id, Mail.kind, Mail.subject)).all()
    by_owner = {(row.organisation_id, row.subject) for row in own}
    assert len(by_owner) == len({(row.organisation_id, row.kind) for row in own})


def test_mails_of_a_site_without_address_are_not_written_in_production(settings: Settings) -> None:
    """Their links would lead nowhere: said in one sentence."""
    values = settings.model_dump(exclude={"smtp_password"}) | {"environment": "production"}
    app = create_app(Settings(**values))
    with pytest.raises(ConfigurationError, match="PASSERELLE_BASE_URL"):
        jobs.run_due(app)
    with app.app_context():
        db.engine.dispose()


def test_status_says_whether_anybody_runs_them(app: Site) -> None:
    """By the command and to the pages."""
    with app.app_context():
        assert not jobs.anybody_runs_them(db.session, datetime.now(UTC))
    assert "Nobody runs the jobs" in app.test_cli_runner().invoke(args=["jobs", "status"]).output
    jobs.run_due(app)
    with app.app_context():
        assert jobs.anybody_runs_them(db.session, datetime.now(UTC))
        assert not jobs.anybody_runs_them(db.session, datetime.now(UTC) + timedelta(minutes=6))
    assert "The jobs are run." in app.test_cli_runner().invoke(args=["jobs", "status"]).output


def test_once_does_what_is_due(pair: Pair) -> None:
    """For a timer of the system."""
    pair.say_yes(PostingKind.OFFER)
    with pair.app.app_context():
        db.session.execute(delete(Mail))
        db.session.commit()
    done = pair.app.test_cli_runner().invoke(args=["jobs", "once", "--no-warm-up"])
    assert done.exit_code == 0, done.output
    assert "sent: " in done.output
    assert count(pair.app, Mail) >= 1


def test_asking_for_the_jobs_asks_once(app: Site) -> None:
    """However many answers come before somebody runs them; the task does what is due."""
    with app.app_context():
        for _ in range(5):
            jobs.soon()
    queue = jobs.queue_of(app)
    assert queue.pending_count() == 1
    queue.execute(queue.dequeue())
    with app.app_context():
        assert jobs.anybody_runs_them(db.session, datetime.now(UTC))


def test_a_queue_that_cannot_be_written_breaks_no_page(app: Site, settings: Settings) -> None:
    """The jobs come every minute anyway."""
    (settings.var_dir / jobs.QUEUE).mkdir()
    with app.app_context():
        jobs.soon()


def test_bounces_are_told_by_command(pair: Pair) -> None:
    """A Message-ID of ours is noted, another one is an error."""
    pair.say_yes(PostingKind.OFFER)
    jobs.run_due(pair.app)
    with pair.app.app_context():
        message_id = db.session.scalars(select(Mail.message_id).where(Mail.kind == MailKind.ANSWER_WANTED)).one()
    runner = pair.app.test_cli_runner()
    assert "1 in a row" in runner.invoke(args=["mail", "bounce", str(message_id)]).output
    assert runner.invoke(args=["mail", "bounce", "<x@example.org>"]).exit_code == 1


def test_a_proposed_call_comes_with_a_file_for_calendars(pair: Pair) -> None:
    """To the other side, once, with the words that were written beside it."""
    for side in PostingKind:
        pair.say_yes(side)
    row = pair.row()
    assert row is not None
    starts_at = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)
    with pair.app.app_context():
        db.session.add(
            ThreadMessage(
                introduction_id=row.id, side=PostingKind.NEED, text="Jeudi vous irait ?", call_starts_at=starts_at
            )
        )
        db.session.commit()
    jobs.run_due(pair.app)
    with pair.app.app_context():
        mail = db.session.scalars(select(Mail).where(Mail.kind == MailKind.MESSAGE)).one()
    assert mail.address == "studio@example.org"
    assert f"DTSTART:{starts_at:%Y%m%dT%H%M%SZ}" in mail.calendar
    assert "Jeudi vous irait ?" in mail.text
