"""Labels by which an imported table may name the members of each closed list, in French and English."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

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

ANSWERS: Final[Mapping[type[StrEnum], Mapping[Any, str]]] = {
    Family: {
        Family.COMPANY: "entreprise|entreprises|start-up|startup|indépendant|indépendante|freelance|société|"
        "entreprises et indépendants|companies and independents|companies|independent",
        Family.TRAINING: "formation|organisme de formation|organismes de formation|école|training organisation|"
        "training organisations|school",
        Family.RESEARCH: "recherche|laboratoire|laboratoires|laboratoires et recherche|laboratory|"
        "laboratories and research|lab",
        Family.PLACE: "lieu|lieux|tiers-lieu|tiers-lieux|lieux et tiers-lieux|incubateur|fablab|third place|"
        "places and third places|hub",
        Family.CLUSTER: "cluster|clusters|réseau|pôle|association et cluster|associations et clusters|"
        "associations and clusters of the digital sector|associations and clusters|network",
        Family.FUNDER: "financeur|financeurs|financement|financement et accompagnement|funding body|"
        "funding and support bodies|investor",
        Family.USER_SECTOR: "utilisateur|utilisatrice|secteur utilisateur|ess|structure ess|structure de l'ess|"
        "organisations looking for digital help|user|user sector|sse organisation",
    },
    OrganisationType: {
        OrganisationType.ASSOCIATION: "asso|association loi 1901|association de droit local|non-profit|charity",
        OrganisationType.COOPERATIVE: "coopérative|scop|scic|cae|co-op",
        OrganisationType.MUTUAL: "mutuelle",
        OrganisationType.FOUNDATION: "fondation|fonds de dotation",
        OrganisationType.SOCIAL_ENTERPRISE: "entreprise sociale|entreprise d'insertion|esus|siae",
        OrganisationType.COMPANY: "entreprise|société|sas|sarl|sa|eurl|sasu|business",
        OrganisationType.SOLE_TRADER: "indépendant|indépendante|micro-entreprise|auto-entrepreneur|"
        "auto-entrepreneuse|entreprise individuelle|freelance|independent worker|self-employed",
        OrganisationType.COMMUNE: "mairie|ville|municipality|town",
        OrganisationType.INTERCOMMUNAL: "intercommunalité|epci|métropole|communauté de communes|"
        "communauté d'agglomération|intercommunal body",
        OrganisationType.PUBLIC_BODY: "établissement public|organisme public|collectivité|autre organisme public|"
        "other public body|public",
        OrganisationType.SCHOOL_UNIVERSITY: "école|université|école ou université|lycée|collège|school|university|"
        "school or university",
        OrganisationType.COLLECTIVE: "collectif|collectif informel|groupe informel|informal group",
    },
    SizeBand: {
        SizeBand.NONE: "aucun|aucune|aucun salarié|sans salarié|pas de salarié|no paid staff|none",
        SizeBand.FROM_1_TO_9: "1 à 9|de 1 à 9|1 to 9|1 to 9 people|1 à 9 salariés|1 à 9 personnes",
        SizeBand.FROM_10_TO_49: "10 à 49|de 10 à 49|10 to 49|10 to 49 people|10 à 49 salariés|10 à 49 personnes",
        SizeBand.FROM_50_TO_249: "50 à 249|de 50 à 249|50 to 249|50 to 249 people|50 à 249 salariés|50 à 249 personnes",
        SizeBand.FROM_250: "250 et plus|250 ou plus|plus de 250|250 or more|250 people or more|250 personnes ou plus",
    },
    NoIdentifierReason: {
        NoIdentifierReason.LOCAL_LAW: "droit local|association de droit local|alsace-moselle|local law",
        NoIdentifierReason.BEING_CREATED: "en création|en cours de création|being created",
        NoIdentifierReason.INFORMAL: "informel|collectif informel|sans forme juridique|informal group",
        NoIdentifierReason.FOREIGN: "étranger|autre pays|organisation of another country|foreign",
        NoIdentifierReason.NOT_KNOWN: "inconnu|ne sait pas|je ne le connais pas|i do not know it|unknown",
    },
    SseSource: {
        SseSource.DECLARED: "déclaré|déclarée|déclaratif|declared by the organisation",
        SseSource.LEGAL_FORM: "forme juridique|from its legal form",
        SseSource.CRESS_LIST: "cress|liste cress|liste de la cress",
        SseSource.SIRENE: "répertoire sirene|insee",
    },
    NafVersion: {NafVersion.REV2: "naf rév. 2|naf rev 2|rev 2|2008", NafVersion.NAF2025: "naf 2025|2025"},
    CollaborationKind: {
        CollaborationKind.COLLABORATION: "projet commun|partenariat|projet partagé|a joint project|joint project",
        CollaborationKind.SERVICE: "prestation|devis|service ou devis|prestation ou devis|a service or a quote|quote",
        CollaborationKind.SKILLS_VOLUNTEERING: "bénévolat|bénévolat de compétences|mécénat de compétences|pro bono|"
        "volunteers with a skill|volunteering",
        CollaborationKind.TRAINING: "formation|ateliers",
        CollaborationKind.RESEARCH: "recherche|étude",
        CollaborationKind.SPACE: "local|locaux|salle|espace|a room or a workspace|room",
        CollaborationKind.EQUIPMENT: "matériel|équipement|don de matériel|hardware",
        CollaborationKind.FUNDING: "financement|subvention|cofinancement|grant",
        CollaborationKind.TEST_SITE: "terrain d'essai|terrain d'expérimentation|expérimentation|"
        "a product to try out with us|test",
    },
    OfferKind: {
        OfferKind.SERVICE: "prestation|prestation de service|conseil",
        OfferKind.PRODUCT: "produit|logiciel|outil|solution|software",
        OfferKind.SKILL_TIME: "temps|temps de compétence|mécénat|mécénat de compétences|bénévolat|"
        "bénévolat de compétences|skilled volunteering|volunteering",
        OfferKind.TRAINING: "formation|atelier|ateliers|training course|workshop",
        OfferKind.RESEARCH: "recherche|étude|research work",
        OfferKind.SPACE: "lieu|salle|espace|local|locaux|room or workspace|room",
        OfferKind.EQUIPMENT: "matériel|équipement|prêt de matériel|equipment to lend or give|hardware",
        OfferKind.FUNDING: "financement|subvention|appel à projets|funding programme|grant",
    },
    Phase: {
        Phase.NOT_STARTED: "pas commencé|pas démarré|idée|non commencé|not started|idea",
        Phase.DISCOVERY: "étude|découverte|cadrage|finding out what is needed",
        Phase.ALPHA: "maquette|prototype|première ébauche|first sketches",
        Phase.BETA: "test|en test|pilote|being tried by some users|pilot",
        Phase.LIVE: "en service|en production|lancé|in use",
    },
    BudgetBlankReason: {
        BudgetBlankReason.NO_BUDGET: "pas de budget|aucun budget|sans budget|there is no budget|no budget",
        BudgetBlankReason.NOT_DECIDED: "pas décidé|à définir|non défini|the budget is not decided yet|not decided",
        BudgetBlankReason.ADVICE_WANTED: "besoin de conseil|à estimer|we want advice on what it costs|advice wanted",
        BudgetBlankReason.CONFIDENTIAL: "confidentiel|we keep it to ourselves for now",
    },
    RangeScope: {
        RangeScope.KM: "kilomètres|rayon|within a number of kilometres|kilometres",
        RangeScope.COMMUNE: "ville|in the commune|town",
        RangeScope.INTERCOMMUNAL: "intercommunalité|métropole|agglomération|epci|in the intercommunal area",
        RangeScope.DEPARTMENT: "département|in the département",
        RangeScope.REGION: "région|grand est|in the region",
        RangeScope.COUNTRY: "pays|france|france entière|national|in the country",
        RangeScope.ANYWHERE: "partout|sans limite|monde|worldwide|international",
    },
    DeliveryMode: {
        DeliveryMode.ON_SITE: "sur place|présentiel|en présentiel|sur site|on site",
        DeliveryMode.REMOTE: "à distance|distanciel|en ligne|visio|at a distance|online",
    },
    Price: {
        Price.FREE: "gratuit|gratuite|0|free of charge",
        Price.PAID: "payant|payante|sur devis|on quote",
        Price.PRO_BONO: "mécénat|bénévole",
        Price.JOINT_PROJECT: "projet commun|partagé|partenariat|shared in a joint project",
    },
    ContactMode: {
        ContactMode.MAIL: "courriel|e-mail|email|mél|by e-mail",
        ContactMode.PHONE: "téléphone|tél|by telephone|telephone",
        ContactMode.VISIO: "visioconférence|visio|by video call|video",
        ContactMode.LINK: "lien|formulaire|by a link",
    },
    Language: {Language.FR: "français|francais|french", Language.EN: "anglais|english"},
}
