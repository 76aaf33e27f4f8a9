"""A small territory made for tests: every expected answer of the page tests can be told by reading it.

Names and texts are invented. Rows are written straight to the store, oldest first.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from matcher.postings.places import fold_name
from matcher.store import Need, NeedSkill, Offer, Organisation, Place, Skill, Theme
from matcher.store.session import writing
from matcher.vocabulary import (
    BudgetBlankReason,
    ClosedReason,
    CollaborationKind,
    DeliveryMode,
    Family,
    Language,
    OfferKind,
    OrganisationType,
    PostingStatus,
    Price,
    RangeScope,
    SizeBand,
)

DATA = Path(__file__).parents[2] / "matcher" / "data"

#: name, country, département, region, EPCI, INSEE, GeoNames, postal codes, latitude, longitude, people
PLACES = [
    ("Nancy", "FR", "54", "44", "245400676", "54395", None, "54000,54100", 48.6889, 6.1709, 104260),
    ("Vandœuvre-lès-Nancy", "FR", "54", "44", "245400676", "54547", None, "54500", 48.6575, 6.1652, 29537),
    ("Metz", "FR", "57", "44", "200039865", "57463", None, "57000", 49.1081, 6.1955, 120874),
    ("Épinal", "FR", "88", "44", "200068757", "88160", None, "88000", 48.1631, 6.4796, 32256),
    ("Luxembourg", "LU", None, None, None, None, 2960316, "", 49.6117, 6.13, 76684),
    ("Arlon", "BE", None, None, None, None, 2803073, "", 49.6833, 5.8167, 26179),
]

#: No page, export, feed or log may hold these.
PRIVATE = ("Camille Confidentielle", "camille.confidentielle@example.org")


@dataclass(frozen=True)
class Territory:
    """Ids by short name."""

    organisations: dict[str, int]
    needs: dict[str, int]
    offers: dict[str, int]


def build(session: Session, today: date) -> Territory:
    """Write the territory in one transaction."""
    with writing(session):
        terms = _terms(session)
        places = {row[0]: _place(row) for row in PLACES}
        session.add_all(places.values())
        organisations = {key: _organisation(key, values, places) for key, values in ORGANISATIONS.items()}
        session.add_all(organisations.values())
        session.flush()
        rows: dict[str, dict[str, Any]] = {}
        for model, listed in ((Need, NEEDS), (Offer, OFFERS)):
            rows[model.__tablename__] = {}
            for age, (key, values) in zip(range(len(listed), 0, -1), listed.items(), strict=True):
                row = _posting(model, key, values, organisations, places, terms, today, age)
                session.add(row)
                session.flush()  # ids follow the order of the lists
                rows[model.__tablename__][key] = row
    return Territory(
        {key: row.id for key, row in organisations.items()},
        {key: row.id for key, row in rows["need"].items()},
        {key: row.id for key, row in rows["offer"].items()},
    )


def _terms(session: Session) -> dict[str, Theme | Skill]:
    found: dict[str, Theme | Skill] = {}
    for model in (Theme, Skill):
        with (DATA / f"{model.__tablename__}s.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for name in ("words_fr", "words_en"):
                    row[name] = row[name].split("|")
                if model is Skill:
                    row["esco_uri"] = row["esco_uri"] or None
                found[f"{model.__tablename__}:{row['code']}"] = model(**row)
    session.add_all(found.values())
    return found


def _place(row: tuple[Any, ...]) -> Place:
    names = "name country department region epci_siren insee_code geonames_id postcodes latitude longitude population"
    return Place(**dict(zip(names.split(), row, strict=True)), name_folded=fold_name(row[0]))


def _organisation(key: str, values: dict[str, Any], places: dict[str, Place]) -> Organisation:
    private = {"contact_name": PRIVATE[0], "contact_email": PRIVATE[1]}
    return Organisation(external_key=key, source="test", **{**values, "place": places[values["place"]]}, **private)


def _posting(
    model: type[Need] | type[Offer],
    key: str,
    values: dict[str, Any],
    organisations: dict[str, Organisation],
    places: dict[str, Place],
    terms: dict[str, Any],
    today: date,
    age_days: int,
) -> Need | Offer:
    told = dict(values)
    created = datetime.now(UTC) - timedelta(days=age_days)
    told["organisation"] = organisations[told["organisation"]]
    told["place"] = places[told.get("place", told["organisation"].place.name)]
    told["themes"] = [terms[f"theme:{code}"] for code in told.get("themes", ())]
    skills = [terms[f"skill:{code}"] for code in told.pop("skills", ())]
    told["skills"] = [NeedSkill(skill=skill) for skill in skills] if model is Need else skills
    told["expires_on"] = today + timedelta(days=told.pop("expires_in", 90))
    if told.get("status") is PostingStatus.CLOSED:
        told["closed_at"] = created
    if "paused_for" in told:
        told["paused_until"] = today + timedelta(days=told.pop("paused_for"))
    return model(external_key=key, source="test", created_at=created, updated_at=created, **told)


ORGANISATIONS: dict[str, dict[str, Any]] = {
    "grocery": {
        "name": "Épicerie du Faubourg",
        "family": Family.USER_SECTOR,
        "organisation_type": OrganisationType.ASSOCIATION,
        "place": "Nancy",
        "size_band": SizeBand.FROM_1_TO_9,
        "is_sse": True,
        "rna": "W543001234",
        "website": "https://epicerie-du-faubourg.example",
        "description": "Une épicerie solidaire tenue par vingt bénévoles, ouverte trois après-midi par semaine.",
    },
    "bicycle": {
        "name": "Atelier Les Rayons",
        "family": Family.USER_SECTOR,
        "organisation_type": OrganisationType.ASSOCIATION,
        "place": "Vandœuvre-lès-Nancy",
        "size_band": SizeBand.NONE,
    },
    "homecare": {
        "name": "Fédération des Deux Vallées",
        "family": Family.USER_SECTOR,
        "organisation_type": OrganisationType.ASSOCIATION,
        "place": "Épinal",
        "size_band": SizeBand.FROM_50_TO_249,
    },
    "studio": {
        "name": "Studio Passe-Muraille",
        "family": Family.COMPANY,
        "organisation_type": OrganisationType.COOPERATIVE,
        "place": "Nancy",
        "size_band": SizeBand.FROM_1_TO_9,
        "description": "Une coopérative de cinq développeuses et graphistes.",
    },
    "school": {
        "name": "École du Code Mosellan",
        "family": Family.TRAINING,
        "organisation_type": OrganisationType.SCHOOL_UNIVERSITY,
        "place": "Metz",
        "size_band": SizeBand.FROM_10_TO_49,
    },
    "lab": {
        "name": "Laboratoire Données et Territoires",
        "family": Family.RESEARCH,
        "organisation_type": OrganisationType.PUBLIC_BODY,
        "place": "Nancy",
    },
    "hall": {
        "name": "La Halle aux Idées",
        "family": Family.PLACE,
        "organisation_type": OrganisationType.COLLECTIVE,
        "place": "Luxembourg",
        "language": Language.EN,
    },
}

NEEDS: dict[str, dict[str, Any]] = {
    "closed": {
        "organisation": "grocery",
        "title": "Réparer deux ordinateurs de l'accueil",
        "problem": "Deux ordinateurs de l'accueil ne démarrent plus et nous inscrivons les familles sur papier.",
        "status": PostingStatus.CLOSED,
        "closed_reason": ClosedReason.MATCHED_HERE,
        "themes": ["digital_tools"],
    },
    "expired": {
        "organisation": "bicycle",
        "title": "Une affiche pour la bourse aux vélos",
        "problem": "La bourse aux vélos du printemps a besoin d'une affiche que l'on puisse imprimer soi-même.",
        "expires_in": -1,
        "themes": ["bicycle"],
    },
    "rounds": {
        "organisation": "homecare",
        "title": "Organiser les tournées des aides à domicile",
        "problem": "Chaque matin, deux responsables refont à la main le planning des tournées de soixante aides à "
        "domicile. Les absences de dernière minute décalent tout et les personnes âgées attendent.",
        "beneficiaries": "Soixante salariées et quatre cents personnes âgées.",
        "kinds": frozenset({CollaborationKind.SERVICE}),
        "themes": ["home_help", "hr_planning"],
        "skills": ["planning_tools"],
        "anonymous": True,
        "budget_min": 3000,
        "budget_max": 8000,
    },
    "volunteers": {
        "organisation": "bicycle",
        "title": "Former nos bénévoles au tableur",
        "problem": "Nos bénévoles tiennent la caisse et le stock de pièces dans un tableur que personne ne comprend. "
        "Nous cherchons une formation courte au tableur.",
        "kinds": frozenset({CollaborationKind.TRAINING}),
        "themes": ["bicycle", "volunteering"],
        "skills": ["spreadsheets"],
        "budget_blank_reason": BudgetBlankReason.NO_BUDGET,
    },
    "booking": {
        "organisation": "hall",
        "language": Language.EN,
        "title": "A booking page in two languages",
        "problem": "People phone us to book our meeting rooms. We want a web page in French and English where they "
        "see which room is free and book it.",
        "themes": ["places", "website"],
        "skills": ["web_development"],
        "range_scope": RangeScope.ANYWHERE,
    },
    "stock": {
        "organisation": "grocery",
        "title": "Suivre le stock de l'épicerie",
        "problem": "Nous perdons de la nourriture parce que personne ne voit les dates de péremption. Il nous faut un "
        "outil simple pour suivre le stock de l'épicerie.",
        "themes": ["food_aid", "waste"],
        "skills": ["stock_management"],
        "range_scope": RangeScope.REGION,
    },
    "paused": {
        "organisation": "grocery",
        "title": "Photographier nos producteurs",
        "problem": "Nous voulons des portraits de nos producteurs pour les afficher dans la boutique cet hiver.",
        "paused_for": 20,
        "themes": ["food_aid"],
    },
    "website": {
        "organisation": "grocery",
        "title": "Un site internet pour annoncer nos horaires",
        "problem": "Les familles trouvent porte close parce que nos horaires changent. Nous voulons un site internet "
        "que les bénévoles puissent mettre à jour sans aide.",
        "tried": "Une page sur un réseau social, que les plus âgés ne voient pas.",
        "outcome": "Un site de trois pages, lisible sur un téléphone.",
        "constraints": "Aucune donnée personnelle, accessible aux personnes malvoyantes.",
        "kinds": frozenset({CollaborationKind.SERVICE, CollaborationKind.SKILLS_VOLUNTEERING}),
        "themes": ["food_aid", "website"],
        "skills": ["cms"],
        "budget_max": 1500,
        "questions": ["Avez-vous déjà travaillé avec des bénévoles ?"],
        "range_scope": RangeScope.REGION,
    },
}

OFFERS: dict[str, dict[str, Any]] = {
    "closed": {
        "organisation": "studio",
        "title": "Reprise de vieux sites",
        "description": "Nous reprenions les vieux sites internet des associations jusqu'à l'an dernier.",
        "kind": OfferKind.SERVICE,
        "status": PostingStatus.CLOSED,
        "closed_reason": ClosedReason.ABANDONED,
    },
    "dataset": {
        "organisation": "lab",
        "title": "Étude de vos données d'activité",
        "description": "Nous étudions vos données d'activité et publions ce que nous apprenons, avec votre accord.",
        "kind": OfferKind.RESEARCH,
        "themes": ["data"],
        "skills": ["data_analysis"],
        "price": Price.JOINT_PROJECT,
        "delivery_modes": frozenset({DeliveryMode.REMOTE}),
        "range_scope": RangeScope.ANYWHERE,
    },
    "rooms": {
        "organisation": "hall",
        "language": Language.EN,
        "title": "Meeting rooms near the station",
        "description": "Two meeting rooms for twenty people each, with a screen and a kitchen, near the main station.",
        "kind": OfferKind.SPACE,
        "themes": ["places"],
        "price": Price.PAID,
        "delivery_modes": frozenset({DeliveryMode.ON_SITE}),
    },
    "planning": {
        "organisation": "studio",
        "title": "Logiciel de planning pour équipes mobiles",
        "description": "Un logiciel de planning qui refait les tournées quand une personne est absente. Pensé avec des "
        "services d'aide à domicile.",
        "kind": OfferKind.PRODUCT,
        "themes": ["home_help", "hr_planning"],
        "skills": ["planning_tools"],
        "price": Price.PAID,
        "project_min": 2000,
        "project_max": 10000,
        "delivery_modes": frozenset({DeliveryMode.REMOTE, DeliveryMode.ON_SITE}),
        "range_scope": RangeScope.REGION,
    },
    "spreadsheet": {
        "organisation": "school",
        "title": "Formation au tableur pour débutants",
        "description": "Une journée de formation au tableur pour des bénévoles ou des salariés, dans vos locaux, avec "
        "vos propres fichiers.",
        "kind": OfferKind.TRAINING,
        "skills": ["spreadsheets"],
        "price": Price.FREE,
        "delivery_modes": frozenset({DeliveryMode.ON_SITE}),
        "range_scope": RangeScope.REGION,
    },
    "students": {
        "organisation": "school",
        "title": "Projet d'étudiants en développement web",
        "description": "Quatre étudiants construisent une application web pendant six semaines, suivis par un "
        "enseignant. Ils ont besoin d'un interlocuteur chez vous.",
        "kind": OfferKind.SKILL_TIME,
        "themes": ["website", "digital_tools"],
        "skills": ["web_development"],
        "price": Price.FREE,
        "delivery_modes": frozenset({DeliveryMode.REMOTE, DeliveryMode.ON_SITE}),
        "range_scope": RangeScope.REGION,
    },
    "inventory": {
        "organisation": "studio",
        "title": "Outil libre de suivi de stock",
        "description": "Un outil libre pour suivre un stock de denrées et leurs dates de péremption, déjà utilisé par "
        "des épiceries solidaires.",
        "kind": OfferKind.PRODUCT,
        "themes": ["food_aid"],
        "skills": ["stock_management"],
        "price": Price.PRO_BONO,
        "delivery_modes": frozenset({DeliveryMode.REMOTE}),
        "range_scope": RangeScope.ANYWHERE,
    },
    "paused": {
        "organisation": "lab",
        "title": "Prêt de capteurs de température",
        "description": "Nous prêtons vingt capteurs de température pour une saison, avec une aide à l'installation.",
        "kind": OfferKind.EQUIPMENT,
        "paused_for": 40,
        "price": Price.FREE,
        "delivery_modes": frozenset({DeliveryMode.ON_SITE}),
    },
    "workshop": {
        "organisation": "studio",
        "title": "Atelier d'accessibilité d'une demi-journée",
        "description": "Nous relisons votre site avec des personnes malvoyantes et vous repartez avec la liste de ce "
        "qu'il faut corriger.",
        "kind": OfferKind.TRAINING,
        "themes": ["accessibility"],
        "skills": ["accessibility_audit"],
        "price": Price.PAID,
        "delivery_modes": frozenset({DeliveryMode.ON_SITE, DeliveryMode.REMOTE}),
    },
    "sites": {
        "organisation": "studio",
        "title": "Sites internet simples pour associations",
        "description": "Nous créons des sites internet que des bénévoles mettent à jour eux-mêmes. Horaires, "
        "actualités, contact : trois pages suffisent souvent.",
        "audience": "Associations et petites coopératives.",
        "kind": OfferKind.SERVICE,
        "themes": ["website"],
        "skills": ["cms", "web_development"],
        "price": Price.PAID,
        "project_min": 800,
        "project_max": 4000,
        "delivery_modes": frozenset({DeliveryMode.REMOTE, DeliveryMode.ON_SITE}),
        "range_scope": RangeScope.REGION,
        "proof": "Douze sites d'associations lorraines en trois ans.",
        "link": "https://passe-muraille.example/sites",
    },
}
