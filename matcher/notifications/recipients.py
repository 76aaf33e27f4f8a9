"""Who gets the mails of an organisation."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.notifications.bounces import is_dead
from matcher.notifications.letters import Recipient
from matcher.store import Account, Mail, MailPreference, Membership, Organisation


def recipients(session: Session, organisation: Organisation, *, owed: bool = False) -> list[Recipient]:
    """Members who want its mails; the contact address for an organisation that has no active member.

    ``owed``: all of its members, for what no preference stops.

    An organisation whose members all said no gets none: its contact is one of them more often than not. An
    address that bounced three times in a row is left out. Cost: one query, and one more after a first bounce.
    """
    rows = session.execute(
        select(Account.id, Account.email, Account.language, Membership.receives_mail)
        .join(Membership, Membership.account_id == Account.id)
        .where(
            Membership.organisation_id == organisation.id, Account.active.is_(True), Account.confirmed_at.is_not(None)
        )
        .order_by(Account.id)
    ).all()
    found = [Recipient(row.email, row.language, row.id) for row in rows if row.receives_mail or owed]
    if not rows and organisation.contact_email:
        found = [Recipient(organisation.contact_email, organisation.language, None)]
    preference = session.get(MailPreference, organisation.id)
    if preference is not None and preference.bounces:
        found = [each for each in found if not is_dead(session, each.address)]
    return found


def account_recipient(session: Session, account_id: int) -> list[Recipient]:
    """The owner of an account, for mails that are theirs alone."""
    account = session.get(Account, account_id)
    if account is None or not account.active or is_dead(session, account.email):
        return []
    return [Recipient(account.email, account.language, account.id)]


def account_of(session: Session, mail: Mail) -> int | None:
    """The member of the organisation to whom ``mail`` goes; None for its contact address."""
    member = Membership.organisation_id == mail.organisation_id
    return session.scalar(
        select(Account.id)
        .join(Membership, Membership.account_id == Account.id)
        .where(member, Account.email == mail.address)
    )
