"""Places as people type them: a commune or foreign town for "Vandoeuvre", "54000" or "Nancy (54)".

Never a guess: a place is answered only when nothing else is as likely, else the candidates are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from matcher.postings.cleaning import clean_text
from matcher.postings.gazetteer import load_communes_file, load_geonames, load_places_csv
from matcher.postings.limits import PLACE_TEXT
from matcher.postings.place_names import EXONYMS, fold_name
from matcher.store import Place

__all__ = [
    "PlaceLookup",
    "find_place",
    "fold_name",
    "load_communes_file",
    "load_geonames",
    "load_places_csv",
    "suggest_places",
]

#: Among namesakes, one that has this many times the people of the next is the one meant: who types
#: "Paris" does not mean the hamlet. Chosen, not measured.
NAMESAKE_FACTOR: Final = 20

#: Least rapidfuzz ratio (0 to 100) of a name with typing errors. Chosen, not measured: two wrong
#: letters in a name of ten.
TYPO_CUTOFF: Final = 78

#: "Vandeuvre" for Vandoeuvre-lès-Nancy: least letters typed, and least ratio with the beginning of a
#: longer name. Chosen, not measured.
MIN_BEGINNING: Final = 6
BEGINNING_CUTOFF: Final = 85

MAX_CANDIDATES: Final = 8

# "Nancy (54)", "Arlon (BE)": the département or country after a name.
_WITH_HINT = re.compile(r"(?P<name>.*\w.*?)\s*(?:\(\s*(?P<hint>[0-9A-Za-z]{2,5})\s*\)|,\s*(?P<country>[A-Za-z]{2}))")
_CODE = re.compile(r"(?:[0-9]{2}|2[AB])[0-9]{3}", re.IGNORECASE)
_WITH_CODE = re.compile(r"(?P<before>.*?)[\s,(-]*\b(?P<code>(?:[0-9]{2}|2[ABab])[0-9]{3})\b[\s,)-]*(?P<after>.*)")


@dataclass(frozen=True, slots=True)
class PlaceLookup:
    """What a text names: one place, or several candidates (best first), or nothing."""

    place: Place | None
    candidates: Sequence[Place] = ()


def find_place(session: Session, text: str, *, country: str | None = None) -> PlaceLookup:
    """The place that ``text`` names, or the candidates.

    Parameters
    ----------
    text
        A name, a postal code, an INSEE code, or a name with a code, département or country:
        ``"Nancy"``, ``"54000"``, ``"54395"``, ``"54000 Nancy"``, ``"Nancy (54)"``, ``"Arlon, BE"``.
    country
        ISO code that the place must have.

    Returns
    -------
    PlaceLookup
        With ``place`` when the text names exactly one, or one far larger than its namesakes
        (:data:`NAMESAKE_FACTOR`). A typing error never decides alone: it gives candidates.

    Notes
    -----
    An exact name costs one indexed query, a code one scan; a wrong name reads every name: 0.2 s with
    all of France and its neighbours (38 000 places), some milliseconds with the places that ship.
    """
    told = clean_text(text[: PLACE_TEXT.maximum * 2], lines=False)[: PLACE_TEXT.maximum]
    rules: list[ColumnElement[bool]] = [Place.country == country.upper()] if country else []
    for read in (_by_code, _by_hint, _by_name):
        lookup = read(session, told, rules)
        if lookup is not None:
            return lookup
    return PlaceLookup(None, _near_names(session, told, rules))


def suggest_places(session: Session, prefix: str, limit: int = MAX_CANDIDATES) -> list[Place]:
    """Places whose name or postal code begins so, the largest first; else those written nearly so."""
    told = clean_text(prefix[: PLACE_TEXT.maximum], lines=False)
    limit = max(1, min(limit, 50))
    if re.fullmatch(r"[0-9][0-9AB]{0,4}", told.upper()):
        starts = or_(Place.postcodes.like(f"{told}%"), Place.postcodes.like(f"%,{told}%"))
        return _largest(session, [starts], limit)
    folded = fold_name(told)
    if len(folded) < 2:
        return []
    name = fold_name(_WITH_HINT.sub(r"\g<name>", told)) or folded
    exact = _largest(session, [Place.name_folded == name], limit)
    abroad = Place.name_folded.in_([full for short, full in EXONYMS.items() if short.startswith(name)])
    begun = or_(Place.name_folded.startswith(name, autoescape=True), and_(abroad, Place.country != "FR"))
    found = list(dict.fromkeys([*exact, *_largest(session, [begun], limit)]))[:limit]
    return found or list(_near_names(session, told, []))[:limit]


def _by_code(session: Session, told: str, rules: Sequence[ColumnElement[bool]]) -> PlaceLookup | None:
    """Read a postal or INSEE code, alone or beside a name."""
    found = _WITH_CODE.fullmatch(told)
    if found is None:
        return None
    code, name = found["code"].upper(), fold_name(f"{found['before']} {found['after']}")
    of_postcode = _largest(session, [_has_postcode(code), *rules])
    of_insee = _largest(session, [Place.insee_code == code, *rules])
    places = list(dict.fromkeys([*of_postcode, *of_insee]))
    if name:
        named = [place for place in places if place.name_folded == name]
        return PlaceLookup(named[0]) if len(named) == 1 else _by_name(session, name, rules)
    # A postal code is what people know; an INSEE code decides when it is no postal code.
    preferred = of_postcode or of_insee
    if len(preferred) == 1:
        return PlaceLookup(preferred[0])
    return PlaceLookup(None, places[:MAX_CANDIDATES])


def _by_hint(session: Session, told: str, rules: Sequence[ColumnElement[bool]]) -> PlaceLookup | None:
    """Read a name with its département or country."""
    found = _WITH_HINT.fullmatch(told)
    if found is None:
        return None
    hint = (found["hint"] or found["country"]).upper()
    where = or_(Place.department == hint, Place.country == hint)
    return _by_name(session, found["name"], [*rules, where])


def _by_name(session: Session, told: str, rules: Sequence[ColumnElement[bool]]) -> PlaceLookup | None:
    name = fold_name(told)
    if not name:
        return PlaceLookup(None)
    namesakes = _largest(session, [Place.name_folded == name, *rules])
    if not namesakes and name in EXONYMS:
        namesakes = _largest(session, [Place.name_folded == EXONYMS[name], Place.country != "FR", *rules])
    if not namesakes:
        return None
    first = namesakes[0]
    if len(namesakes) == 1 or first.population >= NAMESAKE_FACTOR * max(1, namesakes[1].population):
        return PlaceLookup(first, namesakes[1:])
    return PlaceLookup(None, namesakes)


def _near_names(session: Session, told: str, rules: Sequence[ColumnElement[bool]]) -> list[Place]:
    """Places whose name begins with the text, then those that differ by typing errors."""
    bare = _WITH_HINT.sub(r"\g<name>", told)
    name = fold_name("".join(sign for sign in bare if not sign.isdigit()))
    if len(name) < 3:
        return []
    begun = _largest(session, [Place.name_folded.startswith(f"{name} ", autoescape=True), *rules])
    if len(begun) >= MAX_CANDIDATES:
        return begun
    rows = session.execute(select(Place.id, Place.name_folded, Place.population).where(*rules)).all()
    scores = _closeness(name, [row.name_folded for row in rows])
    best = sorted(scores, key=lambda position: (-scores[position], -rows[position].population, position))
    ids = [rows[position].id for position in best[:MAX_CANDIDATES]]
    near = {place.id: place for place in session.scalars(select(Place).where(Place.id.in_(ids)))}
    return list(dict.fromkeys([*begun, *(near[row_id] for row_id in ids)]))[:MAX_CANDIDATES]


def _closeness(name: str, others: Sequence[str]) -> dict[int, int]:
    """Ratio (0 to 100) of the names that differ by typing errors, whole or at their beginning, by position."""
    whole = process.extract(name, others, scorer=fuzz.ratio, score_cutoff=TYPO_CUTOFF, limit=50)
    scores = {position: round(score) for _, score, position in whole}
    if len(name) >= MIN_BEGINNING:
        begun = process.extract(
            name, [other[: len(name)] for other in others], scorer=fuzz.ratio, score_cutoff=BEGINNING_CUTOFF, limit=50
        )
        for _, score, position in begun:
            scores.setdefault(position, round(score) - (BEGINNING_CUTOFF - TYPO_CUTOFF))
    return scores


def _has_postcode(code: str) -> ColumnElement[bool]:
    return ("," + Place.postcodes + ",").contains(f",{code},", autoescape=True)


def _largest(session: Session, rules: Sequence[ColumnElement[bool]], limit: int = MAX_CANDIDATES) -> list[Place]:
    query = select(Place).where(*rules).order_by(Place.population.desc(), Place.id).limit(limit)
    return list(session.scalars(query))
