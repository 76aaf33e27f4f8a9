"""Two sides that were introduced and wrote to each other, mails to both, and an account of one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from matcher.accounts.registering import create_account
from matcher.introductions.answering import say_yes
from matcher.introductions.progress import record_outcome
from matcher.introductions.threads import write
from matcher.people import Counterfactual, MailKind, MailState, MembershipRole, Outcome, ReviewState
from matcher.store import Account, Introduction, Mail, Membership, Need, Offer, Organisation, Proposal, Review
from matcher.store.encryption import blind_index
from matcher.store.session import writing
from matcher.vocabulary import ContactMode, Engine, Language, Level, PostingKind
from tests import builders

NEED, OFFER = PostingKind.NEED, PostingKind.OFFER
#: A Monday.
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)

OWN = "ottilie@own.example"
OTHER = "basile@other.example"


@dataclass(frozen=True)
class People:
    """Rows of both sides."""

    need: Need
    offer: Offer
    pair: Introduction
    account: Account

    @property
    def own(self) -> Organisation:
        """The need's side."""
        return self.need.organisation


def introduced(session: Session, *, now: datetime = NOW, with_account: bool = True) -> People:
    """A need's side with an account, an offer's side without one; both said yes, wrote and told what came of it."""
    need, offer = _proposed(session, now)
    say_yes(session, need.id, offer.id, NEED, ContactMode.MAIL, now=now + timedelta(days=2), detail="own detail")
    say_yes(session, need.id, offer.id, OFFER, ContactMode.MAIL, now=now + timedelta(days=5), detail="other detail")
    write(session, need.id, offer.id, NEED, "own words", now=now + timedelta(days=6))
    write(session, need.id, offer.id, OFFER, "words of the other", now=now + timedelta(days=6))
    told = (Outcome.CONTRACT, Counterfactual.NO)
    record_outcome(session, need.id, offer.id, NEED, *told, "own remark", now=now + timedelta(days=60))
    record_outcome(session, need.id, offer.id, OFFER, *told, "remark of the other", now=now + timedelta(days=61))
    pair = session.query(Introduction).one()
    with writing(session):
        session.add(mail(need.organisation_id, OWN, "own", introduction_id=pair.id, sent_at=now))
        session.add(mail(offer.organisation_id, OTHER, "other", introduction_id=pair.id, sent_at=now))
    return People(need, offer, pair, account(session, need.organisation, now=now) if with_account else None)  # type: ignore[arg-type]


def _proposed(session: Session, now: datetime) -> tuple[Need, Offer]:
    with writing(session):
        mine = builders.organisation(session, name="À nous", contact_name="Ottilie", contact_email=OWN)
        theirs = builders.organisation(session, name="À eux", contact_name="Basile", contact_email=OTHER)
        need = builders.need(session, organisation=mine, created_at=now, updated_at=now)
        offer = builders.offer(session, organisation=theirs, created_at=now, updated_at=now)
        session.flush()
        session.add(
            Proposal(
                need_id=need.id, offer_id=offer.id, position=1, score=0.8, level=Level.GOOD, engine=Engine.LEXICAL,
                shown_at=now,
            )
        )  # fmt: skip
        session.add(
            Review(kind=NEED, object_id=need.id, text_hash="h", state=ReviewState.CHANGES_ASKED, remark="own review")
        )
    return need, offer


def mail(organisation_id: int | None, address: str, key: str, **values: Any) -> Mail:
    """A mail that was sent unless told otherwise."""
    told: dict[str, Any] = {"state": MailState.SENT, "kind": MailKind.INTRODUCED, "created_at": NOW} | values
    told.setdefault("sent_at", NOW)
    return Mail(
        key=key, organisation_id=organisation_id, address=address, address_index=blind_index(address),
        language=Language.FR, subject=f"{key} subject", text=f"{key} text", html=f"<p>{key}", **told,
    )  # fmt: skip


def account(session: Session, organisation: Organisation, address: str = OWN, *, now: datetime = NOW) -> Account:
    """A confirmed account that manages ``organisation``."""
    row = create_account(
        session, address, password=None, name="Ottilie", language=Language.FR, consent_version="2026-11", now=now
    )
    with writing(session):
        session.add(
            Membership(account_id=row.id, organisation_id=organisation.id, role=MembershipRole.MANAGER, created_at=now)
        )
    return row
