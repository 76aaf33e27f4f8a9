"""The organisations of a simulated territory, and when each of them posts what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from sqlalchemy.orm import Session

from matcher.clock import local_day
from matcher.notifications.preferences import save_preference
from matcher.people import MailFrequency
from matcher.postings.drafts import parse_organisation
from matcher.postings.publish import save_organisation
from matcher.postings.seed import seed_places, seed_vocabularies
from matcher.simulation.actors import Person
from matcher.simulation.ledger import Ledger
from matcher.simulation.texts import need_values, offer_values, organisation_values
from matcher.store import Account, Membership, Organisation
from matcher.store.session import writing
from matcher.vocabulary import Language, PostingKind

#: Share of organisations that bring something; offers of each on average; share that is there from the first day.
PRODUCERS: Final = 0.4
OFFERS_EACH: Final = 1.5
FROM_THE_START: Final = 0.7
#: Share of organisations that have accounts, with two members each.
WITH_ACCOUNTS: Final = 0.15
#: Days at the end in which nobody posts any more: what is new then could not come to an end.
LAST_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Size:
    """How large a simulation is. ``days`` is at least a week."""

    organisations: int
    needs: int
    days: int
    seed: int


@dataclass(frozen=True, slots=True)
class Plan:
    """That an organisation posts something at a moment."""

    at: datetime
    organisation_id: int
    kind: PostingKind
    values: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Population:
    """Who lives in the territory, and what they will post, in order of time."""

    people: dict[int, Person]
    plans: list[Plan]


def settle(
    session: Session, size: Size, start: datetime, ledger: Ledger, advance: Callable[[], object] = lambda: None
) -> Population:
    """Write organisations, members and settings into an empty, migrated database; ``advance`` is called for each."""
    random = Random(size.seed)  # noqa: S311 - repeatable, not secret
    seed_vocabularies(session)
    seed_places(session)
    people: dict[int, Person] = {}
    producers: list[int] = []
    users: list[int] = []
    for number in range(1, size.organisations + 1):
        producer = number % 10 < PRODUCERS * 10
        row = _organisation(session, random, number, start, producer=producer)
        (producers if producer else users).append(row.id)
        people[row.id] = person = Person(row.id, size.seed)
        if person.frequency is not MailFrequency.WEEKLY:
            save_preference(session, row.id, person.frequency, None, today=local_day(start))
        ledger.wants(row.id, person.frequency)
        advance()
    return Population(people, sorted(_plans(random, size, start, users, producers), key=lambda plan: plan.at))


def _organisation(session: Session, random: Random, number: int, start: datetime, *, producer: bool) -> Organisation:
    draft = parse_organisation(organisation_values(random, number, producer=producer), local_day(start))
    row = save_organisation(session, draft, source="simulation", external_key=str(number))
    if random.random() < WITH_ACCOUNTS:
        with writing(session):
            session.add_all(_membership(row.id, number, place, start) for place in (1, 2))
    return row


def _membership(organisation_id: int, number: int, place: int, start: datetime) -> Membership:
    account = Account(
        email=f"membre-{number}-{place}@example.org",
        session_name=f"simulation-{number}-{place}",
        language=Language.FR,
        confirmed_at=start,
        last_active_at=start,
    )
    return Membership(account=account, organisation_id=organisation_id)


def _plans(random: Random, size: Size, start: datetime, users: list[int], producers: list[int]) -> list[Plan]:
    posting_days = max(size.days - LAST_DAYS, size.days // 2)
    found = []
    for _ in range(size.needs):
        at = start + timedelta(minutes=random.randint(0, posting_days * 24 * 60))
        found.append(Plan(at, random.choice(users), PostingKind.NEED, need_values(random)))
    for _ in range(round(len(producers) * OFFERS_EACH)):
        early = random.random() < FROM_THE_START
        at = start if early else start + timedelta(minutes=random.randint(0, posting_days * 24 * 60))
        found.append(Plan(at, random.choice(producers), PostingKind.OFFER, offer_values(random)))
    return found
