"""Accounts, what they may do, and the organisations that they belong to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matcher.clock import utc_now
from matcher.people import AccountRole, MembershipRole
from matcher.store.base import (
    NUMBERED_ONCE,
    Base,
    TextList,
    UtcDateTime,
    created,
    enum_column,
    int_pk,
    updated,
)
from matcher.store.encryption import EncryptedText
from matcher.store.organisations import Organisation
from matcher.vocabulary import Language


class Account(Base):
    """Somebody who signs in. The e-mail address is the name of the account and is shown to nobody else."""

    __tablename__ = "account"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"), NUMBERED_ONCE)

    id: Mapped[int_pk]
    email: Mapped[str] = mapped_column(String(254), unique=True, comment="private")
    password: Mapped[str | None] = mapped_column(String(255), comment="argon2 hash; null: signs in by link or passkey")
    name: Mapped[str] = mapped_column(EncryptedText, default="", comment="private; signs messages")
    language: Mapped[Language] = mapped_column(enum_column(Language), default=Language.FR)
    active: Mapped[bool] = mapped_column(default=True)
    session_name: Mapped[str] = mapped_column(String(64), unique=True, comment="changes when all sessions must end")
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failed_logins: Mapped[int] = mapped_column(default=0, comment="in a row")
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    authenticator: Mapped[str | None] = mapped_column(EncryptedText)
    recovery_codes: Mapped[list[str]] = mapped_column(TextList, default=list, comment="hashes")
    passkey_handle: Mapped[str | None] = mapped_column(String(64), unique=True)
    consent_version: Mapped[str | None] = mapped_column(String(20))
    consented_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    warned_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="told that the account will be deleted")
    last_active_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)
    created_at: Mapped[created]
    updated_at: Mapped[updated]

    role_rows: Mapped[list[AccountRoleRow]] = relationship(lazy="selectin", cascade="all, delete-orphan")
    passkeys: Mapped[list[Passkey]] = relationship(
        lazy="select", cascade="all, delete-orphan", back_populates="account"
    )
    memberships: Mapped[list[Membership]] = relationship(
        lazy="select", cascade="all, delete-orphan", back_populates="account"
    )


class AccountRoleRow(Base):
    """Something that an account may do beyond its own organisations."""

    __tablename__ = "account_role"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[AccountRole] = mapped_column(enum_column(AccountRole), primary_key=True)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class Passkey(Base):
    """A WebAuthn credential."""

    __tablename__ = "passkey"
    __table_args__ = NUMBERED_ONCE

    id: Mapped[int_pk]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str]] = mapped_column(TextList, default=list)
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[created]
    last_used_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

    account: Mapped[Account] = relationship(back_populates="passkeys")


class Membership(Base):
    """An account that acts for an organisation. Members edit postings and answer; managers invite and remove too."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("account_id", "organisation_id"), NUMBERED_ONCE)

    id: Mapped[int_pk]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    role: Mapped[MembershipRole] = mapped_column(enum_column(MembershipRole), default=MembershipRole.MEMBER)
    receives_mail: Mapped[bool] = mapped_column(default=True, comment="gets the organisation's mails")
    created_at: Mapped[created]

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True, back_populates="memberships")
    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)


class Invitation(Base):
    """A colleague who was asked to join an organisation and has not answered. The link is signed; the row ends it."""

    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("organisation_id", "address_index"), NUMBERED_ONCE)

    id: Mapped[int_pk]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    address: Mapped[str] = mapped_column(EncryptedText, comment="private")
    address_index: Mapped[str] = mapped_column(String(64), comment="blind index of address")
    role: Mapped[MembershipRole] = mapped_column(enum_column(MembershipRole), default=MembershipRole.MEMBER)
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[created]
