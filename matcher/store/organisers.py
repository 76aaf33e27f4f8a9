"""Accounts that run a hackathon, and colleagues who were asked to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matcher.people import OrganiserRole
from matcher.store.accounts import Account
from matcher.store.base import NUMBERED_ONCE, Base, UtcDateTime, created, enum_column, int_pk
from matcher.store.encryption import EncryptedText
from matcher.store.hackathons import Hackathon


class HackathonOrganiser(Base):
    """An account that runs an event. Owners invite, remove, cancel links and delete; organisers do all the rest."""

    __tablename__ = "hackathon_organiser"
    __table_args__ = (UniqueConstraint("account_id", "hackathon_id"), NUMBERED_ONCE)

    id: Mapped[int_pk]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    hackathon_id: Mapped[int] = mapped_column(ForeignKey("hackathon.id", ondelete="CASCADE"), index=True)
    role: Mapped[OrganiserRole] = mapped_column(enum_column(OrganiserRole), default=OrganiserRole.ORGANISER)
    created_at: Mapped[created]

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)
    hackathon: Mapped[Hackathon] = relationship(lazy="joined", innerjoin=True)


class OrganiserInvitation(Base):
    """A colleague who was asked to run an event and has not answered. The link is signed; the row ends it."""

    __tablename__ = "organiser_invitation"
    __table_args__ = (UniqueConstraint("hackathon_id", "address_index"), NUMBERED_ONCE)

    id: Mapped[int_pk]
    hackathon_id: Mapped[int] = mapped_column(ForeignKey("hackathon.id", ondelete="CASCADE"), index=True)
    address: Mapped[str] = mapped_column(EncryptedText, comment="private")
    address_index: Mapped[str] = mapped_column(String(64), comment="blind index of address")
    role: Mapped[OrganiserRole] = mapped_column(enum_column(OrganiserRole), default=OrganiserRole.ORGANISER)
    invited_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), comment="null: by the organisers' link"
    )
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[created]

    hackathon: Mapped[Hackathon] = relationship(lazy="joined", innerjoin=True)
