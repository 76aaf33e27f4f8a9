"""What the columns of a table of registrations are, recognised by their headers in French and English. Pure.

Headers are compared without accents, case, punctuation, spacing and remarks in parentheses. Column names drift, so
that whole names come first and patterns second.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Final

from matcher.text import fold

_WORD = re.compile(r"[^\W_]+")
_REMARK = re.compile(r"\([^()]*\)")
#: The line of a grid of questions, as form builders write it: "Rank the challenges [The first one]".
_GRID_LINE = re.compile(r"\[([^\[\]]+)\]\s*$")


class Field(StrEnum):
    """What a column may hold. The values are our canonical headers; several may be left out of a file."""

    EXTERNAL_ID = "external_id"
    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    EMAIL = "email"
    ORGANISATION = "organisation"
    FAMILY = "family"
    ROLES = "roles"
    SKILLS = "skills"
    ABOUT = "about"
    EXPERIENCE = "experience"
    PROJECTS = "projects"  # how many hackathons or projects so far
    NEWCOMER = "newcomer"
    LANGUAGES = "languages"
    AVAILABILITY = "availability"
    CHALLENGE_1 = "challenge_1"
    CHALLENGE_2 = "challenge_2"
    CHALLENGE_3 = "challenge_3"
    CHALLENGE_4 = "challenge_4"
    CHALLENGE_5 = "challenge_5"
    CHALLENGES = "challenges"  # several in one cell, best first
    CHALLENGE_RANK = "challenge_rank"  # a number for the challenge that the header names
    FRIENDS = "friends"
    AVOID = "avoid"
    TEAM_STATUS = "team_status"
    TEAM_NAME = "team_name"
    ACCESS_NEEDS = "access_needs"
    DIET = "diet"
    CONSENT_DIRECTORY = "consent_directory"
    NOTES = "notes"  # for the organisers
    QUESTION_1 = "question_1"
    QUESTION_2 = "question_2"
    QUESTION_3 = "question_3"
    QUESTION_4 = "question_4"
    QUESTION_5 = "question_5"
    STATUS = "status"  # of a ticket or an order
    MOMENT = "registered_at"
    ORDER = "order"
    PAYER_FIRST_NAME = "payer_first_name"
    PAYER_LAST_NAME = "payer_last_name"
    PAYER_EMAIL = "payer_email"
    MEMBER_NAME = "member_name"  # of the others of a team, one group of columns for each
    MEMBER_FIRST_NAME = "member_first_name"
    MEMBER_LAST_NAME = "member_last_name"
    MEMBER_EMAIL = "member_email"


#: The five choices and the five questions of an event, in their order.
CHOICES: Final = (Field.CHALLENGE_1, Field.CHALLENGE_2, Field.CHALLENGE_3, Field.CHALLENGE_4, Field.CHALLENGE_5)
QUESTIONS: Final = (Field.QUESTION_1, Field.QUESTION_2, Field.QUESTION_3, Field.QUESTION_4, Field.QUESTION_5)

#: Fields of the other members of a team, by how a header names them.
MEMBER: Final = (Field.MEMBER_NAME, Field.MEMBER_FIRST_NAME, Field.MEMBER_LAST_NAME, Field.MEMBER_EMAIL)

#: Fields that several columns may hold together; of any other the first column counts.
REPEATABLE: Final = frozenset(
    {
        Field.ROLES, Field.SKILLS, Field.ABOUT, Field.LANGUAGES, Field.AVAILABILITY, Field.CHALLENGE_RANK,
        Field.FRIENDS, Field.AVOID, Field.ACCESS_NEEDS, Field.DIET, Field.NOTES, *MEMBER,
    }
)  # fmt: skip

#: Fields that say who a row is about: at least one has to be there.
NAMING: Final = frozenset(
    {Field.NAME, Field.FIRST_NAME, Field.LAST_NAME, Field.PAYER_FIRST_NAME, Field.PAYER_LAST_NAME}
)

Mapped = Mapping[str, Field | None]

_ALIASES: Final[Mapping[Field, str]] = {
    Field.EXTERNAL_ID: "id|identifiant|identifier|clé|reference|référence|n° inscription|registration id",
    Field.NAME: "nom et prénom|prénom et nom|nom prénom|prénom nom|nom complet|full name|participant",
    Field.FIRST_NAME: "prénom|prénom participant|prénom du participant|given name|first name|forename|votre prénom",
    Field.LAST_NAME: "nom de famille|nom participant|nom du participant|surname|family name|last name",
    Field.EMAIL: "mail|email|e-mail|courriel|mél|adresse mail|adresse e-mail|adresse électronique|"
    "email participant|adresse e-mail du participant|email address|e-mail address|participant email|attendee email",
    Field.ORGANISATION: "structure|organisme|entreprise|société|association|école|université|employeur|company|school|"
    "organization|raison sociale|college/university name|établissement",
    Field.FAMILY: "famille|famille d'acteurs|type de structure|type d'organisation|kind of organisation",
    Field.ROLES: "rôle|role|profil|spécialité|métier|fonction|poste|job title|job specialty|intitulé du poste",
    Field.SKILLS: "compétences|compétence|skill|technologies|technos|savoir-faire",
    Field.ABOUT: "présentation|bio|biographie|about|about you|motivation|motivations",
    Field.EXPERIENCE: "expérience|niveau|level|niveau d'expérience|expérience des hackathons|experience level",
    Field.PROJECTS: "project count|nombre de hackathons|number of hackathons|hackathons attended",
    Field.NEWCOMER: "premier hackathon|first hackathon|is newcomer|nouveau|nouvelle|débutant",
    Field.LANGUAGES: "langue|langues|language|langues parlées|spoken languages",
    Field.AVAILABILITY: "disponibilité|disponibilités|présence|demi-journées|half-days|available",
    Field.CHALLENGES: "défi|défis|challenge|choix de défis|défis choisis|préférences|preferences|voeux",
    Field.FRIENDS: "amis|ami|coéquipiers|teammates|avec|équipiers souhaités|friend",
    Field.AVOID: "éviter|à éviter|sans|not with",
    Field.TEAM_STATUS: "do you have teammates?|statut d'équipe|avez-vous une équipe|seul ou en équipe",
    Field.TEAM_NAME: "équipe|team|nom d'équipe|nom de l'équipe|name of your team",
    Field.ACCESS_NEEDS: "accessibilité|accessibility|besoins d'accessibilité|aménagements|access needs",
    Field.DIET: "régime|régime alimentaire|allergies|repas|dietary restrictions|dietary requirements",
    Field.CONSENT_DIRECTORY: "annuaire|directory|consentement annuaire|accord annuaire",
    Field.NOTES: "note|remarque|remarques|commentaire|commentaires|comments|notes",
    Field.STATUS: "statut|statut de la commande|état|statut du billet|attendee status|order status|ticket status",
    Field.MOMENT: "horodateur|timestamp|date de la commande|date commande|order date|registered at|submit date|"
    "date d'inscription|heure de soumission|submitted time|date de soumission|registration date",
    Field.ORDER: "référence commande|numéro de commande|n° de commande|order #|order id|order number|commande",
    Field.PAYER_FIRST_NAME: "prénom payeur|prénom acheteur|prénom de l'acheteur|buyer first name|payer first name",
    Field.PAYER_LAST_NAME: "nom payeur|nom acheteur|nom de l'acheteur|buyer last name|payer last name",
    Field.PAYER_EMAIL: "email payeur|e-mail payeur|email acheteur|email de l'acheteur|courriel payeur|buyer email|"
    "payer email|adresse email payeur",
}  # fmt: skip

#: Tried in this order on the words of a header, the private and the narrow ones first.
_PATTERNS: Final[tuple[tuple[Field | None, str], ...]] = (
    (None, r"^montant\b|^amount\b|\btel\b|\btelephone\b|\bphone\b|date de naissance|birth"),
    (Field.AVOID, r"\beviter\b|\bavoid\b|\bnot\b.*\b(with|on your team)\b|\bne\b.*\bavec\b|\bavec\b.*\bne\b"),
    (Field.PAYER_EMAIL, r"\b(payeur|acheteur|payer|buyer)\b.*\be?\s?mail|e?\s?mail.*\b(payeur|acheteur|payer|buyer)\b"),
    (Field.CONSENT_DIRECTORY, r"\bannuaire\b|\bdirectory\b|\btrombinoscope\b"),
    (Field.ACCESS_NEEDS, r"\baccessib|\bhandicap|\bamenagement|\bdisabilit|besoins? (specifique|particulier)"),
    (Field.DIET, r"\balimentaire|\ballergi|\bdiet|\bvegetari|\bvegan|\bregime\b"),
    (Field.PROJECTS, r"(combien|nombre) (de|d) (hackathon|projet)|how many (hackathon|project)"),
    (Field.NEWCOMER, r"premi(er|ere) (hackathon|participation|fois)|first (hackathon|time)"),
    (Field.TEAM_NAME, r"\bnom\b.*\bequipe\b|\bteam name\b|name of (the|your) team"),
    (Field.FRIENDS, r"\b(travailler|etre|equipe|venir)\b.*\bavec\b|\bavec qui\b|\b(work|be) with\b|"
     r"like to have on your team|\bamis?\b|\bfriends?\b|\bcoequipi"),
    (Field.TEAM_STATUS, r"\bseule?s?\b.*\bequipe\b|\b(avez|as)\b.*\bequipe\b|\bteam status\b|have (a team|teammates)"),
    (Field.AVAILABILITY, r"\bdisponib|\bavailab|demi journee|half day|serez vous present|when can you|\bquand\b"),
    (Field.LANGUAGES, r"\blangues?\b|\blanguages?\b(?!.*programm)"),
    (Field.EMAIL, r"\be mail\b|\bemail\b|\bcourriel\b|\bmel\b|adresse (mail|electronique)"),
    (Field.EXPERIENCE, r"\bexperience\b|\bniveau\b"),
    (Field.SKILLS, r"\bcompetences?\b|\bskills?\b|\btechnolog|savoir faire|programming languages"),
    (Field.ROLES, r"\broles?\b|\bprofil\b|\bspecialit|\bspecialty\b|\bmetier\b|job (title|specialty)"),
    (Field.ORGANISATION, r"\borgani[sz]ation\b|\bstructure\b|\bentreprise\b|\bsociete\b|\bassociation\b|\becole\b|"
     r"\buniversite\b|\buniversity\b|\bcompany\b|\bschool\b|\bemployeur\b|\bemployer\b"),
    (Field.NAME, r"nom.*\bprenom|prenom.*\bnom\b|full name|nom complet|comment vous appelez|what is your name"),
    (Field.FIRST_NAME, r"\bprenom\b|\b(first|given|preferred) name\b"),
    (Field.LAST_NAME, r"\bnom de famille\b|\b(last|family) name\b|\bsurname\b"),
    (Field.CHALLENGES, r"\bdefis?\b|\bchallenges?\b"),
    (Field.ABOUT, r"presentez vous|parlez.*de vous|about you|\bmotivation|\bpourquoi\b.*\bparticiper|yourself"),
    (Field.NOTES, r"\bremarques?\b|\bcommentaires?\b|\bcomments?\b|anything else|autre chose"),
)  # fmt: skip

_ORDINALS: Final = {
    "premier": 1, "premiere": 1, "first": 1, "deuxieme": 2, "second": 2, "seconde": 2, "troisieme": 3, "third": 3,
    "quatrieme": 4, "fourth": 4, "cinquieme": 5, "fifth": 5,
}  # fmt: skip
_MEMBER = re.compile(r"\b(?:team member|membre|member|(?:co)?equipiere?)s?(?: n)?(?: o)? ?([0-9]{1,2})\b")
_CHOICE_WORD: Final = r"choix|choice|voeux?|souhait|priorite|preference|defi|challenge"
_CHOICE_FORMS: Final = (
    re.compile(rf"\b(?:{_CHOICE_WORD})\b(?: n)?(?: o)? ?([1-5])\b"),
    re.compile(rf"\b([1-5])(?: ?(?:er|ere|e|eme|nd|st|rd|th|re))?\b (?:{_CHOICE_WORD})\b"),
    re.compile(rf"\b({'|'.join(_ORDINALS)})\b (?:{_CHOICE_WORD})\b"),
)


def words_of(text: str) -> str:
    """The words of a header or an answer, alone: no accent, case or sign, single spaces.

    >>> words_of("Prénom  (obligatoire) *"), words_of("N° de billet")
    ('prenom', 'n de billet')
    """
    bare = _REMARK.sub(" ", text)
    return " ".join(_WORD.findall(fold(bare if _WORD.search(bare) else text)))


def spelled(header: str) -> str:
    """A header in one spelling, remarks included: two headers of a table are never the same.

    >>> spelled("E-mail"), spelled("E-mail (2)")
    ('e mail', 'e mail 2')
    """
    return " ".join(_WORD.findall(fold(header)))


def grid_line(header: str) -> str:
    """What a header names in brackets at its end; empty when it names nothing.

    >>> grid_line("Classez les défis [Un four solaire]")
    'Un four solaire'
    """
    found = _GRID_LINE.search(header)
    return found[1].strip() if found else ""


def guess_columns(
    headers: Sequence[str],
    known: Mapping[str, Field | None] | None = None,
    *,
    questions: Sequence[str] = (),
    challenges: Iterable[str] = (),
) -> dict[str, Field | None]:
    """The field that each header seems to name, or None for a column to leave out.

    Parameters
    ----------
    known
        Fields by the words of a header (:func:`words_of`) that the maker of the file is known for.
    questions, challenges
        Questions of the event and titles of its challenges, which may be headers themselves.

    Notes
    -----
    Comes in this order: `known`, the event's own questions, a grid line that is a challenge, whole names, patterns.
    A field goes to the first column that claims it by the strongest of these, see :data:`REPEATABLE`.
    """
    asked = {words_of(text): field for text, field in zip(questions, QUESTIONS, strict=False) if words_of(text)}
    titles = {words_of(title) for title in challenges}
    by_header = {header: words_of(header) for header in headers}
    settled = known or {}
    found: dict[str, Field | None] = {header: settled[words] for header, words in by_header.items() if words in settled}
    for name in (asked.get, _aliases().get):
        for header, words in by_header.items():
            if header not in found and words_of(grid_line(header)) in titles - {""}:
                found[header] = Field.CHALLENGE_RANK
            elif header not in found and (field := name(words)) is not None and _is_free(field, found):
                found[header] = field
    for header, words in by_header.items():
        if header not in found:
            field = _by_pattern(words)
            found[header] = field if field is None or _is_free(field, found) else None
    return _with_last_names({header: found[header] for header in headers}, by_header)


def _is_free(field: Field, found: Mapped) -> bool:
    return field in REPEATABLE or field not in found.values()


def member_number(header: str) -> int:
    """Which member of a team a header is about; 0 for none.

    >>> member_number("Team Member 2 Email"), member_number("E-mail")
    (2, 0)
    """
    found = _MEMBER.search(words_of(header))
    return int(found[1]) if found else 0


def _by_pattern(words: str) -> Field | None:
    if _MEMBER.search(words):
        return _member_field(words)
    for field, pattern in _PATTERNS:
        if re.search(pattern, words):
            return field if field is not Field.CHALLENGES else _choice(words) or field
    return _choice(words)


def _member_field(words: str) -> Field:
    if re.search(r"mail|courriel", words):
        return Field.MEMBER_EMAIL
    if re.search(r"prenom|first|given", words) and not re.search(r"\bnom\b", words):
        return Field.MEMBER_FIRST_NAME
    return Field.MEMBER_LAST_NAME if re.search(r"\blast|family|surname|nom de famille", words) else Field.MEMBER_NAME


def _choice(words: str) -> Field | None:
    """The field of a column for one choice among five: "Choix 2", "2nd choice", "Deuxième vœu"."""
    found = next(filter(None, (form.search(words) for form in _CHOICE_FORMS)), None)
    return CHOICES[(_ORDINALS.get(found[1]) or int(found[1])) - 1] if found else None


def _with_last_names(found: dict[str, Field | None], by_header: Mapping[str, str]) -> dict[str, Field | None]:
    """ "Nom" and "Name" are the family name beside a first name, and the whole name without one."""
    beside = Field.FIRST_NAME in found.values()
    for header, words in by_header.items():
        wanted = Field.LAST_NAME if beside else Field.NAME
        plain = words in {"nom", "name", "votre nom", "your name"}
        if plain and found[header] in {None, Field.NAME} and wanted not in found.values():
            found[header] = wanted
    return found


@cache
def _aliases() -> Mapping[str, Field]:
    found = {words_of(field.value): field for field in Field}
    for field, names in _ALIASES.items():
        for name in names.split("|"):
            found.setdefault(words_of(name), field)
    return found
