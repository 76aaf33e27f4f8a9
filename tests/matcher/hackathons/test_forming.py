"""From stored rows to a problem: who takes part, what their wishes become, and at what price."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from matcher.hackathons.forming import build_problem, keeping_teams, similarity_in
from matcher.hackathons.locks import Locks, locks_data, locks_for, locks_from, slot_of, team_key
from matcher.store import TeamPlace
from matcher.teams.entities import ProblemError
from matcher.teams.problem import AvoidPair, FriendPair, Lock, Slot, slots
from matcher.vocabulary import Attendance, Experience, Family, PlaceAnswer, RegistrationStatus, TeamRole, TeamStatus
from tests import builders
from tests.hackathons import make_challenge, make_hackathon, make_registration
from tests.matcher.hackathons.events import make_event


def test_a_registration_becomes_a_participant(session: Session) -> None:
    """Roles, levels, experience, languages, half-days and choices are those of the registration."""
    hackathon = make_hackathon(session)
    python = builders.skill(session, "python")
    first, second = make_challenge(session, hackathon), make_challenge(session, hackathon)
    person = make_registration(
        session, hackathon, organisation="Les Épicéas", roles=frozenset({TeamRole.DESIGN, TeamRole.DOMAIN}),
        skills={python: 3}, experience=Experience.USED, is_newcomer=True, languages=["fr", "de"], away=["1"],
        choices=[second, first],
    )  # fmt: skip
    (found,) = build_problem(session, hackathon).participants
    assert found.id == str(person.id)
    assert found.organisation == "les epiceas"
    assert found.roles == {"design", "domain"}
    assert found.skills == {"python": 3}
    assert found.experience == 2
    assert found.newcomer
    assert found.languages == {"fr", "de"}
    assert found.availability == {0, 2, 3}
    assert found.ranked == (str(second.id), str(first.id))


def test_who_names_no_language_speaks_those_of_the_event(session: Session) -> None:
    """An import without languages does not make people whom nobody understands."""
    hackathon = make_hackathon(session, languages=["fr", "en"])
    make_challenge(session, hackathon)
    make_registration(session, hackathon, languages=[])
    assert build_problem(session, hackathon).participants[0].languages == {"fr", "en"}


def test_only_people_who_take_part_are_participants(session: Session) -> None:
    """Who waits, withdrew or did not come has no place, nor have their wishes a meaning."""
    hackathon = make_hackathon(session)
    make_challenge(session, hackathon)
    away = [
        make_registration(session, hackathon, status=RegistrationStatus.WAITING),
        make_registration(session, hackathon, status=RegistrationStatus.WITHDRAWN),
        make_registration(session, hackathon, attendance=Attendance.NO_SHOW),
    ]
    there = make_registration(session, hackathon, attendance=Attendance.CHECKED_IN, friends=away, avoids=away)
    problem = build_problem(session, hackathon)
    assert [person.id for person in problem.participants] == [str(there.id)]
    assert problem.friends == ()
    assert problem.avoid == ()


def test_wishes_to_be_together_are_mutual_when_both_ask(session: Session) -> None:
    """Ada and Bo asked for each other; Cléo asked for Ada, who did not."""
    hackathon = make_hackathon(session)
    make_challenge(session, hackathon)
    ada = make_registration(session, hackathon)
    bo = make_registration(session, hackathon, friends=[ada])
    cleo = make_registration(session, hackathon, friends=[ada])
    ada.wishes = [*make_registration(session, hackathon, friends=[bo]).wishes]
    session.commit()
    found = {frozenset((pair.first, pair.second)): pair for pair in build_problem(session, hackathon).friends}
    assert found[frozenset({str(ada.id), str(bo.id)})].mutual
    assert found[frozenset({str(ada.id), str(cleo.id)})] == FriendPair(str(cleo.id), str(ada.id), mutual=False)
    assert len(found) == 2


def test_a_wish_to_be_apart_is_confirmed_by_either_side(session: Session) -> None:
    """One pair, whoever wished it, and confirmed as soon as one of the two wishes is."""
    hackathon = make_hackathon(session)
    make_challenge(session, hackathon)
    ada = make_registration(session, hackathon)
    bo = make_registration(session, hackathon, avoids=[ada])
    bo.wishes[0].is_confirmed = True
    session.commit()
    assert build_problem(session, hackathon).avoid == (AvoidPair(str(ada.id), str(bo.id), confirmed=True),)


def test_people_who_come_as_a_team_are_a_block(session: Session) -> None:
    """The name counts without accents and capitals; who only looks for a team is not in it."""
    hackathon = make_hackathon(session)
    make_challenge(session, hackathon)
    names = [("Les Étoiles", TeamStatus.TEAM), ("les etoiles ", TeamStatus.TEAM), ("Les Étoiles", TeamStatus.LOOKING)]
    people = [make_registration(session, hackathon, team_name=name, team_status=status) for name, status in names]
    assert build_problem(session, hackathon).blocks == (frozenset({str(people[0].id), str(people[1].id)}),)


def test_a_team_that_is_too_large_is_kept_together_as_far_as_possible(session: Session) -> None:
    """Four who come as a team where teams have three at most: no block, but mutual friends, each pair of them."""
    hackathon = make_hackathon(session, size_min=2, size_target=3, size_max=3)
    make_challenge(session, hackathon)
    for _ in range(4):
        make_registration(session, hackathon, team_name="Tous", team_status=TeamStatus.TEAM)
    problem = build_problem(session, hackathon)
    assert problem.blocks == ()
    assert len(problem.friends) == 6
    assert all(pair.mutual for pair in problem.friends)


def test_a_challenge_for_some_families_is_for_their_people(session: Session) -> None:
    """Whoever did not say their family is of none that was asked for."""
    hackathon = make_hackathon(session)
    make_challenge(session, hackathon, families=frozenset({Family.TRAINING}))
    student = make_registration(session, hackathon, family=Family.TRAINING)
    make_registration(session, hackathon, family=None)
    assert build_problem(session, hackathon).challenges[0].eligible == {str(student.id)}


def test_the_owner_of_a_challenge_is_recognised_among_the_people(session: Session) -> None:
    """The organisation of the need and that of a registration have one key, however they are typed."""
    hackathon = make_hackathon(session)
    owner = builders.organisation(session, name="Épicerie d’Été")
    make_challenge(session, hackathon, organisation=owner, wants_owner=True)
    make_challenge(session, hackathon, wants_owner=True)
    make_registration(session, hackathon, organisation="epicerie d'ete")
    problem = build_problem(session, hackathon)
    assert problem.challenges[0].owner == problem.participants[0].organisation
    assert problem.challenges[0].wants_owner
    assert not problem.challenges[1].wants_owner


def test_what_was_declined_is_not_proposed_again(session: Session) -> None:
    """Declining a place is saying no to its challenge; accepting is nothing."""
    hackathon = make_hackathon(session)
    challenge = make_challenge(session, hackathon)
    people = [make_registration(session, hackathon) for _ in range(2)]
    for person, answer in zip(people, PlaceAnswer, strict=True):
        session.add(TeamPlace(registration_id=person.id, challenge_id=challenge.id, team_number=1, answer=answer))
    session.commit()
    assert build_problem(session, hackathon).never == {(str(people[1].id), str(challenge.id))}


def test_a_withdrawn_challenge_is_gone_from_choices_and_locks(session: Session) -> None:
    """Nobody can be sent to it, and a lock to it holds nobody."""
    made = make_event(session, people=6, challenges=2)
    made.challenges[0].withdrawn_at = datetime.now(UTC)
    session.commit()
    lock = Lock(made.who(0), str(made.challenges[0].id), 1)
    problem = build_problem(session, made.hackathon, locks=[lock])
    assert [each.id for each in problem.challenges] == [str(made.challenges[1].id)]
    assert problem.locks == ()
    assert all(person.ranked in {(), (str(made.challenges[1].id),)} for person in problem.participants)


def test_similarity_counts_where_nothing_was_ranked_and_can_be_read_back(session: Session) -> None:
    """What a problem was built with builds the next one without an encoder."""
    made = make_event(session, people=6, challenges=3)
    person = made.people[0]
    near = {person.id: {challenge.id: 0.5 for challenge in made.challenges}}
    problem = build_problem(session, made.hackathon, similarity=near)
    unranked = {str(each.id) for each in made.challenges} - set(problem.participants[0].ranked)
    assert problem.participants[0].similarity == dict.fromkeys(unranked, 0.5)
    assert build_problem(session, made.hackathon, similarity=similarity_in(problem)) == problem


def test_nobody_or_nothing_is_said_in_one_sentence(session: Session) -> None:
    """Without people or without challenges there is no problem to solve."""
    hackathon = make_hackathon(session)
    with pytest.raises(ProblemError):
        build_problem(session, hackathon)


def test_the_number_of_queries_does_not_grow_with_the_people(session: Session, engine: Engine) -> None:
    """Fifteen when nothing is loaded yet, for 6 people as for 60."""
    counts = []
    for people in (6, 60):
        made = make_event(session, people=people)
        session.expire_all()
        count = _queries(engine, lambda event=made: build_problem(session, event.hackathon))
        counts.append(count)
    assert counts[0] == counts[1] <= 15


def test_a_team_that_stands_may_stay_when_there_are_fewer_places(session: Session) -> None:
    """With six people the model offers two teams of a challenge; a third one that exists is kept open."""
    made = make_event(session, people=6, challenges=2)
    problem = build_problem(session, made.hackathon)
    third = made.slot(0, 3)
    assert third not in slots(problem)
    kept = keeping_teams(problem, {made.who(0): third, made.who(1): third})
    assert third in slots(kept)
    assert kept.locks == (Lock(made.who(0), third.challenge, 3),)


def test_a_team_above_the_number_allowed_may_not_stay(session: Session) -> None:
    """The organiser's greatest number of teams is a rule, not an estimate."""
    made = make_event(session, people=6, challenges=2)
    made.challenges[0].max_teams = 1
    session.commit()
    problem = build_problem(session, made.hackathon)
    assert keeping_teams(problem, {made.who(0): made.slot(0, 2)}) == problem


def test_locks_hold_people_and_whole_teams() -> None:
    """Who is held, by name or with their team, is told with the place where they are; others are not."""
    one, two = Slot("7", 1), Slot("7", 2)
    assignment = {"1": one, "2": one, "3": two, "4": two}
    locks = Locks(people=frozenset({"1", "9"}), teams=frozenset({team_key(two)}))
    assert locks_for(assignment, locks) == (Lock("1", "7", 1), Lock("3", "7", 2), Lock("4", "7", 2))
    assert locks_from(locks_data(locks)) == locks
    assert locks_from({}) == Locks()


@pytest.mark.parametrize("key", ["", "7", ":1", "7:", "7:x", "7:-1", "7:0", "7:²"])
def test_what_is_no_key_of_a_team_is_refused(key: str) -> None:
    """A form can send anything."""
    with pytest.raises(ValueError, match=r".+"):
        slot_of(key)


def _queries(engine: Engine, action: object) -> int:
    count = 0

    def on_execute(*_: object) -> None:
        nonlocal count
        count += 1

    event.listen(engine, "before_cursor_execute", on_execute)
    try:
        assert callable(action)
        action()
    finally:
        event.remove(engine, "before_cursor_execute", on_execute)
    return count
