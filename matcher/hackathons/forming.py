"""From stored registrations and challenges to a problem that a solver understands.

Participants are the registrations that take part, by their number as text; challenges those that are not withdrawn,
likewise. Whoever declined a place gets no other one of the same challenge: a "never" of the problem.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.hackathons.settings import rules_of, weights_of
from matcher.store import Challenge, Hackathon, Registration, TeamPlace
from matcher.teams import problem as teams
from matcher.teams.problem import MOST_NUMBER, Assignment, AvoidPair, FriendPair, Lock, Participant, Problem
from matcher.text import fold
from matcher.vocabulary import Attendance, PlaceAnswer, RegistrationStatus, TeamStatus, WishKind

#: How near a person's profile is to the text of a challenge, [0, 1]: by registration, by challenge.
Similarity = Mapping[int, Mapping[int, float]]

_Pair = tuple[str, str]


def build_problem(
    session: Session,
    hackathon: Hackathon,
    *,
    similarity: Similarity | None = None,
    locks: Iterable[Lock] = (),
) -> Problem:
    """Everything that teams of this event are formed from, as it is stored now.

    Parameters
    ----------
    similarity
        For challenges that a person did not rank; None: not known.
    locks
        See :func:`matcher.hackathons.locks.locks_for`; those of people who do not take part any more and of
        challenges that were withdrawn are left out.

    People who come as a team (same team name, without regard to accents and capitals) are a block. One that is
    larger than a team may be becomes mutual friends instead, so that as many as possible stay together and
    :mod:`matcher.teams.feasibility` says why not all do.

    Raises :class:`~matcher.teams.entities.ProblemError` when nobody takes part, there is no challenge, or a
    setting is out of range. Cost: fifteen queries at most, for up to 500 people; three more for each 500 more.
    """
    rules = rules_of(hackathon)
    people = taking_part(session, hackathon.id)
    challenges = hackathon.open_challenges
    ids, numbers = {str(each.id) for each in people}, {str(each.id) for each in challenges}
    groups = _groups(people)
    return Problem(
        participants=tuple(_participant(each, hackathon, challenges, similarity or {}) for each in people),
        challenges=tuple(_challenge(each, people) for each in challenges),
        friends=_friends(people, (group for group in groups if len(group) > rules.size_max)),
        avoid=_avoided(people),
        locks=tuple(lock for lock in locks if lock.participant in ids and lock.challenge in numbers),
        never=frozenset(pair for pair in _declined(session, hackathon.id) if pair[0] in ids and pair[1] in numbers),
        blocks=tuple(group for group in groups if len(group) <= rules.size_max),
        rules=rules,
        weights=weights_of(hackathon),
    )


def taking_part(session: Session, hackathon_id: int) -> Sequence[Registration]:
    """Registrations for which a team has to be found, oldest first."""
    query = select(Registration).where(
        Registration.hackathon_id == hackathon_id,
        Registration.status == RegistrationStatus.REGISTERED,
        Registration.attendance != Attendance.NO_SHOW,
    )
    return session.scalars(query.order_by(Registration.id)).all()


def organisation_key(name: str) -> str | None:
    """What the solver calls an organisation: the same however it is typed; None for none."""
    return fold(name).strip() or None


def similarity_in(problem: Problem) -> dict[int, dict[int, float]]:
    """The similarity that a problem of this module was built with, to build it again without an encoder."""
    return {
        int(person.id): {int(challenge): value for challenge, value in person.similarity.items()}
        for person in problem.participants
        if person.similarity
    }


def keeping_teams(problem: Problem, assignment: Assignment) -> Problem:
    """The problem in which each team of the assignment may exist, as far as its challenge allows so many.

    How many teams a challenge may get follows from how many people there are (:func:`~matcher.teams.problem.slots`):
    with fewer people, or one more challenge, there would be no room for a team that stands. Its first member is
    locked to it then.
    """
    offered, locked = set(teams.slots(problem)), {lock.participant for lock in problem.locks}
    people = {person.id for person in problem.participants}
    most = {each.id: MOST_NUMBER if each.max_teams is None else each.max_teams for each in problem.challenges}
    more = []
    for team in teams.teams_of({who: slot for who, slot in assignment.items() if who in people}):
        free = [who for who in team.members if who not in locked]
        if free and team.slot not in offered and team.slot.number <= most.get(team.slot.challenge, 0):
            more.append(Lock(free[0], team.slot.challenge, team.slot.number))
    return replace(problem, locks=(*problem.locks, *more)) if more else problem


def _participant(
    person: Registration, hackathon: Hackathon, challenges: Sequence[Challenge], similarity: Similarity
) -> Participant:
    open_ones = {each.id for each in challenges}
    ranked = [choice.challenge_id for choice in person.choices if choice.challenge_id in open_ones]
    near = similarity.get(person.id, {})
    numbers = {half_day.number for half_day in hackathon.half_days}
    return Participant(
        id=str(person.id),
        organisation=organisation_key(person.organisation),
        roles=frozenset(role.value for role in person.roles),
        skills={each.skill.code: each.level for each in person.skills},
        experience=person.experience.points,
        # Somebody who names no language (an import) is taken to speak those of the event.
        languages=frozenset(person.languages or hackathon.languages or [hackathon.language.value]),
        availability=frozenset(numbers - {int(away) for away in person.away}) if person.away and numbers else None,
        ranked=tuple(map(str, ranked)),
        similarity={
            str(challenge): min(1.0, max(0.0, value))
            for challenge, value in near.items()
            if challenge in open_ones and challenge not in ranked
        },
        newcomer=person.is_newcomer,
    )


def _challenge(challenge: Challenge, people: Iterable[Registration]) -> teams.Challenge:
    """`eligible`: whoever is of one of the families asked for; a family that is not known is none of them."""
    owner = organisation_key(challenge.organisation.name) if challenge.organisation else None
    eligible = {str(each.id) for each in people if each.family in challenge.families}
    return teams.Challenge(
        id=str(challenge.id),
        roles={each.role.value: each.count for each in challenge.roles},
        skills={each.skill.code: each.level for each in challenge.skills},
        min_teams=challenge.min_teams,
        max_teams=challenge.max_teams,
        owner=owner,
        wants_owner=challenge.wants_owner and owner is not None,
        languages=frozenset(challenge.languages),
        eligible=frozenset(eligible) if challenge.families else None,
    )


def _groups(people: Iterable[Registration]) -> list[frozenset[str]]:
    """Those who come as a team, by its name, at least two."""
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for person in people:
        name = " ".join(fold(person.team_name).split())
        if person.team_status is TeamStatus.TEAM and name:
            groups[name].add(str(person.id))
    return [frozenset(groups[name]) for name in sorted(groups) if len(groups[name]) > 1]


def _friends(people: Sequence[Registration], together: Iterable[frozenset[str]]) -> tuple[FriendPair, ...]:
    """Who wishes to be with whom, the one who wishes first; and all pairs of these groups, as if both wished it."""
    wished = dict.fromkeys(_wished(people, WishKind.WITH))
    found = {frozenset(pair): FriendPair(*pair, mutual=pair[::-1] in wished) for pair in reversed(wished)}
    for group in together:
        for first, second in combinations(sorted(group, key=int), 2):
            found[frozenset((first, second))] = FriendPair(first, second)
    return tuple(found.values())


def _avoided(people: Sequence[Registration]) -> tuple[AvoidPair, ...]:
    """Who is to be kept apart; confirmed when an organiser confirmed the wish of either."""
    confirmed: defaultdict[frozenset[str], bool] = defaultdict(bool)
    for pair, is_confirmed in _wished(people, WishKind.AVOID).items():
        confirmed[frozenset(pair)] |= is_confirmed
    ordered = ((min(pair, key=int), max(pair, key=int), each) for pair, each in confirmed.items())
    return tuple(AvoidPair(first, second, each) for first, second, each in ordered)


def _wished(people: Sequence[Registration], kind: WishKind) -> dict[_Pair, bool]:
    """Wishes of participants about other participants, once each, and whether one of them is confirmed."""
    there = {person.id for person in people}
    found: dict[_Pair, bool] = {}
    for wish in (wish for person in people for wish in person.wishes):
        if wish.kind is kind and wish.other_id in there and wish.other_id != wish.registration_id:
            pair = (str(wish.registration_id), str(wish.other_id))
            found[pair] = found.get(pair, False) or wish.is_confirmed
    return found


def _declined(session: Session, hackathon_id: int) -> list[_Pair]:
    query = (
        select(TeamPlace.registration_id, TeamPlace.challenge_id)
        .join(Registration, Registration.id == TeamPlace.registration_id)
        .where(Registration.hackathon_id == hackathon_id, TeamPlace.answer == PlaceAnswer.DECLINED)
    )
    return [(str(who), str(challenge)) for who, challenge in session.execute(query)]
