"""What organisers' programs are answered about versions of the teams and their computation.

Totals count every wish, so that they are for organisers; the part of wishes to avoid somebody has no line of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import Field

from matcher.hackathons.locks import Locks, slot_of
from matcher.hackathons.plans import locks_of, plan_of
from matcher.hackathons.runs import RunProgress
from matcher.store import CurrentPlan, TeamPlanVersion, TeamRun
from matcher.teams.entities import Slot
from matcher.teams.moves import Move
from matcher.teams.plan import TeamPlan
from matcher.teams.weights import Term
from matcher.vocabulary import PlanOrigin, RunKind, RunStatus
from web.api.hackathon_outputs import PersonOut
from web.api.shapes import Out, PageOut
from web.api.words import N_

if TYPE_CHECKING:
    from matcher.teams.comparison import Change


class TeamKeyOut(Out):
    """Which team of a challenge."""

    challenge: int
    number: int


class PlanVersionOut(Out):
    """One version of the teams; versions are added and never changed."""

    number: int
    made_from: int | None = Field(description=N_("Version that undo goes back to"))
    origin: PlanOrigin
    author: str
    note: str
    cost: int = Field(description=N_("Points of all that the teams lack: fewer is better"))
    bound: int = Field(description=N_("Proven: no teams have fewer points"))
    current: bool = Field(description=N_("The organisers work on it"))
    published: bool = Field(description=N_("People see it"))
    created_at: datetime
    published_at: datetime | None


class PlanPage(PageOut[PlanVersionOut]):
    """One page of versions, the newest first."""

    revision: int = Field(description=N_("To be sent with a change of the teams"))


class TeamOut(Out):
    """A team and who is in it."""

    challenge: int
    number: int
    people: list[PersonOut]


class LocksOut(Out):
    """Who stays where they are in every later computation."""

    people: list[int]
    teams: list[TeamKeyOut]


class TermCostOut(Out):
    """One part of the cost."""

    term: Term
    cost: int
    bound: int = Field(description=N_("Proven: it cannot be less"))


class PlanOut(Out):
    """A version with its teams, and what each part of the cost is."""

    version: PlanVersionOut
    revision: int = Field(description=N_("To be sent with a change of the teams"))
    teams: list[TeamOut]
    locks: LocksOut
    terms: list[TermCostOut] = Field(
        description=N_("Wishes to keep people apart count in the total and have no line of their own")
    )


class MoveOut(Out):
    """Where somebody is in either version; null: in no team there."""

    person: PersonOut
    before: TeamKeyOut | None
    after: TeamKeyOut | None


class TermChangeOut(Out):
    """One part of the cost in either version, each counted by its own rules."""

    term: Term
    before: int
    after: int


class DifferencesOut(Out):
    """What changes from one version to another."""

    moves: list[MoveOut]
    terms: list[TermChangeOut]


class AnnouncedOut(Out):
    """How far the mails about the places that people have now are."""

    queued: int = Field(description=N_("Mails that this request added"))
    sent: int
    waiting: int
    failed: int = Field(description=N_("Refused by the mail server for good"))


class RunOut(Out):
    """How far a computation is."""

    id: int
    kind: RunKind
    status: RunStatus
    best: int | None = Field(description=N_("Points of the best teams so far; null: none yet"))
    bound: int = Field(description=N_("Proven: no teams have fewer points"))
    elapsed_s: float = Field(description=N_("Seconds of computing"))
    time_limit_s: int
    version: int | None = Field(description=N_("The version that it made"))
    stop_asked: bool
    over: bool = Field(description=N_("Nothing more will happen by itself"))


def version_out(row: TeamPlanVersion, pointer: CurrentPlan, numbers: Mapping[int, int]) -> PlanVersionOut:
    """A version; ``numbers`` are those of all versions of its event by their id."""
    told = {name: getattr(row, name) for name in PlanVersionOut.model_fields if hasattr(row, name)}
    more = {
        "made_from": numbers.get(row.parent_id or 0),
        "current": row.id == pointer.plan_id,
        "published": row.id == pointer.published_id,
    }
    return PlanVersionOut.model_validate(told | more)


def plan_out(
    row: TeamPlanVersion, pointer: CurrentPlan, numbers: Mapping[int, int], names: Mapping[str, str]
) -> PlanOut:
    """A version with its teams; ``names`` by participant, without those who were deleted since."""
    plan = plan_of(row)
    return PlanOut(
        version=version_out(row, pointer, numbers),
        revision=pointer.revision,
        teams=[
            TeamOut(
                challenge=int(team.slot.challenge),
                number=team.slot.number,
                people=[_person(who, names) for who in sorted(team.members, key=int)],
            )
            for team in plan.teams
        ],
        locks=_locks(locks_of(row)),
        terms=_terms(plan),
    )


def differences_out(moves: Iterable[Move], terms: Mapping[Term, Change], names: Mapping[str, str]) -> DifferencesOut:
    """What changes; ``terms`` are those of problems without wishes to avoid somebody."""
    return DifferencesOut(
        moves=[
            MoveOut(
                person=_person(move.participant, names),
                before=move.before and key_out(move.before),
                after=move.after and key_out(move.after),
            )
            for move in moves
        ],
        terms=[TermChangeOut(term=term, before=each.before, after=each.after) for term, each in terms.items()],
    )


def run_out(run: TeamRun, progress: RunProgress) -> RunOut:
    """A computation."""
    told = {name: getattr(progress, name) for name in RunOut.model_fields if hasattr(progress, name)}
    return RunOut(kind=run.kind, version=progress.result, over=progress.is_over, **told)


def _terms(plan: TeamPlan) -> list[TermCostOut]:
    shown = (term for term in Term if term is not Term.AVOID)
    return [
        TermCostOut(term=term, cost=plan.costs.get(term, 0), bound=plan.bounds.get(term, 0))
        for term in shown
        if plan.costs.get(term, 0) or plan.bounds.get(term, 0)
    ]


def _locks(locks: Locks) -> LocksOut:
    keys = sorted((slot_of(key) for key in locks.teams), key=lambda slot: (int(slot.challenge), slot.number))
    return LocksOut(
        people=sorted(map(int, locks.people)),
        teams=[key_out(slot) for slot in keys],
    )


def _person(who: str, names: Mapping[str, str]) -> PersonOut:
    return PersonOut(id=int(who), name=names.get(who, ""))


def key_out(slot: Slot) -> TeamKeyOut:
    """Which team a place is in."""
    return TeamKeyOut(challenge=int(slot.challenge), number=slot.number)
