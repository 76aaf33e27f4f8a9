"""The coach: what a partner will miss in a text, said before it is posted. Pure.

The questions are the five that the UK Digital Marketplace (Digital Outcomes and Specialists) asked of
every buyer: the problem to be solved, who the users are, the work already done, the result wanted,
the limits. Their weights follow dxw's "Armchair Audit" (October 2017; 2,996 votes on 31 such briefs):
74 % did not describe what users need, 71 % did not explain the problem, 68 % had no clear summary,
32 % had an unclear budget. Numbers of words are chosen, not measured.

The coach never refuses a text: forms may be posted with every point open.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from matcher.postings.cleaning import clean_text
from matcher.postings.suggestions import TermVectors, suggest_skills, suggest_themes
from matcher.text import fold, lexemes, split_sentences
from matcher.vocabulary import PostingKind

__all__ = ["CoachCode", "CoachPoint", "CoachReport", "TermVectors", "coach", "suggest_skills", "suggest_themes"]


class CoachCode(StrEnum):
    """Questions that a partner asks; the web has a sentence for each, answered and open."""

    TITLE = "title"  # the title alone says what it is about
    PROBLEM = "problem"  # need: the problem is told, not only the wished tool
    WHAT = "what"  # offer: what is brought is told
    WHO = "who"  # for whom
    TRIED = "tried"
    OUTCOME = "outcome"  # the result that is wanted
    LIMITS = "limits"  # data, security, accessibility, calendar
    PLACE = "place"  # where and how far
    BUDGET = "budget"  # need: a range, or the reason for none
    PRICE = "price"  # offer: what it costs
    CALENDAR = "calendar"
    DELIVERY = "delivery"  # offer: on site, at a distance
    PROOF = "proof"  # offer: references
    LENGTH = "length"  # short enough to be read to the end
    PLAIN_WORDS = "plain_words"  # no jargon, no unexplained abbreviations: `words` lists them
    CONCRETE = "concrete"  # few vague phrases, or figures beside them: `words` lists them


@dataclass(frozen=True, slots=True)
class CoachPoint:
    """One question: whether the text answers it, and what made the coach say so.

    ``weight`` orders the advice: 3 first. ``words`` are the words to look at again.
    """

    code: CoachCode
    ok: bool
    weight: int
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CoachReport:
    """All points, heaviest open ones first, then those answered."""

    points: Sequence[CoachPoint]

    @property
    def filled(self) -> int:
        """Points answered."""
        return sum(point.ok for point in self.points)

    @property
    def total(self) -> int:
        """Points asked."""
        return len(self.points)

    @property
    def score(self) -> float:
        """Weighted share of the points answered, 0 to 1."""
        return sum(point.weight for point in self.points if point.ok) / sum(point.weight for point in self.points)

    @property
    def missing(self) -> Sequence[CoachPoint]:
        """Points still open, the heaviest first."""
        return [point for point in self.points if not point.ok]


#: Different content words (function words left out), and words in all, that an answer needs to say something.
FEW_CONTENT_WORDS: Final = 2
FEW_WORDS: Final = 4
#: Content words of a problem or an offer that is told: about three plain sentences.
TOLD_WORDS: Final = 12
#: Words of one text that is still read to the end: the Digital Marketplace's limit of 200, and half.
LONG_WORDS: Final = 300

_JARGON_FR: Final = (
    "synergie|disruptif|disruptive|solution innovante|écosystème|levier|scalable|holistique|impacter|"
    "transformation digitale|paradigme|mindset|roadmap|best practices|benchmark|deep dive|user centric|"
    "chaîne de valeur|proposition de valeur|orienté résultats|clé en main|360|en mode agile|empowerment|"
    "agilité|mutualisation des synergies|approche globale|facilitateur|solutioning|onboarding|"
    "go to market|time to market|b2b|b2c|full stack|saas|low code|no code|growth|leads|process"
)
_JARGON_EN: Final = (
    "synergy|synergies|disruptive|innovative solution|ecosystem|leverage|scalable|holistic|paradigm|mindset|"
    "roadmap|best practices|benchmark|deep dive|user centric|value chain|value proposition|turnkey|360|"
    "empowerment|agile way|thought leader|end to end|best in class|cutting edge|world class|game changer|"
    "go to market|time to market|b2b|b2c|full stack|saas|low code|no code|growth|leads|stakeholders"
)
_VAGUE_FR: Final = (
    "etc|divers|diverses|plein de choses|quelque chose|plusieurs choses|un peu de tout|améliorer|optimiser|"
    "moderniser|dynamiser|développer notre activité|gagner en visibilité|être plus visible|de manière efficace|"
    "rapidement|au plus vite|dès que possible|moderne|simple et efficace|de qualité|toutes sortes|et autres"
)
_VAGUE_EN: Final = (
    "etc|various|a lot of things|something|several things|a bit of everything|improve|optimise|optimize|"
    "modernise|modernize|boost|grow our activity|more visible|efficiently|quickly|asap|as soon as possible|"
    "modern|simple and efficient|high quality|all kinds|and so on|and others"
)
_PHRASES: Final = {
    ("jargon", "fr"): _JARGON_FR,
    ("jargon", "en"): _JARGON_EN,
    ("vague", "fr"): _VAGUE_FR,
    ("vague", "en"): _VAGUE_EN,
}
# Abbreviations that everybody here reads.
_KNOWN_ABBREVIATIONS = re.compile(
    "AMAP|APE|ASBL|CDD|CDI|CNIL|CSV|DVD|ESS|EUR|FAQ|FLE|GPS|HLM|HTML|IBAN|LED|MJC|ODT|ONG|PAC|PDF|PME|QPV|"
    "RDV|RGPD|RIB|RNA|RSA|SARL|SAS|SCIC|SCOP|SIRET|SMS|SNCF|SSE|SQL|TER|TGV|TPE|TTC|TVA|URL|USB|VAT|VHF|VTT|WEB|WIFI|XLS|GDPR|NGO|SME|HTTP|HTTPS|CMS|API"
)
_ABBREVIATION = re.compile(r"\b[A-Z]{3,6}\b(?!\s*\()")
_FIGURE = re.compile(r"\d")
_WORD = re.compile(r"[^\W_]+")

# Stems that name people: a problem that tells whom it hurts answers "who" in its own text.
_PEOPLE: Final = (
    "bénéficiaires familles habitants adhérents usagers jeunes personnes salariés seniors bénévoles élèves "
    "étudiants parents enfants clients patients locataires producteurs membres femmes réfugiés retraités "
    "visiteurs spectateurs apprentis résidents artisans agriculteurs aidants"
)
_PEOPLE_EN: Final = (
    "beneficiaries families residents members users youth people employees seniors volunteers pupils students "
    "parents children customers patients tenants producers women refugees visitors apprentices farmers carers"
)


def coach(data: Mapping[str, object], language: str, kind: PostingKind = PostingKind.NEED) -> CoachReport:
    """Tell which of the questions of a partner the fields answer.

    Parameters
    ----------
    data
        Form fields by name as typed; missing ones are open questions. Any text is accepted.
    language
        ``"fr"`` or ``"en"``, the language that is written in.
    kind
        Which form it is.

    Returns
    -------
    CoachReport
        Open points first, by weight; the order is stable. Cost: a millisecond.

    >>> report = coach({"title": "Besoin d'aide", "problem": "Il faut améliorer notre communication, etc."}, "fr")
    >>> [point.code.value for point in report.missing][:4]
    ['problem', 'who', 'title', 'outcome']
    """
    points = _need_points(data, language) if kind is PostingKind.NEED else _offer_points(data, language)
    return CoachReport(sorted(points, key=lambda point: (point.ok, -point.weight)))


def _need_points(data: Mapping[str, object], language: str) -> list[CoachPoint]:
    told = _said(data, "problem")
    every = " ".join(_said(data, name) for name in ("title", "problem", "beneficiaries", "tried", "outcome"))
    names_people = bool(set(lexemes(told, language)) & _people(language))
    budget = any(_said(data, name) for name in ("budget_min", "budget_max", "budget_blank_reason"))
    calendar = any(_said(data, name) for name in ("deadline", "starts_on", "duration_weeks"))
    return [
        CoachPoint(CoachCode.PROBLEM, _is_told(told, language), 3),
        CoachPoint(CoachCode.WHO, names_people or _answers(data, "beneficiaries", language), 3),
        CoachPoint(CoachCode.TITLE, _answers(data, "title", language), 2),
        CoachPoint(CoachCode.OUTCOME, _answers(data, "outcome", language), 2),
        CoachPoint(CoachCode.TRIED, _answers(data, "tried", language), 1),
        CoachPoint(CoachCode.LIMITS, _answers(data, "constraints", language), 1),
        CoachPoint(CoachCode.PLACE, bool(_said(data, "place") or _said(data, "place_id")), 2),
        CoachPoint(CoachCode.BUDGET, budget, 1),
        CoachPoint(CoachCode.CALENDAR, calendar, 1),
        *_style_points(told, every, language),
    ]


def _offer_points(data: Mapping[str, object], language: str) -> list[CoachPoint]:
    told = _said(data, "description")
    every = " ".join(_said(data, name) for name in ("title", "description", "audience", "proof"))
    return [
        CoachPoint(CoachCode.WHAT, _is_told(told, language), 3),
        CoachPoint(CoachCode.WHO, _answers(data, "audience", language), 3),
        CoachPoint(CoachCode.TITLE, _answers(data, "title", language), 2),
        CoachPoint(CoachCode.PLACE, bool(_said(data, "place") or _said(data, "place_id")), 2),
        CoachPoint(CoachCode.DELIVERY, bool(_said(data, "delivery_modes")), 1),
        CoachPoint(CoachCode.PRICE, bool(_said(data, "price") or _said(data, "price_note")), 1),
        CoachPoint(CoachCode.PROOF, _answers(data, "proof", language), 1),
        *_style_points(told, every, language),
    ]


def _style_points(told: str, every: str, language: str) -> list[CoachPoint]:
    """How the text is written; an empty one cannot be well written."""
    jargon = (*_found(every, "jargon", language), *_abbreviations(every))
    vague = _found(every, "vague", language)
    concrete = len(vague) < 2 or _FIGURE.search(every) is not None
    return [
        CoachPoint(CoachCode.LENGTH, 0 < len(told.split()) <= LONG_WORDS, 1),
        CoachPoint(CoachCode.PLAIN_WORDS, bool(told) and len(jargon) < 2, 1, jargon),
        CoachPoint(CoachCode.CONCRETE, bool(told) and concrete, 1, vague),
    ]


def _said(data: Mapping[str, object], name: str) -> str:
    value = data.get(name)
    if isinstance(value, list | tuple | set | frozenset):
        return " ".join(map(str, value))
    return "" if value is None else clean_text(str(value))


def _answers(data: Mapping[str, object], name: str, language: str) -> bool:
    """Enough words to say something: more than "a website"."""
    said = _said(data, name)
    return len(said.split()) >= FEW_WORDS and len(set(lexemes(said, language))) >= FEW_CONTENT_WORDS


def _is_told(text: str, language: str) -> bool:
    """Enough content words, in more than one sentence or with a figure."""
    enough = len(lexemes(text, language)) >= TOLD_WORDS
    return enough and (len(split_sentences(text)) > 1 or _FIGURE.search(text) is not None)


def _found(text: str, kind: str, language: str) -> tuple[str, ...]:
    """Phrases of a list that the text has, as the list writes them, at most ten."""
    phrases = _phrases(kind, "en" if language == "en" else "fr")
    plain = _plain(text)
    return tuple(shown for folded, shown in phrases if folded in plain)[:10]


@lru_cache(maxsize=8)
def _phrases(kind: str, language: str) -> tuple[tuple[str, str], ...]:
    listed = _PHRASES[kind, language].split("|")
    return tuple((_plain(phrase), phrase) for phrase in listed)


def _plain(text: str) -> str:
    """Folded words between single blanks, so that whole words are found."""
    return f" {' '.join(_WORD.findall(fold(text)))} "


@lru_cache(maxsize=2)
def _people(language: str) -> frozenset[str]:
    return frozenset(lexemes(_PEOPLE_EN if language == "en" else _PEOPLE, language))


def _abbreviations(text: str) -> tuple[str, ...]:
    """Unexplained abbreviations, unless the whole text is in capitals."""
    if text.isupper():
        return ()
    found = dict.fromkeys(_ABBREVIATION.findall(text))
    return tuple(word for word in found if not _KNOWN_ABBREVIATIONS.fullmatch(word))[:10]
