"""Drafts of organisations, needs and offers: the one validation of forms, imports and the API.

A draft is what somebody sent, cleaned and bounded; nothing is asked of the database here. Whether a
place, a theme or a skill exists is asked by ``matcher.postings.publish``, which raises the same
:class:`DraftProblems`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Annotated, Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator, model_validator

from matcher.postings import fields, limits
from matcher.postings.cleaning import clean_text
from matcher.postings.fields import Email, PlaceField, PlaceRef, Url, YesNo, refuse
from matcher.postings.limits import NEED_TEXTS, OFFER_TEXTS, ORGANISATION_TEXTS
from matcher.postings.problems import DraftProblems, FieldProblem, ProblemCode
from matcher.text import guess_language
from matcher.vocabulary import (
    BudgetBlankReason,
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
    Price,
    RangeScope,
    SizeBand,
    SseSource,
)

__all__ = [
    "Draft",
    "DraftProblems",
    "FieldProblem",
    "NeedDraft",
    "OfferDraft",
    "OrganisationDraft",
    "PlaceRef",
    "ProblemCode",
    "parse_draft",
    "parse_need",
    "parse_offer",
    "parse_organisation",
]

D = TypeVar("D", bound="Draft")

Key = Annotated[str | None, fields.line(limits.KEY_TEXT)]
Families = Annotated[frozenset[Family], fields.choices(Family)]
ContactModes = Annotated[frozenset[ContactMode], fields.choices(ContactMode)]
Euros = Annotated[int | None, fields.whole(limits.EUROS)]
PlanDay = Annotated[date | None, fields.day(latest=limits.LATEST_PLAN_DAYS)]
StartDay = Annotated[date | None, fields.day(latest=limits.LATEST_PLAN_DAYS, earliest=limits.EARLIEST_START_DAYS)]
ExpiryDay = Annotated[date | None, fields.day(latest=limits.LATEST_EXPIRY_DAYS)]
PauseDay = Annotated[date | None, fields.day(latest=limits.LATEST_PAUSE_DAYS)]

_PLACE_KEYS = {"place_insee": "insee", "place_country": "country", "place_id": "place_id"}


class Draft(BaseModel):
    """What all drafts share: unknown fields are refused, blank ones count as left out."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_blanks(cls, data: Any) -> Any:
        told = {name: value for name, value in dict(data).items() if not _is_blank(value)}
        return _with_place(told)


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not clean_text(value))


def _with_place(told: dict[str, Any]) -> dict[str, Any]:
    """Fold the flat keys of a form (place_insee, place_country, place_id) into ``place``."""
    flat = {name: told.pop(key) for key, name in _PLACE_KEYS.items() if key in told}
    if flat and isinstance(told.get("place", ""), str):
        told["place"] = {"name": told.get("place", ""), **flat}
    return told


class OrganisationDraft(Draft):
    """An organisation as told by its own people or by an import."""

    key: Key = None
    name: Annotated[str, fields.line(ORGANISATION_TEXTS["name"])]
    brand: Annotated[str, fields.line(ORGANISATION_TEXTS["brand"])] = ""
    family: Annotated[Family, fields.choice(Family)]
    organisation_type: Annotated[OrganisationType, fields.choice(OrganisationType)]
    legal_form: fields.LegalForm = None
    siren: fields.Siren = None
    siret: fields.Siret = None
    rna: fields.Rna = None
    no_identifier_reason: Annotated[NoIdentifierReason | None, fields.choice(NoIdentifierReason)] = None
    is_sse: YesNo | None = None
    sse_source: Annotated[SseSource | None, fields.choice(SseSource)] = None
    is_esus: YesNo = False
    naf_code: fields.NafCode = None
    naf_version: Annotated[NafVersion | None, fields.choice(NafVersion)] = None
    place: PlaceField
    size_band: Annotated[SizeBand | None, fields.choice(SizeBand)] = None
    labels: Annotated[tuple[str, ...], fields.texts(limits.MAX_LABELS, limits.LABEL_TEXT)] = ()
    networks: Annotated[tuple[str, ...], fields.texts(limits.MAX_LABELS, limits.LABEL_TEXT)] = ()
    website: Url = ""
    description: Annotated[str, fields.paragraphs(ORGANISATION_TEXTS["description"])] = ""
    language: Annotated[Language, fields.choice(Language)] = Language.FR
    contact_name: Annotated[str, fields.line(ORGANISATION_TEXTS["contact_name"])] = ""
    contact_email: Email = ""
    contact_modes: ContactModes = frozenset()

    @field_validator("siret")
    @classmethod
    def _siret_of_siren(cls, siret: str | None, info: ValidationInfo) -> str | None:
        siren = info.data.get("siren")
        if siret and siren and not siret.startswith(siren):
            refuse(ProblemCode.SIRET_OF_OTHER, value=siret)
        return siret

    @model_validator(mode="after")
    def _settle(self) -> Self:
        """A SIRET tells its SIREN; who gives an identifier needs no reason for having none."""
        siren = self.siren or (self.siret[:9] if self.siret else None)
        changes: dict[str, Any] = {"siren": siren} if siren != self.siren else {}
        if self.no_identifier_reason and (siren or self.rna):
            changes["no_identifier_reason"] = None
        return self.model_copy(update=changes) if changes else self


class _PostingDraft(Draft):
    key: Key = None
    organisation: Annotated[str | None, fields.line(limits.KEY_TEXT)] = None
    language: Annotated[Language, fields.choice(Language)]
    themes: Annotated[tuple[str, ...], fields.codes(limits.MAX_THEMES)] = ()
    place: PlaceField
    range_scope: Annotated[RangeScope, fields.choice(RangeScope)] = RangeScope.DEPARTMENT
    range_km: Annotated[int | None, fields.whole(limits.RANGE_KM), Field(validate_default=True)] = None
    expires_on: ExpiryDay = None

    @field_validator("range_km")
    @classmethod
    def _km_of_range(cls, range_km: int | None, info: ValidationInfo) -> int | None:
        """A radius goes with the scope "km" and with no other."""
        if info.data.get("range_scope") is not RangeScope.KM:
            return None
        if range_km is None:
            refuse(ProblemCode.RANGE_NEEDS_KM)
        return range_km


class NeedDraft(_PostingDraft):
    """A need in its author's own words, with the wishes and limits that matching uses."""

    title: Annotated[str, fields.line(NEED_TEXTS["title"])]
    problem: Annotated[str, fields.paragraphs(NEED_TEXTS["problem"])]
    beneficiaries: Annotated[str, fields.paragraphs(NEED_TEXTS["beneficiaries"])] = ""
    tried: Annotated[str, fields.paragraphs(NEED_TEXTS["tried"])] = ""
    existing_team: Annotated[str, fields.paragraphs(NEED_TEXTS["existing_team"])] = ""
    outcome: Annotated[str, fields.paragraphs(NEED_TEXTS["outcome"])] = ""
    constraints: Annotated[str, fields.paragraphs(NEED_TEXTS["constraints"])] = ""
    kinds: Annotated[frozenset[CollaborationKind], fields.choices(CollaborationKind)] = frozenset()
    skills_must: Annotated[tuple[str, ...], fields.codes(limits.MAX_SKILLS)] = ()
    skills_nice: Annotated[tuple[str, ...], fields.codes(limits.MAX_SKILLS)] = ()
    partner_role: Annotated[str, fields.line(NEED_TEXTS["partner_role"])] = ""
    phase: Annotated[Phase | None, fields.choice(Phase)] = None
    remote_ok: YesNo = True
    deadline: PlanDay = None
    starts_on: StartDay = None
    duration_weeks: Annotated[int | None, fields.whole(limits.DURATION_WEEKS)] = None
    effort_days_per_week: Annotated[float | None, fields.decimal(limits.EFFORT_DAYS)] = None
    budget_min: Euros = None
    budget_max: Euros = None
    budget_blank_reason: Annotated[BudgetBlankReason | None, fields.choice(BudgetBlankReason)] = None
    budget_public: YesNo = True
    families_wanted: Families = frozenset()
    families_excluded: Families = frozenset()
    contact_modes: ContactModes = frozenset()
    anonymous: YesNo = False
    questions: Annotated[tuple[str, ...], fields.texts(limits.MAX_QUESTIONS, limits.QUESTION_TEXT)] = ()

    @field_validator("skills_nice")
    @classmethod
    def _nice_beyond_must(cls, nice: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        """A skill that the need cannot do without is not merely nice to have."""
        return tuple(code for code in nice if code not in info.data.get("skills_must", ()))

    @field_validator("starts_on")
    @classmethod
    def _starts_before_deadline(cls, starts_on: date | None, info: ValidationInfo) -> date | None:
        """The deadline is the day by which the result is wanted."""
        _check_order(starts_on, info.data.get("deadline"))
        return starts_on

    @field_validator("budget_max")
    @classmethod
    def _budget_in_order(cls, largest: int | None, info: ValidationInfo) -> int | None:
        _check_amounts(info.data.get("budget_min"), largest)
        return largest

    @field_validator("budget_blank_reason")
    @classmethod
    def _reason_only_when_blank(
        cls, reason: BudgetBlankReason | None, info: ValidationInfo
    ) -> BudgetBlankReason | None:
        given = (info.data.get("budget_min"), info.data.get("budget_max"))
        return reason if given == (None, None) else None

    @field_validator("families_excluded")
    @classmethod
    def _not_wanted_and_excluded(cls, excluded: frozenset[Family], info: ValidationInfo) -> frozenset[Family]:
        both = excluded & info.data.get("families_wanted", frozenset())
        if both:
            refuse(ProblemCode.BOTH_WAYS, value=min(both).value)
        return excluded


class OfferDraft(_PostingDraft):
    """What a producer brings, for whom, where and how much of it."""

    title: Annotated[str, fields.line(OFFER_TEXTS["title"])]
    description: Annotated[str, fields.paragraphs(OFFER_TEXTS["description"])]
    audience: Annotated[str, fields.paragraphs(OFFER_TEXTS["audience"])] = ""
    kind: Annotated[OfferKind, fields.choice(OfferKind)]
    skills: Annotated[tuple[str, ...], fields.codes(limits.MAX_SKILLS)] = ()
    delivery_modes: Annotated[frozenset[DeliveryMode], fields.choices(DeliveryMode)]
    price: Annotated[Price | None, fields.choice(Price)] = None
    price_note: Annotated[str, fields.line(OFFER_TEXTS["price_note"])] = ""
    project_min: Euros = None
    project_max: Euros = None
    client_types: Annotated[frozenset[OrganisationType], fields.choices(OrganisationType)] = frozenset()
    client_sizes: Annotated[frozenset[SizeBand], fields.choices(SizeBand)] = frozenset()
    families_excluded: Families = frozenset()
    monthly_capacity: Annotated[int, fields.whole(limits.MONTHLY_CAPACITY)] = 2
    available_from: StartDay = None
    paused_until: PauseDay = None
    proof: Annotated[str, fields.paragraphs(OFFER_TEXTS["proof"])] = ""
    link: Url = ""

    @field_validator("delivery_modes")
    @classmethod
    def _some_mode(cls, modes: frozenset[DeliveryMode]) -> frozenset[DeliveryMode]:
        if not modes:
            refuse(ProblemCode.REQUIRED)
        return modes

    @field_validator("project_max")
    @classmethod
    def _sizes_in_order(cls, largest: int | None, info: ValidationInfo) -> int | None:
        _check_amounts(info.data.get("project_min"), largest)
        return largest

    @field_validator("available_from")
    @classmethod
    def _available_before_expiry(cls, available_from: date | None, info: ValidationInfo) -> date | None:
        _check_order(available_from, info.data.get("expires_on"))
        return available_from


def parse_organisation(data: Mapping[str, object], today: date, *, kept: Collection[date] = ()) -> OrganisationDraft:
    """Read an organisation; see :func:`parse_need`."""
    return parse_draft(OrganisationDraft, data, today, kept)


def parse_need(data: Mapping[str, object], today: date, *, kept: Collection[date] = ()) -> NeedDraft:
    """Read a need from form fields, cells of a table or JSON.

    Parameters
    ----------
    data
        Values by field name: texts as typed, or numbers, lists, true and false from JSON. Empty
        texts count as left out, so the default of the field stands: a form sends "false" for an
        unticked box whose default is true. The place comes as text, as a mapping, or with the
        flat keys ``place_insee``, ``place_country``, ``place_id``. A missing language is guessed.
    today
        Day that dates are compared with.
    kept
        Dates that the stored row already has: they may lie in the past.

    Raises
    ------
    DraftProblems
        With every problem found, in the order of the fields.
    """
    return parse_draft(NeedDraft, _with_language(data, ("title", "problem")), today, kept)


def parse_offer(data: Mapping[str, object], today: date, *, kept: Collection[date] = ()) -> OfferDraft:
    """Read an offer; see :func:`parse_need`."""
    return parse_draft(OfferDraft, _with_language(data, ("title", "description")), today, kept)


def parse_draft(
    draft: type[D],
    data: Mapping[str, object],
    today: date,
    kept: Collection[date] = (),
    context: Mapping[str, Any] | None = None,
) -> D:
    """Read a draft of any kind; ``context`` is more that its validators ask for. See :func:`parse_need`."""
    try:
        return draft.model_validate(dict(data), context={**(context or {}), "today": today, "kept": frozenset(kept)})
    except ValidationError as error:
        raise DraftProblems(_problems(error, list(draft.model_fields))) from None


def _problems(error: ValidationError, order: list[str]) -> list[FieldProblem]:
    """One problem a field, in the order of the fields; unknown fields come last."""
    found: dict[str, FieldProblem] = {}
    for detail in error.errors(include_url=False, include_input=False):
        name = str(detail["loc"][0]) if detail["loc"] else ""
        params = {key: value for key, value in detail.get("ctx", {}).items() if key != "problem"}
        found.setdefault(name, FieldProblem(name, _code(detail["type"]), params))
    places = {name: position for position, name in enumerate(order)}
    return sorted(found.values(), key=lambda problem: places.get(problem.field, len(order)))


def _code(kind: str) -> ProblemCode:
    """Problem of a pydantic error: ours carry their own code, two are pydantic's."""
    if kind == "missing":
        return ProblemCode.REQUIRED
    return ProblemCode.UNKNOWN_FIELD if kind == "extra_forbidden" else ProblemCode(kind)


def _with_language(data: Mapping[str, object], texts: tuple[str, ...]) -> Mapping[str, object]:
    if not _is_blank(data.get("language")):
        return data
    said = [value for value in (data.get(name) for name in texts) if isinstance(value, str)]
    return {**data, "language": guess_language(". ".join(said))}


def _check_order(first: date | None, then: date | None) -> None:
    if first and then and first > then:
        refuse(ProblemCode.DATES_ORDER, value=first.isoformat(), other=then.isoformat())


def _check_amounts(smallest: int | None, largest: int | None) -> None:
    if smallest is not None and largest is not None and smallest > largest:
        refuse(ProblemCode.BUDGET_ORDER, minimum=smallest, maximum=largest)
