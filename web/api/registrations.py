"""Registrations, for the organisers of their event: list, add, change, withdraw, arrive; names to settle.

Wishes to keep people apart are settled on the organisers' page alone: here they are no more than a number.
"""

from __future__ import annotations

from typing import Final

from flask import url_for
from werkzeug.exceptions import NotFound

from matcher.clock import today
from matcher.hackathons import registering
from matcher.hackathons.registration_drafts import parse_registration
from matcher.hackathons.registration_filling import registration_data
from matcher.hackathons.registration_queries import RegistrationFilters, page_of_registrations, registration_at
from matcher.hackathons.wishes import settle_wish, take_up, wish_of, wishes_to_settle
from matcher.postings.problems import DraftProblems, FieldProblem, ProblemCode, quoted
from matcher.store import Hackathon, Registration, Wish
from matcher.store.session import writing
from matcher.vocabulary import Attendance, WishKind
from web.api.blueprint import ApiAnswer, bp
from web.api.hackathon_inputs import (
    AttendanceChange,
    RegistrationAddition,
    RegistrationChange,
    RegistrationsQuery,
    WishSettlement,
)
from web.api.hackathon_outputs import (
    KEPT_PRIVATE,
    FriendOut,
    RegistrationOut,
    RegistrationPage,
    RegistrationStored,
    WishList,
    registration_out,
    version_of,
    wish_out,
)
from web.api.listing import page_out
from web.api.organising import SOURCE, CreationHeaders, organised, registered_at
from web.api.problems import prefixed
from web.api.shapes import ManagementOut
from web.api.words import N_
from web.links import participation_link, participation_token
from web.posting.submission import CONSENT_VERSION, ChangedMeanwhileError
from web.wiring import db

_LIST: Final = "/hackathons/<number:number>/registrations"
_ONE: Final = f"{_LIST}/<number:registration>"
_WISHES: Final = "/hackathons/<number:number>/wishes"
_PRIVATE: Final = N_(
    "Diet, access needs, notes and whom somebody wishes to avoid are on the organisers’ pages alone, in no answer here."
)


@bp.get(_LIST)
@bp.input(RegistrationsQuery, location="query")
@bp.output(RegistrationPage)
@bp.doc(
    operation_id="listRegistrations",
    tags=["Registrations"],
    summary=N_("Registrations, by name"),
    description=_PRIVATE,
    security="managementToken",
)
def registrations(number: int, query_data: RegistrationsQuery) -> ApiAnswer:
    """Registrations under filters."""
    hackathon = organised(number)
    filters = RegistrationFilters(
        name=query_data.name,
        status=query_data.status,
        attendance=query_data.attendance,
        role=query_data.role,
        without_rank=query_data.without_rank,
    )
    page = page_of_registrations(db.session, hackathon.id, filters, query_data.page, query_data.per_page)
    return page_out(RegistrationPage, page, query_data, registration_out)


@bp.post(_LIST)
@bp.input(CreationHeaders, location="headers")
@bp.input(RegistrationAddition)
@bp.output(RegistrationStored, status_code=201, description=N_("Stored; its address is in the header Location"))
@bp.doc(
    operation_id="addRegistration",
    tags=["Registrations"],
    summary=N_("Register somebody"),
    description=N_(
        "When the event is full, the person waits for a place. The answer holds the link to their own page, which is "
        "for them alone."
    ),
    security="managementToken",
)
def add_registration(number: int, headers_data: CreationHeaders, json_data: RegistrationAddition) -> ApiAnswer:
    """Store a registration."""
    hackathon = organised(number)
    with prefixed("registration."):
        draft = parse_registration(json_data.registration.told(), hackathon, today())
        row = registering.register(
            db.session,
            hackathon,
            draft,
            source=SOURCE,
            external_key=headers_data.idempotency_key,
            consent_version=CONSENT_VERSION,
            beyond_capacity=json_data.beyond_capacity,
        )
    told = RegistrationStored(
        registration=registration_out(row),
        participation=_participation(row),
    )
    address = url_for("api.show_registration", number=number, registration=row.id)
    return told, 201, {"Location": address}


@bp.get(_ONE)
@bp.output(RegistrationOut)
@bp.doc(
    operation_id="getRegistration",
    tags=["Registrations"],
    summary=N_("One registration"),
    description=_PRIVATE,
    security="managementToken",
)
def show_registration(number: int, registration: int) -> RegistrationOut:
    """One registration."""
    return registration_out(registered_at(organised(number), registration))


@bp.put(_ONE)
@bp.input(RegistrationChange)
@bp.output(RegistrationOut)
@bp.doc(
    operation_id="changeRegistration",
    tags=["Registrations"],
    summary=N_("Change a registration"),
    description=N_(
        "What is left out gets its default; diet, access needs and whom the person wishes to avoid stay as they are."
    ),
    security="managementToken",
    responses={409: N_("Somebody changed the registration meanwhile: nothing was stored")},
)
def change_registration(number: int, registration: int, json_data: RegistrationChange) -> RegistrationOut:
    """Replace what a registration tells, but for what is private."""
    row = registered_at(organised(number), registration)
    with prefixed("registration."):
        draft = parse_registration(json_data.registration.told(), row.hackathon, today())
        with writing(db.session):
            if json_data.version != version_of(row):
                raise ChangedMeanwhileError
            # Not read again as a draft: a friend who is also to be avoided would be told of here.
            kept = {name: value for name, value in registration_data(row).items() if name in KEPT_PRIVATE}
            whole = draft.model_copy(update={**kept, "avoid": tuple(kept["avoid"])})
            registering.revise_registration(db.session, row, whole)
    return registration_out(row)


@bp.post(f"{_ONE}/withdraw")
@bp.output(RegistrationOut)
@bp.doc(
    operation_id="withdrawRegistration",
    tags=["Registrations"],
    summary=N_("Take somebody off the list"),
    description=N_("The place goes to whoever waits longest."),
    security="managementToken",
)
def withdraw_registration(number: int, registration: int) -> RegistrationOut:
    """Withdraw a registration."""
    return registration_out(registering.withdraw(db.session, registered_at(organised(number), registration)))


@bp.post(f"{_ONE}/attendance")
@bp.input(AttendanceChange)
@bp.output(RegistrationOut)
@bp.doc(
    operation_id="setAttendance",
    tags=["Registrations"],
    summary=N_("Say that somebody came, or did not"),
    description=N_("Somebody who waited and came has a place from then on. A withdrawn person stays withdrawn."),
    security="managementToken",
)
def set_attendance(number: int, registration: int, json_data: AttendanceChange) -> RegistrationOut:
    """Note an arrival or an absence."""
    row = registered_at(organised(number), registration)
    return registration_out(_attending(row, json_data.attendance))


@bp.post(f"{_ONE}/place")
@bp.output(RegistrationOut)
@bp.doc(
    operation_id="givePlace",
    tags=["Registrations"],
    summary=N_("Give a place to somebody who waits"),
    description=N_("Even when the event is full."),
    security="managementToken",
)
def give_place(number: int, registration: int) -> RegistrationOut:
    """Take somebody off the waiting list."""
    return registration_out(registering.give_place(db.session, registered_at(organised(number), registration)))


@bp.post(f"{_ONE}/links")
@bp.output(ManagementOut)
@bp.doc(
    operation_id="renewParticipationLink",
    tags=["Registrations"],
    summary=N_("Cancel the links of a person, and get the new one"),
    description=N_("For somebody who lost theirs or passed it on; it is for them alone."),
    security="managementToken",
)
def renew_participation_link(number: int, registration: int) -> ManagementOut:
    """Make the old links of one person worthless."""
    row = registering.cancel_links(db.session, registered_at(organised(number), registration))
    return _participation(row)


@bp.get(_WISHES)
@bp.output(WishList)
@bp.doc(
    operation_id="listWishes",
    tags=["Registrations"],
    summary=N_("Names of friends that nobody has settled, and whom they may mean"),
    security="managementToken",
)
def wishes(number: int) -> WishList:
    """Names to settle; those of people to avoid are counted."""
    waiting = wishes_to_settle(db.session, organised(number).id)
    shown = [wish for wish in waiting if wish.wish.kind is WishKind.WITH]
    return WishList(items=[wish_out(wish) for wish in shown], private=len(waiting) - len(shown))


@bp.post(f"{_WISHES}/<number:wish>/settle")
@bp.input(WishSettlement)
@bp.output(FriendOut)
@bp.doc(
    operation_id="settleWish",
    tags=["Registrations"],
    summary=N_("Say whom a typed name means"),
    security="managementToken",
)
def settle(number: int, wish: int, json_data: WishSettlement) -> FriendOut:
    """Settle the name of a friend."""
    hackathon = organised(number)
    row = _wish(hackathon, wish)
    meant = json_data.registration
    other = None if meant is None else registration_at(db.session, hackathon.id, meant)
    if meant is not None and (other is None or other.id == row.registration_id):
        raise DraftProblems([FieldProblem("registration", ProblemCode.UNKNOWN_CHOICE, {"value": quoted(str(meant))})])
    settle_wish(db.session, row, other)
    return FriendOut(name=row.typed, registration=row.other_id)


@bp.post(f"{_WISHES}/<number:wish>/take-up")
@bp.output(FriendOut)
@bp.doc(
    operation_id="takeUpWish",
    tags=["Registrations"],
    summary=N_("Ask again whom a typed name means"),
    security="managementToken",
)
def take_up_wish(number: int, wish: int) -> FriendOut:
    """Put a settled name back among those to settle."""
    row = take_up(db.session, _wish(organised(number), wish))
    return FriendOut(name=row.typed, registration=row.other_id)


def _wish(hackathon: Hackathon, number: int) -> Wish:
    """The name of a friend. Raises 404 for any other wish: they stay on the organisers' pages."""
    row = wish_of(db.session, hackathon.id, number)
    if row is None or row.kind is not WishKind.WITH:
        raise NotFound
    return row


def _participation(row: Registration) -> ManagementOut:
    return ManagementOut(token=participation_token(row), link=participation_link(row))


def _attending(row: Registration, attendance: Attendance) -> Registration:
    if attendance is Attendance.CHECKED_IN:
        return registering.check_in(db.session, row)
    return registering.set_attendance(db.session, row, attendance)
