"""Who did what to whose data, when. Entries are added in the transaction of the act itself and never changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from matcher.clock import start_of_day
from matcher.oversight.paging import page_of
from matcher.postings.queries import Page
from matcher.store import Account, AuditEntry

#: What a text of the details may be: a code, never a sentence, a name or an address.
_CODE: Final = re.compile(r"[A-Za-z0-9_.:+-]{0,64}")
#: Entries of one file. Chosen: some years of a territory; the days of the filter cut the rest.
MAX_EXPORTED: Final = 50_000

EXPORT_HEADERS: Final = ("at", "account_id", "action", "object_kind", "object_id", "details")


class PrivateDetailError(ValueError):
    """Somebody wanted to write a text into the details of the log."""


@dataclass(frozen=True, slots=True)
class AuditFilters:
    """What the log is narrowed to; all of it has to hold. ``since`` and ``until`` are days in UTC, both included.

    ``area`` is the first word of actions, such as ``case`` for ``case.claimed``.
    """

    area: str = ""
    account_id: int | None = None
    object_kind: str = ""
    object_id: int | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """An entry and the name of the account, empty when it has none or is gone."""

    entry: AuditEntry
    name: str


def record(
    session: Session, account_id: int | None, action: str, object_kind: str, object_id: int | None, **details: Any
) -> AuditEntry:
    """Add an entry within the transaction of the caller, who commits.

    Parameters
    ----------
    account_id
        Who did it; None for the site itself.
    action
        ``area.verb``, at most 60 characters, such as ``organisation.merged``.
    details
        Numbers, yes and no, dates, values of closed lists, codes; lists and mappings of these.

    Raises
    ------
    PrivateDetailError
        When a detail is a text that is no code: names, addresses and sentences do not belong here.
    """
    entry = AuditEntry(
        account_id=account_id,
        action=action,
        object_kind=object_kind,
        object_id=object_id,
        details={name: _plain(value) for name, value in details.items()},
    )
    session.add(entry)
    return entry


def page_of_entries(session: Session, filters: AuditFilters, page: int, per_page: int) -> Page[Told]:
    """Entries of one page, the newest first, with the names of their accounts. Cost: one count and one query."""
    query = select(AuditEntry, Account).outerjoin(Account, Account.id == AuditEntry.account_id)
    wanted = query.where(*_conditions(filters))
    return page_of(session, wanted, (AuditEntry.id.desc(),), page, per_page, _told)


def export_entries(session: Session, filters: AuditFilters) -> list[dict[str, Any]]:
    """Entries under ``filters`` as rows of a file (:data:`EXPORT_HEADERS`), the newest first; nobody is named."""
    query = select(AuditEntry).where(*_conditions(filters)).order_by(AuditEntry.id.desc()).limit(MAX_EXPORTED)
    return [_exported(entry) for entry in session.scalars(query)]


def last_entry(session: Session, object_kind: str, object_id: int, actions: Iterable[str]) -> AuditEntry | None:
    """The newest of these acts on one object."""
    query = select(AuditEntry).where(
        AuditEntry.object_kind == object_kind, AuditEntry.object_id == object_id, AuditEntry.action.in_(list(actions))
    )
    return session.scalar(query.order_by(AuditEntry.id.desc()).limit(1))


def actors(session: Session) -> list[tuple[int, str]]:
    """Number and name of every account that is in the log, by number."""
    known = select(AuditEntry.account_id).where(AuditEntry.account_id.is_not(None)).distinct()
    return [(row.id, row.name) for row in session.scalars(select(Account).where(Account.id.in_(known)))]


def _conditions(filters: AuditFilters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.area:
        found.append(AuditEntry.action.startswith(f"{filters.area}.", autoescape=True))
    if filters.account_id is not None:
        found.append(AuditEntry.account_id == filters.account_id)
    if filters.object_kind:
        found.append(AuditEntry.object_kind == filters.object_kind)
    if filters.object_id is not None:
        found.append(AuditEntry.object_id == filters.object_id)
    if filters.since is not None:
        found.append(AuditEntry.at >= start_of_day(filters.since))
    if filters.until is not None:
        found.append(AuditEntry.at < start_of_day(filters.until + timedelta(days=1)))
    return found


def _told(rows: Sequence[Any]) -> list[Told]:
    return [Told(entry, account.name if account is not None else "") for entry, account in rows]


def _exported(entry: AuditEntry) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(entry, name) for name in EXPORT_HEADERS}
    return row | {
        "at": entry.at.isoformat(timespec="seconds"),
        "details": " ".join(f"{name}={_flat(value)}" for name, value in sorted(entry.details.items())),
    }


def _flat(value: Any) -> str:
    if isinstance(value, Mapping):
        return ",".join(f"{name}:{_flat(item)}" for name, item in sorted(value.items()))
    return ",".join(map(_flat, value)) if isinstance(value, list) else str(value)


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int() | float():
            return value
        case datetime() | date():
            return value.isoformat()
        case StrEnum():
            return value.value
        case str():
            if _CODE.fullmatch(value) is None:
                raise PrivateDetailError("details of the log hold codes and numbers, never texts")
            return value
        case Mapping():
            return {_plain(name): _plain(item) for name, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(item) for item in value]
        case _:
            raise PrivateDetailError(f"details of the log hold codes and numbers, not {type(value).__name__}")
