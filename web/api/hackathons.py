"""Events: what anybody may read, and what their organisers create and change."""

from __future__ import annotations

import hashlib
from typing import Final

from flask import url_for
from flask_babel import gettext, ngettext

from matcher.clock import today
from matcher.hackathons.drafts import parse_hackathon
from matcher.hackathons.events import advance_phase, cancel_links, create_hackathon, delete_hackathon, revise_hackathon
from matcher.hackathons.queries import HeadCount, TeamState, head_counts, public_hackathons, team_state
from matcher.store import Hackathon
from web.api import problems
from web.api.blueprint import ApiAnswer, bp
from web.api.hackathon_inputs import DeletionQuery, HackathonChange, HackathonIn, PhaseChange
from web.api.hackathon_outputs import (
    ChallengeList,
    HackathonCreated,
    HackathonOut,
    HackathonPage,
    OrganiserOut,
    PublicTeamList,
    challenge_out,
    hackathon_out,
    organiser_out,
    public_team_out,
)
from web.api.listing import page_of, page_out
from web.api.organising import SOURCE, CreationHeaders, organised, public_hackathon
from web.api.problems import prefixed
from web.api.queries import PagesQuery
from web.api.shapes import ManagementOut
from web.api.words import N_
from web.links import organiser_link, organiser_token
from web.security import limited
from web.teams.public import public_teams
from web.wiring import db

_NUMBER: Final = "/hackathons/<number:number>"
#: Why a change of an event is refused as things stand.
CHANGED: Final = N_("Somebody changed the event meanwhile: nothing was stored")


@bp.get("/hackathons")
@bp.input(PagesQuery, location="query")
@bp.output(HackathonPage)
@bp.doc(
    operation_id="listHackathons",
    tags=["Hackathons"],
    summary=N_("Events"),
    description=N_("Those to come or under way, the nearest first; then past ones, the newest first."),
)
def hackathons(query_data: PagesQuery) -> ApiAnswer:
    """Events that anybody may see."""
    ahead, past = public_hackathons(db.session, today())
    page = page_of([*ahead, *past], query_data)
    people = head_counts(db.session, [row.id for row in page.items])
    return page_out(HackathonPage, page, query_data, lambda row: _out(row, people[row.id]))


@bp.get(_NUMBER)
@bp.output(HackathonOut)
@bp.doc(
    operation_id="getHackathon",
    tags=["Hackathons"],
    summary=N_("One event"),
    description=N_("One that is being prepared does not exist for anybody but its organisers."),
)
def show_hackathon(number: int) -> HackathonOut:
    """One event that anybody may see."""
    return _out(*_counted(public_hackathon(number)))


@bp.get(f"{_NUMBER}/challenges")
@bp.output(ChallengeList)
@bp.doc(operation_id="listChallenges", tags=["Hackathons"], summary=N_("Challenges of an event, in their order"))
def challenges(number: int) -> ChallengeList:
    """Challenges that can be chosen."""
    return ChallengeList(items=[challenge_out(row) for row in public_hackathon(number).open_challenges])


@bp.get(f"{_NUMBER}/teams")
@bp.output(PublicTeamList)
@bp.doc(
    operation_id="listTeams",
    tags=["Hackathons"],
    summary=N_("Published teams of an event"),
    description=N_("Whoever did not agree to be named is counted and not named. No team before publication."),
)
def teams(number: int) -> PublicTeamList:
    """What the public page of the teams shows."""
    return PublicTeamList(items=[public_team_out(team) for team in public_teams(public_hackathon(number))])


@bp.post("/hackathons")
@limited("posting")
@bp.input(CreationHeaders, location="headers")
@bp.input(HackathonIn)
@bp.output(HackathonCreated, status_code=201, description=N_("Stored; its address is in the header Location"))
@bp.doc(
    operation_id="createHackathon",
    tags=["Hackathons"],
    summary=N_("Create an event"),
    description=N_(
        "Nobody sees it before its phase is changed. The answer holds the management token and the organisers’ link, "
        "the only keys to the event: keep them."
    ),
    responses={409: N_("It was created before with this key, and its links were cancelled since")},
)
def create(headers_data: CreationHeaders, json_data: HackathonIn) -> ApiAnswer:
    """Store an event; its organisers' link is given here alone."""
    draft = parse_hackathon(json_data.told(), today())
    key = _creation_key(headers_data.idempotency_key, json_data)
    hackathon = create_hackathon(db.session, draft, source=SOURCE, external_key=key)
    if hackathon.link_version > 1:  # a request of the past must not open what was closed since
        return problems.conflict(gettext("It was created before with this key, and its links were cancelled since."))
    told = HackathonCreated(
        hackathon=_out(*_counted(hackathon)),
        revision=hackathon.revision,
        management=_management(hackathon),
    )
    address = url_for("api.show_organiser", number=hackathon.id)
    return told, 201, {"Location": address, "Cache-Control": "no-store"}


@bp.get(f"{_NUMBER}/organiser")
@bp.output(OrganiserOut)
@bp.doc(
    operation_id="getOrganisersHackathon",
    tags=["Hackathons"],
    summary=N_("An event as its organisers see it"),
    description=N_("With its revision, its private address, how many people there are, and withdrawn challenges."),
    security="managementToken",
)
def show_organiser(number: int) -> OrganiserOut:
    """Everything about an event but its people and teams."""
    return _organiser_out(organised(number))


@bp.put(_NUMBER)
@bp.input(HackathonChange)
@bp.output(OrganiserOut)
@bp.doc(
    operation_id="changeHackathon",
    tags=["Hackathons"],
    summary=N_("Change an event"),
    description=N_("What is left out gets its default. What people said of half-days that stay is kept."),
    security="managementToken",
    responses={409: CHANGED},
)
def change(number: int, json_data: HackathonChange) -> OrganiserOut:
    """Replace what an event tells."""
    hackathon = organised(number)
    kept = [day for day in (hackathon.starts_on, hackathon.ends_on, hackathon.registration_ends_on) if day]
    with prefixed("hackathon."):
        draft = parse_hackathon(json_data.hackathon.told(), today(), kept=kept)
        revise_hackathon(db.session, hackathon, draft, json_data.revision)
    return _organiser_out(hackathon)


@bp.post(f"{_NUMBER}/phase")
@bp.input(PhaseChange)
@bp.output(OrganiserOut)
@bp.doc(
    operation_id="changePhase",
    tags=["Hackathons"],
    summary=N_("Take an event one phase on, or back"),
    description=N_("The phase that it has already changes nothing."),
    security="managementToken",
    responses={409: N_("That phase is not next to the present one")},
)
def phase(number: int, json_data: PhaseChange) -> OrganiserOut:
    """Move an event on."""
    return _organiser_out(advance_phase(db.session, organised(number), json_data.phase))


@bp.post(f"{_NUMBER}/links")
@bp.output(ManagementOut)
@bp.doc(
    operation_id="cancelHackathonLinks",
    tags=["Hackathons"],
    summary=N_("Cancel every organiser’s and juror’s link given so far, and get the new one"),
    description=N_("The token of this request stops working too. Links of people who registered go on working."),
    security="managementToken",
)
def cancel_hackathon_links(number: int) -> ManagementOut:
    """Make the links given so far worthless."""
    hackathon = organised(number)
    cancel_links(db.session, hackathon)
    return _management(hackathon)


@bp.delete(_NUMBER)
@bp.input(DeletionQuery, location="query")
@bp.doc(
    operation_id="deleteHackathon",
    tags=["Hackathons"],
    summary=N_("Delete an event for good"),
    description=N_(
        "Its challenges, everything that people told when they registered, the teams and the results go. Nobody is "
        "written to. As the page asks first, the number of people who go is asked for here."
    ),
    security="managementToken",
    responses={204: N_("It is gone"), 409: N_("Another number of people is registered: nothing was deleted")},
)
def delete(number: int, query_data: DeletionQuery) -> ApiAnswer:
    """Remove an event with all that belongs to it."""
    hackathon, people = _counted(organised(number))
    if people.registered != query_data.registered:
        return problems.conflict(
            ngettext(
                "%(num)s person is registered, so nothing was deleted. Send this number to delete the event.",
                "%(num)s people are registered, so nothing was deleted. Send this number to delete the event.",
                people.registered,
            )
        )
    delete_hackathon(db.session, hackathon)
    return "", 204


def _management(hackathon: Hackathon) -> ManagementOut:
    return ManagementOut(token=organiser_token(hackathon), link=organiser_link(hackathon))


def _counted(hackathon: Hackathon) -> tuple[Hackathon, HeadCount]:
    return hackathon, head_counts(db.session, [hackathon.id])[hackathon.id]


def _out(hackathon: Hackathon, people: HeadCount) -> HackathonOut:
    return hackathon_out(hackathon, people, _teams(hackathon), today())


def _organiser_out(hackathon: Hackathon) -> OrganiserOut:
    _, people = _counted(hackathon)
    return organiser_out(hackathon, people, _teams(hackathon), today())


def _teams(hackathon: Hackathon) -> TeamState:
    return team_state(db.session, hackathon)


def _creation_key(sent: str | None, body: HackathonIn) -> str | None:
    """Key of an event in the store. The body is part of it: the answer opens the event, for its author alone."""
    if sent is None:
        return None
    return hashlib.sha256(f"{sent} {body.model_dump_json()}".encode()).hexdigest()[:32]
