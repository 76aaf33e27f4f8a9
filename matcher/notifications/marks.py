"""When a recurring job was last done."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from matcher.store import JobMark
from matcher.store.session import writing


def mark_run(session: Session, name: str, now: datetime) -> None:
    """Remember that the job ``name`` was done at ``now``."""
    with writing(session):
        mark = session.get(JobMark, name, populate_existing=True)
        if mark is None:
            mark = JobMark(name=name)
            session.add(mark)
        mark.at = now
        mark.seq += 1


def was_run_since(session: Session, name: str, now: datetime, span: timedelta) -> bool:
    """Whether ``name`` was done within ``span`` before ``now``; a mark of the future is of a clock that went back."""
    mark = session.get(JobMark, name, populate_existing=True)
    return mark is not None and abs(now - mark.at) < span
