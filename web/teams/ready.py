"""Before the first teams: what there is to form them from, and what stands in the way."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext

from matcher.hackathons.relaxing import findings_today
from matcher.store import Hackathon
from matcher.teams.entities import ProblemError
from web.teams.board_cards import Event
from web.teams.rule_words import finding_sentence
from web.wiring import db


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stands in the way; where it is mended, by the end of the organisers' address, and the words for that."""

    words: str
    mended_at: str = ""
    mend_words: str = ""


@dataclass(frozen=True, slots=True)
class Readiness:
    """What there is. Without obstacles, teams can be computed."""

    people: int
    challenges: int
    obstacles: tuple[Obstacle, ...]
    has_ways_out: bool


def readiness(hackathon: Hackathon, event: Event) -> Readiness:
    """What there is to form teams from. Cost: as :func:`findings_today`."""
    people = sum(each.takes_part for each in event.registrations.values())
    challenges = len(hackathon.open_challenges)
    lacking = []
    if not challenges:
        lacking.append(Obstacle(gettext("There is no challenge yet."), "/defis", gettext("Add challenges")))
    if not people:
        lacking.append(Obstacle(gettext("Nobody takes part yet."), "/inscriptions", gettext("See the registrations")))
    if lacking:
        return Readiness(people, challenges, tuple(lacking), has_ways_out=False)
    try:
        found = findings_today(db.session, hackathon)
    except ProblemError as error:
        return Readiness(people, challenges, (Obstacle(str(error)),), has_ways_out=False)
    blocking = tuple(Obstacle(finding_sentence(each, event.names)) for each in found if each.blocking)
    return Readiness(people, challenges, blocking, has_ways_out=bool(blocking))
