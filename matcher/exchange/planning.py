"""Plan of an import: what each row would do, with nothing written.

A row is recognised by (source, key). Columns that the table lacks leave what is stored; a cell that
is there and empty clears the field, except where our own exports withhold it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.exchange.columns import ImportKind
from matcher.exchange.privacy import ANONYMOUS_KEY, public_key, withheld
from matcher.postings.cleaning import clean_text, parse_date, parse_yes_no, split_list
from matcher.postings.drafts import (
    DraftProblems,
    FieldProblem,
    NeedDraft,
    OfferDraft,
    OrganisationDraft,
    ProblemCode,
    parse_need,
    parse_offer,
    parse_organisation,
)
from matcher.postings.filling import changed_fields, data_of
from matcher.postings.limits import KEY_TEXT
from matcher.postings.problems import quoted
from matcher.postings.publish import taken_identifiers
from matcher.postings.references import References
from matcher.store import Need, Offer, Organisation
from matcher.text import fold

Draft = OrganisationDraft | NeedDraft | OfferDraft
Stored = Organisation | Need | Offer

MODELS: Final[dict[ImportKind, type[Organisation] | type[Need] | type[Offer]]] = {
    ImportKind.ORGANISATIONS: Organisation,
    ImportKind.NEEDS: Need,
    ImportKind.OFFERS: Offer,
}
_PARSERS: Final[dict[ImportKind, Any]] = {
    ImportKind.ORGANISATIONS: parse_organisation,
    ImportKind.NEEDS: parse_need,
    ImportKind.OFFERS: parse_offer,
}
_VOCABULARY_FIELDS: Final = {"themes": "themes", "skills": "skills", "skills_must": "skills", "skills_nice": "skills"}
_PLACE_FIELDS: Final = frozenset({"place", "place_insee", "place_country"})

#: Keys asked for in one query: below SQLite's limit of bound values.
_BATCH: Final = 500


class Outcome(StrEnum):
    """What applying the plan does to a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row before validation: line of the file, values by field, problems found by the reader."""

    line: int
    data: Mapping[str, Any]
    problems: tuple[FieldProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """What one row would do. ``changes`` names the fields that an update sets."""

    line: int
    outcome: Outcome
    source: str
    key: str
    draft: Draft | None = None
    organisation_id: int | None = None
    changes: tuple[str, ...] = ()
    problems: tuple[FieldProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """Every row of a table with its outcome, in the order of the table."""

    kind: ImportKind
    today: date
    rows: tuple[PlannedRow, ...]

    @property
    def counts(self) -> dict[Outcome, int]:
        """How many rows have each outcome; every outcome is there."""
        counted = Counter(row.outcome for row in self.rows)
        return {outcome: counted[outcome] for outcome in Outcome}

    def of(self, outcome: Outcome) -> list[PlannedRow]:
        """Rows with one outcome."""
        return [row for row in self.rows if row.outcome is outcome]


def plan_rows(
    session: Session,
    kind: ImportKind,
    rows: Iterable[RawRow],
    source: str,
    today: date,
    *,
    past_allowed: bool = False,
) -> ImportPlan:
    """Decide what each row would do. Reads only.

    ``source`` names where the rows come from, unless a row has a ``source`` of its own (our exports
    do). With ``past_allowed`` dates may lie in the past, as in an archive. Costs one query for 500
    keys, and one for each different place.
    """
    planner = _Planner(session, kind, today, past_allowed)
    keyed = [planner.with_key(row, source) for row in rows]
    planner.load([(row_source, key) for _, row_source, key in keyed])
    return ImportPlan(kind, today, tuple(planner.plan(row, row_source, key) for row, row_source, key in keyed))


def derived_key(kind: ImportKind, data: Mapping[str, Any]) -> str:
    """Key of a row that has none: what is least likely to be reworded, hashed.

    Organisations: their SIRET, RNA or SIREN; else name and place. Needs and offers: organisation
    and title, so a corrected title makes a new posting: give a key to what will be revised. The key of
    an anonymous need comes from its public texts alone, so that nobody can try organisations on it.

    >>> derived_key(ImportKind.NEEDS, {"organisation": "Vélo", "title": "Un site"})
    'derived-8bc35624d4'
    """
    names = ("name", "place", "place_insee") if kind is ImportKind.ORGANISATIONS else ("organisation", "title")
    if parse_yes_no(data.get("anonymous")):
        names = ("title", "problem")
    if kind is ImportKind.ORGANISATIONS:
        for name in ("siret", "rna", "siren"):
            digits = "".join(filter(str.isalnum, str(data.get(name) or ""))).upper()
            if digits:
                return f"{name}-{digits[:20]}"
    told = "\n".join(fold(clean_text(str(data.get(name) or ""), lines=False)) for name in names)
    return f"derived-{hashlib.sha256(told.encode('utf-8', 'replace')).hexdigest()[:10]}"


class OrganisationFinder:
    """Organisations by how tables name them: key in the same source, SIRET, or a name that only one has."""

    def __init__(self, session: Session) -> None:
        self._by_key: dict[tuple[str, str], int] = {}
        self._by_siret: dict[str, int] = {}
        by_name: dict[str, list[int]] = {}
        told = Organisation
        query = select(told.id, told.source, told.external_key, told.siret, told.name)
        for row_id, source, key, siret, name in session.execute(query):
            if key is not None:
                self._by_key[source, key] = row_id
            if siret is not None:
                self._by_siret[siret] = row_id
            by_name.setdefault(fold(name), []).append(row_id)
        self._by_name = {name: ids[0] for name, ids in by_name.items() if len(ids) == 1}

    def find(self, source: str, told: str) -> int | None:
        """Number of the organisation, or None when there is none or more than one."""
        digits = "".join(filter(str.isalnum, told))
        found = self._by_key.get((source, told), self._by_siret.get(digits))
        return found if found is not None else self._by_name.get(fold(told))


class _Planner:
    def __init__(self, session: Session, kind: ImportKind, today: date, past_allowed: bool) -> None:
        self._session, self._kind, self._today, self._past_allowed = session, kind, today, past_allowed
        self._references = References(session)
        self._organisations = None if kind is ImportKind.ORGANISATIONS else OrganisationFinder(session)
        self._stored: dict[tuple[str, str], Stored] = {}
        self._lines: dict[tuple[str, str], int] = {}
        self._identifiers: dict[tuple[str, str], int] = {}
        self._codes: dict[str, dict[str, str]] = {}

    def with_key(self, row: RawRow, source: str) -> tuple[RawRow, str, str]:
        told = clean_text(str(row.data.get("source") or ""), lines=False)
        key = clean_text(str(row.data.get("key") or ""), lines=False)
        if key.startswith(ANONYMOUS_KEY) and key in self._anonymous:
            return row, *self._anonymous[key]
        return row, (told or source)[:60], key or derived_key(self._kind, row.data)

    @cached_property
    def _anonymous(self) -> dict[str, tuple[str, str]]:
        """Source and key of the anonymous needs, by the key under which they are exported."""
        if self._kind is not ImportKind.NEEDS:
            return {}
        needs = self._session.scalars(select(Need).where(Need.anonymous, Need.external_key.is_not(None)))
        return {public_key(need)[1]: (need.source, str(need.external_key)) for need in needs}

    def load(self, keys: Sequence[tuple[str, str]]) -> None:
        self._stored = stored_rows(self._session, self._kind, keys)

    def plan(self, row: RawRow, source: str, key: str) -> PlannedRow:
        stored = self._stored.get((source, key))
        problems = [*row.problems, *self._key_problems(row, source, key)]
        draft: Draft | None = None
        try:
            draft = self._parse(row, stored)
        except DraftProblems as error:
            problems += error.problems
        else:
            problems += self._references.problems(draft)
            problems += self._identifier_problems(row, draft, stored)
        owner, owner_problems = self._owner(row, source, stored)
        problems += owner_problems
        if problems or draft is None:
            return PlannedRow(row.line, Outcome.REJECTED, source, key, problems=tuple(problems))
        if stored is None:
            return PlannedRow(row.line, Outcome.CREATED, source, key, draft, owner)
        changes = changed_fields(stored, draft, self._references)
        if not isinstance(stored, Organisation) and owner != stored.organisation_id:
            changes.insert(0, "organisation")
        outcome = Outcome.UPDATED if changes else Outcome.UNCHANGED
        return PlannedRow(row.line, outcome, source, key, draft, owner, tuple(changes))

    def _parse(self, row: RawRow, stored: Stored | None) -> Draft:
        told = {name: value for name, value in row.data.items() if name not in {"key", "source", "organisation"}}
        told |= {name: self._known_codes(name, told[name]) for name in _VOCABULARY_FIELDS if name in told}
        told_dates = [value for value in map(parse_date, told.values()) if value] if self._past_allowed else []
        if stored is None:
            draft: Draft = _PARSERS[self._kind](told, self._today, kept=told_dates)
            return draft
        base = data_of(stored)
        if _PLACE_FIELDS & set(told) and any(not _is_blank(told.get(name)) for name in _PLACE_FIELDS):
            del base["place"]
        kept_back = {name for name in withheld(stored) if _is_blank(told.get(name))}
        merged = base | {name: value for name, value in told.items() if name not in kept_back}
        kept = told_dates + [value for value in base.values() if isinstance(value, date)]
        revised: Draft = _PARSERS[self._kind](merged, self._today, kept=kept)
        return revised

    def _known_codes(self, name: str, value: Any) -> Any:
        """Codes of themes or skills that were told by code or by label, in either language."""
        known = self._labels(_VOCABULARY_FIELDS[name])
        items = split_list(value)
        if items is None:
            return value
        codes: list[str] = []
        for item in items:
            parts = [item] if fold(item) in known else [part.strip() for part in item.split(",")]
            codes += [known.get(fold(part), part) for part in parts if part]
        return codes

    def _labels(self, vocabulary: str) -> dict[str, str]:
        if vocabulary not in self._codes:
            terms = self._references.themes if vocabulary == "themes" else self._references.skills
            told = {fold(label): term.code for term in terms.values() for label in (term.label_fr, term.label_en)}
            self._codes[vocabulary] = told | {fold(code): code for code in terms}
        return self._codes[vocabulary]

    def _key_problems(self, row: RawRow, source: str, key: str) -> list[FieldProblem]:
        if len(key) > KEY_TEXT.maximum:
            return [FieldProblem("key", ProblemCode.TOO_LONG, {"maximum": KEY_TEXT.maximum, "length": len(key)})]
        first = self._lines.setdefault((source, key), row.line)
        if first == row.line:
            return []
        return [FieldProblem("key", ProblemCode.REPEATED_KEY, {"value": quoted(key), "line": first})]

    def _identifier_problems(self, row: RawRow, draft: Draft, stored: Stored | None) -> list[FieldProblem]:
        """A SIRET or RNA that another organisation has, in the database or further up in the table."""
        if not isinstance(draft, OrganisationDraft):
            return []
        found = taken_identifiers(self._session, draft, stored.id if stored is not None else None)
        for name in ("siret", "rna"):
            value = getattr(draft, name)
            if value and self._identifiers.setdefault((name, value), row.line) != row.line:
                found.append(FieldProblem(name, ProblemCode.ALREADY_REGISTERED, {"value": value}))
        return found

    def _owner(self, row: RawRow, source: str, stored: Stored | None) -> tuple[int | None, list[FieldProblem]]:
        if self._organisations is None:
            return None, []
        told = clean_text(str(row.data.get("organisation") or ""), lines=False)
        if told:
            found = self._organisations.find(source, told)
            unknown = FieldProblem("organisation", ProblemCode.UNKNOWN_ORGANISATION, {"value": quoted(told)})
            return found, [] if found is not None else [unknown]
        if stored is not None and not isinstance(stored, Organisation):
            return stored.organisation_id, []
        return None, [FieldProblem("organisation", ProblemCode.REQUIRED)]


def stored_rows(session: Session, kind: ImportKind, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Stored]:
    """Rows that exist already, by source and key."""
    model: Any = MODELS[kind]
    wanted = set(keys)
    found: dict[tuple[str, str], Stored] = {}
    for source in {source for source, _ in wanted}:
        names = sorted(key for own, key in wanted if own == source)
        for start in range(0, len(names), _BATCH):
            batch = names[start : start + _BATCH]
            query = select(model).where(model.source == source, model.external_key.in_(batch))
            found |= {(source, str(row.external_key)): row for row in session.scalars(query)}
    return found


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not clean_text(value)) or value == []
