"""Use cases that write: publish, revise, close, pause, renew. Each is one transaction.

All raise :class:`DraftProblems` when what was sent cannot be stored. Stems, text hash and change log
follow by themselves (``matcher.store.events``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final, TypeVar
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matcher.clock import local_day, utc_now
from matcher.oversight import reviews
from matcher.people import Moderation
from matcher.postings import filling, limits
from matcher.postings.drafts import DraftProblems, FieldProblem, NeedDraft, OfferDraft, OrganisationDraft, ProblemCode
from matcher.postings.problems import quoted
from matcher.postings.references import References
from matcher.store import Need, Offer, Organisation
from matcher.store.session import writing
from matcher.vocabulary import ClosedReason, PostingKind, PostingStatus

P = TypeVar("P", bound=Need | Offer)

LIFE_DAYS: Final = {PostingKind.NEED: limits.NEED_LIFE_DAYS, PostingKind.OFFER: limits.OFFER_LIFE_DAYS}

# Identifiers that only one organisation may have.
_UNIQUE: Final = ("siret", "rna")


def publish_need(
    session: Session,
    draft: NeedDraft,
    organisation: Organisation | OrganisationDraft,
    *,
    source: str = "site",
    external_key: str | None = None,
    today: date,
    consent_version: str | None = None,
    moderation: Moderation | None = None,
) -> Need:
    """Store a new need, and its organisation when that is a draft; both or nothing.

    Parameters
    ----------
    source, external_key
        Where it comes from and its key there; a pair is stored once. Without a key a random one
        is made, so that what is exported can be recognised when it comes back.
    today
        Day from which the default life (:data:`LIFE_DAYS`) counts.
    consent_version
        Version of the terms that the author agreed to, with the time of writing.
    moderation
        When the animator looks at it; None for what needs no look.

    Raises
    ------
    DraftProblems
        When the place, a theme or a skill does not exist, or another organisation has the
        SIRET or RNA. Fields of an organisation's draft are told as "organisation.place" and so on.
    """
    with storing(session):
        need = Need(source=source, external_key=external_key or new_key())
        _fill_new(session, need, draft, organisation, today=today, consent_version=consent_version)
        _ask_for_look(session, need, moderation)
    return need


def publish_offer(
    session: Session,
    draft: OfferDraft,
    organisation: Organisation | OrganisationDraft,
    *,
    source: str = "site",
    external_key: str | None = None,
    today: date,
    consent_version: str | None = None,
    moderation: Moderation | None = None,
) -> Offer:
    """Store a new offer; see :func:`publish_need`."""
    with storing(session):
        offer = Offer(source=source, external_key=external_key or new_key())
        _fill_new(session, offer, draft, organisation, today=today, consent_version=consent_version)
        _ask_for_look(session, offer, moderation)
    return offer


def save_organisation(
    session: Session,
    draft: OrganisationDraft,
    organisation: Organisation | None = None,
    *,
    source: str = "site",
    external_key: str | None = None,
    consent_version: str | None = None,
) -> Organisation:
    """Store a new organisation, or revise ``organisation``."""
    with storing(session):
        references = References(session)
        row = organisation or Organisation(source=source, external_key=external_key or new_key())
        _raise_problems(references.problems(draft) + taken_identifiers(session, draft, row.id))
        store_organisation(session, row, draft, references)
        if consent_version is not None:
            row.consent_version, row.consented_at = consent_version, utc_now()
    return row


def revise_need(session: Session, need: Need, draft: NeedDraft, *, moderation: Moderation | None = None) -> Need:
    """Give ``need`` what ``draft`` tells; a draft without expiry leaves the stored one. ``moderation``: as above."""
    with storing(session):
        references = References(session)
        _raise_problems(references.problems(draft))
        filling.fill_need(need, draft, references)
        need.organisation.last_active_at = utc_now()
        _ask_for_look(session, need, moderation)
    return need


def revise_offer(session: Session, offer: Offer, draft: OfferDraft, *, moderation: Moderation | None = None) -> Offer:
    """Give ``offer`` what ``draft`` tells; a draft without expiry leaves the stored one. ``moderation``: as above."""
    with storing(session):
        references = References(session)
        _raise_problems(references.problems(draft))
        filling.fill_offer(offer, draft, references)
        offer.organisation.last_active_at = utc_now()
        _ask_for_look(session, offer, moderation)
    return offer


def close_posting(session: Session, posting: P, reason: ClosedReason, now: datetime) -> P:
    """Take a posting out of every search, with its reason. Closing again only changes the reason."""
    with writing(session):
        posting.closed_at = posting.closed_at or now
        posting.status, posting.closed_reason = PostingStatus.CLOSED, reason
        posting.organisation.last_active_at = now
    return posting


def reopen_posting(session: Session, posting: P, today: date | None = None) -> P:
    """Open a closed posting again; one that expired meanwhile gets a new life."""
    today = today or local_day(utc_now())
    with writing(session):
        posting.status, posting.closed_reason, posting.closed_at = PostingStatus.OPEN, None, None
        if posting.expires_on is not None and posting.expires_on < today:
            _renew(posting, today)
        posting.organisation.last_active_at = utc_now()
    return posting


def pause_posting(session: Session, posting: P, until: date | None, *, today: date | None = None) -> P:
    """Keep a posting out of every search before the day ``until``; None ends the pause.

    Raises DraftProblems when the day is not after ``today`` or lies more than a year ahead.
    """
    if until is not None:
        _check_pause(until, today or local_day(utc_now()))
    with writing(session):
        posting.paused_until = until
        posting.organisation.last_active_at = utc_now()
    return posting


def renew_posting(session: Session, posting: P, today: date) -> P:
    """Give a posting its whole life again, from ``today``; never shortens it."""
    with writing(session):
        _renew(posting, today)
        posting.organisation.last_active_at = utc_now()
    return posting


def set_taken(session: Session, offer: Offer, taken: int, today: date) -> Offer:
    """Say how many requests the offer took on in the month of ``today``."""
    bounds = limits.TAKEN_THIS_MONTH
    if not bounds.minimum <= taken <= bounds.maximum:
        params: dict[str, int | str] = {
            "minimum": int(bounds.minimum),
            "maximum": int(bounds.maximum),
            "value": str(taken)[:20],
        }
        raise DraftProblems([FieldProblem("taken", ProblemCode.OUT_OF_RANGE, params)])
    with writing(session):
        offer.taken_this_month, offer.taken_month = taken, f"{today:%Y-%m}"
        offer.organisation.last_active_at = utc_now()
    return offer


def cancel_links(session: Session, row: Need | Offer | Organisation) -> None:
    """Make every management link given so far worthless."""
    with writing(session):
        row.link_version += 1


def store_organisation(session: Session, row: Organisation, draft: OrganisationDraft, references: References) -> None:
    """Fill ``row`` from a draft without problems; part of a transaction of the caller."""
    with session.no_autoflush:
        filling.fill_organisation(row, draft, references)
    session.add(row)


def store_posting(row: Need | Offer, draft: NeedDraft | OfferDraft, references: References, today: date) -> None:
    """Fill ``row`` from a draft without problems; part of a transaction of the caller."""
    if isinstance(row, Need) and isinstance(draft, NeedDraft):
        filling.fill_need(row, draft, references)
    elif isinstance(row, Offer) and isinstance(draft, OfferDraft):
        filling.fill_offer(row, draft, references)
    else:
        raise TypeError(f"a {type(draft).__name__} does not describe a {type(row).__name__}")
    if row.expires_on is None:
        row.expires_on = today + timedelta(days=LIFE_DAYS[row.posting_kind])


def new_key() -> str:
    """A key that no other row has, here or elsewhere."""
    return uuid4().hex


def taken_identifiers(session: Session, draft: OrganisationDraft, own_id: int | None) -> list[FieldProblem]:
    """Identifiers of ``draft`` that another organisation has."""
    found = []
    for name in _UNIQUE:
        given = getattr(draft, name)
        if given is None:
            continue
        other = session.scalar(select(Organisation.id).where(getattr(Organisation, name) == given))
        if other is not None and other != own_id:
            found.append(FieldProblem(name, ProblemCode.ALREADY_REGISTERED, {"value": given}))
    return found


def _fill_new(
    session: Session,
    row: Need | Offer,
    draft: NeedDraft | OfferDraft,
    organisation: Organisation | OrganisationDraft,
    *,
    today: date,
    consent_version: str | None,
) -> None:
    references = References(session)
    problems = references.problems(draft)
    if isinstance(organisation, OrganisationDraft):
        told = references.problems(organisation) + taken_identifiers(session, organisation, None)
        problems += [replace(problem, field=f"organisation.{problem.field}") for problem in told]
    _raise_problems(problems)
    consented_at = utc_now() if consent_version is not None else None
    with session.no_autoflush:
        row.organisation = _organisation(session, organisation, references, consent_version, consented_at)
        row.organisation.last_active_at = utc_now()
        row.consent_version, row.consented_at = consent_version, consented_at
        store_posting(row, draft, references, today)
        session.add(row)


def _ask_for_look(session: Session, posting: Need | Offer, moderation: Moderation | None) -> None:
    if moderation is not None:
        reviews.text_saved(session, posting, moderation, utc_now())


def _organisation(
    session: Session,
    told: Organisation | OrganisationDraft,
    references: References,
    consent_version: str | None,
    consented_at: datetime | None,
) -> Organisation:
    if isinstance(told, Organisation):
        return told
    row = Organisation(
        source="site", external_key=new_key(), consent_version=consent_version, consented_at=consented_at
    )
    store_organisation(session, row, told, references)
    return row


def _renew(posting: Need | Offer, today: date) -> None:
    expiry = today + timedelta(days=LIFE_DAYS[posting.posting_kind])
    posting.expires_on = max(expiry, posting.expires_on or expiry)
    posting.renewal_count += 1


def _check_pause(until: date, today: date) -> None:
    latest = today + timedelta(days=limits.LATEST_PAUSE_DAYS)
    if until <= today:
        params: dict[str, int | str] = {"value": until.isoformat()}
        raise DraftProblems([FieldProblem("paused_until", ProblemCode.DATE_IN_PAST, params)])
    if until > latest:
        params = {"value": until.isoformat(), "latest": latest.isoformat()}
        raise DraftProblems([FieldProblem("paused_until", ProblemCode.DATE_TOO_FAR, params)])


def _raise_problems(problems: list[FieldProblem]) -> None:
    if problems:
        raise DraftProblems(problems)


@contextmanager
def storing(session: Session) -> Iterator[None]:
    """One transaction; an identifier that somebody else took in the same instant is a draft problem."""
    try:
        with writing(session):
            yield
    except IntegrityError as error:
        message = str(error.orig)
        for name in _UNIQUE:
            if f"organisation.{name}" in message or f"uq_organisation_{name}" in message:
                problem = FieldProblem(name, ProblemCode.ALREADY_REGISTERED, {"value": quoted(name)})
                raise DraftProblems([problem]) from error
        raise
