"""Write what the dry run says, all of it or nothing; remember how columns were read."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from matcher.exchange.readers import Table
from matcher.exchange.registrations.columns import Field, Mapped, guess_columns, spelled
from matcher.exchange.registrations.planning import ImportPlan, Outcome, PlannedRow, plan_import
from matcher.exchange.registrations.sources import recognise
from matcher.hackathons.names import open_wishes, resolve_wishes
from matcher.hackathons.registering import add_registration, storing
from matcher.hackathons.registration_filling import fill_registration
from matcher.postings.references import References
from matcher.store import ColumnMapping, Hackathon, Registration
from matcher.store.session import writing


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What was written, and how many names of wishes an organiser still has to settle."""

    plan: ImportPlan
    open_names: int


def import_registrations(
    session: Session, hackathon: Hackathon, table: Table, mapping: Mapped, today: date, *, overwrite: bool = False
) -> ImportResult:
    """Import a table in one transaction, and remember how its columns were read.

    The dry run is made anew inside the transaction, so that nobody who registered since it was shown comes twice.
    Whoever finds no place waits. See :func:`~.planning.plan_import` for the arguments. The same file again
    changes nothing.
    """
    with storing(session):
        plan = plan_import(session, hackathon, table, mapping, today, overwrite=overwrite)
        skills = References(session).skills
        for row in plan.rows:
            if row.draft is None:
                continue
            if row.outcome is Outcome.ADDED:
                stored = add_registration(
                    session, hackathon, row.draft, source=plan.source, external_key=row.key, skills=skills
                )
                stored.note = row.note
            elif row.outcome is Outcome.CHANGED:
                stored = session.get_one(Registration, row.registration_id)
                with session.no_autoflush:
                    fill_registration(session, stored, row.draft, skills)
                stored.note = row.note
                session.flush()
        resolve_wishes(session, hackathon.id)
        _remember(session, hackathon, table.headers, mapping)
        open_names = len(open_wishes(session, hackathon.id))
    return ImportResult(plan, open_names)


def columns_for(session: Session, hackathon: Hackathon, headers: Sequence[str]) -> dict[str, Field | None]:
    """The field of each header: as it was read for this event the last time, else as it seems to be."""
    titles = [challenge.title for challenge in hackathon.open_challenges]
    guessed = guess_columns(headers, recognise(headers).columns, questions=hackathon.questions, challenges=titles)
    known = session.get(ColumnMapping, (_headers_key(headers), hackathon.id))
    if known is None:
        return guessed
    return {header: _field(known.columns.get(spelled(header))) for header in headers}


def remember_columns(session: Session, hackathon: Hackathon, headers: Sequence[str], mapping: Mapped) -> None:
    """Keep how columns are to be read the next time that a file of this event has the same headers, in any order."""
    with writing(session):
        _remember(session, hackathon, headers, mapping)


def _remember(session: Session, hackathon: Hackathon, headers: Sequence[str], mapping: Mapped) -> None:
    columns = {spelled(header): (field.value if (field := mapping.get(header)) else "") for header in headers}
    key = (_headers_key(headers), hackathon.id)
    known = session.get(ColumnMapping, key)
    if known is None:
        session.add(ColumnMapping(headers=key[0], hackathon_id=key[1], columns=columns))
    elif known.columns != columns:
        known.columns = columns


def _headers_key(headers: Sequence[str]) -> str:
    told = "\n".join(sorted(map(spelled, headers)))
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()


def _field(value: object) -> Field | None:
    """A field by its value; one that no longer exists is left out."""
    return next((field for field in Field if field.value == value), None)


__all__ = ["ImportPlan", "ImportResult", "PlannedRow", "columns_for", "import_registrations", "remember_columns"]
