"""How the teams at hand treat people, for the organisers of their event: fairness, and why somebody is where they are.

Nothing here depends on a wish to avoid somebody, as on the pages.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pydantic import Field
from werkzeug.exceptions import NotFound

from matcher.hackathons import plans as use_cases
from web.api.blueprint import bp
from web.api.organising import organised, registered_at
from web.api.shapes import Out
from web.api.team_outputs import TeamKeyOut, key_out
from web.api.words import N_
from web.teams.board import reasons_for
from web.teams.pages import event_of
from web.teams.placed import placed
from web.wiring import db

_PLANS: Final = "/hackathons/<number:number>/plans"


class FareOut(Out):
    """How a group of people fares; null where there is nobody to take a mean of."""

    group: str = Field(description=N_("newcomers, regulars, small_organisations, large_organisations, no_organisation"))
    people: int
    rank: float | None = Field(description=N_("Mean rank of the challenge obtained"))
    team_cost: float | None = Field(description=N_("Mean points of their teams: fewer is better"))


class FairnessOut(Out):
    """How evenly the teams at hand treat teams and people, as things are today."""

    choices: list[int] = Field(description=N_("How many people got their first, second … choice"))
    unranked: int = Field(description=N_("How many got a challenge that they had not ranked"))
    ranked_nothing: int = Field(description=N_("How many made no choice"))
    worst_team: TeamKeyOut
    worst_cost: int = Field(description=N_("Points of the team that lacks most"))
    spread: int = Field(description=N_("Points between the best and the worst team"))
    gini: float = Field(description=N_("0: all teams lack as much; near 1: one team bears it all"))
    envious: int = Field(description=N_("People who would rather be in the challenge of somebody else"))
    envious_with_reason: int = Field(description=N_("Of these, those whose swap keeps all rules and costs nothing"))
    welcome_swaps: int = Field(description=N_("Pairs who could change places without anybody losing"))
    groups: list[FareOut]


class PlaceReasonsOut(Out):
    """Why somebody is where they are."""

    team: TeamKeyOut | None = Field(description=N_("Null: in no team"))
    reasons: list[str] = Field(description=N_("In the language of the answer"))
    others: list[list[str]] = Field(description=N_("For each choice that they like better, what it would take"))


@bp.get(f"{_PLANS}/fairness")
@bp.output(FairnessOut)
@bp.doc(
    operation_id="getFairness",
    tags=["Teams"],
    summary=N_("How evenly the teams at hand treat people"),
    security="managementToken",
    responses={409: N_("There are no teams yet")},
)
def fairness(number: int) -> FairnessOut:
    """Fairness of the version that the organisers work on."""
    from matcher.teams.fairness import fairness as measured  # noqa: PLC0415 - with numpy, as on the page

    hackathon = organised(number)
    standing = use_cases.standing(db.session, hackathon, use_cases.current_version(db.session, hackathon.id))
    there = placed(standing.problem, standing.assignment)
    if there is None:
        raise use_cases.NoPlanError
    found = measured(replace(there.problem, avoid=()), there.assignment)
    return FairnessOut(
        choices=list(found.profile),
        unranked=found.unranked,
        ranked_nothing=found.ranked_nothing,
        worst_team=key_out(found.worst),
        worst_cost=found.worst_cost,
        spread=found.spread,
        gini=round(found.gini, 4),
        envious=found.envy.people,
        envious_with_reason=found.envy.justified_people,
        welcome_swaps=found.envy.mutual_swaps,
        groups=[
            FareOut(group=group.value, people=fare.people, rank=fare.rank, team_cost=fare.team_cost)
            for group, fare in found.groups.items()
        ],
    )


@bp.get(f"{_PLANS}/people/<number:registration>")
@bp.output(PlaceReasonsOut)
@bp.doc(
    operation_id="getPlaceReasons",
    tags=["Teams"],
    summary=N_("Why somebody is in their team, and what another choice would take"),
    security="managementToken",
    responses={409: N_("There are no teams yet")},
)
def place_reasons(number: int, registration: int) -> PlaceReasonsOut:
    """The place of one person in the version that the organisers work on."""
    hackathon = organised(number)
    who = str(registered_at(hackathon, registration).id)
    event = event_of(hackathon)
    if who not in event.registrations:
        raise NotFound
    standing = use_cases.standing(db.session, hackathon, use_cases.current_version(db.session, hackathon.id))
    reasons, others = reasons_for(standing, event, who)
    slot = standing.assignment.get(who)
    return PlaceReasonsOut(team=key_out(slot) if slot else None, reasons=reasons, others=others)
