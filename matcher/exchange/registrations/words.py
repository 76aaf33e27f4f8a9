"""Answers in words, in French and English, as the closed lists of a registration. Pure; raises nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from rapidfuzz import fuzz

from matcher.exchange.registrations.cells import is_nothing, yes_or_no
from matcher.exchange.registrations.columns import words_of
from matcher.vocabulary import DayPart, Experience, TeamRole, TeamStatus

#: Likeness, 0 to 100, from which a title is taken for that of a challenge, and by how much it has to be nearer than
#: any other. Chosen, not measured: a slip or two in a title of some words.
TITLE_LIKENESS: Final = 84.0
TITLE_MARGIN: Final = 8.0
#: Letters of a title below which a part of it could be that of anything. Chosen.
_LEAST_PART: Final = 6

_ROLE_WORDS: Final[Mapping[TeamRole, str]] = {
    TeamRole.TECH: r"tech|\bdev|develop|programm|\bcod(e|er|ing|eu)|\bdata\b|donnees|ingenieur|engineer|informati|"
    r"electroni|hardware|\bback|\bfront|full ?stack|\bia\b|\bai\b|machine learning|construire|\bbuild",
    TeamRole.DESIGN: r"design|\bux\b|\bui\b|graphi|maquett|illustrat|redact|ecritur|writer|\bart\b|artist|"
    r"communication|video|photo|\bcontent\b|ergonom|\bmontrer\b",
    TeamRole.FACILITATION: r"facilit|animat|anime|gestion de projet|chef(fe)? de projet|project|product|"
    r"business|marketing|pitch|coordin|manag|finance|commerc|entrepreneu|organis|\bmener\b|\blead",
    TeamRole.DOMAIN: r"terrain|domaine|domain|field|expert du sujet|metier|usager|benevol|social|sante|health|"
    r"education|enseign|teacher|droit|\blaw\b|juri|agricult|environnement|connai(tre|ssance) le",
}

_EXPERIENCE_WORDS: Final[tuple[tuple[Experience, str], ...]] = (
    (Experience.EXPERT, r"expert|senior|mener une equipe|lead a team|tres (bon|experiment|avance)|maitris"),
    (Experience.USED, r"avance|advanced|confirme|habitue|\bused to|plusieurs|souvent|several|often|experimente|"
     r"\bbon\b|\bgood\b|proficient"),
    (Experience.SOME, r"intermediaire|intermediate|\bun peu\b|quelques|\bsome\b|une ou deux|one or two|1 a 2|moyen|"
     r"notions|\bjunior\b|a few"),
    (Experience.NONE, r"debutant|beginner|novice|aucun|jamais|never|\bnone\b|premi(er|ere)|first|no experience|neant"),
)  # fmt: skip
#: Steps of experience from a number of hackathons or years. Chosen: as the words of the form.
_STEPS: Final = ((0, Experience.NONE), (2, Experience.SOME), (5, Experience.USED))
_NUMBER = re.compile(r"[0-9]{1,4}")

_LEVEL_WORDS: Final = (
    (3, r"expert|avance|advanced|maitris|master|senior|tres bon|could teach|enseigner"),
    (2, r"intermediaire|intermediate|confirme|\bbon\b|\bgood\b|used to|moyen|habitue"),
    (1, r"debutant|beginner|notion|basic|\bbases?\b|junior|begun|novice"),
)
_WITH_LEVEL = re.compile(r"(.+?)\s*(?:[:=]\s*(.+)|\(([^()]+)\)|\s[-–]\s(.+))\s*")

_LANGUAGES: Final[Mapping[str, str]] = {
    "fr": "francais|francaise|french|franzosisch", "en": "anglais|anglaise|english", "de": "allemand|german|deutsch",
    "lb": "luxembourgeois|luxembourgish|letzebuergesch", "es": "espagnol|spanish|espanol|castellano",
    "it": "italien|italian|italiano", "pt": "portugais|portuguese|portugues", "nl": "neerlandais|dutch|flamand",
    "ar": "arabe|arabic", "ru": "russe|russian", "uk": "ukrainien|ukrainian", "pl": "polonais|polish",
    "ro": "roumain|romanian", "tr": "turc|turkish", "zh": "chinois|chinese|mandarin", "ja": "japonais|japanese",
    "fa": "persan|persian|farsi|dari", "ps": "pachto|pashto", "hi": "hindi", "sq": "albanais|albanian",
    "sr": "serbe|serbian", "ku": "kurde|kurdish", "el": "grec|greek", "hu": "hongrois|hungarian",
    "cs": "tcheque|czech", "sv": "suedois|swedish", "ka": "georgien|georgian", "vi": "vietnamien|vietnamese",
}  # fmt: skip
#: Length of two codes with a sign between them: in longer answers two letters are a word, such as "de". Chosen.
_CODES_ALONE: Final = 5
_LANGUAGE_CODES: Final = {name: code for code, names in _LANGUAGES.items() for name in (code, *names.split("|"))}

_PARTS: Final = (
    (DayPart.MORNING, r"\bmatins?\b|\bmatinees?\b|\bmorning|\bam\b"),
    (DayPart.AFTERNOON, r"\bapres midi|\bafternoon|\bpm\b|\baprem\b"),
    (DayPart.EVENING, r"\bsoirs?\b|\bsoirees?\b|\bevening|\bnight|\bnuit"),
)
_WEEKDAYS: Final = (
    r"\blun(di)?\b|\bmon(day)?\b", r"\bmar(di)?\b|\btue(sday)?\b", r"\bmer(credi)?\b|\bwed(nesday)?\b",
    r"\bjeu(di)?\b|\bthu(rsday)?\b", r"\bven(dredi)?\b|\bfri(day)?\b", r"\bsam(edi)?\b|\bsat(urday)?\b",
    r"\bdim(anche)?\b|\bsun(day)?\b",
)  # fmt: skip
_ALWAYS = re.compile(
    r"\btou(t|te|s|tes|jours)\b|\ball\b|\balways\b|\bles deux jours\b|\bboth days\b|\bentire|\bwhole\b|\bfull\b"
)


class HalfDay(NamedTuple):
    """A half-day of the event and its number."""

    number: int
    day: date
    part: DayPart


def roles_of(items: Iterable[str]) -> tuple[frozenset[TeamRole], list[str]]:
    """Roles that the answers name, and the answers that name none.

    >>> roles, rest = roles_of(["Développeuse web", "UX", "Licorne"])
    >>> sorted(roles), rest
    ([<TeamRole.DESIGN: 'design'>, <TeamRole.TECH: 'tech'>], ['Licorne'])
    """
    roles: set[TeamRole] = set()
    rest = []
    for item in items:
        words = words_of(item)
        named = {role for role in TeamRole if words == role.value} or {
            role for role, pattern in _ROLE_WORDS.items() if re.search(pattern, words)
        }
        roles |= named
        if not named:
            rest.append(item)
    return frozenset(roles), rest


def experience_of(text: str) -> Experience | None:
    """The step that an answer means: in words, as 0 to 3, or as a number of years or hackathons.

    >>> [experience_of(text) for text in ("Débutante", "2", "plus de 5 ans", "sais pas")]
    [<Experience.NONE: 'none'>, <Experience.USED: 'used'>, <Experience.USED: 'used'>, None]
    """
    words = words_of(text)
    if words in {step.value for step in Experience}:
        return Experience(words)
    if words in {"0", "1", "2", "3"}:
        return list(Experience)[int(words)]
    said = next((step for step, pattern in _EXPERIENCE_WORDS if re.search(pattern, words)), None)
    if said is not None:
        return said
    number = _NUMBER.search(words)
    if number is not None:
        return experience_of_count(int(number[0]))
    return Experience.NONE if is_nothing(text) else None


def experience_of_count(count: int) -> Experience:
    """The step of somebody who was at so many hackathons."""
    return next((step for most, step in _STEPS if count <= most), Experience.EXPERT)


def skill_and_level(item: str) -> tuple[str, int | None]:
    """A skill as it is typed, and the level 1 to 3 that is told with it, or None.

    >>> skill_and_level("Python : avancé"), skill_and_level("QGIS (3)"), skill_and_level("Vidéo (montage)")
    (('Python', 3), ('QGIS', 3), ('Vidéo (montage)', None))
    """
    found = _WITH_LEVEL.fullmatch(item)
    if found:
        told = words_of(next(filter(None, found.groups()[1:])))
        level = next((level for level, pattern in _LEVEL_WORDS if re.search(pattern, told)), None)
        if told in {"1", "2", "3"}:
            level = int(told)
        if level is not None:
            return found[1].strip(), level
    return item, None


def languages_of(items: Iterable[str]) -> tuple[list[str], list[str]]:
    """ISO 639-1 codes of the languages named, in their order, and the answers that name none.

    >>> languages_of(["Français (langue maternelle)", "EN", "Klingon"])
    (['fr', 'en'], ['Klingon'])
    """
    codes: list[str] = []
    rest = []
    for item in items:
        words = words_of(item)
        short = len(words) <= _CODES_ALONE
        named = [
            _LANGUAGE_CODES[word] for word in words.split() if word in _LANGUAGE_CODES and (short or len(word) > 2)
        ]
        codes += named
        if not named:
            rest.append(item)
    return list(dict.fromkeys(codes)), rest


def team_status_of(text: str) -> TeamStatus | None:
    """How somebody says that they come; None when that cannot be told.

    >>> [team_status_of(text) for text in ("Working solo", "Looking for teammates", "Already have a team", "?")]
    [<TeamStatus.ALONE: 'alone'>, <TeamStatus.LOOKING: 'looking'>, <TeamStatus.TEAM: 'team'>, None]
    """
    words = words_of(text)
    if re.search(r"\bseule?s?\b|\balone\b|\bsolo\b|individu", words):
        return TeamStatus.ALONE
    if re.search(r"cherch|looking|\bamis?\b|\bfriends?\b|des personnes|people i know|incomplet", words):
        return TeamStatus.LOOKING
    if re.search(r"\bequipe\b|\bteam\b", words) or yes_or_no(text):
        return TeamStatus.TEAM
    return TeamStatus.ALONE if yes_or_no(text) is False else None


def half_days_of(items: Sequence[str], half_days: Sequence[HalfDay]) -> tuple[frozenset[int], list[str]]:
    """Numbers of the half-days that the answers name, and the answers that name none.

    Numbers, days in words or figures with or without a part of the day, or "all of it". A part of the day alone
    belongs to the day named just before it, else to every day.
    """
    known = {half_day.number for half_day in half_days}
    numbers: set[int] = set()
    rest: list[str] = []
    before: set[date] = set()
    for item in items:
        words = words_of(item)
        days = {half_day.day for half_day in half_days if _is_named(half_day.day, words, half_days)}
        parts = {part for part, pattern in _PARTS if re.search(pattern, words)}
        if words.isdigit() and int(words) in known:
            named = {int(words)}
        elif days or parts:
            alone = not days and bool(before)
            if alone:  # "Saturday 6 March, morning" was cut in two
                numbers -= {half_day.number for half_day in half_days if half_day.day in before}
            where = days or before or {half_day.day for half_day in half_days}
            named = {each.number for each in half_days if each.day in where and (not parts or each.part in parts)}
        else:
            named = known if says_always(item) else set()
        before = days if days and not parts else set()
        numbers |= named
        if not named and not is_nothing(item):
            rest.append(item)
    return frozenset(numbers), rest


def says_always(item: str) -> bool:
    """Whether an answer says that somebody is there all the time."""
    return bool(_ALWAYS.search(words_of(item)))


def _is_named(day: date, words: str, half_days: Sequence[HalfDay]) -> bool:
    figures = (f"{day.day} {day.month}", f"{day:%d %m}", f"{day:%Y %m %d}", f"{day.day} {_MONTHS[day.month - 1]}")
    if any(re.search(rf"\b{figure}", words) for figure in figures):
        return True
    at = sorted({half_day.day for half_day in half_days}).index(day) + 1
    return bool(re.search(_WEEKDAYS[day.weekday()], words) or re.search(rf"\b(jour|day|j) ?{at}\b", words))


_MONTHS: Final = (
    "(janv|jan)", "(fev|feb)", "(mars|march)", "(avr|apr)", "(mai|may)", "(juin|june)", "(juil|july)", "(aout|aug)",
    "sept", "oct", "nov", "dec",
)  # fmt: skip


def challenge_meant(typed: str, titles: Mapping[str, str]) -> str | None:
    """The challenge that a typed or cut title means, or None when it means none, or more than one.

    ``titles`` has the title of each challenge by its id. Cost: one comparison a challenge.

    >>> challenge_meant("defi 2 : four solair", {"a": "Un four solaire", "b": "Un frigo"})
    'a'
    """
    words = words_of(typed)
    bare = re.sub(r"^(?:defi|challenge|sujet|projet)(?: n)?(?: o)?(?: [0-9]{1,2})? (?=.)", "", words)
    same = [known for known, title in titles.items() if words and words == words_of(title)]
    if same:
        return same[0] if len(same) == 1 else None
    if not bare:
        return None
    ranked = sorted(((_likeness(bare, words_of(title)), known) for known, title in titles.items()), reverse=True)
    if not ranked or ranked[0][0] < TITLE_LIKENESS:
        return None
    near = len(ranked) > 1 and ranked[0][0] - ranked[1][0] < TITLE_MARGIN
    return None if near else ranked[0][1]


def _likeness(typed: str, title: str) -> float:
    """0 to 100; a long enough piece of a title, or a title with words around it, is as good as the title."""
    shorter, longer = sorted((typed, title), key=len)
    if len(shorter) >= _LEAST_PART and f" {shorter} " in f" {longer} ":
        return 100.0
    return max(fuzz.ratio(typed, title), fuzz.token_sort_ratio(typed, title))
