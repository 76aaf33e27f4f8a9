"""How long until a no-show in an event of 200 people is repaired, and how many others change team?

The event is a generated one (:mod:`benchmarks.teams.generator`), stored as registrations and challenges. Teams are
formed and published; then one person at a time does not come, and the repair is asked for as the site does it, with at
most two moves. Measured are the computation, from the turn of the run to the stored version, and the whole, with the
start of its process.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any, Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from benchmarks.report import ROOT, Figures, Target, percentiles
from benchmarks.server import open_database
from benchmarks.teams.generator import Kind, Recipe, generate
from matcher.hackathons import plans, runs
from matcher.hackathons.computing import perform_run
from matcher.store import (
    Challenge,
    ChallengeRole,
    ChallengeSkill,
    Hackathon,
    HalfDay,
    Registration,
    RegistrationChoice,
    RegistrationSkill,
    Skill,
    Wish,
)
from matcher.store.schema import upgrade
from matcher.teams.comparison import moves
from matcher.teams.problem import Problem
from matcher.vocabulary import Attendance, DayPart, Experience, RunKind, RunStatus, TeamRole, WishKind
from web.config import Settings

QUESTION = "Seconds until a no-show in an event of 200 people is repaired, and people who change team"
LIMIT_S, MOST_MOVES = 3.0, 2
#: Seconds that the site gives a repair at most.
GIVEN_S: Final = 20
FORMING_ITERATIONS: Final = 3000


@dataclass(frozen=True, slots=True)
class Repaired:
    """One repair: seconds of the computation and with its process, people who changed team, broken rules."""

    computing_s: float
    whole_s: float
    moves: int
    broken: int


def run(small: bool, folder: Path) -> Figures:
    """Form teams once, then repair one no-show after the other, each from the published teams."""
    people, repairs = (24, 2) if small else (200, 12)
    engine = open_database(folder)
    upgrade(engine)
    with Session(engine) as session:
        hackathon = _stored(session, generate(Recipe(people, Kind.EASY, 1)))
        _form(session, engine, hackathon, 20 if small else FORMING_ITERATIONS)
        absent = Random(1).sample([person.id for person in session.query(Registration)], repairs)
        found = [_repaired(session, engine, hackathon, who, folder) for who in absent]
    engine.dispose()
    computing = percentiles([each.computing_s for each in found])
    measured: dict[str, Any] = {
        "computing_s": computing,
        "whole_s": percentiles([each.whole_s for each in found]),
        "moves": [each.moves for each in found],
        "broken_rules": sum(each.broken for each in found),
    }
    few = _share(each.moves <= MOST_MOVES for each in found)
    kept = _share(each.broken == 0 for each in found)
    targets = [
        Target("longest computation of a repair", computing["max"], "s", most=LIMIT_S),
        Target(f"share of repairs with at most {MOST_MOVES} moves", few, "", least=1),
        Target("share of repairs that keep all rules", kept, "", least=1),
    ]
    return Figures(QUESTION, {"people": people, "repairs": repairs}, measured, targets)


def _share(kept: Iterable[bool]) -> float:
    told = list(kept)
    return sum(told) / len(told)


def _repaired(session: Session, engine: Engine, hackathon: Hackathon, who: int, folder: Path) -> Repaired:
    """Somebody does not come; afterwards everything is as before."""
    published = plans.current_version(session, hackathon.id)
    session.get_one(Registration, who).attendance = Attendance.NO_SHOW
    session.commit()

    began = time.perf_counter()
    run = runs.ask_run(session, hackathon, RunKind.REPAIR, time_limit_s=GIVEN_S, max_moves=MOST_MOVES)
    perform_run(sessionmaker(engine), run.id)
    computing_s = time.perf_counter() - began
    session.rollback()
    assert run.status is RunStatus.DONE, run.status
    version = plans.current_version(session, hackathon.id)
    before, after = plans.plan_of(published).assignment, plans.plan_of(version).assignment
    moved = sum(move.participant != str(who) for move in moves(before, after))
    broken = len(plans.standing(session, hackathon, version).broken)
    _go_back(session, hackathon)

    began = time.perf_counter()
    run = runs.ask_run(session, hackathon, RunKind.REPAIR, time_limit_s=GIVEN_S, max_moves=MOST_MOVES)
    settings = Settings(var_dir=folder)
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "teams", "run", str(run.id)]
    subprocess.run(command, cwd=ROOT, env=settings.environment_of_process(), check=True, capture_output=True)
    whole_s = time.perf_counter() - began
    session.rollback()
    session.get_one(Registration, who).attendance = Attendance.EXPECTED
    session.commit()
    _go_back(session, hackathon)
    return Repaired(computing_s, whole_s, moved, broken)


def _go_back(session: Session, hackathon: Hackathon) -> None:
    plans.undo(session, hackathon.id, seen_revision=plans.current(session, hackathon.id).revision)


def _form(session: Session, engine: Engine, hackathon: Hackathon, iterations: int) -> None:
    run = runs.ask_run(session, hackathon, RunKind.FORM, time_limit_s=runs.MOST_S)
    perform_run(sessionmaker(engine), run.id, iterations=iterations)
    session.rollback()
    plans.publish(session, hackathon.id, seen_revision=plans.current(session, hackathon.id).revision)


def _stored(session: Session, problem: Problem) -> Hackathon:
    """The rows that a problem could come from."""
    rules = problem.rules
    day = date(2030, 5, 4)
    times = sorted({number for person in problem.participants for number in person.availability or ()})
    hackathon = Hackathon(
        title="Benchmark",
        is_online=True,
        starts_on=day,
        ends_on=day,
        size_min=rules.size_min,
        size_target=rules.size_target,
        size_max=rules.size_max,
        half_days=[
            HalfDay(number=number, day=day.replace(day=4 + number // 3), part=list(DayPart)[number % 3])
            for number in times
        ],
    )
    codes = {code for each in (*problem.participants, *problem.challenges) for code in each.skills}
    skills = {
        code: Skill(code=code, group="", label_fr=code, label_en=code, words_fr=[], words_en=[])
        for code in sorted(codes)
    }
    session.add_all([hackathon, *skills.values()])
    challenges = {each.id: _challenge(hackathon, each.id, problem, skills) for each in problem.challenges}
    session.add_all(challenges.values())
    session.flush()
    people = _people(hackathon, problem, skills, challenges, frozenset(times))
    session.add_all(people.values())
    session.flush()
    for friends in problem.friends:
        _wish(people, friends.first, friends.second, WishKind.WITH)
        if friends.mutual:
            _wish(people, friends.second, friends.first, WishKind.WITH)
    for avoid in problem.avoid:
        _wish(people, avoid.first, avoid.second, WishKind.AVOID, is_confirmed=avoid.confirmed)
    session.commit()
    return hackathon


def _challenge(hackathon: Hackathon, number: str, problem: Problem, skills: Mapping[str, Skill]) -> Challenge:
    given = next(each for each in problem.challenges if each.id == number)
    return Challenge(
        hackathon=hackathon,
        title=given.id,
        min_teams=given.min_teams,
        max_teams=given.max_teams,
        languages=sorted(given.languages),
        roles=[ChallengeRole(role=TeamRole(role), count=count) for role, count in given.roles.items()],
        skills=[ChallengeSkill(skill=skills[code], level=level) for code, level in given.skills.items()],
    )


def _people(
    hackathon: Hackathon,
    problem: Problem,
    skills: Mapping[str, Skill],
    challenges: Mapping[str, Challenge],
    times: frozenset[int],
) -> dict[str, Registration]:
    return {
        each.id: Registration(
            hackathon=hackathon,
            name=each.id,
            organisation=each.organisation or "",
            roles=frozenset(map(TeamRole, each.roles)),
            experience=list(Experience)[each.experience],
            is_newcomer=each.newcomer,
            languages=sorted(each.languages),
            away=[] if each.availability is None else [str(number) for number in sorted(times - each.availability)],
            skills=[RegistrationSkill(skill=skills[code], level=level) for code, level in each.skills.items() if level],
            choices=[
                RegistrationChoice(rank=rank, challenge_id=challenges[challenge].id)
                for rank, challenge in enumerate(each.ranked, 1)
            ],
        )
        for each in problem.participants
    }


def _wish(
    people: Mapping[str, Registration], who: str, other: str, kind: WishKind, *, is_confirmed: bool = False
) -> None:
    wish = Wish(kind=kind, typed=other, other_id=people[other].id, is_settled=True, is_confirmed=is_confirmed)
    people[who].wishes.append(wish)
