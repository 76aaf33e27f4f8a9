"""Organisations that are probably in the directory twice.

Two rows are compared when they share a word of their name that is not everybody's, an identifier or a website; how
alike they have to be depends on how near they are. A person decides: nothing is merged by itself, and pairs that
somebody said are different organisations do not come back.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations
from typing import Final

from rapidfuzz import fuzz
from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.oversight import audit
from matcher.store import AuditEntry, Organisation, Place
from matcher.store.session import writing
from matcher.text import fold

#: Likeness of names (0 to 100) from which two rows are told: in one place, in one département, and where an
#: identifier or a website is the same. Chosen on the demonstration's names, not measured.
SAME_PLACE: Final = 86.0
SAME_DEPARTMENT: Final = 93.0
WITH_EVIDENCE: Final = 60.0
#: What a name that is contained in the other one costs: "Les Rayons" and "Atelier Les Rayons" are likely the same.
_CONTAINED: Final = 8.0
#: Words of a name that more organisations than this share tell nothing about any of them.
_COMMON: Final = 60
#: A website that more organisations than this give is that of a platform or of their federation.
_SHARED_SITE: Final = 3
#: Shorter words are alike by chance.
_SHORT: Final = 3

_WORD: Final = re.compile(r"[a-z0-9]+")
#: Words of names that say what kind of body it is, not which.
_GENERIC: Final = frozenset(
    (
        *("association", "asso", "ass", "assoc", "societe", "sarl", "sas", "sasu", "sa", "scop", "scic", "eurl", "ei"),
        *("gie", "cie", "ste", "the", "and", "of", "for", "le", "la", "les", "l", "un", "une", "d", "de", "du", "des"),
        *("en", "et", "a", "au", "aux", "sur", "pour", "par"),
    )
)
_WEB: Final = re.compile(r"^https?://(www\.)?|/+$")
KEPT_APART: Final = "organisation.kept_apart"


class Sign(StrEnum):
    """Why two organisations look like one, the strongest first."""

    SAME_SIREN = "same_siren"
    SAME_WEBSITE = "same_website"
    SAME_NAME = "same_name"
    CLOSE_NAME = "close_name"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is compared of an organisation. ``words`` are those of its name that tell it from others.

    ``line`` and ``brand_line`` are the words of both in alphabetical order, for the quick look.
    """

    id: int
    words: tuple[str, ...]
    brand: tuple[str, ...]
    line: str
    brand_line: str
    siren: str
    siret: str
    website: str
    place_id: int
    department: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two organisations (``first`` < ``second``) that look like one; ``likeness`` of their names, 0 to 100."""

    first: int
    second: int
    signs: tuple[Sign, ...]
    likeness: float


def find_duplicates(session: Session) -> list[Candidate]:
    """Pairs of the directory that look like one organisation, the surest first.

    Cost: two queries, and processor time that was measured on generated names of few different words, a busy core:
    0.08 s for 2 000 organisations, 1.1 s for 20 000 (0.3 and 5.3 s when every pair was compared in full).
    """
    told = Organisation
    columns = (told.id, told.name, told.brand, told.siren, told.siret, told.website, told.place_id)
    rows = session.execute(select(*columns, Place.department, Place.country).join(Place, Place.id == told.place_id))
    apart = _kept_apart(session)
    found = compare_all([_entry(*row) for row in rows])
    return [pair for pair in found if (pair.first, pair.second) not in apart]


def compare_all(entries: Sequence[Entry]) -> list[Candidate]:
    """Every pair of ``entries`` that looks like one organisation, the surest first. Pure."""
    sites = Counter(entry.website for entry in entries)
    own = [entry if sites[entry.website] <= _SHARED_SITE else replace(entry, website="") for entry in entries]
    by_id = {entry.id: entry for entry in own}
    found = [compare(by_id[first], by_id[second]) for first, second in _pairs(own)]
    order = list(Sign)
    return sorted(
        (pair for pair in found if pair is not None),
        key=lambda pair: (order.index(pair.signs[0]), -pair.likeness, pair.first, pair.second),
    )


def compare(one: Entry, other: Entry) -> Candidate | None:
    """What speaks for ``one`` and ``other`` being the same organisation; None when too little does."""
    likeness = name_likeness(one, other)
    same_place = one.place_id == other.place_id
    signs: list[Sign] = []
    # One body has a SIRET for each of its places: those are no duplicates, unless they have one name too.
    may_be_places = bool(one.siret and other.siret) and not same_place and likeness < SAME_PLACE
    if one.siren and one.siren == other.siren and not may_be_places:
        signs.append(Sign.SAME_SIREN)
    if one.website and one.website == other.website and (same_place or likeness >= WITH_EVIDENCE):
        signs.append(Sign.SAME_WEBSITE)
    enough = SAME_PLACE if same_place else SAME_DEPARTMENT
    if sorted(one.words) == sorted(other.words) and one.department == other.department:
        signs.append(Sign.SAME_NAME)
    elif one.department == other.department and likeness >= enough:
        signs.append(Sign.CLOSE_NAME)
    if not signs:
        return None
    first, second = sorted((one.id, other.id))
    return Candidate(first, second, tuple(signs), likeness)


def name_likeness(one: Entry, other: Entry) -> float:
    """How alike the names of two organisations are, 0 to 100; the brand of one may be the name of the other."""
    pairs = [(one.words, other.words), (one.brand, other.words), (one.words, other.brand)]
    return max(_likeness(left, right) for left, right in pairs if left and right) if one.words and other.words else 0.0


def keep_apart(session: Session, first: int, second: int, account_id: int) -> None:
    """Remember that these are two organisations: the pair is not told again."""
    low, high = sorted((first, second))
    with writing(session):
        audit.record(session, account_id, KEPT_APART, "organisation", low, other=high)


def words_of(name: str) -> tuple[str, ...]:
    """Words of ``name`` that tell it from others, folded; all of them when every word is generic.

    >>> words_of("Association « Les Rayons » de Nancy")
    ('rayons', 'nancy')
    """
    words = _WORD.findall(fold(name))
    return tuple(word for word in words if word not in _GENERIC) or tuple(words)


def _likeness(left: Sequence[str], right: Sequence[str]) -> float:
    one, other = " ".join(left), " ".join(right)
    whole = float(fuzz.token_sort_ratio(one, other))
    if min(len(left), len(right)) < 2:  # one word within a longer name is no proof
        return whole
    return max(whole, float(fuzz.token_set_ratio(one, other)) - _CONTAINED)


def _pairs(entries: Sequence[Entry]) -> set[tuple[int, int]]:
    """Pairs worth comparing, the smaller number first."""
    shelves: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        for key in _keys(entry):
            shelves[key].append(entry)
    found = set()
    for (what, _), shelf in shelves.items():
        if what == "word" and len(shelf) > _COMMON:
            continue
        for one, other in combinations(shelf, 2):
            if what != "word" or _names_are_near(one, other):
                found.add((min(one.id, other.id), max(one.id, other.id)))
    return found


def _names_are_near(one: Entry, other: Entry) -> bool:
    """Whether names alone speak for one organisation, of two in one département. Exact, and quick to say no.

    In two places a contained name is never enough (:data:`_CONTAINED`): what is left is one comparison of whole names,
    which ends as soon as it cannot be near enough any more.
    """
    if one.place_id == other.place_id:
        return name_likeness(one, other) >= SAME_PLACE
    lines = ((one.line, other.line), (one.brand_line, other.line), (one.line, other.brand_line))
    return any(left and right and fuzz.ratio(left, right, score_cutoff=SAME_DEPARTMENT) for left, right in lines)


def _keys(entry: Entry) -> Iterator[tuple[str, str]]:
    if entry.siren:
        yield "siren", entry.siren
    if entry.website:
        yield "website", entry.website
    yield "name", f"{entry.department} {' '.join(sorted(entry.words))}"
    for word in {*entry.words, *entry.brand}:
        if len(word) >= _SHORT:
            yield "word", f"{entry.department} {word}"


def _entry(
    row_id: int,
    name: str,
    brand: str,
    siren: str | None,
    siret: str | None,
    website: str,
    place_id: int,
    department: str | None,
    country: str,
) -> Entry:
    words, called = words_of(name), words_of(brand) if brand else ()
    return Entry(
        id=row_id,
        words=words,
        brand=called,
        line=" ".join(sorted(words)),
        brand_line=" ".join(sorted(called)),
        siren=siren or (siret or "")[:9],
        siret=siret or "",
        website=_WEB.sub("", website.strip().lower()),
        place_id=place_id,
        department=department or country,
    )


def _kept_apart(session: Session) -> set[tuple[int, int]]:
    told = session.scalars(select(AuditEntry).where(AuditEntry.action == KEPT_APART))
    return set(_numbers(told))


def _numbers(entries: Iterable[AuditEntry]) -> Iterator[tuple[int, int]]:
    for entry in entries:
        yield int(entry.object_id or 0), int(entry.details.get("other", 0))
