"""Organisations of every family."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matcher.clock import utc_now
from matcher.store.base import (
    NUMBERED_ONCE,
    Base,
    EnumSet,
    TextList,
    UtcDateTime,
    created,
    enum_column,
    int_pk,
    updated,
)
from matcher.store.encryption import NO_TEXT, EncryptedText
from matcher.store.places import Place
from matcher.vocabulary import (
    ContactMode,
    Family,
    Language,
    NafVersion,
    NoIdentifierReason,
    OrganisationType,
    SizeBand,
    SseSource,
)


def _contact() -> Mapped[str]:
    """A private text that is read from the database only where it is used."""
    return mapped_column(
        EncryptedText,
        default="",
        server_default=NO_TEXT,
        comment="private",
        deferred=True,
        deferred_group="contact",
    )


class Organisation(Base):
    """Who posts. SIREN, SIRET and RNA are optional; when given, their check digits are right.

    ``contact_name`` and ``contact_email`` are private: no page, export, log or explanation shows them,
    and lists of postings do not even read them.
    """

    __tablename__ = "organisation"
    __table_args__ = (
        UniqueConstraint("source", "external_key"),
        CheckConstraint("siren IS NULL OR length(siren) = 9", name="siren"),
        CheckConstraint("siret IS NULL OR length(siret) = 14", name="siret"),
        CheckConstraint("rna IS NULL OR length(rna) = 10", name="rna"),
        CheckConstraint("length(trim(name)) > 0", name="name"),
        NUMBERED_ONCE,
    )

    id: Mapped[int_pk]
    source: Mapped[str] = mapped_column(String(60), default="site", comment="site, demo, or name of the import")
    external_key: Mapped[str | None] = mapped_column(String(120), comment="key within source: imports are idempotent")
    name: Mapped[str] = mapped_column(String(160))
    brand: Mapped[str] = mapped_column(String(80), default="")
    family: Mapped[Family] = mapped_column(enum_column(Family), index=True)
    organisation_type: Mapped[OrganisationType] = mapped_column(enum_column(OrganisationType))
    legal_form: Mapped[str | None] = mapped_column(String(4), comment="INSEE catégorie juridique, level 3")
    siren: Mapped[str | None] = mapped_column(String(9))
    siret: Mapped[str | None] = mapped_column(String(14), unique=True)
    rna: Mapped[str | None] = mapped_column(String(10), unique=True)
    no_identifier_reason: Mapped[NoIdentifierReason | None] = mapped_column(enum_column(NoIdentifierReason))
    is_sse: Mapped[bool | None] = mapped_column(comment="null: not known; a missing flag is no proof")
    sse_source: Mapped[SseSource | None] = mapped_column(enum_column(SseSource))
    sse_checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_esus: Mapped[bool] = mapped_column(default=False)
    naf_code: Mapped[str | None] = mapped_column(String(6))
    naf_version: Mapped[NafVersion | None] = mapped_column(enum_column(NafVersion))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), index=True)
    size_band: Mapped[SizeBand | None] = mapped_column(enum_column(SizeBand))
    labels: Mapped[list[str]] = mapped_column(TextList, default=list)
    networks: Mapped[list[str]] = mapped_column(TextList, default=list)
    website: Mapped[str] = mapped_column(String(300), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[Language] = mapped_column(enum_column(Language), default=Language.FR)
    contact_name: Mapped[str] = _contact()
    contact_email: Mapped[str] = _contact()
    contact_modes: Mapped[frozenset[ContactMode]] = mapped_column(EnumSet(ContactMode), default=frozenset)
    consent_version: Mapped[str | None] = mapped_column(String(20))
    consented_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="by the territory's animator")
    last_active_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    link_version: Mapped[int] = mapped_column(default=1, comment="raised to cancel the management links given so far")
    created_at: Mapped[created]
    updated_at: Mapped[updated]

    place: Mapped[Place] = relationship(lazy="joined", innerjoin=True)
