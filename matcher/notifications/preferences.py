"""How often an organisation wants to hear from the site: the rules, and the use cases that change them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from matcher.people import MailFrequency, MailKind
from matcher.store import MailPreference, Membership
from matcher.store.session import writing

#: Bounces in a row after which an address gets no more mails. Chosen; a full mailbox empties within a week or two.
MAX_BOUNCES: Final = 3
#: Days between two weekly digests.
WEEK_DAYS: Final = 7
#: Shortest time between two mails of new proposals to who asked for them at once. Chosen, not measured.
AT_ONCE_GAP: Final = timedelta(hours=1)
#: Longest pause. As for postings: a year.
LATEST_PAUSE_DAYS: Final = 366

#: What both sides agreed on: told during a pause as well.
AGREED: Final = frozenset({MailKind.INTRODUCED, MailKind.MESSAGE})
#: What speaks of proposals: not told to who never wants to hear of them.
OF_PROPOSALS: Final = frozenset({MailKind.DIGEST, MailKind.NEAR_MISS})
#: What is about the account, the law, the animator or an event, not about pairs: no preference stops it.
OWED: Final = frozenset({MailKind.ACCOUNT, MailKind.RETENTION, MailKind.MODERATION, MailKind.HACKATHON})


class Verdict(StrEnum):
    """What becomes of a mail as things stand."""

    SEND = "send"
    HOLD = "hold"  # its reason stands, and a pause keeps it for later
    CANCEL = "cancel"
    EXPIRE = "expire"  # its links are dead


class PauseRefused(ValueError):
    """The day until which to pause is not after today, or more than a year ahead."""


def verdict(preference: MailPreference | None, kind: MailKind, today: date) -> Verdict:
    """What an organisation's preference says about a mail of ``kind``. No preference means: weekly."""
    if preference is None or kind in OWED:
        return Verdict.SEND
    if preference.stopped_at is not None:
        return Verdict.CANCEL
    if kind in OF_PROPOSALS and preference.frequency is MailFrequency.NEVER:
        return Verdict.CANCEL
    paused = preference.paused_until is not None and preference.paused_until > today
    return Verdict.HOLD if paused and kind not in AGREED else Verdict.SEND


def preference_of(session: Session, organisation_id: int) -> MailPreference:
    """The stored preference, or one with the defaults that is not stored."""
    found = session.get(MailPreference, organisation_id)
    return found or MailPreference(organisation_id=organisation_id)


def save_preference(
    session: Session,
    organisation_id: int,
    frequency: MailFrequency,
    paused_until: date | None,
    *,
    today: date,
    member: tuple[int, bool] | None = None,
) -> MailPreference:
    """Keep what an organisation chose; mails that were stopped begin again. Raises PauseRefused.

    ``member`` is an account of the organisation, and whether it gets its mails. Who opens the page reads mails of
    this site: bounces are counted anew.
    """
    if paused_until is not None and not today < paused_until <= today + timedelta(days=LATEST_PAUSE_DAYS):
        raise PauseRefused
    with writing(session):
        row = kept_preference(session, organisation_id)
        row.frequency, row.paused_until, row.stopped_at, row.bounces = frequency, paused_until, None, 0
        if member is not None:
            _set_receiving(session, organisation_id, *member)
    return row


def receives(session: Session, organisation_id: int, account_id: int) -> bool:
    """Whether a member gets the mails of the organisation."""
    return bool(session.scalar(_membership(organisation_id, account_id).with_only_columns(Membership.receives_mail)))


def stop_mails(session: Session, organisation_id: int, account_id: int | None, *, now: datetime) -> None:
    """End all mails of pairs: to one member when ``account_id`` is given, else to the organisation. Idempotent."""
    with writing(session):
        if account_id is None:
            row = kept_preference(session, organisation_id)
            row.stopped_at = row.stopped_at or now
            return
        _set_receiving(session, organisation_id, account_id, wanted=False)


def kept_preference(session: Session, organisation_id: int) -> MailPreference:
    """The row to write to, inside a transaction of the caller."""
    row = session.get(MailPreference, organisation_id, populate_existing=True)
    if row is None:
        row = MailPreference(organisation_id=organisation_id)
        session.add(row)
    return row


def _set_receiving(session: Session, organisation_id: int, account_id: int, wanted: bool) -> None:
    for membership in session.scalars(_membership(organisation_id, account_id)):
        membership.receives_mail = wanted


def _membership(organisation_id: int, account_id: int) -> Select[Membership]:
    return select(Membership).where(Membership.organisation_id == organisation_id, Membership.account_id == account_id)
