"""Every answer of the posting forms is stored as it was meant."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient

from matcher.clock import today
from matcher.postings.limits import NEED_LIFE_DAYS, OFFER_LIFE_DAYS
from matcher.store import Need, Offer
from matcher.vocabulary import (
    CollaborationKind,
    ContactMode,
    DeliveryMode,
    Family,
    Language,
    NoIdentifierReason,
    OfferKind,
    OrganisationType,
    Phase,
    PostingStatus,
    Price,
    RangeScope,
    SizeBand,
)
from tests.web.posting_forms import (
    PROBLEM,
    day_from_now,
    need_form,
    newest,
    offer_form,
)
from web.assets import Site
from web.posting.submission import CONSENT_VERSION


def test_six_answers_are_enough_for_a_need(app: Site, client: FlaskClient) -> None:
    """Everything else has a default, and the title comes from the first sentence."""
    answer = need_form(client).send(client)
    assert answer.status_code == 303
    with app.app_context():
        need = newest(Need)
        day = today()
        assert need.title == "Nos quarante bénévoles s'inscrivent aux tournées par SMS"
        assert need.problem == PROBLEM
        assert (need.beneficiaries, need.tried, need.outcome, need.constraints) == ("", "", "", "")
        assert need.place.name == "Nancy"
        assert need.language is Language.FR
        assert need.status is PostingStatus.OPEN
        assert need.range_scope is RangeScope.DEPARTMENT
        assert need.remote_ok is True
        assert need.budget_public is True
        assert need.anonymous is False
        assert need.kinds == frozenset()
        assert (need.themes, need.skills, need.questions) == ([], [], [])
        assert need.expires_on == day + timedelta(days=NEED_LIFE_DAYS)
        assert (need.source, need.consent_version) == ("site", CONSENT_VERSION)
        assert need.consented_at is not None
        organisation = need.organisation
        assert organisation.name == "Les Paniers du Mardi"
        assert organisation.family is Family.USER_SECTOR
        assert organisation.organisation_type is OrganisationType.ASSOCIATION
        assert organisation.place.name == "Nancy"
        assert organisation.contact_email == "benevole@paniers.example"
        assert (organisation.siren, organisation.siret, organisation.rna) == (None, None, None)
        assert organisation.consent_version == CONSENT_VERSION


def test_every_answer_of_a_need_is_stored(app: Site, client: FlaskClient) -> None:
    """What is typed and ticked is what the row holds, field by field."""
    day = day_from_now(100)
    form = need_form(
        client,
        title="Un planning simple pour nos tournées",
        beneficiaries="Quarante bénévoles et deux cents familles.",
        tried="Un tableur partagé, illisible sur téléphone.",
        outcome="Plus aucune tournée oubliée.\n\nVisible d'un coup d'œil.",
        constraints="Les adresses ne doivent jamais être visibles.",
        existing_team="Deux bénévoles le lundi",
        partner_role="Choisir et installer l'outil",
        kinds=["service", "training"],
        themes=["food_aid", "volunteering"],
        skills_must=["planning_tools"],
        skills_nice=["planning_tools", "spreadsheets"],
        phase="discovery",
        range_scope="km",
        range_km="25",
        remote_ok=[],
        deadline=day.isoformat(),
        starts_on=f"{day - timedelta(days=30):%d/%m/%Y}",
        duration_weeks="6",
        effort_days_per_week="0,5",
        budget_min="500",
        budget_max="1 500 €",
        budget_public=[],
        families_wanted=["company", "training"],
        families_excluded=["funder"],
        contact_modes=["mail", "visio"],
        anonymous="y",
        questions="Avez-vous déjà aidé des bénévoles ?\r\n\r\nOù êtes-vous ; et quand ?",
        expires_on=day.isoformat(),
        language="fr",
        organisation__place="Vandœuvre-lès-Nancy",
        organisation__size_band="0",
        organisation__rna="W543001299",
        organisation__is_sse="true",
        organisation__website="paniers-du-mardi.example",
        organisation__contact_name="Dominique",
        organisation__description="Une épicerie ambulante.",
    )
    assert form.send(client).status_code == 303
    with app.app_context():
        need = newest(Need)
        assert need.title == "Un planning simple pour nos tournées"
        assert need.outcome == "Plus aucune tournée oubliée.\n\nVisible d'un coup d'œil."
        assert need.existing_team == "Deux bénévoles le lundi"
        assert need.partner_role == "Choisir et installer l'outil"
        assert need.kinds == {CollaborationKind.SERVICE, CollaborationKind.TRAINING}
        assert [theme.code for theme in need.themes] == ["food_aid", "volunteering"]
        assert {(link.skill.code, link.importance.value) for link in need.skills} == {
            ("planning_tools", "must"),
            ("spreadsheets", "nice"),
        }
        assert need.phase is Phase.DISCOVERY
        assert (need.range_scope, need.range_km, need.remote_ok) == (RangeScope.KM, 25, False)
        assert (need.deadline, need.starts_on, need.expires_on) == (day, day - timedelta(days=30), day)
        assert (need.duration_weeks, need.effort_days_per_week) == (6, 0.5)
        assert (need.budget_min, need.budget_max, need.budget_public) == (500, 1500, False)
        assert need.families_wanted == {Family.COMPANY, Family.TRAINING}
        assert need.families_excluded == {Family.FUNDER}
        assert need.contact_modes == {ContactMode.MAIL, ContactMode.VISIO}
        assert need.anonymous is True
        assert need.questions == ["Avez-vous déjà aidé des bénévoles ?", "Où êtes-vous ; et quand ?"]
        organisation = need.organisation
        assert organisation.place.name == "Vandœuvre-lès-Nancy"
        assert organisation.size_band is SizeBand.NONE
        assert organisation.rna == "W543001299"
        assert organisation.is_sse is True
        assert organisation.website == "https://paniers-du-mardi.example"
        assert (organisation.contact_name, organisation.description) == ("Dominique", "Une épicerie ambulante.")


def test_every_answer_of_an_offer_is_stored(app: Site, client: FlaskClient) -> None:
    """The same from the producer's side."""
    day = day_from_now(40)
    form = offer_form(
        client,
        title="Un planning installé en trois demi-journées",
        audience="Associations de 5 à 100 bénévoles",
        price="paid",
        price_note="450 € la demi-journée",
        proof="Six associations depuis 2023.",
        delivery_modes=["on_site"],
        range_scope="region",
        monthly_capacity="4",
        themes=["volunteering"],
        skills=["planning_tools"],
        project_min="450",
        project_max="2 000",
        client_types=["association", "cooperative"],
        client_sizes=["0", "1-9"],
        families_excluded=["funder"],
        available_from=day.isoformat(),
        link="https://clavier.example/planning",
        organisation__no_identifier_reason="being_created",
    )
    assert form.send(client).status_code == 303
    with app.app_context():
        offer = newest(Offer)
        assert offer.title == "Un planning installé en trois demi-journées"
        assert offer.kind is OfferKind.TRAINING
        assert offer.audience == "Associations de 5 à 100 bénévoles"
        assert (offer.price, offer.price_note) == (Price.PAID, "450 € la demi-journée")
        assert offer.delivery_modes == {DeliveryMode.ON_SITE}
        assert offer.range_scope is RangeScope.REGION
        assert offer.monthly_capacity == 4
        assert [theme.code for theme in offer.themes] == ["volunteering"]
        assert [skill.code for skill in offer.skills] == ["planning_tools"]
        assert (offer.project_min, offer.project_max) == (450, 2000)
        assert offer.client_types == {OrganisationType.ASSOCIATION, OrganisationType.COOPERATIVE}
        assert offer.client_sizes == {SizeBand.NONE, SizeBand.FROM_1_TO_9}
        assert offer.families_excluded == {Family.FUNDER}
        assert offer.available_from == day
        assert offer.link == "https://clavier.example/planning"
        assert offer.proof == "Six associations depuis 2023."
        assert offer.expires_on == today() + timedelta(days=OFFER_LIFE_DAYS)
        assert offer.organisation.no_identifier_reason is NoIdentifierReason.BEING_CREATED


def test_an_offer_without_further_answers_has_the_defaults(app: Site, client: FlaskClient) -> None:
    """Both ways of working are ticked at first, and two requests a month are accepted."""
    assert offer_form(client).send(client).status_code == 303
    with app.app_context():
        offer = newest(Offer)
        assert offer.delivery_modes == {DeliveryMode.ON_SITE, DeliveryMode.REMOTE}
        assert offer.monthly_capacity == 2
        assert offer.price is None
