"""What organisers' programs may send about the teams of an event and their computation."""

from __future__ import annotations

from typing import Any, Final

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from matcher.hackathons.limits import CAPACITY
from matcher.hackathons.runs import LEAST_S, MOST_S
from matcher.teams.entities import MOST_NUMBER
from matcher.vocabulary import RunKind
from web.api.hackathon_inputs import Revision, Row
from web.api.inputs import Body
from web.api.words import N_
from web.teams.pages import SIGNER_CHARS
from web.teams.run_forms import MOST_SEED, USUAL_S

#: Characters of a note of a version: those of its column.
NOTE_CHARS: Final = 300
#: Teams that can be held: more than an event of the greatest capacity has.
MOST_TEAMS: Final = int(CAPACITY.maximum)

EXAMPLE_MOVE: Final[JsonDict] = {"revision": 4, "registration": 12, "challenge": 3, "team": 1, "author": "Camille"}
EXAMPLE_SWAP: Final[JsonDict] = {"revision": 4, "registration": 12, "other": 15, "author": "Camille"}
EXAMPLE_LOCKS: Final[JsonDict] = {"revision": 5, "people": [12, 15], "teams": [{"challenge": 3, "number": 1}]}
EXAMPLE_RUN: Final[JsonDict] = {"kind": "repair", "time_limit_s": 30, "max_moves": 2}


def author_field() -> Any:
    """The name that signs a change."""
    return Field("", description=N_("Name that signs the version"), max_length=SIGNER_CHARS)


class TeamKeyIn(Body):
    """Which team of a challenge."""

    challenge: Row
    number: int = Field(ge=1, le=MOST_NUMBER)


class TeamsChange(Body):
    """A change of the teams, and their revision that was read before."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"revision": 4}]})

    revision: Revision


class Publication(TeamsChange):
    """Let people see the teams."""

    force: bool = Field(False, description=N_("Even when rules are broken"))


class PersonMove(TeamsChange):
    """Put somebody into a team, one that stands or the next of its challenge."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_MOVE]})

    registration: Row
    challenge: Row
    team: int = Field(description=N_("Number of the team of that challenge"), ge=1, le=MOST_NUMBER)
    author: str = author_field()
    note: str = Field("", description=N_("Why, for the other organisers"), max_length=NOTE_CHARS)
    force: bool = Field(False, description=N_("Even when rules are broken"))


class PeopleSwap(TeamsChange):
    """Let two people who are in teams change places."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_SWAP]})

    registration: Row
    other: Row = Field(description=N_("Number of the other registration"))
    author: str = author_field()
    note: str = Field("", description=N_("Why, for the other organisers"), max_length=NOTE_CHARS)
    force: bool = Field(False, description=N_("Even when rules are broken"))


class Restoration(TeamsChange):
    """Take an earlier version up again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"revision": 4, "author": "Camille"}]})

    author: str = author_field()


class LocksChange(TeamsChange):
    """Who stays where they are in every later computation: these, and nobody else."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_LOCKS]})

    people: list[Row] = Field(description=N_("Numbers of registrations"), max_length=int(CAPACITY.maximum))
    teams: list[TeamKeyIn] = Field(description=N_("Whole teams; others may still join them"), max_length=MOST_TEAMS)
    author: str = author_field()


class RunRequest(Body):
    """Which computation, and for how long at most."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_RUN]})

    kind: RunKind = Field(
        RunKind.FORM, description=N_("form: from nothing; improve: from the teams at hand; repair: with few moves")
    )
    time_limit_s: int = Field(USUAL_S, description=N_("Seconds of computing, at most"), ge=LEAST_S, le=MOST_S)
    max_moves: int | None = Field(
        None, description=N_("For a repair: people who may change team; null: any number"), ge=0, le=MOST_NUMBER
    )
    seed: int = Field(0, description=N_("Number to begin with; another one leads to other teams"), ge=0, le=MOST_SEED)
    author: str = author_field()
