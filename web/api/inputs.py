"""What programs may send as JSON, read strictly: a number is a number, an unknown key is an error.

The bounds are those of ``matcher.postings.limits``. The drafts behind check them again after cleaning,
with everything that no schema can say: whether a place exists, whether a day has passed.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from matcher.postings import limits
from matcher.postings.limits import NEED_TEXTS, OFFER_TEXTS, ORGANISATION_TEXTS, Bounds, TextLimit
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
    Price,
    RangeScope,
    SizeBand,
    SseSource,
)
from web.api.words import N_

#: Characters of a text that proposals are asked for: as much as the matcher reads.
TEXT_CHARS: Final = 8000
#: Proposals and search results in one answer. Chosen: nobody reads further.
MAX_RESULTS: Final = 50

EXAMPLE_NEED: Final[JsonDict] = {
    "title": "Un planning simple pour nos tournées de collecte",
    "problem": "Nos quarante bénévoles s'inscrivent aux collectes par texto. Chaque semaine quelqu'un est oublié et "
    "une tournée saute.",
    "outcome": "Chacun voit d'un coup d'œil où il manque du monde.",
    "place": {"name": "Nancy", "insee": "54395"},
    "kinds": ["service", "skills_volunteering"],
    "themes": ["volunteering"],
    "budget_max": 1500,
    "language": "fr",
}
EXAMPLE_OFFER: Final[JsonDict] = {
    "title": "Sites internet simples pour associations",
    "description": "Nous créons des sites de trois pages que des bénévoles mettent à jour eux-mêmes.",
    "kind": "service",
    "place": {"name": "Luxembourg", "country": "LU"},
    "delivery_modes": ["remote", "on_site"],
    "price": "paid",
    "language": "fr",
}
EXAMPLE_ORGANISATION: Final[JsonDict] = {
    "name": "Épicerie du Faubourg",
    "family": "user_sector",
    "organisation_type": "association",
    "place": {"name": "Nancy"},
    "contact_name": "Camille",
    "contact_email": "camille@example.org",
}


def _text(limit: TextLimit, description: str) -> Any:
    """A text that is needed."""
    return Field(description=description, min_length=limit.minimum, max_length=limit.maximum)


def _more(limit: TextLimit, description: str) -> Any:
    """A text that may be left out."""
    return Field("", description=description, max_length=limit.maximum)


def _number(bounds: Bounds, description: str) -> Any:
    """A number that may be left out."""
    return Field(None, description=description, ge=bounds.minimum, le=bounds.maximum)


def _list(maximum: int, description: str) -> Any:
    """A list that may be left out."""
    return Field([], description=description, max_length=maximum)


Code = Annotated[str, Field(min_length=1, max_length=limits.CODE_TEXT.maximum)]
Label = Annotated[str, Field(min_length=1, max_length=limits.LABEL_TEXT.maximum)]
Question = Annotated[str, Field(min_length=1, max_length=limits.QUESTION_TEXT.maximum)]


class Body(BaseModel):
    """Base of everything that is sent as JSON."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, defer_build=True)

    def told(self) -> dict[str, Any]:
        """What was sent, in plain values, for the drafts to read; nothing that was left out."""
        return self.model_dump(mode="json", exclude_unset=True)


class PlaceIn(Body):
    """A commune or town, by INSEE code or by name."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": ["name"]}, {"required": ["insee"]}]})

    name: str = Field("", description=N_("Name or postal code"), max_length=limits.PLACE_TEXT.maximum)
    insee: str = Field("", description=N_("INSEE commune code"), pattern=r"^([0-9][0-9AB][0-9]{3})?$")
    country: str = Field("", description=N_("ISO 3166-1 code, when it is not in France"), pattern=r"^([A-Z]{2})?$")

    @model_validator(mode="after")
    def _named(self) -> Self:
        if not (self.name or self.insee):
            raise PydanticCustomError("missing", "name or insee is needed")
        return self


class OrganisationIn(Body):
    """Who posts. SIREN, SIRET and RNA are optional. Name and address of the contact are never shown."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_ORGANISATION]})

    name: str = _text(ORGANISATION_TEXTS["name"], N_("Name in full"))
    brand: str = _more(ORGANISATION_TEXTS["brand"], N_("Name that people know it by"))
    family: Family = Field(description=N_("Family of actors"))
    organisation_type: OrganisationType = Field(description=N_("What the organisation is"))
    legal_form: str | None = Field(None, description=N_("INSEE legal category, 4 digits"), pattern=r"^[0-9]{4}$")
    siren: str | None = Field(None, description=N_("SIREN, 9 digits"), pattern=r"^[0-9]{9}$")
    siret: str | None = Field(None, description=N_("SIRET, 14 digits"), pattern=r"^[0-9]{14}$")
    rna: str | None = Field(None, description=N_("RNA number, a W and 9 signs"), pattern=r"^W[0-9A-Z]{9}$")
    no_identifier_reason: NoIdentifierReason | None = Field(
        None, description=N_("Why it has none of the three numbers")
    )
    is_sse: bool | None = Field(None, description=N_("Part of the social and solidarity economy; null: not known"))
    sse_source: SseSource | None = Field(None, description=N_("How that is known"))
    is_esus: bool = Field(False, description=N_("Approved as a solidarity enterprise of social utility (ESUS)"))
    naf_code: str | None = Field(None, description=N_("Activity code (NAF)"), pattern=r"^[0-9]{2}\.?[0-9]{2}[A-Z]$")
    naf_version: NafVersion | None = Field(None, description=N_("Edition of the activity code"))
    place: PlaceIn = Field(description=N_("Where it is"))
    size_band: SizeBand | None = Field(None, description=N_("Paid staff"))
    labels: list[Label] = _list(limits.MAX_LABELS, N_("Labels and certificates"))
    networks: list[Label] = _list(limits.MAX_LABELS, N_("Networks it belongs to"))
    website: str = _more(ORGANISATION_TEXTS["website"], N_("Web address"))
    description: str = _more(ORGANISATION_TEXTS["description"], N_("What it does, in a few sentences"))
    language: Language = Field(Language.FR, description=N_("Language of the description"))
    contact_name: str = _more(ORGANISATION_TEXTS["contact_name"], N_("Private: never shown to anyone"))
    contact_email: str = _more(ORGANISATION_TEXTS["contact_email"], N_("Private: never shown to anyone"))
    contact_modes: list[ContactMode] = _list(len(ContactMode), N_("How it would like to be answered"))


class PostingIn(Body):
    """What needs and offers share."""

    language: Language | None = Field(None, description=N_("Language of the text; guessed when left out"))
    themes: list[Code] = _list(limits.MAX_THEMES, N_("Codes of themes (/api/themes)"))
    place: PlaceIn = Field(description=N_("Where it is"))
    range_scope: RangeScope = Field(RangeScope.DEPARTMENT, description=N_("How far it reaches from its place"))
    range_km: int | None = _number(limits.RANGE_KM, N_("Radius in kilometres, for the range “km”"))
    families_excluded: list[Family] = _list(len(Family), N_("Families that are never proposed"))
    expires_on: date | None = Field(None, description=N_("Last day on the site"))


class NeedIn(PostingIn):
    """A need in its author's own words."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_NEED]})

    title: str = _text(NEED_TEXTS["title"], N_("One line for the lists"))
    problem: str = _text(NEED_TEXTS["problem"], N_("What happens today, and what it costs"))
    beneficiaries: str = _more(NEED_TEXTS["beneficiaries"], N_("Who it is for"))
    tried: str = _more(NEED_TEXTS["tried"], N_("What was tried already"))
    existing_team: str = _more(NEED_TEXTS["existing_team"], N_("Who works on it on the author's side"))
    outcome: str = _more(NEED_TEXTS["outcome"], N_("The result wanted"))
    constraints: str = _more(NEED_TEXTS["constraints"], N_("Limits: data, security, accessibility, calendar"))
    kinds: list[CollaborationKind] = _list(len(CollaborationKind), N_("Kinds of collaboration; empty: any"))
    skills_must: list[Code] = _list(limits.MAX_SKILLS, N_("Codes of skills (/api/skills) that it cannot do without"))
    skills_nice: list[Code] = _list(limits.MAX_SKILLS, N_("Codes of skills that would help"))
    partner_role: str = _more(NEED_TEXTS["partner_role"], N_("What the partner would do"))
    phase: Phase | None = Field(None, description=N_("How far the project is"))
    remote_ok: bool = Field(True, description=N_("Work at a distance is possible"))
    deadline: date | None = Field(None, description=N_("Day by which the result is wanted"))
    starts_on: date | None = Field(None, description=N_("Day on which it could begin"))
    duration_weeks: int | None = _number(limits.DURATION_WEEKS, N_("How long it lasts, in weeks"))
    effort_days_per_week: float | None = _number(limits.EFFORT_DAYS, N_("Time of the author's people, in days a week"))
    budget_min: int | None = _number(limits.EUROS, N_("Budget in euros, at least"))
    budget_max: int | None = _number(limits.EUROS, N_("Budget in euros, at most"))
    budget_blank_reason: BudgetBlankReason | None = Field(None, description=N_("Why there is no budget"))
    budget_public: bool = Field(True, description=N_("Show the budget"))
    families_wanted: list[Family] = _list(len(Family), N_("Families that are preferred"))
    contact_modes: list[ContactMode] = _list(len(ContactMode), N_("How the author would like to be answered"))
    anonymous: bool = Field(False, description=N_("Hide the name until both sides have said yes"))
    questions: list[Question] = _list(limits.MAX_QUESTIONS, N_("Questions to whoever answers"))


class OfferIn(PostingIn):
    """What a producer brings, for whom, where and how much of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_OFFER]})

    title: str = _text(OFFER_TEXTS["title"], N_("One line for the lists"))
    description: str = _text(OFFER_TEXTS["description"], N_("What is offered"))
    audience: str = _more(OFFER_TEXTS["audience"], N_("Who it serves"))
    kind: OfferKind = Field(description=N_("Kind of offer"))
    skills: list[Code] = _list(limits.MAX_SKILLS, N_("Codes of skills (/api/skills)"))
    delivery_modes: list[DeliveryMode] = Field(
        description=N_("How the work is done"), min_length=1, max_length=len(DeliveryMode)
    )
    price: Price | None = Field(None, description=N_("What it costs its user"))
    price_note: str = _more(OFFER_TEXTS["price_note"], N_("More about the price"))
    project_min: int | None = _number(limits.EUROS, N_("Smallest project accepted, in euros"))
    project_max: int | None = _number(limits.EUROS, N_("Largest project accepted, in euros"))
    client_types: list[OrganisationType] = _list(len(OrganisationType), N_("Clients accepted; empty: all"))
    client_sizes: list[SizeBand] = _list(len(SizeBand), N_("Sizes of clients accepted; empty: all"))
    monthly_capacity: int = Field(
        2,
        description=N_("Requests that can be taken on in a month"),
        ge=limits.MONTHLY_CAPACITY.minimum,
        le=limits.MONTHLY_CAPACITY.maximum,
    )
    available_from: date | None = Field(None, description=N_("First day on which it can be had"))
    paused_until: date | None = Field(None, description=N_("Out of every search before this day"))
    proof: str = _more(OFFER_TEXTS["proof"], N_("References, labels, links"))
    link: str = _more(OFFER_TEXTS["link"], N_("Web address of the offer"))


class _Publication(Body):
    organisation: OrganisationIn | None = Field(
        None, description=N_("Who posts; left out with the management token of an earlier posting of theirs")
    )
    consent: Literal[True] = Field(
        description=N_("The author agrees that this is published and matched, as the page on personal data says")
    )


class NeedPublication(_Publication):
    """A need and who posts it."""

    need: NeedIn


class OfferPublication(_Publication):
    """An offer and who posts it."""

    offer: OfferIn


class Closing(Body):
    """Why a posting is closed."""

    reason: ClosedReason = Field(description=N_("Why it is closed"))


class PauseIn(Body):
    """The day on which a paused posting comes back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"paused_until": "2027-01-11"}]})

    paused_until: date = Field(description=N_("Tomorrow at the earliest, in a year at the latest"))


class TakenIn(Body):
    """Room that an offer has left."""

    taken: int = Field(
        description=N_("Requests taken on in this month"),
        ge=limits.TAKEN_THIS_MONTH.minimum,
        le=limits.TAKEN_THIS_MONTH.maximum,
    )


class AskerIn(Body):
    """Who would ask: some offers are for some organisations only."""

    family: Family = Field(Family.USER_SECTOR, description=N_("Family of actors"))
    organisation_type: OrganisationType = Field(
        OrganisationType.ASSOCIATION, description=N_("What the organisation is")
    )
    size_band: SizeBand | None = Field(None, description=N_("Paid staff"))


class ProposalQuestion(Body):
    """A text or the draft of a need, to be answered without being stored. Exactly one of the two."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": ["text"]}, {"required": ["need"]}],
            "examples": [{"text": "Nous cherchons un outil pour planifier nos bénévoles"}, {"need": EXAMPLE_NEED}],
        }
    )

    text: str = Field("", description=N_("A need in plain words"), max_length=TEXT_CHARS)
    need: NeedIn | None = Field(None, description=N_("The draft of a need: its conditions are kept too"))
    asker: AskerIn = Field(AskerIn(), description=N_("Who would ask, for the draft of a need"))
    limit: int = Field(10, description=N_("Most proposals in the answer"), ge=1, le=MAX_RESULTS)

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if ("text" in self.model_fields_set) == (self.need is not None):
            raise PydanticCustomError("missing", "text or need, one of the two")
        return self
