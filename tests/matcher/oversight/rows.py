"""Rows that tests of the animator's work share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from matcher.people import IntroductionState
from matcher.store import Account, Introduction, Need, Offer, Proposal
from matcher.vocabulary import Engine, Level

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TODAY = NOW.date()


def account(session: Session, name: str = "Ada Essai") -> Account:
    """Somebody who works on the site."""
    row = Account(email=f"{uuid4().hex[:8]}@example.org", name=name, session_name=uuid4().hex)
    session.add(row)
    session.flush()
    return row


def proposed(session: Session, need: Need, offer: Offer, at: datetime = NOW) -> Proposal:
    """A pair that the matcher proposed."""
    session.flush()
    row = Proposal(
        need_id=need.id, offer_id=offer.id, position=1, score=0.5, level=Level.GOOD, engine=Engine.LEXICAL, shown_at=at
    )
    session.add(row)
    session.flush()
    return row


def answered(
    session: Session, need: Need, offer: Offer, state: IntroductionState | None, **values: Any
) -> Introduction:
    """A pair about which somebody said something."""
    session.flush()
    values = {"created_at": NOW, "changed_at": NOW} | values
    row = Introduction(need_id=need.id, offer_id=offer.id, state=state, **values)
    session.add(row)
    session.flush()
    return row
