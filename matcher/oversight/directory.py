"""Organisations as the animator keeps them: which ones nobody has checked yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from matcher.oversight import audit
from matcher.oversight.paging import page_of
from matcher.postings.queries import Page
from matcher.store import Organisation
from matcher.store.session import writing


@dataclass(frozen=True, slots=True)
class DirectoryFilters:
    """What the list is narrowed to: words of a name or brand, and whether somebody checked the organisation."""

    name: str = ""
    is_verified: bool | None = None


def verify(session: Session, organisation_id: int, *, is_right: bool, account_id: int, now: datetime) -> Organisation:
    """Say that somebody checked that an organisation exists and is what it says, or take that back.

    Saying it again changes nothing. Raises NoResultFound for an organisation that is gone.
    """
    with writing(session):
        organisation = session.get_one(Organisation, organisation_id, populate_existing=True)
        if (organisation.verified_at is not None) is not is_right:
            organisation.verified_at = now if is_right else None
            action = "organisation.verified" if is_right else "organisation.doubted"
            audit.record(session, account_id, action, "organisation", organisation.id)
    return organisation


def page_of_organisations(session: Session, filters: DirectoryFilters, page: int, per_page: int) -> Page[Organisation]:
    """Organisations of one page, the newest first: what came last wants a look first."""
    wanted = select(Organisation).where(*_conditions(filters))
    return page_of(session, wanted, (Organisation.id.desc(),), page, per_page, _rows)


def count_unverified(session: Session) -> int:
    """How many organisations nobody has checked."""
    return session.scalar(select(func.count()).select_from(Organisation).where(Organisation.verified_at.is_(None))) or 0


def _conditions(filters: DirectoryFilters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.name:
        named = Organisation.name.icontains(filters.name, autoescape=True)
        found.append(named | Organisation.brand.icontains(filters.name, autoescape=True))
    if filters.is_verified is not None:
        found.append(
            Organisation.verified_at.is_not(None) if filters.is_verified else Organisation.verified_at.is_(None)
        )
    return found


def _rows(rows: Sequence[Any]) -> list[Organisation]:
    return [row[0] for row in rows]
