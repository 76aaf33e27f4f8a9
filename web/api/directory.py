"""The directory, the vocabularies, and the service itself."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from flask import current_app, url_for
from flask_babel import force_locale
from pydantic import Field
from werkzeug.exceptions import NotFound

from embeddings.loading import LoadState
from embeddings.model_files import ModelUnavailable
from matcher.clock import today, utc_now
from matcher.postings.queries import get_organisation, list_organisations, list_postings
from matcher.postings.references import References
from matcher.vocabulary import Language, PostingKind
from web.api.blueprint import ApiAnswer, bp
from web.api.listing import page_out
from web.api.outputs import (
    OrganisationOut,
    OrganisationPage,
    SkillList,
    ThemeList,
    organisation_out,
    skill_out,
    theme_out,
)
from web.api.queries import OrganisationsQuery
from web.api.shapes import Address, Out
from web.api.words import N_
from web.i18n import public_url
from web.labels import LABELS
from web.wiring import db, services


class AnswerOut(Out):
    """One answer of a closed list."""

    value: str
    label_fr: str
    label_en: str


class ClosedListOut(Out):
    """One closed list."""

    name: str
    answers: list[AnswerOut]


class VocabularyOut(Out):
    """Every closed list."""

    lists: list[ClosedListOut]


class CountsOut(Out):
    """Entries that can be found today."""

    organisations: int
    needs: int
    offers: int


class ModelOut(Out):
    """The language model behind comparison by meaning."""

    id: str | None = Field(description=N_("Null when there is none: words alone are compared"))
    state: LoadState


class IndexOut(Out):
    """Vectors of one side that are ready to be searched."""

    kind: PostingKind
    vectors: int
    complete: bool = Field(description=N_("Every stored vector is in the index"))


class StatusOut(Out):
    """State of the service."""

    version: str
    territory: str
    languages: list[Language]
    time: datetime
    counts: CountsOut
    model: ModelOut
    indexes: list[IndexOut]


class IndexPageOut(Out):
    """Where everything is."""

    title: str
    version: str
    description: Address = Field(description=N_("This description (OpenAPI 3.1)"))
    documentation: Address = Field(description=N_("The same, for people"))
    needs: Address
    offers: Address
    organisations: Address
    hackathons: Address
    search: Address
    themes: Address
    skills: Address
    vocabulary: Address
    status: Address


@bp.get("/")
@bp.output(IndexPageOut)
@bp.doc(operation_id="start", tags=["Service"], summary=N_("Where everything is"))
def start() -> IndexPageOut:
    """Addresses of the API."""
    names = ("needs", "offers", "organisations", "hackathons", "search", "themes", "skills", "vocabulary", "status")
    places: dict[str, Any] = {name: _address(f"api.{name}") for name in names}
    return IndexPageOut(
        title=current_app.config["SETTINGS"].territory_name,
        version=_version(),
        description=_address("openapi.spec"),
        documentation=_address("api.documentation"),
        **places,
    )


@bp.get("/organisations")
@bp.input(OrganisationsQuery, location="query")
@bp.output(OrganisationPage)
@bp.doc(operation_id="listOrganisations", tags=["Organisations"], summary=N_("The directory, by name"))
def organisations(query_data: OrganisationsQuery) -> ApiAnswer:
    """Organisations under filters."""
    found = list_organisations(
        db.session, query_data.filters(), query_data.page, query_data.per_page, facets=query_data.facets
    )
    return page_out(OrganisationPage, found, query_data, organisation_out)


@bp.get("/organisations/<number:number>")
@bp.output(OrganisationOut)
@bp.doc(operation_id="getOrganisation", tags=["Organisations"], summary=N_("One organisation"))
def show_organisation(number: int) -> OrganisationOut:
    """One organisation."""
    organisation = get_organisation(db.session, number)
    if organisation is None:
        raise NotFound
    return organisation_out(organisation)


@bp.get("/themes")
@bp.output(ThemeList)
@bp.doc(operation_id="listThemes", tags=["Vocabulary"], summary=N_("Every theme"))
def themes() -> ThemeList:
    """Every theme by code."""
    known = References(db.session).themes
    return ThemeList(items=[theme_out(known[code]) for code in sorted(known)])


@bp.get("/skills")
@bp.output(SkillList)
@bp.doc(operation_id="listSkills", tags=["Vocabulary"], summary=N_("Every skill"))
def skills() -> SkillList:
    """Every skill by code."""
    known = References(db.session).skills
    return SkillList(items=[skill_out(known[code]) for code in sorted(known)])


@bp.get("/vocabulary")
@bp.output(VocabularyOut)
@bp.doc(
    operation_id="listVocabulary",
    tags=["Vocabulary"],
    summary=N_("Every closed list, with the words that people read"),
)
def vocabulary() -> VocabularyOut:
    """Every closed list."""
    told = {language: _labels(language) for language in Language}
    return VocabularyOut(
        lists=[
            ClosedListOut(
                name=enum.__name__,
                answers=[
                    AnswerOut(
                        value=member.value,
                        label_fr=told[Language.FR][member],
                        label_en=told[Language.EN][member],
                    )
                    for member in enum
                ],
            )
            for enum in LABELS
        ]
    )


@bp.get("/status")
@bp.output(StatusOut)
@bp.doc(operation_id="status", tags=["Service"], summary=N_("State of the service"))
def status() -> StatusOut:
    """Counts, model and indexes."""
    settings = current_app.config["SETTINGS"]
    live = {kind: list_postings(db.session, kind, per_page=1, today=today(), facets=False) for kind in PostingKind}
    organisations = list_organisations(db.session, per_page=1, facets=False).total
    model = _model()
    return StatusOut(
        version=_version(),
        territory=settings.territory_name,
        languages=list(settings.languages),
        time=utc_now(),
        counts=CountsOut(
            organisations=organisations,
            needs=live[PostingKind.NEED].total,
            offers=live[PostingKind.OFFER].total,
        ),
        model=model,
        indexes=_indexes() if model.id else [],
    )


def _labels(language: Language) -> dict[StrEnum, str]:
    with force_locale(language.value):
        return {member: str(words) for labels in LABELS.values() for member, words in labels.items()}


def _model() -> ModelOut:
    try:
        return ModelOut(id=services().encoder.model_id, state=services().loader.state)
    except ModelUnavailable:
        return ModelOut(id=None, state=LoadState.FAILED)


def _indexes() -> list[IndexOut]:
    held = {kind: store.status() for kind, store in services().stores.items()}
    return [
        IndexOut(kind=kind, vectors=state.count, complete=state.count == state.source_count)
        for kind, state in held.items()
    ]


def _address(endpoint: str) -> str:
    return public_url(url_for(endpoint))


def _version() -> str:
    return str(current_app.version)  # type: ignore[attr-defined]
