"""Mails that were or will be sent, and how often somebody wants to hear from the site."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from matcher.clock import utc_now
from matcher.people import MailFrequency, MailKind, MailState
from matcher.store.base import NUMBERED_ONCE, Base, UtcDateTime, created, enum_column, int_pk
from matcher.store.encryption import EncryptedText
from matcher.vocabulary import Language, PostingKind


class Mail(Base):
    """One mail to one address. Its key says why it is sent: the same reason never makes a second one."""

    __tablename__ = "mail"
    __table_args__ = (
        Index("ix_mail_state_due_at", "state", "due_at"),
        CheckConstraint("(state IN ('sent', 'bounced')) = (sent_at IS NOT NULL)", name="sent_at"),
        CheckConstraint("attempts >= 0", name="attempts"),
        NUMBERED_ONCE,
    )

    id: Mapped[int_pk]
    key: Mapped[str] = mapped_column(String(200), unique=True, comment="why, to whom, about what: idempotence")
    kind: Mapped[MailKind] = mapped_column(enum_column(MailKind))
    state: Mapped[MailState] = mapped_column(enum_column(MailState), default=MailState.WAITING)
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True, comment="whose mail it is; may see it"
    )
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True, comment="for mails about an account itself"
    )
    introduction_id: Mapped[int | None] = mapped_column(ForeignKey("introduction.id", ondelete="SET NULL"), index=True)
    address: Mapped[str] = mapped_column(EncryptedText, comment="private")
    address_index: Mapped[str] = mapped_column(String(64), index=True, comment="blind index of address")
    language: Mapped[Language] = mapped_column(enum_column(Language))
    subject: Mapped[str] = mapped_column(EncryptedText)
    text: Mapped[str] = mapped_column(EncryptedText)
    html: Mapped[str] = mapped_column(EncryptedText)
    calendar: Mapped[str] = mapped_column(EncryptedText, default="", comment="an .ics file, or empty")
    message_id: Mapped[str | None] = mapped_column(String(200), unique=True, comment="header; bounces name it")
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="by the job that sends it")
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failure: Mapped[str] = mapped_column(String(60), default="", comment="code of what went wrong; no address, no text")
    link_ends_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, comment="its links are dead then: not sent later, text emptied"
    )
    created_at: Mapped[created]


class MailPreference(Base):
    """How often an organisation wants to hear of proposals; no row means: weekly."""

    __tablename__ = "mail_preference"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True)
    frequency: Mapped[MailFrequency] = mapped_column(enum_column(MailFrequency), default=MailFrequency.WEEKLY)
    paused_until: Mapped[date | None] = mapped_column(comment="no mail before this day but what both sides agreed on")
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="unsubscribed from everything")
    bounces: Mapped[int] = mapped_column(default=0, comment="in a row; three stop mails to the address")
    digest_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="what is older was in a digest")


class SavedSearch(Base):
    """A search that somebody wants to hear of when something new answers it."""

    __tablename__ = "saved_search"
    __table_args__ = (
        CheckConstraint("account_id IS NOT NULL OR organisation_id IS NOT NULL", name="owner"),
        NUMBERED_ONCE,
    )

    id: Mapped[int_pk]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    looks_for: Mapped[PostingKind] = mapped_column(enum_column(PostingKind))
    query: Mapped[str] = mapped_column(String(500), default="")
    filters: Mapped[str] = mapped_column(String(1000), default="", comment="query string of the list page")
    frequency: Mapped[MailFrequency] = mapped_column(enum_column(MailFrequency), default=MailFrequency.WEEKLY)
    seen_until: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, comment="what is older was told")
    created_at: Mapped[created]


class JobMark(Base):
    """How far a recurring job has come; written with its work, so that nothing is skipped or done again."""

    __tablename__ = "job_mark"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    seq: Mapped[int] = mapped_column(default=0, comment="such as the number of the last change that was seen")
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
