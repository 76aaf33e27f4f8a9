"""Delete for good: a posting, an organisation with all it has, an account with or without its organisations.

What goes: rows, texts, vectors, stems, threads, mails on both sides, the animator's look at it. What stays: counts
(:mod:`matcher.insights.facts`), the number of the row in the log of changes and in the audit log, and backups until
they are overwritten.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from matcher.accounts.deleting import delete_account
from matcher.accounts.membership import members_of, memberships_of, postings_of
from matcher.insights.facts import keep_counts, keep_mails
from matcher.notifications.farewells import tell_of_deletion
from matcher.notifications.letters import Compose
from matcher.oversight.audit import record
from matcher.store import Account, Introduction, Invitation, Mail, Need, Offer, Organisation, Review
from matcher.store.encryption import blind_indexes
from matcher.store.session import writing


def delete_posting(session: Session, posting: Need | Offer, *, now: datetime, compose: Compose | None = None) -> bool:
    """Remove ``posting`` with its proposals, answers, threads, mails and vectors; True when its organisation went too.

    ``compose`` words the mails to those who had said yes to it; without it nobody is told, which is right for what is
    deleted because of its age alone.
    """
    with writing(session):
        organisation, goes = posting.organisation, takes_organisation(session, posting)
        _remove(session, posting, now, compose)
        if goes:
            _remove_organisation(session, organisation)
    return goes


def takes_organisation(session: Session, posting: Need | Offer) -> bool:
    """Whether the organisation goes when ``posting`` is deleted, to be told before.

    One that was typed on the site goes with its last posting, unless an account belongs to it: nobody could reach or
    mend it any more.
    """
    organisation = posting.organisation
    is_last = len(postings_of(session, organisation.id)) == 1
    return organisation.source == "site" and is_last and not members_of(session, organisation.id)


def delete_organisation(
    session: Session, organisation: Organisation, *, now: datetime, compose: Compose | None = None
) -> int:
    """Remove ``organisation`` and everything that was posted for it; answers how many postings that were.

    ``compose`` as in :func:`delete_posting`.
    """
    with writing(session):
        postings = postings_of(session, organisation.id)
        for posting in postings:
            _remove(session, posting, now, compose)
        _remove_organisation(session, organisation)
    return len(postings)


def only_own(session: Session, account: Account) -> list[Organisation]:
    """Organisations that nobody but ``account`` belongs to."""
    rows = memberships_of(session, account.id)
    return [row.organisation for row in rows if len(members_of(session, row.organisation_id)) == 1]


def delete_everything(
    session: Session, account: Account, *, with_organisations: bool, now: datetime, compose: Compose | None = None
) -> None:
    """Remove ``account`` and every mail to its address; with the organisations that are its own alone if asked for.

    Otherwise those stay with their postings closed, as :func:`matcher.accounts.deleting.delete_account` says.
    ``compose`` as in :func:`delete_posting`. Raises LastAdministratorError, and nothing is deleted then.
    """
    with writing(session):
        owned = only_own(session, account) if with_organisations else []
        addressed = Mail.address_index.in_(blind_indexes(account.email))
        _remove_mails(session, or_(addressed, Mail.account_id == account.id))
        session.execute(delete(Invitation).where(Invitation.address_index.in_(blind_indexes(account.email))))
        for organisation in owned:
            delete_organisation(session, organisation, now=now, compose=compose)
        session.expire(account, ["memberships"])
        delete_account(session, account, now=now)


def _remove(session: Session, posting: Need | Offer, now: datetime, compose: Compose | None) -> None:
    if compose is not None:
        tell_of_deletion(session, posting, compose, now=now)
    own = Introduction.need_id if isinstance(posting, Need) else Introduction.offer_id
    keep_counts(session, posting, now)
    pairs = select(Introduction.id).where(own == posting.id)
    # Mails to the other side tell the same things: who it was, and what was written.
    _remove_mails(session, Mail.introduction_id.in_(pairs))
    session.execute(delete(Review).where(Review.kind == posting.posting_kind, Review.object_id == posting.id))
    record(session, None, "posting.deleted", posting.posting_kind.value, posting.id)
    session.delete(posting)
    session.flush()


def _remove_organisation(session: Session, organisation: Organisation) -> None:
    _remove_mails(session, Mail.organisation_id == organisation.id)
    record(session, None, "organisation.deleted", "organisation", organisation.id)
    session.delete(organisation)
    session.flush()


def _remove_mails(session: Session, chosen: ColumnElement[bool]) -> None:
    keep_mails(session, chosen)
    session.execute(delete(Mail).where(chosen))
