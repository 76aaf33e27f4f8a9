"""The data of a problem: wrong values get one sentence, the slots follow the model, nothing private is printed."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings

from matcher.teams.problem import (
    AvoidPair,
    AvoidRule,
    Challenge,
    FriendPair,
    Lock,
    Participant,
    Problem,
    ProblemError,
    Published,
    Rules,
    Slot,
    Status,
    TeamPlan,
    Weights,
    possible_challenges,
    slots,
    without,
)
from tests.matcher.teams.problems import problems


def people(count: int, **fields: object) -> tuple[Participant, ...]:
    return tuple(Participant(f"p{index}", **fields) for index in range(count))  # type: ignore[arg-type]


def numbers(problem: Problem) -> dict[str, int]:
    return dict(Counter(slot.challenge for slot in slots(problem)))


def problem_with(**fields: object) -> Problem:
    return Problem(people(4), (Challenge("a"), Challenge("b")), **fields)  # type: ignore[arg-type]


WRONG: list[tuple[Callable[[], object], str]] = [
    (lambda: Participant(""), "Every participant needs an id."),
    (lambda: Participant("p", experience=4), "The experience of participant p must be 0 to 3."),
    (lambda: Participant("p", experience=True), "The experience of participant p must be 0 to 3."),
    (lambda: Participant("p", skills={"maps": 4}), "Skill maps of participant p needs a level of 0 to 3."),
    (lambda: Participant("p", ranked=tuple("abcdef")), "Participant p ranks more than 5 challenges."),
    (lambda: Participant("p", ranked=("a", "a")), "Participant p ranks one challenge twice."),
    (
        lambda: Participant("p", similarity={"a": float("nan")}),
        "The similarities of participant p must be between 0 and 1.",
    ),
    (
        lambda: Participant("p", availability=frozenset({-1})),
        "The half-days of participant p must be whole numbers of at least 0.",
    ),
    (lambda: Challenge("c", roles={"tech": 0}), "Role tech of challenge c needs a count of 1 to 10000."),
    (lambda: Challenge("c", skills={"maps": 0}), "Skill maps of challenge c needs a level of 1 to 3."),
    (lambda: Challenge("c", min_teams=-1), "The least number of teams of challenge c must be 0 to 10000."),
    (
        lambda: Challenge("c", min_teams=2, max_teams=1),
        "The greatest number of teams of challenge c must not be below its least number.",
    ),
    (lambda: Challenge("c", wants_owner=True), "Challenge c wants its owner in each team but names no owner."),
    (lambda: Slot("c", 0), "Teams of challenge c are numbered from 1 to 10000."),
    (
        lambda: Rules(5, 4, 6),
        "Team sizes must be whole numbers of at least 1, the least no greater than the target, "
        "the target no greater than the greatest.",
    ),
    (lambda: Weights(move=-1), "Weight move must be a whole number between 0 and 10000."),
    (lambda: Weights(role_deficit={"tech": 0.5}), "Weight role_deficit must be a whole number between 0 and 10000."),  # type: ignore[dict-item]
    (lambda: Weights(rank_costs=(0, 1)), "Weight rank_costs needs 5 numbers."),
    (lambda: Weights(similar=31), "Weight similar must not be greater than weight unranked."),
    (lambda: Problem((), (Challenge("a"),)), "There is no participant yet."),
    (lambda: Problem(people(1), ()), "There is no challenge yet."),
    (lambda: Problem((*people(1), *people(1)), (Challenge("a"),)), "Two participants have the id p0."),
    (lambda: Problem(people(1), (Challenge("a"), Challenge("a"))), "Two challenges have the id a."),
    (
        lambda: Problem(people(1, ranked=("z",)), (Challenge("a"),)),
        "Participant p0 names challenge z, which is unknown.",
    ),
    (
        lambda: Problem(people(1), (Challenge("a", eligible=frozenset({"z"})),)),
        "Challenge a names participant z, who is unknown.",
    ),
    (lambda: problem_with(friends=(FriendPair("p0", "z"),)), "A friend pair names participant z, who is unknown."),
    (lambda: problem_with(friends=(FriendPair("p0", "p0"),)), "A friend pair names participant p0 twice."),
    (
        lambda: problem_with(friends=(FriendPair("p0", "p1"), FriendPair("p1", "p0", mutual=False))),
        "The friend pair of p1 and p0 is given twice.",
    ),
    (
        lambda: problem_with(history=(("p0", "p1"), ("p1", "p0"))),
        "The pair of earlier teammates of p1 and p0 is given twice.",
    ),
    (lambda: problem_with(locks=(Lock("p0", "a"), Lock("p0", "b"))), "Participant p0 is locked twice."),
    (
        lambda: problem_with(never=frozenset({("p0", "z")})),
        "A lock or exclusion names challenge z, which is unknown.",
    ),
    (lambda: problem_with(blocks=(frozenset({"p0"}),)), "People who stay together must be at least two."),
    (
        lambda: problem_with(published=Published({"z": Slot("a", 1)})),
        "The published teams name participant z, who is unknown.",
    ),
]


@pytest.mark.parametrize(("build", "sentence"), WRONG, ids=[sentence for _, sentence in WRONG])
def test_wrong_data_get_one_sentence_that_says_what_to_correct(build: Callable[[], object], sentence: str) -> None:
    """The whole message, word for word."""
    with pytest.raises(ProblemError) as caught:
        build()
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    "pairs",
    [
        (AvoidPair("p0", "somebody"),),
        (AvoidPair("p0", "p0"),),
        (AvoidPair("p0", "p1"), AvoidPair("p1", "p0", confirmed=True)),
    ],
)
def test_no_error_tells_who_avoids_whom(pairs: tuple[AvoidPair, ...]) -> None:
    """Neither the sentence nor the exception that it came from names anybody."""
    with pytest.raises(ProblemError) as caught:
        problem_with(avoid=pairs)
    assert str(caught.value) == "A wish to avoid somebody is given twice or names somebody unknown."
    assert caught.value.__suppress_context__


def test_printing_a_problem_does_not_tell_who_avoids_whom() -> None:
    """Two problems that differ in their avoid pairs alone are printed alike."""
    one = problem_with(avoid=(AvoidPair("p0", "p1"),))
    other = problem_with(avoid=(AvoidPair("p2", "p3", confirmed=True),))
    assert repr(one) == repr(other)


def test_contradictory_wishes_are_no_error() -> None:
    """Friends who avoid each other and locks against exclusions are for the checks before solving to explain."""
    made = problem_with(
        friends=(FriendPair("p0", "p1"),),
        avoid=(AvoidPair("p0", "p1", confirmed=True),),
        locks=(Lock("p0", "a"),),
        never=frozenset({("p0", "a")}),
    )
    assert made.avoid_hard == made.avoid


@pytest.mark.parametrize(
    ("rule", "hard"),
    [(AvoidRule.CONFIRMED, [True, False]), (AvoidRule.ALL, [True, True]), (AvoidRule.NONE, [False] * 2)],
)
def test_avoid_pairs_are_hard_as_the_rules_say(rule: AvoidRule, hard: list[bool]) -> None:
    """By default those that a moderator confirmed."""
    rules = Rules(avoid=rule)
    assert [rules.is_hard(AvoidPair("a", "b", confirmed=confirmed)) for confirmed in (True, False)] == hard


def test_slots_share_one_and_a_half_times_the_teams_among_the_challenges() -> None:
    """20 people in teams of 5 and two challenges: ceil(1.5 x 20 / (5 x 2)) = 3 slots each."""
    assert numbers(Problem(people(20), (Challenge("a"), Challenge("b")))) == {"a": 3, "b": 3}


def test_slots_keep_to_the_greatest_number_and_others_get_what_is_left() -> None:
    """Six slots in all: one for the capped challenge, none for the closed one, five for the open one."""
    made = Problem(people(20), (Challenge("a", max_teams=1), Challenge("b"), Challenge("c", max_teams=0)))
    assert numbers(made) == {"a": 1, "b": 5}


def test_slots_hold_every_number_that_locks_and_the_published_plan_use() -> None:
    """Team 4 was published and team 5 is locked: both exist although 4 people need no more than two."""
    made = problem_with(published=Published({"p0": Slot("a", 4)}), locks=(Lock("p1", "b", 5),))
    assert numbers(made) == {"a": 4, "b": 5}


def test_slots_leave_room_for_people_who_can_go_nowhere_else() -> None:
    """20 people who are locked to one of four challenges need four teams of five there."""
    challenges = tuple(Challenge(name) for name in "abcd")
    made = Problem(people(20), challenges, locks=tuple(Lock(f"p{index}", "a") for index in range(20)))
    assert numbers(made) == {"a": 4, "b": 2, "c": 2, "d": 2}


def test_a_challenge_is_possible_unless_a_rule_speaks_against_it() -> None:
    """Lock, exclusion, eligibility and required language each rule one out."""
    made = Problem(
        tuple(replace(person, languages=frozenset({"fr"})) for person in people(4)),
        (
            Challenge("a", eligible=frozenset({"p0", "p1", "p3"})),
            Challenge("b"),
            Challenge("c", languages=frozenset({"de"})),
        ),
        locks=(Lock("p0", "b"),),
        never=frozenset({("p1", "b")}),
    )
    assert possible_challenges(made) == {"p0": {"b"}, "p1": {"a"}, "p2": {"b"}, "p3": {"a", "b"}}


def test_a_challenge_without_times_takes_place_at_all_half_days_that_anybody_names() -> None:
    """Three common half-days are needed, or as many as there are."""
    made = Problem(
        (Participant("p", availability=frozenset({0, 4})), Participant("q")),
        (Challenge("a"), Challenge("b", half_days=frozenset({2}))),
    )
    assert [made.half_days_of(each) for each in made.challenges] == [({0, 2, 4}, 3), ({2}, 1)]


def test_without_somebody_nothing_of_theirs_remains() -> None:
    """Wishes, locks, exclusions, blocks, eligibility and the published place go; those of others stay."""
    made = Problem(
        people(4),
        (Challenge("a", eligible=frozenset({"p0", "p1"})),),
        friends=(FriendPair("p0", "p1"), FriendPair("p1", "p2")),
        avoid=(AvoidPair("p0", "p3"), AvoidPair("p1", "p3")),
        history=(("p0", "p2"),),
        locks=(Lock("p0", "a"),),
        never=frozenset({("p0", "a"), ("p2", "a")}),
        blocks=(frozenset({"p0", "p1"}), frozenset({"p0", "p2", "p3"})),
        published=Published({"p0": Slot("a", 1), "p1": Slot("a", 1)}, max_moves=2),
    )
    assert without(made, ["p0"]) == Problem(
        people(4)[1:],
        (Challenge("a", eligible=frozenset({"p1"})),),
        friends=(FriendPair("p1", "p2"),),
        avoid=(AvoidPair("p1", "p3"),),
        never=frozenset({("p2", "a")}),
        blocks=(frozenset({"p2", "p3"}),),
        published=Published({"p1": Slot("a", 1)}, max_moves=2),
    )


@settings(deadline=None)
@given(problems(least=2))
def test_anybody_may_drop_out_and_the_rest_is_still_a_problem(made: Problem) -> None:
    """No dangling name is left, whatever the problem held."""
    assert len(without(made, [made.participants[0].id]).participants) == len(made.participants) - 1


@settings(deadline=None)
@given(problems())
def test_problems_travel_to_other_processes(made: Problem) -> None:
    """Pickled and read back, a problem is equal to itself and has the same slots."""
    back = pickle.loads(pickle.dumps(made))  # noqa: S301
    assert back == made
    assert slots(back) == slots(made)


@settings(deadline=None)
@given(problems())
def test_every_challenge_has_as_many_slots_as_it_must_and_may(made: Problem) -> None:
    """Numbers from 1 without a hole, at least the least and at most the greatest number of teams."""
    found = slots(made)
    for each in made.challenges:
        own = [slot.number for slot in found if slot.challenge == each.id]
        assert own == list(range(1, len(own) + 1))
        assert len(own) >= each.min_teams
        assert each.max_teams is None or len(own) <= each.max_teams


@pytest.mark.parametrize(("cost", "bound", "gap"), [(100, 80, 0.2), (0, 0, 0.0), (50, 60, 0.0), (None, 10, None)])
def test_the_gap_is_the_share_of_the_cost_that_is_not_proven_necessary(
    cost: int | None, bound: int, gap: float | None
) -> None:
    """No plan has no gap."""
    plan = TeamPlan(Status.FEASIBLE, {}, (), cost, {}, bound, {}, 0.0, 0, "none")
    assert plan.gap == gap
