"""Communes and towns: where organisations are and how far postings reach."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from matcher.store.base import Base, int_pk


class Place(Base):
    """A commune (INSEE code) or a foreign town (GeoNames id), with its centre."""

    __tablename__ = "place"
    __table_args__ = (
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude"),
        CheckConstraint("length(country) = 2", name="country"),
        Index("ix_place_name_folded", "name_folded"),
    )

    id: Mapped[int_pk]
    name: Mapped[str] = mapped_column(String(120))
    name_folded: Mapped[str] = mapped_column(String(120), comment="lower case without accents, for look-ups")
    country: Mapped[str] = mapped_column(String(2), comment="ISO 3166-1 alpha-2")
    insee_code: Mapped[str | None] = mapped_column(String(5), unique=True, comment="never a postal code")
    geonames_id: Mapped[int | None] = mapped_column(unique=True)
    postcodes: Mapped[str] = mapped_column(String(400), default="", comment="comma-joined")
    department: Mapped[str | None] = mapped_column(String(3), comment="INSEE département")
    region: Mapped[str | None] = mapped_column(String(3), comment="INSEE region")
    epci_siren: Mapped[str | None] = mapped_column(String(9), comment="SIREN of the intercommunal body")
    latitude: Mapped[float] = mapped_column(comment="degrees north, WGS 84")
    longitude: Mapped[float] = mapped_column(comment="degrees east, WGS 84")
    population: Mapped[int] = mapped_column(default=0)

    @property
    def label(self) -> str:
        """Name as people tell it, with what tells it from its namesakes.

        >>> Place(name="Nancy", department="54", country="FR").label
        'Nancy (54)'
        >>> Place(name="Arlon", country="BE").label
        'Arlon (BE)'
        """
        return f"{self.name} ({self.department or self.country})"
