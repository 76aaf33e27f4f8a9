"""What is older than its rule allows goes, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matcher.insights.facts import all_counts
from matcher.notifications.letters import Words
from matcher.people import AccountRole, MailKind, MailState
from matcher.privacy.retention import RULES, Kind, Report, months_before, run_retention
from matcher.store import Account, AccountRoleRow, Invitation, Mail, Need, Offer, ThreadMessage
from matcher.store.encryption import blind_index
from matcher.store.session import writing
from matcher.vocabulary import ClosedReason, PostingStatus
from tests import builders
from tests.matcher.privacy.people import NOW, OWN, introduced

DAY = timedelta(days=1)


def months_later(months: int, days: int = 0) -> datetime:
    """So many months of 31 days, and days, after the pair was proposed."""
    return NOW + timedelta(days=31 * months + days)


def warn(account: Account, ends_on: date) -> Words:
    """Words that can be looked for."""
    return Words("Your account", f"{account.name}: {ends_on}", "<p>")


def run(session: Session, now: datetime) -> dict[Kind, int]:
    """What a night did, rules that found nothing left out."""
    report = run_retention(session, now, warn=warn)
    return {kind: count for kind, count in report.counts.items() if count}


def let_mails_leave(session: Session, now: datetime) -> None:
    """Everything that waits is sent."""
    with writing(session):
        for mail in session.scalars(select(Mail).where(Mail.state == MailState.WAITING)):
            mail.state, mail.sent_at = MailState.SENT, now


def test_every_kind_has_one_rule(session: Session) -> None:
    """A report tells all of them in their order."""
    assert sorted(rule.kind for rule in RULES) == sorted(Kind)
    assert [line.rule for line in run_retention(session, NOW).lines] == list(RULES)


@pytest.mark.parametrize(
    ("now", "months", "then"),
    [((2026, 3, 31), 1, (2026, 2, 28)), ((2026, 1, 15), 1, (2025, 12, 15)), ((2028, 2, 29), 12, (2027, 2, 28)),
     ((2026, 12, 31), 36, (2023, 12, 31)), ((2026, 12, 1), 12, (2025, 12, 1))],
)  # fmt: skip
def test_months_are_those_of_the_calendar(now: tuple[int, int, int], months: int, then: tuple[int, int, int]) -> None:
    """A day that the month has not becomes its last one."""
    assert months_before(datetime(*now, 8, tzinfo=UTC), months) == datetime(*then, 8, tzinfo=UTC)


def test_a_posting_goes_a_year_after_anything_was_heard_of_it(session: Session) -> None:
    """Not while it is open, not while its pair moved; with it goes an organisation that nobody is left in."""
    people = introduced(session, with_account=False)
    heard = people.pair.changed_at
    with writing(session):
        for row in (people.need, people.offer):
            row.status, row.closed_reason, row.closed_at = PostingStatus.CLOSED, ClosedReason.ABANDONED, NOW
            row.updated_at = NOW
    assert Kind.POSTINGS not in run(session, NOW + timedelta(days=380))  # heard of 61 days later
    assert run(session, heard + timedelta(days=367))[Kind.POSTINGS] == 2
    assert session.scalar(select(func.count()).select_from(Need)) == 0


def test_an_open_posting_stays_however_old(session: Session) -> None:
    """An offer that stands is not forgotten: its end is its own date."""
    with writing(session):
        builders.offer(session, created_at=NOW, updated_at=NOW, expires_on=None)
        builders.need(session, created_at=NOW, updated_at=NOW, expires_on=NOW.date())
    assert run(session, months_later(13)) == {Kind.POSTINGS: 1}
    assert session.scalar(select(func.count()).select_from(Offer)) == 1


def test_a_thread_goes_as_a_whole_half_a_year_after_its_last_message(session: Session) -> None:
    """A single newer message keeps all of it."""
    people = introduced(session, with_account=False)
    assert Kind.THREADS not in run(session, months_later(6))
    with writing(session):
        newest = session.scalars(select(ThreadMessage).order_by(ThreadMessage.id.desc())).first()
        assert newest is not None
        newest.sent_at = months_later(3)
    assert Kind.THREADS not in run(session, months_later(8))
    assert run(session, months_later(10))[Kind.THREADS] == 2
    assert people.pair.need_yes_at is not None


def test_mails_lose_their_words_and_keep_their_reason(session: Session) -> None:
    """Sent, cancelled and failed ones; a waiting one is not touched. The key goes on preventing a second mail."""
    introduced(session, with_account=False)
    with writing(session):
        row = session.scalars(select(Mail).order_by(Mail.id)).first()
        assert row is not None
        row.state, row.sent_at = MailState.WAITING, None
    assert run(session, months_later(6, 10))[Kind.MAILS] == 1
    session.expire_all()
    waiting, emptied = session.scalars(select(Mail).order_by(Mail.id)).all()
    assert (waiting.address, waiting.text) == (OWN, "own text")
    assert {emptied.address, emptied.address_index, emptied.subject, emptied.text, emptied.html} == {""}
    assert (emptied.key, emptied.state) == ("other", MailState.SENT)
    assert Kind.MAILS not in run(session, months_later(6, 11))


def test_an_account_is_warned_a_month_before_and_deleted_when_it_stays_unused(session: Session) -> None:
    """One warning, thirty days, then it goes with its name and address."""
    account = introduced(session).account
    account_id, last = account.id, account.last_active_at
    end = last.replace(year=last.year + 3)
    assert Kind.WARNINGS not in run(session, end - 31 * DAY)
    assert run(session, end - 29 * DAY)[Kind.WARNINGS] == 1
    told = session.scalars(select(Mail).where(Mail.kind == MailKind.RETENTION)).one()
    assert (told.address, told.account_id, told.state) == (OWN, account_id, MailState.WAITING)
    assert told.text == f"Ottilie: {(end + DAY).date()}"
    let_mails_leave(session, end - 29 * DAY)
    assert not {Kind.WARNINGS, Kind.ACCOUNTS} & set(run(session, end - DAY))
    assert run(session, end + 2 * DAY)[Kind.ACCOUNTS] == 1
    assert session.get(Account, account_id) is None


def test_a_warning_that_could_not_leave_does_not_count(session: Session) -> None:
    """A mail server that is away for a month deletes nobody."""
    account = introduced(session).account
    end = account.last_active_at.replace(year=account.last_active_at.year + 3)
    assert run(session, end - 29 * DAY)[Kind.WARNINGS] == 1
    assert Kind.ACCOUNTS not in run(session, end + 2 * DAY)
    let_mails_leave(session, end + 3 * DAY)
    assert run(session, end + 4 * DAY)[Kind.ACCOUNTS] == 1


def test_whoever_comes_back_after_the_warning_stays(session: Session) -> None:
    """And is warned again three years later."""
    account = introduced(session).account
    end = account.last_active_at.replace(year=2029)
    run(session, end - 20 * DAY)
    with writing(session):
        account.last_active_at = end - 10 * DAY
    assert not {Kind.WARNINGS, Kind.ACCOUNTS} & set(run(session, end + 40 * DAY))
    assert run(session, end + timedelta(days=3 * 365))[Kind.WARNINGS] == 1


def test_nobody_is_deleted_without_a_warning(session: Session) -> None:
    """However long nobody ran the job: the warning comes first, thirty days before."""
    introduced(session)
    late = datetime(2035, 1, 1, tzinfo=UTC)
    run_retention(session, late)
    assert session.scalar(select(func.count()).select_from(Account)) == 1
    assert run(session, late) == {Kind.WARNINGS: 1}
    let_mails_leave(session, late)
    assert Kind.ACCOUNTS not in run(session, late + 29 * DAY)
    assert run(session, late + 31 * DAY)[Kind.ACCOUNTS] == 1


def test_the_last_administrator_is_never_deleted(session: Session) -> None:
    """A site without one could not be looked after."""
    account = introduced(session).account
    with writing(session):
        session.add(AccountRoleRow(account_id=account.id, role=AccountRole.ADMINISTRATOR))
    session.expire_all()
    late = datetime(2035, 1, 1, tzinfo=UTC)
    run(session, late)
    assert Kind.ACCOUNTS not in run(session, late + 31 * DAY)


def test_invitations_end_a_month_after_their_day(session: Session) -> None:
    """They hold the address of somebody who never answered."""
    people = introduced(session)
    with writing(session):
        session.add(
            Invitation(
                organisation_id=people.own.id, address="x@y.example", address_index=blind_index("x@y.example"),
                expires_at=NOW,
            )
        )  # fmt: skip
    assert Kind.INVITATIONS not in run(session, NOW + 27 * DAY)
    assert run(session, NOW + 40 * DAY) == {Kind.INVITATIONS: 1}


@pytest.mark.parametrize("act", [run_retention])
def test_a_dry_run_says_the_same_and_does_nothing(session: Session, act: Callable[..., Report]) -> None:
    """The command shows before it does."""
    introduced(session)
    late = datetime(2035, 1, 1, tzinfo=UTC)
    said = act(session, late, dry_run=True).counts
    assert session.scalar(select(func.count()).select_from(ThreadMessage)) == 2
    assert session.scalars(select(Mail.text).order_by(Mail.id)).all() == ["own text", "other text"]
    done = act(session, late, warn=warn).counts
    assert {kind: done[kind] for kind in (Kind.THREADS, Kind.MAILS, Kind.WARNINGS)} == {
        kind: said[kind] for kind in (Kind.THREADS, Kind.MAILS, Kind.WARNINGS)
    }


def test_figures_do_not_shrink_by_retention(session: Session) -> None:
    """Whatever goes leaves its counts."""
    people = introduced(session, with_account=False)
    with writing(session):
        people.need.expires_on = NOW.date()
        people.need.updated_at = NOW
    late = datetime(2035, 1, 1, tzinfo=UTC)
    before = all_counts(session, late)
    assert run(session, late)[Kind.POSTINGS] == 1
    assert all_counts(session, late) == before
