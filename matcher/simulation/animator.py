"""The animator of the simulated territory: looks into the basket every morning and leaves no case without an end."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from random import Random
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.clock import local_day
from matcher.introductions.states import EXCHANGED, ActRefused
from matcher.oversight.cases import claim, close_case
from matcher.oversight.suggesting import suggest_partner
from matcher.people import AccountRole, CaseResult
from matcher.postings.filters import is_live
from matcher.store import Account, Case, Introduction, Need, Offer
from matcher.store.accounts import AccountRoleRow
from matcher.store.session import writing
from matcher.vocabulary import PostingStatus

#: Days until a case is claimed, and until it ends.
CLAIMED_AFTER: Final = timedelta(days=2)
ENDED_AFTER: Final = timedelta(days=30)
#: Share of cases for which a partner is suggested.
SUGGESTS: Final = 0.5


class Animator:
    """Somebody with the role, drawn from a seed."""

    def __init__(self, session: Session, seed: int, now: datetime) -> None:
        self._session = session
        self._random = Random(f"{seed}:animator")  # noqa: S311 - repeatable, not secret
        self.results: Counter[str] = Counter()
        account = Account(email="animation@example.org", session_name="simulation-animator", confirmed_at=now)
        account.role_rows.append(AccountRoleRow(role=AccountRole.ANIMATOR))
        with writing(session):
            session.add(account)
            session.flush()
            self._account_id = account.id

    def works(self, now: datetime) -> None:
        """One morning: claim what is new, suggest partners, end what is old."""
        session = self._session
        unclaimed = Case.claimed_at.is_(None) & (Case.opened_at <= now - CLAIMED_AFTER)
        due = select(Case.id).where(Case.closed_at.is_(None), unclaimed | (Case.claimed_at <= now - ENDED_AFTER))
        for case_id in session.scalars(due.order_by(Case.id)).all():
            case = session.get_one(Case, case_id)
            if case.claimed_at is None:
                self._claim(case, now)
            else:
                self._end(case, now)

    def _claim(self, case: Case, now: datetime) -> None:
        claim(self._session, case.id, self._account_id, now=now)
        need = self._session.get_one(Need, case.need_id)
        if self._random.random() < SUGGESTS:
            offers = select(Offer.id).where(is_live(Offer, local_day(now))).order_by(Offer.id)
            live = self._session.scalars(offers).all()
            try:
                suggest_partner(self._session, need, self._random.choice(live), account_id=self._account_id, now=now)
                self.results["suggested"] += 1
            except (ActRefused, IndexError):
                self.results["nobody to suggest"] += 1

    def _end(self, case: Case, now: datetime) -> None:
        result = self._result(case)
        close_case(self._session, case.id, self._account_id, result, now=now)
        self.results[result.value] += 1

    def _result(self, case: Case) -> CaseResult:
        need = self._session.get_one(Need, case.need_id)
        if need.status is PostingStatus.CLOSED:
            return CaseResult.NEED_CLOSED
        states = self._session.scalars(select(Introduction.state).where(Introduction.need_id == need.id)).all()
        if any(state in EXCHANGED for state in states):
            return CaseResult.PARTNER_FOUND
        return self._random.choice([CaseResult.PASSED_ON, CaseResult.NO_SOLUTION])
