"""The basket: needs without a partner, and who of the animators and support bodies looks after each of them.

One case a need. Whoever claims it holds it: notes and closing are the holder's. Claiming is one transaction that
takes the write lock before it reads: of two people who claim at the same instant one wins and the other is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from matcher.oversight import audit
from matcher.oversight.paging import page_of
from matcher.people import CaseReason, CaseResult
from matcher.postings.cleaning import clean_text
from matcher.postings.limits import TextLimit
from matcher.postings.queries import Page
from matcher.store import Account, Case, Need
from matcher.store.session import writing

#: The note of a case. Chosen: what a handover needs.
NOTE: Final = TextLimit(2000)
#: A need that went wrong again after it was thought settled comes back, but not the next night. Chosen, not measured.
RETURNS_AFTER: Final = timedelta(days=30)
#: Results after which the same trouble may come up again; the others are the end of it.
_MAY_RETURN: Final = frozenset({CaseResult.PARTNER_FOUND, CaseResult.NEED_CHANGED})


class CaseProblem(StrEnum):
    """Why an act on a case was not done."""

    TAKEN = "taken"  # somebody else holds it
    NOT_HELD = "not_held"  # claim it first
    CLOSED = "closed"
    NOTE_TOO_LONG = "note_too_long"


class CaseRefusedError(ValueError):
    """An act on a case that was not done; nothing was written."""

    def __init__(self, problem: CaseProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class CaseFilters:
    """What the basket is narrowed to. ``holder``: an account; 0 for nobody; None for whoever."""

    is_open: bool | None = True
    reason: CaseReason | None = None
    holder: int | None = None


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """A case, its need, and the name of who holds it (empty: nobody, or an account without a name)."""

    case: Case
    need: Need
    holder: str


@dataclass(frozen=True, slots=True)
class BasketCounts:
    """What lies in the basket: open cases, those nobody holds, those of one account, and the age of the oldest."""

    open: int
    unclaimed: int
    own: int
    oldest: datetime | None


def open_case(session: Session, need: Need, reason: CaseReason, *, now: datetime) -> Case:
    """Put ``need`` into the basket; safe to call every night.

    An open case stays as it is, whoever holds it. A closed one opens again when somebody asks for help, or when its
    need had seemed settled (partner found, need changed) and :data:`RETURNS_AFTER` has passed. Joins the transaction
    at hand, else is one of its own.
    """
    with writing(session):
        case = session.scalar(select(Case).where(Case.need_id == need.id))
        if case is None:
            case = Case(need_id=need.id, reason=reason, opened_at=now)
            session.add(case)
        elif returns(case, reason, now):
            case.reason, case.opened_at = reason, now
            case.result = case.closed_at = case.claimed_by_id = case.claimed_at = None
        else:
            return case
        session.flush()
        audit.record(session, None, "case.opened", "case", case.id, need=need.id, reason=reason)
    return case


def claim(session: Session, case_id: int, account_id: int, *, now: datetime) -> Case:
    """Look after a case from now on; again changes nothing. Raises CaseRefusedError when somebody else does."""
    with writing(session):
        case = _open(session, case_id)
        if case.claimed_by_id not in {None, account_id}:
            raise CaseRefusedError(CaseProblem.TAKEN)
        if case.claimed_by_id is None:
            case.claimed_by_id, case.claimed_at = account_id, now
            audit.record(session, account_id, "case.claimed", "case", case.id)
    return case


def release(session: Session, case_id: int, account_id: int, *, anyones: bool = False) -> Case:
    """Put a case back for others. ``anyones``: an animator may do so for a colleague who is away."""
    with writing(session):
        case = _open(session, case_id)
        if case.claimed_by_id is not None:
            if case.claimed_by_id != account_id and not anyones:
                raise CaseRefusedError(CaseProblem.NOT_HELD)
            audit.record(session, account_id, "case.released", "case", case.id, holder=case.claimed_by_id)
            case.claimed_by_id = case.claimed_at = None
    return case


def write_note(session: Session, case_id: int, account_id: int, text: str) -> Case:
    """Replace the note of a case that ``account_id`` holds; at most :data:`NOTE` characters."""
    told = clean_text(text)
    if len(told) > NOTE.maximum:
        raise CaseRefusedError(CaseProblem.NOTE_TOO_LONG)
    with writing(session):
        case = _held(session, case_id, account_id)
        if case.note != told:
            case.note = told
            audit.record(session, account_id, "case.noted", "case", case.id, characters=len(told))
    return case


def close_case(session: Session, case_id: int, account_id: int | None, result: CaseResult, *, now: datetime) -> Case:
    """End a case with what came of it. Its holder does it, or the site itself (``account_id`` None)."""
    with writing(session):
        case = _open(session, case_id) if account_id is None else _held(session, case_id, account_id)
        case.result, case.closed_at = result, now
        audit.record(session, account_id, "case.closed", "case", case.id, result=result)
    return case


def get_case(session: Session, case_id: int) -> CaseEntry | None:
    """A case by its number."""
    row = session.execute(_entries().where(Case.id == case_id)).first()
    return None if row is None else _read([row])[0]


def case_of(session: Session, need: Need) -> Case | None:
    """The case of a need, open or closed."""
    return session.scalar(select(Case).where(Case.need_id == need.id))


def page_of_cases(session: Session, filters: CaseFilters, page: int, per_page: int) -> Page[CaseEntry]:
    """Cases of one page: open ones by age, the oldest first; closed ones, the last closed first."""
    order = (Case.opened_at, Case.id) if filters.is_open else (Case.closed_at.desc(), Case.opened_at, Case.id)
    return page_of(session, _entries().where(*_conditions(filters)), order, page, per_page, _read)


def count_cases(session: Session, account_id: int) -> BasketCounts:
    """What lies in the basket, for somebody who looks into it."""
    own = func.count().filter(Case.claimed_by_id == account_id)
    unclaimed = func.count().filter(Case.claimed_by_id.is_(None))
    query = select(func.count(), unclaimed, own, func.min(Case.opened_at)).where(Case.closed_at.is_(None))
    return BasketCounts(*session.execute(query).one())


def _entries() -> Any:
    both = select(Case, Need, Account).join(Need, Need.id == Case.need_id)
    return both.outerjoin(Account, Account.id == Case.claimed_by_id)


def _read(rows: Sequence[Any]) -> list[CaseEntry]:
    return [CaseEntry(case, need, holder.name if holder is not None else "") for case, need, holder in rows]


def _conditions(filters: CaseFilters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.is_open is not None:
        found.append(Case.closed_at.is_(None) if filters.is_open else Case.closed_at.is_not(None))
    if filters.reason is not None:
        found.append(Case.reason == filters.reason)
    if filters.holder is not None:
        found.append(Case.claimed_by_id == filters.holder if filters.holder else Case.claimed_by_id.is_(None))
    return found


def returns(case: Case, reason: CaseReason, now: datetime) -> bool:
    """Whether a closed case opens again for ``reason``; see :func:`open_case`."""
    if case.closed_at is None:
        return False
    if reason is CaseReason.ASKED_FOR_HELP:
        return True
    return case.result in _MAY_RETURN and now - case.closed_at >= RETURNS_AFTER


def _open(session: Session, case_id: int) -> Case:
    case = session.get_one(Case, case_id, populate_existing=True)
    if case.closed_at is not None:
        raise CaseRefusedError(CaseProblem.CLOSED)
    return case


def _held(session: Session, case_id: int, account_id: int) -> Case:
    case = _open(session, case_id)
    if case.claimed_by_id != account_id:
        raise CaseRefusedError(CaseProblem.NOT_HELD)
    return case
