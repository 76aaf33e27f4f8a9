"""Saved searches: told when something new answers, as often as was chosen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from matcher.notifications.letters import SearchLetter
from matcher.notifications.preferences import AT_ONCE_GAP, WEEK_DAYS
from matcher.notifications.working_days import Calendar
from matcher.people import MailFrequency
from matcher.postings.filters import is_live
from matcher.store import Need, Offer, SavedSearch
from matcher.store.session import writing
from matcher.vocabulary import PostingKind

#: Searches of one owner. Chosen: more are kept by nobody, and each costs a search a week.
MAX_SEARCHES: Final = 20


class TooManySearches(ValueError):
    """The owner keeps :data:`MAX_SEARCHES` searches already."""


def save_search(
    session: Session,
    looks_for: PostingKind,
    *,
    query: str,
    filters: str,
    frequency: MailFrequency = MailFrequency.WEEKLY,
    account_id: int | None = None,
    organisation_id: int | None = None,
    now: datetime,
) -> SavedSearch:
    """Keep a search for an account, or for an organisation; the same one again is the one that is kept.

    ``query`` is what was typed (500 characters at most), ``filters`` the query string of a list (1000 at most).
    """
    wanted = {"looks_for": looks_for, "query": query[:500], "filters": filters[:1000]}
    with writing(session):
        own = searches_of(session, account_id=account_id, organisation_id=organisation_id)
        for row in own:
            if all(getattr(row, name) == value for name, value in wanted.items()):
                row.frequency = frequency
                return row
        if len(own) >= MAX_SEARCHES:
            raise TooManySearches
        row = SavedSearch(
            **wanted, account_id=account_id, organisation_id=organisation_id, frequency=frequency, seen_until=now
        )
        session.add(row)
    return row


def searches_of(
    session: Session, *, account_id: int | None = None, organisation_id: int | None = None
) -> Sequence[SavedSearch]:
    """Searches of one owner, newest first."""
    return session.scalars(
        select(SavedSearch).where(_owner(account_id, organisation_id)).order_by(SavedSearch.id.desc())
    ).all()


def delete_search(
    session: Session, search_id: int, *, account_id: int | None = None, organisation_id: int | None = None
) -> bool:
    """Forget a search of this owner; False when there is none."""
    with writing(session):
        row = session.scalar(
            select(SavedSearch).where(SavedSearch.id == search_id, _owner(account_id, organisation_id))
        )
        if row is not None:
            session.delete(row)
    return row is not None


def find_searches(session: Session, now: datetime, calendar: Calendar) -> Iterator[SearchLetter]:
    """Searches that are due and whose side has something newer; whether it answers, composing tells."""
    newest = {kind: _newest(session, kind, now, calendar) for kind in PostingKind}
    for row in session.scalars(select(SavedSearch).order_by(SavedSearch.id)):
        latest = newest[row.looks_for]
        if latest is None or latest <= row.seen_until or not is_due(row, now, calendar):
            continue
        yield SearchLetter(
            reason=f"saved_search:{row.id}:{row.seen_until.timestamp():.0f}",
            organisation_id=row.organisation_id,
            account_id=row.account_id,
            search_id=row.id,
            since=row.seen_until,
        )


def is_due(search: SavedSearch, now: datetime, calendar: Calendar) -> bool:
    """Whether a search may be told at ``now``: within the hour, or on a working morning a week after the last time."""
    if search.frequency is MailFrequency.NEVER:
        return False
    if search.frequency is MailFrequency.AT_ONCE:
        return now - search.seen_until >= AT_ONCE_GAP
    days = (calendar.day_of(now) - calendar.day_of(search.seen_until)).days
    return days >= WEEK_DAYS and calendar.is_morning(now)


def _newest(session: Session, kind: PostingKind, now: datetime, calendar: Calendar) -> datetime | None:
    model = Need if kind is PostingKind.NEED else Offer
    return session.scalar(select(func.max(model.created_at)).where(is_live(model, calendar.day_of(now))))


def _owner(account_id: int | None, organisation_id: int | None) -> ColumnElement[bool]:
    if account_id is not None:
        return SavedSearch.account_id == account_id
    if organisation_id is not None:
        return SavedSearch.organisation_id == organisation_id
    raise ValueError("a search belongs to an account or to an organisation")
