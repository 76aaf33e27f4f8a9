"""Use cases of registrations: register, revise, withdraw, arrive. Each is one transaction.

Those that take a draft raise :class:`DraftProblems` when it cannot be stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matcher.clock import utc_now
from matcher.hackathons.announcing import take_back_mails
from matcher.hackathons.names import resolve_wishes
from matcher.hackathons.registration_drafts import RegistrationDraft
from matcher.hackathons.registration_filling import fill_registration
from matcher.postings.cleaning import clean_text
from matcher.postings.drafts import DraftProblems, FieldProblem, ProblemCode
from matcher.postings.limits import TextLimit
from matcher.postings.problems import quoted
from matcher.postings.references import References
from matcher.store import Hackathon, Registration, Skill
from matcher.store.encryption import blind_indexes
from matcher.store.session import writing
from matcher.vocabulary import Attendance, RegistrationStatus

#: Characters of a note of the organisers. Chosen, not measured.
NOTE_TEXT: Final = TextLimit(2000)


def register(
    session: Session,
    hackathon: Hackathon,
    draft: RegistrationDraft,
    *,
    source: str = "site",
    external_key: str | None = None,
    consent_version: str | None = None,
    beyond_capacity: bool = False,
) -> Registration:
    """Store a new registration, then settle the names that it makes clear.

    Parameters
    ----------
    source, external_key
        Where it comes from and its key there. A pair is stored once for each event: the second time, the
        registration that is there is the answer, so that a form sent twice makes one.
    consent_version
        Version of the terms that the person agreed to, with the time of writing.
    beyond_capacity
        Give a place even when the event is full, as organisers may. Otherwise the person waits in line.

    Raises
    ------
    DraftProblems
        When a skill does not exist, or somebody who has not withdrawn is registered with the same address.
    """
    with storing(session):
        known = _known(session, hackathon, source, external_key)
        if known is not None:
            return known
        row = add_registration(
            session,
            hackathon,
            draft,
            source=source,
            external_key=external_key,
            consent_version=consent_version,
            beyond_capacity=beyond_capacity,
        )
        resolve_wishes(session, hackathon.id)
    return row


def register_or_remind(
    session: Session,
    hackathon: Hackathon,
    draft: RegistrationDraft,
    *,
    external_key: str,
    consent_version: str,
) -> tuple[Registration, bool]:
    """As :func:`register`, for a form that anybody may send: an address that is registered already is no problem.

    Answers the registration of the address, and whether it is new. One that is there is not changed; the same work is
    done for it and undone, so that the time of the answer tells a stranger nothing either. Raises DraftProblems for
    what else is wrong.
    """
    with storing(session):
        known = _known(session, hackathon, "site", external_key)
        if known is not None:
            return known, True
        there = registered_at(session, hackathon, draft.email) if draft.email else None
        told = draft if there is None else draft.model_copy(update={"email": ""})
        kept = session.begin_nested()
        row = add_registration(
            session, hackathon, told, source="site", external_key=external_key, consent_version=consent_version
        )
        resolve_wishes(session, hackathon.id)
        if there is None:
            kept.commit()
            return row, True
        kept.rollback()
    return there, False


def change_email(session: Session, registration: Registration, email: str) -> bool:
    """Write to a person at an address that its reader confirmed; False when somebody else registered with it."""
    with writing(session):
        other = registered_at(session, registration.hackathon, email)
        if other is not None and other.id != registration.id:
            return False
        registration.email = email
    return True


def registered_at(session: Session, hackathon: Hackathon, email: str) -> Registration | None:
    """Who takes part or waits with that address."""
    return session.scalar(
        select(Registration).where(
            Registration.hackathon_id == hackathon.id,
            Registration.email_index.in_(blind_indexes(email)),
            Registration.status != RegistrationStatus.WITHDRAWN,
        )
    )


def add_registration(
    session: Session,
    hackathon: Hackathon,
    draft: RegistrationDraft,
    *,
    source: str,
    external_key: str | None = None,
    consent_version: str | None = None,
    beyond_capacity: bool = False,
    skills: Mapping[str, Skill] | None = None,
) -> Registration:
    """Add one registration inside a transaction of the caller, who settles names once at its end.

    See :func:`register`, which also answers the row of a key that is there already; this raises IntegrityError.
    ``skills`` are the known ones by code, for callers who add many people: they are read otherwise.
    """
    skills = References(session).skills if skills is None else skills
    _check(session, hackathon, draft, None, skills)
    full = not beyond_capacity and free_places(session, hackathon) == 0
    row = Registration(
        hackathon=hackathon,
        source=source,
        external_key=external_key,
        status=RegistrationStatus.WAITING if full else RegistrationStatus.REGISTERED,
        consent_version=consent_version,
        consented_at=utc_now() if consent_version is not None else None,
    )
    with session.no_autoflush:
        fill_registration(session, row, draft, skills)
        session.add(row)
    session.flush()
    return row


def revise_registration(session: Session, registration: Registration, draft: RegistrationDraft) -> Registration:
    """Give a registration what ``draft`` tells; its place, arrival and note stay."""
    with storing(session):
        skills = References(session).skills
        _check(session, registration.hackathon, draft, registration.id, skills)
        with session.no_autoflush:
            fill_registration(session, registration, draft, skills)
        session.flush()
        resolve_wishes(session, registration.hackathon_id)
    return registration


def withdraw(session: Session, registration: Registration) -> Registration:
    """Give the place back; whoever waits longest gets it. Withdrawing again changes nothing."""
    with writing(session):
        registration.status = RegistrationStatus.WITHDRAWN
        take_back_mails(session, registration.hackathon_id, registration.id)
        session.flush()
        fill_free_places(session, registration.hackathon)
    return registration


def erase(session: Session, registration: Registration) -> None:
    """Delete a registration, all that was told with it, and mails that still wait; its place goes to who waits."""
    with writing(session):
        hackathon = registration.hackathon
        take_back_mails(session, hackathon.id, registration.id)
        session.delete(registration)
        session.flush()
        fill_free_places(session, hackathon)


def give_place(session: Session, registration: Registration) -> Registration:
    """Give a place to somebody who waits, even when the event is full: organisers decide that."""
    with writing(session):
        if registration.status is RegistrationStatus.WAITING:
            registration.status = RegistrationStatus.REGISTERED
    return registration


def fill_free_places(session: Session, hackathon: Hackathon) -> list[Registration]:
    """Give free places to those who wait, the longest first; answers who got one.

    To be called whenever places come free: somebody withdraws, or the capacity grows.
    """
    with writing(session):
        free = free_places(session, hackathon)
        query = (
            select(Registration)
            .where(Registration.hackathon_id == hackathon.id, Registration.status == RegistrationStatus.WAITING)
            .order_by(Registration.id)
            .limit(free)
        )
        promoted = list(session.scalars(query))
        for row in promoted:
            row.status = RegistrationStatus.REGISTERED
        session.flush()
    return promoted


def free_places(session: Session, hackathon: Hackathon) -> int | None:
    """Places left, 0 or more; None when there is no limit."""
    if hackathon.capacity is None:
        return None
    taken = session.scalar(
        select(func.count()).where(
            Registration.hackathon_id == hackathon.id, Registration.status == RegistrationStatus.REGISTERED
        )
    )
    return max(0, hackathon.capacity - (taken or 0))


def set_attendance(session: Session, registration: Registration, attendance: Attendance) -> Registration:
    """Say that a person came, or did not, or that nothing is known yet."""
    with writing(session):
        registration.attendance = attendance
    return registration


def check_in(session: Session, registration: Registration) -> Registration:
    """Say that a person came; somebody who waited has a place from now on. A withdrawn one is left as they are."""
    with writing(session):
        if registration.status is not RegistrationStatus.WITHDRAWN:
            registration.attendance = Attendance.CHECKED_IN
            give_place(session, registration)
    return registration


def mark_missing(session: Session, registrations: Iterable[Registration]) -> None:
    """Say that people did not come. Whoever arrived in the meantime is left as they are."""
    with writing(session):
        for registration in registrations:
            if registration.attendance is Attendance.EXPECTED:
                registration.attendance = Attendance.NO_SHOW


def set_note(session: Session, registration: Registration, note: str) -> Registration:
    """Keep a remark of the organisers, which nobody else sees. Raises DraftProblems when it is too long."""
    told = clean_text(note)
    if len(told) > NOTE_TEXT.maximum:
        params: dict[str, int | str] = {"maximum": NOTE_TEXT.maximum, "length": len(told)}
        raise DraftProblems([FieldProblem("note", ProblemCode.TOO_LONG, params)])
    with writing(session):
        registration.note = told
    return registration


def cancel_links(session: Session, registration: Registration) -> Registration:
    """Make every link to the person's own page given so far worthless."""
    with writing(session):
        registration.link_version += 1
    return registration


@contextmanager
def storing(session: Session) -> Iterator[None]:
    """One transaction; an address that somebody else registered in the same instant is a draft problem."""
    try:
        with writing(session):
            yield
    except IntegrityError as error:
        message = str(error.orig)
        if "uq_registration_email" in message or "registration.email" in message:
            raise DraftProblems([FieldProblem("email", ProblemCode.EMAIL_TAKEN)]) from None
        raise


def _known(session: Session, hackathon: Hackathon, source: str, external_key: str | None) -> Registration | None:
    if external_key is None:
        return None
    return session.scalar(
        select(Registration).where(
            Registration.hackathon_id == hackathon.id,
            Registration.source == source,
            Registration.external_key == external_key,
        )
    )


def _check(
    session: Session,
    hackathon: Hackathon,
    draft: RegistrationDraft,
    own_id: int | None,
    skills: Mapping[str, Skill],
) -> None:
    """Raise DraftProblems for a skill that does not exist and for an address that is taken."""
    unknown = [code for code, _ in draft.skills if code not in skills]
    problems = [FieldProblem("skills", ProblemCode.UNKNOWN_CHOICE, {"value": quoted(code)}) for code in unknown[:1]]
    if draft.email and _is_taken(session, hackathon, draft.email, own_id):
        problems.append(FieldProblem("email", ProblemCode.EMAIL_TAKEN))
    if problems:
        raise DraftProblems(problems)


def _is_taken(session: Session, hackathon: Hackathon, email: str, own_id: int | None) -> bool:
    other = registered_at(session, hackathon, email)
    return other is not None and other.id != own_id
