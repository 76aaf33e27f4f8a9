"""What cannot hold together in an event, for its organisers, and the ways out with their prices.

The words are those of the organisers' pages: what follows from a wish to avoid somebody names nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from flask_babel import gettext
from pydantic import ConfigDict, Field

from matcher.hackathons import runs as use_cases
from matcher.hackathons.relaxing import NoSuchWayError, findings_today, keep
from matcher.postings.problems import DraftProblems, FieldProblem, ProblemCode, quoted
from matcher.store import Hackathon
from web.api import problems
from web.api.blueprint import ApiAnswer, bp
from web.api.inputs import Body
from web.api.organising import organised
from web.api.runs import MAY_NOT_START, STARTED, line, started
from web.api.shapes import Out
from web.api.team_inputs import TeamsChange, author_field
from web.api.team_outputs import RunOut
from web.api.words import N_
from web.teams.conflict_cards import ConflictCard, WayCard, conflict_of_run, conflicts_today
from web.teams.pages import event_of
from web.wiring import db

#: Characters of the key of a way out. Chosen: room for the names of everybody who is held fast.
KEY_CHARS: Final = 20_000
_EVENT: Final = "/hackathons/<number:number>/conflicts"
_RUN: Final = "/hackathons/<number:number>/runs/<number:run>"


class WayKept(TeamsChange):
    """A way out that is kept for the event."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"revision": 4, "way": '["size_max", {"size": 7}]'}]})

    way: str = Field(description=N_("Its key, as it was told"), min_length=1, max_length=KEY_CHARS)
    author: str = author_field()


class WayTried(Body):
    """A way out for one computation alone."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"way": "change-0"}]})

    way: str = Field(description=N_("Its key, as it was told"), min_length=1, max_length=KEY_CHARS)
    author: str = author_field()


class WayOut(Out):
    """One way out of a contradiction."""

    sentence: str = Field(description=N_("In the language of the answer"))
    price: str = Field(description=N_("What it costs, in words"))
    key: str | None = Field(description=N_("To be sent; null: it is changed where it was said"))


class ConflictOut(Out):
    """What cannot hold together."""

    sentence: str = Field(description=N_("In the language of the answer"))
    blocking: bool = Field(description=N_("No teams keep all the rules; else a wish that cannot be met"))
    ways: list[WayOut]


class ConflictList(Out):
    """Everything that cannot hold together as things are now."""

    items: list[ConflictOut]


class RunConflictsOut(Out):
    """Why a computation found no teams."""

    conflicts: list[ConflictOut]
    rules: list[str] = Field(description=N_("The fewest rules that cannot hold together"))
    minimal: bool = Field(description=N_("Without any one of the rules the others can hold together"))
    ways: list[WayOut] = Field(description=N_("What helps, for each of these rules"))
    proven: bool = Field(description=N_("It is certain that there are no such teams"))


@bp.get(_EVENT)
@bp.output(ConflictList)
@bp.doc(
    operation_id="listConflicts",
    tags=["Teams"],
    summary=N_("What cannot hold together, before any computation, and the ways out"),
    security="managementToken",
    responses={409: N_("There is nothing to form teams from")},
)
def conflicts(number: int) -> ConflictList:
    """Contradictions of the event as it is."""
    return _today(organised(number))


@bp.post(_EVENT)
@bp.input(WayKept)
@bp.output(ConflictList)
@bp.doc(
    operation_id="relaxEvent",
    tags=["Teams"],
    summary=N_("Keep a way out for the event"),
    description=N_("It changes a size, a number of teams, a rule, or lets go of people who are held fast."),
    security="managementToken",
    responses={409: N_("It is no way out any more, or somebody changed the teams meanwhile")},
)
def relax_event(number: int, json_data: WayKept) -> ApiAnswer:
    """Change what stands in the way."""
    hackathon = organised(number)
    try:
        keep(db.session, hackathon, json_data.way, author=line(json_data.author), seen_revision=json_data.revision)
    except NoSuchWayError:
        return problems.conflict(gettext("This is no way out of what stands now. Read the ways out again."))
    return _today(hackathon)


@bp.get(f"{_RUN}/conflicts")
@bp.output(RunConflictsOut)
@bp.doc(
    operation_id="getRunConflicts",
    tags=["Teams"],
    summary=N_("Why a computation found no teams, and the ways out"),
    security="managementToken",
    responses={409: N_("The computation did not end so")},
)
def run_conflicts(number: int, run: int) -> ApiAnswer:
    """Why no teams keep all the rules."""
    hackathon = organised(number)
    told = use_cases.impossibility_of(use_cases.run_of(db.session, hackathon.id, run))
    if told is None:
        return problems.conflict(gettext("This computation did not end without teams."))
    card = conflict_of_run(told, event_of(hackathon).names)
    return RunConflictsOut(
        conflicts=[_conflict(each, blocking=True) for each in card.conflicts],
        rules=list(card.rules),
        minimal=card.minimal,
        ways=_ways(card.ways),
        proven=card.proven,
    )


@bp.post(f"{_RUN}/relax")
@bp.input(WayTried)
@bp.output(RunOut, status_code=202, description=STARTED)
@bp.doc(
    operation_id="relaxRun",
    tags=["Teams"],
    summary=N_("Compute again with one rule given up, for this computation alone"),
    security="managementToken",
    responses={409: MAY_NOT_START},
)
def relax_run(number: int, run: int, json_data: WayTried) -> ApiAnswer:
    """Ask for the same computation with a way out."""
    row = use_cases.run_of(db.session, organised(number).id, run)
    told = use_cases.impossibility_of(row)
    if told is None:
        return problems.conflict(gettext("This computation did not end without teams."))
    if json_data.way not in told.ways():
        raise DraftProblems([FieldProblem("way", ProblemCode.UNKNOWN_CHOICE, {"value": quoted(json_data.way)})])
    return started(use_cases.ask_relaxed(db.session, row, json_data.way, author=line(json_data.author)))


def _today(hackathon: Hackathon) -> ConflictList:
    found = findings_today(db.session, hackathon)
    cards = conflicts_today(found, event_of(hackathon).names)
    items = [_conflict(card, finding.blocking) for finding, card in zip(found, cards, strict=True)]
    return ConflictList(items=items)


def _conflict(card: ConflictCard, blocking: bool) -> ConflictOut:
    return ConflictOut(sentence=card.words, blocking=blocking, ways=_ways(card.ways))


def _ways(cards: Iterable[WayCard]) -> list[WayOut]:
    return [WayOut(sentence=card.words, price=card.price, key=card.key or None) for card in cards]
