"""Wrong tries, waits, sessions and addresses: the rules behind the pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from matcher.accounts import second_step
from matcher.accounts.addresses import clean_address
from matcher.accounts.registering import (
    AddressTakenError,
    change_address,
    change_password,
    clean_name,
    create_account,
)
from matcher.accounts.signing_in import (
    FIRST_WAIT,
    LONGEST_WAIT,
    TRIES,
    account_of_session,
    end_sessions,
    is_waiting,
    note_failure,
    note_sign_in,
    note_visit,
    wait_after,
)
from matcher.store import Account
from matcher.vocabulary import Language

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def account(session: Session, address: str = "camille@example.org") -> Account:
    """An account with a password."""
    return create_account(
        session, address, password="hash", name="Camille", language=Language.FR, consent_version="1", now=NOW
    )


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" Camille@Example.ORG ", "camille@example.org"),
        ("a.b+c@sub.example.org", "a.b+c@sub.example.org"),
        ("camille", None),
        ("", None),
        ("a@b", None),
        ("a@example.org\nBcc: b@example.org", None),
        ("a@example.org\0", "a@example.org"),
        ("é@example.org", None),
        ("a@ехample.org", None),
        ("a,b@example.org", None),
        ("<a@example.org>", None),
        ("a" * 250 + "@example.org", None),
    ],
)
def test_addresses_are_what_mail_can_be_sent_to(typed: str, address: str | None) -> None:
    """In lower case; nothing that could be another header, another address or another alphabet."""
    assert clean_address(typed) == address


def test_names_are_one_visible_line() -> None:
    """Line ends become blanks, signs that nobody sees go, and a long name is cut."""
    assert clean_name("  Camille\r\n\tNoël\u202e\u200b ") == "Camille Noël"
    assert len(clean_name("x" * 500)) == 120


def test_ten_wrong_tries_in_a_row_wait_and_further_rounds_wait_longer(session: Session) -> None:
    """A quarter of an hour, then twice as long each round, a day at most; a sign-in forgets all."""
    row = account(session)
    for _ in range(TRIES - 1):
        note_failure(session, row.id, NOW)
    assert not is_waiting(row, NOW)
    note_failure(session, row.id, NOW)
    assert is_waiting(row, NOW + FIRST_WAIT - timedelta(seconds=1))
    assert not is_waiting(row, NOW + FIRST_WAIT)
    assert [wait_after(TRIES * rounds) for rounds in (1, 2, 3)] == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT]
    assert wait_after(TRIES * 100_000) == LONGEST_WAIT
    note_sign_in(session, row, NOW)
    assert (row.failed_logins, row.locked_until) == (0, None)


def test_sessions_end_with_the_password_and_with_the_lock(session: Session) -> None:
    """The name of the sessions changes; an account that is locked out has none."""
    row = account(session)
    first = row.session_name
    assert account_of_session(session, first) is row
    change_password(session, row, "other")
    second = row.session_name
    end_sessions(session, row)
    assert len({first, second, row.session_name}) == 3
    assert account_of_session(session, first) is None
    row.active = False
    session.commit()
    assert account_of_session(session, row.session_name) is None


def test_one_address_has_one_account(session: Session) -> None:
    """Making a second one, or moving another there, is refused; moving to one's own changes nothing."""
    row, other = account(session), account(session, "other@example.org")
    with pytest.raises(AddressTakenError):
        account(session)
    with pytest.raises(AddressTakenError):
        change_address(session, other, row.email)
    assert change_address(session, row, row.email) == row.email


def test_a_visit_is_written_down_once_a_day(session: Session) -> None:
    """And takes back the warning that the account will be deleted."""
    row = account(session)
    note_visit(session, row, NOW + timedelta(hours=23))
    assert row.last_active_at == NOW
    row.warned_at = NOW
    session.commit()
    note_visit(session, row, NOW + timedelta(hours=25))
    assert (row.last_active_at, row.warned_at) == (NOW + timedelta(hours=25), None)


def test_a_code_counts_once(session: Session) -> None:
    """Neither the same period nor an earlier one is taken again."""
    row = account(session)
    second_step.set_up(session, row, "secret", 100)
    assert not second_step.take_counter(session, row.id, 100)
    assert second_step.take_counter(session, row.id, 101)
    assert not second_step.take_counter(session, row.id, 99)
    assert second_step.app_of(row) == second_step.App("secret", 101)


def test_recovery_codes_open_once_however_they_are_typed(session: Session) -> None:
    """Case, blanks and hyphens do not count; new ones end the old; giving up the step ends all."""
    row = account(session)
    codes = second_step.set_up(session, row, "secret", 1)
    assert len(set(codes)) == second_step.RECOVERY_CODES
    assert second_step.take_recovery_code(session, row.id, codes[0].upper().replace("-", " "))
    assert not second_step.take_recovery_code(session, row.id, codes[0])
    assert not second_step.take_recovery_code(session, row.id, "")
    renewed = second_step.renew_recovery_codes(session, row)
    assert not second_step.take_recovery_code(session, row.id, codes[1])
    assert second_step.take_recovery_code(session, row.id, renewed[1])
    second_step.stop(session, row)
    assert (second_step.app_of(row), row.recovery_codes) == (None, [])
