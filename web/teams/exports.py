"""The teams as files for the organisers: tables, cards for the tables of the room, badges.

What is private beyond a name and an address to write to is in none of them: no wish, no diet, no need of access.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Response, abort
from flask_babel import gettext

from matcher.clock import today
from matcher.hackathons.plans import NoPlanError, current_version, standing
from matcher.hackathons.publication import places_by_participant
from matcher.hackathons.registration_queries import expected_people
from matcher.store import Challenge, Hackathon, Registration, TeamPlace
from matcher.teams.plan import teams_of
from matcher.vocabulary import TeamRole
from web.browsing.files import TYPES, file_answer
from web.labels import TEAM_ROLE_NAMES
from web.links import hackathon_of
from web.registrations.badges import badge_url
from web.teams.papers import BadgePaper, CardPaper, badges_pdf, table_cards_pdf
from web.teams.publication import bp
from web.wiring import db

#: Columns of a table of teams: one row a person; who has no team comes last.
HEADERS: Final = ["challenge", "team", "name", "organisation", "email", "roles", "answer", "attendance"]


@dataclass(frozen=True, slots=True)
class Member:
    """One person who takes part, with the team that the organisers work on; None without one."""

    person: Registration
    challenge: Challenge | None
    number: int | None
    place: TeamPlace | None


@bp.get("/export.<fmt>")
def table(token: str, fmt: str) -> Response:
    """Everybody who takes part with their team, as CSV, XLSX or JSON."""
    hackathon = hackathon_of(token)
    if fmt not in TYPES:
        abort(404)
    return file_answer([_row(member) for member in _members(hackathon)], HEADERS, _name(hackathon, "teams"), fmt)


@bp.get("/tables.pdf")
def cards(token: str) -> Response:
    """A card for the table of each team."""
    hackathon = hackathon_of(token)
    teams: dict[tuple[int, int], list[Member]] = {}
    for member in _members(hackathon):
        if member.challenge is not None and member.number is not None:
            teams.setdefault((member.challenge.id, member.number), []).append(member)
    papers = [_card(hackathon, members) for members in teams.values()]
    return _pdf(table_cards_pdf(papers, hackathon.title), _name(hackathon, "tables"))


@bp.get("/badges.pdf")
def badges(token: str) -> Response:
    """A badge for everybody who takes part, by name, with the code that is read at the desk."""
    hackathon = hackathon_of(token)
    members = sorted(_members(hackathon), key=lambda member: member.person.name.casefold())
    papers = [_badge(hackathon, member) for member in members]
    return _pdf(badges_pdf(papers, hackathon.title), _name(hackathon, "badges"))


def _members(hackathon: Hackathon) -> Sequence[Member]:
    """By challenge in the order of the event, team and name."""
    people = {str(person.id): person for person in expected_people(db.session, hackathon.id)}
    places = places_by_participant(db.session, hackathon.id)
    challenges = {str(challenge.id): challenge for challenge in hackathon.challenges}
    try:
        given = standing(db.session, hackathon, current_version(db.session, hackathon.id)).assignment
    except NoPlanError:
        given = {}
    order = list(challenges)
    teams = sorted(teams_of(given), key=lambda team: (order.index(team.slot.challenge), team.slot.number))
    found = [
        Member(people[who], challenges[team.slot.challenge], team.slot.number, places.get(who))
        for team in teams
        for who in sorted(team.members, key=list(people).index)  # people are by name
    ]
    found += [Member(person, None, None, places.get(who)) for who, person in people.items() if who not in given]
    return found


def _row(member: Member) -> dict[str, Any]:
    person = member.person
    answer = member.place.answer if member.place else None
    return {
        "challenge": member.challenge.title if member.challenge else None,
        "team": member.number,
        "name": person.name,
        "organisation": person.organisation or None,
        "email": person.email or None,
        "roles": [role.value for role in TeamRole if role in person.roles],
        "answer": answer.value if answer else None,
        "attendance": person.attendance.value,
    }


def _card(hackathon: Hackathon, members: Sequence[Member]) -> CardPaper:
    first = members[0]
    return CardPaper(
        event=hackathon.title,
        team=_team(first),
        challenge=first.challenge.title if first.challenge else "",
        members=[(member.person.name, _roles(member.person)) for member in members],
    )


def _badge(hackathon: Hackathon, member: Member) -> BadgePaper:
    return BadgePaper(
        event=hackathon.title,
        name=member.person.name,
        organisation=member.person.organisation,
        team=_team(member),
        challenge=member.challenge.title if member.challenge else "",
        code=badge_url(member.person),
    )


def _team(member: Member) -> str:
    return "" if member.number is None else gettext("Team %(number)s", number=member.number)


def _roles(person: Registration) -> str:
    return ", ".join(str(TEAM_ROLE_NAMES[role]) for role in TeamRole if role in person.roles)


def _name(hackathon: Hackathon, what: str) -> str:
    return f"hackathon-{hackathon.id}-{what}"


def _pdf(content: bytes, name: str) -> Response:
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="passerelle-{name}-{today().isoformat()}.pdf"'
    return response
