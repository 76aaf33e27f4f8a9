"""The demonstration event: eight needs of the demonstration as challenges, 48 invented people, teams formed and told.

It goes the way that real events go: drafts, use cases, the importer, the solver, publication. Once it is there it is
left as it is: whoever tries the service changes it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.exchange.columns import ImportKind
from matcher.exchange.planning import stored_rows
from matcher.exchange.readers import read_table
from matcher.exchange.registrations.applying import columns_for, import_registrations
from matcher.hackathons.challenges import add_from_need, revise_challenge
from matcher.hackathons.drafts import parse_challenge, parse_hackathon
from matcher.hackathons.events import advance_phase, create_hackathon
from matcher.hackathons.forming import Similarity, build_problem
from matcher.hackathons.plans import add_version, current, publish
from matcher.hackathons.queries import team_state
from matcher.hackathons.registering import register
from matcher.hackathons.registration_drafts import parse_registration
from matcher.postings.seed import DEMO_FOLDER, DEMO_SOURCE, DemoProblem
from matcher.store import Hackathon, Need
from matcher.teams.solver import solve
from matcher.vocabulary import HackathonPhase, PlanOrigin

FOLDER: Final = DEMO_FOLDER / "hackathon"
#: Work of the solver, in its iterations, so that everybody sees the same teams; and the longest it may take, seconds.
ITERATIONS, MOST_S = 300, 60.0
#: Version of the words that the invented people agreed to: those of the form.
CONSENT: Final = "demo"


def demo_hackathon(session: Session, folder: Path = FOLDER) -> Hackathon | None:
    """The event of the demonstration, once it is loaded."""
    key = json.loads((folder / "event.json").read_text("utf-8"))["key"]
    return session.scalar(select(Hackathon).filter_by(source=DEMO_SOURCE, external_key=key))


def load_hackathon(session: Session, today: date, folder: Path = FOLDER) -> tuple[Hackathon, bool]:
    """The event with its challenges and people, and whether its teams are still to be formed.

    A loading that was interrupted goes on. Raises DemoProblem, DraftProblems.
    """
    told = json.loads((folder / "event.json").read_text("utf-8"))
    known = demo_hackathon(session, folder)
    if known is not None and team_state(session, known).formed:
        return known, False
    event = create_hackathon(
        session, parse_hackathon(_event(told, today), today), source=DEMO_SOURCE, external_key=told["key"]
    )
    numbers = {each["need"]: _add_challenge(session, event, each, today) for each in told["challenges"]}
    if event.phase is HackathonPhase.DRAFT:
        advance_phase(session, event, HackathonPhase.REGISTRATION)
    for line in (folder / "registrations.jsonl").read_text("utf-8").splitlines():
        person = json.loads(line)
        draft = parse_registration(_person(person, event, numbers), event, today)
        register(session, event, draft, source=DEMO_SOURCE, external_key=person["key"], consent_version=CONSENT)
    table = read_table((folder / "formulaire.csv").read_bytes())
    import_registrations(session, event, table, columns_for(session, event, table.headers), today)
    return event, True


def form_teams(session: Session, event: Hackathon, similarity: Similarity | None = None) -> None:
    """Form the teams and publish them. Cost: some seconds. Raises DemoProblem when no teams keep the rules."""
    problem = build_problem(session, event, similarity=similarity)
    plan = solve(problem, time_limit_s=MOST_S, iterations=ITERATIONS, seed=1)
    if plan.cost is None:
        raise DemoProblem("The people of the demonstration event fit into no teams.")
    advance_phase(session, event, HackathonPhase.TEAM_FORMATION)
    add_version(session, event.id, problem=problem, plan=plan, origin=PlanOrigin.SOLVED, seed=plan.seed)
    publish(session, event.id, seen_revision=current(session, event.id).revision)


def _event(told: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The fields of the event; it begins on the Friday of the week that is so many days ahead."""
    ahead = today + timedelta(days=told["starts_in_days"])
    friday = ahead + timedelta(days=(4 - ahead.weekday()) % 7)
    halves = [f"{friday + timedelta(days=after)}:{part}" for after, part in told["half_days"]]
    last = max(after for after, _ in told["half_days"])
    fields = {name: value for name, value in told.items() if name not in {"key", "starts_in_days", "challenges"}}
    ends_on = friday + timedelta(days=last)
    return fields | {"starts_on": str(friday), "ends_on": str(ends_on), "half_days": halves}


def _add_challenge(session: Session, event: Hackathon, told: Mapping[str, Any], today: date) -> int:
    """The number of a new challenge made from a need of the demonstration."""
    key = (DEMO_SOURCE, told["need"])
    need = stored_rows(session, ImportKind.NEEDS, [key]).get(key)
    if not isinstance(need, Need):
        raise DemoProblem(f"event.json: the demonstration has no need {told['need']}.")
    challenge = add_from_need(session, event, need, today)
    wanted = {name: value for name, value in told.items() if name != "need"}
    wanted["skills"] = [f"{code}:{level}" for code, level in told["skills"].items()]
    texts = {"title": challenge.title, "statement": challenge.statement}
    revise_challenge(session, challenge, parse_challenge(texts | wanted), event.revision)
    return challenge.id


def _person(told: Mapping[str, Any], event: Hackathon, numbers: Mapping[str, int]) -> dict[str, Any]:
    """The fields of one registration."""
    away = {str(number) for number in told.get("away", ())}
    changed = {
        "skills": [f"{code}:{level}" for code, level in told.get("skills", {}).items()],
        "choices": [str(numbers[need]) for need in told["choices"]],
        "friends": told.get("with", []),
        "half_days": [str(half.number) for half in event.half_days if str(half.number) not in away],
    }
    return {name: value for name, value in told.items() if name not in {"key", "with", "away"}} | changed
