"""The basket: who holds a case, and that of two people who want one only one gets it."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from matcher.oversight import cases
from matcher.oversight.cases import CaseFilters, CaseProblem, CaseRefusedError
from matcher.people import CaseReason, CaseResult
from matcher.store import AuditEntry, Case
from matcher.store.session import writing
from tests.builders import need
from tests.matcher.oversight.rows import NOW, account


@pytest.fixture
def opened(session: Session) -> int:
    """A case that nobody holds."""
    with writing(session):
        row = need(session)
        session.flush()
        case = cases.open_case(session, row, CaseReason.NO_PROPOSAL, now=NOW)
    return case.id


@pytest.fixture
def people(session: Session) -> tuple[int, int]:
    """Two accounts."""
    with writing(session):
        return account(session, "Ada").id, account(session, "Bo").id


def test_opening_twice_is_one_case(session: Session, opened: int) -> None:
    """The job of every night leaves an open case, its holder and its date as they are."""
    row = cases.get_case(session, opened)
    assert row is not None
    again = cases.open_case(session, row.need, CaseReason.SILENCE, now=NOW + timedelta(days=9))
    assert (again.id, again.reason, again.opened_at) == (opened, CaseReason.NO_PROPOSAL, NOW)


def test_of_two_who_claim_at_once_one_wins(engine: Engine, opened: int, people: tuple[int, int]) -> None:
    """Both press the button in the same instant: one holds the case, the other is told so, nothing is mixed."""
    start, outcomes = threading.Barrier(2), dict[int, str]()

    def press(number: int) -> None:
        with Session(engine) as own:
            own.get(Case, opened)  # each has the page open, with a case that nobody holds
            start.wait()
            try:
                cases.claim(own, opened, number, now=NOW)
                outcomes[number] = "held"
            except CaseRefusedError as refused:
                outcomes[number] = refused.problem.value

    threads = [threading.Thread(target=press, args=(number,)) for number in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes.values()) == ["held", "taken"]
    with Session(engine) as own:
        winner = next(number for number, outcome in outcomes.items() if outcome == "held")
        assert own.get_one(Case, opened).claimed_by_id == winner
        claims = own.scalars(select(AuditEntry.account_id).where(AuditEntry.action == "case.claimed")).all()
        assert claims == [winner]


def test_only_the_holder_notes_and_closes(session: Session, opened: int, people: tuple[int, int]) -> None:
    """Whoever does not hold the case is refused, whether somebody else does or nobody."""
    ada, bo = people
    for act in (
        lambda: cases.write_note(session, opened, bo, "x"),
        lambda: cases.close_case(session, opened, bo, CaseResult.NO_SOLUTION, now=NOW),
    ):
        with pytest.raises(CaseRefusedError, match=CaseProblem.NOT_HELD.value):
            act()
    cases.claim(session, opened, ada, now=NOW)
    with pytest.raises(CaseRefusedError, match=CaseProblem.NOT_HELD.value):
        cases.release(session, opened, bo)
    cases.write_note(session, opened, ada, " Appelée lundi.\r\n ")
    assert session.get_one(Case, opened).note == "Appelée lundi."


def test_an_animator_puts_back_the_case_of_a_colleague(session: Session, opened: int, people: tuple[int, int]) -> None:
    """Holidays must not keep a need waiting; the log tells whose case it was."""
    ada, bo = people
    cases.claim(session, opened, ada, now=NOW)
    cases.release(session, opened, bo, anyones=True)
    assert session.get_one(Case, opened).claimed_by_id is None
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "case.released")).one()
    assert (entry.account_id, entry.details) == (bo, {"holder": ada})


def test_a_note_has_a_bound(session: Session, opened: int, people: tuple[int, int]) -> None:
    """2 000 characters are kept, one more is refused and nothing is written."""
    cases.claim(session, opened, people[0], now=NOW)
    cases.write_note(session, opened, people[0], "x" * 2000)
    with pytest.raises(CaseRefusedError, match=CaseProblem.NOTE_TOO_LONG.value):
        cases.write_note(session, opened, people[0], "y" * 2001)
    assert session.get_one(Case, opened).note == "x" * 2000


def test_the_note_is_not_in_the_log_nor_readable_in_the_database(
    session: Session, opened: int, people: tuple[int, int]
) -> None:
    """What is written about people is for the basket alone."""
    cases.claim(session, opened, people[0], now=NOW)
    cases.write_note(session, opened, people[0], "La présidente est malade")
    assert all("présidente" not in str(entry.details) for entry in session.scalars(select(AuditEntry)))
    raw = session.connection().exec_driver_sql("SELECT note FROM support_case").scalar_one()
    assert "malade" not in raw


def test_a_closed_case_takes_no_more_acts(session: Session, opened: int, people: tuple[int, int]) -> None:
    """Closing is the end, until it opens again."""
    ada, bo = people
    cases.claim(session, opened, ada, now=NOW)
    cases.close_case(session, opened, ada, CaseResult.PASSED_ON, now=NOW)
    for act in (
        lambda: cases.claim(session, opened, bo, now=NOW),
        lambda: cases.release(session, opened, ada),
        lambda: cases.close_case(session, opened, ada, CaseResult.PARTNER_FOUND, now=NOW),
    ):
        with pytest.raises(CaseRefusedError, match=CaseProblem.CLOSED.value):
            act()


@pytest.mark.parametrize(
    ("result", "reason", "days", "returns"),
    [
        (CaseResult.NEED_CHANGED, CaseReason.SILENCE, 30, True),
        (CaseResult.PARTNER_FOUND, CaseReason.ALL_DECLINED, 30, True),
        (CaseResult.NEED_CHANGED, CaseReason.SILENCE, 29, False),
        (CaseResult.NO_SOLUTION, CaseReason.SILENCE, 300, False),
        (CaseResult.PASSED_ON, CaseReason.NO_PROPOSAL, 300, False),
        (CaseResult.NO_SOLUTION, CaseReason.ASKED_FOR_HELP, 0, True),
    ],
)
def test_a_closed_case_returns_only_when_something_is_new(
    session: Session,
    opened: int,
    people: tuple[int, int],
    result: CaseResult,
    reason: CaseReason,
    days: int,
    returns: bool,
) -> None:
    """What had seemed settled may come back after a month; what was given up comes back when somebody asks."""
    cases.claim(session, opened, people[0], now=NOW)
    cases.close_case(session, opened, people[0], result, now=NOW)
    later = NOW + timedelta(days=days)
    entry = cases.get_case(session, opened)
    assert entry is not None
    case = cases.open_case(session, entry.need, reason, now=later)
    assert (case.closed_at is None) is returns
    assert (case.claimed_by_id is None) is returns
    assert case.opened_at == (later if returns else NOW)


def test_the_basket_has_the_oldest_first_and_knows_its_filters(session: Session, people: tuple[int, int]) -> None:
    """Open cases by age; by holder, by reason; closed ones apart."""
    ada, _ = people
    with writing(session):
        rows = [need(session, title) for title in ("Jeune", "Vieux", "Fermé")]
        session.flush()
        found = [
            cases.open_case(session, row, reason, now=NOW - timedelta(days=age)).id
            for row, reason, age in zip(
                rows, [CaseReason.SILENCE, *[CaseReason.NO_PROPOSAL] * 2], (1, 9, 5), strict=True
            )
        ]
    for number in found[1:]:
        cases.claim(session, number, ada, now=NOW)
    cases.close_case(session, found[2], ada, CaseResult.NO_SOLUTION, now=NOW)

    def titles(filters: CaseFilters) -> list[str]:
        return [entry.need.title for entry in cases.page_of_cases(session, filters, 1, 10)]

    assert titles(CaseFilters()) == ["Vieux", "Jeune"]
    assert titles(CaseFilters(holder=ada)) == ["Vieux"]
    assert titles(CaseFilters(holder=0)) == ["Jeune"]
    assert titles(CaseFilters(reason=CaseReason.SILENCE)) == ["Jeune"]
    assert titles(CaseFilters(is_open=False)) == ["Fermé"]
    assert len(titles(CaseFilters(is_open=None))) == 3
    counts = cases.count_cases(session, ada)
    assert (counts.open, counts.unclaimed, counts.own, counts.oldest) == (2, 1, 1, NOW - timedelta(days=9))
