"""The dry run of an import of registrations: what each row would do. Nothing is written here.

Somebody is found again by source and key, then by address, then by name and organisation. What people or organisers
wrote on the site is not undone by a file: an import fills in what is empty. Only when it is told to does it take
over what the file says, and only for those whom the same source brought in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.exchange.readers import Table
from matcher.exchange.registrations.columns import Mapped, words_of
from matcher.exchange.registrations.entities import Aside, Person, Reason, Remark, Terms
from matcher.exchange.registrations.people import read_people
from matcher.exchange.registrations.sources import Repeats, Source, recognise
from matcher.exchange.registrations.words import HalfDay
from matcher.hackathons.names import name_key
from matcher.hackathons.registering import free_places
from matcher.hackathons.registration_drafts import RegistrationDraft, parse_registration
from matcher.hackathons.registration_filling import registration_data
from matcher.postings.drafts import DraftProblems, FieldProblem, ProblemCode
from matcher.postings.references import References
from matcher.store import Hackathon, Registration
from matcher.vocabulary import RegistrationStatus

#: Values that a registration cannot do without: a row that has them wrong is refused.
_ESSENTIAL: Final = frozenset({"name", "email"})
#: Never filled in by an import for somebody who is there already: their own yes or no.
_THEIR_OWN: Final = frozenset({"name", "directory_consent"})
#: Values whose order says nothing.
_UNORDERED: Final = frozenset({"skills", "languages", "friends", "avoid"})
#: Times that a row is read again without what could not be taken: more problems than it has values cannot be.
_MOST_ROUNDS: Final = 40


class Outcome(StrEnum):
    """What the import does with a row."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    ASIDE = "aside"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """What one row would do.

    Attributes
    ----------
    changes
        Fields that somebody who is there would get, by the names of the draft, and ``note``.
    remarks, left_out
        What is to be known of the row; what it tells that cannot be taken, though the person can.
    problems
        Why it is refused.
    """

    line: int
    outcome: Outcome
    name: str = ""
    key: str = ""
    draft: RegistrationDraft | None = None
    note: str = ""
    registration_id: int | None = None
    changes: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    left_out: tuple[FieldProblem, ...] = ()
    problems: tuple[FieldProblem, ...] = ()

    @property
    def has_remarks(self) -> bool:
        """Whether there is something to know of a row that is taken."""
        return bool(self.remarks or self.left_out)


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """Every row with its outcome, in the order in which they are written; `waiting` of those added find no place."""

    source: str
    rows: tuple[PlannedRow, ...]
    waiting: int = 0

    @property
    def counts(self) -> dict[Outcome, int]:
        """How many rows have each outcome; every outcome is there."""
        counted = Counter(row.outcome for row in self.rows)
        return {outcome: counted[outcome] for outcome in Outcome}

    @property
    def by_line(self) -> list[PlannedRow]:
        """Rows in the order of the file."""
        return sorted(self.rows, key=lambda row: row.line)

    def of(self, *outcomes: Outcome) -> list[PlannedRow]:
        """Rows with one of these outcomes, in the order of the file."""
        return [row for row in self.by_line if row.outcome in outcomes]


def plan_import(
    session: Session, hackathon: Hackathon, table: Table, mapping: Mapped, today: date, *, overwrite: bool = False
) -> ImportPlan:
    """Say what importing `table` would do, row by row.

    Parameters
    ----------
    mapping
        Field of each header, as :func:`~.columns.guess_columns` proposes and people correct.
    overwrite
        Take over what the file says for people whom the same source brought in before; otherwise what is empty is
        filled in. A cell that is empty never clears anything.

    Notes
    -----
    Cost: one query for all registrations of the event, and that of reading each row.
    """
    source = recognise(table.headers)
    people, aside = read_people(table, mapping, source, terms_of(session, hackathon))
    planner = _Planner(session, hackathon, source, today, overwrite, len(table.headers))
    rows = [planner.person(person) for person in people] + [planner.left(row) for row in aside]
    added = sum(row.outcome is Outcome.ADDED for row in rows)
    free = free_places(session, hackathon)
    return ImportPlan(source.maker.value, tuple(rows), waiting=0 if free is None else max(0, added - free))


def terms_of(session: Session, hackathon: Hackathon) -> Terms:
    """What the event lets people answer, in the words of its own texts and of the vocabulary of skills."""
    terms = sorted(References(session).skills.values(), key=lambda skill: skill.code)
    labels = [(name, skill.code) for skill in terms for name in (skill.code, skill.label_fr, skill.label_en)]
    plain_words = [(name, skill.code) for skill in terms for name in (*skill.words_fr, *skill.words_en)]
    skills: dict[str, str] = {}
    for name, code in labels + plain_words:  # plain words of one skill may be the label of another
        skills.setdefault(words_of(name), code)
    return Terms(
        challenges={str(challenge.id): challenge.title for challenge in hackathon.open_challenges},
        half_days=tuple(HalfDay(each.number, each.day, each.part) for each in hackathon.half_days),
        questions=tuple(hackathon.questions),
        skills=skills,
    )


class _Planner:
    def __init__(
        self, session: Session, hackathon: Hackathon, source: Source, today: date, overwrite: bool, width: int
    ) -> None:
        self._width = width
        self._hackathon, self._source, self._today, self._overwrite = hackathon, source, today, overwrite
        rows = session.scalars(select(Registration).where(Registration.hackathon_id == hackathon.id)).all()
        self._by_key = {row.external_key: row for row in rows if row.source == source.maker.value and row.external_key}
        there = [row for row in rows if row.status is not RegistrationStatus.WITHDRAWN]
        self._by_email = {row.email: row for row in there if row.email}
        self._by_name: dict[tuple[str, str], list[Registration]] = {}
        for row in there:
            self._by_name.setdefault((name_key(row.name), words_of(row.organisation)), []).append(row)
        self._claimed: dict[int, Person] = {}

    def left(self, row: Aside) -> PlannedRow:
        """A row that is about nobody who comes; whoever is registered all the same is named."""
        stored, remark = self._by_key.get(row.key), row.remark
        is_here = stored is not None and stored.status is not RegistrationStatus.WITHDRAWN
        if stored is not None and is_here and remark.reason is Reason.CANCELLED:
            remark = Remark(Reason.STILL_HERE, {**remark.params, "name": stored.name})
        outcome = Outcome.REFUSED if remark.reason is Reason.KEY_OF_OTHER else Outcome.ASIDE
        return PlannedRow(row.line, outcome, row.name, row.key, remarks=(remark,))

    def person(self, person: Person) -> PlannedRow:
        """What becomes of somebody whom the file names."""
        if person.cells_over:
            params: dict[str, int | str] = {"count": self._width + person.cells_over, "maximum": self._width}
            return self._refused(person, [FieldProblem("", ProblemCode.TOO_MANY_CELLS, params)])
        stored = self._stored(person)
        if stored is None:
            return self._added(person)
        if stored.status is RegistrationStatus.WITHDRAWN:
            return self._aside(person, Remark(Reason.WITHDRAWN))
        if self._is_of_other(person, stored):
            return self._refused(person, [], Remark(Reason.KEY_OF_OTHER, {"value": person.key, "name": stored.name}))
        other = self._claimed.setdefault(stored.id, person)
        if other is not person:
            return self._aside(person, Remark(Reason.REPEATED, {"line": other.line}))
        return self._again(person, stored)

    def _stored(self, person: Person) -> Registration | None:
        found = self._by_key.get(person.key)
        if found is not None:
            return found
        by_email = self._by_email.get(person.email)
        if by_email is not None and not self._shares_address(person, by_email):
            return by_email
        alike = self._by_name.get((name_key(person.name), words_of(person.organisation)), ())
        return next((row for row in alike if not (row.email and person.email)), None)

    def _shares_address(self, person: Person, row: Registration) -> bool:
        return self._source.repeats is Repeats.TICKETS and name_key(person.name) != name_key(row.name)

    def _is_of_other(self, person: Person, stored: Registration) -> bool:
        """Whether a list numbers its rows as another list did, for other people."""
        return (
            self._source.repeats is Repeats.LIST
            and person.has_own_key
            and stored.external_key == person.key
            and name_key(stored.name) != name_key(person.name)
            and (not person.email or stored.email != person.email)
        )

    def _added(self, person: Person) -> PlannedRow:
        email, remarks = self._own_email(person, None)
        values = {**person.values, "name": person.name, "email": email, "language": self._hackathon.language.value}
        note = str(values.pop("note", ""))
        try:
            draft, left_out = self._draft(values)
        except DraftProblems as error:
            return self._refused(person, error.problems)
        return PlannedRow(
            person.line, Outcome.ADDED, person.name, person.key, draft, note, remarks=remarks, left_out=left_out
        )

    def _again(self, person: Person, stored: Registration) -> PlannedRow:
        """Somebody who is there: what would change."""
        email, remarks = self._own_email(person, stored)
        told = {**person.values, **({"email": email} if email else {})}
        if person.name:
            told["name"] = person.name
        base = registration_data(stored)
        overwrite = self._overwrite and stored.source == self._source.maker.value
        note = str(told.pop("note", ""))
        note = note if note and (overwrite or not stored.note) else stored.note
        taken = {name: value for name, value in told.items() if overwrite or self._is_empty(name, base, stored)}
        try:
            before, _ = self._draft(base)
            draft, left_out = self._draft(base | taken)
        except DraftProblems as error:
            return self._refused(person, error.problems)
        changes = [name for name in RegistrationDraft.model_fields if not _same(name, before, draft)]
        changes += ["note"] if note != stored.note else []
        outcome = Outcome.CHANGED if changes else Outcome.UNCHANGED
        return PlannedRow(
            person.line, outcome, stored.name, person.key, draft, note, stored.id, tuple(changes), remarks, left_out
        )

    def _own_email(self, person: Person, stored: Registration | None) -> tuple[str, tuple[Remark, ...]]:
        """The address, unless somebody else is registered with it."""
        holder = self._by_email.get(person.email)
        if holder is None or holder is stored:
            return person.email, person.remarks
        return "", (*person.remarks, Remark(Reason.SHARED_EMAIL, {"name": holder.name}))

    def _is_empty(self, name: str, base: Mapping[str, Any], stored: Registration) -> bool:
        """Whether an import may fill in a value: nobody has said anything there."""
        if name in _THEIR_OWN:
            return False
        if name == "half_days":
            return not stored.away
        if name == "team_name":
            name = "team_status"  # the two go together
        value, usual = base[name], RegistrationDraft.model_fields[name].default
        return not any(value) if isinstance(value, list | tuple | frozenset) else value == usual

    def _draft(self, values: Mapping[str, Any]) -> tuple[RegistrationDraft, tuple[FieldProblem, ...]]:
        """The draft, without what cannot be taken. Raises DraftProblems where name or address is wrong."""
        told = dict(values)
        left_out: list[FieldProblem] = []
        for _ in range(_MOST_ROUNDS):
            try:
                return parse_registration(told, self._hackathon, self._today), tuple(left_out)
            except DraftProblems as error:
                essential = [problem for problem in error.problems if problem.field in _ESSENTIAL]
                if essential:
                    raise DraftProblems(essential) from None
                for problem in error.problems:
                    told = _without(told, problem)
                    left_out.append(problem)
        raise DraftProblems(left_out)

    def _refused(self, person: Person, problems: Iterable[FieldProblem], *remarks: Remark) -> PlannedRow:
        return PlannedRow(
            person.line, Outcome.REFUSED, person.name, person.key, remarks=remarks, problems=tuple(problems)
        )

    def _aside(self, person: Person, remark: Remark) -> PlannedRow:
        return PlannedRow(person.line, Outcome.ASIDE, person.name, person.key, remarks=(remark,))


def _without(told: Mapping[str, Any], problem: FieldProblem) -> dict[str, Any]:
    """Values without what a problem is about: the answers too many, the answer that it names, else the whole value."""
    name, value = problem.field.partition(".")[0], told.get(problem.field.partition(".")[0])
    kept = {known: each for known, each in told.items() if known != name}
    if isinstance(value, list):
        most = problem.params.get("maximum")
        if "count" in problem.params and isinstance(most, int) and len(value) > most:
            return kept | {name: value[:most]}
        rest = [item for item in value if item.partition(":")[0] != problem.params.get("value")]
        if len(rest) < len(value):
            return kept | {name: rest}
    if name == "team_name":
        kept.pop("team_status", None)
    return kept


def _same(name: str, before: RegistrationDraft, after: RegistrationDraft) -> bool:
    told = [getattr(draft, name) for draft in (before, after)]
    if name in _UNORDERED:
        told = [frozenset(value) for value in told]
    return bool(told[0] == told[1])
