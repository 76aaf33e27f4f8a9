"""Matching again what an appeared, changed or freed posting touches, by following the change log.

How far the log was followed is written with the work: a job that dies skips nothing, and what it does again changes
nothing, because a pair is recorded once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from matcher.notifications.working_days import Calendar
from matcher.postings.queries import get_posting
from matcher.store import Change, ChangeAction, JobMark, Need, Offer
from matcher.store.session import writing
from matcher.vocabulary import PostingKind

#: Names of the marks: the log that was followed, and the day on which pauses and months were looked at.
LOG: Final = "rematch"
DAYS: Final = "rematch-days"
#: Postings of one call: each costs a search. Chosen: some ten seconds.
LIMIT: Final = 200

#: Finds and records the proposals of a posting, and answers how many are new; part of a transaction of the caller.
Rematch = Callable[[Session, Need | Offer], int]


def follow_changes(
    session: Session, now: datetime, rematch: Rematch, *, calendar: Calendar | None = None, limit: int = LIMIT
) -> int:
    """Match again the live postings that changed since the last call; returns how many proposals are new.

    The first call begins with the log: what an import brought was matched by nobody.
    """
    calendar = calendar or Calendar()
    today = calendar.day_of(now)
    found = _follow_days(session, now, today, rematch)
    mark = session.get(JobMark, LOG, populate_existing=True)
    head = session.scalar(select(func.max(Change.seq))) or 0
    seen = mark.seq if mark is not None and mark.seq <= head else 0  # a lower head: restored from a copy
    for seq, kind, number in _touched(session, seen, head, limit):
        found += _match(session, kind, number, today, rematch)
        _set(session, LOG, seq, now)
    return found


def _touched(session: Session, after: int, head: int, limit: int) -> list[tuple[int, PostingKind, int]]:
    """Postings that were saved or encoded, each at its last change, in the order of the log."""
    last = func.max(Change.seq).label("seq")
    rows = session.execute(
        select(last, Change.kind, Change.object_id)
        .where(Change.seq > after, Change.seq <= head)
        .where(Change.kind.in_([kind.value for kind in PostingKind]), Change.action != ChangeAction.DELETED)
        .group_by(Change.kind, Change.object_id)
        .order_by(last)
        .limit(limit)
    ).all()
    return [(row.seq, PostingKind(row.kind), row.object_id) for row in rows]


def _follow_days(session: Session, now: datetime, today: date, rematch: Rematch) -> int:
    """What a day brings back without any change: pauses that ended, offers that have room in a new month."""
    mark = session.get(JobMark, DAYS, populate_existing=True)
    since = date.fromordinal(mark.seq) if mark is not None and mark.seq else today
    found = 0
    if since < today:
        for model in (Need, Offer):
            ended = model.paused_until.between(date.fromordinal(since.toordinal() + 1), today)
            freed = (Offer.taken_month == f"{since:%Y-%m}") & (Offer.taken_this_month >= Offer.monthly_capacity)
            new_month = model is Offer and (since.year, since.month) != (today.year, today.month)
            wanted = select(model.id).where(or_(ended, freed) if new_month else ended).order_by(model.id)
            for number in session.scalars(wanted).all():
                found += _match(session, model.posting_kind, number, today, rematch)
    if mark is None or mark.seq != today.toordinal():
        _set(session, DAYS, today.toordinal(), now)
    return found


def _match(session: Session, kind: PostingKind, number: int, today: date, rematch: Rematch) -> int:
    posting = get_posting(session, kind, number)
    return rematch(session, posting) if posting is not None and posting.is_live(today) else 0


def _set(session: Session, name: str, seq: int, now: datetime) -> None:
    with writing(session):
        mark = session.get(JobMark, name, populate_existing=True)
        if mark is None:
            mark = JobMark(name=name)
            session.add(mark)
        mark.seq, mark.at = seq, now
