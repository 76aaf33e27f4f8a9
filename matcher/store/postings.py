"""Needs and offers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

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
from matcher.store.organisations import Organisation
from matcher.store.places import Place
from matcher.store.vocabularies import Skill, Theme
from matcher.vocabulary import (
    BudgetBlankReason,
    ClosedReason,
    CollaborationKind,
    ContactMode,
    DeliveryMode,
    Family,
    Language,
    OfferKind,
    OrganisationType,
    Phase,
    PostingKind,
    PostingStatus,
    Price,
    RangeScope,
    SizeBand,
    SkillImportance,
)


def _link_table(name: str, left: str, right: str) -> Table:
    return Table(
        name,
        Base.metadata,
        Column(f"{left}_id", ForeignKey(f"{left}.id", ondelete="CASCADE"), primary_key=True),
        Column(f"{right}_id", ForeignKey(f"{right}.id", ondelete="CASCADE"), primary_key=True, index=True),
    )


need_theme = _link_table("need_theme", "need", "theme")
offer_theme = _link_table("offer_theme", "offer", "theme")
offer_skill = _link_table("offer_skill", "offer", "skill")


class Posting:
    """What needs and offers share."""

    posting_kind: PostingKind

    id: Mapped[int_pk]
    source: Mapped[str] = mapped_column(String(60), default="site")
    external_key: Mapped[str | None] = mapped_column(String(120))
    status: Mapped[PostingStatus] = mapped_column(enum_column(PostingStatus), default=PostingStatus.OPEN)
    language: Mapped[Language] = mapped_column(enum_column(Language), default=Language.FR)
    title: Mapped[str] = mapped_column(String(120))
    range_scope: Mapped[RangeScope] = mapped_column(enum_column(RangeScope), default=RangeScope.DEPARTMENT)
    range_km: Mapped[int | None] = mapped_column(comment="radius in km when range_scope is km")
    expires_on: Mapped[date | None]
    renewal_count: Mapped[int] = mapped_column(default=0)
    paused_until: Mapped[date | None] = mapped_column(comment="out of every search before this day")
    closed_reason: Mapped[ClosedReason | None] = mapped_column(enum_column(ClosedReason))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    consent_version: Mapped[str | None] = mapped_column(String(20))
    consented_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    link_version: Mapped[int] = mapped_column(default=1, comment="raised to cancel the management links given so far")
    text_hash: Mapped[str] = mapped_column(String(64), default="", comment="of the encoded texts; set on flush")
    lexeme_count: Mapped[int] = mapped_column(default=0, comment="length for BM25; set on flush")
    held_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, comment="out of every search and list from then on, until the animator has looked at it"
    )
    created_at: Mapped[created]
    updated_at: Mapped[updated]

    @declared_attr
    def organisation_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("organisation.id"), index=True)

    @declared_attr
    def place_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("place.id"), index=True)

    @declared_attr
    def organisation(cls) -> Mapped[Organisation]:
        return relationship(lazy="selectin")

    @declared_attr
    def place(cls) -> Mapped[Place]:
        return relationship(lazy="selectin")

    def is_live(self, today: date) -> bool:
        """True when the posting can be found: open, not held back, not expired, not paused."""
        return (
            self.status is PostingStatus.OPEN
            and self.held_at is None
            and (self.expires_on is None or self.expires_on >= today)
            and (self.paused_until is None or self.paused_until <= today)
        )


def _posting_rules(*more: CheckConstraint) -> tuple[object, ...]:
    return (
        UniqueConstraint("source", "external_key"),
        CheckConstraint("length(trim(title)) > 0", name="title"),
        CheckConstraint("range_km IS NULL OR range_km BETWEEN 1 AND 2000", name="range_km"),
        CheckConstraint("range_scope <> 'km' OR range_km IS NOT NULL", name="range_has_km"),
        CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed_at"),
        *more,
        NUMBERED_ONCE,
    )


class NeedSkill(Base):
    """A skill that a need asks for, and whether it can do without."""

    __tablename__ = "need_skill"

    need_id: Mapped[int] = mapped_column(ForeignKey("need.id", ondelete="CASCADE"), primary_key=True)
    skill_id: Mapped[int] = mapped_column(ForeignKey("skill.id", ondelete="CASCADE"), primary_key=True, index=True)
    importance: Mapped[SkillImportance] = mapped_column(enum_column(SkillImportance), default=SkillImportance.MUST)

    skill: Mapped[Skill] = relationship(lazy="joined", innerjoin=True)


class Need(Posting, Base):
    """A problem that an organisation wants solved, in its own words."""

    __tablename__ = "need"
    __table_args__ = _posting_rules(
        CheckConstraint("budget_min IS NULL OR budget_min >= 0", name="budget_min"),
        CheckConstraint("budget_max IS NULL OR budget_max >= coalesce(budget_min, 0)", name="budget_max"),
        CheckConstraint("length(trim(problem)) > 0", name="problem"),
    )
    posting_kind = PostingKind.NEED

    problem: Mapped[str] = mapped_column(Text)
    beneficiaries: Mapped[str] = mapped_column(Text, default="", comment="who it is for")
    tried: Mapped[str] = mapped_column(Text, default="", comment="what was tried already")
    existing_team: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[str] = mapped_column(Text, default="", comment="the result wanted")
    constraints: Mapped[str] = mapped_column(Text, default="", comment="data, security, accessibility, calendar")
    kinds: Mapped[frozenset[CollaborationKind]] = mapped_column(
        EnumSet(CollaborationKind), default=frozenset, comment="empty: any"
    )
    partner_role: Mapped[str] = mapped_column(String(200), default="")
    phase: Mapped[Phase | None] = mapped_column(enum_column(Phase))
    remote_ok: Mapped[bool] = mapped_column(default=True)
    deadline: Mapped[date | None]
    starts_on: Mapped[date | None]
    duration_weeks: Mapped[int | None]
    effort_days_per_week: Mapped[float | None]
    budget_min: Mapped[int | None] = mapped_column(comment="EUR")
    budget_max: Mapped[int | None] = mapped_column(comment="EUR")
    budget_blank_reason: Mapped[BudgetBlankReason | None] = mapped_column(enum_column(BudgetBlankReason))
    budget_public: Mapped[bool] = mapped_column(default=True)
    families_wanted: Mapped[frozenset[Family]] = mapped_column(
        EnumSet(Family), default=frozenset, comment="empty: any; a preference, not a limit"
    )
    families_excluded: Mapped[frozenset[Family]] = mapped_column(EnumSet(Family), default=frozenset)
    contact_modes: Mapped[frozenset[ContactMode]] = mapped_column(EnumSet(ContactMode), default=frozenset)
    anonymous: Mapped[bool] = mapped_column(default=False, comment="name hidden until both sides say yes")
    questions: Mapped[list[str]] = mapped_column(TextList, default=list, comment="at most 5, to whoever answers")

    themes: Mapped[list[Theme]] = relationship(secondary=need_theme, lazy="selectin", order_by=Theme.code)
    skills: Mapped[list[NeedSkill]] = relationship(lazy="selectin", cascade="all, delete-orphan")


class Offer(Posting, Base):
    """What a producer brings, for whom, where and how much of it."""

    __tablename__ = "offer"
    __table_args__ = _posting_rules(
        CheckConstraint("length(trim(description)) > 0", name="description"),
        CheckConstraint("monthly_capacity BETWEEN 0 AND 100", name="monthly_capacity"),
        CheckConstraint("taken_this_month >= 0", name="taken_this_month"),
        CheckConstraint("project_min IS NULL OR project_min >= 0", name="project_min"),
        CheckConstraint("project_max IS NULL OR project_max >= coalesce(project_min, 0)", name="project_max"),
    )
    posting_kind = PostingKind.OFFER

    description: Mapped[str] = mapped_column(Text)
    audience: Mapped[str] = mapped_column(Text, default="", comment="who it serves")
    kind: Mapped[OfferKind] = mapped_column(enum_column(OfferKind))
    delivery_modes: Mapped[frozenset[DeliveryMode]] = mapped_column(EnumSet(DeliveryMode), default=frozenset)
    price: Mapped[Price | None] = mapped_column(enum_column(Price))
    price_note: Mapped[str] = mapped_column(String(200), default="")
    project_min: Mapped[int | None] = mapped_column(comment="EUR, smallest project accepted")
    project_max: Mapped[int | None] = mapped_column(comment="EUR, largest project accepted")
    client_types: Mapped[frozenset[OrganisationType]] = mapped_column(
        EnumSet(OrganisationType), default=frozenset, comment="accepted; empty: all"
    )
    client_sizes: Mapped[frozenset[SizeBand]] = mapped_column(EnumSet(SizeBand), default=frozenset)
    families_excluded: Mapped[frozenset[Family]] = mapped_column(EnumSet(Family), default=frozenset)
    # Two requests a month unless its owner says otherwise, as MonAideCyber's cap of 2 per 30 days.
    monthly_capacity: Mapped[int] = mapped_column(default=2)
    taken_this_month: Mapped[int] = mapped_column(default=0, comment="requests taken on in taken_month")
    taken_month: Mapped[str | None] = mapped_column(String(7), comment="YYYY-MM that taken_this_month counts")
    available_from: Mapped[date | None]
    proof: Mapped[str] = mapped_column(Text, default="")
    link: Mapped[str] = mapped_column(String(300), default="")

    themes: Mapped[list[Theme]] = relationship(secondary=offer_theme, lazy="selectin", order_by=Theme.code)
    skills: Mapped[list[Skill]] = relationship(secondary=offer_skill, lazy="selectin", order_by=Skill.code)

    def room_left(self, today: date) -> int:
        """Requests that the offer can still take on in the month of ``today``; never negative."""
        taken = self.taken_this_month if self.taken_month == f"{today:%Y-%m}" else 0
        return max(0, self.monthly_capacity - taken)
