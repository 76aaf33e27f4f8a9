"""The night's work on what is kept, for the jobs and for the command."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from matcher.privacy.retention import run_retention
from web.privacy.letters import warning


def forget_what_is_old(session: Session, now: datetime) -> int:
    """Apply every rule of retention and warn whose account ends soon; how many rows it touched.

    Needs a request context, for the address of the site in the warnings.
    """
    return sum(line.count for line in run_retention(session, now, warn=warning).lines)
