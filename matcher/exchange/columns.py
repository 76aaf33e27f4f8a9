"""Headers and answers as people write them in their tables, in French and English.

A header is recognised by the field's own name or by an alias, whatever its accents, case,
punctuation and "(obligatoire)". Answers of closed lists are recognised by value or by label.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Any, Final, get_args

from matcher.exchange.answers import ANSWERS
from matcher.postings.cleaning import split_list
from matcher.postings.drafts import NeedDraft, OfferDraft, OrganisationDraft
from matcher.text import fold

_NOTES = re.compile(r"\(.*?\)|\[.*?\]|\*")
_WORD = re.compile(r"[^\W_]+")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


class ImportKind(StrEnum):
    """What a table holds."""

    ORGANISATIONS = "organisations"
    NEEDS = "needs"
    OFFERS = "offers"


DRAFTS: Final[dict[ImportKind, type[OrganisationDraft] | type[NeedDraft] | type[OfferDraft]]] = {
    ImportKind.ORGANISATIONS: OrganisationDraft,
    ImportKind.NEEDS: NeedDraft,
    ImportKind.OFFERS: OfferDraft,
}

#: Columns that are no field of a draft: the parts of a place, and where a row comes from.
_MORE_COLUMNS: Final = ("place_insee", "place_country", "source")

_COMMON: Final[dict[str, str]] = {
    "key": "clé|cle|id|identifiant|identifier|référence|reference|ref|n°|numero|code",
    "source": "provenance|origine",
    "language": "langue|lang",
    "place": "commune|ville|lieu|localité|localisation|city|town|location|municipality",
    "place_insee": "code insee|insee|code commune|code commune insee|commune insee|code officiel géographique",
    "place_country": "pays|country|code pays",
    "contact_modes": "modes de contact|contact souhaité|comment répondre|how to answer",
}

_POSTING: Final[dict[str, str]] = {
    "organisation": "structure|organisme|organization|porteur|organisation clé|clé organisation|organisation key|"
    "key of the organisation|nom de la structure|entreprise|association",
    "title": "titre|intitulé|intitule|objet|nom|subject|name",
    "themes": "thèmes|thème|thématiques|thématique|theme|topics|topic|sujets",
    "range_scope": "périmètre|portée|zone|rayon d'action|échelle|scope|area",
    "range_km": "rayon|rayon km|kilomètres|distance|distance max|radius|km",
    "families_excluded": "familles exclues|exclus|refusés|excluded families|excluded",
    "expires_on": "expire le|date d'expiration|fin de validité|valable jusqu'au|expiry|expires|valid until",
}

_ALIASES: Final[dict[ImportKind, dict[str, str]]] = {
    ImportKind.ORGANISATIONS: {
        "name": "nom|nom de la structure|structure|organisation|organisme|raison sociale|dénomination|organization|"
        "nom de l'organisation|nom de l'association|company",
        "brand": "marque|enseigne|nom d'usage|sigle|nom court|short name|trade name",
        "family": "famille|famille d'acteurs|catégorie|category",
        "organisation_type": "type|type de structure|type d'organisation|statut|organization type|kind",
        "legal_form": "forme juridique|catégorie juridique|code catégorie juridique|legal category",
        "siren": "numéro siren|n° siren|no siren",
        "siret": "numéro siret|n° siret|no siret",
        "rna": "numéro rna|n° rna|identifiant rna|waldec|id association",
        "no_identifier_reason": "raison sans identifiant|pourquoi pas d'identifiant|reason for no identifier",
        "is_sse": "ess|est ess|économie sociale et solidaire|sse|social economy",
        "sse_source": "source ess|origine ess",
        "is_esus": "esus|agrément esus|agréée esus",
        "naf_code": "naf|code naf|ape|code ape|activité principale|activity code",
        "naf_version": "version naf|nomenclature naf",
        "size_band": "effectif|effectifs|taille|tranche d'effectif|salariés|nombre de salariés|size|staff|employees",
        "labels": "labels|label|certifications|agréments",
        "networks": "réseaux|réseau|fédération|fédérations|network|membre de",
        "website": "site|site web|site internet|url|adresse web|web|web site|lien",
        "description": "présentation|activité|activités|à propos|résumé|about|presentation",
        "contact_name": "contact|nom du contact|personne de contact|référent|interlocuteur|contact person",
        "contact_email": "courriel|mail|email|e-mail|adresse mail|adresse électronique|mel|contact email",
    },
    ImportKind.NEEDS: {
        "problem": "besoin|problème|probleme|description|description du besoin|problématique|need|demande",
        "beneficiaries": "bénéficiaires|pour qui|public|publics|usagers|who it is for|for whom|users",
        "tried": "déjà essayé|essais|ce qui a été essayé|solutions essayées|already tried|what was tried",
        "existing_team": "équipe|équipe en place|moyens humains|team",
        "outcome": "résultat|résultat attendu|résultat voulu|résultats attendus|objectif|objectifs|goal|result wanted",
        "constraints": "contraintes|limites|contrainte|limits",
        "kinds": "type de collaboration|types de collaboration|nature|type|type de besoin|kind|kind of collaboration",
        "skills_must": "compétences|compétences requises|compétences indispensables|skills|required skills",
        "skills_nice": "compétences souhaitées|compétences appréciées|nice to have|desirable skills",
        "partner_role": "rôle du partenaire|rôle|rôle attendu|role",
        "phase": "avancement|étape|stade|stage|maturité",
        "remote_ok": "à distance|distanciel|distance possible|télétravail|remote|remote possible",
        "deadline": "échéance|date limite|date butoir|délai|due date|pour le",
        "starts_on": "début|date de début|démarrage|commence le|start|start date",
        "duration_weeks": "durée|durée en semaines|semaines|duration|weeks",
        "effort_days_per_week": "jours par semaine|charge|effort|days per week",
        "budget_min": "budget min|budget minimum|budget minimal|budget de|minimum budget",
        "budget_max": "budget|budget max|budget maximum|budget maximal|montant|enveloppe|maximum budget",
        "budget_blank_reason": "raison sans budget|pourquoi pas de budget|reason for no budget",
        "budget_public": "budget visible|budget public|afficher le budget|show budget",
        "families_wanted": "familles souhaitées|partenaires souhaités|familles|wanted families|families",
        "anonymous": "anonyme|anonymat|besoin anonyme",
        "questions": "question|questions aux partenaires|questions to partners",
    },
    ImportKind.OFFERS: {
        "description": "offre|présentation|descriptif|description de l'offre|contenu|offer",
        "audience": "public|publics|pour qui|cible|bénéficiaires|clients|target|for whom",
        "kind": "type|type d'offre|nature|catégorie|offer type|type of offer",
        "skills": "compétences|compétence|savoir-faire|skill|expertise",
        "delivery_modes": "mode|modes|mode de réalisation|modalités|modalité|présentiel distanciel|delivery",
        "price": "prix|tarif|coût|tarification|cost",
        "price_note": "détail du prix|précision tarif|précisions sur le prix|price details",
        "project_min": "projet min|montant minimum|à partir de|minimum project|budget min",
        "project_max": "projet max|montant maximum|jusqu'à|maximum project|budget max",
        "client_types": "types de clients|clients acceptés|structures acceptées|client types",
        "client_sizes": "tailles de clients|taille des clients|effectif des clients|client sizes",
        "monthly_capacity": "capacité|capacité mensuelle|capacité par mois|demandes par mois|places|capacity",
        "available_from": "disponible|disponible le|disponible à partir du|disponibilité|available",
        "paused_until": "absent jusqu'au|en pause jusqu'au|pause|absence|paused",
        "proof": "références|preuves|exemples|réalisations|references",
        "link": "lien|site|site web|url|page|web",
    },
}


def fields_of(kind: ImportKind) -> tuple[str, ...]:
    """Every field that a column can be mapped to, in their order."""
    names = [*DRAFTS[kind].model_fields, *_MORE_COLUMNS]
    return tuple(name for name in names if kind is not ImportKind.ORGANISATIONS or name != "organisation")


def guess_mapping(headers: Sequence[str], kind: ImportKind) -> dict[str, str | None]:
    """For each header the field that it seems to be, or None. No field is given twice.

    The field's own name comes first, then an alias; of two headers for one field the first wins,
    unless the second is the field's own name.

    >>> guess_mapping(["Intitulé *", "BESOIN", "Ville", "Budget max", "Couleur"], ImportKind.NEEDS)
    {'Intitulé *': 'title', 'BESOIN': 'problem', 'Ville': 'place', 'Budget max': 'budget_max', 'Couleur': None}
    """
    exact = {_folded(name): name for name in fields_of(kind)}
    mapping: dict[str, str | None] = dict.fromkeys(headers)
    for known in (exact, _aliases(kind)):
        for header in headers:
            field = known.get(_folded(header))
            if mapping[header] is None and field is not None and field not in mapping.values():
                mapping[header] = field
    return mapping


def cell_value(kind: ImportKind, field: str, cell: str) -> object:
    """A cell as a draft reads it: answers by their value, the apostrophe of our own exports taken off."""
    text = cell[1:] if _GUARDED.match(cell) else cell
    enum, several = _answers_of(kind).get(field, (None, False))
    if enum is None:
        return text
    if not several:
        return answer(enum, text)
    return [answer(enum, item) for item in split_list(text) or ()]


def answer(enum: type[StrEnum], text: str) -> str:
    """The value of an enum that ``text`` names by value or label; any other text comes back as it is.

    >>> from matcher.vocabulary import Family, SizeBand
    >>> answer(Family, "Tiers-lieu"), answer(SizeBand, "10 à 49"), answer(Family, "licorne")
    ('place', '10-49', 'licorne')
    """
    return _labels(enum).get(_folded(text), text)


def _folded(text: str) -> str:
    """Words of a header or answer: no accent, case, punctuation or note in brackets."""
    bare = _NOTES.sub(" ", text) if _WORD.search(_NOTES.sub(" ", text)) else text
    return " ".join(_WORD.findall(fold(bare.replace("+", " plus "))))


@cache
def _aliases(kind: ImportKind) -> Mapping[str, str]:
    posting = {} if kind is ImportKind.ORGANISATIONS else _POSTING
    found: dict[str, str] = {}
    # The kind's own aliases first: "structure" is a name among organisations, a key among needs.
    for listed in (_ALIASES[kind], posting, _COMMON):
        for field, aliases in listed.items():
            for alias in aliases.split("|"):
                found.setdefault(_folded(alias), field)
    return found


@cache
def _labels(enum: type[StrEnum]) -> Mapping[str, str]:
    found = {_folded(member.value): member.value for member in enum}
    for member, labels in ANSWERS.get(enum, {}).items():
        for label in labels.split("|"):
            found.setdefault(_folded(label), member.value)
    return found


@cache
def _answers_of(kind: ImportKind) -> Mapping[str, tuple[type[StrEnum], bool]]:
    """Fields with a closed list: the enum, and whether several answers fit."""
    found = {}
    for name, field in DRAFTS[kind].model_fields.items():
        enum = _enum_in(field.annotation)
        if enum is not None:
            found[name] = (enum, "frozenset" in str(field.annotation))
    return found


def _enum_in(annotation: Any) -> type[StrEnum] | None:
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return annotation
    return next((found for part in get_args(annotation) if (found := _enum_in(part)) is not None), None)
