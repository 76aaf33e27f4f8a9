"""The log: who did what, without any private text."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matcher.oversight import audit
from matcher.oversight.audit import AuditFilters, PrivateDetailError
from matcher.people import CaseReason
from matcher.store import AuditEntry
from matcher.store.session import writing
from tests.matcher.oversight.rows import account


@pytest.mark.parametrize(
    "private",
    ["ada@example.org", "Ada Essai", "Rappeler la présidente", "a\nb", "x" * 65, ["Ada Essai"], {"Ada Essai": 1}, b"x"],
)
def test_a_private_text_is_refused(session: Session, private: object) -> None:
    """Names, addresses and sentences never get into the details, at any depth."""
    with pytest.raises(PrivateDetailError):
        audit.record(session, None, "case.noted", "case", 1, told=private)
    assert not session.new


def test_codes_numbers_and_days_are_kept(session: Session) -> None:
    """What the details may hold comes back as plain values."""
    with writing(session):
        audit.record(
            session,
            None,
            "x.y",
            "need",
            1,
            reason=CaseReason.SILENCE,
            count=3,
            on=date(2026, 1, 2),
            yes=True,
            of=[1, 2],
        )
    found = session.scalars(select(AuditEntry)).one()
    assert found.details == {"reason": "silence", "count": 3, "on": "2026-01-02", "yes": True, "of": [1, 2]}


def test_an_act_that_fails_leaves_no_entry(session: Session) -> None:
    """The entry belongs to the transaction of the act."""

    def act() -> None:
        with writing(session):
            audit.record(session, None, "case.opened", "case", 1)
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act()
    assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0


def _entries(session: Session) -> int:
    with writing(session):
        ada = account(session)
        for day, action, kind in [(1, "case.opened", "case"), (2, "case.claimed", "case"), (3, "caser.x", "need")]:
            entry = audit.record(session, ada.id if day > 1 else None, action, kind, day)
            entry.at = datetime(2026, 11, day, 22, 59, tzinfo=UTC)  # a minute to midnight in Nancy
    return ada.id


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (AuditFilters(), ["caser.x", "case.claimed", "case.opened"]),
        (AuditFilters(area="case"), ["case.claimed", "case.opened"]),
        (AuditFilters(area="ca%"), []),
        (AuditFilters(object_kind="need"), ["caser.x"]),
        (AuditFilters(object_kind="case", object_id=2), ["case.claimed"]),
        (AuditFilters(since=date(2026, 11, 2)), ["caser.x", "case.claimed"]),
        (AuditFilters(until=date(2026, 11, 2)), ["case.claimed", "case.opened"]),
    ],
)
def test_filters_leave_what_they_name_newest_first(
    session: Session, filters: AuditFilters, expected: list[str]
) -> None:
    """Days are whole and included; an area is a whole word."""
    _entries(session)
    page = audit.page_of_entries(session, filters, 1, 10)
    assert [told.entry.action for told in page] == expected
    assert page.total == len(expected)
    assert [row["action"] for row in audit.export_entries(session, filters)] == expected


def test_entries_tell_the_name_of_the_account(session: Session) -> None:
    """The page names who did it; the file gives the number alone."""
    number = _entries(session)
    page = audit.page_of_entries(session, AuditFilters(account_id=number), 1, 10)
    assert [told.name for told in page] == ["Ada Essai", "Ada Essai"]
    row = audit.export_entries(session, AuditFilters(account_id=number))[0]
    assert row["account_id"] == number
    assert "Ada" not in str(row)
    assert audit.actors(session) == [(number, "Ada Essai")]


def test_the_last_of_some_acts_on_an_object(session: Session) -> None:
    """The newest entry with one of the names is found, others are not looked at."""
    with writing(session):
        for action in ("review.approved", "review.refused", "need.seen"):
            audit.record(session, None, action, "need", 7)
    found = audit.last_entry(session, "need", 7, ["review.approved", "review.refused"])
    assert found is not None
    assert found.action == "review.refused"
    assert audit.last_entry(session, "need", 8, ["review.refused"]) is None
