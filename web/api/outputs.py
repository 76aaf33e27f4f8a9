"""What programs are answered, and how rows become it.

Nothing private is a field of these models: no contact, no budget that its author keeps, no name of
whoever asked to stay unnamed. What has no field here cannot leak.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from flask import url_for
from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from matcher.store import Need, Offer, Organisation, Skill, Theme
from matcher.vocabulary import (
    BudgetBlankReason,
    ClosedReason,
    CollaborationKind,
    ContactMode,
    DeliveryMode,
    Family,
    Language,
    NafVersion,
    NoIdentifierReason,
    OfferKind,
    OrganisationType,
    Phase,
    PostingKind,
    PostingStatus,
    Price,
    RangeScope,
    SizeBand,
    SkillImportance,
    SseSource,
)
from web.api.shapes import Address, ManagementOut, Out, PageOut, PlaceOut, place_out, sorted_values
from web.api.words import N_
from web.i18n import public_url


class AuthorOut(Out):
    """Who posts, as far as it may be told: for an anonymous need, only family, type and size."""

    id: int | None = Field(description=N_("Number of the organisation; null when anonymous"))
    name: str | None = Field(description=N_("Name; null when anonymous"))
    url: Address | None = Field(description=N_("Page of the organisation; null when anonymous"))
    family: Family
    organisation_type: OrganisationType
    size_band: SizeBand | None
    anonymous: bool


class OrganisationOut(Out):
    """An organisation of the directory, without its private contact."""

    id: int
    url: Address = Field(description=N_("Its page"))
    name: str
    brand: str
    family: Family
    organisation_type: OrganisationType
    legal_form: str | None
    siren: str | None
    siret: str | None
    rna: str | None
    no_identifier_reason: NoIdentifierReason | None
    is_sse: bool | None = Field(description=N_("Part of the social and solidarity economy; null: not known"))
    sse_source: SseSource | None
    is_esus: bool
    naf_code: str | None
    naf_version: NafVersion | None
    place: PlaceOut
    size_band: SizeBand | None
    labels: list[str]
    networks: list[str]
    website: str
    description: str
    language: Language
    verified: bool = Field(description=N_("Checked by the animator of the territory"))
    created_at: datetime
    updated_at: datetime


class PostingOut(Out):
    """What needs and offers share."""

    id: int
    url: Address = Field(description=N_("Its page"))
    status: PostingStatus
    closed_reason: ClosedReason | None
    live: bool = Field(description=N_("Can be found: open, not expired, not paused"))
    organisation: AuthorOut
    language: Language
    title: str
    themes: list[str] = Field(description=N_("Codes of themes (/api/themes)"))
    place: PlaceOut
    range_scope: RangeScope
    range_km: int | None
    families_excluded: list[Family]
    paused_until: date | None
    expires_on: date | None
    created_at: datetime
    updated_at: datetime


class NeedOut(PostingOut):
    """A need in its author's own words."""

    problem: str
    beneficiaries: str
    tried: str
    existing_team: str
    outcome: str
    constraints: str
    kinds: list[CollaborationKind] = Field(description=N_("Kinds of collaboration; empty: any"))
    skills_must: list[str] = Field(description=N_("Codes of skills (/api/skills) that it cannot do without"))
    skills_nice: list[str] = Field(description=N_("Codes of skills that would help"))
    partner_role: str
    phase: Phase | None
    remote_ok: bool
    deadline: date | None
    starts_on: date | None
    duration_weeks: int | None
    effort_days_per_week: float | None
    budget_public: bool = Field(description=N_("False: the three fields of the budget are null"))
    budget_min: int | None
    budget_max: int | None
    budget_blank_reason: BudgetBlankReason | None
    families_wanted: list[Family]
    contact_modes: list[ContactMode]
    questions: list[str]


class OfferOut(PostingOut):
    """What a producer brings, for whom, where and how much of it."""

    description: str
    audience: str
    kind: OfferKind
    skills: list[str] = Field(description=N_("Codes of skills (/api/skills)"))
    delivery_modes: list[DeliveryMode]
    price: Price | None
    price_note: str
    project_min: int | None
    project_max: int | None
    client_types: list[OrganisationType] = Field(description=N_("Clients accepted; empty: all"))
    client_sizes: list[SizeBand] = Field(description=N_("Sizes of clients accepted; empty: all"))
    monthly_capacity: int
    room_left: int = Field(description=N_("Requests that it can still take on this month"))
    available_from: date | None
    proof: str
    link: str


class TermOut(Out):
    """A theme or a skill."""

    code: str
    group: str
    label_fr: str
    label_en: str


class SkillOut(TermOut):
    """A skill, with its address in the European classification where there is one."""

    esco_uri: str | None


class ThemeOut(TermOut):
    """A theme."""

    description_fr: str
    description_en: str


class NeedPage(PageOut[NeedOut]):
    """One page of needs, newest first."""


class OfferPage(PageOut[OfferOut]):
    """One page of offers, newest first."""


class OrganisationPage(PageOut[OrganisationOut]):
    """One page of the directory, by name."""


class ThemeList(Out):
    """Every theme."""

    items: list[ThemeOut]


class SkillList(Out):
    """Every skill."""

    items: list[SkillOut]


class NeedPublished(Out):
    """A need that was stored."""

    need: NeedOut
    management: ManagementOut


class OfferPublished(Out):
    """An offer that was stored."""

    offer: OfferOut
    management: ManagementOut


class PointOut(Out):
    """A point on the map."""

    lat: float
    lon: float


class ContactOut(Out):
    """Where to answer: the page of the posting, never an address."""

    contact_form: Address


class MurmurationsOut(Out):
    """A profile of the schema offers_wants_schema-v0.1.0 of the Murmurations Library."""

    linked_schemas: list[str]
    exchange_type: Literal["offer", "want"]
    item_type: Literal["good", "service"]
    transaction_type: list[str]
    tags: list[str]
    title: str
    description: str
    details_url: Address
    geolocation: PointOut
    geographic_scope: Literal["local", "regional", "national", "international"]
    contact_details: ContactOut
    expires_at: int | SkipJsonSchema[None] = Field(None, exclude_if=lambda value: value is None)


def organisation_out(row: Organisation) -> OrganisationOut:
    """An organisation without what is private."""
    told = {name: getattr(row, name) for name in OrganisationOut.model_fields if hasattr(row, name)}
    return OrganisationOut.model_validate(
        told
        | {
            "url": public_url(url_for("organisations.show", id=row)),
            "place": place_out(row.place),
            "verified": row.verified_at is not None,
        }
    )


def author_out(posting: Need | Offer) -> AuthorOut:
    """Who posts; nothing that names the author of an anonymous need."""
    row = posting.organisation
    hidden = isinstance(posting, Need) and posting.anonymous
    return AuthorOut(
        id=None if hidden else row.id,
        name=None if hidden else row.name,
        url=None if hidden else public_url(url_for("organisations.show", id=row)),
        family=row.family,
        organisation_type=row.organisation_type,
        size_band=row.size_band,
        anonymous=hidden,
    )


def need_out(need: Need, today: date) -> NeedOut:
    """A need as anybody may read it."""
    by_importance: dict[SkillImportance, list[str]] = {importance: [] for importance in SkillImportance}
    for link in need.skills:
        by_importance[link.importance].append(link.skill.code)
    told = _posting_values(need, NeedOut, today) | {
        "skills_must": sorted(by_importance[SkillImportance.MUST]),
        "skills_nice": sorted(by_importance[SkillImportance.NICE]),
    }
    if not need.budget_public:
        told |= dict.fromkeys(("budget_min", "budget_max", "budget_blank_reason"))
    return NeedOut.model_validate(told)


def offer_out(offer: Offer, today: date) -> OfferOut:
    """An offer as anybody may read it."""
    told = _posting_values(offer, OfferOut, today) | {
        "skills": sorted(skill.code for skill in offer.skills),
        "room_left": offer.room_left(today),
    }
    return OfferOut.model_validate(told)


def posting_out(posting: Need | Offer, today: date) -> NeedOut | OfferOut:
    """A need or an offer as anybody may read it."""
    return need_out(posting, today) if isinstance(posting, Need) else offer_out(posting, today)


def page_address(posting: Need | Offer) -> str:
    """Address of the page of ``posting``."""
    area = "needs" if posting.posting_kind is PostingKind.NEED else "offers"
    return public_url(url_for(f"{area}.show", id=posting))


def theme_out(theme: Theme) -> ThemeOut:
    """A theme."""
    return ThemeOut.model_validate({name: getattr(theme, name) for name in ThemeOut.model_fields})


def skill_out(skill: Skill) -> SkillOut:
    """A skill."""
    return SkillOut.model_validate({name: getattr(skill, name) for name in SkillOut.model_fields})


def _posting_values(posting: Need | Offer, model: type[PostingOut], today: date) -> dict[str, object]:
    columns = {name: getattr(posting, name) for name in model.model_fields if hasattr(posting, name)}
    told = {name: sorted_values(value) if isinstance(value, frozenset) else value for name, value in columns.items()}
    return told | {
        "url": page_address(posting),
        "live": posting.is_live(today),
        "organisation": author_out(posting),
        "place": place_out(posting.place),
        "themes": [theme.code for theme in posting.themes],
    }
