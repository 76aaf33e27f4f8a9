"""Versions of the teams of an event: which one the organisers work on, how it stands today, adding one.

Versions are added and never changed. What organisers do with them is in :mod:`matcher.hackathons.plans`; import
everything from there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from matcher.hackathons.forming import build_problem, keeping_teams, similarity_in
from matcher.hackathons.locks import Locks, locks_data, locks_for, locks_from
from matcher.store import CurrentPlan, Hackathon, Registration, TeamPlanVersion
from matcher.store.session import writing
from matcher.teams.checker import Broken, check
from matcher.teams.files import plan_from_text, plan_text, problem_from_text, problem_text
from matcher.teams.plan import Status, TeamPlan, WrongPlanError, teams_of
from matcher.teams.problem import Assignment, Problem
from matcher.vocabulary import PlanOrigin

#: Origins of teams that may break a rule, because a person answers for them.
BY_HAND: Final = frozenset({PlanOrigin.EDITED, PlanOrigin.IMPORTED})


class NoPlanError(LookupError):
    """There are no teams yet, no such version, or nothing to undo."""


class PlanChangedMeanwhile(Exception):
    """Somebody else was quicker. `newer` is the version that the organisers work on now, `revision` its revision."""

    def __init__(self, newer: TeamPlanVersion | None, revision: int) -> None:
        super().__init__("The teams were changed meanwhile.")
        self.newer = newer
        self.revision = revision


class RulesBroken(Exception):
    """Refused: these hard rules would be broken. Asked for again with `force`, it is done all the same."""

    def __init__(self, broken: Sequence[Broken]) -> None:
        super().__init__(" ".join(map(str, broken)))
        self.broken = tuple(broken)


@dataclass(frozen=True, slots=True)
class Standing:
    """A version as things are today.

    Attributes
    ----------
    problem
        Of today, with the locks of the version. Private: it holds the wishes to avoid somebody.
    assignment
        Places of those who take part and whose challenge is still there.
    broken
        Hard rules that it breaks today; who has no place is among them.
    arrived
        Who takes part and has no place.
    gone
        Who has a place in the version and does not take part any more.
    declined
        Who declined the place that the version still gives them (or another one of that challenge).
    """

    problem: Problem
    assignment: Assignment
    broken: tuple[Broken, ...]
    arrived: tuple[str, ...]
    gone: tuple[str, ...]
    declined: tuple[str, ...]

    @property
    def needs_repair(self) -> bool:
        """Whether somebody came, went or declined since."""
        return bool(self.arrived or self.gone or self.declined)


def current(session: Session, hackathon_id: int) -> CurrentPlan:
    """What the organisers work on and what people see; of revision 0 and not stored before the first version."""
    found = session.get(CurrentPlan, hackathon_id)
    return found or CurrentPlan(hackathon_id=hackathon_id, revision=0)


def current_version(session: Session, hackathon_id: int) -> TeamPlanVersion:
    """The version that the organisers work on. Raises NoPlanError before the first one."""
    found = current(session, hackathon_id).plan
    if found is None:
        raise NoPlanError
    return found


def versions(session: Session, hackathon_id: int) -> Sequence[TeamPlanVersion]:
    """All versions of the event, newest first; problems and plans are loaded when they are read."""
    query = (
        select(TeamPlanVersion)
        .where(TeamPlanVersion.hackathon_id == hackathon_id)
        .order_by(TeamPlanVersion.number.desc())
        .options(defer(TeamPlanVersion.problem), defer(TeamPlanVersion.plan))
    )
    return session.scalars(query).all()


def version_of(session: Session, hackathon_id: int, number: int) -> TeamPlanVersion:
    """One version by its number. Raises NoPlanError."""
    query = select(TeamPlanVersion).filter_by(hackathon_id=hackathon_id, number=number)
    found = session.scalar(query)
    if found is None:
        raise NoPlanError
    return found


def problem_of(version: TeamPlanVersion) -> Problem:
    """What the teams of a version were formed from. Private."""
    return problem_from_text(version.problem)


def plan_of(version: TeamPlanVersion) -> TeamPlan:
    """The teams of a version."""
    return plan_from_text(version.plan)


def locks_of(version: TeamPlanVersion | None) -> Locks:
    """What the organisers hold fast in a version."""
    return Locks() if version is None else locks_from(version.locks)


def names_of(session: Session, plan: TeamPlanVersion) -> Mapping[str, str]:
    """Names of everybody ever registered for the event of a version, by participant id. For organisers only."""
    query = select(Registration.id, Registration.name).where(Registration.hackathon_id == plan.hackathon_id)
    return {str(number): name for number, name in session.execute(query)}


def standing(session: Session, hackathon: Hackathon, version: TeamPlanVersion) -> Standing:
    """A version as things are today. Cost: as :func:`build_problem`, and one check."""
    given = plan_of(version).assignment
    problem = problem_today(session, hackathon, given, locks_of(version), problem_of(version))
    people = {person.id for person in problem.participants}
    challenges = {challenge.id for challenge in problem.challenges}
    assignment = {who: slot for who, slot in given.items() if who in people and slot.challenge in challenges}
    return Standing(
        problem=problem,
        assignment=assignment,
        broken=check(problem, assignment).broken,
        arrived=tuple(person.id for person in problem.participants if person.id not in assignment),
        gone=tuple(sorted((who for who in given if who not in people), key=int)),
        declined=tuple(who for who, slot in assignment.items() if (who, slot.challenge) in problem.never),
    )


def problem_today(
    session: Session, hackathon: Hackathon, assignment: Assignment, locks: Locks, before: Problem
) -> Problem:
    """The problem as it is now, in which the teams of that assignment may exist; similarities are those of before."""
    held = locks_for(assignment, locks)
    problem = build_problem(session, hackathon, similarity=similarity_in(before), locks=held)
    return keeping_teams(problem, assignment)


def counted(problem: Problem, assignment: Assignment, *, solver: str = "hand", bound: int = 0) -> TeamPlan:
    """The plan that an assignment is, with its costs, broken rules or not.

    `bound` is one that is known; what counting proves is used where it is more.
    """
    from matcher.teams.bounds import lower_bounds  # noqa: PLC0415 - with numpy, which looking at versions does not need
    from matcher.teams.costs import compile_problem  # noqa: PLC0415

    costs = check(problem, assignment).costs
    cost, floor = sum(costs.values()), lower_bounds(compile_problem(problem))
    return TeamPlan(
        status=Status.FEASIBLE,
        assignment=assignment,
        teams=teams_of(assignment),
        cost=cost,
        costs=costs,
        bound=min(cost, max(bound, floor.total)),
        bounds=floor.terms,
        elapsed_s=0.0,
        seed=0,
        solver=solver,
    )


def add_version(
    session: Session,
    hackathon_id: int,
    *,
    problem: Problem,
    plan: TeamPlan,
    origin: PlanOrigin,
    author: str = "",
    note: str = "",
    locks: Locks = Locks(),  # noqa: B008 - frozen
    seed: int = 0,
    seen_revision: int | None = None,
    parent_id: int | None = None,
    becomes_current: bool = True,
) -> TeamPlanVersion:
    """Store new teams; they become those that the organisers work on, unless `becomes_current` is false.

    Parameters
    ----------
    seen_revision
        Of :func:`current`, when the change was begun; None: whatever it is now.
    parent_id
        Version that it was made from, which undo goes back to; None: the one that the organisers work on.

    Raises
    ------
    PlanChangedMeanwhile
        When `seen_revision` is old.
    WrongPlanError
        When the independent checker does not agree with the costs of the plan, or finds a broken rule in teams that a
        solver made.
    NoPlanError
        When the plan has no teams.
    """
    if plan.cost is None:
        raise NoPlanError
    found = check(problem, plan.assignment)
    if found.cost != plan.cost or (found.broken and origin not in BY_HAND):
        raise WrongPlanError("The plan is not what it was taken for: " + " ".join(map(str, found.broken)))
    with writing(session):
        pointer = pointer_for_change(session, hackathon_id, seen_revision)
        version = TeamPlanVersion(
            hackathon_id=hackathon_id,
            parent_id=parent_id or pointer.plan_id,
            origin=origin,
            author=author,
            note=note,
            problem=problem_text(problem),
            plan=plan_text(plan),
            locks=locks_data(locks),
            cost=plan.cost,
            bound=plan.bound,
            seed=seed,
        )
        append_version(session, pointer, version, becomes_current=becomes_current)
    return version


def pointer_for_change(session: Session, hackathon_id: int, seen_revision: int | None) -> CurrentPlan:
    """The stored row of :func:`current`, inside :func:`writing`. Raises PlanChangedMeanwhile when it was changed."""
    pointer = current(session, hackathon_id)
    if seen_revision is not None and pointer.revision != seen_revision:
        raise PlanChangedMeanwhile(pointer.plan, pointer.revision)
    session.add(pointer)
    return pointer


def append_version(
    session: Session, pointer: CurrentPlan, version: TeamPlanVersion, *, becomes_current: bool = True
) -> None:
    """Store a version after all others, inside :func:`writing`; the pointer goes to it if it becomes current."""
    last = session.scalar(select(func.max(TeamPlanVersion.number)).filter_by(hackathon_id=pointer.hackathon_id))
    version.number = (last or 0) + 1
    session.add(version)
    session.flush()
    if becomes_current:
        pointer.plan = version
        pointer.revision += 1
