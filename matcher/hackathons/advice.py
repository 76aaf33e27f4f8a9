"""What organisers of an event had better do next, from where it stands. Pure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final

from matcher.hackathons.queries import HeadCount, TeamState
from matcher.store import Hackathon
from matcher.vocabulary import HackathonPhase

#: Steps told at once: more would be a scolding. Chosen.
SHOWN: Final = 3


class Step(StrEnum):
    """Something to do, in the order in which events need it."""

    ADD_CHALLENGES = "add_challenges"
    WRITE_CONDUCT = "write_conduct"
    OPEN_REGISTRATION = "open_registration"
    INVITE = "invite"
    END_REGISTRATION = "end_registration"
    FORM_TEAMS = "form_teams"
    PUBLISH_TEAMS = "publish_teams"
    START_EVENT = "start_event"
    CHECK_IN = "check_in"
    WRITE_CRITERIA = "write_criteria"
    START_JUDGING = "start_judging"
    CLOSE = "close"
    TELL_OUTCOMES = "tell_outcomes"


def next_steps(hackathon: Hackathon, people: HeadCount, teams: TeamState, today: date) -> list[Step]:
    """At most :data:`SHOWN` steps, the first one first."""
    return _OF_PHASE[hackathon.phase](hackathon, people, teams, today)[:SHOWN]


def _draft(hackathon: Hackathon, people: HeadCount, teams: TeamState, today: date) -> list[Step]:
    missing = _if(not hackathon.open_challenges, Step.ADD_CHALLENGES)
    missing += _if(not hackathon.code_of_conduct, Step.WRITE_CONDUCT)
    return [*missing, Step.OPEN_REGISTRATION]


def _registration(hackathon: Hackathon, people: HeadCount, teams: TeamState, today: date) -> list[Step]:
    last = hackathon.registration_ends_on or hackathon.starts_on
    is_full = hackathon.capacity is not None and people.registered >= hackathon.capacity
    steps = _if(not hackathon.open_challenges, Step.ADD_CHALLENGES)
    if last < today or is_full:
        return [*steps, Step.END_REGISTRATION]
    return [*steps, Step.INVITE, *_if(not hackathon.code_of_conduct, Step.WRITE_CONDUCT)]


def _team_formation(hackathon: Hackathon, people: HeadCount, teams: TeamState, today: date) -> list[Step]:
    if not teams.formed:
        return [*_if(not hackathon.open_challenges, Step.ADD_CHALLENGES), Step.FORM_TEAMS]
    return [*_if(not teams.published, Step.PUBLISH_TEAMS), *_if(teams.published, Step.START_EVENT)]


def _event(hackathon: Hackathon, people: HeadCount, teams: TeamState, today: date) -> list[Step]:
    ends = _if(today >= hackathon.ends_on, Step.START_JUDGING)
    return [Step.CHECK_IN, *_if(not hackathon.criteria, Step.WRITE_CRITERIA), *ends]


def _judging(hackathon: Hackathon, people: HeadCount, teams: TeamState, today: date) -> list[Step]:
    return [*_if(not hackathon.criteria, Step.WRITE_CRITERIA), Step.CLOSE]


def _closed(hackathon: Hackathon, people: HeadCount, teams: TeamState, today: date) -> list[Step]:
    return _if(any(row.outcome is None for row in hackathon.open_challenges), Step.TELL_OUTCOMES)


_OF_PHASE: Final = {
    HackathonPhase.DRAFT: _draft,
    HackathonPhase.REGISTRATION: _registration,
    HackathonPhase.TEAM_FORMATION: _team_formation,
    HackathonPhase.EVENT: _event,
    HackathonPhase.JUDGING: _judging,
    HackathonPhase.CLOSED: _closed,
}


def _if(needed: bool, step: Step) -> list[Step]:
    return [step] if needed else []
