"""Versions of the teams, for the organisers of their event: read, compare, move, hold fast, undo, publish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from flask import url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound

from matcher.hackathons import plans as use_cases
from matcher.hackathons.announcing import progress
from matcher.hackathons.locks import Locks, team_key
from matcher.store import Hackathon, TeamPlanVersion
from matcher.teams.entities import Slot
from matcher.teams.moves import moves
from matcher.teams.weights import Term
from web.api import problems
from web.api.blueprint import ApiAnswer, bp
from web.api.listing import page_of, page_out
from web.api.organising import organised
from web.api.queries import PagesQuery
from web.api.runs import line
from web.api.team_inputs import LocksChange, PeopleSwap, PersonMove, Publication, Restoration, TeamsChange
from web.api.team_outputs import (
    AnnouncedOut,
    DifferencesOut,
    PlanOut,
    PlanPage,
    PlanVersionOut,
    differences_out,
    plan_out,
    version_out,
)
from web.api.words import N_
from web.jobs import soon
from web.security import limited
from web.teams.announcing import announce
from web.teams.placed import placed
from web.wiring import db

if TYPE_CHECKING:
    from matcher.teams.comparison import Change

_PLANS: Final = "/hackathons/<number:number>/plans"
_ONE: Final = f"{_PLANS}/<number:version>"
_CHANGED: Final = N_("Somebody changed the teams meanwhile, or these would break rules: nothing was stored")
_STORED: Final = N_("Stored as a new version; its address is in the header Location")


@bp.get(_PLANS)
@bp.input(PagesQuery, location="query")
@bp.output(PlanPage)
@bp.doc(
    operation_id="listPlans",
    tags=["Teams"],
    summary=N_("Versions of the teams, the newest first"),
    security="managementToken",
)
def plans(number: int, query_data: PagesQuery) -> ApiAnswer:
    """Every version, without its teams."""
    hackathon = organised(number)
    pointer = use_cases.current(db.session, hackathon.id)
    rows = use_cases.versions(db.session, hackathon.id)
    numbers = {row.id: row.number for row in rows}
    return page_out(
        PlanPage,
        page_of(rows, query_data),
        query_data,
        lambda row: version_out(row, pointer, numbers),
        revision=pointer.revision,
    )


@bp.get(_ONE)
@bp.output(PlanOut)
@bp.doc(
    operation_id="getPlan",
    tags=["Teams"],
    summary=N_("One version: its teams, what is held fast, and what each part of the cost is"),
    security="managementToken",
)
def show_plan(number: int, version: int) -> PlanOut:
    """One version with its teams."""
    hackathon = organised(number)
    return _plan_out(_version(hackathon, version))


@bp.get(f"{_ONE}/differences/<number:other>")
@bp.output(DifferencesOut)
@bp.doc(
    operation_id="comparePlans",
    tags=["Teams"],
    summary=N_("What changes from one version to another"),
    security="managementToken",
)
def compare_plans(number: int, version: int, other: int) -> DifferencesOut:
    """Who would be elsewhere, and what becomes better or worse."""
    hackathon = organised(number)
    first, second = _version(hackathon, version), _version(hackathon, other)
    changed = moves(use_cases.plan_of(first).assignment, use_cases.plan_of(second).assignment)
    return differences_out(changed, _term_changes(first, second), use_cases.names_of(db.session, first))


@bp.post(f"{_PLANS}/move")
@bp.input(PersonMove)
@bp.output(PlanOut, status_code=201, description=_STORED)
@bp.doc(
    operation_id="movePerson",
    tags=["Teams"],
    summary=N_("Put somebody into a team"),
    description=N_("A change that would break a rule is refused with the rule, unless it is forced."),
    security="managementToken",
    responses={409: _CHANGED},
)
def move_person(number: int, json_data: PersonMove) -> ApiAnswer:
    """Move one person, as a new version."""
    row = use_cases.move_person(
        db.session,
        organised(number).id,
        str(json_data.registration),
        Slot(str(json_data.challenge), json_data.team),
        author=line(json_data.author),
        note=line(json_data.note),
        seen_revision=json_data.revision,
        force=json_data.force,
    )
    return _created(row)


@bp.post(f"{_PLANS}/swap")
@bp.input(PeopleSwap)
@bp.output(PlanOut, status_code=201, description=_STORED)
@bp.doc(
    operation_id="swapPeople",
    tags=["Teams"],
    summary=N_("Let two people change places"),
    description=N_("A change that would break a rule is refused with the rule, unless it is forced."),
    security="managementToken",
    responses={409: _CHANGED},
)
def swap_people(number: int, json_data: PeopleSwap) -> ApiAnswer:
    """Swap two people who are in teams, as a new version."""
    row = use_cases.swap_people(
        db.session,
        organised(number).id,
        str(json_data.registration),
        str(json_data.other),
        author=line(json_data.author),
        note=line(json_data.note),
        seen_revision=json_data.revision,
        force=json_data.force,
    )
    return _created(row)


@bp.put(f"{_PLANS}/locks")
@bp.input(LocksChange)
@bp.output(PlanOut, status_code=201, description=_STORED)
@bp.doc(
    operation_id="setLocks",
    tags=["Teams"],
    summary=N_("Hold people and teams fast"),
    description=N_("These and nobody else, in every later computation. Whoever is in no team is left out."),
    security="managementToken",
    responses={409: _CHANGED},
)
def set_locks(number: int, json_data: LocksChange) -> ApiAnswer:
    """Replace what is held fast, as a new version of the same teams."""
    locks = Locks(
        people=frozenset(map(str, json_data.people)),
        teams=frozenset(team_key(Slot(str(team.challenge), team.number)) for team in json_data.teams),
    )
    row = use_cases.set_locks(
        db.session, organised(number).id, locks, author=line(json_data.author), seen_revision=json_data.revision
    )
    return _created(row)


@bp.post(f"{_PLANS}/undo")
@bp.input(TeamsChange)
@bp.output(PlanOut)
@bp.doc(
    operation_id="undoTeams",
    tags=["Teams"],
    summary=N_("Go back to the version that the present one was made from"),
    security="managementToken",
    responses={409: N_("Somebody changed the teams meanwhile, or there is nothing to undo")},
)
def undo_teams(number: int, json_data: TeamsChange) -> ApiAnswer:
    """Take the last change back."""
    hackathon = organised(number)
    try:
        return _plan_out(use_cases.undo(db.session, hackathon.id, seen_revision=json_data.revision))
    except use_cases.NoPlanError:
        return problems.conflict(gettext("There is nothing to undo."))


@bp.post(f"{_ONE}/restore")
@bp.input(Restoration)
@bp.output(PlanOut, status_code=201, description=_STORED)
@bp.doc(
    operation_id="restorePlan",
    tags=["Teams"],
    summary=N_("Take an earlier version up again, as a new one"),
    security="managementToken",
    responses={409: _CHANGED},
)
def restore_plan(number: int, version: int, json_data: Restoration) -> ApiAnswer:
    """Make the teams those of an earlier version; it can be undone."""
    hackathon = organised(number)
    old = _version(hackathon, version)
    row = use_cases.restore(
        db.session,
        hackathon.id,
        old.number,
        author=line(json_data.author),
        note=gettext("version %(number)s, taken up again", number=old.number),
        seen_revision=json_data.revision,
    )
    return _created(row)


@bp.post(f"{_PLANS}/publish")
@bp.input(Publication)
@bp.output(PlanVersionOut)
@bp.doc(
    operation_id="publishTeams",
    tags=["Teams"],
    summary=N_("Let people see the teams that the organisers work on"),
    description=N_("Nobody is written to. Who keeps a place keeps the answer that they gave."),
    security="managementToken",
    responses={409: _CHANGED},
)
def publish_teams(number: int, json_data: Publication) -> PlanVersionOut:
    """Publish the version at hand."""
    hackathon = organised(number)
    row = use_cases.publish(db.session, hackathon.id, seen_revision=json_data.revision, force=json_data.force)
    return version_out(row, use_cases.current(db.session, hackathon.id), _numbers(hackathon.id))


@bp.post(f"{_PLANS}/announce")
@limited("posting")
@bp.output(AnnouncedOut)
@bp.doc(
    operation_id="announceTeams",
    tags=["Teams"],
    summary=N_("Write to those whose place is new or changed since they were last told"),
    description=N_("After a publication; the mails leave by themselves, each once."),
    security="managementToken",
)
def announce_teams(number: int) -> AnnouncedOut:
    """Queue the mails that are due."""
    hackathon = organised(number)
    queued = announce(hackathon)
    if queued:
        soon()
    told = progress(db.session, hackathon.id)
    return AnnouncedOut(queued=queued, sent=told.sent, waiting=told.waiting, failed=told.failed)


def _version(hackathon: Hackathon, number: int) -> TeamPlanVersion:
    """A version of this event. Raises 404."""
    try:
        return use_cases.version_of(db.session, hackathon.id, number)
    except use_cases.NoPlanError:
        raise NotFound from None


def _term_changes(first: TeamPlanVersion, second: TeamPlanVersion) -> Mapping[Term, Change]:
    """What the parts of the cost become, without wishes to avoid somebody; empty where nobody is in a team."""
    from matcher.teams.comparison import Version, compare  # noqa: PLC0415 - with numpy, which no other answer needs

    there = [
        placed(replace(use_cases.problem_of(row), avoid=()), use_cases.plan_of(row).assignment)
        for row in (first, second)
    ]
    versions = [Version(*each) for each in there if each is not None]
    return compare(*versions).terms if len(versions) == len(there) else {}


def _plan_out(row: TeamPlanVersion) -> PlanOut:
    pointer = use_cases.current(db.session, row.hackathon_id)
    return plan_out(row, pointer, _numbers(row.hackathon_id), use_cases.names_of(db.session, row))


def _created(row: TeamPlanVersion) -> ApiAnswer:
    address = url_for("api.show_plan", number=row.hackathon_id, version=row.number)
    return _plan_out(row), 201, {"Location": address}


def _numbers(hackathon_id: int) -> Mapping[int, int]:
    return {row.id: row.number for row in use_cases.versions(db.session, hackathon_id)}
