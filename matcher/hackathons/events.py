"""Use cases of organisers about an event as a whole: create, revise, go through its phases, cancel links, delete."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matcher.hackathons.announcing import take_back_mails
from matcher.hackathons.drafts import HackathonDraft
from matcher.hackathons.fields import DayHalf
from matcher.hackathons.organisers import add_owner
from matcher.hackathons.registering import fill_free_places
from matcher.postings.drafts import PlaceRef
from matcher.postings.problems import DraftProblems, FieldProblem, ProblemCode
from matcher.postings.references import References
from matcher.store import Account, Hackathon, HalfDay, Place, Registration
from matcher.store.session import writing
from matcher.vocabulary import DayPart, HackathonPhase

#: Half-days of a day of which nothing was said.
USUAL_PARTS: Final = (DayPart.MORNING, DayPart.AFTERNOON)

#: Columns that a draft fills under the same name.
_PLAIN: Final = (
    "title",
    "description",
    "organiser",
    "contact_email",
    "language",
    "is_online",
    "venue",
    "starts_on",
    "registration_ends_on",
    "size_min",
    "size_target",
    "size_max",
    "capacity",
    "code_of_conduct",
)
_LISTS: Final = ("languages", "questions", "criteria")


class ChangedMeanwhile(RuntimeError):
    """Somebody changed the event after the caller had read it; nothing was stored."""


class PhaseRefused(ValueError):
    """An event goes one phase on or back at a time."""


def create_hackathon(
    session: Session,
    draft: HackathonDraft,
    *,
    source: str = "site",
    external_key: str | None = None,
    owner: Account | None = None,
) -> Hackathon:
    """Store a new event that only its organisers see; the same ``external_key`` again answers the row it made.

    ``owner`` is the account that it belongs to; without one, the organisers' link is the only key.
    Raises DraftProblems when its place does not exist.
    """
    if external_key is not None and (known := _made_from(session, source, external_key)) is not None:
        return known
    try:
        with writing(session):
            place = _place(session, draft.place)
            hackathon = Hackathon(source=source, external_key=external_key, **_columns(draft), place=place)
            halves = settled_half_days(draft.starts_on, draft.last_day, draft.half_days, shown=())
            hackathon.half_days = _rows(halves)
            session.add(hackathon)
            session.flush()
            if owner is not None:
                add_owner(session, owner, hackathon)
    except IntegrityError:
        known = _made_from(session, source, external_key)
        if known is None:
            raise
        return known
    return hackathon


def revise_hackathon(session: Session, hackathon: Hackathon, draft: HackathonDraft, seen_revision: int) -> Hackathon:
    """Give the event what ``draft`` tells.

    Half-days of days that the event had before are those of the draft; further days get the usual ones. When
    half-days change, what people said about them follows by day and part. Places that a larger capacity brings go
    to those who wait.

    Raises ChangedMeanwhile when the event has another revision, DraftProblems when its place does not exist or
    no half-day is left.
    """
    with writing(session):
        check_revision(hackathon, seen_revision)
        place = _place(session, draft.place)
        halves = settled_half_days(draft.starts_on, draft.last_day, draft.half_days, shown=days_of(hackathon))
        if not halves:
            raise DraftProblems([FieldProblem("half_days", ProblemCode.REQUIRED)])
        for name, value in _columns(draft).items():
            setattr(hackathon, name, value)
        hackathon.place = place
        _set_half_days(session, hackathon, halves)
        hackathon.revision += 1
        session.flush()
        fill_free_places(session, hackathon)
    return hackathon


def advance_phase(session: Session, hackathon: Hackathon, phase: HackathonPhase) -> Hackathon:
    """Take the event one phase on, or back. The phase that it has already changes nothing: a button pressed twice.

    Raises PhaseRefused for a phase that is not next to its own.
    """
    with writing(session):
        if phase is hackathon.phase:
            return hackathon
        if phase not in neighbours(hackathon.phase):
            raise PhaseRefused(f"{hackathon.phase} does not lead to {phase}")
        hackathon.phase = phase
        hackathon.revision += 1
    return hackathon


def neighbours(phase: HackathonPhase) -> tuple[HackathonPhase | None, HackathonPhase | None]:
    """The phases before and after ``phase``.

    >>> neighbours(HackathonPhase.DRAFT)
    (None, <HackathonPhase.REGISTRATION: 'registration'>)
    """
    order = list(HackathonPhase)
    at = order.index(phase)
    return order[at - 1] if at else None, order[at + 1] if at + 1 < len(order) else None


def cancel_links(session: Session, hackathon: Hackathon) -> None:
    """Make every organiser's and juror's link given so far worthless."""
    with writing(session):
        hackathon.link_version += 1


def delete_hackathon(session: Session, hackathon: Hackathon) -> None:
    """Remove an event for good, with its challenges, registrations, teams, results and mails that still wait."""
    with writing(session):
        take_back_mails(session, hackathon.id)
        session.delete(hackathon)


def check_revision(hackathon: Hackathon, seen_revision: int) -> None:
    """Raises ChangedMeanwhile when the event, as it is now in this transaction, is not what the caller has seen."""
    if hackathon.revision != seen_revision:
        raise ChangedMeanwhile(f"revision {hackathon.revision}, not {seen_revision}")


def days_between(first: date, last: date) -> list[date]:
    """Every day from ``first`` to ``last``, both included."""
    return [first + timedelta(days=index) for index in range((last - first).days + 1)]


def days_of(hackathon: Hackathon) -> list[date]:
    """Every day of an event."""
    return days_between(hackathon.starts_on, hackathon.ends_on)


def settled_half_days(
    first: date, last: date, told: Iterable[DayHalf] | None, *, shown: Sequence[date]
) -> list[DayHalf]:
    """Half-days of an event, in their order.

    Parameters
    ----------
    told
        What the organisers ticked; None when they were not asked.
    shown
        Days that they were asked about: any other day of the event gets :data:`USUAL_PARTS`, and a day asked
        about of which nothing is ticked has no half-day.
    """
    ticked = list(told or ())
    asked = set(shown) if told is not None else set()
    asked |= {half.day for half in ticked}
    usual = [DayHalf(day, part) for day in days_between(first, last) if day not in asked for part in USUAL_PARTS]
    within = [half for half in ticked if first <= half.day <= last]
    return sorted({*usual, *within}, key=lambda half: half.order)


def _set_half_days(session: Session, hackathon: Hackathon, halves: Sequence[DayHalf]) -> None:
    """Number the half-days anew, and what people said of them too: their numbers follow the calendar."""
    before = {DayHalf(row.day, row.part): row.number for row in hackathon.half_days}
    if sorted(before, key=lambda half: half.order) == list(halves):
        return
    renumbered = {str(before[half]): str(number) for number, half in enumerate(halves) if half in before}
    for registration in session.scalars(select(Registration).where(Registration.hackathon_id == hackathon.id)):
        registration.away = [renumbered[number] for number in registration.away if number in renumbered]
    hackathon.half_days = []
    session.flush()  # the old rows have to be gone before new ones take their numbers
    hackathon.half_days = _rows(halves)


def _rows(halves: Iterable[DayHalf]) -> list[HalfDay]:
    return [HalfDay(number=number, day=half.day, part=half.part) for number, half in enumerate(halves)]


def _columns(draft: HackathonDraft) -> dict[str, object]:
    plain = {name: getattr(draft, name) for name in _PLAIN}
    return plain | {name: list(getattr(draft, name)) for name in _LISTS} | {"ends_on": draft.last_day}


def _place(session: Session, ref: PlaceRef | None) -> Place | None:
    """The place that was told; None for an event online that names none. Raises DraftProblems."""
    if ref is None:
        return None
    references = References(session)
    if problems := references.place_problems(ref):
        raise DraftProblems(problems)
    return references.settled_place(ref)


def _made_from(session: Session, source: str, external_key: str | None) -> Hackathon | None:
    return session.scalar(select(Hackathon).where(Hackathon.source == source, Hackathon.external_key == external_key))
