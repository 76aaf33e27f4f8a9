"""A need and an offer of two organisations with an address each, a clock, and the plainest words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.introductions.answering import say_yes
from matcher.notifications.letters import Letter, Recipient, Words
from matcher.notifications.planning import plan_mails
from matcher.notifications.sending import Carry, Report, send_due
from matcher.notifications.working_days import Calendar
from matcher.people import MailFrequency, MailKind, MailState
from matcher.store import Introduction, Mail, MailPreference, Need, Offer, Proposal
from matcher.vocabulary import ContactMode, Engine, Level, PostingKind
from tests import builders

PARIS = ZoneInfo("Europe/Paris")
CALENDAR = Calendar()


def at(day: str, hour: str = "09:00") -> datetime:
    """A moment of the territory, such as ``at("2026-03-03", "08:30")``."""
    return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=PARIS)


#: A Tuesday without a holiday near.
TUESDAY = at("2026-03-03")


def words(_session: Session, letter: Letter, recipient: Recipient, _now: datetime) -> Words:
    """Words that say what the mail is."""
    return Words(f"{letter.kind.value} {recipient.language.value}", letter.reason, f"<p>{letter.reason}</p>")


@dataclass
class Outbox:
    """A way out that keeps what it was given."""

    carried: list[int] = field(default_factory=list)

    def __enter__(self) -> Carry:
        return lambda mail: self.carried.append(mail.id)

    def __exit__(self, *_error: object) -> None:
        return None


@dataclass
class World:
    """One need, one offer, and what happens to them."""

    session: Session
    need: Need
    offer: Offer

    def propose(self, when: datetime, need: Need | None = None, offer: Offer | None = None, score: float = 0.7) -> None:
        """The matcher showed the two to each other."""
        need, offer = need or self.need, offer or self.offer
        self.session.add(
            Proposal(
                need_id=need.id, offer_id=offer.id, position=1, score=score, level=Level.GOOD,
                engine=Engine.HYBRID, shown_at=when,
            )
        )  # fmt: skip
        self.session.commit()

    def yes(self, side: PostingKind, when: datetime) -> Introduction:
        """One side says yes."""
        return say_yes(self.session, self.need.id, self.offer.id, side, ContactMode.MAIL, now=when)

    def plan(self, now: datetime) -> int:
        """Write what is due."""
        return plan_mails(self.session, now, words, CALENDAR)

    def send(self, now: datetime, way: Any = None) -> Report:
        """Send what waits."""
        return send_due(self.session, now, lambda: way or Outbox(), domain="example.org", calendar=CALENDAR)

    def work(self, now: datetime) -> Report:
        """What the jobs do in a minute."""
        self.plan(now)
        return self.send(now)

    def mails(self, kind: MailKind | None = None, state: MailState | None = None) -> list[Mail]:
        """Mails in the order in which they were written."""
        wanted = select(Mail).order_by(Mail.id)
        if kind is not None:
            wanted = wanted.where(Mail.kind == kind)
        if state is not None:
            wanted = wanted.where(Mail.state == state)
        return list(self.session.scalars(wanted.execution_options(populate_existing=True)))

    def prefer(self, organisation_id: int, **values: Any) -> None:
        """What an organisation chose."""
        row = self.session.get(MailPreference, organisation_id) or MailPreference(organisation_id=organisation_id)
        for name, value in values.items():
            setattr(row, name, value)
        self.session.add(row)
        self.session.commit()

    @property
    def asker(self) -> int:
        """The organisation of the need."""
        return self.need.organisation_id

    @property
    def maker(self) -> int:
        """The organisation of the offer."""
        return self.offer.organisation_id


def build(session: Session, born: datetime = TUESDAY - timedelta(days=1)) -> World:
    """Both postings a day old, each organisation with a contact address."""
    asker = builders.organisation(session, contact_email="asso@example.org", contact_name="Ada")
    maker = builders.organisation(session, contact_email="studio@example.org", contact_name="Bob")
    need = builders.need(session, "Un site pour nos bénévoles", organisation=asker, created_at=born)
    offer = builders.offer(session, "Création de sites", organisation=maker, created_at=born)
    session.commit()
    return World(session, need, offer)


AT_ONCE, WEEKLY, NEVER = MailFrequency.AT_ONCE, MailFrequency.WEEKLY, MailFrequency.NEVER
