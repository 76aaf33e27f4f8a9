"""What happened to a need so far, in figures: what somebody who looks after it wants to know first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.people import DeclineReason, IntroductionState
from matcher.store import Introduction, Need, Proposal


@dataclass(frozen=True, slots=True)
class History:
    """Offers that were proposed, and what became of each pair. No private word is in it.

    ``states``: by number of the offer; None for a pair that nobody has answered.
    """

    proposed: int
    states: Mapping[int, IntroductionState | None]
    reasons: Mapping[DeclineReason, int]

    @property
    def counts(self) -> Mapping[IntroductionState, int]:
        """How many pairs stand where, the most frequent first."""
        return dict(Counter(state for state in self.states.values() if state is not None).most_common())


def history_of(session: Session, need: Need) -> History:
    """What happened to ``need``. Cost: two indexed queries."""
    proposed = set(session.scalars(select(Proposal.offer_id).where(Proposal.need_id == need.id)))
    told = Introduction
    rows = session.execute(select(told.offer_id, told.state, told.decline_reason).where(told.need_id == need.id)).all()
    states: dict[int, IntroductionState | None] = dict.fromkeys(proposed)
    states |= {offer_id: state for offer_id, state, _ in rows}
    reasons = Counter(reason for *_, reason in rows if reason is not None)
    return History(len(states), states, dict(reasons.most_common()))
