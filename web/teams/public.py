"""The teams of an event as anybody may see them: published ones, by name only who agreed to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.hackathons.publication import PublishedTeam, published_teams
from matcher.hackathons.queries import get_hackathon
from matcher.hackathons.submissions import submissions_at
from matcher.store import Challenge, Hackathon
from web.hackathons.structured import event_json_ld
from web.i18n import public_url
from web.presenters import SUMMARY_CHARS, excerpt
from web.security import allow_frames
from web.wiring import db

bp = Blueprint("public_teams", __name__, url_prefix="/hackathons/<titled:id>")


@dataclass(frozen=True, slots=True)
class PublicTeam:
    """A team on a public page: `name` as it called itself or empty, people who agreed, and how many others."""

    challenge: Challenge
    number: int
    name: str
    people: tuple[str, ...]
    others: int

    @property
    def size(self) -> int:
        """How many people are in it."""
        return len(self.people) + self.others


@bp.get("/equipes")
def show(id: int) -> ResponseReturnValue:  # noqa: A002  (the name is part of the site's addresses)
    """The teams; ``?embed=1`` is the bare list that other sites may show in a frame."""
    hackathon = _public(id)
    embedded = "embed" in request.args
    if embedded:
        allow_frames()
    teams = public_teams(hackathon)
    return render_template(
        "teams/embed.html" if embedded else "teams/public.html",
        hackathon=hackathon,
        teams=teams,
        by_challenge=[
            (challenge, [team for team in teams if team.challenge is challenge]) for challenge in _in_order(teams)
        ],
        people=sum(team.size for team in teams),
    )


@bp.get("/hackathon.json")
def described(id: int) -> Response:  # noqa: A002
    """The event, its challenges and published teams as schema.org describes a Hackathon."""
    response = jsonify(hackathon_json(_public(id)))
    response.headers["Content-Type"] = "application/ld+json"
    return response


def public_teams(hackathon: Hackathon) -> list[PublicTeam]:
    """Published teams; who did not agree to be named is counted. Nobody is named before publication."""
    names = {(each.challenge_id, each.team_number): each.team_name for each in submissions_at(db.session, hackathon.id)}
    return [_public_team(team, names) for team in published_teams(db.session, hackathon)]


def hackathon_json(hackathon: Hackathon) -> dict[str, Any]:
    """A schema.org Hackathon: what its pages show, and nothing else."""
    teams = public_teams(hackathon)
    address = public_url(url_for("hackathons.show", id=hackathon))
    return event_json_ld(hackathon) | {
        "@type": "Hackathon",
        "workFeatured": [_challenge_json(challenge, address) for challenge in hackathon.open_challenges],
        "performer": [_team_json(team, address) for team in teams],
    }


def _public(number: int) -> Hackathon:
    hackathon = get_hackathon(db.session, number)
    if hackathon is None or not hackathon.is_public:
        abort(404)
    return hackathon


def _public_team(team: PublishedTeam, names: dict[tuple[int, int], str]) -> PublicTeam:
    named = tuple(member.name for member in team.members if member.directory_consent)
    return PublicTeam(
        challenge=team.challenge,
        number=team.number,
        name=names.get((team.challenge.id, team.number), ""),
        people=named,
        others=len(team.members) - len(named),
    )


def _in_order(teams: list[PublicTeam]) -> list[Challenge]:
    return list(dict.fromkeys(team.challenge for team in teams))


def _challenge_json(challenge: Challenge, address: str) -> dict[str, Any]:
    told = {
        "@type": "CreativeWork",
        "@id": f"{address}#defi-{challenge.id}",
        "name": challenge.title,
        "description": excerpt(challenge.statement, SUMMARY_CHARS),
        "sponsor": {"@type": "Organization", "name": challenge.partner} if challenge.partner else None,
        "award": challenge.prize,
    }
    return {name: value for name, value in told.items() if value}


def _team_json(team: PublicTeam, address: str) -> dict[str, Any]:
    return {
        "@type": "PerformingGroup",
        "@id": f"{address}/equipes#equipe-{team.challenge.id}-{team.number}",
        "name": team.name or f"{team.challenge.title} ({team.number})",
        "subjectOf": {"@id": f"{address}#defi-{team.challenge.id}"},
        "member": [{"@type": "Person", "name": name} for name in team.people],
    }
