"""First content of a database: vocabularies, places, and the demonstration territory.

Everything may run again: what is there already is brought up to date or left as it is.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.exchange.columns import ImportKind
from matcher.exchange.imports import ImportPlan, ImportResult, apply_import
from matcher.exchange.planning import Outcome, RawRow, Stored, plan_rows, stored_rows
from matcher.postings.gazetteer import LoadCounts, load_places_csv
from matcher.store import Skill, Theme
from matcher.store.session import writing

DATA_FOLDER: Final = Path(__file__).resolve().parents[1] / "data"
DEMO_FOLDER: Final = Path(__file__).resolve().parents[1] / "demo"
DEMO_SOURCE: Final = "demo"

_RELATIVE_DAY = re.compile(r"[+-][0-9]{1,4}")
_DATE_FIELDS: Final = frozenset({"deadline", "starts_on", "expires_on", "available_from", "paused_until"})


class DemoProblem(ValueError):
    """A row of the demonstration files that the service itself would refuse."""


@dataclass(frozen=True, slots=True)
class SeedCounts:
    """Terms that were added, and terms whose labels or words changed."""

    created: int
    updated: int


def seed_vocabularies(session: Session, folder: Path = DATA_FOLDER) -> SeedCounts:
    """Load ``themes.csv`` and ``skills.csv``: new codes are added, known ones get the file's words.

    A code that the files no longer have stays: postings may carry it. One transaction.
    """
    created = updated = 0
    with writing(session):
        for model, name in ((Theme, "themes.csv"), (Skill, "skills.csv")):
            rows: Iterable[Any] = session.scalars(select(model))
            known = {term.code: term for term in rows}
            for values in _terms(folder / name):
                term = known.get(values["code"])
                if term is None:
                    session.add(model(**values))
                    created += 1
                    continue
                changed = {key: value for key, value in values.items() if getattr(term, key) != value}
                for key, value in changed.items():
                    setattr(term, key, value)
                updated += bool(changed)
    return SeedCounts(created, updated)


def seed_places(session: Session, folder: Path = DATA_FOLDER) -> LoadCounts:
    """Load the places that ship with the project."""
    return load_places_csv(session, folder / "places.csv")


def load_demo(session: Session, folder: Path, today: date) -> dict[ImportKind, ImportResult]:
    """Load ``organisations.jsonl``, ``needs.jsonl`` and ``offers.jsonl``; all or nothing.

    Dates may be written "+30": days from ``today``. Such a date that is stored already and not past
    stays, so that loading again another day changes nothing.

    Raises
    ------
    DemoProblem
        With file, line and problems of every row that the service would refuse.
    """
    results = {}
    with writing(session):
        for kind in ImportKind:
            plan = _plan(session, kind, folder / f"{kind.value}.jsonl", today)
            results[kind] = apply_import(session, plan)
    return results


def _plan(session: Session, kind: ImportKind, path: Path, today: date) -> ImportPlan:
    read = list(_json_lines(path))
    known = stored_rows(session, kind, [(DEMO_SOURCE, str(data.get("key"))) for _, data in read])
    rows = [
        RawRow(line, _with_days(data, today, known.get((DEMO_SOURCE, str(data.get("key")))))) for line, data in read
    ]
    plan = plan_rows(session, kind, rows, DEMO_SOURCE, today, past_allowed=True)
    refused = plan.of(Outcome.REJECTED)
    if refused:
        told = (f"line {row.line} ({row.key}): {', '.join(map(str, row.problems))}" for row in refused)
        raise DemoProblem(f"{path.name}: " + "; ".join(told))
    return plan


def _with_days(data: Mapping[str, Any], today: date, stored: Stored | None) -> dict[str, Any]:
    """Relative days as dates; the stored date stays unless it was ahead and is past now."""
    told = dict(data)
    for name in _DATE_FIELDS & told.keys():
        if isinstance(told[name], str) and _RELATIVE_DAY.fullmatch(told[name]):
            days, kept = int(told[name]), getattr(stored, name, None)
            told[name] = kept if kept and (days < 0 or kept >= today) else today + timedelta(days=days)
    return told


def _terms(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            values: dict[str, Any] = {name: value or None for name, value in row.items()}
            for words in ("words_fr", "words_en"):
                values[words] = [word.strip() for word in row[words].split("|") if word.strip()]
            yield values


def _json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if text.strip():
            try:
                yield line, json.loads(text)
            except json.JSONDecodeError as error:
                raise DemoProblem(f"{path.name}, line {line}: not JSON ({error.msg})") from error
