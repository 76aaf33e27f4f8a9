"""Versions of the teams: changes by hand, two organisers at once, undo, restore, publication."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from matcher.hackathons import plans
from matcher.hackathons.comparing import Move, differences
from matcher.hackathons.forming import build_problem
from matcher.hackathons.locks import Locks, team_key
from matcher.hackathons.plans import NoPlanError, PlanChangedMeanwhile, RulesBroken
from matcher.store import TeamPlace, TeamPlanVersion
from matcher.teams.checker import Rule, check
from matcher.teams.plan import WrongPlanError
from matcher.teams.problem import Lock
from matcher.vocabulary import Attendance, PlaceAnswer, PlanOrigin
from tests.hackathons import make_registration
from tests.matcher.hackathons.events import Event, formed, make_event, seen


@pytest.fixture
def made(session: Session) -> Event:
    """Twelve people in three teams of four: one of each challenge, in the order of the people."""
    event = make_event(session)
    formed(session, event)
    return event


def current(session: Session, event: Event) -> TeamPlanVersion:
    """The version that the organisers work on, read anew."""
    session.rollback()
    return plans.current_version(session, event.hackathon.id)


def test_before_the_first_version_there_is_nothing(session: Session) -> None:
    """Reading stores nothing, and there is nothing to undo, to publish or to change."""
    event = make_event(session)
    assert plans.current(session, event.hackathon.id).revision == 0
    assert not session.new
    with pytest.raises(NoPlanError):
        plans.publish(session, event.hackathon.id, seen_revision=0)
    with pytest.raises(NoPlanError):
        plans.undo(session, event.hackathon.id, seen_revision=0)
    with pytest.raises(NoPlanError):
        plans.move_person(session, event.hackathon.id, event.who(0), event.slot(0), author="", seen_revision=0)


def test_a_version_keeps_what_the_checker_found(session: Session, made: Event) -> None:
    """Number, costs and teams can be read back, and the checker agrees with them."""
    version = current(session, made)
    assert (version.number, version.parent_id) == (1, None)
    found = check(plans.problem_of(version), plans.plan_of(version).assignment)
    assert found.valid
    assert found.cost == version.cost >= version.bound
    assert plans.plan_of(version).assignment == made.in_order(4)


def test_a_solver_s_plan_that_breaks_a_rule_is_not_stored(session: Session) -> None:
    """Two people are no team of three: whoever says so is wrong."""
    event = make_event(session, people=8, challenges=2)
    problem = build_problem(session, event.hackathon)
    wrong = plans.counted(problem, {event.who(at): event.slot(0 if at < 2 else 1) for at in range(8)})
    with pytest.raises(WrongPlanError):
        plans.add_version(session, event.hackathon.id, problem=problem, plan=wrong, origin=PlanOrigin.SOLVED)
    assert session.scalar(select(func.count()).select_from(TeamPlanVersion)) == 0


def test_a_move_by_hand_is_a_new_version(session: Session, made: Event) -> None:
    """The person is there, everybody else stays, the version before is as it was, and both name who did it."""
    version = plans.move_person(
        session, made.hackathon.id, made.who(0), made.slot(1), author="Ada", seen_revision=seen(session, made)
    )
    assert (version.number, version.origin, version.author) == (2, PlanOrigin.EDITED, "Ada")
    assert plans.plan_of(version).assignment == {**made.in_order(4), made.who(0): made.slot(1)}
    first = plans.version_of(session, made.hackathon.id, 1)
    assert version.parent_id == first.id
    assert differences(first, version).moves == (Move(made.who(0), made.slot(0), made.slot(1)),)
    assert differences(first, version).totals == (first.cost, version.cost)


def test_a_move_that_breaks_a_rule_is_refused_with_the_rule(session: Session, made: Event) -> None:
    """A second person leaves: two remain, and teams have three at least. With force it is done and can be seen."""
    hackathon = made.hackathon.id
    plans.move_person(session, hackathon, made.who(0), made.slot(1), author="", seen_revision=seen(session, made))
    where = {"author": "", "seen_revision": seen(session, made)}
    with pytest.raises(RulesBroken) as refused:
        plans.move_person(session, hackathon, made.who(1), made.slot(1), **where)
    assert [broken.rule for broken in refused.value.broken] == [Rule.TOO_SMALL]
    assert current(session, made).number == 2
    forced = plans.move_person(session, hackathon, made.who(1), made.slot(1), force=True, **where)
    assert [broken.rule for broken in plans.standing(session, made.hackathon, forced).broken] == [Rule.TOO_SMALL]


def test_what_was_broken_before_does_not_stop_a_change(session: Session, made: Event) -> None:
    """A late arrival has no team: others can be moved all the same, and so can they, into a team."""
    late = make_registration(session, made.hackathon)
    stands = plans.standing(session, made.hackathon, current(session, made))
    assert stands.arrived == (str(late.id),)
    hackathon = made.hackathon.id
    plans.move_person(session, hackathon, made.who(0), made.slot(1), author="", seen_revision=seen(session, made))
    version = plans.move_person(
        session, hackathon, str(late.id), made.slot(0), author="", seen_revision=seen(session, made)
    )
    assert plans.standing(session, made.hackathon, version).broken == ()


def test_helping_a_team_that_is_too_small_breaks_nothing(session: Session, made: Event) -> None:
    """One of two absent people's places is taken: the team is still too small, but less so."""
    for person in made.people[:2]:
        person.attendance = Attendance.NO_SHOW
    session.commit()
    late = make_registration(session, made.hackathon)
    made.hackathon.size_min = 4
    session.commit()
    version = plans.move_person(
        session, made.hackathon.id, str(late.id), made.slot(0), author="", seen_revision=seen(session, made)
    )
    stands = plans.standing(session, made.hackathon, version)
    assert [(broken.rule, broken.params["size"]) for broken in stands.broken] == [(Rule.TOO_SMALL, 3)]


def test_a_new_team_is_the_next_one_of_its_challenge(session: Session, made: Event) -> None:
    """Three people make team 2, or team 3 where there are two; a team in the blue does not exist."""
    hackathon = made.hackathon.id
    where = {"author": "", "force": True}
    three = {made.who(at): made.slot(0, 2) for at in (4, 5, 8)}
    version = plans.change_places(session, hackathon, three, seen_revision=seen(session, made), **where)
    assert len(plans.plan_of(version).teams) == 4
    version = plans.move_person(
        session, hackathon, made.who(0), made.slot(0, 3), seen_revision=seen(session, made), **where
    )
    assert plans.plan_of(version).assignment[made.who(0)] == made.slot(0, 3)
    with pytest.raises(RulesBroken) as refused:
        plans.move_person(session, hackathon, made.who(0), made.slot(0, 9), seen_revision=seen(session, made), **where)
    assert [broken.rule for broken in refused.value.broken] == [Rule.SLOT]


def test_somebody_unknown_cannot_be_placed_even_by_force(session: Session, made: Event) -> None:
    """A number in a form that is nobody's changes nothing."""
    with pytest.raises(RulesBroken) as refused:
        plans.move_person(
            session, made.hackathon.id, "999", made.slot(0), author="", seen_revision=seen(session, made), force=True
        )
    assert [broken.rule for broken in refused.value.broken] == [Rule.STRANGER]


def test_two_people_change_places(session: Session, made: Event) -> None:
    """Both at once, so that no team is too small in between."""
    version = plans.swap_people(
        session, made.hackathon.id, made.who(0), made.who(4), author="", seen_revision=seen(session, made)
    )
    after = plans.plan_of(version).assignment
    assert (after[made.who(0)], after[made.who(4)]) == (made.slot(1), made.slot(0))


def test_who_is_held_can_only_be_moved_by_force(session: Session, made: Event) -> None:
    """A lock is a rule; locks are kept by later versions, and those of people who are nowhere are dropped."""
    locks = Locks(frozenset({made.who(0), "999"}), frozenset({team_key(made.slot(1)), "5:9"}))
    version = plans.set_locks(session, made.hackathon.id, locks, author="", seen_revision=seen(session, made))
    assert plans.locks_of(version) == Locks(frozenset({made.who(0)}), frozenset({team_key(made.slot(1))}))
    held = {lock.participant for lock in plans.problem_of(version).locks}
    assert held == {made.who(at) for at in (0, 4, 5, 6, 7)}
    for who, to in ((made.who(0), made.slot(2)), (made.who(4), made.slot(2))):
        with pytest.raises(RulesBroken) as refused:
            plans.move_person(
                session, made.hackathon.id, who, to, author="", seen_revision=seen(session, made)
            )  # fmt: skip
        assert [broken.rule for broken in refused.value.broken] == [Rule.LOCK]
    moved = plans.move_person(
        session, made.hackathon.id, made.who(0), made.slot(2), author="", seen_revision=seen(session, made), force=True
    )
    assert Lock(made.who(0), made.slot(2).challenge, 1) in plans.problem_of(moved).locks


def test_of_two_organisers_the_slower_one_is_told_what_is_there_now(session: Session, engine: Engine) -> None:
    """Both opened version 1; the second change is refused, names version 2, and loses nothing."""
    made = make_event(session)
    formed(session, made)
    opened = seen(session, made)
    with Session(engine) as other:
        plans.move_person(other, made.hackathon.id, made.who(0), made.slot(1), author="Ada", seen_revision=opened)
    session.rollback()
    for change in (
        lambda: plans.move_person(
            session, made.hackathon.id, made.who(4), made.slot(2), author="Bo", seen_revision=opened
        ),
        lambda: plans.undo(session, made.hackathon.id, seen_revision=opened),
        lambda: plans.restore(session, made.hackathon.id, 1, seen_revision=opened),
        lambda: plans.publish(session, made.hackathon.id, seen_revision=opened),
        lambda: plans.set_locks(session, made.hackathon.id, Locks(), author="", seen_revision=opened),
    ):
        with pytest.raises(PlanChangedMeanwhile) as meanwhile:
            change()
        newer = meanwhile.value.newer
        assert newer is not None
        assert (newer.number, newer.author, meanwhile.value.revision) == (2, "Ada", opened + 1)
    assert [version.number for version in plans.versions(session, made.hackathon.id)] == [2, 1]


def test_undo_goes_back_and_a_later_change_branches(session: Session, made: Event) -> None:
    """No version is ever deleted: what was undone can be taken up again."""
    hackathon = made.hackathon.id
    plans.move_person(session, hackathon, made.who(0), made.slot(1), author="", seen_revision=seen(session, made))
    assert plans.undo(session, hackathon, seen_revision=seen(session, made)).number == 1
    with pytest.raises(NoPlanError):
        plans.undo(session, hackathon, seen_revision=seen(session, made))
    third = plans.move_person(
        session, hackathon, made.who(4), made.slot(2), author="", seen_revision=seen(session, made)
    )
    assert third.parent_id == plans.version_of(session, hackathon, 1).id
    again = plans.restore(session, hackathon, 2, author="Ada", seen_revision=seen(session, made))
    assert (again.number, again.parent_id) == (4, third.id)
    assert plans.plan_of(again).assignment == plans.plan_of(plans.version_of(session, hackathon, 2)).assignment
    assert plans.undo(session, hackathon, seen_revision=seen(session, made)).number == 3


def test_publication_gives_places_and_keeps_answers_of_those_who_stay(session: Session, made: Event) -> None:
    """Whoever gets another place is asked again; whoever is gone has none."""
    hackathon = made.hackathon.id
    published = plans.publish(session, hackathon, seen_revision=seen(session, made))
    assert published.published_at is not None
    now = datetime.now(UTC)
    for place in session.scalars(select(TeamPlace)):
        place.answer, place.answered_at, place.told_at = PlaceAnswer.ACCEPTED, now, now
    session.commit()
    plans.move_person(session, hackathon, made.who(0), made.slot(1), author="", seen_revision=seen(session, made))
    assert plans.current(session, hackathon).published_id == published.id
    made.people[11].attendance = Attendance.NO_SHOW
    session.commit()
    plans.publish(session, hackathon, seen_revision=seen(session, made))
    session.rollback()
    places = {str(place.registration_id): place for place in session.scalars(select(TeamPlace))}
    assert places.keys() == {made.who(at) for at in range(11)}
    moved = places.pop(made.who(0))
    assert (moved.challenge_id, moved.answer, moved.told_at) == (made.challenges[1].id, None, None)
    assert {place.answer for place in places.values()} == {PlaceAnswer.ACCEPTED}
    assert all(place.told_at for place in places.values())


def test_teams_that_break_a_rule_today_are_not_published_by_mistake(session: Session, made: Event) -> None:
    """Somebody who registered since has no place: publishing says so, and does it when asked again."""
    make_registration(session, made.hackathon)
    with pytest.raises(RulesBroken) as refused:
        plans.publish(session, made.hackathon.id, seen_revision=seen(session, made))
    assert [broken.rule for broken in refused.value.broken] == [Rule.PLACE]
    assert session.scalar(select(func.count()).select_from(TeamPlace)) == 0
    plans.publish(session, made.hackathon.id, seen_revision=seen(session, made), force=True)
    assert session.scalar(select(func.count()).select_from(TeamPlace)) == 12


def test_how_a_version_stands_follows_what_people_do(session: Session, made: Event) -> None:
    """Who went, who came, who declined: everything that a repair is for."""
    plans.publish(session, made.hackathon.id, seen_revision=seen(session, made))
    session.get_one(TeamPlace, made.people[3].id).answer = PlaceAnswer.DECLINED
    made.people[0].attendance = Attendance.NO_SHOW
    session.commit()
    late = make_registration(session, made.hackathon)
    stands = plans.standing(session, made.hackathon, current(session, made))
    assert stands.needs_repair
    assert (stands.gone, stands.arrived, stands.declined) == ((made.who(0),), (str(late.id),), (made.who(3),))
    assert made.who(0) not in stands.assignment


def test_names_are_those_of_the_event(session: Session, made: Event) -> None:
    """Everybody ever registered there, and nobody of another event."""
    make_event(session)
    names = plans.names_of(session, current(session, made))
    assert names == {str(person.id): person.name for person in made.people}
