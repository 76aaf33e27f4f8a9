"""Ways out of a contradiction that are kept for the event: its sizes and rules, its challenges, what is held fast.

Others concern what somebody said of themselves or wishes: these are changed where they were said.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sqlalchemy.orm import Session

from matcher.hackathons.forming import build_problem, similarity_in
from matcher.hackathons.locks import Locks, locks_for, team_key
from matcher.hackathons.plans import current, locks_of, plan_of, problem_of, set_locks
from matcher.hackathons.settings import rules_data, rules_of
from matcher.store import Hackathon
from matcher.store.session import writing
from matcher.teams.ways_out import Relaxation, Way

if TYPE_CHECKING:
    from matcher.teams.contradictions import Finding

#: Ways out that :func:`keep` can keep.
KEPT: Final = frozenset({Way.SIZE_MIN, Way.SIZE_MAX, Way.MIN_TEAMS, Way.MAX_TEAMS, Way.COMMON_LANGUAGE, Way.DROP_LOCKS})


class NoSuchWayError(LookupError):
    """This way out is not, or no longer, one of this event."""


def findings_today(session: Session, hackathon: Hackathon) -> tuple[Finding, ...]:
    """What cannot hold together as things are now, blocking contradictions first, without any solver.

    Raises :class:`~matcher.teams.entities.ProblemError` when nobody takes part, there is no challenge, or a setting
    is out of range. Cost: as :func:`build_problem`, and some 0.1 s for 200 people.
    """
    from matcher.teams.costs import compile_problem  # noqa: PLC0415 - with numpy, which no other page needs
    from matcher.teams.feasibility import findings  # noqa: PLC0415

    version = current(session, hackathon.id).plan
    if version is None:
        problem = build_problem(session, hackathon)
    else:
        held = locks_for(plan_of(version).assignment, locks_of(version))
        problem = build_problem(session, hackathon, similarity=similarity_in(problem_of(version)), locks=held)
    return findings(compile_problem(problem))


def key_of(way: Relaxation) -> str:
    """A way out as a form names it. Nothing private is in it: such ways are not kept here."""
    return json.dumps([way.way, way.params], sort_keys=True)


def keep(session: Session, hackathon: Hackathon, key: str, *, author: str, seen_revision: int) -> Relaxation:
    """Keep a way out of what cannot hold together today, by its key.

    Raises
    ------
    NoSuchWayError
        When it is no way out today, or none that can be kept.
    PlanChangedMeanwhile
        When it lets go of people who are held fast and `seen_revision` of the teams is old.
    """
    offered = (way for finding in findings_today(session, hackathon) for way in finding.relaxations)
    way = next((each for each in offered if each.way in KEPT and not each.private and key_of(each) == key), None)
    if way is None:
        raise NoSuchWayError
    if way.way is Way.DROP_LOCKS:
        _let_go(session, hackathon, frozenset(way.params["participants"]), author, seen_revision)
    else:
        with writing(session):
            _change(hackathon, way)
            hackathon.revision += 1
    return way


def _change(hackathon: Hackathon, way: Relaxation) -> None:
    match way.way:
        case Way.SIZE_MIN:
            hackathon.size_min = way.params["size"]
        case Way.SIZE_MAX:
            hackathon.size_max = way.params["size"]
        case Way.COMMON_LANGUAGE:
            hackathon.rules = rules_data(replace(rules_of(hackathon), common_language=False))
        case Way.MIN_TEAMS | Way.MAX_TEAMS:
            challenge = next(each for each in hackathon.challenges if str(each.id) == way.params["challenge"])
            column = "min_teams" if way.way is Way.MIN_TEAMS else "max_teams"
            setattr(challenge, column, way.params["teams"])
        case _:
            raise NoSuchWayError


def _let_go(session: Session, hackathon: Hackathon, people: frozenset[str], author: str, seen_revision: int) -> None:
    """A team that is held as a whole lets go of everybody: it cannot let go of one."""
    version = current(session, hackathon.id).plan
    if version is None:
        raise NoSuchWayError
    locks, places = locks_of(version), plan_of(version).assignment
    teams = {team_key(places[who]) for who in people if who in places}
    left = Locks(locks.people - people, locks.teams - teams)
    set_locks(session, hackathon.id, left, author=author, seen_revision=seen_revision)
