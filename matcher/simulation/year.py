"""The simulated time: whose turn it is, the jobs of each day, and what is found at the end."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Final

from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from matcher.clock import TERRITORY_ZONE, local_day, start_of_day
from matcher.introductions.expiry import expire_due
from matcher.notifications.following import LOG, Rematch, follow_changes
from matcher.notifications.letters import Compose
from matcher.notifications.planning import plan_mails
from matcher.notifications.sending import Carrier, Carry, ServerAway, send_due
from matcher.oversight.stuck import open_due_cases, settle_cases
from matcher.postings.drafts import parse_need, parse_offer
from matcher.postings.publish import publish_need, publish_offer
from matcher.simulation import endings
from matcher.simulation.actors import Act, Deed
from matcher.simulation.animator import Animator
from matcher.simulation.deeds import Hands, OpenLinks
from matcher.simulation.ledger import Breach, Ledger, Rule
from matcher.simulation.population import Plan, Population, Size, settle
from matcher.simulation.reading import Reader
from matcher.store import Change, JobMark, Mail, Need, Offer, Organisation
from matcher.vocabulary import ClosedReason, PostingKind

#: When the jobs run: as the mails of the day leave, and after lunch. The first time does the work of the night too.
TIMES: Final = (time(8, 15), time(14, 0))
#: Part of the time after which the mail server is away for a day.
OUTAGE_AT: Final = 0.4
#: Postings and mails of one run of a job: as many as there are.
ALL: Final = 1_000_000


class Clock:
    """The time that it is in the simulation: aware UTC, never going back."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def today(self) -> date:
        """The day where the territory is."""
        return local_day(self.now)

    def reach(self, moment: datetime) -> datetime:
        """Go on to ``moment``."""
        self.now = max(self.now, moment)
        return self.now


@dataclass(frozen=True, slots=True)
class Service:
    """The parts of the service that the web puts together: words, the way out, matching, the pages behind links."""

    compose: Compose
    carrier: Carrier
    rematch: Rematch
    open_links: OpenLinks


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found. Everything but ``figures`` is empty when every promise was kept."""

    breaches: list[Breach]
    unexplained_needs: list[int]
    without_two_yeses: list[int]
    never_told: list[str]
    unsent: list[int]
    scanner: list[str] = field(default_factory=list)
    figures: dict[str, object] = field(default_factory=dict, repr=False)

    @property
    def checks(self) -> dict[str, list[str]]:
        """Each promise, and where it was broken."""
        by_rule = {rule: [str(each) for each in self.breaches if each.rule is rule] for rule in Rule}
        return {
            **{f"never: {rule.value}": found for rule, found in by_rule.items()},
            "every need ends in a state with a reason": [f"need {number}" for number in self.unexplained_needs],
            "two yeses before every introduction": [f"introduction {number}" for number in self.without_two_yeses],
            "everybody who is introduced is told": self.never_told,
            "every mail that was due has left": [f"mail {number}" for number in self.unsent],
            "opening links changes nothing": self.scanner,
        }

    @property
    def kept(self) -> bool:
        """Whether every promise was kept."""
        return not any(self.checks.values())


def start_of(year: int) -> datetime:
    """The first moment of a simulated year, in UTC."""
    return start_of_day(date(year, 1, 1))


def simulate(
    session: Session, size: Size, clock: Clock, service: Service, advance: Callable[[str], object] = lambda _: None
) -> Outcome:
    """Live ``size.days`` days from the moment of ``clock`` in an empty, migrated database.

    ``advance`` is called with "organisation" or "day" for each one that is done. The same size and start give the same
    outcome. Cost: some 30 ms of processor for each mail with all that leads to it and follows from it.
    """
    with _stamped(session, clock):
        ledger = Ledger()
        population = settle(session, size, clock.now, ledger, lambda: advance("organisation"))
        year = _Year(session, size, clock, service, ledger, population)
        for _ in range(size.days):
            year.day()
            advance("day")
        return year.outcome()


class _Year:
    def __init__(
        self, session: Session, size: Size, clock: Clock, service: Service, ledger: Ledger, population: Population
    ) -> None:
        self._session, self._size, self._clock, self._ledger = session, size, clock, ledger
        self._service = service
        self._population = population
        self._reader = Reader(session, clock, ledger)
        self._hands = Hands(session, ledger, service.open_links)
        self._animator = Animator(session, size.seed, clock.now)
        self._plans = iter([*population.plans, None])
        self._next_plan = next(self._plans)
        self._acts: list[tuple[datetime, int, Act]] = []
        self._numbers = count()
        self._jobs: Counter[str] = Counter()
        first = clock.today()
        self._days = (first + timedelta(days=number) for number in count())
        self._outage = first + timedelta(days=round(size.days * OUTAGE_AT))

    def day(self) -> None:
        """One day: people in the order of time, jobs at their times."""
        day = next(self._days)
        if day.day == 1:
            self._moods()
        for moment in TIMES:
            self._people_until(datetime.combine(day, moment, TERRITORY_ZONE).astimezone(UTC))
            self._run_jobs(night=moment is TIMES[0], server_away=day == self._outage)

    def outcome(self) -> Outcome:
        """What is found when the time is over."""
        session, now = self._session, self._clock.now
        found = endings.endings(session, now)
        return Outcome(
            breaches=self._ledger.breaches,
            unexplained_needs=[need_id for need_id, each in found.items() if each is None],
            without_two_yeses=endings.without_two_yeses(session),
            never_told=endings.never_told(session, self._ledger.silent),
            unsent=endings.unsent(session, now),
            figures=self._figures(endings.counted(found.values())),
        )

    def _figures(self, found: dict[str, int]) -> dict[str, object]:
        return {
            "days": self._size.days,
            "organisations": self._size.organisations,
            "needs": sum(found.values()),
            "offers": self._session.scalar(select(func.count()).select_from(Offer)),
            "mails": dict(self._ledger.sent.most_common()),
            "deeds": dict(self._hands.done.most_common()),
            "came_too_late": dict(self._hands.refused.most_common()),
            "animator": dict(self._animator.results.most_common()),
            "jobs": dict(self._jobs),
            "needs_ended": found,
        }

    def _people_until(self, moment: datetime) -> None:
        while True:
            plan, act = self._next_plan, self._acts[0] if self._acts else None
            if plan is not None and plan.at <= moment and (act is None or plan.at <= act[0]):
                self._publish(plan)
                self._next_plan = next(self._plans)
            elif act is not None and act[0] <= moment:
                heapq.heappop(self._acts)
                self._hands.do(act[2], self._clock.reach(act[0]))
            else:
                self._clock.reach(moment)
                return

    def _publish(self, plan: Plan) -> None:
        session, today = self._session, local_day(self._clock.reach(plan.at))
        posting: Need | Offer
        if plan.kind is PostingKind.OFFER:
            draft = parse_offer(plan.values, today)
            posting = publish_offer(session, draft, self._organisation(plan), source="simulation", today=today)
        else:
            need_draft = parse_need(plan.values, today)
            posting = publish_need(session, need_draft, self._organisation(plan), source="simulation", today=today)
            days = self._population.people[plan.organisation_id].closes_elsewhere()
            if days is not None:
                act = Act(Deed.CLOSE, plan.organisation_id, timedelta(days=days), PostingKind.NEED,
                          posting_id=posting.id, closed=ClosedReason.MATCHED_ELSEWHERE)  # fmt: skip
                self._later(act)
        session.rollback()

    def _run_jobs(self, *, night: bool, server_away: bool) -> None:
        session, now = self._session, self._clock.now
        if night:
            self._jobs["expired"] += expire_due(session, now)
            self._jobs["cases"] += settle_cases(session, now) + open_due_cases(session, now)
            self._animator.works(now)
        while self._follows(now):
            pass
        self._jobs["planned"] += plan_mails(session, now, self._reader.composing(self._service.compose))
        report = send_due(session, now, self._carrier(server_away=server_away), domain="example.org", limit=ALL)
        self._jobs["cancelled"] += report.cancelled
        self._jobs["server_away"] += report.server_away
        session.rollback()
        for act in self._reader.reactions(self._population.people):
            self._later(act)

    def _follows(self, now: datetime) -> bool:
        """Match again what changed; whether something is left to follow."""
        self._jobs["proposals"] += follow_changes(self._session, now, self._service.rematch, limit=ALL)
        mark = self._session.get(JobMark, LOG)
        postings = Change.kind.in_([kind.value for kind in PostingKind])
        head = self._session.scalar(select(func.max(Change.seq)).where(postings, Change.action != "deleted")) or 0
        return head > (mark.seq if mark else 0)

    def _carrier(self, *, server_away: bool) -> Carrier:
        if server_away:
            return _no_server
        return self._watched

    @contextmanager
    def _watched(self) -> Iterator[Carry]:
        with self._service.carrier() as carry:

            def both(mail: Mail) -> None:
                carry(mail)
                self._reader.delivered(mail)

            yield both

    def _moods(self) -> None:
        for person in self._population.people.values():
            for act in person.moods():
                self._later(act)

    def _later(self, act: Act) -> None:
        heapq.heappush(self._acts, (self._clock.now + act.after, next(self._numbers), act))

    def _organisation(self, plan: Plan) -> Organisation:
        return self._session.get_one(Organisation, plan.organisation_id)


@contextmanager
def _no_server() -> Iterator[Carry]:
    raise ServerAway
    yield  # makes it a generator


@contextmanager
def _stamped(session: Session, clock: Clock) -> Iterator[None]:
    """Rows that the models would stamp with the real time get that of ``clock``."""

    def stamp(session: Session, _context: object, _instances: object) -> None:
        for row in session.new:
            for name in ("created_at", "shown_at"):
                if hasattr(row, name):
                    setattr(row, name, clock.now)

    event.listen(session, "before_flush", stamp)
    try:
        yield
    finally:
        event.remove(session, "before_flush", stamp)
