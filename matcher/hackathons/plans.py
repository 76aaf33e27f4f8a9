"""What organisers do with the teams of an event: change them by hand, hold fast, undo, restore, publish.

Two organisers at once: whoever changes something says which revision of the event's teams they saw, and is told
(:class:`PlanChangedMeanwhile`, with the newer version) when somebody was quicker; nothing is lost then.

Rules are those of today: for each change the problem is built again with the people, challenges and settings that
there are now. A change is refused for hard rules that it newly breaks, not for what was broken before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.clock import utc_now
from matcher.hackathons.announcing import take_back_place_mails
from matcher.hackathons.forming import keeping_teams
from matcher.hackathons.locks import Locks, locks_for, team_key
from matcher.hackathons.organisers import OBJECT
from matcher.hackathons.publication import slot_of
from matcher.hackathons.versions import (
    NoPlanError,
    PlanChangedMeanwhile,
    RulesBroken,
    Standing,
    add_version,
    append_version,
    counted,
    current,
    current_version,
    locks_of,
    names_of,
    plan_of,
    pointer_for_change,
    problem_of,
    standing,
    version_of,
    versions,
)
from matcher.oversight.audit import record
from matcher.store import Hackathon, Registration, TeamPlace, TeamPlanVersion
from matcher.store.session import writing
from matcher.teams.checker import Broken, Rule, check
from matcher.teams.problem import Assignment, Problem, Slot
from matcher.vocabulary import PlanOrigin

__all__ = [
    "NoPlanError",
    "PlanChangedMeanwhile",
    "RulesBroken",
    "Standing",
    "add_version",
    "change_places",
    "counted",
    "current",
    "current_version",
    "locks_of",
    "move_person",
    "names_of",
    "plan_of",
    "problem_of",
    "publish",
    "restore",
    "set_locks",
    "standing",
    "swap_people",
    "undo",
    "version_of",
    "versions",
]

#: Rules that nobody can set aside: there is no such person or team.
ABSOLUTE: Final = frozenset({Rule.STRANGER, Rule.SLOT})
#: Parameters of broken rules that say how far.
COUNTS: Final = frozenset({"size", "teams"})


def move_person(
    session: Session,
    hackathon_id: int,
    who: str,
    slot: Slot,
    *,
    author: str,
    seen_revision: int,
    force: bool = False,
    note: str = "",
) -> TeamPlanVersion:
    """Put one person into a team, one that stands or a new one; see :func:`change_places`."""
    return change_places(
        session, hackathon_id, {who: slot}, author=author, seen_revision=seen_revision, force=force, note=note
    )


def swap_people(
    session: Session,
    hackathon_id: int,
    first: str,
    second: str,
    *,
    author: str,
    seen_revision: int,
    force: bool = False,
    note: str = "",
) -> TeamPlanVersion:
    """Let two people change places; see :func:`change_places`. Raises NoPlanError when one of them has none."""
    places = plan_of(current_version(session, hackathon_id)).assignment
    if first not in places or second not in places:
        raise NoPlanError
    return change_places(
        session,
        hackathon_id,
        {first: places[second], second: places[first]},
        author=author,
        seen_revision=seen_revision,
        force=force,
        note=note,
    )


def change_places(
    session: Session,
    hackathon_id: int,
    places: Mapping[str, Slot],
    *,
    author: str,
    seen_revision: int,
    force: bool = False,
    note: str = "",
) -> TeamPlanVersion:
    """Put these people into these teams, all at once: a new version.

    A new team has the number after the highest of its challenge, or one that the model offers. Who does not take part
    any more is left out of the new version.

    Raises
    ------
    NoPlanError, PlanChangedMeanwhile
        As everywhere.
    RulesBroken
        The rules that this change would newly break. With `force` only when there is no such person or team.
    """
    hackathon = session.get_one(Hackathon, hackathon_id)
    version = _seen(session, hackathon_id, seen_revision)
    stands = standing(session, hackathon, version)
    after = {**stands.assignment, **places}
    problem = _with_new_teams(stands, after)
    newly = _newly_broken(stands, problem, after)
    refused = [each for each in newly if not force or each.rule in ABSOLUTE]
    if refused:
        raise RulesBroken(refused)
    locks = locks_of(version)
    held = replace(problem, locks=locks_for(after, locks))
    return _edited(session, version, keeping_teams(held, after), after, locks, author, note, seen_revision)


def set_locks(
    session: Session, hackathon_id: int, locks: Locks, *, author: str, seen_revision: int, note: str = ""
) -> TeamPlanVersion:
    """Hold these people and teams fast from now on: the same teams as a new version.

    People and teams that are not in the version are left out. Raises NoPlanError, PlanChangedMeanwhile.
    """
    hackathon = session.get_one(Hackathon, hackathon_id)
    version = _seen(session, hackathon_id, seen_revision)
    stands = standing(session, hackathon, version)
    kept = Locks(locks.people & stands.assignment.keys(), locks.teams & set(map(team_key, stands.assignment.values())))
    held = replace(stands.problem, locks=locks_for(stands.assignment, kept))
    problem = keeping_teams(held, stands.assignment)
    return _edited(session, version, problem, stands.assignment, kept, author, note, seen_revision)


def undo(session: Session, hackathon_id: int, *, seen_revision: int) -> TeamPlanVersion:
    """Go back to the version that the present one was made from. Raises NoPlanError, PlanChangedMeanwhile."""
    with writing(session):
        pointer = pointer_for_change(session, hackathon_id, seen_revision)
        parent = pointer.plan and session.get(TeamPlanVersion, pointer.plan.parent_id or 0)
        if parent is None:
            raise NoPlanError
        pointer.plan = parent
        pointer.revision += 1
    return parent


def restore(
    session: Session, hackathon_id: int, number: int, *, author: str = "", note: str = "", seen_revision: int
) -> TeamPlanVersion:
    """Take an earlier version up again, as a new one, so that this can be undone too.

    Raises NoPlanError, PlanChangedMeanwhile.
    """
    old = version_of(session, hackathon_id, number)
    kept = {name: getattr(old, name) for name in ("origin", "problem", "plan", "locks", "cost", "bound", "seed")}
    with writing(session):
        pointer = pointer_for_change(session, hackathon_id, seen_revision)
        version = TeamPlanVersion(
            hackathon_id=hackathon_id,
            parent_id=pointer.plan_id,
            author=author,
            note=note,
            **kept,
        )
        append_version(session, pointer, version)
    return version


def publish(
    session: Session, hackathon_id: int, *, seen_revision: int, force: bool = False, by: int | None = None
) -> TeamPlanVersion:
    """Let people see the version that the organisers work on; `by` is the number of the account that does, for the log.

    Everybody who takes part gets their place, with the answer that they gave if it is the same place as before; who is
    in no team any more has none. Mails about places that change are taken back where they still wait.

    Raises
    ------
    NoPlanError, PlanChangedMeanwhile
        As everywhere.
    RulesBroken
        Unless `force`: a hard rule is broken today, people without a place among them.
    """
    hackathon = session.get_one(Hackathon, hackathon_id)
    version = current_version(session, hackathon_id)
    stands = standing(session, hackathon, version)
    if stands.broken and not force:
        raise RulesBroken(stands.broken)
    with writing(session):
        pointer = pointer_for_change(session, hackathon_id, seen_revision)
        pointer.published = version
        pointer.revision += 1
        version.published_at = utc_now()
        _give_places(session, hackathon_id, stands.assignment)
        record(session, by, "hackathon.teams_published", OBJECT, hackathon_id, version=version.number)
    return version


def _seen(session: Session, hackathon_id: int, seen_revision: int) -> TeamPlanVersion:
    """The version that the organisers work on, which must be the one that they saw."""
    pointer = current(session, hackathon_id)
    if pointer.plan is None:
        raise NoPlanError
    if pointer.revision != seen_revision:
        raise PlanChangedMeanwhile(pointer.plan, pointer.revision)
    return pointer.plan


def _with_new_teams(stands: Standing, after: Assignment) -> Problem:
    """The problem in which the teams of `after` may exist: those that stand and the next one of each challenge."""
    highest: dict[str, int] = {}
    for slot in stands.assignment.values():
        highest[slot.challenge] = max(highest.get(slot.challenge, 0), slot.number)
    near = {who: slot for who, slot in after.items() if slot.number <= highest.get(slot.challenge, 0) + 1}
    return keeping_teams(stands.problem, near)


def _newly_broken(stands: Standing, problem: Problem, after: Assignment) -> list[Broken]:
    """Rules that `after` breaks and that were not broken as much before."""
    before = {_what(each): _how_far(each) for each in check(problem, stands.assignment).broken}
    broken = check(problem, after).broken
    return [each for each in broken if _what(each) not in before or _how_far(each) > before[_what(each)]]


def _what(broken: Broken) -> str:
    """Which rule, of whom or of what, but not how far it is broken."""
    named = [(name, value) for name, value in broken.params.items() if name not in COUNTS]
    return f"{broken.rule} {sorted(named)} {sorted(broken.private.items())}"


def _how_far(broken: Broken) -> int:
    """More is worse: a team of two people becomes less wrong by a third."""
    count = sum(int(value) for name, value in broken.params.items() if name in COUNTS)
    return -count if broken.rule in {Rule.TOO_SMALL, Rule.FEWER_TEAMS} else count


def _edited(
    session: Session,
    version: TeamPlanVersion,
    problem: Problem,
    assignment: Assignment,
    locks: Locks,
    author: str,
    note: str,
    seen_revision: int,
) -> TeamPlanVersion:
    return add_version(
        session,
        version.hackathon_id,
        problem=problem,
        plan=counted(problem, assignment, bound=_bound_kept(version, problem)),
        origin=PlanOrigin.EDITED,
        author=author,
        note=note,
        locks=locks,
        seed=version.seed,
        seen_revision=seen_revision,
    )


def _bound_kept(version: TeamPlanVersion, problem: Problem) -> int:
    """What is proven for the version holds for this problem too when it differs in further locks alone."""
    before = problem_of(version)
    same = replace(before, locks=()) == replace(problem, locks=()) and set(before.locks) <= set(problem.locks)
    return version.bound if same else 0


def _give_places(session: Session, hackathon_id: int, assignment: Assignment) -> None:
    query = select(TeamPlace).join(TeamPlace.registration).where(Registration.hackathon_id == hackathon_id)
    known = {str(place.registration_id): place for place in session.scalars(query)}
    changed = {int(who) for who, place in known.items() if assignment.get(who) != slot_of(place)}
    take_back_place_mails(session, hackathon_id, changed)
    for who in known.keys() - assignment.keys():
        session.delete(known[who])
    for who, slot in assignment.items():
        place = known.get(who)
        if place is None:
            session.add(TeamPlace(registration_id=int(who), challenge_id=int(slot.challenge), team_number=slot.number))
        elif slot != slot_of(place):
            place.challenge_id, place.team_number = int(slot.challenge), slot.number
            place.answer = place.answered_at = place.told_at = None  # a place that nobody was told of
