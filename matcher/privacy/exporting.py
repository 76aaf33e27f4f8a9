"""Everything that is kept about one posting, organisation, registration or account, as plain data for JSON.

What is in: what they typed, what became of it, and what was sent to them. What is not: what others have not told
them yet (a reason that is the other side's own, an address before both said yes), notes that organisers and animators
wrote for themselves, and accounts of colleagues.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from matcher.accounts.membership import memberships_of, postings_of
from matcher.hackathons.organisers import events_of
from matcher.hackathons.registration_filling import registration_data
from matcher.people import Actor
from matcher.postings import filling
from matcher.store import (
    Account,
    AuditEntry,
    Introduction,
    Invitation,
    Mail,
    MailPreference,
    Need,
    Offer,
    Organisation,
    Place,
    PostingQuestion,
    Proposal,
    Registration,
    Review,
    SavedSearch,
    TeamPlace,
    ThreadMessage,
)
from matcher.store.encryption import blind_indexes

#: Version of the shape of these files; it grows when a name changes its meaning or goes.
VERSION: Final = 1

Data = dict[str, Any]

_POSTING_LIFE: Final = (
    "status",
    "closed_reason",
    "closed_at",
    "renewal_count",
    "paused_until",
    "held_at",
    "created_at",
    "updated_at",
)
_ORGANISATION_LIFE: Final = ("source", "external_key", "verified_at", "last_active_at", "created_at", "updated_at")
_REGISTRATION_LIFE: Final = ("status", "attendance", "source", "checkin_code", "created_at", "updated_at")
_ACCOUNT: Final = ("email", "name", "language", "confirmed_at", "warned_at", "last_active_at")
_EVENT: Final = ("at", "actor", "kind", "reason", "outcome")
_MAIL: Final = ("kind", "state", "language", "subject", "text", "calendar", "due_at", "sent_at", "created_at")
_PREFERENCE: Final = ("frequency", "paused_until", "stopped_at")
_SEARCH: Final = ("looks_for", "query", "filters", "frequency", "created_at")


def export_posting(session: Session, posting: Need | Offer) -> Data:
    """A posting with its organisation, as whoever holds its link may have it."""
    content = {"organisation": _organisation(posting.organisation), "posting": _posting(session, posting)}
    return _file("posting", content)


def export_organisation(session: Session, organisation: Organisation) -> Data:
    """An organisation with everything that was posted for it and every mail to it."""
    return _file("organisation", _whole_organisation(session, organisation))


def export_registration(session: Session, registration: Registration) -> Data:
    """What somebody told for a hackathon, and the place that they were given."""
    return _file("registration", _registration(session, registration))


def export_account(session: Session, account: Account) -> Data:
    """An account, its organisations, its registrations and every mail to its address.

    Registrations and invitations are found by the address, once the account has shown that it is its own.
    """
    index = blind_indexes(account.email) if account.confirmed_at is not None else ()
    memberships = memberships_of(session, account.id)
    mails = or_(Mail.account_id == account.id, Mail.address_index.in_(index))
    invitations = session.scalars(select(Invitation).where(Invitation.address_index.in_(index))).all()
    registrations = session.scalars(select(Registration).where(Registration.email_index.in_(index))).all()
    acts = session.scalars(select(AuditEntry).where(AuditEntry.account_id == account.id).order_by(AuditEntry.id))
    content = {
        "account": {
            **_columns(account, _ACCOUNT),
            "created_at": account.created_at,
            "consent": _consent(account),
            "roles": sorted(row.role.value for row in account.role_rows),
            "second_step": account.authenticator is not None,
            "passkeys": [_columns(key, ("name", "created_at", "last_used_at")) for key in account.passkeys],
        },
        "memberships": [
            {"organisation": row.organisation.name, **_columns(row, ("role", "receives_mail", "created_at"))}
            for row in memberships
        ],
        "organisations": [_whole_organisation(session, row.organisation) for row in memberships],
        "hackathons": [
            {"title": row.hackathon.title, **_columns(row, ("role", "created_at"))}
            for row in events_of(session, account.id)
        ],
        "invitations": [_columns(row, ("role", "expires_at", "created_at")) for row in invitations],
        "registrations": [_registration(session, row) for row in registrations],
        "saved_searches": _searches(session, SavedSearch.account_id == account.id),
        "mails": _mails(session, mails),
        "acts": [_columns(row, ("at", "action", "object_kind", "object_id")) for row in acts],
    }
    return _file("account", content)


def _file(name: str, content: Data) -> Data:
    plain: Data = _plain({"format": f"passerelle-{name}", "version": VERSION, **content})
    return plain


def _whole_organisation(session: Session, organisation: Organisation) -> Data:
    preference = session.get(MailPreference, organisation.id)
    return {
        "organisation": _organisation(organisation),
        "postings": [_posting(session, posting) for posting in postings_of(session, organisation.id)],
        "mail_preference": None if preference is None else _columns(preference, _PREFERENCE),
        "saved_searches": _searches(session, SavedSearch.organisation_id == organisation.id),
        "mails": _mails(session, Mail.organisation_id == organisation.id),
    }


def _organisation(organisation: Organisation) -> Data:
    told = {**filling.organisation_data(organisation), "place": organisation.place}
    return {**told, "life": _columns(organisation, _ORGANISATION_LIFE), "consent": _consent(organisation)}


def _posting(session: Session, posting: Need | Offer) -> Data:
    is_need = isinstance(posting, Need)
    own = Introduction.need_id if is_need else Introduction.offer_id
    proposed = Proposal.need_id if is_need else Proposal.offer_id
    shown = session.scalars(select(Proposal).where(proposed == posting.id).order_by(Proposal.shown_at)).all()
    pairs = session.scalars(select(Introduction).where(own == posting.id).order_by(Introduction.id)).all()
    review = session.get(Review, (posting.posting_kind, posting.id))
    asked = PostingQuestion.need_id if is_need else PostingQuestion.offer_id
    questions = session.scalars(select(PostingQuestion).where(asked == posting.id).order_by(PostingQuestion.id)).all()
    life = _columns(posting, _POSTING_LIFE)
    if isinstance(posting, Offer):
        life |= _columns(posting, ("taken_this_month", "taken_month"))
    return {
        "kind": posting.posting_kind,
        "id": posting.id,
        "told": {**filling.data_of(posting), "place": posting.place},
        "life": life,
        "consent": _consent(posting),
        "proposals": [_proposal(row, posting) for row in shown],
        "introductions": [_introduction(session, row, posting) for row in pairs],
        "questions": [_columns(row, ("question", "answer", "asked_at", "answered_at")) for row in questions],
        "review": None if review is None else _columns(review, ("state", "remark", "texts", "decided_at")),
    }


def _proposal(row: Proposal, posting: Need | Offer) -> Data:
    return {"other": _other(row, posting), **_columns(row, ("level", "position", "shown_at"))}


def _introduction(session: Session, row: Introduction, posting: Need | Offer) -> Data:
    """A pair as its side sees it: words that the other side wrote for itself alone are not in it."""
    side = Actor(posting.posting_kind.value)
    messages = select(ThreadMessage).where(ThreadMessage.introduction_id == row.id).order_by(ThreadMessage.id)
    mode = row.need_mode if side is Actor.NEED else row.offer_mode
    return {
        "other": _other(row, posting),
        "state": row.state,
        "contact_mode": mode,
        "created_at": row.created_at,
        "events": [
            _columns(event, _EVENT if event.actor is not side else (*_EVENT, "counterfactual", "text"))
            for event in row.events
        ],
        "messages": [
            {"from": "you" if message.side is posting.posting_kind else "the other side"}
            | _columns(message, ("text", "sent_at", "read_at", "by_mail", "call_starts_at"))
            for message in session.scalars(messages)
        ],
        "mails": _mails(session, (Mail.introduction_id == row.id) & (Mail.organisation_id == posting.organisation_id)),
    }


def _other(row: Proposal | Introduction, posting: Need | Offer) -> Data:
    """The other side by its kind and number alone: its page says what is public of it."""
    if isinstance(posting, Need):
        return {"kind": "offer", "id": row.offer_id}
    return {"kind": "need", "id": row.need_id}


def _registration(session: Session, row: Registration) -> Data:
    place = session.get(TeamPlace, row.id)
    return {
        "hackathon": {"id": row.hackathon_id, "title": row.hackathon.title},
        "challenges": {str(challenge.id): challenge.title for challenge in row.hackathon.challenges},
        "told": registration_data(row),
        "life": _columns(row, _REGISTRATION_LIFE),
        "consent": _consent(row) | {"named_in_public": row.directory_consent},
        "place": None if place is None else _columns(place, ("challenge_id", "team_number", "answer", "answered_at")),
    }


def _searches(session: Session, chosen: ColumnElement[bool]) -> list[Data]:
    return [_columns(row, _SEARCH) for row in session.scalars(select(SavedSearch).where(chosen))]


def _mails(session: Session, chosen: ColumnElement[bool]) -> list[Data]:
    """Mails as they were read; the HTML of a mail says the same as its text.

    A link that lets its reader in stays in the mail: a file that lies about would hold a key.
    """
    rows: Sequence[Mail] = session.scalars(select(Mail).where(chosen).order_by(Mail.id)).all()
    return [_columns(row, _MAIL) | {"to": row.address} | ({"text": ""} if row.link_ends_at else {}) for row in rows]


def _consent(row: Organisation | Need | Offer | Registration | Account) -> Data:
    return {"version": row.consent_version, "given_at": row.consented_at}


def _columns(row: object, names: Iterable[str]) -> Data:
    return {name: getattr(row, name) for name in names}


def _plain(value: Any) -> Any:
    """Values that JSON has; sets are sorted, days and times are those of ISO 8601."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(_plain(item) for item in value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Place):
        return {"name": value.name, "insee": value.insee_code, "country": value.country}
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date | datetime) else value
