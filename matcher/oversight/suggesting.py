"""An animator or a support body brings a need and an offer together; both sides still have to say yes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from matcher.introductions.proposing import propose_pair
from matcher.oversight import audit
from matcher.people import Actor
from matcher.store import Introduction, Need
from matcher.store.session import writing


def suggest_partner(session: Session, need: Need, offer_id: int, *, account_id: int, now: datetime) -> Introduction:
    """Suggest an offer to ``need``, and the need to the offer. The same pair again changes nothing but the log.

    Raises :class:`matcher.introductions.states.ActRefused` as ``propose_pair`` does.
    """
    with writing(session):
        pair = propose_pair(session, need.id, offer_id, Actor.ANIMATOR, now=now)
        audit.record(session, account_id, "partner.suggested", "need", need.id, offer=offer_id)
    return pair
