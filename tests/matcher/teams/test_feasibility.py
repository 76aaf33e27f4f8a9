"""Contradictions that are seen before solving: each named, with ways out that work, none of them invented."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from matcher.teams.contradictions import Conflict, Finding
from matcher.teams.costs import compile_problem
from matcher.teams.feasibility import findings
from matcher.teams.problem import (
    Assignment,
    AvoidPair,
    AvoidRule,
    Challenge,
    FriendPair,
    Lock,
    Participant,
    Problem,
    Published,
    Rules,
    Slot,
)
from matcher.teams.ways_out import HIDDEN, Relaxation, Way, relaxed
from tests.matcher.teams.problems import planted, problems

HARD = (AvoidPair("p0", "p1", confirmed=True),)


def crowd(count: int, *changes: dict[str, Any], challenges: tuple[Challenge, ...] = (), **rest: Any) -> Problem:
    """French speakers for challenges a and b, teams of 3 to 6; `changes[i]` to participant `i`."""
    fields = [*changes, *[{}] * count][:count]
    people = tuple(
        Participant(f"p{index}", **{"languages": frozenset({"fr"}), **own}) for index, own in enumerate(fields)
    )
    return Problem(people, challenges or (Challenge("a"), Challenge("b")), **rest)


def found_in(problem: Problem) -> list[Finding]:
    return list(findings(compile_problem(problem)))


CASES: list[tuple[Problem, str, list[str]]] = [
    (
        crowd(7, rules=Rules(4, 4, 6)),
        "7 people cannot be split into teams of 4 to 6.",
        ["Allow teams of 3.", "Allow teams of up to 7."],
    ),
    (crowd(2), "2 people cannot be split into teams of 3 to 6.", ["Allow teams of 2."]),
    (
        crowd(8, challenges=(Challenge("a", min_teams=2), Challenge("b", min_teams=1))),
        "The challenges ask for 3 teams of at least 3, but there are 8 people.",
        [
            "Lower the least number of teams of challenge a to 1.",
            "Lower the least number of teams of challenge b to 0.",
            "Allow teams of 2.",
        ],
    ),
    (
        crowd(8, challenges=(Challenge("a", min_teams=1, eligible=frozenset({"p0"})), Challenge("b"))),
        "Too few people may join challenge a for the teams that it asks for: 1 for 1.",
        ["Lower the least number of teams of challenge a to 0."],
    ),
    (
        crowd(8, challenges=(Challenge("a", max_teams=0),)),
        "No challenge may have a team.",
        ["Raise the greatest number of teams of challenge a to 2."],
    ),
    (
        crowd(8, {"ranked": ("b",)}, never=frozenset({("p0", "a"), ("p0", "b")})),
        "p0 may not join any challenge that can have a team.",
        ["Let p0 take part in challenge b.", "Let p0 take part in challenge a."],
    ),
    (
        crowd(14, challenges=(Challenge("a", max_teams=1), Challenge("b", max_teams=1))),
        "14 people may only join a, b, where there is room for 12.",
        [
            "Allow teams of up to 7.",
            "Raise the greatest number of teams of challenge a to 2.",
            "Raise the greatest number of teams of challenge b to 2.",
        ],
    ),
    (
        crowd(
            14,
            challenges=(Challenge("a", max_teams=1), Challenge("b")),
            locks=tuple(Lock(f"p{index}", "a") for index in range(8)),
        ),
        "8 people may only join a, where there is room for 6.",
        ["Raise the greatest number of teams of challenge a to 2.", "Allow teams of up to 8."],
    ),
    (
        crowd(8, locks=(Lock("p0", "a"),), never=frozenset({("p0", "a")})),
        "p0 is fixed to challenge a but may not join it.",
        ["Remove the lock of p0.", "Let p0 take part in challenge a."],
    ),
    (
        crowd(8, challenges=(Challenge("a", max_teams=1), Challenge("b")), locks=(Lock("p0", "a", 2),)),
        "p0 is fixed to team 2 of challenge a, which cannot exist.",
        [
            "Let p0 be in any team of challenge a.",
            "Raise the greatest number of teams of challenge a to 2.",
            "Remove the lock of p0.",
        ],
    ),
    (
        crowd(10, {}, {"ranked": ("a",)}, locks=tuple(Lock(f"p{index}", "a", 1) for index in range(7))),
        "7 people are fixed to team 1 of challenge a, more than 6.",
        ["Allow teams of up to 7.", "Remove the lock of p6."],
    ),
    (
        crowd(
            8,
            {"languages": frozenset({"fr", "de"})},
            {"languages": frozenset({"de"})},
            *[{}] * 2,
            *[{"languages": frozenset({"de", "fr"})}] * 2,
            locks=(Lock("p1", "a", 1), Lock("p2", "a", 1)),
        ),
        "The people fixed to team 1 of challenge a have no common language.",
        ["Remove the lock of p1, p2.", "Accept teams without a common language, at a price."],
    ),
    (
        crowd(9, blocks=(frozenset({"p0", "p1", "p2", "p3"}), frozenset({"p3", "p4", "p5", "p6"}))),
        "p0, p1, p2, p3, p4, p5, p6 must be in one team, which is more than 6 people.",
        ["Allow teams of up to 7.", "Let p0, p1, p2, p3, p4, p5, p6 be in different teams."],
    ),
    (
        crowd(8, blocks=(frozenset({"p0", "p1"}),), locks=(Lock("p0", "a"), Lock("p1", "b"))),
        "p0, p1 must be in one team but are fixed to different ones.",
        ["Let p0, p1 be in different teams.", "Remove the lock of p0, p1."],
    ),
    (
        crowd(8, blocks=(frozenset({"p0", "p1"}),), never=frozenset({("p0", "a"), ("p1", "b")})),
        "p0, p1 must be in one team, but there is no challenge that all may join.",
        ["Let p0, p1 be in different teams."],
    ),
    (
        crowd(8, *[{"languages": frozenset({"de"})}] * 3, blocks=(frozenset({"p2", "p3"}),)),
        "p2, p3 must be in one team but have no common language.",
        ["Let p2, p3 be in different teams.", "Accept teams without a common language, at a price."],
    ),
    (
        crowd(8, {"languages": frozenset({"de"})}),
        "Too few people speak a language of p0 for a team of 3.",
        ["Accept teams without a common language, at a price."],
    ),
    (
        crowd(8, never=frozenset({("p0", "a")}), published=Published({"p0": Slot("a", 1)}, max_moves=0)),
        "People who must change team: at least 1; allowed: 0.",
        ["Raise the number of people who may change team to 1."],
    ),
]


@pytest.mark.parametrize(("problem", "sentence", "ways"), CASES, ids=[case[1] for case in CASES])
def test_a_contradiction_is_named_with_its_ways_out(problem: Problem, sentence: str, ways: list[str]) -> None:
    """One finding, one sentence, the cheapest way out first; each way alone leaves nothing blocking."""
    (finding,) = found_in(problem)
    assert finding.blocking
    assert str(finding) == sentence
    assert [str(way) for way in finding.relaxations] == ways
    assert [way.price for way in finding.relaxations] == sorted(way.price for way in finding.relaxations)
    for way in finding.relaxations:
        assert found_in(relaxed(problem, way)) == []


@pytest.mark.parametrize(
    ("problem", "conflict", "ways"),
    [
        (
            crowd(8, avoid=HARD, blocks=(frozenset({"p0", "p1"}),)),
            Conflict.BLOCK_AVOID,
            [HIDDEN, "Accept that a wish which only the organiser may see is broken, at a price."],
        ),
        (
            crowd(8, avoid=HARD, locks=(Lock("p0", "a", 1), Lock("p1", "a", 1))),
            Conflict.LOCKS_AVOID,
            [HIDDEN, "Accept that a wish which only the organiser may see is broken, at a price."],
        ),
    ],
)
def test_a_contradiction_with_an_avoid_wish_names_nobody(problem: Problem, conflict: Conflict, ways: list[str]) -> None:
    """Neither do its ways out; the organiser finds the names in the private part, and each way works."""
    (finding,) = found_in(problem)
    assert (finding.conflict, finding.blocking, finding.params) == (conflict, True, {})
    assert (finding.private["first"], finding.private["second"]) == ("p0", "p1")
    assert [str(way) for way in finding.relaxations] == ways
    assert "p0" not in str(finding) + repr(finding)
    for way in finding.relaxations:
        assert not any(each.blocking for each in found_in(relaxed(problem, way)))


def test_softening_one_avoid_pair_keeps_the_others_hard() -> None:
    """Whatever made them hard: here the rule that all are."""
    problem = crowd(8, avoid=(AvoidPair("p0", "p1"), AvoidPair("p2", "p3")), rules=Rules(avoid=AvoidRule.ALL))
    soft = relaxed(problem, Relaxation(Way.SOFT_AVOID, 0, private={"first": "p1", "second": "p0"}))
    assert [(pair.first, pair.second) for pair in soft.avoid_hard] == [("p2", "p3")]


WISHES: list[tuple[Problem, Conflict, str]] = [
    (
        crowd(8, friends=(FriendPair("p0", "p1"),), locks=(Lock("p0", "a"), Lock("p1", "b"))),
        Conflict.FRIENDS_APART,
        "p0 and p1 want to be together, which other rules do not allow.",
    ),
    (
        crowd(8, friends=(FriendPair("p1", "p0"),), avoid=HARD),
        Conflict.FRIENDS_AVOID,
        "Two people want to be together against a wish that only the organiser may see.",
    ),
    (
        crowd(8, friends=(FriendPair("p0", "p1"),), avoid=(AvoidPair("p1", "p0"),)),
        Conflict.FRIENDS_AVOID,
        "Two people want to be together against a wish that only the organiser may see.",
    ),
    (
        crowd(
            8,
            friends=tuple(FriendPair(f"p{one}", f"p{other}") for one in range(7) for other in range(one + 1, 7)),
        ),
        Conflict.FRIENDS_TOO_MANY,
        "p0, p1, p2, p3, p4, p5, p6 want to be together but are more than 6 people.",
    ),
]


@pytest.mark.parametrize(("problem", "conflict", "sentence"), WISHES)
def test_a_wish_that_cannot_be_granted_is_said_but_blocks_nothing(
    problem: Problem, conflict: Conflict, sentence: str
) -> None:
    """Friends whom rules or avoid wishes separate, and circles larger than a team; avoid wishes name nobody."""
    (finding,) = found_in(problem)
    assert (finding.conflict, finding.blocking, str(finding)) == (conflict, False, sentence)
    if conflict is Conflict.FRIENDS_AVOID:
        assert "p0" not in repr(finding)


def test_an_ordinary_event_has_no_finding() -> None:
    """Friends, a lock, a block and an avoid pair that get along."""
    problem = crowd(
        12,
        friends=(FriendPair("p0", "p1"),),
        avoid=(AvoidPair("p0", "p2", confirmed=True),),
        locks=(Lock("p0", "a", 1),),
        blocks=(frozenset({"p3", "p4"}),),
    )
    assert found_in(problem) == []


def test_blocking_findings_come_first() -> None:
    """What must be solved stands above what must be known."""
    problem = crowd(7, rules=Rules(4, 4, 6), friends=(FriendPair("p0", "p1"),), avoid=HARD)
    assert [finding.blocking for finding in found_in(problem)] == [True, False]


@pytest.mark.parametrize(
    "way",
    [
        Relaxation(Way.MAX_TEAMS, 0, {"challenge": "z", "teams": 2}),
        Relaxation(Way.ADMIT, 0, {"participant": "z", "challenge": "a"}),
        Relaxation(Way.MAX_MOVES, 0, {"moves": 2}),
        Relaxation(Way.SIZE_MIN, 0),
    ],
)
def test_a_way_out_of_another_problem_is_refused(way: Relaxation) -> None:
    """In one sentence."""
    with pytest.raises(ValueError, match=r"^This way out does not belong to this problem\.$"):
        relaxed(crowd(3), way)


@settings(deadline=None)
@given(planted())
def test_nothing_blocks_where_an_assignment_keeps_all_rules(case: tuple[Problem, Assignment]) -> None:
    """A blocking finding is a proof."""
    assert [str(finding) for finding in found_in(case[0]) if finding.blocking] == []


@settings(deadline=None)
@given(problems())
def test_every_way_out_removes_its_finding(problem: Problem) -> None:
    """Whatever else is wrong: the same is not found again."""
    for finding in found_in(problem):
        for way in finding.relaxations:
            after = found_in(relaxed(problem, way))
            said = [(each.conflict, each.params, each.private) for each in after]
            assert (finding.conflict, finding.params, finding.private) not in said


@settings(deadline=None)
@given(problems())
def test_no_finding_shows_who_avoids_whom(problem: Problem) -> None:
    """What is shown depends on avoid wishes by their kind and number alone: here the people are swapped."""
    hidden = {
        str(finding) + repr(finding)
        for finding in found_in(replace(problem, friends=()))
        if finding.conflict in {Conflict.BLOCK_AVOID, Conflict.LOCKS_AVOID, Conflict.FRIENDS_AVOID}
    }
    assert all(f"'p{index}'" not in text for text in hidden for index in range(14))
