"""Published teams: who is in them, what people are told of their place, and what they say to it.

A place exists from publication on (:func:`matcher.hackathons.plans.publish`). Whoever declines it, withdraws or does
not come is in no list of a team any more; the place is then for the organisers to fill.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.store import Challenge, CurrentPlan, Hackathon, Registration, TeamPlace
from matcher.store.session import writing
from matcher.teams.entities import ProblemError, Slot
from matcher.teams.files import plan_from_text, problem_from_text
from matcher.vocabulary import PlaceAnswer

if TYPE_CHECKING:
    from matcher.teams.explanations import Explainer, PersonExplanation


class NoPlaceError(LookupError):
    """The person has no published place, or another one than that which they answer about."""


@dataclass(frozen=True, slots=True)
class PublishedTeam:
    """A team as it was announced, without those who left it; `members` by name."""

    challenge: Challenge
    number: int
    members: tuple[Registration, ...]

    @property
    def slot(self) -> Slot:
        """What the solver calls it."""
        return Slot(str(self.challenge.id), self.number)


@dataclass(frozen=True, slots=True)
class OwnTeam:
    """What one person sees of their own place; `mates` by name, the person is not among them."""

    place: TeamPlace
    challenge: Challenge
    mates: tuple[Registration, ...]


def published_teams(session: Session, hackathon: Hackathon) -> tuple[PublishedTeam, ...]:
    """Every announced team that has members left, by challenge in the order of the event, then by number."""
    members: defaultdict[tuple[int, int], list[Registration]] = defaultdict(list)
    for place in places(session, hackathon.id):
        if is_held(place):
            members[place.challenge_id, place.team_number].append(place.registration)
    found = [
        PublishedTeam(challenge, number, tuple(sorted(members[challenge.id, number], key=_by_name)))
        for challenge in hackathon.challenges
        for number in sorted(number for owner, number in members if owner == challenge.id)
    ]
    return tuple(found)


def places(session: Session, hackathon_id: int) -> Sequence[TeamPlace]:
    """Every place that was announced, whatever became of it. One query."""
    query = select(TeamPlace).join(TeamPlace.registration).where(Registration.hackathon_id == hackathon_id)
    return session.scalars(query.order_by(TeamPlace.registration_id)).all()


def places_by_participant(session: Session, hackathon_id: int) -> Mapping[str, TeamPlace]:
    """The same by the id that a person has in problems and plans."""
    return {str(place.registration_id): place for place in places(session, hackathon_id)}


def is_held(place: TeamPlace) -> bool:
    """Whether the person is still in that team."""
    return place.answer is not PlaceAnswer.DECLINED and place.registration.takes_part


def own_team(session: Session, registration: Registration) -> OwnTeam | None:
    """The place of one person and who else is in the team; None before publication or without a place."""
    place = session.get(TeamPlace, registration.id)
    if place is None or not registration.takes_part:
        return None
    others = session.scalars(
        select(TeamPlace).where(
            TeamPlace.challenge_id == place.challenge_id,
            TeamPlace.team_number == place.team_number,
            TeamPlace.registration_id != registration.id,
        )
    )
    mates = tuple(sorted((each.registration for each in others if is_held(each)), key=_by_name))
    challenge = session.get_one(Challenge, place.challenge_id)
    return OwnTeam(place, challenge, mates)


def explanation_for(session: Session, registration: Registration) -> PersonExplanation | None:
    """Why a person has their published place, for themselves: nothing in it depends on a wish to avoid somebody.

    None without a published place. Cost: 0.05 s for 200 people the first time for a version, nothing afterwards.
    """
    current = session.get(CurrentPlan, registration.hackathon_id)
    published = current.published if current else None
    if published is None:
        return None
    try:
        return _explainer(published.problem, published.plan).person(str(registration.id))
    except ProblemError:  # registered after these teams were formed
        return None


def answer_place(session: Session, registration: Registration, answer: PlaceAnswer, slot: Slot, now: datetime) -> None:
    """Accept or decline the place at ``slot``; a mind may be changed until the teams change.

    Raises NoPlaceError when the person has no place, or not that one any more.
    """
    with writing(session):
        place = session.get(TeamPlace, registration.id, populate_existing=True)
        if place is None or not registration.takes_part or slot != slot_of(place):
            raise NoPlaceError
        place.answer = answer
        place.answered_at = now


def slot_of(place: TeamPlace) -> Slot:
    """Which team the place is in."""
    return Slot(str(place.challenge_id), place.team_number)


def untold(session: Session, hackathon_id: int) -> list[TeamPlace]:
    """Places that no mail was queued about: new or changed since, and with an e-mail address."""
    return [each for each in places(session, hackathon_id) if each.told_at is None and is_held(each) and _email(each)]


def without_email(session: Session, hackathon_id: int) -> list[Registration]:
    """People with a place whom no mail can reach, by name."""
    lost = [each.registration for each in places(session, hackathon_id) if is_held(each) and not _email(each)]
    return sorted(lost, key=_by_name)


def names_told(session: Session, people: Collection[str]) -> Mapping[str, str]:
    """Names of these participants, who are named in an explanation, by their id."""
    query = select(Registration.id, Registration.name).where(Registration.id.in_([int(each) for each in people]))
    return {str(number): name for number, name in session.execute(query)}


def organisations_of(session: Session, hackathon_id: int) -> Sequence[str]:
    """Organisations from which people come to the event, as they wrote them."""
    query = select(Registration.organisation).where(Registration.hackathon_id == hackathon_id)
    return session.scalars(query.where(Registration.organisation != "").distinct()).all()


def answers(rows: Sequence[TeamPlace]) -> Mapping[PlaceAnswer | None, int]:
    """How many people said what to their place; None: nothing yet."""
    found: dict[PlaceAnswer | None, int] = {PlaceAnswer.ACCEPTED: 0, PlaceAnswer.DECLINED: 0, None: 0}
    for row in rows:
        found[row.answer] += 1
    return found


@lru_cache(maxsize=4)
def _explainer(problem_text: str, plan_text: str) -> Explainer:
    """The explanations of a version. Wishes to avoid somebody are taken out before anything is computed."""
    from matcher.teams.explanations import explain  # noqa: PLC0415 - with numpy, which no list of teams needs

    problem = replace(problem_from_text(problem_text), avoid=())
    return explain(problem, plan_from_text(plan_text).assignment, for_organiser=False)


def _by_name(registration: Registration) -> tuple[str, int]:
    return registration.name.casefold(), registration.id


def _email(place: TeamPlace) -> bool:
    return bool(place.registration.email)
