"""What people write of themselves, as roles and skills to tick, and as nearness to the challenges. Pure.

Proposals only: people tick what is right. The nearness softens what a challenge costs that somebody did not
rank (``similarity`` of :class:`matcher.teams.problem.Participant`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from matcher.ports import TextEncoder
from matcher.postings.suggestions import TermVectors, suggest_skills, words_found
from matcher.store import Challenge, Registration, Skill
from matcher.vocabulary import TeamRole

#: Skills proposed from one text. Chosen, not measured: more would not be read.
PROPOSED_SKILLS: Final = 6

#: The role that somebody with a skill of this group most likely takes. Chosen, not measured.
ROLE_OF_GROUP: Final[Mapping[str, TeamRole]] = {
    "ai": TeamRole.TECH,
    "building": TeamRole.TECH,
    "data": TeamRole.TECH,
    "hardware": TeamRole.TECH,
    "safety": TeamRole.TECH,
    "communication": TeamRole.DESIGN,
    "design": TeamRole.DESIGN,
    "media": TeamRole.DESIGN,
    "funding": TeamRole.FACILITATION,
    "organisation": TeamRole.FACILITATION,
    "research": TeamRole.DOMAIN,
    "teaching": TeamRole.DOMAIN,
}


@dataclass(slots=True)
class RoleWords:
    """The plain words by which a text betrays a role; ours, not a published list."""

    role: TeamRole
    code: str
    words_fr: list[str]
    words_en: list[str]

    def label(self, language: str) -> str:
        """No label counts as a word of the role."""
        return ""


def _role(role: TeamRole, french: str, english: str) -> RoleWords:
    return RoleWords(role, role.value, french.split("|"), english.split("|"))


ROLE_WORDS: Final = (
    _role(
        TeamRole.TECH,
        "code|coder|programmer|développeur|développeuse|informatique|informaticien|informaticienne|électronique|"
        "bricoleur|bricoleuse|bricoler|réparer|données|data|capteur|ingénieur|ingénieure|site internet|logiciel",
        "code|coding|programmer|developer|software|computer|electronics|engineer|data|sensor|repair|website",
    ),
    _role(
        TeamRole.DESIGN,
        "dessin|dessiner|graphiste|graphisme|design|designer|maquette|affiche|photo|photographe|vidéo|illustration|"
        "écrire|rédiger|rédaction|journaliste|ergonomie|traduire|montage",
        "draw|drawing|graphic|design|designer|mock-up|poster|photo|photographer|video|illustration|write|writing|"
        "writer|journalist|translate|usability",
    ),
    _role(
        TeamRole.FACILITATION,
        "animer|animation de réunion|organiser|coordonner|coordinatrice|coordinateur|gestion de projet|chef de projet|"
        "cheffe de projet|présenter|convaincre|budget|financement|subvention|trésorier|trésorière|commercial|"
        "entrepreneur|entrepreneuse|réunion",
        "organise|organize|coordinate|coordinator|project manager|facilitate|facilitator|present|pitch|persuade|"
        "budget|funding|grant|treasurer|sales|entrepreneur|meeting",
    ),
    _role(
        TeamRole.DOMAIN,
        "bénévole|infirmier|infirmière|soignant|soignante|aide à domicile|éducateur|éducatrice|travail social|"
        "travailleur social|travailleuse sociale|assistante sociale|enseignant|enseignante|professeur|usager|habitant|"
        "habitante|terrain|handicap|personnes âgées|sociologie|agriculteur|agricultrice|parent|juriste",
        "volunteer|nurse|carer|care worker|social worker|teacher|resident|field|disability|older people|elderly|"
        "sociology|farmer|parent|lawyer",
    ),
)


@dataclass(frozen=True, slots=True)
class ProfileProposal:
    """Roles and skills that a text seems to tell, the likeliest skill first."""

    roles: frozenset[TeamRole]
    skills: tuple[Skill, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was recognised."""
        return not (self.roles or self.skills)


def propose_profile(
    text: str, language: str, skills: Sequence[Skill], vectors: TermVectors | None = None
) -> ProfileProposal:
    """Read roles and skills out of ``text``; without ``vectors`` of the skills by their words alone."""
    found = suggest_skills(text, language, skills, vectors, PROPOSED_SKILLS)
    told = {words.role for words in ROLE_WORDS if words_found(text, language, words)}
    likely = {ROLE_OF_GROUP[skill.group] for skill in found if skill.group in ROLE_OF_GROUP}
    return ProfileProposal(frozenset(told | likely), tuple(found))


def profile_text(registration: Registration) -> str:
    """What somebody can and wants to do, as one text: their own words, then their skills. May be empty."""
    skills = ", ".join(link.skill.label(registration.language.value) for link in registration.skills)
    return ". ".join(part.strip().rstrip(".") for part in (registration.about, skills) if part.strip())


def challenge_text(challenge: Challenge) -> str:
    """What a challenge is about, as one text."""
    return f"{challenge.title}. {challenge.statement}"


def similarities(
    registrations: Iterable[Registration], challenges: Sequence[Challenge], encoder: TextEncoder
) -> dict[int, dict[int, float]]:
    """How near each profile is to each challenge that the person did not rank, in [0, 1].

    Returns
    -------
    dict
        Nearness by number of the registration, then by number of the challenge: the cosine of the two texts,
        0 where it is negative. People who told nothing of themselves are left out.

    Notes
    -----
    Cost: one encoding of all texts, some milliseconds each on a processor.
    """
    told = [(row, text) for row in registrations if (text := profile_text(row))]
    if not told or not challenges:
        return {}
    asked = encoder.encode_queries([challenge_text(challenge) for challenge in challenges])
    offered = encoder.encode_documents([text for _, text in told])
    cosines = (offered @ asked.T).clip(0.0, 1.0)
    return {row.id: _unranked(row, challenges, values.tolist()) for (row, _), values in zip(told, cosines, strict=True)}


def _unranked(row: Registration, challenges: Sequence[Challenge], values: Sequence[float]) -> dict[int, float]:
    ranked = {choice.challenge_id for choice in row.choices}
    return {
        challenge.id: value for challenge, value in zip(challenges, values, strict=True) if challenge.id not in ranked
    }
